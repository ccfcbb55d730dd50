//! For programs: a document with `schema_version`. Nodes are named by their position.

use super::View;
use crate::posture::{Edge, Node};
use crate::report::json_text;
use serde_json::{Value, json};

pub(super) fn render(views: &[View]) -> String {
    let workspaces: Vec<_> = views.iter().map(workspace).collect();
    let document = json!({ "schema_version": 1, "workspaces": workspaces });
    json_text::pretty(&document)
}

fn workspace(view: &View) -> Value {
    let workspace = view.workspace;
    let drawn = &workspace.dependencies;
    let nodes: Vec<_> = drawn.nodes.iter().map(|one| node(view, one)).collect();
    let edges: Vec<_> = drawn.edges.iter().map(edge).collect();
    json!({
        "name": workspace.name, "kind": workspace.kind, "location": workspace.location,
        "template": view.file.path, "nodes": nodes, "edges": edges,
    })
}

fn node(view: &View, node: &Node) -> Value {
    let file = view.file.sources.get(node.place.file);
    let range = file.range(node.place);
    let point = |at: crate::source::Position| json!({ "line": at.line, "column": at.column, "offset": at.offset });
    json!({
        "seen": node.kind.word(), "type": node.resource_type, "name": node.name, "file": file.path(),
        "range": { "start": point(range.start), "end": point(range.end) },
    })
}

fn edge(edge: &Edge) -> Value {
    json!({ "from": edge.from, "to": edge.to, "role": edge.reference.word() })
}
