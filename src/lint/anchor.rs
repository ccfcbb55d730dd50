//! What is found in a module that was restored is told where the user's own file uses the module: nobody can edit the other place.
//!
//! ```text
//! module storage 'br/public:avm/res/storage/storage-account:0.9.0' = {
//!                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the primary label
//! ```

use crate::diagnostic::{Diagnostic, Label};
use crate::project::Project;
use crate::source::Span;

/// Moves a finding to the first place in the user's files: on the value's way, else one of `calls`, the innermost first.
pub fn in_own_file(project: &Project, calls: &[Span], diagnostic: &mut Diagnostic) {
    let is_own = |span: Span| project.is_own(span.file);
    if is_own(diagnostic.primary.span) {
        return;
    }
    let on_the_way = diagnostic.trace.iter();
    let on_the_way = on_the_way
        .map(|label| label.span)
        .find(|span| is_own(*span));
    let call = || calls.iter().copied().find(|span| is_own(*span));
    let Some(span) = on_the_way.or_else(call) else {
        return;
    };
    let message = diagnostic.primary.message.clone();
    let inside = std::mem::replace(&mut diagnostic.primary, Label::new(span, message));
    diagnostic.trace.retain(|label| label.span != span);
    let decided = match inside.message.as_str() {
        "" => "decided here".to_owned(),
        message => message.to_owned(),
    };
    diagnostic.trace.push(Label::new(inside.span, decided));
}

/// The innermost of `calls` in the user's files, for what stands at a place in none of them.
pub fn call(project: &Project, place: Span, calls: &[Span]) -> Option<Span> {
    let is_own = |span: &&Span| project.is_own(span.file);
    let is_inside = !project.is_own(place.file);
    calls.iter().find(is_own).filter(|_| is_inside).copied()
}
