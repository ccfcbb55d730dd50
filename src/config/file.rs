//! What may stand in `amllint.toml`. These types are read, and described for editors: their comments are the schema's.

use super::read::{Map, Mistakes, Placed, Read, choice, integer, table};
use crate::diagnostic::Severity;
use crate::rules::definition::Literal;
use crate::source::Span;
use crate::syntax::node::{Node, NodeKind};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use std::borrow::Cow;

table! {
    /// The configuration of amllint.
    File {
        /// Only these rules run: codes, letters of codes, names, services, concerns, or `ALL`.
        select: Vec<Placed<String>> = "select",
        /// These rules do not run.
        ignore: Vec<Placed<String>> = "ignore",
        /// Rules that nobody may silence, in a file or by the baseline.
        mandatory: Vec<Placed<String>> = "mandatory",
        /// Folders with rule files of your own. Counts for a whole run.
        rules: Vec<Placed<String>> = "rules",
        /// Files and folders that are not looked at, in the form of `.gitignore`.
        exclude: Vec<Placed<String>> = "exclude",
        /// The file of accepted findings. Counts for a whole run.
        baseline: String = "baseline",
        /// The mildest finding that fails a run. Counts for a whole run.
        fail_on: FailOn = "fail-on",
        /// Whether a run fails where something could not be analysed, or a fixed finding is still listed in the baseline. Counts for
        /// a whole run.
        strict: bool = "strict",
        /// Findings milder than this are hidden. Counts for a whole run.
        min_severity: Level = "min-severity",
        /// Which environments are looked at: those of the parameter files, or the defaults. Counts for a whole run.
        environments: Environments = "environments",
        /// Whether templates that Bicep compiled are looked at where the source lies beside them. Counts for a whole run.
        include_generated: bool = "include-generated",
        /// Where modules and template specs were restored to. Counts for a whole run.
        module_cache: String = "module-cache",
        /// The region of the resource group, where a template does not say another.
        location: String = "location",
        /// The id of the subscription.
        subscription: String = "subscription",
        /// The name of the resource group.
        resource_group: String = "resource-group",
        /// What a region counts as that nobody knows.
        assume_region: AssumeRegion = "assume-region",
        /// Which resources are judged with full severity where a template holds a workspace.
        scope: Scope = "scope",
        /// The profile whose severities rules take that have one of this name.
        profile: String = "profile",
        /// What is asked of everything that silences a rule.
        suppression: Suppression = "suppression",
        /// Rules by code, letters of a code, name, service or concern: `off`, `on`, a severity, or a table with `severity` and the
        /// parameters of the rule.
        rule: Map<RuleSetting> = "rule",
        /// What is different in an environment, by its name.
        environment: Map<Environment> = "environment",
        /// What is different for some files; of several that match, the later ones count.
        overrides: Vec<Override> = "override",
    }
}

table! {
    /// What is asked of everything that silences a rule.
    Suppression {
        /// Whether it has to say why; `true` if nothing is said.
        require_reason: bool = "require-reason",
    }
}

table! {
    /// What is different in an environment.
    Environment {
        /// Parameter files that are this environment, in the form of `.gitignore`; without it the ones that are called so.
        parameters: Vec<Placed<String>> = "parameters",
        /// The region of its resource group.
        location: String = "location",
        /// The profile whose severities rules take in it.
        profile: String = "profile",
        /// Findings in it are at most so grave.
        max_severity: Level = "max-severity",
        /// Rules in it.
        rule: Map<RuleSetting> = "rule",
    }
}

table! {
    /// What is different for some files.
    Override {
        /// The files, in the form of `.gitignore`: templates, or files that findings point at.
        paths: Vec<Placed<String>> = "paths",
        /// The region of the resource group.
        location: String = "location",
        /// The profile whose severities rules take.
        profile: String = "profile",
        /// Findings are at most so grave.
        max_severity: Level = "max-severity",
        /// Rules for them.
        rule: Map<RuleSetting> = "rule",
    }
}

choice! {
    /// A severity.
    Level {
        /// Advice, or a gap that one template cannot prove.
        Info = "info",
        /// A real gap, provable from the template.
        Warning = "warning",
        /// The platform rejects it, it is retired, or the documentation says it is not supported.
        Error = "error",
    }
}

choice! {
    /// The mildest finding that fails a run.
    FailOn {
        /// Advice fails, too.
        Info = "info",
        /// Warnings and errors fail.
        Warning = "warning",
        /// Only errors fail.
        Error = "error",
        /// Nothing fails.
        Never = "never",
    }
}

choice! {
    /// Which environments are looked at.
    Environments {
        /// Those of the parameter files beside a template, else its defaults.
        Auto = "auto",
        /// The defaults only, and no other choice among the values that parameters allow.
        None = "none",
        /// The defaults, whatever parameter files there are.
        Defaults = "defaults",
    }
}

choice! {
    /// What a region counts as that nobody knows.
    AssumeRegion {
        /// A region with availability zones; findings say so.
        Zones = "zones",
        /// Nothing: what rests on it is unknown.
        None = "none",
    }
}

choice! {
    /// Which resources are judged with full severity where a template holds a workspace.
    Scope {
        /// Those that a workspace reaches; others one step milder.
        Linked = "linked",
        /// All.
        All = "all",
    }
}

choice! {
    /// Whether a rule runs, or how grave what it finds is.
    RuleState {
        /// It does not run.
        Off = "off",
        /// It runs, as grave as it says itself.
        On = "on",
        /// It runs, and what it finds is advice.
        Info = "info",
        /// It runs, and what it finds is a warning.
        Warning = "warning",
        /// It runs, and what it finds is an error.
        Error = "error",
    }
}

impl Level {
    /// The severity itself.
    pub fn severity(self) -> Severity {
        match self {
            Level::Info => Severity::Info,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        }
    }
}

impl RuleState {
    /// Whether the rule runs.
    pub fn runs(self) -> bool {
        self != RuleState::Off
    }

    /// How grave what it finds is, if this says so.
    pub fn severity(self) -> Option<Severity> {
        match self {
            RuleState::Off | RuleState::On => None,
            RuleState::Info => Some(Severity::Info),
            RuleState::Warning => Some(Severity::Warning),
            RuleState::Error => Some(Severity::Error),
        }
    }
}

/// What is said of a rule: `off`, `on`, a severity, or a table.
#[derive(Clone, Debug)]
pub struct RuleSetting {
    /// Whether it runs, and how grave what it finds is.
    pub state: Option<Placed<RuleState>>,
    /// Its parameters: name and value.
    pub parameters: Vec<(Placed<String>, Placed<Literal>)>,
    /// All of it.
    pub span: Span,
}

/// The key of a rule's table that is no parameter.
pub const SEVERITY: &str = "severity";

impl Read for RuleSetting {
    fn read(node: Node<'_>, mistakes: &Mistakes) -> Option<Self> {
        let mut setting = RuleSetting {
            state: None,
            parameters: Vec::new(),
            span: node.span(),
        };
        if !node.is_object() {
            setting.state = Some(Placed::read(node, mistakes)?);
            return Some(setting);
        }
        for (key, value) in node.members() {
            let key: Placed<String> = Placed::read(key, mistakes)?;
            if key.value == SEVERITY {
                setting.state = Placed::read(value, mistakes);
            } else if let Some(value) = Placed::read(value, mistakes) {
                setting.parameters.push((key, value));
            }
        }
        Some(setting)
    }
}

impl Read for Literal {
    fn read(node: Node<'_>, mistakes: &Mistakes) -> Option<Self> {
        let literal = match node.kind() {
            NodeKind::Number => integer(node).map(Literal::Integer),
            NodeKind::True => Some(Literal::Boolean(true)),
            NodeKind::False => Some(Literal::Boolean(false)),
            NodeKind::PlainString | NodeKind::DecodedString => {
                node.as_str().map(|text| Literal::String(text.into()))
            }
            NodeKind::Object | NodeKind::Array | NodeKind::Null | NodeKind::Missing => None,
        };
        if literal.is_none() {
            let message = "a whole number, a text, `true` or `false` is expected here";
            mistakes.say(node.span(), message);
        }
        literal
    }
}

impl JsonSchema for RuleSetting {
    fn schema_name() -> Cow<'static, str> {
        "RuleSetting".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let state = generator.subschema_for::<RuleState>();
        let parameter = schemars::json_schema!({ "type": ["integer", "string", "boolean"] });
        let table = schemars::json_schema!({
            "type": "object",
            "properties": { SEVERITY: state },
            "additionalProperties": parameter,
        });
        schemars::json_schema!({ "anyOf": [state, table] })
    }
}
