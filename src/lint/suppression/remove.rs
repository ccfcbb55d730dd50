//! Takes a suppression, or one of its words, out of the text again.
//!
//! ```text
//! sku: { name: x } // amllint: ignore[ST001] reason="..."     the comment and the blanks before it
//! #disable-next-line ST001 CR002                              the line; or a word with the blank before it
//! "ignore": [ { "rule": "ST001" }, { "rule": "CR002" } ]      the entry and one comma
//! ```

use crate::diagnostic::{Fix, Safety, TextEdit};
use crate::source::{SourceFile, Span};
use crate::template::suppression::{Form, Suppression};
use std::ops::Range;

/// Removes all of it.
pub fn whole(source: &SourceFile, one: &Suppression, safety: Safety) -> Fix {
    let range = one.span.range();
    let range = match one.form {
        Form::Metadata => listed(source.text(), range),
        Form::Comment | Form::FileComment => alone(source, range),
        Form::DisableNextLine | Form::DisableDiagnostics | Form::RestoreDiagnostics => {
            let with_comment = range.start..end_of_line(source.text(), range.end);
            alone(source, with_comment)
        }
    };
    fix("remove what silences it", one.span, range, safety)
}

/// Removes a word of several.
pub fn word(source: &SourceFile, one: &Suppression, word: Span) -> Fix {
    let text = source.text();
    let range = match one.form {
        Form::Metadata | Form::Comment | Form::FileComment => listed(text, word.range()),
        Form::DisableNextLine | Form::DisableDiagnostics | Form::RestoreDiagnostics => {
            let before = text[..word.range().start].trim_end_matches([' ', '\t']);
            before.len()..word.range().end
        }
    };
    let title = format!("remove `{}`", text[word.range()].trim_matches(['"', '\'']));
    fix(&title, word, range, Safety::Safe)
}

fn fix(title: &str, at: Span, range: Range<usize>, safety: Safety) -> Fix {
    let span = Span::new(at.file, range.start as u32, range.end as u32);
    Fix {
        title: title.to_owned(),
        safety,
        deployed: None,
        edits: vec![TextEdit {
            span,
            text: String::new(),
        }],
        reveals: Vec::new(),
    }
}

fn end_of_line(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    from + rest.find(['\r', '\n']).unwrap_or(rest.len())
}

/// What stands alone on its lines goes with them, anything else with the blanks before it.
fn alone(source: &SourceFile, range: Range<usize>) -> Range<usize> {
    let text = source.text();
    let line = |offset: usize| source.line_range(source.line_index(offset as u32));
    let (Some(first), Some(last)) = (line(range.start), line(range.end.max(range.start + 1) - 1))
    else {
        return range;
    };
    let is_blank = |part: Range<usize>| text[part].trim().is_empty();
    if is_blank(first.start..range.start) && is_blank(range.end..last.end) {
        return first.start..last.end;
    }
    let before = text[first.start..range.start].trim_end_matches([' ', '\t']);
    first.start + before.len()..range.end
}

/// An element of a list goes with the comma behind it, else with the one before; alone on its lines, with them.
fn listed(text: &str, range: Range<usize>) -> Range<usize> {
    let is_blank = |character: char| matches!(character, ' ' | '\t');
    let behind = text[range.end..].trim_start_matches(is_blank);
    if let Some(behind) = behind.strip_prefix(',') {
        let behind = behind.trim_start_matches(is_blank);
        return whole_lines(text, range.start..text.len() - behind.len());
    }
    let before = text[..range.start].trim_end();
    match before.strip_suffix(',') {
        Some(before) => before.len()..range.end,
        None => whole_lines(text, range),
    }
}

/// The lines of what stands alone on them.
fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[range.end..];
    let end = match rest.find('\n') {
        Some(at) => range.end + at + 1,
        None => return range,
    };
    let is_alone =
        text[start..range.start].trim().is_empty() && text[range.end..end].trim().is_empty();
    if is_alone { start..end } else { range }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::syntax::bicep::{self, Dialect};
    use crate::syntax::json;
    use crate::template::suppression::Suppressions;

    fn check(path: &str, text: &str, word_at: Option<usize>, expected: &str) {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new(path, text));
        let source = sources.get(file);
        let found = match Dialect::of(path) {
            Some(dialect) => Suppressions::in_bicep(&bicep::parse(file, source, dialect).0),
            None => Suppressions::in_json(&json::parse(file, source).0),
        };
        let one = &found.all[0];
        let fix = match word_at {
            Some(at) => word(source, one, one.words[at].span),
            None => whole(source, one, Safety::Safe),
        };
        let mut text = text.to_owned();
        text.replace_range(fix.edits[0].span.range(), &fix.edits[0].text);
        assert_eq!(text, expected);
    }

    #[test]
    fn comments_go_with_their_lines_or_blanks() {
        let comment = "// amllint: ignore[ST001, CR002] reason=x";
        check(
            "a.bicep",
            &format!("  {comment}\nparam a string\n"),
            None,
            "param a string\n",
        );
        check(
            "a.bicep",
            &format!("param a string  {comment}\n"),
            None,
            "param a string\n",
        );
        check("a.json", &format!("{{}} {comment}"), None, "{}");
        for (at, left) in [(0, "CR002"), (1, "ST001")] {
            let expected = format!("param a string // amllint: ignore[{left}] reason=x\n");
            check(
                "a.bicep",
                &format!("param a string {comment}\n"),
                Some(at),
                &expected,
            );
        }
    }

    #[test]
    fn directives_go_with_their_reason() {
        let text = "#disable-next-line ST001 CR002 // why\nparam a string\n";
        check("a.bicep", text, None, "param a string\n");
        let expected = "#disable-next-line ST001 // why\nparam a string\n";
        check("a.bicep", text, Some(1), expected);
    }

    #[test]
    fn entries_go_with_one_comma() {
        let json = |entries: &str| {
            format!("{{ \"metadata\": {{ \"amllint\": {{ \"ignore\": [{entries}] }} }} }}")
        };
        let (own, other) = ("{ \"rule\": \"ST001\" }", "{ \"rule\": \"CR002\" }");
        check("a.json", &json(own), None, &json(""));
        check(
            "a.json",
            &json(&format!("{own}, {other}")),
            None,
            &json(other),
        );
        check(
            "a.json",
            &json(&format!("\n  {own},\n  {other}\n")),
            None,
            &json(&format!("\n  {other}\n")),
        );
        let words = "{ \"rule\": [ \"ST001\", \"CR002\" ] }";
        check(
            "a.json",
            &json(words),
            Some(1),
            &json("{ \"rule\": [ \"ST001\" ] }"),
        );
        let bicep = "metadata amllint = {\n  ignore: [\n    { rule: 'ST001' }\n    { rule: 'CR002' }\n  ]\n}\n";
        let expected = "metadata amllint = {\n  ignore: [\n    { rule: 'CR002' }\n  ]\n}\n";
        check("a.bicep", bicep, None, expected);
    }
}
