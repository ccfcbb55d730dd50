//! A workspace and what it depends on: `amllint graph`, one file for each format.

mod dot;
mod json;
mod mermaid;
mod text;

use super::single_line;
use crate::lint::{FileReport, Report};
use crate::posture::{Node, Workspace};

/// A format of the graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// A tree, for a terminal.
    Text,
    /// For programs.
    Json,
    /// For Graphviz.
    Dot,
    /// For Mermaid.
    Mermaid,
}

/// What every workspace of a run depends on.
pub fn render(report: &Report, format: Format) -> String {
    let views = report.files.iter().flat_map(|file| {
        let workspaces = file.workspaces.iter();
        workspaces.map(move |workspace| View { file, workspace })
    });
    let views: Vec<_> = views.collect();
    match format {
        Format::Text => text::render(&views),
        Format::Json => json::render(&views),
        Format::Dot => dot::render(&views),
        Format::Mermaid => mermaid::render(&views),
    }
}

/// A workspace with the files its places point into.
struct View<'a> {
    file: &'a FileReport,
    workspace: &'a Workspace,
}

impl View<'_> {
    /// `templates/main.json:8:15`.
    fn place(&self, node: &Node) -> String {
        let file = self.file.sources.get(node.place.file);
        let position = file.position(node.place.start);
        let path = single_line(file.path());
        format!("{path}:{}:{}", position.line, position.column)
    }
}
