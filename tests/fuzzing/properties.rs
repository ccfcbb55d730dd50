//! What holds of any bytes whatsoever: nothing panics, and every place lies inside of its text.
//!
//! The targets of `fuzz/` include this file, so that what is looked for by chance and what `cargo test` replays is the same. What it does
//! needs the stack of a worker: see `on_large_stack`.

#![allow(dead_code, reason = "a fuzz target looks at one property")]

use amllint::diagnostic::{Diagnostic, Severity};
use amllint::evaluate::Inputs;
use amllint::lint::{FileReport, Options, Report, Run, load_text};
use amllint::project::Reach;
use amllint::report::{self, Format};
use amllint::repository::Repository;
use amllint::rules::catalogue::Catalogue;
use amllint::rules::rule_set::RuleSet;
use amllint::source::{SourceFile, Sources, Span};
use amllint::syntax::arm;
use amllint::syntax::bicep::{self, Dialect, NodeId, Syntax, SyntaxTree};
use amllint::syntax::expression::{ExpressionId, ExpressionKind, Expressions};
use amllint::syntax::json;
use amllint::syntax::node::{Node, NodeKind};
use amllint::template::from_bicep;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// What the first bytes of a text take it for: JSON, a Bicep parameter file, else Bicep.
pub fn name_of(bytes: &[u8]) -> &'static str {
    match bytes {
        [b'{', ..] => "main.json",
        [b'u', b's', b'i', b'n', b'g', ..] => "main.bicepparam",
        _ => "main.bicep",
    }
}

fn source(name: &str, bytes: &[u8]) -> (Sources, amllint::source::FileId) {
    let mut sources = Sources::default();
    let (file, _) = SourceFile::decode(name, bytes.to_vec());
    let file = sources.add(file);
    (sources, file)
}

/// Asserts that a place lies inside of its text and splits no character.
fn check_span(sources: &Sources, span: Span) {
    let text = sources.get(span.file).text();
    let is_inside = span.start <= span.end
        && text.is_char_boundary(span.start as usize)
        && text.is_char_boundary(span.end as usize);
    assert!(is_inside, "{span:?} is no place of {} bytes", text.len());
}

/// Asserts that everything a diagnostic points at is there.
pub fn check_diagnostics(sources: &Sources, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.trace) {
            check_span(sources, label.span);
        }
        assert!(!diagnostic.message.is_empty(), "{diagnostic:?}");
    }
}

/// JSON: each node lies behind the one before and inside of the one around it, and what is JSON by the book is read as such.
pub fn json(bytes: &[u8]) {
    let (sources, file) = source("main.json", bytes);
    let text = sources.get(file);
    let (document, diagnostics) = json::parse(file, text);
    check_diagnostics(&sources, &diagnostics);
    check_node(&sources, document.root());
    if let Ok(value) = serde_json::from_str::<serde_json::Value>(text.text()) {
        let wrong = diagnostics
            .iter()
            .find(|diagnostic| diagnostic.severity == Severity::Error);
        assert!(wrong.is_none(), "{wrong:?}");
        check_value(document.root(), &value);
    }
}

fn check_node(sources: &Sources, node: Node<'_>) {
    check_span(sources, node.span());
    let members = node.members().flat_map(|(key, value)| [key, value]);
    let mut end = node.span().start;
    for child in members.chain(node.elements()) {
        let span = child.span();
        assert!(end <= span.start && node.span().contains(span), "{child:?}");
        end = span.end;
        check_node(sources, child);
    }
    if node.is_string() {
        assert!(node.as_str().is_some(), "{node:?}");
    }
}

/// Asserts that a node means the same as what another reader made of the text.
fn check_value(node: Node<'_>, value: &serde_json::Value) {
    match value {
        serde_json::Value::Null => assert_eq!(node.kind(), NodeKind::Null),
        serde_json::Value::Bool(truth) => assert_eq!(node.as_bool(), Some(*truth)),
        serde_json::Value::Number(_) => assert_eq!(node.kind(), NodeKind::Number),
        serde_json::Value::String(text) => assert_eq!(node.as_str(), Some(text.as_str())),
        serde_json::Value::Array(elements) => {
            assert!(node.is_array());
            assert_eq!(node.elements().count(), elements.len());
            for (node, element) in node.elements().zip(elements) {
                check_value(node, element);
            }
        }
        serde_json::Value::Object(members) => {
            assert!(node.is_object());
            for (name, value) in members {
                let same = node.members().filter(|(key, _)| key.as_str() == Some(name));
                check_value(same.last().expect("the member is there").1, value);
            }
        }
    }
}

/// ARM's template language: what is written down of an expression is read as the same expression.
pub fn expression(bytes: &[u8]) {
    let (sources, file) = source("main.json", bytes);
    let source = sources.get(file).clone();
    let text = source.text();
    let mut expressions = Expressions::new(file, source.clone());
    let (root, mistake) = arm::parse(text, arm::Place::InFile(0), &mut expressions);
    for id in expressions.ids() {
        check_span(&sources, expressions.span(id, 0));
    }
    match mistake {
        Some(mistake) => check_span(&sources, Span::new(file, mistake.start, mistake.end)),
        // `5 .a` has no value, and without its blank it reads as another number.
        None if expressions
            .ids()
            .any(|id| is_part_of_number(&expressions, id)) => {}
        None => check_printed(&expressions, root),
    }
}

fn is_part_of_number(expressions: &Expressions, id: ExpressionId) -> bool {
    let ExpressionKind::Member { base, .. } = expressions.kind(id) else {
        return false;
    };
    matches!(expressions.kind(base), ExpressionKind::Integer(_))
}

fn check_printed(expressions: &Expressions, root: ExpressionId) {
    let printed = expressions.arm(root);
    let source = Arc::new(SourceFile::new("main.json", printed.as_str()));
    let mut again = Expressions::new(expressions.file(), source);
    let (root, mistake) = arm::parse(&printed, arm::Place::InFile(0), &mut again);
    assert_eq!(mistake, None, "{printed}");
    assert_ne!(again.kind(root), ExpressionKind::Missing, "{printed}");
    assert_eq!(again.arm(root), printed);
}

/// Bicep: the statements follow one another, every node lies inside of the text, and all of it can be lowered.
pub fn bicep(bytes: &[u8]) {
    let name = name_of(bytes);
    let dialect = Dialect::of(name).unwrap_or(Dialect::Template);
    let (sources, file) = source(name, bytes);
    let source = sources.get(file);
    let (tree, diagnostics) = bicep::parse(file, source, dialect);
    check_diagnostics(&sources, &diagnostics);
    check_tree(&sources, &tree);
    let is_missing = |id: NodeId| tree.syntax(id) == Syntax::Missing;
    if tree.ids().any(is_missing) {
        assert!(!diagnostics.is_empty(), "something missing is not told of");
    }
    let (templates, mistakes) = from_bicep(&tree);
    check_diagnostics(&sources, &mistakes);
    for id in templates.expressions.ids() {
        check_span(&sources, templates.expressions.span(id, 0));
    }
}

fn check_tree(sources: &Sources, tree: &SyntaxTree) {
    let mut end = 0;
    for statement in tree.statements() {
        check_span(
            sources,
            Span::new(tree.file(), statement.start, statement.end),
        );
        assert!(end <= statement.start, "statements overlap at {end}");
        end = statement.end;
    }
    for id in tree.ids() {
        check_span(sources, tree.span(id));
    }
}

/// The whole way of a file: read, evaluated, judged, reported in every format.
pub fn lint(bytes: &[u8]) {
    let Some(report) = linted(name_of(bytes), bytes) else {
        return;
    };
    check_diagnostics(&report.sources, &report.diagnostics);
    let report = Report {
        coverage: report.coverage.clone(),
        outcomes: vec![(report.path.clone(), report.outcome)],
        files: vec![report],
        ..Report::default()
    };
    let context = report::Context {
        catalogue: &Catalogue::built_in(),
        repository: &Repository::new(Path::new("/repository"), Path::new("/repository/infra")),
        failing: amllint::report::Failing {
            mildest: Some(Severity::Warning),
            possible: true,
        },
        shows_unknown: true,
        terminal: report::Terminal::default(),
    };
    for format in Format::ALL {
        report::findings(&report, format, &context);
    }
}

/// What is said about a text by itself; nothing if it is no template.
pub fn linted(name: &str, bytes: &[u8]) -> Option<FileReport> {
    static SHARED: OnceLock<(Catalogue, RuleSet, Options)> = OnceLock::new();
    let (catalogue, rules, options) = SHARED.get_or_init(|| {
        let catalogue = Catalogue::built_in();
        let rules = catalogue.rule_set();
        (catalogue, rules, options())
    });
    let run = Run::new(catalogue, rules, options, false);
    let decoded = SourceFile::decode(name, bytes.to_vec());
    let loaded = load_text(decoded, true, &Inputs::default())?;
    Some(run.template(name.to_owned(), loaded))
}

fn options() -> Options {
    let reach = Reach::new(None, Vec::new(), 1 << 20);
    Options {
        maximum_findings: 1_000,
        include_generated: true,
        environments: amllint::lint::environments::EnvironmentMode::Defaults,
        ..Options::new(Arc::new(reach), jiff::civil::date(2026, 11, 1))
    }
}
