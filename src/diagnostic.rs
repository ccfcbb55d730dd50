//! What is said to the user: data only. `lint` makes diagnostics, `report` prints them.

use crate::source::{Range, Span};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How grave a diagnostic is, mild to grave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Severity {
    /// Advice, or a gap that one template cannot prove. Does not fail a run by default.
    Info,
    /// A real gap, provable from the template.
    Warning,
    /// The platform rejects it, it is retired, or the documentation says it is not supported.
    Error,
}

impl Severity {
    /// The word that is printed and configured.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The severity of that word, if it is one.
    pub fn from_word(word: &str) -> Option<Severity> {
        [Severity::Info, Severity::Warning, Severity::Error]
            .into_iter()
            .find(|severity| severity.word() == word)
    }

    /// One step milder; `Info` stays.
    pub fn milder(self) -> Severity {
        match self {
            Severity::Error => Severity::Warning,
            Severity::Warning | Severity::Info => Severity::Info,
        }
    }
}

/// How sure a diagnostic is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Certainty {
    /// It holds only when a condition or a choice nobody knows yet comes out so.
    Possible,
    /// It holds.
    Certain,
}

impl Certainty {
    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Certainty::Possible => "possible",
            Certainty::Certain => "certain",
        }
    }
}

/// A place and what is to be said of it; the message may be empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The characters to underline.
    pub span: Span,
    /// A few words beside the underline.
    pub message: String,
}

impl Label {
    /// A place with a few words.
    pub fn new(span: Span, message: impl Into<String>) -> Label {
        Label {
            span,
            message: message.into(),
        }
    }
}

/// A text that takes the place of another one; an empty place is an insertion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    /// The characters that go.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// What a change means for a resource that is deployed already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deployed {
    /// Accepted, at the same cost.
    InPlace,
    /// Accepted, and costs more.
    Cost,
    /// Accepted, and cannot be undone.
    Irreversible,
    /// The service must convert the resource.
    Migrate,
    /// Only a new resource can have it.
    Recreate,
}

impl Deployed {
    /// The word that rule files and programs use.
    pub fn word(self) -> &'static str {
        match self {
            Deployed::InPlace => "in-place",
            Deployed::Cost => "cost",
            Deployed::Irreversible => "irreversible",
            Deployed::Migrate => "migrate",
            Deployed::Recreate => "recreate",
        }
    }

    /// What it means for what is deployed, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Deployed::InPlace => "changes what is deployed in place",
            Deployed::Cost => "changes what is deployed in place, and costs more",
            Deployed::Irreversible => "changes what is deployed in place, and cannot be undone",
            Deployed::Migrate => "what is deployed has to be migrated",
            Deployed::Recreate => "only a new resource can have it",
        }
    }
}

/// Whether a fix may be made without being looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Safety {
    /// One literal of the resource itself is changed or added, in place and at no cost.
    Safe,
    /// It costs, cannot be undone or needs a new resource, or it changes what others may use, too.
    Unsafe,
}

impl Safety {
    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
        }
    }

    /// The options that apply it.
    pub fn options(self) -> &'static str {
        match self {
            Safety::Safe => "--fix",
            Safety::Unsafe => "--fix --unsafe-fixes",
        }
    }
}

/// A change of text after which a diagnostic is no more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does: "set `sku.name` to `Standard_ZRS`".
    pub title: String,
    /// Whether it may be made without being looked at.
    pub safety: Safety,
    /// What it means for a resource that is deployed; nothing where none is concerned.
    pub deployed: Option<Deployed>,
    /// What is written where, in the order of the files and the text; no two overlap.
    pub edits: Vec<TextEdit>,
    /// Names of rules that had nothing to judge before, and may find something after it.
    pub reveals: Vec<String>,
}

impl Fix {
    /// What it does, how it is applied, and what that means for what is deployed.
    pub fn words(&self) -> String {
        let mut words = format!("{} with `{}`", self.title, self.safety.options());
        if let Some(deployed) = self.deployed {
            words.push_str(&format!("; {}", deployed.meaning()));
        }
        words
    }
}

/// The resource a finding is about, as far as its names are known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ResourceSummary {
    /// Full resource type, as written.
    pub resource_type: String,
    /// The name, or the expression that makes it.
    pub name: String,
    /// Symbolic name, where the template's language has one.
    pub symbolic_name: Option<String>,
    /// Where the expressions stand that make its name.
    pub name_spans: Vec<Span>,
}

/// A resource beside the one that a finding names, of which the same is true at the same place: of the same loop, or by another call of
/// the same module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instance {
    /// Its name, or the expression that makes it.
    pub name: String,
    /// The file and the place where the deployment around it is made, if it differs from one to the other.
    pub call: Option<(String, Range)>,
}

/// One thing to tell the user about one place.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic {
    /// Two letters and three digits, `ST001`.
    pub code: Cow<'static, str>,
    /// The public handle, `storage-zone-redundancy`.
    pub name: Cow<'static, str>,
    /// How grave.
    pub severity: Severity,
    /// How sure.
    pub certainty: Certainty,
    /// The concern of the rule (`zone`, `region`, ...); empty for what the tool itself says.
    pub concern: &'static str,
    /// Lower case start, no full stop: what is, not what to do.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What decides.
    pub primary: Label,
    /// From there to the resource, in reading order, and what else had a part in it.
    pub trace: Vec<Label>,
    /// How many places of the trace, from its beginning, are the way of what decides.
    pub way: usize,
    /// The resource a rule judged.
    pub resource: Option<ResourceSummary>,
    /// The others it is about.
    pub instances: Vec<Instance>,
    /// Path of the property in the resource's body that decides, `properties.zones`; empty if there is none.
    pub property: String,
    /// What the finding takes for granted, such as "the region has availability zones".
    pub assumes: Vec<String>,
    /// Further remarks, one line each.
    pub notes: Vec<String>,
    /// The environments that it holds in; none where only the defaults are looked at.
    pub environments: Vec<String>,
    /// The environments that it does not hold in.
    pub passes_in: Vec<String>,
    /// The environments in which nobody knows.
    pub unknown_in: Vec<String>,
    /// Parameters and the values that have to be chosen for it, if it does not hold by default.
    pub when: Vec<(String, String)>,
    /// Choices of parameters with which it does not hold, although it does by default; each as small as it can be.
    pub unless: Vec<Vec<(String, String)>>,
    /// Parameters that it depends on, and with some values of which nobody knows, or looked, whether it holds.
    pub by_default: Vec<String>,
    /// A change of text that mends it, if there is one.
    pub fix: Option<Fix>,
    /// The other resources that it stands for as they are written, each with the property that decides there.
    pub stands_for: Vec<(ResourceSummary, String)>,
    /// Where what it is about is declared, and where the deployments around that are made, the innermost first.
    pub sites: Vec<Span>,
    /// Why it is not to be reported, if it is not.
    pub suppressed: Option<Suppressed>,
}

/// Why a finding is not to be reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppressed {
    /// What says so.
    pub by: SuppressedBy,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub until: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
}

/// What says that a finding is not to be reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SuppressedBy {
    /// The source, here.
    InSource(Span),
    /// The baseline, which lists what is accepted.
    Baseline,
}

/// A kind of message of the tool itself, such as `AM101 syntax-json`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind {
    /// `AM` and three digits.
    pub code: &'static str,
    /// The public handle.
    pub name: &'static str,
    /// How grave.
    pub severity: Severity,
    /// What it means, a sentence.
    pub meaning: &'static str,
}

macro_rules! kinds {
    ($(#[doc = $doc:literal] $constant:ident = $code:literal $name:literal $severity:ident;)*) => {
        impl Kind {
            $(#[doc = $doc] pub const $constant: Kind = Kind {
                code: $code,
                name: $name,
                severity: Severity::$severity,
                meaning: $doc,
            };)*

            /// Every kind, by code.
            pub const ALL: &'static [Kind] = &[$(Kind::$constant),*];
        }
    };
}

kinds! {
    /// Something that is to silence a rule silences nothing.
    UNUSED_SUPPRESSION = "AM001" "unused-suppression" Warning;
    /// Something that is to silence a rule names none that there is.
    UNKNOWN_RULE = "AM002" "unknown-rule" Warning;
    /// A rule is silenced without a reason. It is as grave as the gravest finding that is silenced.
    MISSING_REASON = "AM003" "missing-reason" Warning;
    /// A rule was silenced up to a day that is over: its findings are reported again.
    EXPIRED_SUPPRESSION = "AM004" "expired-suppression" Warning;
    /// A rule that the configuration makes mandatory is to be silenced: its findings are reported.
    MANDATORY_RULE = "AM005" "mandatory-rule" Warning;
    /// Something is written like what silences a rule, and is not.
    SUPPRESSION_SYNTAX = "AM006" "suppression-syntax" Warning;
    /// A finding that the baseline lists is not there any more.
    FIXED_FINDING = "AM007" "fixed-finding" Error;
    /// The text is not JSON, or not as Azure Resource Manager takes it.
    SYNTAX_JSON = "AM101" "syntax-json" Error;
    /// A string that should be an expression is none.
    SYNTAX_EXPRESSION = "AM102" "syntax-expression" Error;
    /// JSON that some tools refuse: single quotes, a name that is there already.
    LENIENT_JSON = "AM103" "lenient-json" Warning;
    /// Bytes that are not text in the encoding of the file.
    ENCODING = "AM104" "encoding" Error;
    /// The template lacks a section, or a section has the wrong shape.
    TEMPLATE_SHAPE = "AM105" "template-shape" Error;
    /// The text is not Bicep.
    SYNTAX_BICEP = "AM106" "syntax-bicep" Error;
    /// A function that does not exist.
    UNKNOWN_FUNCTION = "AM201" "unknown-function" Warning;
    /// A function called with a wrong number or kind of arguments.
    FUNCTION_ARGUMENTS = "AM202" "function-arguments" Warning;
    /// `parameters('x')` or `variables('x')` of something that is not declared.
    UNDECLARED_NAME = "AM203" "undeclared-name" Warning;
    /// A value that Azure Resource Manager would refuse while evaluating.
    EVALUATION = "AM204" "evaluation" Warning;
    /// A parameter's value that its declaration does not allow.
    PARAMETER_VALUE = "AM205" "parameter-value" Warning;
    /// A variable, parameter or linked template that needs itself.
    CYCLE = "AM206" "cycle" Warning;
    /// A type definition that is not there, or leads to itself.
    TYPE_DEFINITION = "AM207" "type-definition" Warning;
    /// An assertion of the template that does not hold.
    ASSERTION = "AM208" "assertion" Warning;
    /// A file that cannot be read.
    UNREADABLE_FILE = "AM301" "unreadable-file" Warning;
    /// A named file that is neither a template nor a parameter file.
    NOT_A_TEMPLATE = "AM302" "not-a-template" Error;
    /// A linked template that is not there.
    MODULE_MISSING = "AM303" "module-missing" Warning;
    /// A linked template outside of the root.
    MODULE_OUTSIDE = "AM304" "module-outside" Warning;
    /// A linked template that cannot be read, or is none.
    MODULE_UNREADABLE = "AM305" "module-unreadable" Warning;
    /// A template spec that is not in the module cache.
    MODULE_NOT_RESTORED = "AM306" "module-not-restored" Info;
    /// A file over the size limit.
    FILE_SIZE = "AM401" "file-size" Warning;
    /// Brackets nested too deep.
    NESTING_DEPTH = "AM402" "nesting-depth" Error;
    /// An expression longer than Azure Resource Manager takes.
    EXPRESSION_LENGTH = "AM403" "expression-length" Warning;
    /// A loop of more than 800 instances.
    COPY_COUNT = "AM404" "copy-count" Warning;
    /// More evaluation steps than a template may take.
    EVALUATION_STEPS = "AM405" "evaluation-steps" Warning;
    /// A value too large to compute with.
    VALUE_SIZE = "AM406" "value-size" Warning;
    /// More findings in one file than are shown.
    FINDINGS = "AM407" "findings" Warning;
    /// A mistake in a rule file or its data.
    RULE_FILE = "AM501" "rule-file" Error;
    /// A mistake in a configuration file.
    CONFIGURATION = "AM502" "configuration" Error;
    /// A setting that counts for a whole run, in a configuration that holds for a part of it.
    CONFIGURATION_UNUSED = "AM503" "configuration-unused" Warning;
    /// A line of the baseline that is no entry.
    BASELINE = "AM504" "baseline" Error;
    /// A bug of ours.
    INTERNAL = "AM901" "internal-error" Error;
}

impl Diagnostic {
    /// A message of the tool itself about one place.
    pub fn new(kind: Kind, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code: Cow::Borrowed(kind.code),
            name: Cow::Borrowed(kind.name),
            severity: kind.severity,
            certainty: Certainty::Certain,
            concern: "",
            message: message.into(),
            help: None,
            primary: Label::new(span, ""),
            trace: Vec::new(),
            way: 0,
            resource: None,
            instances: Vec::new(),
            property: String::new(),
            assumes: Vec::new(),
            notes: Vec::new(),
            environments: Vec::new(),
            passes_in: Vec::new(),
            unknown_in: Vec::new(),
            when: Vec::new(),
            unless: Vec::new(),
            by_default: Vec::new(),
            fix: None,
            stands_for: Vec::new(),
            sites: Vec::new(),
            suppressed: None,
        }
    }

    /// What has to be chosen for it, "when sku = 'Premium' and zones = false", if it does not hold by default.
    pub fn choice(&self) -> Option<String> {
        (!self.when.is_empty()).then(|| format!("when {}", all_of(&self.when)))
    }

    /// That it rests on defaults, "by default; not when sku = 'Premium'", if it does.
    pub fn default_only(&self) -> Option<String> {
        if !self.unless.is_empty() {
            return Some(format!("by default; not when {}", any_of(&self.unless)));
        }
        let names = self.by_default.iter().map(|one| format!("`{one}`"));
        let names = names.collect::<Vec<_>>().join(" or ");
        (!names.is_empty()).then(|| format!("by default; another value of {names} may change it"))
    }

    /// The others it is about, "also `stlogs` by main.bicep:9, `stdata2`".
    pub fn others(&self) -> Option<String> {
        let instances = self.instances.iter();
        let words = instances
            .take(MAX_INSTANCES)
            .map(|Instance { name, call }| match call {
                Some((path, range)) => format!("`{name}` by {path}:{}", range.start.line),
                None => format!("`{name}`"),
            });
        let words: Vec<_> = words.collect();
        let words = match self.instances.len().saturating_sub(MAX_INSTANCES) {
            0 => words.join(", "),
            more => format!("{} and {more} more", words.join(", ")),
        };
        (!words.is_empty()).then(|| format!("also {words}"))
    }

    /// Adds what to do.
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Sets the words beside the primary underline.
    pub fn with_label(mut self, message: impl Into<String>) -> Diagnostic {
        self.primary.message = message.into();
        self
    }

    /// Adds a related place.
    pub fn with_related(mut self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.trace.push(Label::new(span, message));
        self
    }
}

/// Other resources that are told of by name, at most.
const MAX_INSTANCES: usize = 5;
/// Alternatives to the defaults that are told, at most.
const MAX_ALTERNATIVES: usize = 3;

/// Alternatives, one for each set of parameters.
fn any_of(choices: &[Vec<(String, String)>]) -> String {
    let names = |choice: &[(String, String)]| -> Vec<String> {
        choice.iter().map(|(name, _)| name.clone()).collect()
    };
    let mut told: Vec<(Vec<String>, String)> = Vec::new();
    for choice in choices {
        let names = names(choice);
        if !told.iter().any(|(other, _)| *other == names) {
            told.push((names, all_of(choice)));
        }
    }
    let more = told.len() > MAX_ALTERNATIVES;
    told.truncate(MAX_ALTERNATIVES);
    let told: Vec<_> = told.into_iter().map(|(_, words)| words).collect();
    let words = told.join(" or ");
    match more {
        true => format!("{words}, and in other cases"),
        false => words,
    }
}

fn all_of(chosen: &[(String, String)]) -> String {
    let chosen = chosen.iter();
    let chosen: Vec<_> = chosen
        .map(|(parameter, value)| format!("{parameter} = {value}"))
        .collect();
    chosen.join(" and ")
}
