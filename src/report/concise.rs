//! A line a finding: `templates/main.json:42:9: error[ST001] storage account uses Standard_LRS`.

use super::{line_path, single_line, suppressed};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

pub(super) fn render(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let file = sources.get(diagnostic.primary.span.file);
    let position = file.position(diagnostic.primary.span.start);
    let choice = diagnostic.choice().or_else(|| diagnostic.default_only());
    let choice = choice.map(|choice| format!(" ({})", single_line(&choice)));
    let suppressed = suppressed::words(sources, diagnostic);
    let suppressed = suppressed.map(|words| format!(" ({words})"));
    format!(
        "{}:{}:{}: {}[{}] {}{}{}\n",
        line_path(file.path()),
        position.line,
        position.column,
        diagnostic.severity.word(),
        diagnostic.code,
        single_line(&diagnostic.message),
        choice.unwrap_or_default(),
        suppressed.unwrap_or_default(),
    )
}
