//! Annotations of GitHub Actions: a workflow command a finding, errors first, for a step shows the first ten of a kind only.
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>
//!
//! ```text
//! ::error title=amllint (ST001),file=templates/main.json,line=42,endLine=42,col=9,endColumn=23::templates/main.json:42:9: ST001 ...
//! ```

use super::place::shown;
use super::{Context, Finding, by_gravity, single_line};
use crate::diagnostic::Severity;

pub(super) fn render(findings: &[Finding], context: &Context) -> String {
    let findings = by_gravity(findings);
    let lines = findings.iter().map(|finding| command(finding, context));
    lines.collect()
}

fn command(finding: &Finding, context: &Context) -> String {
    let diagnostic = finding.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let shown = shown(context.repository, finding);
    let range = shown.range();
    let (start, end) = (range.start, range.end);
    // Columns of a place that spans lines are refused.
    let columns = if start.line == end.line {
        format!(",col={},endColumn={}", start.column, end.column)
    } else {
        String::new()
    };
    let title = format!("amllint ({})", diagnostic.code);
    let text = format!(
        "{}:{}:{}: {} {}",
        shown.path(),
        start.line,
        start.column,
        diagnostic.code,
        super::said(diagnostic)
    );
    format!(
        "::{level} title={},file={},line={},endLine={}{columns}::{}\n",
        property(&title),
        property(&single_line(shown.place.path())),
        start.line,
        end.line,
        data(&single_line(&text)),
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
