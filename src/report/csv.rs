//! A table for spreadsheets, RFC 4180 but for its line ends. A cell that a spreadsheet would compute begins with `'` instead.
//! <https://owasp.org/www-community/attacks/CSV_Injection>

use super::place::shown;
use super::{Context, Finding, single_line, suppressed, unknown};
use crate::lint::{Report, UnknownJudgement};
use crate::source::Range;

const COLUMNS: [&str; 16] = [
    "file",
    "line",
    "column",
    "end_line",
    "end_column",
    "severity",
    "certainty",
    "concern",
    "code",
    "name",
    "resource_type",
    "resource_name",
    "holds",
    "message",
    "help",
    "suppressed",
];

pub(super) fn render(report: &Report, findings: &[Finding], context: &Context) -> String {
    let mut text = COLUMNS.join(",");
    text.push('\n');
    let rows = findings.iter().map(|finding| row(finding, context));
    let unknown = report.coverage.unknown.iter();
    let unknown = unknown.filter(|_| context.shows_unknown);
    for row in rows.chain(unknown.map(|one| unknown_row(one, context))) {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

fn row(finding: &Finding, context: &Context) -> [String; COLUMNS.len()] {
    let diagnostic = finding.diagnostic;
    let shown = shown(context.repository, finding);
    let range = shown.range();
    let resource = diagnostic.resource.as_ref();
    [
        shown.path(),
        range.start.line.to_string(),
        range.start.column.to_string(),
        range.end.line.to_string(),
        range.end.column.to_string(),
        diagnostic.severity.word().to_owned(),
        diagnostic.certainty.word().to_owned(),
        diagnostic.concern.to_owned(),
        diagnostic.code.to_string(),
        diagnostic.name.to_string(),
        resource.map_or_else(String::new, |resource| resource.resource_type.clone()),
        resource.map_or_else(String::new, |resource| resource.name.clone()),
        super::text::where_it_holds(diagnostic).join("; "),
        diagnostic.message.clone(),
        diagnostic.help.clone().unwrap_or_default(),
        suppressed::words(finding.sources, diagnostic).unwrap_or_default(),
    ]
}

/// A judgement that nobody can make: its severity is none, its certainty `unknown`.
fn unknown_row(one: &UnknownJudgement, context: &Context) -> [String; COLUMNS.len()] {
    let path = one.place.as_ref().map_or(&one.file, |(path, _)| path);
    let number = |point: fn(&Range) -> u32| {
        let range = one.place.as_ref().map(|(_, range)| point(range));
        range.map_or_else(String::new, |number| number.to_string())
    };
    let (resource_type, name) = one.resource.clone();
    [
        context.repository.place(path).path().to_owned(),
        number(|range| range.start.line),
        number(|range| range.start.column),
        number(|range| range.end.line),
        number(|range| range.end.column),
        String::new(),
        "unknown".to_owned(),
        String::new(),
        one.code.to_string(),
        one.name.to_string(),
        resource_type,
        name,
        String::new(),
        unknown::why(one),
        String::new(),
        String::new(),
    ]
}

pub(super) fn cell(text: &str) -> String {
    let mut text = single_line(text);
    if text.trim_start().starts_with(['=', '+', '-', '@', '|']) {
        text.insert(0, '\'');
    }
    if text.contains([',', '"']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_spreadsheet_computes_nothing() {
        for (text, expected) in [
            ("st1", "st1"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("  @SUM(1)", "'  @SUM(1)"),
            ("\t-1", "' -1"),
            ("a, \"b\"\nc", "\"a, \"\"b\"\" c\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
