//! What stands at a place of a text: a property, a name, a path to another file.

use crate::evaluate::inspect::Named;
use crate::source::{SourceFile, Sources, Span};
use crate::syntax::bicep::{self, Dialect, NodeId, StatementKind, Syntax, SyntaxTree};
use crate::syntax::json;
use crate::syntax::node::{Document, Node};

/// What stands at a place, the innermost first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Under {
    /// What it is.
    pub kind: UnderKind,
    /// Where it stands.
    pub span: Span,
}

/// What something is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnderKind {
    /// A parameter or variable, where it is declared or used.
    Name(Named, String),
    /// A name that may be either.
    Either(String),
    /// A property, by where its key stands; the span is the key where the place is in it, else the value.
    Property(Span, String),
}

/// A text that was parsed by itself.
pub struct Parsed {
    tree: Tree,
}

enum Tree {
    Bicep(SyntaxTree),
    Json(Document),
}

impl Parsed {
    /// Parses a text by the name of its file.
    pub fn new(path: &str, text: &str) -> Parsed {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new(path, text));
        let source = sources.get(file).clone();
        let tree = match Dialect::of(path) {
            Some(dialect) => Tree::Bicep(bicep::parse(file, &source, dialect).0),
            None => Tree::Json(json::parse(file, &source).0),
        };
        Parsed { tree }
    }

    /// What stands at the byte at `offset`, the innermost first.
    pub fn under(&self, offset: usize) -> Vec<Under> {
        let offset = offset as u32;
        let mut found = match &self.tree {
            Tree::Bicep(tree) => in_bicep(tree, offset),
            Tree::Json(document) => in_json(document.root(), offset),
        };
        found.sort_by_key(|under| under.span.len());
        found
    }

    /// Whether a byte lies inside of a string, so that what is written there is text.
    pub fn is_in_string(&self, offset: usize) -> bool {
        let offset = offset as u32;
        let is_inside = |span: Span| span.start < offset && offset < span.end;
        match &self.tree {
            Tree::Bicep(tree) => tree.ids().any(|node| {
                let syntax = tree.syntax(node);
                let is_text = matches!(syntax, Syntax::String(_) | Syntax::Interpolation(_));
                is_text && is_inside(tree.span(node))
            }),
            Tree::Json(document) => (0..document.len() as u32).any(|index| {
                let node = document.node(index);
                node.is_string() && is_inside(node.span())
            }),
        }
    }

    /// The tree, if the text is Bicep.
    pub fn bicep(&self) -> Option<&SyntaxTree> {
        match &self.tree {
            Tree::Bicep(tree) => Some(tree),
            Tree::Json(_) => None,
        }
    }

    /// The tree, if the text is JSON.
    pub fn json(&self) -> Option<&Document> {
        match &self.tree {
            Tree::Bicep(_) => None,
            Tree::Json(document) => Some(document),
        }
    }
}

fn holds(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}

fn in_bicep(tree: &SyntaxTree, offset: u32) -> Vec<Under> {
    let mut found = Vec::new();
    for position in 0.. {
        let Some(statement) = tree.get_statement(position) else {
            break;
        };
        found.extend(declared(tree, &statement.kind).filter(|under| holds(under.span, offset)));
    }
    let nodes = tree.ids().filter(|node| holds(tree.span(*node), offset));
    for node in nodes {
        found.extend(in_node(tree, node, offset));
    }
    found
}

fn declared(tree: &SyntaxTree, statement: &StatementKind) -> impl Iterator<Item = Under> {
    let name = |kind, name| {
        let text = tree.name(name).to_owned();
        let span = tree.name_span(name);
        Some(Under {
            kind: UnderKind::Name(kind, text),
            span,
        })
    };
    let declared = match statement {
        StatementKind::Parameter { name: own, .. } => name(Named::Parameter, *own),
        StatementKind::Variable { name: own, .. } => name(Named::Variable, *own),
        StatementKind::Assignment { name: own, .. } => name(Named::Parameter, *own),
        StatementKind::TargetScope(_)
        | StatementKind::Metadata { .. }
        | StatementKind::Type { .. }
        | StatementKind::Function { .. }
        | StatementKind::Resource { .. }
        | StatementKind::Module { .. }
        | StatementKind::Output { .. }
        | StatementKind::Assert { .. }
        | StatementKind::Test { .. }
        | StatementKind::Import { .. }
        | StatementKind::Extension { .. }
        | StatementKind::Using(_)
        | StatementKind::Extends(_)
        | StatementKind::ExtensionConfig
        | StatementKind::Missing => None,
    };
    declared.into_iter()
}

fn in_node(tree: &SyntaxTree, node: NodeId, offset: u32) -> Option<Under> {
    let syntax = tree.syntax(node);
    if let Syntax::Identifier(name) = syntax {
        let text = tree.name(name).to_owned();
        return Some(Under {
            kind: UnderKind::Either(text),
            span: tree.span(node),
        });
    }
    let Syntax::Property { key, value } = syntax else {
        return None;
    };
    let text = tree.string(key)?.to_owned();
    Some(property(tree.span(key), text, tree.span(value), offset))
}

fn property(key: Span, name: String, value: Span, offset: u32) -> Under {
    let span = if holds(key, offset) { key } else { value };
    Under {
        kind: UnderKind::Property(key, name),
        span,
    }
}

fn in_json(root: Node<'_>, offset: u32) -> Vec<Under> {
    let mut found = Vec::new();
    for (section, kind) in [
        ("parameters", Named::Parameter),
        ("variables", Named::Variable),
    ] {
        let members = root.get(section).into_iter().flat_map(Node::members);
        for (key, _) in members {
            if let Some(name) = key.as_str()
                && holds(key.span(), offset)
            {
                let kind = UnderKind::Name(kind, name.to_owned());
                let span = key.span();
                found.push(Under { kind, span });
            }
        }
    }
    let mut inner = Some(root);
    while let Some(node) = inner {
        inner = None;
        for (key, value) in node.members() {
            let is_there = holds(key.span(), offset) || holds(value.span(), offset);
            if let Some(name) = key.as_str().filter(|_| is_there) {
                let name = name.to_owned();
                found.push(property(key.span(), name, value.span(), offset));
                found.extend(mentioned(value, offset));
                inner = holds(value.span(), offset).then_some(value);
            }
        }
        for element in node.elements() {
            if holds(element.span(), offset) {
                found.extend(mentioned(element, offset));
                inner = Some(element);
            }
        }
    }
    found
}

/// The parameter or variable that an expression names around a place.
fn mentioned(node: Node<'_>, offset: u32) -> Option<Under> {
    if !node.is_string() || !holds(node.span(), offset) {
        return None;
    }
    let (text, start) = (node.raw(), node.span().start as usize);
    let at = offset as usize - start;
    for (word, kind) in [
        ("parameters(", Named::Parameter),
        ("variables(", Named::Variable),
    ] {
        for (position, _) in text.match_indices(word) {
            let rest = &text[position + word.len()..];
            let Some((name, _)) = rest
                .trim_start()
                .strip_prefix('\'')
                .and_then(|rest| rest.split_once('\''))
            else {
                continue;
            };
            let end = position + word.len() + rest.find(')').unwrap_or(rest.len()) + 1;
            if position <= at && at <= end {
                let file = node.span().file;
                let span = Span::new(file, (start + position) as u32, (start + end) as u32);
                let kind = UnderKind::Name(kind, name.to_owned());
                return Some(Under { kind, span });
            }
        }
    }
    None
}

/// Properties whose value is computed, by where their keys stand, with where the values do.
pub fn property_values(parsed: &Parsed) -> Vec<(Span, Span)> {
    let mut found = Vec::new();
    if let Some(tree) = parsed.bicep() {
        for node in tree.ids() {
            if let Syntax::Property { key, value } = tree.syntax(node)
                && is_computed(tree, value)
            {
                found.push((tree.span(key), tree.span(value)));
            }
        }
    }
    let mut open: Vec<Node<'_>> = parsed.json().map(Document::root).into_iter().collect();
    while let Some(node) = open.pop() {
        for (key, value) in node.members() {
            let text = value.as_str().unwrap_or_default();
            if text.starts_with('[') && !text.starts_with("[[") {
                found.push((key.span(), value.span()));
            }
            open.push(value);
        }
        open.extend(node.elements());
    }
    found
}

fn is_computed(tree: &SyntaxTree, value: NodeId) -> bool {
    matches!(
        tree.syntax(value),
        Syntax::Identifier(_)
            | Syntax::Interpolation(_)
            | Syntax::Member { .. }
            | Syntax::Index { .. }
            | Syntax::Ternary { .. }
            | Syntax::Binary { .. }
            | Syntax::Unary { .. }
            | Syntax::Parenthesized(_)
            | Syntax::NotNull(_)
            | Syntax::Call { .. }
            | Syntax::MethodCall { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands at the character behind `|`, the innermost first.
    fn check(path: &str, text: &str, expected: &[&str]) {
        let offset = text.find('|').expect("the text has a mark");
        let text = text.replace('|', "");
        let parsed = Parsed::new(path, &text);
        let words = parsed
            .under(offset)
            .into_iter()
            .map(|under| match under.kind {
                UnderKind::Name(Named::Parameter, name) => format!("parameter {name}"),
                UnderKind::Name(Named::Variable, name) => format!("variable {name}"),
                UnderKind::Either(name) => format!("name {name}"),
                UnderKind::Property(_, name) => format!("property {name}"),
            });
        assert_eq!(words.collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn properties_and_names_of_bicep_are_found() {
        check("a.bicep", "param s|ku string", &["parameter sku"]);
        check("a.bicep", "var a = b|c.d", &["name bc"]);
        let resource = "resource a 'b@c' = { sku: { na|me: sku } }";
        check("a.bicep", resource, &["property name", "property sku"]);
        let resource = "resource a 'b@c' = { sku: { name: s|ku } }";
        let expected = ["name sku", "property name", "property sku"];
        check("a.bicep", resource, &expected);
        check(
            "a.bicepparam",
            "using 'b.bicep'\nparam s|ku = 1",
            &["parameter sku"],
        );
        check("a.bicep", "|", &[]);
        check("a.bicep", "resource a 'b' = { |", &[]);
    }

    #[test]
    fn properties_and_names_of_json_are_found() {
        let text = r#"{ "parameters": { "s|ku": { "type": "string" } } }"#;
        let expected = ["parameter sku", "property sku", "property parameters"];
        check("a.json", text, &expected);
        let text = r#"{ "resources": [ { "sku": "[concat(parameters('s|ku'), 'x')]" } ] }"#;
        let expected = ["parameter sku", "property sku", "property resources"];
        check("a.json", text, &expected);
        check("a.json", "{ \"a\": |", &[]);
        check("a.json", "|", &[]);
    }
}
