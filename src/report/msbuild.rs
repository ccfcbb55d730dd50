//! The form that MSBuild, Visual Studio and most problem matchers read:
//! `templates/main.json(42,9,42,23): warning ST001: storage account uses Standard_LRS`.
//! <https://learn.microsoft.com/visualstudio/msbuild/msbuild-diagnostic-format-for-tasks>
//!
//! Lines and columns are 1-based, the end is exclusive. MSBuild knows no third severity; `info` is what VS Code's `$msCompile` reads.

use super::{line_path, single_line};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;

pub(super) fn render(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let span = diagnostic.primary.span;
    let file = sources.get(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    let category = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    format!(
        "{}({},{},{},{}): {category} {}: {}\n",
        line_path(file.path()),
        start.line,
        start.column,
        end.line,
        end.column,
        diagnostic.code,
        single_line(&diagnostic.message),
    )
}
