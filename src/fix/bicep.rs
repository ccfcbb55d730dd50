//! Where things stand in a Bicep file, so that they can be written otherwise.

use super::layout::Layout;
use super::literal::{self, Before, Notation, as_before};
use super::members::{Edit, Members};
use crate::rules::definition::Literal;
use crate::source::Span;
use crate::syntax::bicep::{
    List, NodeId, Statement, StatementKind, Syntax, SyntaxTree, UnaryOperator,
};

/// The nodes that stand exactly at a place.
fn at(tree: &SyntaxTree, place: Span) -> impl Iterator<Item = NodeId> + use<'_> {
    tree.ids().filter(move |id| tree.span(*id) == place)
}

/// The declaration of a resource that stands exactly at a place, those inside of others included.
pub fn resource(tree: &SyntaxTree, place: Span) -> Option<&Statement> {
    let mut statements = (0..).map_while(|position| tree.get_statement(position));
    statements.find(|statement| {
        let is_resource = matches!(statement.kind, StatementKind::Resource { .. });
        is_resource && (statement.start, statement.end) == (place.start, place.end)
    })
}

/// The object that is written at a place; of a declaration, its body.
pub fn object(tree: &SyntaxTree, place: Span) -> Option<NodeId> {
    if let Some(statement) = resource(tree, place)
        && let StatementKind::Resource { body, .. } = statement.kind
    {
        return body_of(tree, body).map(|body| body.object);
    }
    let mut objects = at(tree, place);
    objects.find(|id| matches!(tree.syntax(*id), Syntax::Object(_)))
}

/// The body of a resource or module, and what stands around it.
#[derive(Clone, Copy, Debug)]
pub struct Body {
    /// The object.
    pub object: NodeId,
    /// The condition under which it is deployed.
    pub condition: Option<NodeId>,
    /// Whether it is deployed once for each item of a list.
    pub is_loop: bool,
}

/// What a body consists of.
pub fn body_of(tree: &SyntaxTree, body: NodeId) -> Option<Body> {
    match tree.syntax(body) {
        Syntax::Object(_) => Some(Body {
            object: body,
            condition: None,
            is_loop: false,
        }),
        Syntax::If { condition, body } => {
            let inner = body_of(tree, body)?;
            Some(Body {
                condition: Some(condition),
                ..inner
            })
        }
        Syntax::For { body, .. } => {
            let inner = body_of(tree, body)?;
            Some(Body {
                is_loop: true,
                ..inner
            })
        }
        _ => None,
    }
}

/// The members of an object or array.
pub fn members(tree: &SyntaxTree, id: NodeId) -> Option<Members> {
    let (Syntax::Object(list) | Syntax::Array(list)) = tree.syntax(id) else {
        return None;
    };
    let range = tree.span(id).range();
    let members = tree.list(list);
    let is_resource = |id: &&NodeId| matches!(tree.syntax(**id), Syntax::Resource(_));
    let first_resource = members.iter().position(|id| is_resource(&id));
    let text = &tree.source().text()[range.clone()];
    (text.len() >= 2 && text.ends_with(['}', ']'])).then(|| Members {
        inside: range.start + 1..range.end - 1,
        members: members.iter().map(|id| tree.span(*id).range()).collect(),
        // Properties stand before the resources inside of a body.
        last: first_resource.and_then(|first| first.checked_sub(1)),
    })
}

/// The object that has a property whose name stands at a place, and the property's position.
pub fn property(tree: &SyntaxTree, name: Span) -> Option<(NodeId, usize)> {
    let is_named = |id: &NodeId| match tree.syntax(*id) {
        Syntax::Property { key, .. } => tree.span(key) == name,
        _ => false,
    };
    tree.ids().find_map(|id| {
        let Syntax::Object(list) = tree.syntax(id) else {
            return None;
        };
        let position = tree.list(list).iter().position(is_named)?;
        Some((id, position))
    })
}

/// What replaces the value that is written at a place, and the value as it is written there; `None` where it is more than a literal.
pub fn replace(tree: &SyntaxTree, place: Span, to: &Literal) -> Option<(Edit, Literal)> {
    let kind = at(tree, place).find_map(|id| kind_of(tree, id))?;
    let to = as_before(to, kind);
    let range = place.range();
    let layout = Layout::at(tree.source().text(), range.clone());
    Some(((range, literal::write(&to, Notation::Bicep, &layout)), to))
}

/// What a node is, if it is a literal with nothing computed in it.
pub fn kind_of(tree: &SyntaxTree, id: NodeId) -> Option<Before> {
    let all = |list: List| {
        let mut inside = tree.list(list).iter();
        inside.all(|id| kind_of(tree, *id).is_some())
    };
    match tree.syntax(id) {
        Syntax::String(_) => Some(Before::Text),
        Syntax::Integer(_) => Some(Before::Number),
        Syntax::Boolean(_) => Some(Before::Truth),
        Syntax::Null => Some(Before::Other),
        Syntax::Unary {
            operator: UnaryOperator::Minus,
            operand,
        } => kind_of(tree, operand).filter(|kind| *kind == Before::Number),
        Syntax::Parenthesized(inner) => kind_of(tree, inner),
        Syntax::Property { value, .. } => kind_of(tree, value),
        Syntax::Array(list) | Syntax::Object(list) => all(list).then_some(Before::Other),
        _ => None,
    }
}

/// Whether a place stands in a loop, of a resource, a module or a value.
pub fn is_in_loop(tree: &SyntaxTree, place: Span) -> bool {
    tree.ids()
        .any(|id| matches!(tree.syntax(id), Syntax::For { .. }) && tree.span(id).contains(place))
}
