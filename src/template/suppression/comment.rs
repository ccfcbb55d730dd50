//! The words of a comment: `amllint: ignore[ST001, zone] reason="dev sandbox" until=2026-12-31 owner=ml-platform`.

use super::{DATE_HELP, TOOL, Word, date, span};
use crate::similar::most_similar;
use crate::source::{FileId, Span};
use jiff::civil::Date;
use std::ops::Range;

/// What stands between `amllint:` and the rules.
const VERBS: [&str; 2] = ["ignore", "ignore-file"];
/// What may stand behind the rules.
const KEYS: [&str; 3] = ["reason", "until", "owner"];

/// What a comment says.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Whether it is about the whole file.
    pub whole_file: bool,
    pub words: Vec<Word>,
    pub details: Details,
}

/// What stands behind the rules.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub reason: Option<Box<str>>,
    pub until: Option<Date>,
    pub owner: Option<Box<str>>,
}

/// What is wrong with a comment.
#[derive(Debug)]
pub(super) struct Mistake {
    pub span: Span,
    pub message: String,
    pub help: String,
}

/// Reads what stands in a comment, `text[inner]`; `None` if it does not speak to us.
pub(super) fn read(file: FileId, text: &str, inner: Range<usize>) -> Option<Result<Said, Mistake>> {
    let mut reader = Reader::of(file, text, inner)?;
    Some(reader.rules().and_then(|mut said| {
        said.details = reader.details()?;
        Ok(said)
    }))
}

/// Reads what stands in a comment behind a directive of Bicep: the same without rules, or a reason in plain words.
pub(super) fn behind_directive(
    file: FileId,
    text: &str,
    inner: Range<usize>,
) -> Result<Details, Mistake> {
    match Reader::of(file, text, inner.clone()) {
        Some(mut reader) => reader.details(),
        None => Ok(Details {
            reason: filled(&text[inner]),
            ..Details::default()
        }),
    }
}

/// A text in which there is something.
pub(super) fn filled(text: &str) -> Option<Box<str>> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.into())
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    /// Behind `amllint:`, with which the comment has to begin.
    fn of(file: FileId, text: &'a str, inner: Range<usize>) -> Option<Reader<'a>> {
        let mut reader = Reader {
            file,
            text,
            at: inner.start,
            end: inner.end,
        };
        reader.blanks();
        let rest = reader.rest().strip_prefix(TOOL)?.strip_prefix(':')?;
        reader.at = reader.end - rest.len();
        Some(reader)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..self.end]
    }

    fn blanks(&mut self) {
        self.at = self.end - self.rest().trim_start().len();
    }

    fn take(&mut self, character: char) -> bool {
        self.blanks();
        let taken = self.rest().starts_with(character);
        if taken {
            self.at += character.len_utf8();
        }
        taken
    }

    /// Takes characters as long as they are of a kind.
    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> Range<usize> {
        let rest = self.rest();
        let length = rest.find(|character| !wanted(character));
        let from = self.at;
        self.at += length.unwrap_or(rest.len());
        from..self.at
    }

    /// Letters, digits and `-`: the next word, perhaps an empty one.
    fn word(&mut self) -> Range<usize> {
        self.blanks();
        self.take_while(|character| character.is_alphanumeric() || "-_".contains(character))
    }

    /// The characters, or the next one where there are none.
    fn shown(&self, range: Range<usize>) -> Span {
        let rest = &self.text[range.start..];
        let next = rest.chars().next().map_or(0, char::len_utf8);
        let end = match range.is_empty() && range.start < self.end {
            true => range.start + next,
            false => range.end,
        };
        span(self.file, range.start..end)
    }

    fn mistake(
        &self,
        range: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Mistake {
        Mistake {
            span: self.shown(range),
            message: message.into(),
            help: help.into(),
        }
    }

    /// `ignore[ST001, zone]`.
    fn rules(&mut self) -> Result<Said, Mistake> {
        let verb = self.word();
        let written = &self.text[verb.clone()];
        if !VERBS.contains(&written) {
            let help = match most_similar(written, VERBS.into_iter()) {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => "write `amllint: ignore[RULE] reason=\"...\"`".to_owned(),
            };
            let message = match written {
                "" => "`ignore` is expected behind `amllint:`".to_owned(),
                written => format!("`{written}` is nothing that may stand behind `amllint:`"),
            };
            return Err(self.mistake(verb, message, help));
        }
        if !self.take('[') {
            let message = format!("`{written}` names no rules");
            let help = format!("write `{written}[ST001]`, with codes or names of rules");
            return Err(self.mistake(verb, message, help));
        }
        let mut words = Vec::new();
        loop {
            let word = self.word();
            if word.is_empty() {
                let help =
                    "codes or names of rules stand between the brackets, with `,` between them";
                return Err(self.mistake(word, "the name of a rule is expected here", help));
            }
            words.push(Word {
                text: self.text[word.clone()].into(),
                span: span(self.file, word),
            });
            if self.take(']') {
                break;
            }
            if !self.take(',') {
                let here = self.at..self.at;
                let help = "`]` closes the list of rules, `,` stands between them";
                return Err(self.mistake(here, "`,` or `]` is expected here", help));
            }
        }
        Ok(Said {
            whole_file: written == VERBS[1],
            words,
            details: Details::default(),
        })
    }

    /// `reason="dev sandbox" until=2026-12-31 owner=ml-platform`, in any order.
    fn details(&mut self) -> Result<Details, Mistake> {
        let mut details = Details::default();
        let mut known: Vec<&str> = Vec::new();
        loop {
            self.blanks();
            if self.rest().is_empty() {
                return Ok(details);
            }
            let key = self.word();
            let name = &self.text[key.clone()];
            if !KEYS.contains(&name) {
                let help = match most_similar(name, KEYS.into_iter()) {
                    Some(similar) => format!("did you mean `{similar}`?"),
                    None => "`reason=\"...\"`, `until=2026-12-31` and `owner=...` may stand here"
                        .to_owned(),
                };
                let message = match name {
                    "" => "this is nothing that may stand here".to_owned(),
                    name => format!("`{name}` is nothing that may stand here"),
                };
                return Err(self.mistake(key, message, help));
            }
            if known.contains(&name) {
                let help = "leave one of them out";
                return Err(self.mistake(key, format!("`{name}` stands here twice"), help));
            }
            known.push(name);
            if !self.take('=') {
                let help = format!("write `{name}=...`");
                return Err(self.mistake(key, format!("`{name}` has no value"), help));
            }
            let (place, value) = self.value()?;
            match name {
                "reason" => details.reason = filled(&value),
                "owner" => details.owner = filled(&value),
                _ => match date(&value) {
                    Some(date) => details.until = Some(date),
                    None => {
                        let message = format!("`{value}` is no day");
                        return Err(self.mistake(place, message, DATE_HELP));
                    }
                },
            }
        }
    }

    /// A text between quotes, in which `\` takes the next character as it is, or one without blanks.
    fn value(&mut self) -> Result<(Range<usize>, String), Mistake> {
        let start = {
            self.blanks();
            self.at
        };
        if !self.take('"') {
            let range = self.take_while(|character| !character.is_whitespace());
            if range.is_empty() {
                let help = "a value stands behind `=`, in quotes if there are blanks in it";
                return Err(self.mistake(start..start, "a value is expected here", help));
            }
            return Ok((range.clone(), self.text[range].to_owned()));
        }
        let mut value = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += at + 1;
                    return Ok((start..self.at, value));
                }
                '\\' => value.extend(characters.next().map(|(_, next)| next)),
                other => value.push(other),
            }
        }
        Err(self.mistake(start..start + 1, "the text is not closed", "`\"` closes it"))
    }
}
