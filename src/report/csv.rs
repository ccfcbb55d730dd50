//! A table for spreadsheets, RFC 4180 but for its line ends. A cell that a spreadsheet would compute begins with `'` instead.
//! <https://owasp.org/www-community/attacks/CSV_Injection>

use super::place::shown;
use super::{Context, Finding, single_line, suppressed};

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

pub(super) fn render(findings: &[Finding], context: &Context) -> String {
    let mut text = COLUMNS.join(",");
    text.push('\n');
    for finding in findings {
        let row = row(finding, context);
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

fn cell(text: &str) -> String {
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
