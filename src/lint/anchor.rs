//! What is found in a module that was restored is told where the user's own file uses the module: nobody can edit the other place.
//!
//! ```text
//! module storage 'br/public:avm/res/storage/storage-account:0.9.0' = {
//!                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the primary label
//! ```

use crate::diagnostic::{Diagnostic, Label};
use crate::project::Project;
use crate::source::{FileId, Span};

/// Said of what nothing decides that is passed to the module.
const INSIDE: &str = "the module decides this by itself; one of its parameters may change it";

/// Moves a finding to the first place in the user's files: on the value's way, else one of `calls`, the innermost first.
pub fn in_own_file(
    is_own_file: &dyn Fn(FileId) -> bool,
    calls: &[Span],
    diagnostic: &mut Diagnostic,
) {
    let is_own = |span: Span| is_own_file(span.file);
    if is_own(diagnostic.primary.span) {
        return;
    }
    let on_the_way = diagnostic.trace[..diagnostic.way].iter();
    let on_the_way = on_the_way
        .map(|label| label.span)
        .find(|span| is_own(*span));
    let call = calls.iter().copied().find(|span| is_own(*span));
    let Some(span) = on_the_way.or(call) else {
        return;
    };
    if on_the_way.is_none() {
        diagnostic.notes.push(INSIDE.to_owned());
    }
    let message = diagnostic.primary.message.clone();
    let inside = std::mem::replace(&mut diagnostic.primary, Label::new(span, message));
    let way = &diagnostic.trace[..diagnostic.way];
    diagnostic.way = way.iter().filter(|label| label.span != span).count();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Kind;
    use crate::source::{SourceFile, Sources};

    #[test]
    fn what_only_had_a_part_in_a_finding_is_not_the_place_to_mend_it() {
        let mut sources = Sources::default();
        let own = sources.add(SourceFile::new("main.bicep", "param location\nmodule"));
        let restored = sources.add(SourceFile::new("main.json", "'LRS' 'sku'"));
        let (location, call) = (Span::new(own, 6, 14), Span::new(own, 15, 21));
        let is_own = |file| file == own;
        let told = |way: Option<Span>| {
            let mut diagnostic = Diagnostic::new(Kind::EVALUATION, Span::new(restored, 0, 5), "");
            diagnostic.way = usize::from(way.is_some());
            let others = way.into_iter().chain([location]);
            diagnostic.trace = others.map(|span| Label::new(span, "")).collect();
            in_own_file(&is_own, &[call], &mut diagnostic);
            diagnostic
        };
        assert_eq!(told(None).primary.span, call);
        assert_eq!(told(None).trace[0].span, location);
        let passed = Span::new(own, 0, 5);
        assert_eq!(told(Some(passed)).primary.span, passed);
        assert_eq!(told(Some(passed)).way, 0);
    }
}
