//! Issues of Azure Pipelines: a logging command an error or warning; advice, for which there is no command, is a line.
//! <https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>
//!
//! ```text
//! ##vso[task.logissue type=warning;sourcepath=templates/main.json;linenumber=42;columnnumber=9;code=ST001;]storage account ...
//! ```

use super::place::shown;
use super::{Context, Finding, by_gravity, single_line};
use crate::diagnostic::Severity;

pub(super) fn render(findings: &[Finding], context: &Context) -> String {
    let mut text: String = by_gravity(findings)
        .iter()
        .map(|finding| issue(finding, context))
        .collect();
    let warned = |finding: &Finding| finding.diagnostic.severity > Severity::Info;
    let fails = findings.iter().any(|finding| context.fails(finding));
    if findings.iter().any(warned) && !fails {
        text.push_str("##vso[task.complete result=SucceededWithIssues;]amllint has findings\n");
    }
    text
}

fn issue(finding: &Finding, context: &Context) -> String {
    let diagnostic = finding.diagnostic;
    let shown = shown(context.repository, finding);
    let start = shown.range().start;
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => {
            return format!(
                "{}:{}:{}: info[{}] {}\n",
                shown.path(),
                start.line,
                start.column,
                diagnostic.code,
                single_line(&super::said(diagnostic)),
            );
        }
    };
    format!(
        "##vso[task.logissue type={kind};sourcepath={};linenumber={};columnnumber={};code={};]{}\n",
        escaped(shown.place.path()),
        start.line,
        start.column,
        escaped(&diagnostic.code),
        escaped(&super::said(diagnostic)),
    )
}

/// The agent reads these back in properties and in the message; `%` itself is `%AZP25`.
/// <https://github.com/microsoft/azure-pipelines-agent/blob/master/docs/design/percentEncoding.md>
fn escaped(text: &str) -> String {
    single_line(text)
        .replace('%', "%AZP25")
        .replace(';', "%3B")
        .replace(']', "%5D")
}
