//! For Mermaid, which draws fenced blocks of pull requests.

use super::View;
use crate::posture::{NodeKind, Reference};
use crate::report::escape::mermaid;
use std::fmt::Write as _;

pub(super) fn render(views: &[View]) -> String {
    let mut out = String::from("flowchart LR\n");
    for (position, view) in views.iter().enumerate() {
        workspace(&mut out, view, position);
    }
    out
}

fn workspace(out: &mut String, view: &View, position: usize) {
    let drawn = &view.workspace.dependencies;
    let title = mermaid(&format!("workspace {}", view.workspace.name));
    let _ = writeln!(out, "  subgraph w{position}[\"{title}\"]");
    let mut unseen = Vec::new();
    for (index, node) in drawn.nodes.iter().enumerate() {
        let _ = writeln!(
            out,
            "    w{position}n{index}[\"{}<br/>{}\"]",
            mermaid(&node.noun),
            mermaid(&node.name)
        );
        match node.kind {
            NodeKind::Resource => {}
            NodeKind::Existing | NodeKind::External | NodeKind::Unknown => {
                unseen.push(format!("w{position}n{index}"));
            }
        }
    }
    for edge in &drawn.edges {
        let (from, to) = (edge.from, edge.to);
        let arrow = match &edge.reference {
            Reference::Child => "-->".to_owned(),
            Reference::Extension => "-.->".to_owned(),
            Reference::Role(role) => format!("-->|\"{}\"|", mermaid(role)),
        };
        let _ = writeln!(out, "    w{position}n{from} {arrow} w{position}n{to}");
    }
    let _ = writeln!(out, "  end");
    for node in unseen {
        let _ = writeln!(out, "  style {node} stroke-dasharray: 4 4");
    }
}
