//! Comments in the text of a file, and Bicep's directives.
//!
//! Comments are what a lexer leaves out, so they are looked for between its tokens: what looks like one in a string is none.

use super::comment::{self, Details, Mistake, Said};
use super::{Form, Scope, Suppression, Suppressions, Word, span};
use crate::diagnostic::Kind;
use crate::source::{FileId, SourceFile};
use crate::syntax::bicep::{DirectiveKind, SyntaxTree, TokenKind, lex};
use crate::syntax::node::{Document, NodeKind};
use crate::syntax::problems::Problems;
use std::ops::{Range, RangeInclusive};

/// A comment: all of it, and what stands inside.
struct Comment {
    whole: Range<usize>,
    inner: Range<usize>,
}

/// A text with its comments.
struct Commented<'a> {
    file: FileId,
    source: &'a SourceFile,
    comments: Vec<Comment>,
    /// Places that are no content though they are no comments: directives.
    passed_over: Vec<Range<usize>>,
    /// The first byte that is content.
    content: usize,
}

pub(super) fn in_json(document: &Document, found: &mut Suppressions) {
    let text = document.source().text();
    let mut comments = Vec::new();
    let mut at = 0;
    for index in 0..document.len() as u32 {
        let node = document.node(index);
        if matches!(node.kind(), NodeKind::Object | NodeKind::Array) {
            continue;
        }
        let range = node.span().range();
        if range.start >= at {
            comments_in(text, at..range.start, &mut comments);
            at = range.end;
        }
    }
    comments_in(text, at..text.len(), &mut comments);
    let commented = Commented {
        file: document.file(),
        source: document.source(),
        comments,
        passed_over: Vec::new(),
        content: document.root().span().start as usize,
    };
    commented.read(found, |lines| lines);
}

pub(super) fn in_bicep(tree: &SyntaxTree, found: &mut Suppressions) {
    let source = tree.source();
    let text = source.text();
    let mut problems = Problems::new(tree.file(), Kind::SYNTAX_BICEP);
    let lexed = lex(text, &mut problems);
    let mut comments = Vec::new();
    let mut at = 0;
    for token in &lexed.tokens {
        comments_in(text, at..token.start as usize, &mut comments);
        at = token.end as usize;
    }
    let is_content = |kind: TokenKind| !matches!(kind, TokenKind::NewLine);
    let mut tokens = lexed.tokens.iter();
    let first = tokens.find(|token| is_content(token.kind));
    let directives = tree.directives().iter();
    let passed_over = directives.map(|directive| {
        let last = directive.codes.last().unwrap_or(&directive.keyword);
        directive.keyword.0 as usize..last.1 as usize
    });
    let passed_over: Vec<_> = passed_over.collect();
    // The comment behind a directive is about that one.
    comments.retain(|comment| !passed_over.iter().any(|one| follows(text, one, comment)));
    let commented = Commented {
        file: tree.file(),
        source,
        comments,
        passed_over,
        content: first.map_or(text.len(), |token| token.start as usize),
    };
    let leads = leads(tree);
    commented.read(found, |lines| {
        let line = *lines.start();
        let lead = leads.iter().find(|lead| lead.contains(&line));
        lead.cloned().unwrap_or(lines)
    });
}

/// Whether a comment stands behind this on its line.
fn follows(text: &str, before: &Range<usize>, comment: &Comment) -> bool {
    let between = text.get(before.end..comment.whole.start);
    between.is_some_and(|between| between.trim_matches([' ', '\t']).is_empty())
}

/// Lines from the first decorator of a declaration to its keyword: what is said above them is about it.
fn leads(tree: &SyntaxTree) -> Vec<RangeInclusive<usize>> {
    let statements = (0..).map_while(|position| tree.get_statement(position));
    let lead = |statement: &crate::syntax::bicep::Statement| {
        let first = tree.list(statement.decorators).first()?;
        let line = |offset| tree.source().line_index(offset);
        Some(line(tree.span(*first).start)..=line(statement.start))
    };
    statements.filter_map(lead).collect()
}

/// Adds the comments in a part of a text in which there are no tokens but brackets and commas.
fn comments_in(text: &str, part: Range<usize>, comments: &mut Vec<Comment>) {
    let bytes = text.as_bytes();
    let mut at = part.start;
    while let Some(found) = memchr::memchr(b'/', &bytes[at..part.end]) {
        let start = at + found;
        let rest = &bytes[(start + 2).min(part.end)..part.end];
        let (length, closing) = match bytes[start..part.end].get(1) {
            Some(b'/') => (memchr::memchr2(b'\r', b'\n', rest), 0),
            Some(b'*') => (memchr::memmem::find(rest, b"*/"), 2),
            Some(_) | None => {
                at = start + 1;
                continue;
            }
        };
        let inner = start + 2..start + 2 + length.unwrap_or(rest.len());
        at = (inner.end + closing).min(part.end);
        comments.push(Comment {
            whole: start..at,
            inner,
        });
    }
}

impl Commented<'_> {
    /// Adds what the comments say; `about` widens the lines that one of them is about.
    fn read(
        &self,
        found: &mut Suppressions,
        about: impl Fn(RangeInclusive<usize>) -> RangeInclusive<usize>,
    ) {
        let text = self.source.text();
        let next = self.lines_with_content();
        let line = |offset: usize| self.source.line_index(offset as u32);
        for comment in &self.comments {
            let said = match comment::read(self.file, text, comment.inner.clone()) {
                None => continue,
                Some(Ok(said)) => said,
                Some(Err(Mistake {
                    span,
                    message,
                    help,
                })) => {
                    found.mistake(span, message, help);
                    continue;
                }
            };
            let whole = span(self.file, comment.whole.clone());
            if said.whole_file && comment.whole.start > self.content {
                let message = "`ignore-file` does not stand at the top of the file";
                let help = "move it before everything that is no comment, or use `ignore`";
                found.mistake(whole, message, help);
                continue;
            }
            let (form, scope) = match said.whole_file {
                true => (Form::FileComment, Scope::File),
                false => {
                    // Its own line, or the next one with content.
                    let (first, last) = (line(comment.whole.start), line(comment.whole.end));
                    let own = if next[first] == first {
                        first
                    } else {
                        next[last]
                    };
                    (Form::Comment, Scope::Lines(about(own..=own)))
                }
            };
            let Said { words, details, .. } = said;
            found
                .all
                .push(suppression(form, whole, words, scope, details));
        }
    }

    /// For each line the first one from there on with anything but blanks, comments and directives.
    fn lines_with_content(&self) -> Vec<usize> {
        let text = self.source.text();
        let mut left_out: Vec<&Range<usize>> = self.comments.iter().map(|one| &one.whole).collect();
        left_out.extend(&self.passed_over);
        left_out.sort_by_key(|range| range.start);
        let lines = self.source.line_starts().len();
        let mut has_content = vec![false; lines + 1];
        let mut look = |part: Range<usize>| {
            let is_content =
                |character: char| !character.is_whitespace() && character != '\u{feff}';
            let part_text = text.get(part.clone()).unwrap_or_default();
            let mut at = part.start;
            for line in part_text.split_inclusive('\n') {
                if line.contains(is_content) {
                    has_content[self.source.line_index(at as u32)] = true;
                }
                at += line.len();
            }
        };
        let mut at = 0;
        for range in left_out {
            look(at..range.start);
            at = at.max(range.end);
        }
        look(at..text.len());
        let mut next: Vec<usize> = (0..=lines).collect();
        for line in (0..lines).rev() {
            if !has_content[line] {
                next[line] = next[line + 1];
            }
        }
        next
    }
}

fn suppression(
    form: Form,
    span: crate::source::Span,
    words: Vec<Word>,
    scope: Scope,
    details: Details,
) -> Suppression {
    let Details {
        reason,
        until,
        owner,
    } = details;
    Suppression {
        form,
        span,
        words,
        scope,
        reason,
        until,
        owner,
    }
}

/// Adds the directives of a Bicep file.
///
/// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/linter#silencing-false-positives>
pub(super) fn directives(tree: &SyntaxTree, found: &mut Suppressions) {
    let source = tree.source();
    let text = source.text();
    for directive in tree.directives() {
        let start = directive.keyword.0;
        let (form, scope) = match directive.kind {
            DirectiveKind::DisableNextLine => {
                let next = source.line_index(start) + 1;
                (Form::DisableNextLine, Scope::Lines(next..=next))
            }
            DirectiveKind::DisableDiagnostics => (Form::DisableDiagnostics, Scope::From(start)),
            DirectiveKind::RestoreDiagnostics => (Form::RestoreDiagnostics, Scope::From(start)),
        };
        let words = directive.codes.iter().map(|(from, to)| {
            let range = *from as usize..*to as usize;
            Word {
                text: text[range.clone()].into(),
                span: span(tree.file(), range),
            }
        });
        let words: Vec<Word> = words.collect();
        let end = words
            .last()
            .map_or(directive.keyword.1, |word| word.span.end) as usize;
        let whole = span(tree.file(), start as usize..end);
        let details = match comment_behind(text, end) {
            None => Ok(Details::default()),
            Some(inner) => comment::behind_directive(tree.file(), text, inner),
        };
        match details {
            Ok(details) => found
                .all
                .push(suppression(form, whole, words, scope, details)),
            Err(Mistake {
                span,
                message,
                help,
            }) => found.mistake(span, message, help),
        }
    }
}

/// What stands in the comment of one line that begins behind `end`.
fn comment_behind(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = text[end..].trim_start_matches([' ', '\t']);
    let inner = rest.strip_prefix("//")?;
    let length = inner.find(['\r', '\n']).unwrap_or(inner.len());
    let start = text.len() - inner.len();
    Some(start..start + length)
}
