//! A fault as a diagnostic: the place that decides first, how its value came there, then the places that had a part in it.

use crate::diagnostic::{Label, ResourceSummary};
use crate::graph::{Resource, ResourceGraph};
use crate::rules::message::{cut, short, words_for, words_for_node};
use crate::rules::outcome::{Evidence, Note};
use crate::rules::subject::literal_like;
use crate::source::Span;
use crate::value::{Step, Trace, Value};

/// Related places, at most.
const MAX_RELATED: usize = 20;

/// The primary label, the others in reading order, and how many of these are the way of what decides. A primary span may run
/// over several lines; who has the text cuts it to the first.
pub fn labels(graph: &ResourceGraph, evidence: &[Evidence]) -> Option<(Label, Vec<Label>, usize)> {
    let (first, rest) = evidence.split_first()?;
    let primary = Label::new(first.place.span, label(graph, first, false));
    let mut others: Vec<Label> = Vec::new();
    let add = |others: &mut Vec<Label>, label: Label| {
        let known =
            label.span == primary.span || others.iter().any(|other| other.span == label.span);
        if !known && others.len() < MAX_RELATED {
            others.push(label);
        }
    };
    for step in steps(first) {
        let label = Label::new(step.span, step_words(&step.step));
        add(&mut others, label);
    }
    let way = others.len();
    for evidence in rest {
        let label = Label::new(evidence.place.span, label(graph, evidence, true));
        add(&mut others, label);
    }
    Some((primary, others, way))
}

/// How what stands at a place came to the resource, the first step first.
fn steps(evidence: &Evidence) -> Vec<&Trace> {
    let mut steps = Vec::new();
    let mut next = evidence.place.trace.as_deref();
    while let Some(trace) = next {
        steps.push(trace);
        next = trace.earlier.as_deref();
    }
    steps.reverse();
    steps
}

fn step_words(step: &Step) -> String {
    match step {
        Step::Parameter | Step::Variable => "used here".to_owned(),
        Step::Passed(parameter) => format!("passed to parameter `{parameter}` here"),
        Step::Given(_) => "given here".to_owned(),
        Step::LeftOut(parameter) => format!("parameter `{parameter}` is left out"),
        Step::Choice(parameter) => format!("allowed for parameter `{parameter}`"),
        Step::Output(output) => format!("given out as output `{output}` here"),
        Step::Chosen => "chosen by this condition".to_owned(),
        Step::Loaded => "loaded here".to_owned(),
    }
}

/// The words beside a place. Beside the primary one the value is repeated only where the text is not the value itself.
pub fn label(graph: &ResourceGraph, evidence: &Evidence, always: bool) -> String {
    match (&evidence.note, &evidence.value) {
        (Note::Absent(name), Some(value)) => format!("no `{name}`, which means {}", short(value)),
        (Note::Absent(name), None) => format!("no `{name}`"),
        (Note::Reason(reason, _), _) => reason.clone(),
        (Note::Unknown, Some(value)) => {
            format!("`{}` is not known before deployment", short(value))
        }
        (Note::Unknown, None) => "is not known before deployment".to_owned(),
        (Note::Resource(node), _) => words_for_node(graph, node),
        (Note::Reference(from), _) => format!("{} refers to it", words_for(graph.resource(*from))),
        (Note::Value | Note::Part, Some(value)) => value_label(value, evidence, always),
        (Note::Value | Note::Part, None) | (Note::Container, _) => String::new(),
    }
}

fn value_label(value: &Value, evidence: &Evidence, always: bool) -> String {
    let scalar = value.as_array().is_none() && value.as_object().is_none();
    let elsewhere = evidence.place.trace.is_some() || !literal_like(value);
    if scalar && (always || elsewhere) {
        short(value)
    } else {
        String::new()
    }
}

/// The resource a finding is about, named alike in both languages.
pub fn summary(resource: &Resource) -> ResourceSummary {
    ResourceSummary {
        resource_type: resource.resource_type.to_string(),
        name: cut(resource.name().display()),
        symbolic_name: resource.symbolic_name.as_deref().map(str::to_owned),
        name_spans: name_spans(resource),
    }
}

/// Where the expressions stand that make a name, each once: `[concat(parameters('x'), '/c')]` makes two segments. Of a name that was
/// handed to a module that is what the outermost template hands over.
fn name_spans(resource: &Resource) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for name in &resource.names {
        let steps = name.steps();
        let is_passed = |step: &&Trace| matches!(step.step, Step::Passed(_));
        let last = match steps.iter().position(is_passed) {
            Some(passed) => steps[..passed].last(),
            None => steps.last(),
        };
        let span = last.map_or(name.span, |last| last.span);
        if spans.last() != Some(&span) {
            spans.push(span);
        }
    }
    spans
}
