//! For Graphviz.

use super::View;
use crate::posture::{NodeKind, Reference};
use crate::report::escape::dot;
use std::fmt::Write as _;

pub(super) fn render(views: &[View]) -> String {
    let mut out = String::from(
        "digraph amllint {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  \
         edge [fontname=\"sans-serif\", fontsize=10];\n",
    );
    for (position, view) in views.iter().enumerate() {
        workspace(&mut out, view, position);
    }
    out.push_str("}\n");
    out
}

fn workspace(out: &mut String, view: &View, position: usize) {
    let drawn = &view.workspace.dependencies;
    let _ = writeln!(
        out,
        "  subgraph cluster_{position} {{\n    label=\"{}\";",
        dot(&format!("workspace {}", view.workspace.name))
    );
    for (index, node) in drawn.nodes.iter().enumerate() {
        let style = match node.kind {
            NodeKind::Resource => "",
            NodeKind::Existing | NodeKind::External | NodeKind::Unknown => {
                ", style=\"rounded,dashed\""
            }
        };
        let bold = if index == 0 { ", penwidth=2" } else { "" };
        let _ = writeln!(
            out,
            "    w{position}n{index} [label=\"{}\\n{}\"{style}{bold}];",
            dot(&node.noun),
            dot(&node.name),
        );
    }
    for edge in &drawn.edges {
        let label = match &edge.reference {
            Reference::Child => String::new(),
            Reference::Extension => " [style=dotted]".to_owned(),
            Reference::Role(role) => format!(" [label=\"{}\"]", dot(role)),
        };
        let (from, to) = (edge.from, edge.to);
        let _ = writeln!(out, "    w{position}n{from} -> w{position}n{to}{label};");
    }
    out.push_str("  }\n");
}
