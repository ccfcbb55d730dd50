//! For a pull request: a heading, a table and the reasons for each workspace.

use super::{View, deciding, symbol};
use crate::posture::{Cell, Row, State};
use crate::report::escape::{markdown, markdown_code, markdown_prose};
use std::fmt::Write as _;

pub(super) fn render(views: &[View]) -> String {
    let mut out = String::new();
    for view in views {
        workspace(&mut out, view);
    }
    if !views.is_empty() {
        out.push_str(
            "<sub>✔ yes · ✖ no · ? unknown · ↗ external · – not applicable. Zone and region: whether the loss of one is survived; \
             recovery: whether a mistaken delete can be undone. Yes is said only where a rule passed.</sub>\n",
        );
    }
    out
}

fn workspace(out: &mut String, view: &View) {
    let workspace = view.workspace;
    let _ = writeln!(
        out,
        "### Workspace {} ({}) in {}\n\n{}\n",
        markdown_code(&workspace.name),
        markdown(&view.kind()),
        markdown_code(&workspace.location),
        markdown_code(&view.place(workspace.place)),
    );
    out.push_str("| Service | By | Default | Zone | Region | Recovery | What to do first |\n");
    out.push_str("|---|---|---|---|---|---|---|\n");
    for (section, rows) in view.sections() {
        let _ = writeln!(out, "| **{}** | | | | | | |", section.title());
        for row in rows {
            self::row(out, view, row);
        }
    }
    for (heading, titles) in view.unsaid() {
        let titles: Vec<_> = titles.into_iter().map(markdown).collect();
        let _ = writeln!(out, "\n{heading}: {}.", titles.join("; "));
    }
    because(out, view);
    out.push('\n');
}

fn row(out: &mut String, view: &View, row: &Row) {
    let service = view.service(row);
    let resource = view.resource(row);
    let mut lines = vec![markdown(&service.title)];
    lines.extend(resource.name.as_deref().map(markdown_code));
    lines.extend(Some(markdown_prose(&resource.remark)).filter(|remark| !remark.is_empty()));
    lines.extend(resource.place.as_deref().map(markdown_code));
    let [zone, region, recovery] = row.cells().map(|(_, one)| cell(one));
    let first = row.first_step.as_deref().map(markdown_prose);
    let _ = writeln!(
        out,
        "| {} | {} | {} | {zone} | {region} | {recovery} | {} |",
        lines.join("<br>"),
        service.managed_by.word(),
        service.by_default.word(),
        first.unwrap_or_default(),
    );
}

fn cell(cell: &Cell) -> String {
    let codes: Vec<&str> = deciding(cell).map(|one| &*one.code).collect();
    let word = match cell.state {
        State::No => format!("**{} {}**", symbol(cell.state), cell.state.word()),
        State::Yes | State::Unknown | State::External | State::NotApplicable => {
            format!("{} {}", symbol(cell.state), cell.state.word())
        }
    };
    match codes.is_empty() {
        true => word,
        false => format!("{word}<br>{}", markdown(&codes.join(" "))),
    }
}

/// Folded below the table: why cells are not `yes`.
fn because(out: &mut String, view: &View) {
    let mut lines = Vec::new();
    for (_, rows) in view.sections() {
        for row in rows {
            let title = markdown(&view.service(row).title);
            for (state, columns, reason) in super::because(row) {
                lines.push(format!(
                    "- {title}, {} {}: {}",
                    columns.join(", "),
                    state.word(),
                    markdown_prose(&reason)
                ));
            }
            for rule in &row.also {
                let message = rule.message.as_deref().unwrap_or_default();
                let message = markdown_prose(message);
                lines.push(format!("- {title}, also: {}: {message}", rule.code));
            }
        }
    }
    if !lines.is_empty() {
        let _ = writeln!(
            out,
            "\n<details><summary>Why</summary>\n\n{}\n\n</details>",
            lines.join("\n")
        );
    }
}
