//! What files silence, for an audit: where, which rules, why, who answers for it, up to when, and whether it still silences something.

use super::escape::{markdown, markdown_code};
use super::json_text::pretty;
use super::{counted, csv, line_path, single_line};
use crate::lint::suppression::{Audited, Standing};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A format of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For a terminal.
    Text,
    /// For a page.
    Markdown,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

/// The list.
pub fn render(suppressions: &[Audited], format: Format) -> String {
    match format {
        Format::Text => text(suppressions),
        Format::Markdown => page(suppressions),
        Format::Csv => table(suppressions),
        Format::Json => pretty(&json!({
            "schema_version": 1,
            "suppressions": suppressions.iter().map(as_json).collect::<Vec<_>>(),
        })),
    }
}

/// "8 suppressions: 6 active, 1 expired, 1 unused".
pub fn closing_line(suppressions: &[Audited]) -> String {
    let standings = [
        Standing::Active,
        Standing::NotJudged,
        Standing::WithoutReason,
        Standing::Expired,
        Standing::Unused,
        Standing::UnknownRule,
        Standing::Mandatory,
    ];
    let of = |standing: Standing| {
        let all = suppressions.iter();
        let count = all.filter(|one| one.standing == standing).count();
        (count > 0).then(|| format!("{count} {}", standing.word()))
    };
    let counts: Vec<String> = standings.into_iter().filter_map(of).collect();
    let line = counted(suppressions.len(), "suppression");
    match counts.is_empty() {
        true => line,
        false => format!("{line}: {}", counts.join(", ")),
    }
}

fn place(one: &Audited) -> String {
    let line = one.source.line_index(one.suppression.span.start) + 1;
    format!("{}:{line}", one.source.path())
}

fn words(one: &Audited) -> Vec<&str> {
    let words = one.suppression.words.iter();
    words.map(|word| &*word.text).collect()
}

fn said(text: &Option<Box<str>>) -> &str {
    text.as_deref().unwrap_or_default()
}

fn until(one: &Audited) -> String {
    let until = one.suppression.until;
    until.map_or_else(String::new, |until| until.to_string())
}

fn text(suppressions: &[Audited]) -> String {
    let mut text = String::new();
    for one in suppressions {
        let (place, words) = (line_path(&place(one)), single_line(&words(one).join(", ")));
        let found = counted(one.state.silenced, "finding");
        let standing = one.standing.word();
        let _ = writeln!(text, "{place}: {words}: {standing}, {found}");
        for (name, value) in [
            ("reason", said(&one.suppression.reason)),
            ("owner", said(&one.suppression.owner)),
            ("until", &until(one)),
        ] {
            if !value.is_empty() {
                let _ = writeln!(text, "  {name}: {}", single_line(value));
            }
        }
    }
    text
}

fn page(suppressions: &[Audited]) -> String {
    let mut page = format!("{}\n", markdown(&closing_line(suppressions)));
    if suppressions.is_empty() {
        return page;
    }
    page.push_str("\n| Where | Rules | Standing | Findings | Reason | Owner | Until |\n|---|---|---|---|---|---|---|\n");
    for one in suppressions {
        let cells = [
            markdown_code(&place(one)),
            markdown(&words(one).join(", ")),
            one.standing.word().to_owned(),
            one.state.silenced.to_string(),
            markdown(said(&one.suppression.reason)),
            markdown(said(&one.suppression.owner)),
            until(one),
        ];
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
    page
}

fn table(suppressions: &[Audited]) -> String {
    let mut text = "file,line,form,rules,standing,findings,reason,owner,until\n".to_owned();
    for one in suppressions {
        let line = one.source.line_index(one.suppression.span.start) + 1;
        let cells = [
            one.source.path().to_owned(),
            line.to_string(),
            one.suppression.form.word().to_owned(),
            words(one).join(" "),
            one.standing.word().to_owned(),
            one.state.silenced.to_string(),
            said(&one.suppression.reason).to_owned(),
            said(&one.suppression.owner).to_owned(),
            until(one),
        ];
        let cells: Vec<String> = cells.iter().map(|text| csv::cell(text)).collect();
        let _ = writeln!(text, "{}", cells.join(","));
    }
    text
}

fn as_json(one: &Audited) -> Value {
    let range = one.source.range(one.suppression.span);
    let point = |at: crate::source::Position| json!({ "line": at.line, "column": at.column, "offset": at.offset });
    json!({
        "file": one.source.path(),
        "range": { "start": point(range.start), "end": point(range.end) },
        "form": one.suppression.form.word(),
        "rules": words(one),
        "standing": one.standing.word(),
        "findings": one.state.silenced,
        "reason": one.suppression.reason,
        "owner": one.suppression.owner,
        "until": one.suppression.until.map(|until| until.to_string()),
    })
}
