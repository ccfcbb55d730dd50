//! `metadata` that silences rules: in JSON of a template, a resource, a deployment, a parameter or an output; in Bicep
//! `metadata amllint = { ... }` of the file, and the decorator `@metadata({ amllint: { ... } })`.
//!
//! ```text
//! "metadata": { "amllint": { "ignore": [ { "rule": "ST001", "reason": "dev sandbox", "until": "2026-12-31" } ] } }
//! ```

use super::comment::filled;
use super::{DATE_HELP, Form, Scope, Suppression, Suppressions, TOOL, Word, date};
use crate::similar::most_similar;
use crate::source::Span;
use crate::syntax::bicep::{NodeId, StatementKind, Syntax, SyntaxTree};
use crate::syntax::node::{Document, Node};

const METADATA: &str = "metadata";
const IGNORE: &str = "ignore";
/// What an entry may say.
const KEYS: [&str; 4] = ["rule", "reason", "until", "owner"];

pub(super) fn in_json(document: &Document, found: &mut Suppressions) {
    for index in 0..document.len() as u32 {
        let node = document.node(index);
        let metadata = node.is_object().then(|| node.get(METADATA)).flatten();
        if let Some(metadata) = metadata {
            read(Data::Json(metadata), Scope::Within(node.span()), found);
        }
    }
}

pub(super) fn in_bicep(tree: &SyntaxTree, found: &mut Suppressions) {
    let statements = (0..).map_while(|position| tree.get_statement(position));
    for statement in statements {
        if let StatementKind::Metadata { name, value } = &statement.kind
            && tree.name(*name) == TOOL
        {
            of_tool(Data::Bicep(tree, *value), Scope::File, found);
        }
        for decorator in tree.list(statement.decorators) {
            let start = tree.span(*decorator).start;
            let whole = Span::new(tree.file(), start, statement.end);
            if let Some(argument) = metadata_of(tree, *decorator) {
                read(Data::Bicep(tree, argument), Scope::Within(whole), found);
            }
        }
    }
    for id in tree.ids() {
        let data = Data::Bicep(tree, id);
        if let Some(metadata) = data.get(METADATA) {
            read(metadata, Scope::Within(tree.span(id)), found);
        }
    }
}

/// The argument of `@metadata(...)` or `@sys.metadata(...)`.
fn metadata_of(tree: &SyntaxTree, decorator: NodeId) -> Option<NodeId> {
    let (Syntax::Call {
        function,
        arguments,
    }
    | Syntax::MethodCall {
        function,
        arguments,
        ..
    }) = tree.syntax(decorator)
    else {
        return None;
    };
    let arguments = tree.list(arguments);
    arguments
        .first()
        .copied()
        .filter(|_| tree.name(function) == METADATA)
}

/// Reads `{ amllint: { ignore: [...] } }`; metadata of others is passed over.
fn read(metadata: Data<'_>, scope: Scope, found: &mut Suppressions) {
    if let Some(tool) = metadata.get(TOOL) {
        of_tool(tool, scope, found);
    }
}

/// Reads `{ ignore: [...] }`.
fn of_tool(tool: Data<'_>, scope: Scope, found: &mut Suppressions) {
    let Some(members) = tool.members() else {
        return; // a tag that is called so
    };
    for (key, value) in members {
        let name = key.text().unwrap_or_default();
        if !name.eq_ignore_ascii_case(IGNORE) {
            let message = format!("`{name}` is nothing that amllint looks for in metadata");
            let help = match most_similar(name, [IGNORE].into_iter()) {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => "`ignore` holds a list of rules with their reasons".to_owned(),
            };
            found.mistake(key.span(), message, help);
            continue;
        }
        let Some(entries) = value.elements() else {
            let help = "write `[ { \"rule\": \"ST001\", \"reason\": \"...\" } ]`";
            found.mistake(value.place(), "`ignore` is no list", help);
            continue;
        };
        for entry in entries {
            if let Some(suppression) = of_entry(entry, scope.clone(), found) {
                found.all.push(suppression);
            }
        }
    }
}

/// Reads `{ rule: 'ST001', reason: '...' }`; none, after saying why, if something is wrong with it.
fn of_entry(entry: Data<'_>, scope: Scope, found: &mut Suppressions) -> Option<Suppression> {
    let Some(members) = entry.members() else {
        let help = "write `{ \"rule\": \"ST001\", \"reason\": \"...\" }`";
        found.mistake(entry.place(), "an entry of `ignore` is an object", help);
        return None;
    };
    let before = found.mistakes.len();
    let mut suppression = Suppression {
        form: Form::Metadata,
        span: entry.span(),
        words: Vec::new(),
        scope,
        reason: None,
        until: None,
        owner: None,
    };
    for (key, value) in members {
        of_key(key, value, &mut suppression, found);
    }
    if suppression.words.is_empty() && found.mistakes.len() == before {
        let help = "`rule` holds the code or the name of a rule, or a list of them";
        found.mistake(entry.place(), "the entry names no `rule`", help);
    }
    (found.mistakes.len() == before).then_some(suppression)
}

fn of_key(key: Data<'_>, value: Data<'_>, into: &mut Suppression, found: &mut Suppressions) {
    let name = key.text().unwrap_or_default();
    if name.eq_ignore_ascii_case("rule") {
        let words = value.elements().unwrap_or_else(|| vec![value]);
        for word in words {
            match word.text().and_then(filled) {
                Some(text) => into.words.push(Word {
                    text,
                    span: word.place(),
                }),
                None => {
                    let help = "write the code or the name of a rule, or a list of them";
                    found.mistake(word.place(), "this names no rule", help);
                }
            }
        }
        return;
    }
    let Some(known) = KEYS.iter().find(|known| name.eq_ignore_ascii_case(known)) else {
        let message = format!("`{name}` is nothing that may stand here");
        let help = match most_similar(name, KEYS.into_iter()) {
            Some(similar) => format!("did you mean `{similar}`?"),
            None => "`rule`, `reason`, `until` and `owner` may stand here".to_owned(),
        };
        found.mistake(key.span(), message, help);
        return;
    };
    let Some(text) = value.text() else {
        let help = format!("write a text for `{known}`, no expression");
        found.mistake(value.place(), format!("`{known}` is no text"), help);
        return;
    };
    match *known {
        "reason" => into.reason = filled(text),
        "owner" => into.owner = filled(text),
        _ => match date(text) {
            Some(date) => into.until = Some(date),
            None => found.mistake(value.place(), format!("`{text}` is no day"), DATE_HELP),
        },
    }
}

/// A value of either language, as far as it is written out.
#[derive(Clone, Copy)]
enum Data<'a> {
    Json(Node<'a>),
    Bicep(&'a SyntaxTree, NodeId),
}

impl<'a> Data<'a> {
    fn span(self) -> Span {
        match self {
            Data::Json(node) => node.span(),
            Data::Bicep(tree, id) => tree.span(id),
        }
    }

    /// Its first line: what is wrong with all of it is said there.
    fn place(self) -> Span {
        let span = self.span();
        let text = match self {
            Data::Json(node) => node.raw(),
            Data::Bicep(tree, _) => tree.source().slice(span),
        };
        let length = text.find(['\r', '\n']).unwrap_or(text.len());
        Span::new(span.file, span.start, span.start + length as u32)
    }

    fn text(self) -> Option<&'a str> {
        match self {
            Data::Json(node) => node.as_str(),
            Data::Bicep(tree, id) => tree.string(id),
        }
    }

    /// Keys and values of an object.
    fn members(self) -> Option<Vec<(Data<'a>, Data<'a>)>> {
        match self {
            Data::Json(node) if node.is_object() => {
                let members = node.members();
                Some(
                    members
                        .map(|(key, value)| (Data::Json(key), Data::Json(value)))
                        .collect(),
                )
            }
            Data::Json(_) => None,
            Data::Bicep(tree, id) => {
                let Syntax::Object(children) = tree.syntax(id) else {
                    return None;
                };
                let children = tree.list(children).iter();
                let property = |child: &NodeId| {
                    let Syntax::Property { key, value } = tree.syntax(*child) else {
                        return None;
                    };
                    Some((Data::Bicep(tree, key), Data::Bicep(tree, value)))
                };
                Some(children.filter_map(property).collect())
            }
        }
    }

    /// Elements of an array.
    fn elements(self) -> Option<Vec<Data<'a>>> {
        match self {
            Data::Json(node) if node.is_array() => Some(node.elements().map(Data::Json).collect()),
            Data::Json(_) => None,
            Data::Bicep(tree, id) => {
                let Syntax::Array(children) = tree.syntax(id) else {
                    return None;
                };
                let children = tree.list(children).iter();
                Some(children.map(|child| Data::Bicep(tree, *child)).collect())
            }
        }
    }

    fn get(self, name: &str) -> Option<Data<'a>> {
        let members = self.members()?.into_iter();
        let is_named =
            |key: &Data<'_>| key.text().is_some_and(|key| key.eq_ignore_ascii_case(name));
        let mut named = members.filter(|(key, _)| is_named(key));
        named.next_back().map(|(_, value)| value)
    }
}
