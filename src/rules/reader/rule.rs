//! One rule file.

use super::condition::Names;
use super::fields::{Fields, literal};
use super::fix::fix;
use super::words::{CONCERNS, EXPECT, PARAMETER_TYPES, SEES, SEVERITIES, WITHOUT_WORKSPACE};
use super::{Definitions, Entry, RuleFile, mistake};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::definition::{
    Alias, Assumption, Case, Citation, Concern, Condition, Demand, Documentation, Example,
    ExampleTemplate, Fix, Language, Literal, Message, Parameter, ParameterKind, Rule, Sees,
    Together, TogetherBy, WithoutWorkspace,
};
use crate::syntax::node::Node;
use std::cell::RefCell;
use std::sync::Arc;

/// Reads a rule or an alias into the definitions.
pub fn read(
    file: &RuleFile<'_>,
    root: Node<'_>,
    definitions: &mut Definitions,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mistakes: RefCell<Vec<Diagnostic>> = RefCell::default();
    if let Some(fields) = Fields::of(root, &mistakes) {
        if fields.node().get("aliasOf").is_some() {
            if let Some((alias, documentation)) = alias(&fields) {
                take_name(file, &fields, &alias.code, &alias.name, definitions);
                let entry = Entry {
                    service: file.folder().into(),
                    definition: Arc::new(alias),
                    documentation,
                };
                definitions.aliases.push(entry);
            }
        } else {
            let read = rule(&fields, definitions);
            fields.finish();
            if let Some((rule, documentation)) = read {
                take_name(file, &fields, &rule.code, &rule.name, definitions);
                if mistakes.borrow().is_empty() {
                    let entry = Entry {
                        service: file.folder().into(),
                        definition: Arc::new(rule),
                        documentation,
                    };
                    definitions.rules.push(entry);
                }
            }
        }
    }
    let mut mistakes = mistakes.into_inner();
    mistakes.sort_by_key(|diagnostic| diagnostic.primary.span);
    mistakes.dedup(); // `resource` is read for judging and for documentation
    diagnostics.extend(mistakes);
}

/// Notes the code and name of a rule; both must be new, and the name that of the file.
fn take_name(
    file: &RuleFile<'_>,
    fields: &Fields<'_, '_>,
    code: &str,
    name: &str,
    definitions: &mut Definitions,
) {
    let node_of = |key: &'static str| fields.take(key).unwrap_or(fields.node());
    let (code_node, name_node) = (node_of("code"), node_of("name"));
    let well_formed = code.len() == 5
        && code[..2].bytes().all(|byte| byte.is_ascii_uppercase())
        && code[2..].bytes().all(|byte| byte.is_ascii_digit());
    if !well_formed {
        fields.mistake(
            code_node,
            format!("`{code}` is no code: two capital letters and three digits"),
        );
    } else if code.starts_with("AM") {
        fields.mistake(code_node, "codes that begin with `AM` are amllint's own");
    }
    if name != file.stem() {
        fields.mistake(
            name_node,
            format!("the rule is called `{name}`, its file `{}`", file.stem()),
        );
    }
    for (taken, node) in [(code, code_node), (name, name_node)] {
        let earlier = definitions
            .names
            .iter()
            .find(|(known, _)| **known == *taken)
            .map(|(_, span)| *span);
        if earlier.is_some() || !definitions.replaces && definitions.is_taken(taken) {
            let diagnostic = mistake(node, format!("there is a rule `{taken}` already"));
            fields.diagnostics().borrow_mut().push(match earlier {
                Some(earlier) => diagnostic.with_related(earlier, "here"),
                None => diagnostic,
            });
        }
        definitions.names.push((taken.into(), node.span()));
    }
    if definitions.replaces {
        definitions.remove(code, name);
    }
}

fn alias(fields: &Fields<'_, '_>) -> Option<(Alias, Documentation)> {
    let code = fields.require_text("code");
    let name = fields.require_text("name");
    let title = fields.require_text("title");
    let alias_of = fields.require_text("aliasOf");
    let documentation = documentation(fields);
    fields.finish();
    Some((
        Alias {
            code: code?.into(),
            name: name?.into(),
            title: title?.into(),
            alias_of: alias_of?.into(),
        },
        documentation,
    ))
}

fn rule(fields: &Fields<'_, '_>, definitions: &Definitions) -> Option<(Rule, Documentation)> {
    let parameters = parameters(fields);
    let roles: Vec<&str> = definitions
        .relations
        .relations
        .iter()
        .map(|relation| &*relation.role)
        .collect();
    let retirements: Vec<&str> = definitions
        .guidance
        .retirements
        .iter()
        .map(|(table, _)| &**table)
        .collect();
    let names = Names {
        shared: &definitions.shared,
        roles: &roles,
        retirements: &retirements,
        parameters: &parameters,
        diagnostics: fields.diagnostics(),
    };
    // Everything is read before anything is required, so that all mistakes are told at once.
    let code = fields.require_text("code");
    let name = fields.require_text("name");
    let title = fields.require_text("title");
    let severity = fields
        .require("severity")
        .and_then(|node| fields.word(node, SEVERITIES));
    let concern = fields
        .require("concern")
        .and_then(|node| fields.word(node, CONCERNS));
    fields.require("resource");
    let resources = fields
        .texts("resource")
        .into_iter()
        .map(|(_, text)| text.to_ascii_lowercase().into())
        .collect();
    let enabled = fields.boolean("enabled", true);
    let profiles = profiles(fields);
    let when = fields.take("when").map(|node| names.condition(node));
    let assume = assumptions(fields, &names);
    let each = fields.take("each").map(|node| names.source(fields, node));
    let each_where = fields.take("where").map(|node| names.condition(node));
    let together = fields
        .take("together")
        .and_then(|node| together(node, fields));
    let sees = fields
        .take("sees")
        .and_then(|node| fields.word(node, SEES))
        .unwrap_or(Sees::Template);
    if let (Sees::Folder, Some(_), Some(node)) = (sees, &together, fields.take("sees")) {
        fields.mistake(node, "a rule has `together` or `sees: folder`, not both");
    }
    let point_at = fields.path("pointAt");
    let without_workspace = fields
        .take("withoutWorkspace")
        .and_then(|node| fields.word(node, WITHOUT_WORKSPACE));
    let supersedes = fields
        .texts("supersedes")
        .into_iter()
        .map(|(_, text)| text.into())
        .collect();
    let around = Around {
        severity,
        concern,
        without_workspace,
        demand: demand(fields, &names),
        message: fields
            .take("message")
            .and_then(|node| message(fields, node)),
        help: fields.take("help").and_then(|node| message(fields, node)),
        fix: fields
            .take("fix")
            .and_then(|node| fix(node, fields, definitions)),
    };
    let cases = cases(fields, &names, definitions, &around);
    let documentation = documentation(fields);
    let concern = concern?;
    let rule = Rule {
        code: code?.into(),
        name: name?.into(),
        title: title?.into(),
        concern,
        severity: severity?,
        enabled,
        profiles,
        resources,
        when: unbroken(when)?,
        assume: assume?,
        each: unbroken(each)?,
        each_where: unbroken(each_where)?,
        together,
        sees,
        cases: cases?,
        point_at,
        parameters,
        without_workspace: without_workspace.unwrap_or(without_workspace_of(concern)),
        supersedes,
    };
    Some((rule, documentation))
}

/// What becomes of a finding on a resource that no workspace reaches, where the rule does not say.
fn without_workspace_of(concern: Concern) -> WithoutWorkspace {
    match concern {
        Concern::Zone | Concern::Region | Concern::Protect => WithoutWorkspace::Lower,
        Concern::Lifecycle | Concern::Valid | Concern::Observe => WithoutWorkspace::Same,
    }
}

/// Something that may be absent but must not be broken.
fn unbroken<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
        None => Some(None),
    }
}

/// What a case takes from its rule when it does not say.
struct Around {
    severity: Option<Severity>,
    concern: Option<Concern>,
    without_workspace: Option<WithoutWorkspace>,
    demand: Option<Demand>,
    message: Option<Message>,
    help: Option<Message>,
    fix: Option<Fix>,
}

fn demand(fields: &Fields<'_, '_>, names: &Names<'_>) -> Option<Demand> {
    match (fields.take("require"), fields.take("forbid")) {
        (Some(_), Some(node)) => {
            fields.mistake(node, "a rule has `require` or `forbid`, not both");
            None
        }
        (Some(node), None) => condition(names, node).map(Demand::Require),
        (None, Some(node)) if node.is_array() => {
            fields.mistake(node, "`forbid` takes no list: write `allOf` or `anyOf`");
            None
        }
        (None, Some(node)) => condition(names, node).map(Demand::Forbid),
        (None, None) => None,
    }
}

fn condition(names: &Names<'_>, node: Node<'_>) -> Option<Condition> {
    let names = Names {
        shared: names.shared,
        roles: names.roles,
        retirements: names.retirements,
        parameters: names.parameters,
        diagnostics: names.diagnostics,
    };
    names.condition(node)
}

fn cases(
    fields: &Fields<'_, '_>,
    names: &Names<'_>,
    definitions: &Definitions,
    around: &Around,
) -> Option<Vec<Case>> {
    let Some(cases) = fields.take("cases") else {
        let missing = |what: &str| fields.mistake(fields.node(), format!("the rule has no {what}"));
        if around.demand.is_none() && fields.take("require").or(fields.take("forbid")).is_none() {
            missing("`require`, `forbid` or `cases`");
        }
        if around.message.is_none() && fields.take("message").is_none() {
            missing("`message`");
        }
        let concern = around.concern?;
        return Some(vec![Case {
            when: None,
            assume: Vec::new(),
            demand: around.demand.clone()?,
            severity: around.severity?,
            concern,
            without_workspace: around
                .without_workspace
                .unwrap_or(without_workspace_of(concern)),
            message: around.message.clone()?,
            help: around.help.clone(),
            fix: around.fix.clone(),
        }]);
    };
    let nodes = fields.filled_list_of(cases);
    let cases: Vec<_> = nodes
        .into_iter()
        .map(|node| case(node, fields, names, definitions, around))
        .collect();
    cases.into_iter().collect()
}

fn case(
    node: Node<'_>,
    fields: &Fields<'_, '_>,
    names: &Names<'_>,
    definitions: &Definitions,
    around: &Around,
) -> Option<Case> {
    let case = Fields::of(node, fields.diagnostics())?;
    let when = case.take("when").map(|node| condition(names, node));
    let severity = case
        .take("severity")
        .and_then(|node| case.word(node, SEVERITIES))
        .or(around.severity);
    let concern = case
        .take("concern")
        .and_then(|node| case.word(node, CONCERNS))
        .or(around.concern);
    let assume = assumptions(&case, names);
    let own = demand(&case, names);
    let said = case.take("require").or(case.take("forbid")).is_some();
    let demand = if said { own } else { around.demand.clone() };
    let text = |key: &'static str| case.take(key).and_then(|node| message(&case, node));
    let message = text("message").or_else(|| around.message.clone());
    let help = text("help").or_else(|| around.help.clone());
    let fix = case
        .take("fix")
        .and_then(|node| fix(node, &case, definitions))
        .or_else(|| around.fix.clone());
    case.finish();
    if demand.is_none() && !said {
        case.mistake(
            node,
            "neither the case nor the rule has `require` or `forbid`",
        );
    }
    if message.is_none() && case.take("message").is_none() {
        case.mistake(node, "neither the case nor the rule has a `message`");
    }
    let concern = concern?;
    Some(Case {
        when: unbroken(when)?,
        assume: assume?,
        demand: demand?,
        severity: severity?,
        concern,
        without_workspace: around
            .without_workspace
            .unwrap_or(without_workspace_of(concern)),
        message: message?,
        help,
        fix,
    })
}

/// Reads a text with holes.
pub(super) fn message(fields: &Fields<'_, '_>, node: Node<'_>) -> Option<Message> {
    let Some(text) = node.as_str() else {
        fields.mistake(node, "text is expected here");
        return None;
    };
    match super::message::read(text) {
        Ok(message) => Some(message),
        Err(error) => {
            fields.mistake(node, error);
            None
        }
    }
}

fn profiles(fields: &Fields<'_, '_>) -> Vec<(Box<str>, Severity)> {
    let members = fields.mapping("profiles").into_iter();
    members
        .filter_map(|(profile, value)| Some((profile.into(), fields.word(value, SEVERITIES)?)))
        .collect()
}

fn assumptions(fields: &Fields<'_, '_>, names: &Names<'_>) -> Option<Vec<Assumption>> {
    let Some(node) = fields.take("assume") else {
        return Some(Vec::new());
    };
    let nodes = if node.is_array() {
        fields.filled_list_of(node)
    } else {
        vec![node]
    };
    nodes
        .into_iter()
        .map(|node| assumption(node, names))
        .collect()
}

/// A condition with `say` beside it; without, what a `region: hasZones` takes for granted is known.
fn assumption(node: Node<'_>, names: &Names<'_>) -> Option<Assumption> {
    const ZONES: &str = "the region has availability zones";
    let fields = Fields::of(node, names.diagnostics)?;
    let say = fields.text("say");
    if say.is_none() && fields.node().get("region").and_then(Node::as_str) != Some("hasZones") {
        fields.mistake(node, "an assumption has `say`");
    }
    let condition = names.condition_in(&fields);
    fields.finish();
    Some(Assumption {
        condition: condition?,
        say: say.unwrap_or(ZONES).into(),
    })
}

fn together(node: Node<'_>, fields: &Fields<'_, '_>) -> Option<Together> {
    let together = Fields::of(node, fields.diagnostics())?;
    let say = together.require_text("say");
    let by = match together.take("by") {
        Some(node) if node.as_str() == Some("declaration") => Some(TogetherBy::Declaration),
        Some(node) => Some(TogetherBy::Path(together.path_of(node)?)),
        None => None,
    };
    together.finish();
    Some(Together {
        say: say?.into(),
        by,
    })
}

fn parameters(fields: &Fields<'_, '_>) -> Vec<Parameter> {
    let members = fields.mapping("parameters").into_iter();
    members
        .filter_map(|(name, node)| parameter(name, node, fields))
        .collect()
}

fn parameter(name: &str, node: Node<'_>, around: &Fields<'_, '_>) -> Option<Parameter> {
    let fields = Fields::of(node, around.diagnostics())?;
    let keyword = fields.require("type")?;
    let integer = |key| fields.integer_of(fields.take(key)?);
    let mut kind = fields.word(keyword, PARAMETER_TYPES)?;
    if let ParameterKind::Integer { minimum, maximum } = &mut kind {
        (*minimum, *maximum) = (integer("min"), integer("max"));
    }
    let default_node = fields.require("default")?;
    let default = literal(default_node);
    let fits = matches!(
        (&kind, &default),
        (ParameterKind::Integer { .. }, Literal::Integer(_))
            | (ParameterKind::Boolean, Literal::Boolean(_))
            | (ParameterKind::String, Literal::String(_))
    );
    if !fits {
        fields.mistake(default_node, "the default is not of the parameter's `type`");
    }
    let describe = fields.text("describe").map(Into::into);
    fields.finish();
    Some(Parameter {
        name: name.into(),
        kind,
        default,
        describe,
    })
}

fn documentation(fields: &Fields<'_, '_>) -> Documentation {
    let why = fields.require_text("why").unwrap_or_default();
    fields.require("sources");
    let sources = fields.list("sources").into_iter();
    let sources = sources.filter_map(|node| citation(node, fields)).collect();
    let examples = fields.list("examples").into_iter();
    let examples = examples.filter_map(|node| example(node, fields)).collect();
    let resources = fields.texts("resource").into_iter();
    Documentation {
        resources: resources.map(|(_, text)| text.into()).collect(),
        why: why.into(),
        sources,
        examples,
    }
}

/// Where a fact comes from.
pub fn citation(node: Node<'_>, around: &Fields<'_, '_>) -> Option<Citation> {
    let fields = Fields::of(node, around.diagnostics())?;
    let url = fields.text("url");
    let title = match (fields.text("title"), fields.text("aprl")) {
        (Some(title), None) => title.to_owned(),
        (None, Some(id)) => format!("APRL {id}"),
        (Some(_), Some(_)) | (None, None) => {
            fields.mistake(node, "a source has a `title` with its `url`, or `aprl`");
            return None;
        }
    };
    let date = fields.require_text("date")?;
    fields.finish();
    Some(Citation {
        title: title.into(),
        url: url.map(Into::into),
        date: date.into(),
    })
}

fn example(node: Node<'_>, around: &Fields<'_, '_>) -> Option<Example> {
    let fields = Fields::of(node, around.diagnostics())?;
    let title = fields.require_text("title");
    let templates = example_templates(node, &fields)?;
    let expect_unknown = fields
        .take("expect")
        .and_then(|node| fields.word(node, EXPECT));
    let also_reports = fields
        .texts("alsoReports")
        .into_iter()
        .map(|(_, text)| text.into())
        .collect();
    let (as_of, region) = (
        fields.text("asOf").map(Into::into),
        fields.text("region").map(Into::into),
    );
    fields.finish();
    Some(Example {
        title: title?.into(),
        templates,
        as_of,
        region,
        expect_unknown: expect_unknown.unwrap_or(false),
        also_reports,
    })
}

/// The template of an example in each language in which it is written, JSON first.
fn example_templates(node: Node<'_>, fields: &Fields<'_, '_>) -> Option<Vec<ExampleTemplate>> {
    let mut templates = Vec::new();
    let texts = [
        ("main.json", fields.text("json")),
        ("main.bicep", fields.text("bicep")),
    ];
    for (name, text) in texts {
        let template = |text: &str| ExampleTemplate {
            language: Language::of(name),
            files: vec![(name.into(), text.into())],
        };
        templates.extend(text.map(template));
    }
    let mut files: Vec<(Box<str>, Box<str>)> = Vec::new();
    for (name, value) in fields.mapping("files") {
        files.push((name.into(), fields.text_of(value)?.into()));
    }
    if let Some((name, _)) = files.first() {
        let language = Language::of(name);
        if templates.iter().any(|one| one.language == language) {
            let title = language.title();
            fields.mistake(node, format!("the example is written in {title} twice"));
        }
        templates.push(ExampleTemplate { language, files });
    }
    if templates.is_empty() {
        fields.mistake(node, "an example has `json`, `bicep` or `files`");
        return None;
    }
    templates.sort_by_key(|one| one.language);
    Some(templates)
}
