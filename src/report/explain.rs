//! What a rule is about, for people and programs: `amllint explain`.

use super::help::{helps, in_words};
use super::json_text::pretty;
use crate::diagnostic::{Deployed, Kind};
use crate::lint::expectation;
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::{
    Change, Example, ExampleTemplate, Fix, Literal, Parameter, ParameterKind, Rule,
};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A form of explanation or listing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// For a terminal.
    Text,
    /// For a page.
    Markdown,
    /// For programs.
    Json,
}

/// What is explained.
#[derive(Debug)]
pub enum Subject<'a> {
    /// A rule, with the folder it lies in.
    Rule(&'a str, &'a Rule),
    /// A message of the tool itself.
    Kind(Kind),
}

/// What a code, a name or an alias stands for.
pub fn find<'a>(catalogue: &'a Catalogue, word: &str) -> Option<Subject<'a>> {
    let is = |text: &str| text.eq_ignore_ascii_case(word);
    let alias = catalogue
        .aliases()
        .find(|alias| is(&alias.code) || is(&alias.name));
    let name = alias.map_or(word, |alias| &*alias.alias_of);
    let rule = catalogue.all().find(|(_, rule)| {
        rule.code.eq_ignore_ascii_case(name) || rule.name.eq_ignore_ascii_case(name)
    });
    let kind = || {
        Kind::ALL
            .iter()
            .find(|kind| is(kind.code) || is(kind.name))
            .map(|kind| Subject::Kind(*kind))
    };
    rule.map(|(service, rule)| Subject::Rule(service, rule))
        .or_else(kind)
}

/// All words that [`find`] knows, for "did you mean".
pub fn words(catalogue: &Catalogue) -> Vec<String> {
    let rules = catalogue
        .all()
        .flat_map(|(_, rule)| [rule.code.to_string(), rule.name.to_string()]);
    let aliases = catalogue
        .aliases()
        .flat_map(|alias| [alias.code.to_string(), alias.name.to_string()]);
    let kinds = Kind::ALL
        .iter()
        .flat_map(|kind| [kind.code.to_owned(), kind.name.to_owned()]);
    rules.chain(aliases).chain(kinds).collect()
}

/// Explains what was found. `all_examples`: not only the first that fires and the first that is silent.
pub fn explain(
    catalogue: &Catalogue,
    subjects: &[Subject<'_>],
    form: Form,
    all_examples: bool,
) -> String {
    if form == Form::Json {
        let explained: Vec<_> = subjects
            .iter()
            .map(|subject| as_json(catalogue, subject))
            .collect();
        return pretty(&json!({ "schema_version": 1, "rules": explained }));
    }
    let explained: Vec<_> = subjects
        .iter()
        .map(|subject| as_text(catalogue, subject, form, all_examples))
        .collect();
    explained.join("\n")
}

/// Whether something is found in an example: a comment says so.
fn fires(example: &Example) -> bool {
    example.templates.iter().any(expectation::fires)
}

fn as_json(catalogue: &Catalogue, subject: &Subject<'_>) -> Value {
    match subject {
        Subject::Kind(kind) => json!({
            "code": kind.code, "name": kind.name, "severity": kind.severity.word(), "title": kind.meaning,
        }),
        Subject::Rule(service, rule) => {
            let documentation = catalogue.documentation(&rule.name).unwrap_or_default();
            let sources: Vec<_> = documentation
                .sources
                .iter()
                .map(|source| json!({ "title": source.title, "url": source.url, "date": source.date }))
                .collect();
            let examples: Vec<_> = documentation.examples.iter().map(example_as_json).collect();
            json!({
                "code": rule.code, "name": rule.name, "title": rule.title, "service": service,
                "severity": rule.severity.word(), "concern": rule.concern.word(),
                "resource": &documentation.resources, "default": rule.enabled,
                "why": documentation.why.trim_end(), "help": helps(catalogue, rule),
                "parameters": rule.parameters.iter().map(parameter_as_json).collect::<Vec<_>>(),
                "fixes": fixes(rule).iter().map(|fix| json!({ "title": title_of(catalogue, rule, fix), "deployed": fix.deployed.word() })).collect::<Vec<_>>(),
                "sources": sources, "examples": examples,
            })
        }
    }
}

fn example_as_json(example: &Example) -> Value {
    let file = |(name, text): &(Box<str>, Box<str>)| json!({ "name": name, "text": text });
    let template = |template: &ExampleTemplate| {
        let files: Vec<_> = template.files.iter().map(file).collect();
        json!({ "language": template.language.word(), "files": files })
    };
    let templates: Vec<_> = example.templates.iter().map(template).collect();
    json!({ "title": example.title, "fires": fires(example), "templates": templates })
}

/// The fixes of the cases of a rule, each once.
fn fixes(rule: &Rule) -> Vec<&Fix> {
    let mut fixes: Vec<&Fix> = Vec::new();
    for fix in rule.cases.iter().filter_map(|case| case.fix.as_ref()) {
        if !fixes.contains(&fix) {
            fixes.push(fix);
        }
    }
    fixes
}

/// What a fix does, before it is known to what.
fn title_of(catalogue: &Catalogue, rule: &Rule, fix: &Fix) -> String {
    let name = |path: &crate::path::Path| {
        let path = path.to_string();
        format!("`{}`", path.trim_start_matches(['$', '.']))
    };
    match &fix.change {
        Change::Set { path, to } => match to.as_parameter() {
            Some(parameter) => format!("set {} to the parameter `{parameter}`", name(path)),
            None => format!("set {} to `{to}`", name(path)),
        },
        Change::Map { path, values, .. } => {
            let values = values.iter();
            let values: Vec<_> = values
                .map(|(from, to)| format!("`{from}` to `{to}`"))
                .collect();
            format!("change {}: {}", name(path), values.join(", "))
        }
        Change::Remove(path) => format!("remove {}", name(path)),
        Change::AddChild {
            resource_type,
            named,
            ..
        } => {
            let segment = resource_type.rsplit('/').next().unwrap_or_default();
            let named = in_words(catalogue, rule, &[], named);
            format!("add a `{segment}` child named {named}")
        }
    }
}

/// What a fix does, how it is applied, and what may be found after it.
fn words_of(catalogue: &Catalogue, rule: &Rule, fix: &Fix) -> String {
    let mut words = format!(
        "{}; {}",
        title_of(catalogue, rule, fix),
        fix.deployed.meaning()
    );
    if fix.deployed != Deployed::InPlace || matches!(fix.change, Change::AddChild { .. }) {
        words.push_str(" (`--fix --unsafe-fixes`)");
    } else {
        words.push_str(
            " (`--fix`; `--unsafe-fixes` where the value is not written in the resource itself)",
        );
    }
    if !fix.reveals.is_empty() {
        let names: Vec<_> = fix.reveals.iter().map(|name| format!("`{name}`")).collect();
        words.push_str(&format!(
            "; then {} may find something",
            names.join(" and ")
        ));
    }
    words
}

fn as_text(catalogue: &Catalogue, subject: &Subject<'_>, form: Form, all_examples: bool) -> String {
    let markdown = form == Form::Markdown;
    let mut out = String::new();
    let (service, rule) = match subject {
        Subject::Kind(kind) => {
            let heading = if markdown { "# " } else { "" };
            let _ = writeln!(out, "{heading}{} {}", kind.code, kind.name);
            let _ = writeln!(
                out,
                "\n{} · a message of the tool itself",
                kind.severity.word()
            );
            let _ = writeln!(out, "\n{}", kind.meaning.trim());
            return out;
        }
        Subject::Rule(service, rule) => (service, rule),
    };
    let documentation = catalogue.documentation(&rule.name).unwrap_or_default();
    let heading = |out: &mut String, title: &str| {
        let _ = if markdown {
            writeln!(out, "\n## {title}\n")
        } else {
            writeln!(out, "\n{title}:")
        };
    };
    let indent = if markdown { "" } else { "  " };
    let title = if markdown { "# " } else { "" };
    let _ = writeln!(out, "{title}{} {}\n\n{}", rule.code, rule.name, rule.title);
    let default = if rule.enabled {
        ""
    } else {
        " · off by default"
    };
    let _ = writeln!(
        out,
        "\n{} · {} · {service}{default}",
        rule.severity.word(),
        rule.concern.word()
    );
    heading(&mut out, "Looks at");
    for resource in &documentation.resources {
        let _ = writeln!(out, "{indent}- {resource}");
    }
    heading(&mut out, "Why, and what it does not know");
    for line in documentation.why.trim_end().lines() {
        let _ = writeln!(out, "{indent}{line}");
    }
    if !rule.parameters.is_empty() {
        heading(&mut out, "Set by the configuration");
        for parameter in &rule.parameters {
            let _ = writeln!(out, "{indent}- {}", parameter_as_text(parameter, markdown));
        }
    }
    let helps = helps(catalogue, rule);
    if !helps.is_empty() {
        heading(&mut out, "What to do");
        for help in helps {
            let _ = writeln!(out, "{indent}- {help}");
        }
    }
    let fixes = fixes(rule);
    if !fixes.is_empty() {
        heading(&mut out, "Fixes");
        for fix in fixes {
            let _ = writeln!(out, "{indent}- {}", words_of(catalogue, rule, fix));
        }
    }
    heading(&mut out, "Sources");
    for source in &documentation.sources {
        let _ = match &source.url {
            Some(url) if markdown => writeln!(out, "- [{}]({url}), {}", source.title, source.date),
            Some(url) => writeln!(out, "  - {}, {}\n    {url}", source.title, source.date),
            None => writeln!(out, "{indent}- {}, {}", source.title, source.date),
        };
    }
    for example in shown(&documentation.examples, all_examples) {
        let found = if fires(example) { "Found" } else { "Silent" };
        heading(&mut out, &format!("{found}: {}", example.title));
        let templates: Vec<_> = example
            .templates
            .iter()
            .map(|template| template_as_text(template, markdown))
            .collect();
        out.push_str(&templates.join("\n"));
    }
    out
}

/// "min-days = 7 (1 to 365): the days for which a deleted blob can be recovered".
fn parameter_as_text(parameter: &Parameter, markdown: bool) -> String {
    let code = if markdown { "`" } else { "" };
    let (name, default) = (&parameter.name, literal_as_json(&parameter.default));
    let mut text = format!("{code}{name} = {default}{code}");
    let bounds = match &parameter.kind {
        ParameterKind::Integer { minimum, maximum } => (*minimum, *maximum),
        ParameterKind::Boolean | ParameterKind::String => (None, None),
    };
    match bounds {
        (Some(least), Some(most)) => text.push_str(&format!(" ({least} to {most})")),
        (Some(least), None) => text.push_str(&format!(" ({least} or more)")),
        (None, Some(most)) => text.push_str(&format!(" (up to {most})")),
        (None, None) => {}
    }
    if let Some(describe) = &parameter.describe {
        text.push_str(&format!(": {describe}"));
    }
    text
}

fn literal_as_json(literal: &Literal) -> Value {
    match literal {
        Literal::Boolean(value) => json!(value),
        Literal::Integer(value) => json!(value),
        Literal::Float(value) => json!(value),
        Literal::String(value) => json!(value),
        Literal::Null | Literal::Array(_) | Literal::Object(_) => Value::Null,
    }
}

fn parameter_as_json(parameter: &Parameter) -> Value {
    let (kind, minimum, maximum) = match &parameter.kind {
        ParameterKind::Integer { minimum, maximum } => ("int", *minimum, *maximum),
        ParameterKind::Boolean => ("bool", None, None),
        ParameterKind::String => ("string", None, None),
    };
    json!({
        "name": parameter.name, "type": kind, "default": literal_as_json(&parameter.default),
        "min": minimum, "max": maximum, "describe": parameter.describe,
    })
}

/// All examples, or of those that fire and of those that are silent the first in each language.
fn shown(examples: &[Example], all: bool) -> Vec<&Example> {
    let is_shown = |position: usize, example: &Example| {
        let like_it = |other: &&Example| fires(other) == fires(example) && !other.expect_unknown;
        let is_first = |template: &ExampleTemplate| {
            let mut earlier = examples[..position].iter().filter(like_it);
            !earlier.any(|other| {
                let mut templates = other.templates.iter();
                templates.any(|one| one.language == template.language)
            })
        };
        !example.expect_unknown && example.templates.iter().any(is_first)
    };
    let examples = examples.iter().enumerate();
    let shown = examples.filter(|(position, example)| all || is_shown(*position, example));
    shown.map(|(_, example)| example).collect()
}

/// The files of an example in one language; where there are several, each with its name.
fn template_as_text(template: &ExampleTemplate, markdown: bool) -> String {
    let mut out = String::new();
    for (number, (name, text)) in template.files.iter().enumerate() {
        let text = text.trim_end();
        let between = if number > 0 { "\n" } else { "" };
        if template.files.len() > 1 {
            let _ = match markdown {
                true => writeln!(out, "{between}`{name}`:\n"),
                false => writeln!(out, "{between}    {name}:"),
            };
        }
        if markdown {
            let language = name.rsplit('.').next().unwrap_or("json");
            let _ = writeln!(out, "```{language}\n{text}\n```");
        } else {
            for line in text.lines() {
                let _ = writeln!(out, "    {line}");
            }
        }
    }
    out
}

/// The rules there are, those that are selected.
pub fn list(catalogue: &Catalogue, form: Form) -> String {
    let enabled: Vec<&str> = catalogue.enabled().map(|rule| &*rule.name).collect();
    let mut rules: Vec<(&str, &Rule)> = catalogue
        .all()
        .filter(|(_, rule)| enabled.contains(&&*rule.name))
        .collect();
    rules.sort_by(|left, right| left.1.code.cmp(&right.1.code));
    match form {
        Form::Json => {
            let listed: Vec<_> = rules
                .iter()
                .map(|(service, rule)| {
                    let documentation = catalogue.documentation(&rule.name).unwrap_or_default();
                    let sources: Vec<_> = documentation
                        .sources
                        .iter()
                        .map(|source| json!({ "title": source.title, "url": source.url, "date": source.date }))
                        .collect();
                    json!({
                        "code": rule.code, "name": rule.name, "title": rule.title, "service": service,
                        "severity": rule.severity.word(), "concern": rule.concern.word(),
                        "resource": &documentation.resources, "default": rule.enabled,
                        "sources": sources,
                    })
                })
                .collect();
            let aliases: Vec<_> = catalogue
                .aliases()
                .filter(|alias| enabled.contains(&&*alias.alias_of))
                .map(|alias| json!({ "code": alias.code, "name": alias.name, "alias_of": alias.alias_of }))
                .collect();
            pretty(&json!({ "schema_version": 1, "rules": listed, "aliases": aliases }))
        }
        Form::Markdown => {
            let mut out =
                "| Code | Name | Severity | Concern | What it finds |\n|---|---|---|---|---|\n"
                    .to_owned();
            for (_, rule) in rules {
                let _ = writeln!(
                    out,
                    "| {} | `{}` | {} | {} | {} |",
                    rule.code,
                    rule.name,
                    rule.severity.word(),
                    rule.concern.word(),
                    rule.title.replace('|', "\\|")
                );
            }
            out
        }
        Form::Text => {
            let width = rules
                .iter()
                .map(|(_, rule)| rule.name.len())
                .max()
                .unwrap_or(0);
            let mut out = String::new();
            for (_, rule) in rules {
                let _ = writeln!(
                    out,
                    "{} {:width$} {:7} {:9} {}",
                    rule.code,
                    rule.name,
                    rule.severity.word(),
                    rule.concern.word(),
                    rule.title
                );
            }
            out
        }
    }
}
