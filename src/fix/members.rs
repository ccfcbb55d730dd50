//! Objects and arrays as brackets with members between them, in either language: one more, or one less.
//!
//! ```text
//! { "a": 1 }          { "a": 1, "b": 2 }
//!
//! {                   {
//!   a: 1 // why         a: 1 // why
//! }                     b: 2
//!                     }
//! ```

use super::layout::{
    Layout, indentation, is_first_in_line, line_end, line_start, next_line, rest_of_line,
    skip_blanks, unit,
};
use super::literal::{Notation, between};
use std::ops::Range;

/// A bracket, what stands between it and its twin, and the members among that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Members {
    /// What stands between the brackets.
    pub inside: Range<usize>,
    /// Each member, from its first to behind its last byte; of an object key and value.
    pub members: Vec<Range<usize>>,
    /// Behind which of them something may be added, if not behind the last.
    pub last: Option<usize>,
}

/// A range of a text and what comes in its place.
pub type Edit = (Range<usize>, String);

impl Members {
    /// Adds members behind the last one; each is written when it is known how it is laid out.
    pub fn add(
        &self,
        text: &str,
        notation: Notation,
        added: &[&dyn Fn(&Layout) -> String],
    ) -> Vec<Edit> {
        let last = self.last.or(self.members.len().checked_sub(1));
        match last.and_then(|last| self.members.get(last)) {
            Some(last) => self.add_behind(text, notation, last, added),
            None => vec![self.fill(text, notation, added)],
        }
    }

    fn add_behind(
        &self,
        text: &str,
        notation: Notation,
        last: &Range<usize>,
        added: &[&dyn Fn(&Layout) -> String],
    ) -> Vec<Edit> {
        let layout = self.layout(text, Some(last));
        let written = written(&layout, notation, added);
        let comma = comma_behind(text, last.end, self.inside.end);
        let end = comma.map_or(last.end, |comma| comma + 1);
        let between = between(notation, &layout);
        let Some(line) = layout
            .indentation
            .as_ref()
            .and_then(|_| rest_of_line(text, end, self.inside.end))
        else {
            // In one line: a comma that is there already divides what is added from what was.
            let (start, behind) = match comma {
                Some(_) => (layout.separator(), ","),
                None => (between, ""),
            };
            return vec![(end..end, format!("{start}{written}{behind}"))];
        };
        let added = format!("{}{written}", layout.separator());
        match (notation, comma) {
            (Notation::Bicep, _) => vec![(line..line, added)],
            (Notation::Json, Some(_)) => vec![(line..line, format!("{added},"))],
            (Notation::Json, None) if line == end => vec![(end..end, format!(",{added}"))],
            (Notation::Json, None) => vec![(end..end, ",".to_owned()), (line..line, added)],
        }
    }

    /// What stands between brackets that hold nothing yet, or nothing but comments.
    fn fill(&self, text: &str, notation: Notation, added: &[&dyn Fn(&Layout) -> String]) -> Edit {
        let layout = self.layout(text, None);
        let written = written(&layout, notation, added);
        let inside = &text[self.inside.clone()];
        let (before, behind) = match &layout.indentation {
            Some(_) => {
                let outer = indentation(text, self.inside.start);
                (layout.separator(), format!("{}{outer}", layout.line_end))
            }
            None => (layout.separator(), layout.separator()),
        };
        let comments = inside.trim_end();
        let start = self.inside.start + comments.len();
        (start..self.inside.end, format!("{before}{written}{behind}"))
    }

    /// How a member is laid out that stands beside `last`, or would be the first.
    fn layout<'a>(&self, text: &'a str, last: Option<&Range<usize>>) -> Layout<'a> {
        let open = self.inside.start - 1;
        let outer = indentation(text, open);
        let is_compact = match last {
            Some(last) => {
                let member = &text[last.clone()];
                member.contains("\":") && !member.contains("\": ")
            }
            None => false,
        };
        let own = last.filter(|last| is_first_in_line(text, last.start));
        let own = own.map(|last| indentation(text, last.start));
        let unit = unit(text, outer, own);
        let is_on_lines = match last {
            Some(last) => own.is_some() || text[last.clone()].contains('\n'),
            None => text[self.inside.clone()].contains('\n') || is_alone(text, open),
        };
        let indentation = match own {
            Some(own) => own.to_owned(),
            None => format!("{outer}{unit}"),
        };
        Layout {
            indentation: is_on_lines.then_some(indentation),
            unit,
            line_end: line_end(text, open),
            is_compact: is_compact || last.is_none() && is_minified(text, open),
        }
    }

    /// Removes a member with the comma that divides it from the others; comments in its own line go with it.
    pub fn remove(&self, text: &str, notation: Notation, member: usize) -> Vec<Edit> {
        let removed = &self.members[member];
        let comma = comma_behind(text, removed.end, self.inside.end);
        let end = comma.map_or(removed.end, |comma| comma + 1);
        let before = member.checked_sub(1).map(|before| &self.members[before]);
        let line = rest_of_line(text, end, self.inside.end);
        let is_alone = is_first_in_line(text, removed.start);
        let is_only = self.members.len() == 1;
        if is_only
            && text[self.inside.start..removed.start].trim().is_empty()
            && text[end..self.inside.end].trim().is_empty()
        {
            return vec![(self.inside.clone(), String::new())];
        }
        if let (true, Some(line)) = (is_alone, line) {
            let lines = line_start(text, removed.start)..next_line(text, line);
            let mut edits = Vec::new();
            if let (Notation::Json, None, Some(before)) = (notation, comma, before)
                && let Some(comma) = comma_behind(text, before.end, removed.start)
            {
                edits.push((comma..comma + 1, String::new()));
            }
            edits.push((lines, String::new()));
            return edits;
        }
        let next = self.members.get(member + 1);
        let range = match (next, before) {
            (Some(next), _) => removed.start..next.start,
            (None, Some(before)) => before.end..removed.end,
            (None, None) => removed.start..end,
        };
        vec![(range, String::new())]
    }
}

fn written(layout: &Layout, notation: Notation, added: &[&dyn Fn(&Layout) -> String]) -> String {
    let added: Vec<_> = added.iter().map(|member| member(layout)).collect();
    added.join(&between(notation, layout))
}

/// The comma that follows, blanks and comments passed over.
fn comma_behind(text: &str, start: usize, end: usize) -> Option<usize> {
    let at = skip_blanks(text, start, end);
    text[at..end].starts_with(',').then_some(at)
}

/// Whether an opening bracket is the only one of its line, so that what it holds goes on lines of its own.
fn is_alone(text: &str, open: usize) -> bool {
    let start = line_start(text, open);
    let before = &text[start..open];
    let is_divided = before.contains(['{', '[', ',']);
    let is_one_line = start == 0 && (before.trim().is_empty() || !text.contains('\n'));
    !is_divided && !is_one_line
}

/// Whether a file is written without blanks.
fn is_minified(text: &str, around: usize) -> bool {
    let before = &text[..around];
    before.ends_with("\":")
}
