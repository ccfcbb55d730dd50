//! Tokens to a tree, by recursive descent.
//!
//! What does not fit is an [`Expected`] that goes up to the nearest [`Parser::recover`], which skips to one of its stops and puts
//! [`Syntax::Missing`] in the place of what it skipped.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a token of a new kind begins nothing that is parsed here"
)]

mod declaration;
mod expression;
mod types;

use super::lexer::{Lexed, Token, TokenKind};
use super::tree::{Entry, List, Name, NodeId, Statement, Syntax, SyntaxTree};
use super::{Dialect, MAX_DEPTH, MAX_HEIGHT};
use crate::source::{FileId, SourceFile};
use crate::syntax::problems::{Problems, Shown};
use std::sync::Arc;

/// Kinds of tokens at which a recovery stops.
#[derive(Clone, Copy)]
pub(super) struct Stops(u64);

impl Stops {
    const fn at(kinds: &[TokenKind]) -> Stops {
        let mut set = 0;
        let mut position = 0;
        while position < kinds.len() {
            set |= 1 << kinds[position] as u8;
            position += 1;
        }
        Stops(set)
    }

    fn contains(self, kind: TokenKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

/// The end of the line.
const LINE: Stops = Stops::at(&[TokenKind::NewLine]);
/// The end of the line, or what a declaration's value stands behind.
const ASSIGNMENT: Stops = Stops::at(&[TokenKind::Assignment, TokenKind::NewLine]);
/// What closes the brackets or the string around an expression.
const CLOSING: Stops = Stops::at(&[
    TokenKind::StringRight,
    TokenKind::RightBrace,
    TokenKind::RightParenthesis,
    TokenKind::RightBracket,
    TokenKind::NewLine,
]);

/// Something else should stand at a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    token: usize,
    reason: Reason,
}

/// What should stand there, or why this should not.
#[derive(Clone, Copy, Debug)]
enum Reason {
    /// "`=`", "a name".
    Is(&'static str),
    /// A whole message.
    Because(&'static str),
}

/// What was parsed, or what should stand where it was not.
type Parsed<T = NodeId> = Result<T, Expected>;

/// Whether an error right behind something that is missing altogether says nothing new.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    Aloud,
    Quietly,
}

pub(super) struct Parser<'a> {
    text: &'a str,
    dialect: Dialect,
    tokens: Vec<Token>,
    position: usize,
    tree: SyntaxTree,
    /// How high the tree under each node is.
    heights: Vec<u16>,
    problems: &'a mut Problems,
    /// Children of the nodes that are being parsed, innermost last.
    children: Vec<NodeId>,
    depth: u32,
    /// Where the statement begins that is being parsed.
    statement: usize,
    /// Whether that statement nests too deep, which has been told.
    given_up: bool,
    /// The token of which was told last that it should be another, and the one behind what was skipped for it.
    told: [usize; 2],
}

impl<'a> Parser<'a> {
    pub fn new(
        file: FileId,
        source: &'a Arc<SourceFile>,
        dialect: Dialect,
        lexed: Lexed,
        problems: &'a mut Problems,
    ) -> Parser<'a> {
        let expected_nodes = lexed.tokens.len() / 2;
        Parser {
            text: source.text(),
            dialect,
            position: 0,
            tree: SyntaxTree {
                file,
                source: source.clone(),
                nodes: Vec::with_capacity(expected_nodes),
                children: Vec::new(),
                decoded: Vec::new(),
                statements: Vec::new(),
                top_level: Vec::new(),
                directives: lexed.directives,
            },
            heights: Vec::with_capacity(expected_nodes),
            tokens: lexed.tokens,
            problems,
            children: Vec::new(),
            depth: 0,
            statement: 0,
            given_up: false,
            told: [usize::MAX; 2],
        }
    }

    pub fn parse(mut self) -> SyntaxTree {
        while !self.at_end() {
            self.statement = self.position;
            self.given_up = false;
            let declaration = self.declaration(false);
            match declaration {
                Ok(Some(statement)) => {
                    self.tree.top_level.push(statement);
                    self.end_of_line();
                }
                Ok(None) => {}
                Err(expected) => {
                    self.skip(self.statement, LINE, Some(expected));
                }
            }
        }
        self.tree
    }

    /// A statement ends with its line; what else stands there is skipped with it.
    fn end_of_line(&mut self) {
        if !self.at_end() && !self.take(TokenKind::NewLine) {
            let expected = self.expected("the end of the line");
            self.skip(self.position, LINE, Some(expected));
            self.take(TokenKind::NewLine);
        }
    }

    // Tokens

    fn peek(&self) -> Token {
        self.tokens[self.position]
    }

    fn kind(&self) -> TokenKind {
        self.peek().kind
    }

    fn is(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    fn at_end(&self) -> bool {
        self.is(TokenKind::EndOfFile)
    }

    /// The token behind the next one; the last token follows itself.
    fn peek_ahead(&self, ahead: usize) -> Token {
        let last = self.tokens.len() - 1;
        self.tokens[(self.position + ahead).min(last)]
    }

    /// The next token that is no line end.
    fn peek_over_lines(&self, from: usize) -> Token {
        let mut ahead = from;
        while self.peek_ahead(ahead).kind == TokenKind::NewLine {
            ahead += 1;
        }
        self.peek_ahead(ahead)
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        if token.kind != TokenKind::EndOfFile {
            self.position += 1;
        }
        token
    }

    /// Takes the next token if it is of this kind.
    fn take(&mut self, kind: TokenKind) -> bool {
        if !self.is(kind) {
            return false;
        }
        self.position += 1;
        true
    }

    fn expect(&mut self, kind: TokenKind, what: &'static str) -> Parsed<Token> {
        if self.is(kind) {
            Ok(self.next())
        } else {
            Err(self.expected(what))
        }
    }

    fn slice(&self, token: Token) -> &'a str {
        &self.text[token.start as usize..token.end as usize]
    }

    fn token_is_keyword(&self, token: Token, keyword: &str) -> bool {
        token.kind == TokenKind::Identifier && self.slice(token) == keyword
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        self.token_is_keyword(self.peek(), keyword)
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        if !self.is_keyword(keyword) {
            return false;
        }
        self.position += 1;
        true
    }

    fn skip_lines(&mut self) {
        // The line end behind a statement that was given up is not inside it.
        while !self.given_up && self.take(TokenKind::NewLine) {}
    }

    /// First byte of the next token.
    fn start(&self) -> u32 {
        self.peek().start
    }

    /// First byte behind the token that was taken last.
    fn end(&self) -> u32 {
        match self.position {
            0 => 0,
            position => self.tokens[position - 1].end,
        }
    }

    // Nodes

    fn add(&mut self, syntax: Syntax, start: u32, end: u32) -> NodeId {
        let mut height = 0;
        let of = |id: NodeId| self.heights[id.0 as usize];
        let of_list = |list: List| {
            let children = self.tree.list(list).iter();
            children.map(|id| of(*id)).max().unwrap_or(0)
        };
        match syntax {
            Syntax::Missing
            | Syntax::Null
            | Syntax::Boolean(_)
            | Syntax::Integer(_)
            | Syntax::String(_)
            | Syntax::Resource(_)
            | Syntax::Local(_)
            | Syntax::Identifier(_)
            | Syntax::ResourceType(None) => {}
            Syntax::Interpolation(list)
            | Syntax::Array(list)
            | Syntax::Object(list)
            | Syntax::Union(list)
            | Syntax::Call {
                arguments: list, ..
            } => height = of_list(list) + 1,
            Syntax::Property { key, value } => height = of(key).max(of(value)) + 1,
            Syntax::Spread(inner)
            | Syntax::Parenthesized(inner)
            | Syntax::NotNull(inner)
            | Syntax::ArrayType(inner)
            | Syntax::NullableType(inner)
            | Syntax::NotNullableType(inner)
            | Syntax::AnyElement(inner)
            | Syntax::ResourceType(Some(inner))
            | Syntax::Unary { operand: inner, .. }
            | Syntax::Member { base: inner, .. }
            | Syntax::NestedResource { base: inner, .. }
            | Syntax::Lambda { body: inner, .. }
            | Syntax::TypedLocal {
                declared_type: inner,
                ..
            }
            | Syntax::TypeProperty { value: inner, .. }
            | Syntax::AdditionalProperties { value: inner, .. }
            | Syntax::TypeItem { value: inner, .. } => height = of(inner) + 1,
            Syntax::For { list, body, .. } => height = of(list).max(of(body)) + 1,
            Syntax::If { condition, body } => height = of(condition).max(of(body)) + 1,
            Syntax::Ternary {
                condition,
                then,
                otherwise,
            } => height = of(condition).max(of(then)).max(of(otherwise)) + 1,
            Syntax::Binary { left, right, .. } => height = of(left).max(of(right)) + 1,
            Syntax::Index { base, index, .. } => height = of(base).max(of(index)) + 1,
            Syntax::MethodCall {
                base, arguments, ..
            } => height = of(base).max(of_list(arguments)) + 1,
        }
        if height > MAX_HEIGHT {
            self.too_deep(start..end);
            return self.push(Syntax::Missing, start, end, 0);
        }
        self.push(syntax, start, end, height)
    }

    fn push(&mut self, syntax: Syntax, start: u32, end: u32, height: u16) -> NodeId {
        // What takes no token would begin at the next one and end at the one before.
        let end = end.max(start);
        self.tree.nodes.push(Entry { syntax, start, end });
        self.heights.push(height);
        NodeId(self.tree.nodes.len() as u32 - 1)
    }

    /// Keeps the children parsed since there were `first` of them.
    fn list(&mut self, first: usize) -> List {
        let start = self.tree.children.len() as u32;
        self.tree.children.extend(self.children.drain(first..));
        List {
            start,
            length: self.tree.children.len() as u32 - start,
        }
    }

    fn no_list(&self) -> List {
        List {
            start: 0,
            length: 0,
        }
    }

    fn add_statement(&mut self, statement: Statement) -> u32 {
        self.tree.statements.push(statement);
        self.tree.statements.len() as u32 - 1
    }

    fn start_of(&self, id: NodeId) -> u32 {
        self.tree.nodes[id.0 as usize].start
    }

    fn end_of(&self, id: NodeId) -> u32 {
        self.tree.nodes[id.0 as usize].end
    }

    // Mistakes

    fn expected(&self, what: &'static str) -> Expected {
        Expected {
            token: self.position,
            reason: Reason::Is(what),
        }
    }

    fn because(&self, message: &'static str) -> Expected {
        Expected {
            token: self.position,
            reason: Reason::Because(message),
        }
    }

    /// Parses; what cannot be parsed is skipped up to one of the stops and is missing.
    fn recover(
        &mut self,
        stops: Stops,
        telling: Telling,
        parse: impl FnOnce(&mut Self) -> Parsed,
    ) -> NodeId {
        let (start, children, depth) = (self.position, self.children.len(), self.depth);
        match parse(self) {
            Ok(node) => node,
            Err(expected) => {
                self.children.truncate(children);
                self.depth = depth;
                self.skip(
                    start,
                    stops,
                    (telling == Telling::Aloud).then_some(expected),
                )
            }
        }
    }

    /// Takes a token of this kind, or skips to one of the stops. Says whether there is nothing more to be told behind it.
    fn recover_token(
        &mut self,
        kind: TokenKind,
        what: &'static str,
        stops: Stops,
        telling: Telling,
    ) -> Gap {
        let start = self.position;
        if self.take(kind) {
            return Gap {
                skipped: false,
                next: Telling::Aloud,
            };
        }
        let expected = self.expected(what);
        let missing = self.skip(
            start,
            stops,
            (telling == Telling::Aloud).then_some(expected),
        );
        Gap {
            skipped: true,
            next: self.telling_behind(missing),
        }
    }

    /// Skips from the current token to one of the stops; what was read since `start` is missing.
    fn skip(&mut self, start: usize, stops: Stops, expected: Option<Expected>) -> NodeId {
        while !self.at_end() && !stops.contains(self.kind()) {
            self.position += 1;
        }
        if let Some(expected) = expected {
            self.tell(expected);
        }
        self.told[1] = self.position;
        let from = self.tokens[start].start;
        let to = if self.position > start {
            self.end()
        } else {
            from
        };
        self.push(Syntax::Missing, from, to, 0)
    }

    /// An error behind something that is missing and takes no room says nothing new.
    fn telling_behind(&self, node: NodeId) -> Telling {
        let entry = &self.tree.nodes[node.0 as usize];
        if entry.syntax == Syntax::Missing && entry.start == entry.end {
            Telling::Quietly
        } else {
            Telling::Aloud
        }
    }

    fn telling_behind_name(&self, name: Name) -> Telling {
        if name.is_empty() {
            Telling::Quietly
        } else {
            Telling::Aloud
        }
    }

    #[cold]
    fn tell(&mut self, expected: Expected) {
        let token = self.tokens[expected.token];
        // The lexer has told of what is no token; of a statement that is given up no more is told, and of one place once.
        let known = self.told.contains(&expected.token);
        if self.given_up || known || token.kind == TokenKind::Unrecognized {
            return;
        }
        self.told[0] = expected.token;
        let range = token.start as usize..token.end as usize;
        // Underlining a line end shows nothing: the place is right behind what stands before it.
        let range = if matches!(token.kind, TokenKind::NewLine | TokenKind::EndOfFile) {
            let before = self.tokens[..expected.token].last();
            let end = before
                .filter(|before| before.kind != TokenKind::NewLine)
                .map_or(range.start, |before| before.end as usize);
            end..end
        } else {
            range
        };
        let found = Shown(self.slice(token).lines().next().unwrap_or_default());
        let problems = &mut self.problems;
        match (expected.reason, token.kind) {
            (Reason::Because(message), _) => problems.error(range, message),
            (Reason::Is(what), TokenKind::NewLine) => {
                let message = format_args!("expected {what} before the end of the line");
                problems.error(range, message)
            }
            (Reason::Is(what), TokenKind::EndOfFile) => {
                let message = format_args!("expected {what} before the end of the file");
                problems.error(range, message)
            }
            (Reason::Is(what), _) => {
                problems.error(range, format_args!("expected {what}, found {found}"))
            }
        };
    }

    /// Tells of something that is missing at the next token, and goes on.
    fn tell_missing(&mut self, what: &'static str) {
        let expected = self.expected(what);
        self.tell(expected);
    }

    #[cold]
    fn too_deep(&mut self, range: std::ops::Range<u32>) {
        if !self.given_up {
            let range = range.start as usize..range.end as usize;
            let message = "the expression is nested too deep and is not read";
            self.problems.too_deep(range, message);
        }
    }

    /// Goes one level of brackets deeper for the time of `parse`.
    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            let token = self.peek();
            self.too_deep(token.start..token.end);
            if !self.given_up {
                self.given_up = true;
                self.skip_statement();
            }
            return Err(self.expected("less nesting"));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// Goes to the end of the statement: the first line end behind which no bracket is open.
    fn skip_statement(&mut self) {
        const OPENING: Stops = Stops::at(&[
            TokenKind::LeftBrace,
            TokenKind::LeftParenthesis,
            TokenKind::LeftBracket,
            TokenKind::StringLeft,
        ]);
        const CLOSING: Stops = Stops::at(&[
            TokenKind::RightBrace,
            TokenKind::RightParenthesis,
            TokenKind::RightBracket,
            TokenKind::StringRight,
        ]);
        let mut open = 0_i64;
        for (position, token) in self.tokens.iter().enumerate().skip(self.statement) {
            open += i64::from(OPENING.contains(token.kind));
            open -= i64::from(CLOSING.contains(token.kind));
            if token.kind == TokenKind::NewLine && open <= 0 && position > self.position {
                self.position = position;
                return;
            }
        }
        self.position = self.tokens.len() - 1;
    }
}

/// What stands where a token should.
#[derive(Clone, Copy)]
struct Gap {
    /// Whether it is something else, or nothing.
    skipped: bool,
    /// How an error behind it is told.
    next: Telling,
}
