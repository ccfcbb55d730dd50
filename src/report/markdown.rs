//! Findings as a page: the summary of a step in GitHub Actions, a comment, a wiki.

use super::escape::{markdown, markdown_code, markdown_prose};
use super::place::shown;
use super::{Context, Finding, by_gravity, documentation_url, unknown};
use crate::lint::{Report, UnknownJudgement};
use std::fmt::Write as _;

pub(super) fn render(report: &Report, findings: &[Finding], context: &Context) -> String {
    page(report, findings, context, usize::MAX)
}

/// The page, with as many rows as fit into `limit` bytes, the gravest first.
pub(super) fn page(
    report: &Report,
    findings: &[Finding],
    context: &Context,
    limit: usize,
) -> String {
    let mut page = format!("## amllint\n\n{}\n", markdown(&super::closing_line(report)));
    add_findings(&mut page, findings, context, limit);
    if context.shows_unknown {
        add_unknown(&mut page, report, context, limit);
    }
    page
}

fn add_findings(page: &mut String, findings: &[Finding], context: &Context, limit: usize) {
    if findings.is_empty() {
        return;
    }
    page.push_str("\n| | Rule | Where | Finding |\n|---|---|---|---|\n");
    let sorted = by_gravity(findings);
    for (position, finding) in sorted.iter().enumerate() {
        let row = row(finding, context);
        if page.len() + row.len() > limit {
            let left = sorted.len() - position;
            let _ = writeln!(page, "\n{left} more do not fit here.");
            break;
        }
        page.push_str(&row);
    }
}

/// What could not be judged, as far as it fits.
fn add_unknown(page: &mut String, report: &Report, context: &Context, limit: usize) {
    let all = &report.coverage.unknown;
    if all.is_empty() {
        return;
    }
    page.push_str("\nNot known:\n\n| Rule | Where | Why |\n|---|---|---|\n");
    for (position, one) in all.iter().enumerate() {
        let row = unknown_row(one, context);
        if page.len() + row.len() > limit {
            let left = all.len() - position;
            let _ = writeln!(page, "\n{left} more do not fit here.");
            break;
        }
        page.push_str(&row);
    }
}

fn unknown_row(one: &UnknownJudgement, context: &Context) -> String {
    let path = one.place.as_ref().map_or(&one.file, |(path, _)| path);
    let mut place = context.repository.place(path).path().to_owned();
    if let Some((_, range)) = &one.place {
        let _ = write!(place, ":{}:{}", range.start.line, range.start.column);
    }
    let text = format!("{}: {}", unknown::resource(one), unknown::why(one));
    format!(
        "| {}<br>{} | {} | {} |\n",
        one.code,
        markdown(&one.name),
        markdown_code(&place),
        markdown_prose(&text),
    )
}

fn row(finding: &Finding, context: &Context) -> String {
    let diagnostic = finding.diagnostic;
    let shown = shown(context.repository, finding);
    let start = shown.range().start;
    let place = format!("{}:{}:{}", shown.place.path(), start.line, start.column);
    let rule = match documentation_url(context.catalogue, &diagnostic.name) {
        Some(url) => format!("[{}]({})", diagnostic.code, escape_url(&url)),
        None => diagnostic.code.to_string(),
    };
    let mut text = markdown_prose(&diagnostic.message);
    for holds in super::text::where_it_holds(diagnostic) {
        let _ = write!(text, "<br>{}", markdown(&holds));
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(text, "<br>help: {}", markdown_prose(help));
    }
    let certainty = match diagnostic.certainty {
        crate::diagnostic::Certainty::Certain => "",
        crate::diagnostic::Certainty::Possible => ", possible",
    };
    format!(
        "| {}{certainty} | {rule}<br>{} | {} | {text} |\n",
        diagnostic.severity.word(),
        markdown(&diagnostic.name),
        markdown_code(&place),
    )
}

/// What would end a link in Markdown.
fn escape_url(url: &str) -> String {
    let url = super::single_line(url);
    let url = url
        .replace(' ', "%20")
        .replace('(', "%28")
        .replace(')', "%29");
    url.replace('<', "%3C")
        .replace('>', "%3E")
        .replace('|', "%7C")
}
