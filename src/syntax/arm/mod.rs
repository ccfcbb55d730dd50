//! ARM's template language, the text between the brackets of `"[concat('a', parameters('b'))]"`.
//!
//! ```text
//! expression := primary accessor*
//! primary    := name '(' [ expression (',' expression)* ] ')' | string | integer
//! name       := identifier [ '.' identifier ]
//! accessor   := '.' identifier | '[' expression ']'
//! string     := "'" ( not "'" | "''" )* "'"
//! ```
//!
//! There are no operators and no literals but strings and whole numbers. White space, line breaks included, is free.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions>

use crate::syntax::expression::{ExpressionId, ExpressionKind, Expressions, Text};

/// The longest expression Azure Resource Manager takes, in characters.
pub const MAX_LENGTH: usize = 24_576;
/// Calls and brackets nested deeper than this are not parsed.
pub const MAX_DEPTH: u32 = 128;

/// What a string of a template is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Text, as it stands.
    Literal,
    /// Text that begins with an escaped bracket: `[[x]` means `[x]`.
    Escaped,
    /// An expression between its first and last character.
    Expression,
}

/// Tells an expression from text: it begins with `[` (but not `[[`) and ends with `]`.
pub fn form(text: &str) -> Form {
    if !text.starts_with('[') || !text.ends_with(']') || text.len() < 2 {
        Form::Literal
    } else if text.starts_with("[[") {
        Form::Escaped
    } else {
        Form::Expression
    }
}

/// A mistake in an expression; offsets are bytes of the text that was parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
    /// What is wrong.
    pub message: String,
    /// Whether it is nested too deep rather than wrong.
    pub too_deep: bool,
}

/// Where the text of an expression stands, so that names in it need no copy.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// In the file, from this byte on, character by character.
    InFile(u32),
    /// Decoded: nowhere as it is.
    Decoded,
}

/// Parses `text`, which is what stands between the outer brackets, and adds its nodes. Their offsets are bytes of `text`.
///
/// There is always a root; what could not be parsed is [`ExpressionKind::Missing`] and has its mistake. At most one mistake
/// is told of an expression: what follows the first is guesswork.
pub fn parse(
    text: &str,
    place: Place,
    expressions: &mut Expressions,
) -> (ExpressionId, Option<Mistake>) {
    let mut parser = Parser {
        text,
        position: 0,
        depth: 0,
        place,
        arguments: Vec::new(),
        expressions,
    };
    match parser.whole() {
        Ok(root) => (root, None),
        Err(mistake) => {
            let root = expressions.add(ExpressionKind::Missing, 0, text.len() as u32);
            (root, Some(mistake))
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
    depth: u32,
    place: Place,
    /// Arguments of the calls that are not closed yet.
    arguments: Vec<ExpressionId>,
    expressions: &'a mut Expressions,
}

type Parsed<T> = Result<T, Mistake>;

impl Parser<'_> {
    fn whole(&mut self) -> Parsed<ExpressionId> {
        self.skip_space();
        if self.peek().is_none() {
            return Err(self.mistake_at(0, self.text.len(), "the expression is empty"));
        }
        let root = self.expression()?;
        match self.peek() {
            None => Ok(root),
            Some(b')') => Err(self.unexpected("`)` closes nothing")),
            Some(b']') => Err(self.unexpected("`]` closes nothing")),
            Some(_) => Err(self.unexpected("the expression should end here")),
        }
    }

    fn expression(&mut self) -> Parsed<ExpressionId> {
        if self.depth == MAX_DEPTH {
            let message = format!("the expression is nested deeper than {MAX_DEPTH} levels");
            return Err(Mistake {
                too_deep: true,
                ..self.unexpected(message)
            });
        }
        self.depth += 1;
        let mut base = self.primary()?;
        loop {
            self.skip_space();
            let (start, _) = self.expressions.offsets(base);
            match self.peek() {
                Some(b'.') => {
                    self.position += 1;
                    self.skip_space();
                    let (from, to) = self.identifier("the name of a property")?;
                    let name = self.text_of(from, to);
                    base = self.expressions.add(
                        ExpressionKind::Member { base, name },
                        start,
                        to as u32,
                    );
                }
                Some(b'[') => {
                    let opening = self.position;
                    self.position += 1;
                    self.skip_space();
                    let index = self.expression()?;
                    self.close(b']', opening)?;
                    let kind = ExpressionKind::Index { base, index };
                    base = self.expressions.add(kind, start, self.position as u32);
                }
                Some(_) | None => break,
            }
        }
        self.depth -= 1;
        Ok(base)
    }

    fn primary(&mut self) -> Parsed<ExpressionId> {
        match self.peek() {
            Some(b'\'') => self.string(),
            Some(b'0'..=b'9' | b'-' | b'+') => self.integer(),
            Some(byte) if is_name_start(byte) => self.call(),
            Some(_) => Err(self.unexpected("expected a function, a string or a number")),
            None => Err(self.mistake_at(
                self.text.len(),
                self.text.len(),
                "the expression ends where a value is expected",
            )),
        }
    }

    fn string(&mut self) -> Parsed<ExpressionId> {
        let opening = self.position;
        let mut at = opening + 1;
        let mut doubled = false;
        let bytes = self.text.as_bytes();
        loop {
            match memchr::memchr(b'\'', &bytes[at..]) {
                None => {
                    return Err(self.mistake_at(
                        opening,
                        self.text.len(),
                        "the string is not closed",
                    ));
                }
                Some(offset) if bytes.get(at + offset + 1) == Some(&b'\'') => {
                    doubled = true;
                    at += offset + 2;
                }
                Some(offset) => {
                    at += offset + 1;
                    break;
                }
            }
        }
        let inside = &self.text[opening + 1..at - 1];
        let text = if doubled {
            self.expressions.add_text(&inside.replace("''", "'"))
        } else {
            self.text_of(opening + 1, at - 1)
        };
        self.position = at;
        Ok(self
            .expressions
            .add(ExpressionKind::String(text), opening as u32, at as u32))
    }

    fn integer(&mut self) -> Parsed<ExpressionId> {
        let start = self.position;
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        while bytes.get(end).is_some_and(|byte| byte.is_ascii_digit()) {
            end += 1;
        }
        let written = &self.text[start..end];
        if matches!(bytes.get(end), Some(b'.'))
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)
        {
            return Err(self.mistake_at(start, end + 1, "expressions have whole numbers only"));
        }
        let Ok(value) = written.parse() else {
            return Err(self.mistake_at(start, end, format!("`{written}` is no number")));
        };
        self.position = end;
        Ok(self
            .expressions
            .add(ExpressionKind::Integer(value), start as u32, end as u32))
    }

    fn call(&mut self) -> Parsed<ExpressionId> {
        let (start, mut end) = self.identifier("the name of a function")?;
        self.skip_space();
        if self.peek() == Some(b'.') {
            self.position += 1;
            (_, end) = self.identifier("the name of a function")?;
            self.skip_space();
        }
        if self.peek() != Some(b'(') {
            let name = &self.text[start..end];
            let message = format!("expected `(` after the function name `{name}`");
            return Err(self.mistake_at(start, end, message));
        }
        let opening = self.position;
        self.position += 1;
        let first = self.arguments.len();
        self.skip_space();
        if self.peek() != Some(b')') {
            loop {
                self.skip_space();
                let argument = self.expression()?;
                self.arguments.push(argument);
                self.skip_space();
                if self.peek() != Some(b',') {
                    break;
                }
                self.position += 1;
            }
        }
        self.close(b')', opening)?;
        let kind = self.call_kind(start, end, first);
        self.arguments.truncate(first);
        Ok(self
            .expressions
            .add(kind, start as u32, self.position as u32))
    }

    /// `parameters('x')` and `variables('x')` are references, as Bicep's bare `x` is. The arguments are those from `first` on.
    fn call_kind(&mut self, start: usize, end: usize, first: usize) -> ExpressionKind {
        let name = &self.text[start..end];
        if let [argument] = &self.arguments[first..]
            && let ExpressionKind::String(text) = self.expressions.kind(*argument)
        {
            if name.eq_ignore_ascii_case("parameters") {
                return ExpressionKind::Parameter(text);
            }
            if name.eq_ignore_ascii_case("variables") {
                return ExpressionKind::Variable(text);
            }
        }
        let function = self.text_of(start, end);
        ExpressionKind::Call {
            function,
            arguments: self.expressions.add_list(&self.arguments[first..]),
        }
    }

    fn close(&mut self, closing: u8, opening: usize) -> Parsed<()> {
        self.skip_space();
        let found = self.peek();
        if found == Some(closing) {
            self.position += 1;
            return Ok(());
        }
        let closing = char::from(closing);
        Err(match found {
            None => self.mistake_at(
                opening,
                opening + 1,
                format!("this bracket has no `{closing}`"),
            ),
            Some(_) if closing == ')' => self.unexpected("expected `,` or `)`"),
            Some(_) => self.unexpected(format!("expected `{closing}`")),
        })
    }

    fn identifier(&mut self, what: &str) -> Parsed<(usize, usize)> {
        let start = self.position;
        let bytes = self.text.as_bytes();
        let mut end = start;
        while bytes.get(end).is_some_and(|byte| is_name_part(*byte)) {
            end += 1;
        }
        if end == start {
            return Err(self.unexpected(format!("expected {what}")));
        }
        self.position = end;
        Ok((start, end))
    }

    fn text_of(&mut self, start: usize, end: usize) -> Text {
        match self.place {
            Place::InFile(base) => self
                .expressions
                .text_in_file(base + start as u32, base + end as u32),
            Place::Decoded => self.expressions.add_text(&self.text[start..end]),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// Space is what .NET takes for it: no-break spaces get into templates by copying from web pages.
    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            let length = match byte {
                b' ' | b'\t' | b'\n' | b'\r' => 1,
                0x80.. => match self.text[self.position..].chars().next() {
                    Some(character) if character.is_whitespace() => character.len_utf8(),
                    Some(_) | None => return,
                },
                _ => return,
            };
            self.position += length;
        }
    }

    /// A mistake at the character at hand, or at the end.
    fn unexpected(&self, message: impl Into<String>) -> Mistake {
        let length = self.text[self.position..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        self.mistake_at(self.position, self.position + length, message)
    }

    fn mistake_at(&self, start: usize, end: usize, message: impl Into<String>) -> Mistake {
        Mistake {
            start: start as u32,
            end: end as u32,
            message: message.into(),
            too_deep: false,
        }
    }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$'
}

fn is_name_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources};
    use std::sync::Arc;

    /// Prints the tree: calls as `name(...)`, references as `@parameter x`, accessors after their base.
    fn print(expressions: &Expressions, id: ExpressionId) -> String {
        let all = |list| {
            let printed: Vec<_> = expressions
                .list(list)
                .iter()
                .map(|id| print(expressions, *id))
                .collect();
            printed.join(" ")
        };
        match expressions.kind(id) {
            ExpressionKind::Integer(value) => value.to_string(),
            ExpressionKind::String(text) => format!("'{}'", expressions.text(text)),
            ExpressionKind::Call {
                function,
                arguments,
            } => {
                format!("{}({})", expressions.text(function), all(arguments))
            }
            ExpressionKind::Parameter(name) => format!("@parameter {}", expressions.text(name)),
            ExpressionKind::Variable(name) => format!("@variable {}", expressions.text(name)),
            ExpressionKind::Member { base, name } => {
                format!("{}.{}", print(expressions, base), expressions.text(name))
            }
            ExpressionKind::Index { base, index } => {
                format!(
                    "{}[{}]",
                    print(expressions, base),
                    print(expressions, index)
                )
            }
            ExpressionKind::Missing => "missing".to_owned(),
            ExpressionKind::Null
            | ExpressionKind::Boolean(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::Array(_)
            | ExpressionKind::Object(_)
            | ExpressionKind::Copy { .. }
            | ExpressionKind::Interpolation(_)
            | ExpressionKind::Local(_)
            | ExpressionKind::For { .. }
            | ExpressionKind::Symbol(_)
            | ExpressionKind::Apply { .. }
            | ExpressionKind::Imported { .. }
            | ExpressionKind::Shared { .. } => unreachable!("not in the template language"),
        }
    }

    fn parse_text(text: &str) -> (String, Option<Mistake>) {
        let mut sources = Sources::default();
        let source = Arc::new(SourceFile::new("a.json", text));
        let file = sources.add(SourceFile::new("a.json", text));
        let mut expressions = Expressions::new(file, source);
        let (root, mistake) = parse(text, Place::InFile(0), &mut expressions);
        (print(&expressions, root), mistake)
    }

    #[test]
    fn expressions_become_trees() {
        for (text, tree) in [
            ("concat('a', parameters('b'))", "concat('a' @parameter b)"),
            (" PARAMETERS( 'b' ) ", "@parameter b"),
            ("variables('v').x[0]['y']", "@variable v.x[0]['y']"),
            ("variables(concat('v', '1'))", "variables(concat('v' '1'))"),
            ("resourceGroup().location", "resourceGroup().location"),
            ("contoso.unique('it''s', -3)", "contoso.unique('it's' -3)"),
            (
                "if(\n  equals(1,\t2),\n 'a', 'b')",
                "if(equals(1 2) 'a' 'b')",
            ),
            ("null()", "null()"),
            ("'位置'", "'位置'"),
            ("a(\u{a0}1)", "a(1)"),
            ("$fxv()", "$fxv()"),
        ] {
            assert_eq!(parse_text(text), (tree.to_owned(), None), "{text}");
        }
    }

    #[test]
    fn a_mistake_names_its_place() {
        for (text, place, message) in [
            ("", "", "the expression is empty"),
            ("concat('a'", "(", "this bracket has no `)`"),
            ("concat('a' 'b')", "'", "expected `,` or `)`"),
            (
                "concat('a',)",
                ")",
                "expected a function, a string or a number",
            ),
            ("concat('a))", "'a))", "the string is not closed"),
            (
                "parameters",
                "parameters",
                "expected `(` after the function name `parameters`",
            ),
            ("a() b()", "b", "the expression should end here"),
            ("a())", ")", "`)` closes nothing"),
            ("a().", "", "expected the name of a property"),
            ("a()[1", "[", "this bracket has no `]`"),
            ("1.5", "1.", "expressions have whole numbers only"),
            (
                "99999999999999999999",
                "99999999999999999999",
                "`99999999999999999999` is no number",
            ),
            ("a(1 + 2)", "+", "expected `,` or `)`"),
            ("位()", "位", "expected a function, a string or a number"),
        ] {
            let mistake = parse_text(text).1.expect(text);
            assert_eq!(
                &text[mistake.start as usize..mistake.end as usize],
                place,
                "{text}"
            );
            assert_eq!(mistake.message, message, "{text}");
        }
    }

    #[test]
    fn nesting_has_a_bound_that_is_told() {
        let text = "f(".repeat(100_000);
        let mistake = parse_text(&text).1.expect("too deep");
        assert!(mistake.too_deep);
    }

    #[test]
    fn a_string_is_an_expression_by_its_brackets() {
        for (text, expected) in [
            ("[x]", Form::Expression),
            ("[[x]", Form::Escaped),
            ("[x", Form::Literal),
            ("x]", Form::Literal),
            ("[", Form::Literal),
            ("", Form::Literal),
            ("[]", Form::Expression),
            ("[x] y", Form::Literal),
        ] {
            assert_eq!(form(text), expected, "{text}");
        }
    }
}
