//! Bicep's text to tokens.
//!
//! Strings are modal: behind `${` the text is code again until the brace that closes the hole, which is not one that was opened
//! inside it. A run of line ends is one token; comments and pragmas are none.

use crate::syntax::problems::{Problems, Shown};

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum TokenKind {
    /// `@`.
    At,
    /// A character that means nothing here.
    Unrecognized,
    /// `{`.
    LeftBrace,
    /// `}`.
    RightBrace,
    /// `(`.
    LeftParenthesis,
    /// `)`.
    RightParenthesis,
    /// `[`.
    LeftBracket,
    /// `]`.
    RightBracket,
    /// `,`.
    Comma,
    /// `.`.
    Dot,
    /// `...`.
    Ellipsis,
    /// `?`.
    Question,
    /// `??`.
    DoubleQuestion,
    /// `:`.
    Colon,
    /// `::`.
    DoubleColon,
    /// `;`.
    Semicolon,
    /// `=`.
    Assignment,
    /// `=>`.
    Arrow,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Asterisk,
    /// `/`.
    Slash,
    /// `%`.
    Percent,
    /// `^`.
    Caret,
    /// `!`.
    Exclamation,
    /// `<`.
    Less,
    /// `>`.
    Greater,
    /// `<=`.
    LessOrEqual,
    /// `>=`.
    GreaterOrEqual,
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `=~`.
    EqualInsensitive,
    /// `!~`.
    NotEqualInsensitive,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `|`.
    Pipe,
    /// A name or a keyword.
    Identifier,
    /// A string without holes, of one line or several.
    StringComplete,
    /// A string up to its first hole.
    StringLeft,
    /// A string from hole to hole.
    StringMiddle,
    /// A string from its last hole on.
    StringRight,
    /// A whole number.
    Integer,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `null`.
    Null,
    /// One line end or several.
    NewLine,
    /// The end of the text.
    EndOfFile,
}

/// A token: bytes `start..end` of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
}

/// What a pragma asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DirectiveKind {
    /// `#disable-next-line`.
    DisableNextLine,
    /// `#disable-diagnostics`.
    DisableDiagnostics,
    /// `#restore-diagnostics`.
    RestoreDiagnostics,
}

/// A pragma on a line of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directive {
    /// What it asks for.
    pub kind: DirectiveKind,
    /// The keyword: bytes of the text.
    pub keyword: (u32, u32),
    /// The codes and names behind it: bytes of the text.
    pub codes: Vec<(u32, u32)>,
}

/// What lexing gives.
#[derive(Debug)]
pub struct Lexed {
    /// The tokens; the last is the end of the text.
    pub tokens: Vec<Token>,
    /// The pragmas, in the order of the text.
    pub directives: Vec<Directive>,
}

/// Names longer than this, in bytes, are none.
const LONGEST_NAME: usize = 255;

/// Cuts a text into tokens.
pub fn lex(text: &str, problems: &mut Problems) -> Lexed {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        position: if text.starts_with('\u{feff}') { 3 } else { 0 },
        only_blanks: true,
        strings: Vec::new(),
        directives: Vec::new(),
        problems,
    };
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    loop {
        lexer.skip_blanks_and_comments();
        let start = lexer.position;
        let kind = lexer.token();
        lexer.only_blanks = kind == TokenKind::NewLine;
        tokens.push(Token {
            kind,
            start: start as u32,
            end: lexer.position as u32,
        });
        if kind == TokenKind::EndOfFile {
            break;
        }
    }
    Lexed {
        tokens,
        directives: lexer.directives,
    }
}

/// What was opened inside a string: the innermost decides what `}` is.
#[derive(Clone, Copy)]
enum Opened {
    /// `{` of code inside a hole.
    Brace,
    /// A hole of a string of one line.
    Hole,
    /// A hole of a string of several lines, opened by so many `$`.
    LongHole(usize),
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    position: usize,
    /// Whether nothing but blanks stands before on this line.
    only_blanks: bool,
    strings: Vec<Opened>,
    directives: Vec<Directive>,
    problems: &'a mut Problems,
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.position + ahead).copied()
    }

    /// Takes the byte if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        if self.peek(0) != Some(byte) {
            return false;
        }
        self.position += 1;
        true
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) -> usize {
        let rest = &self.bytes[self.position..];
        let length = rest.iter().position(|byte| !wanted(*byte));
        let length = length.unwrap_or(rest.len());
        self.position += length;
        length
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            match self.peek(0) {
                Some(b' ' | b'\t') => self.position += 1,
                Some(b'/') if self.peek(1) == Some(b'/') => {
                    self.skip_while(|byte| !matches!(byte, b'\r' | b'\n'));
                    self.only_blanks = false;
                }
                Some(b'/') if self.peek(1) == Some(b'*') => {
                    self.long_comment();
                    self.only_blanks = false;
                }
                Some(b'#') if self.only_blanks => {
                    if !self.directive() {
                        return;
                    }
                    self.only_blanks = false;
                }
                Some(_) | None => return,
            }
        }
    }

    fn long_comment(&mut self) {
        let start = self.position;
        match self.text[start + 2..].find("*/") {
            Some(length) => self.position = start + 2 + length + 2,
            None => {
                self.position = self.bytes.len();
                self.problems
                    .error(start..start + 2, "the comment is not closed")
                    .help("`*/` closes it");
            }
        }
    }

    /// `#disable-next-line code code`: true if there is one.
    fn directive(&mut self) -> bool {
        const KEYWORDS: [(&str, DirectiveKind); 3] = [
            ("#disable-next-line", DirectiveKind::DisableNextLine),
            ("#disable-diagnostics", DirectiveKind::DisableDiagnostics),
            ("#restore-diagnostics", DirectiveKind::RestoreDiagnostics),
        ];
        let start = self.position;
        let rest = &self.bytes[start..];
        let Some((keyword, kind)) = KEYWORDS
            .iter()
            .find(|(keyword, _)| rest.starts_with(keyword.as_bytes()))
        else {
            return false;
        };
        self.position += keyword.len();
        let keyword = (start as u32, self.position as u32);
        let mut codes = Vec::new();
        let mut end = self.position;
        loop {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t'));
            let from = self.position;
            if self.skip_while(|byte| is_name_part(byte) || byte == b'-') == 0 {
                break;
            }
            end = self.position;
            codes.push((from as u32, end as u32));
        }
        self.position = end;
        if codes.is_empty() {
            self.problems
                .error(start..end, "the pragma names no code")
                .help("the codes or names of rules stand behind it, with blanks between them");
        }
        self.directives.push(Directive {
            kind: *kind,
            keyword,
            codes,
        });
        true
    }

    fn token(&mut self) -> TokenKind {
        let start = self.position;
        let Some(byte) = self.peek(0) else {
            return TokenKind::EndOfFile;
        };
        self.position += 1;
        match byte {
            b'{' => {
                if !self.strings.is_empty() {
                    self.strings.push(Opened::Brace);
                }
                TokenKind::LeftBrace
            }
            b'}' => self.closing_brace(),
            b'(' => TokenKind::LeftParenthesis,
            b')' => TokenKind::RightParenthesis,
            b'[' => TokenKind::LeftBracket,
            b']' => TokenKind::RightBracket,
            b'@' => TokenKind::At,
            b',' => TokenKind::Comma,
            b'.' if self.peek(0) == Some(b'.') && self.peek(1) == Some(b'.') => {
                self.position += 2;
                TokenKind::Ellipsis
            }
            b'.' => TokenKind::Dot,
            b'?' if self.take(b'?') => TokenKind::DoubleQuestion,
            b'?' => TokenKind::Question,
            b':' if self.take(b':') => TokenKind::DoubleColon,
            b':' => TokenKind::Colon,
            b';' => TokenKind::Semicolon,
            b'=' if self.take(b'=') => TokenKind::Equal,
            b'=' if self.take(b'~') => TokenKind::EqualInsensitive,
            b'=' if self.take(b'>') => TokenKind::Arrow,
            b'=' => TokenKind::Assignment,
            b'+' => TokenKind::Plus,
            b'-' => TokenKind::Minus,
            b'*' => TokenKind::Asterisk,
            b'/' => TokenKind::Slash,
            b'%' => TokenKind::Percent,
            b'^' => TokenKind::Caret,
            b'!' if self.take(b'=') => TokenKind::NotEqual,
            b'!' if self.take(b'~') => TokenKind::NotEqualInsensitive,
            b'!' => TokenKind::Exclamation,
            b'<' if self.take(b'=') => TokenKind::LessOrEqual,
            b'<' => TokenKind::Less,
            b'>' if self.take(b'=') => TokenKind::GreaterOrEqual,
            b'>' => TokenKind::Greater,
            b'&' if self.take(b'&') => TokenKind::And,
            b'|' if self.take(b'|') => TokenKind::Or,
            b'|' => TokenKind::Pipe,
            b'$' => self.dollars(start),
            b'\'' => self.string(start),
            b'\r' | b'\n' => self.line_end(start),
            b'0'..=b'9' => {
                self.skip_while(|byte| byte.is_ascii_digit());
                TokenKind::Integer
            }
            _ if is_name_start(byte) => self.name(start),
            _ => self.unrecognized(start),
        }
    }

    fn name(&mut self, start: usize) -> TokenKind {
        self.skip_while(is_name_part);
        match &self.text[start..self.position] {
            "true" => TokenKind::True,
            "false" => TokenKind::False,
            "null" => TokenKind::Null,
            name => {
                if name.len() > LONGEST_NAME {
                    let message = format_args!(
                        "the name {} is longer than {LONGEST_NAME} characters",
                        Shown(name)
                    );
                    self.problems.error(start..self.position, message);
                }
                TokenKind::Identifier
            }
        }
    }

    #[cold]
    fn unrecognized(&mut self, start: usize) -> TokenKind {
        let character = self.text[start..].chars().next().unwrap_or(' ');
        self.position = start + character.len_utf8();
        let shown = Shown(&self.text[start..self.position]);
        let message = format_args!("{shown} means nothing in Bicep");
        let told = self.problems.error(start..self.position, message);
        if character == '"' {
            told.help("strings stand in single quotes: `'text'`");
        }
        TokenKind::Unrecognized
    }

    /// `$$'''`, a string of several lines whose holes are `$${`.
    fn dollars(&mut self, start: usize) -> TokenKind {
        let dollars = 1 + self.skip_while(|byte| byte == b'$');
        if self.bytes[self.position..].starts_with(b"'''") {
            self.position += 3;
            let kind = self.long_string(start, true, dollars);
            if kind == TokenKind::StringLeft {
                self.strings.push(Opened::LongHole(dollars));
            }
            return kind;
        }
        let message = "`$` means nothing in Bicep outside of a string";
        self.problems.error(start..self.position, message);
        TokenKind::Unrecognized
    }

    fn string(&mut self, start: usize) -> TokenKind {
        if self.bytes[self.position..].starts_with(b"''") {
            self.position += 2;
            return self.long_string(start, true, 0);
        }
        let kind = self.string_part(start, true);
        if kind == TokenKind::StringLeft {
            self.strings.push(Opened::Hole);
        }
        kind
    }

    fn closing_brace(&mut self) -> TokenKind {
        let start = self.position - 1;
        let kind = match self.strings.last() {
            None => return TokenKind::RightBrace,
            // An object in a hole is a mistake; the compiler finds no end of the string behind it either.
            Some(Opened::Brace) => return TokenKind::RightBrace,
            Some(Opened::Hole) => self.string_part(start, false),
            Some(Opened::LongHole(dollars)) => self.long_string(start, false, *dollars),
        };
        if kind == TokenKind::StringRight {
            self.strings.pop();
        }
        kind
    }

    /// A line end inside a hole ends the string, and all strings around it.
    fn line_end(&mut self, start: usize) -> TokenKind {
        if self.strings.is_empty() {
            self.skip_while(|byte| matches!(byte, b'\r' | b'\n'));
            return TokenKind::NewLine;
        }
        self.position = start;
        self.strings.clear();
        self.problems
            .error(start..start, "the string is not closed on its line")
            .help("a string of several lines stands in `'''`");
        TokenKind::StringRight
    }

    /// The rest of a string of one line, up to its end or its next hole. `at_start` tells the first part from those behind a hole.
    fn string_part(&mut self, start: usize, at_start: bool) -> TokenKind {
        let (ended, continued) = if at_start {
            (TokenKind::StringComplete, TokenKind::StringLeft)
        } else {
            (TokenKind::StringRight, TokenKind::StringMiddle)
        };
        loop {
            self.skip_while(|byte| !matches!(byte, b'\'' | b'$' | b'\\' | b'\r' | b'\n'));
            match self.peek(0) {
                Some(b'\'') => {
                    self.position += 1;
                    return ended;
                }
                Some(b'$') => {
                    self.position += 1;
                    if self.take(b'{') {
                        return continued;
                    }
                }
                Some(b'\\') => self.escape(),
                Some(_) | None => {
                    self.problems
                        .error(start..self.position, "the string is not closed on its line")
                        .help("a string of several lines stands in `'''`");
                    return ended;
                }
            }
        }
    }

    fn escape(&mut self) {
        let start = self.position;
        self.position += 1;
        match self.peek(0) {
            Some(b'n' | b'r' | b't' | b'\\' | b'\'') => self.position += 1,
            Some(b'$') => {
                self.position += 1;
                self.take(b'{');
            }
            Some(b'u') => {
                self.position += 1;
                let written = &self.text[self.position..];
                match code_point(written) {
                    Some((_, length)) => self.position += length,
                    None => {
                        self.problems
                            .error(start..self.position, "`\\u` names no character")
                            .help("it is written `\\u{1F600}`");
                    }
                }
            }
            // A line end is told as the end of the string.
            Some(b'\r' | b'\n') | None => {}
            Some(_) => {
                let character = self.text[self.position..].chars().next().unwrap_or(' ');
                self.position += character.len_utf8();
                let shown = Shown(&self.text[start..self.position]);
                let message = format_args!("{shown} is no escape");
                self.problems
                    .error(start..self.position, message)
                    .help("a backslash is written `\\\\`");
            }
        }
    }

    /// The rest of a string of several lines, up to its end or its next hole.
    fn long_string(&mut self, start: usize, at_start: bool, dollars: usize) -> TokenKind {
        let (ended, continued) = if at_start {
            (TokenKind::StringComplete, TokenKind::StringLeft)
        } else {
            (TokenKind::StringRight, TokenKind::StringMiddle)
        };
        loop {
            self.skip_while(|byte| !matches!(byte, b'\'' | b'$'));
            match self.peek(0) {
                Some(b'$') => {
                    let run = self.skip_while(|byte| byte == b'$');
                    if dollars > 0 && run >= dollars && self.take(b'{') {
                        return continued;
                    }
                }
                Some(_) => {
                    if self.skip_while(|byte| byte == b'\'') >= 3 {
                        return ended;
                    }
                }
                None => {
                    let opening = if at_start { dollars + 3 } else { 1 };
                    self.problems
                        .error(start..start + opening, "the string is not closed")
                        .help("`'''` closes it");
                    return ended;
                }
            }
        }
    }
}

/// The character that `{1F600}` at the beginning of a text names, and the length of that in bytes.
fn code_point(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix('{')?;
    let length = digits.find(|character: char| !character.is_ascii_hexdigit())?;
    if length == 0 || !digits[length..].starts_with('}') {
        return None;
    }
    let number = u32::from_str_radix(&digits[..length], 16).ok()?;
    // Half of a surrogate pair is a number that Bicep takes, and no character.
    let character = char::from_u32(number);
    let character = character.or((number <= 0x10_FFFF).then_some(char::REPLACEMENT_CHARACTER))?;
    Some((character, length + 2))
}

/// The text that the inside of a string of one line means; `None` if it is what it says.
pub fn unescape(inside: &str) -> Option<String> {
    let first = inside.find('\\')?;
    let mut text = String::with_capacity(inside.len());
    text.push_str(&inside[..first]);
    let mut rest = &inside[first..];
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(escape) = rest.chars().next() else {
            break;
        };
        let mut length = escape.len_utf8();
        match escape {
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => match code_point(&rest[1..]) {
                Some((character, behind)) => {
                    text.push(character);
                    length += behind;
                }
                None => text.push('u'),
            },
            other => text.push(other),
        }
        rest = &rest[length..];
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Kind;
    use crate::source::{SourceFile, Sources};

    /// `kind text` of each token, and the messages.
    fn lexed(text: &str) -> (Vec<String>, Vec<String>) {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.bicep", text));
        let mut problems = Problems::new(file, Kind::SYNTAX_BICEP);
        let lexed = lex(text, &mut problems);
        let written = lexed.tokens.iter().map(|token| {
            let text = &text[token.start as usize..token.end as usize];
            format!("{:?} {text}", token.kind)
        });
        let told = problems.finish();
        let told = told.iter().map(|diagnostic| {
            let span = diagnostic.primary.span;
            format!("{}..{} {}", span.start, span.end, diagnostic.message)
        });
        (written.collect(), told.collect())
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str], messages: &[&str]) {
        let (mut tokens, told) = lexed(text);
        assert_eq!(tokens.pop().as_deref(), Some("EndOfFile "), "{text}");
        assert_eq!(tokens, expected, "{text}");
        assert_eq!(told, messages, "{text}");
    }

    #[test]
    fn a_run_of_line_ends_is_one_token_unless_a_comment_parts_it() {
        check(
            "a\r\n\n b",
            &["Identifier a", "NewLine \r\n\n", "Identifier b"],
            &[],
        );
        check(
            "a\n//c\n/*d\n*/\nb",
            &[
                "Identifier a",
                "NewLine \n",
                "NewLine \n",
                "NewLine \n",
                "Identifier b",
            ],
            &[],
        );
    }

    #[test]
    fn operators_are_as_long_as_they_can_be() {
        let text = "? ?? ... . :: : => == =~ = != !~ ! <= < >= > && || | .?a";
        let (tokens, told) = lexed(text);
        let kinds: Vec<&str> = tokens
            .iter()
            .filter_map(|token| token.split(' ').next())
            .collect();
        let expected = "Question DoubleQuestion Ellipsis Dot DoubleColon Colon Arrow Equal EqualInsensitive Assignment NotEqual \
                        NotEqualInsensitive Exclamation LessOrEqual Less GreaterOrEqual Greater And Or Pipe Dot Question Identifier EndOfFile";
        assert_eq!(kinds.join(" "), expected);
        assert!(told.is_empty());
    }

    #[test]
    fn strings_hold_code_that_holds_strings() {
        check(
            "'a${b}c${'d${e}'}f'",
            &[
                "StringLeft 'a${",
                "Identifier b",
                "StringMiddle }c${",
                "StringLeft 'd${",
                "Identifier e",
                "StringRight }'",
                "StringRight }f'",
            ],
            &[],
        );
        check(
            r"'\${a}\u{1F600}\''",
            &[r"StringComplete '\${a}\u{1F600}\''"],
            &[],
        );
    }

    #[test]
    fn long_strings_take_as_many_dollars_as_they_say() {
        check("'''a\n${b}'''", &["StringComplete '''a\n${b}'''"], &[]);
        check(
            "$$'''${a}$$${b}'''''",
            &[
                "StringLeft $$'''${a}$$${",
                "Identifier b",
                "StringRight }'''''",
            ],
            &[],
        );
    }

    #[test]
    fn a_line_end_closes_every_string() {
        let told = "the string is not closed on its line";
        check(
            "'a\nb",
            &["StringComplete 'a", "NewLine \n", "Identifier b"],
            &[&format!("0..2 {told}")],
        );
        check(
            "'a${'b${c\nd }",
            &[
                "StringLeft 'a${",
                "StringLeft 'b${",
                "Identifier c",
                "StringRight ",
                "NewLine \n",
                "Identifier d",
                "RightBrace }",
            ],
            &[&format!("9..9 {told}")],
        );
    }

    #[test]
    fn pragmas_stand_on_lines_of_their_own() {
        let mut sources = Sources::default();
        let text = " #disable-next-line BCP081 no-unused-vars // why\na #disable-next-line b\n#disable-diagnostics\n";
        let file = sources.add(SourceFile::new("a.bicep", text));
        let mut problems = Problems::new(file, Kind::SYNTAX_BICEP);
        let lexed = lex(text, &mut problems);
        let found = lexed.directives.iter().map(|directive| {
            let codes = directive.codes.iter();
            let codes: Vec<&str> = codes
                .map(|(start, end)| &text[*start as usize..*end as usize])
                .collect();
            (directive.kind, codes)
        });
        let expected = [
            (
                DirectiveKind::DisableNextLine,
                vec!["BCP081", "no-unused-vars"],
            ),
            (DirectiveKind::DisableDiagnostics, vec![]),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
        let told = problems.finish();
        let told: Vec<&str> = told.iter().map(|told| told.message.as_str()).collect();
        assert_eq!(
            told,
            ["`#` means nothing in Bicep", "the pragma names no code"]
        );
    }

    #[test]
    fn what_is_no_token_is_told_once() {
        check(
            "\"a\" é",
            &[
                "Unrecognized \"",
                "Identifier a",
                "Unrecognized \"",
                "Unrecognized é",
            ],
            &[
                "0..1 `\"` means nothing in Bicep",
                "2..3 `\"` means nothing in Bicep",
                "4..6 `é` means nothing in Bicep",
            ],
        );
        check(
            r"'\q\u{110000}\u'",
            &[r"StringComplete '\q\u{110000}\u'"],
            &[
                r"1..3 `\q` is no escape",
                r"3..5 `\u` names no character",
                r"13..15 `\u` names no character",
            ],
        );
        check("/* a", &[], &["0..2 the comment is not closed"]);
        check(
            "'''a",
            &["StringComplete '''a"],
            &["0..3 the string is not closed"],
        );
    }

    #[test]
    fn escapes_mean_characters() {
        for (inside, expected) in [
            (r"a\n\r\t", Some("a\n\r\t")),
            (r"\\\'\${x}", Some("\\'${x}")),
            (r"\u{1F600}!", Some("\u{1F600}!")),
            (r"\u{41}", Some("A")),
            ("plain", None),
        ] {
            assert_eq!(unescape(inside).as_deref(), expected, "{inside}");
        }
    }
}
