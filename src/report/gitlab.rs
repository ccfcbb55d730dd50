//! GitLab's code quality report: a JSON array, fingerprints that no two findings share, paths without `./`.
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use super::place::shown;
use super::{Context, Finding, json_text};
use crate::diagnostic::Severity;
use crate::lint::fingerprint::fingerprint;
use rustc_hash::FxHashMap;
use serde::Serialize;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

pub(super) fn render(findings: &[Finding], context: &Context) -> String {
    let mut times: FxHashMap<String, usize> = FxHashMap::default();
    let issues = findings.iter().map(|finding| {
        let mut issue = issue(finding, context);
        let seen = times.entry(issue.fingerprint.clone()).or_default();
        *seen += 1;
        if *seen > 1 {
            issue.fingerprint = format!("{}-{seen}", issue.fingerprint);
        }
        issue
    });
    let issues: Vec<_> = issues.collect();
    json_text::pretty(&issues)
}

fn issue(finding: &Finding, context: &Context) -> Issue {
    let diagnostic = finding.diagnostic;
    let shown = shown(context.repository, finding);
    let range = shown.range();
    Issue {
        description: super::said(diagnostic),
        check_name: format!("{} {}", diagnostic.code, diagnostic.name),
        fingerprint: fingerprint(
            context.repository,
            finding.root,
            finding.sources,
            diagnostic,
        ),
        severity: match diagnostic.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "info",
        },
        location: Location {
            path: shown.place.path().to_owned(),
            lines: Lines {
                begin: range.start.line,
                end: range.end.line,
            },
        },
    }
}
