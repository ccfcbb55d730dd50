//! A tree for a terminal. What has been shown above is not unfolded once more.

use super::View;
use crate::posture::{Dependencies, Node, NodeKind, Reference};
use crate::report::single_line;
use std::fmt::Write as _;

/// Deeper than this nothing is shown.
const DEEPEST: usize = 32;

pub(super) fn render(views: &[View]) -> String {
    let trees: Vec<_> = views.iter().map(tree).collect();
    trees.join("\n")
}

fn tree(view: &View) -> String {
    let drawn = &view.workspace.dependencies;
    let mut tree = Tree {
        view,
        out: String::new(),
        shown: vec![false; drawn.nodes.len()],
        below: vec![Vec::new(); drawn.nodes.len()],
    };
    for (position, edge) in drawn.edges.iter().enumerate() {
        tree.below[edge.from].push(position);
    }
    let Some(root) = drawn.nodes.first() else {
        return tree.out;
    };
    let _ = writeln!(tree.out, "{}", tree.line(root));
    tree.shown[0] = true;
    tree.branches(0, "", 0);
    tree.others(drawn);
    tree.out
}

struct Tree<'a> {
    view: &'a View<'a>,
    out: String,
    shown: Vec<bool>,
    /// Positions of the edges that begin at a node.
    below: Vec<Vec<usize>>,
}

impl Tree<'_> {
    fn branches(&mut self, node: usize, before: &str, depth: usize) {
        let drawn = &self.view.workspace.dependencies;
        let edges = std::mem::take(&mut self.below[node]);
        for (count, position) in edges.iter().enumerate() {
            let is_last = count + 1 == edges.len();
            let (branch, bar) = if is_last {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            let edge = &drawn.edges[*position];
            let again = self.shown[edge.to];
            let word = match &edge.reference {
                Reference::Child => String::new(),
                Reference::Extension => "extension: ".to_owned(),
                Reference::Role(role) => format!("{}: ", single_line(role)),
            };
            let target = &drawn.nodes[edge.to];
            let line = match again {
                true => name(target),
                false => self.line(target),
            };
            let _ = writeln!(self.out, "{before}{branch}{word}{line}");
            self.shown[edge.to] = true;
            if !again && depth < DEEPEST {
                self.branches(edge.to, &format!("{before}{bar}"), depth + 1);
            }
        }
    }

    /// What refers to a part of the tree without being in it.
    fn others(&mut self, drawn: &Dependencies) {
        for edge in &drawn.edges {
            if !self.shown[edge.from] {
                let (from, to) = (&drawn.nodes[edge.from], &drawn.nodes[edge.to]);
                let role = single_line(edge.reference.word());
                let line = self.line(from);
                let _ = writeln!(self.out, "{line}\n└─ {role}: {}", name(to));
            }
        }
    }

    fn line(&self, node: &Node) -> String {
        let remark = match node.kind {
            NodeKind::Resource => "",
            NodeKind::Existing => ", exists already",
            NodeKind::External => ", outside of this run",
            NodeKind::Unknown => ", not known before deployment",
        };
        format!("{}{remark}  {}", name(node), self.view.place(node))
    }
}

fn name(node: &Node) -> String {
    format!("{} `{}`", single_line(&node.noun), single_line(&node.name))
}
