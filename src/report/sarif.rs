//! SARIF 2.1.0, as GitHub code scanning takes it and with everything the standard has a place for. This is the only door to
//! `serde-sarif`.
//!
//! GitHub refuses a whole file for one result without a location, for an empty text or a line 0; regions lie on one line, for an
//! alert shows in a pull request only if the whole region is part of it.
//! <https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>

use super::explain::{self, Form, Subject};
use super::line_hash::line_hashes;
use super::place::{Shown, at, shown};
use super::{Context, Finding, by_gravity, documentation_url, escape, unknown};
use crate::diagnostic::{Diagnostic, Fix, Label, Severity, SuppressedBy, TextEdit};
use crate::lint::fingerprint::{RECIPE, fingerprint};
use crate::lint::{Report, UnknownJudgement};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use serde_sarif::sarif;
use std::collections::BTreeMap;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// GitHub takes no more results of one run.
const MAX_RESULTS: usize = 25_000;
/// GitHub takes no longer description, in characters.
const MAX_DESCRIPTION: usize = 1_024;

pub(super) fn render(report: &Report, findings: &[Finding], context: &Context) -> String {
    let mut kept: Vec<&Finding> = findings.iter().collect();
    if kept.len() > MAX_RESULTS {
        kept = by_gravity(findings);
        kept.truncate(MAX_RESULTS);
    }
    let mut rules = Rules::default();
    let mut lines = FxHashMap::default();
    let are_shown = kept
        .iter()
        .any(|finding| finding.diagnostic.suppressed.is_some());
    let results = kept.iter().map(|finding| {
        let index = rules.index(finding.diagnostic, context);
        let mut result = result(finding, index, context, &mut lines);
        // Without the member nobody knows; an empty one says that the result counts.
        result.suppressions = are_shown.then(|| suppressions(finding, context));
        result
    });
    let results: Vec<sarif::Result> = results.collect();
    let mut driver = sarif::ToolComponent::builder()
        .name("amllint")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(rules.descriptors)
        .build();
    let page = env!("CARGO_PKG_REPOSITORY");
    driver.information_uri = Some(page.to_owned()).filter(|page| !page.is_empty());
    let mut run = sarif::Run::builder()
        .tool(sarif::Tool::builder().driver(driver).build())
        .column_kind(json!("utf16CodeUnits"))
        .results(results)
        .build();
    let left_out = findings.len() - kept.len();
    let mut notifications: Vec<_> = (left_out > 0).then(|| cut(left_out)).into_iter().collect();
    if context.shows_unknown {
        let unknown = report.coverage.unknown.iter();
        notifications.extend(unknown.map(|one| not_judged(one, context)));
    }
    if !notifications.is_empty() {
        run.invocations = Some(vec![
            sarif::Invocation::builder()
                .execution_successful(true)
                .tool_execution_notifications(notifications)
                .build(),
        ]);
    }
    let document = sarif::Sarif::builder()
        .schema(SCHEMA)
        .version(json!("2.1.0"))
        .runs(vec![run])
        .build();
    escape::pretty(&document)
}

/// Says how many results were left out.
fn cut(left_out: usize) -> sarif::Notification {
    let text = format!("{left_out} more findings, milder ones, do not fit into one run");
    sarif::Notification::builder()
        .message(message(&text))
        .level(json!("warning"))
        .build()
}

/// Says of a judgement that nobody can make it: as a result of its own it would become an alert.
fn not_judged(one: &UnknownJudgement, context: &Context) -> sarif::Notification {
    let text = format!(
        "{} of {} is not known: {}",
        one.code,
        unknown::resource(one),
        unknown::why(one)
    );
    let rule = sarif::ReportingDescriptorReference::builder()
        .id(one.code.to_string())
        .build();
    let mut notification = sarif::Notification::builder()
        .message(message(&plain(&text)))
        .level(json!("note"))
        .associated_rule(rule)
        .build();
    let path = one.place.as_ref().map_or(&one.file, |(path, _)| path);
    let artifact = sarif::ArtifactLocation::builder()
        .uri(context.repository.place(path).uri())
        .build();
    let mut physical = sarif::PhysicalLocation::builder()
        .artifact_location(artifact)
        .build();
    physical.region = one.place.as_ref().map(|(_, range)| {
        let line = i64::from(range.start.line);
        sarif::Region::builder().start_line(line).build()
    });
    let location = sarif::Location::builder()
        .physical_location(physical)
        .build();
    notification.locations = Some(vec![location]);
    notification
}

/// The rules that results name, in the order in which they first do.
#[derive(Default)]
struct Rules {
    descriptors: Vec<sarif::ReportingDescriptor>,
    positions: FxHashMap<String, i64>,
}

impl Rules {
    fn index(&mut self, diagnostic: &Diagnostic, context: &Context) -> i64 {
        let code = diagnostic.code.to_string();
        if let Some(known) = self.positions.get(&code) {
            return *known;
        }
        let index = self.descriptors.len() as i64;
        self.descriptors.push(descriptor(diagnostic, context));
        self.positions.insert(code, index);
        index
    }
}

fn descriptor(diagnostic: &Diagnostic, context: &Context) -> sarif::ReportingDescriptor {
    let subject = explain::find(context.catalogue, &diagnostic.code);
    let (title, full, tags, severity) = match &subject {
        Some(Subject::Rule(service, rule)) => {
            let why = context.catalogue.documentation(&rule.name);
            let why = why.map(|documentation| documentation.why.trim().to_owned());
            let why = why.unwrap_or_default();
            (
                rule.title.to_string(),
                format!("{}. {why}", rule.title),
                vec![
                    "reliability".to_owned(),
                    rule.concern.word().to_owned(),
                    (*service).to_owned(),
                ],
                rule.severity,
            )
        }
        Some(Subject::Kind(kind)) => {
            let meaning = kind.meaning.trim().to_owned();
            (meaning.clone(), meaning, Vec::new(), kind.severity)
        }
        None => {
            let name = diagnostic.name.to_string();
            (name.clone(), name, Vec::new(), diagnostic.severity)
        }
    };
    let help = |form| {
        let subjects = subject.as_slice();
        explain::explain(context.catalogue, subjects, form, false)
    };
    let (text, markdown) = (help(Form::Text), help(Form::Markdown));
    let mut descriptor = sarif::ReportingDescriptor::builder()
        .id(diagnostic.code.to_string())
        .name(diagnostic.name.to_string())
        .short_description(described(&first(&title, MAX_DESCRIPTION)))
        .full_description(described(&first(&full, MAX_DESCRIPTION)))
        .default_configuration(
            sarif::ReportingConfiguration::builder()
                .level(json!(level(severity)))
                .build(),
        )
        .properties(properties(
            tags,
            [
                ("precision", json!("high")),
                ("problem.severity", json!(problem(severity))),
            ],
        ))
        .build();
    let text = if text.trim().is_empty() { title } else { text };
    descriptor.help = Some(described(&text));
    if let Some(help) = &mut descriptor.help
        && !markdown.trim().is_empty()
    {
        help.markdown = Some(markdown);
    }
    descriptor.help_uri = documentation_url(context.catalogue, &diagnostic.name);
    descriptor
}

fn result<'a>(
    finding: &Finding<'a>,
    rule_index: i64,
    context: &Context,
    lines: &mut FxHashMap<(*const u8, usize), Vec<String>>,
) -> sarif::Result {
    let diagnostic = finding.diagnostic;
    let primary = shown(context.repository, finding);
    let mut related: Vec<sarif::Location> = Vec::new();
    for label in &diagnostic.trace {
        let place = at(context.repository, finding.sources, label.span);
        let mut location = location(&place, &label.message);
        location.id = Some(related.len() as i64 + 1);
        related.push(location);
    }
    let mut fingerprints = BTreeMap::new();
    let structural = fingerprint(
        context.repository,
        finding.root,
        finding.sources,
        diagnostic,
    );
    fingerprints.insert(RECIPE.to_owned(), structural);
    let hashes = lines
        .entry((primary.file.text().as_ptr(), primary.file.text().len()))
        .or_insert_with(|| line_hashes(primary.file.text()));
    if let Some(hash) = hashes.get(primary.range().start.line as usize - 1) {
        fingerprints.insert("primaryLocationLineHash".to_owned(), hash.clone());
    }
    let mut result = sarif::Result::builder()
        .rule_id(diagnostic.code.to_string())
        .rule_index(rule_index)
        .level(level(diagnostic.severity))
        .message(message(&text(diagnostic)))
        .locations(vec![location(&primary, "")])
        .partial_fingerprints(fingerprints)
        .properties(result_properties(diagnostic))
        .build();
    if !related.is_empty() {
        result.code_flows = Some(vec![flow(finding, context)]);
        result.related_locations = Some(related);
    }
    result.fixes = diagnostic
        .fix
        .as_ref()
        .map(|fix| vec![fix_of(finding, fix, context)]);
    result
}

/// Why a result is not to be reported.
fn suppressions(finding: &Finding, context: &Context) -> Vec<sarif::Suppression> {
    let Some(suppressed) = &finding.diagnostic.suppressed else {
        return Vec::new();
    };
    let (kind, place) = match suppressed.by {
        SuppressedBy::InSource(span) => {
            let place = at(context.repository, finding.sources, span);
            ("inSource", Some(location(&place, "")))
        }
        SuppressedBy::Baseline => ("external", None),
    };
    let mut suppression = sarif::Suppression::builder().kind(json!(kind)).build();
    suppression.justification.clone_from(&suppressed.reason);
    suppression.status = Some(json!("accepted"));
    suppression.location = place;
    vec![suppression]
}

/// The edits of a fix, file by file.
fn fix_of(finding: &Finding, fix: &Fix, context: &Context) -> sarif::Fix {
    let same_file = |one: &TextEdit, other: &TextEdit| one.span.file == other.span.file;
    let changes = fix.edits.chunk_by(same_file).map(|edits| {
        let replacements: Vec<_> = edits
            .iter()
            .map(|edit| {
                let place = at(context.repository, finding.sources, edit.span);
                sarif::Replacement::builder()
                    .deleted_region(region(&place))
                    .inserted_content(
                        sarif::ArtifactContent::builder()
                            .text(edit.text.as_str())
                            .build(),
                    )
                    .build()
            })
            .collect();
        let place = at(context.repository, finding.sources, edits[0].span);
        sarif::ArtifactChange::builder()
            .artifact_location(artifact(&place))
            .replacements(replacements)
            .build()
    });
    let mut values = vec![("safety", json!(fix.safety.word()))];
    if let Some(deployed) = fix.deployed {
        values.push(("deployed", json!(deployed.word())));
    }
    sarif::Fix::builder()
        .description(message(&plain(&fix.words())))
        .artifact_changes(changes.collect::<Vec<_>>())
        .properties(properties(Vec::new(), values))
        .build()
}

/// The message, links to the places of the trace, what to do.
fn text(diagnostic: &Diagnostic) -> String {
    let mut text = plain(&diagnostic.message);
    for holds in super::text::where_it_holds(diagnostic) {
        text.push_str(&format!("; {}", plain(&holds)));
    }
    let places = diagnostic.trace.iter().enumerate();
    let links: Vec<String> = places
        .map(|(position, label)| {
            let words = &label.message;
            let words = if words.trim().is_empty() {
                "see also".to_owned()
            } else {
                words.replace('[', "(").replace(']', ")")
            };
            format!("[{words}]({})", position + 1)
        })
        .collect();
    if !links.is_empty() {
        text.push_str(&format!("; {}", links.join(", ")));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\nhelp: {}", plain(help)));
    }
    text
}

/// A text in which `](` makes no link.
fn plain(text: &str) -> String {
    text.replace("](", "\\](")
}

/// The way of the value: from what decides to the resource.
fn flow(finding: &Finding, context: &Context) -> sarif::CodeFlow {
    let diagnostic = finding.diagnostic;
    let step = |label: &Label, otherwise: &str| {
        let place = at(context.repository, finding.sources, label.span);
        let words = if label.message.is_empty() {
            otherwise
        } else {
            &label.message
        };
        sarif::ThreadFlowLocation::builder()
            .location(location(&place, words))
            .build()
    };
    let first = step(&diagnostic.primary, "what decides");
    let rest = diagnostic.trace.iter().map(|label| step(label, "see also"));
    let steps: Vec<_> = std::iter::once(first).chain(rest).collect();
    let flow = sarif::ThreadFlow::builder().locations(steps).build();
    sarif::CodeFlow::builder().thread_flows(vec![flow]).build()
}

fn result_properties(diagnostic: &Diagnostic) -> sarif::PropertyBag {
    let mut values = vec![("certainty", json!(diagnostic.certainty.word()))];
    if !diagnostic.concern.is_empty() {
        values.push(("concern", json!(diagnostic.concern)));
    }
    if let Some(resource) = &diagnostic.resource {
        values.push(("resourceType", json!(resource.resource_type)));
        values.push(("resourceName", json!(resource.name)));
    }
    if !diagnostic.environments.is_empty() {
        values.push(("environments", json!(diagnostic.environments)));
        values.push(("passesIn", json!(diagnostic.passes_in)));
    }
    let chosen = |choice: &[(String, String)]| -> BTreeMap<String, String> {
        choice.iter().cloned().collect()
    };
    if !diagnostic.when.is_empty() {
        values.push(("when", json!(chosen(&diagnostic.when))));
    }
    if !diagnostic.unless.is_empty() {
        let unless = diagnostic.unless.iter().map(|choice| chosen(choice));
        values.push(("unless", json!(unless.collect::<Vec<_>>())));
    }
    if !diagnostic.assumes.is_empty() {
        values.push(("assumes", json!(diagnostic.assumes)));
    }
    if !diagnostic.notes.is_empty() {
        values.push(("notes", json!(diagnostic.notes)));
    }
    properties(Vec::new(), values)
}

fn properties(
    tags: Vec<String>,
    values: impl IntoIterator<Item = (&'static str, Value)>,
) -> sarif::PropertyBag {
    let values = values.into_iter();
    let mut bag = sarif::PropertyBag::builder()
        .additional_properties(
            values
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<BTreeMap<_, _>>(),
        )
        .build();
    bag.tags = Some(tags).filter(|tags| !tags.is_empty());
    bag
}

/// The file of a place.
fn artifact(shown: &Shown) -> sarif::ArtifactLocation {
    sarif::ArtifactLocation::builder()
        .uri(shown.place.uri())
        .build()
}

/// The characters of a place; columns count UTF-16 units.
fn region(shown: &Shown) -> sarif::Region {
    let range = shown.range();
    let column = |offset| i64::from(shown.file.utf16_column(offset));
    let mut region = sarif::Region::builder()
        .start_line(i64::from(range.start.line))
        .start_column(column(shown.span.start))
        .build();
    region.end_line = Some(i64::from(range.end.line));
    region.end_column = Some(column(shown.span.end));
    region
}

/// A place, on one line.
fn location(shown: &Shown, words: &str) -> sarif::Location {
    let physical = sarif::PhysicalLocation::builder()
        .artifact_location(artifact(shown))
        .region(region(shown))
        .build();
    let mut location = sarif::Location::builder()
        .physical_location(physical)
        .build();
    let words = plain(words);
    location.message = (!words.trim().is_empty()).then(|| message(&words));
    location
}

fn message(text: &str) -> sarif::Message {
    sarif::Message::builder().text(text).build()
}

fn described(text: &str) -> sarif::MultiformatMessageString {
    sarif::MultiformatMessageString::builder()
        .text(text)
        .build()
}

/// The first characters of a text, up to the last full stop among them if it is too long.
fn first(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let start: String = text.chars().take(limit).collect();
    match start.rfind(". ") {
        Some(end) => start[..=end].to_owned(),
        None => start,
    }
}

fn level(severity: Severity) -> sarif::ResultLevel {
    match severity {
        Severity::Error => sarif::ResultLevel::Error,
        Severity::Warning => sarif::ResultLevel::Warning,
        Severity::Info => sarif::ResultLevel::Note,
    }
}

fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}
