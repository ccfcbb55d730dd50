//! Expressions.
//!
//! ```text
//! expression := binary [ '?' expression ':' expression ]        line ends may stand before '?' and ':'
//! binary     := unary ( operator unary )*                       by precedence, from the left
//! unary      := [ '!' | '-' ] member
//! member     := primary ( '.' name | '.' name '(' arguments ')' | '[' expression ']' | '::' name | '!' )*
//! ```

use super::super::lexer::{TokenKind, unescape};
use super::super::tree::{BinaryOperator, List, Name, NodeId, Syntax, Text, UnaryOperator};
use super::{CLOSING, LINE, Parsed, Parser, Stops, Telling};

/// What may stand in an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax::bicep) enum Allowed {
    /// Objects and arrays, too.
    Everything,
    /// No object and no array: the hole of a string, the type of an element.
    Simple,
}

/// The words that begin a declaration: behind `=>` a line end before one of them ends the lambda.
const DECLARATION_KEYWORDS: [&str; 14] = [
    "assert",
    "extends",
    "extension",
    "extensionConfig",
    "func",
    "import",
    "metadata",
    "module",
    "output",
    "param",
    "resource",
    "targetScope",
    "type",
    "var",
];

const STRING_PARTS: Stops = Stops::at(&[
    TokenKind::StringMiddle,
    TokenKind::StringRight,
    TokenKind::NewLine,
]);

fn binary_operator(kind: TokenKind) -> Option<(BinaryOperator, u8)> {
    use BinaryOperator as Operator;
    use TokenKind as Token;
    const TABLE: [(TokenKind, BinaryOperator, u8); 16] = [
        (Token::Asterisk, Operator::Multiply, 7),
        (Token::Slash, Operator::Divide, 7),
        (Token::Percent, Operator::Modulo, 7),
        (Token::Plus, Operator::Add, 6),
        (Token::Minus, Operator::Subtract, 6),
        (Token::Less, Operator::Less, 5),
        (Token::LessOrEqual, Operator::LessOrEqual, 5),
        (Token::Greater, Operator::Greater, 5),
        (Token::GreaterOrEqual, Operator::GreaterOrEqual, 5),
        (Token::Equal, Operator::Equal, 4),
        (Token::NotEqual, Operator::NotEqual, 4),
        (Token::EqualInsensitive, Operator::EqualInsensitive, 4),
        (Token::NotEqualInsensitive, Operator::NotEqualInsensitive, 4),
        (Token::And, Operator::And, 3),
        (Token::Or, Operator::Or, 2),
        (Token::DoubleQuestion, Operator::Coalesce, 1),
    ];
    const OPERATORS: Stops = Stops::at(&[
        Token::Asterisk,
        Token::Slash,
        Token::Percent,
        Token::Plus,
        Token::Minus,
        Token::Less,
        Token::LessOrEqual,
        Token::Greater,
        Token::GreaterOrEqual,
        Token::Equal,
        Token::NotEqual,
        Token::EqualInsensitive,
        Token::NotEqualInsensitive,
        Token::And,
        Token::Or,
        Token::DoubleQuestion,
    ]);
    if !OPERATORS.contains(kind) {
        return None;
    }
    let found = TABLE.iter().find(|(token, ..)| *token == kind);
    found.map(|(_, operator, precedence)| (*operator, *precedence))
}

impl Parser<'_> {
    pub(super) fn expression(&mut self, allowed: Allowed) -> Parsed {
        self.deeper(|parser| parser.ternary(allowed))
    }

    fn ternary(&mut self, allowed: Allowed) -> Parsed {
        const BRANCH: Stops = Stops::at(&[
            TokenKind::Colon,
            TokenKind::StringRight,
            TokenKind::RightBrace,
            TokenKind::RightParenthesis,
            TokenKind::RightBracket,
            TokenKind::NewLine,
        ]);
        let condition = self.binary(allowed, 0)?;
        if self.peek_over_lines(0).kind != TokenKind::Question {
            return Ok(condition);
        }
        self.skip_lines();
        self.next();
        let then = self.recover(BRANCH, Telling::Aloud, |parser| parser.expression(allowed));
        let then_skipped = self.is_missing(then);
        if !then_skipped && self.peek_over_lines(0).kind == TokenKind::Colon {
            self.skip_lines();
        }
        let colon = self.recover_token(
            TokenKind::Colon,
            "`:` and what holds otherwise",
            CLOSING,
            self.telling_behind(then),
        );
        let otherwise = self.recover(CLOSING, colon.next, |parser| parser.expression(allowed));
        let syntax = Syntax::Ternary {
            condition,
            then,
            otherwise,
        };
        Ok(self.add(syntax, self.start_of(condition), self.end()))
    }

    fn binary(&mut self, allowed: Allowed, least: u8) -> Parsed {
        let mut left = self.unary(allowed)?;
        while let Some((operator, precedence)) = binary_operator(self.kind()) {
            if precedence <= least {
                break;
            }
            self.next();
            let right = self.recover(CLOSING, Telling::Aloud, |parser| {
                parser.binary(allowed, precedence)
            });
            let syntax = Syntax::Binary {
                operator,
                left,
                right,
            };
            left = self.add(syntax, self.start_of(left), self.end_of(right));
        }
        Ok(left)
    }

    fn unary(&mut self, allowed: Allowed) -> Parsed {
        let Some(operator) = self.unary_operator() else {
            return self.member(allowed);
        };
        let start = self.next().start;
        let operand = self.recover(CLOSING, Telling::Aloud, |parser| parser.member(allowed));
        Ok(self.add(Syntax::Unary { operator, operand }, start, self.end()))
    }

    /// The unary operator that stands next.
    pub(super) fn unary_operator(&self) -> Option<UnaryOperator> {
        if self.is(TokenKind::Exclamation) {
            Some(UnaryOperator::Not)
        } else if self.is(TokenKind::Minus) {
            Some(UnaryOperator::Minus)
        } else {
            None
        }
    }

    fn member(&mut self, allowed: Allowed) -> Parsed {
        let mut base = self.primary(allowed)?;
        let start = self.start_of(base);
        loop {
            let syntax = if self.take(TokenKind::LeftBracket) {
                let safe = self.take(TokenKind::Question);
                let from_end = self.take(TokenKind::Caret);
                let index = if self.is(TokenKind::RightBracket) {
                    self.tell_missing("the position of an element");
                    self.missing()
                } else {
                    self.expression(allowed)?
                };
                self.expect(TokenKind::RightBracket, "`]`")?;
                Syntax::Index {
                    base,
                    index,
                    safe,
                    from_end,
                }
            } else if self.take(TokenKind::Dot) {
                let safe = self.take(TokenKind::Question);
                let name = self.name_or_missing("the name of a property or function");
                if self.is(TokenKind::LeftParenthesis) {
                    if safe {
                        let expected = self.because("a function is called with `.`, not with `.?`");
                        self.tell(expected);
                    }
                    let arguments = self.arguments(allowed)?;
                    Syntax::MethodCall {
                        base,
                        function: name,
                        arguments,
                    }
                } else {
                    Syntax::Member { base, name, safe }
                }
            } else if self.take(TokenKind::DoubleColon) {
                let name = self.name_or_missing("the name of a nested resource");
                Syntax::NestedResource { base, name }
            } else if self.take(TokenKind::Exclamation) {
                Syntax::NotNull(base)
            } else {
                return Ok(base);
            };
            base = self.add(syntax, start, self.end());
        }
    }

    fn primary(&mut self, allowed: Allowed) -> Parsed {
        match self.kind() {
            TokenKind::Integer | TokenKind::Null | TokenKind::True | TokenKind::False => {
                self.literal()
            }
            TokenKind::StringComplete | TokenKind::StringLeft => self.string(),
            TokenKind::LeftBrace if allowed == Allowed::Everything => self.object(false),
            TokenKind::LeftBracket if allowed == Allowed::Everything => {
                if self.token_is_keyword(self.peek_over_lines(1), "for") {
                    self.for_expression(false, false)
                } else {
                    self.array()
                }
            }
            TokenKind::LeftBrace | TokenKind::LeftBracket => {
                Err(self.because("objects and arrays cannot stand here"))
            }
            TokenKind::LeftParenthesis => self.parenthesized_or_lambda(allowed),
            TokenKind::Identifier => self.call_or_name(allowed),
            _ => Err(self.expected("an expression")),
        }
    }

    /// `1`, `true`, `null`.
    pub(super) fn literal(&mut self) -> Parsed {
        let token = self.peek();
        let syntax = match token.kind {
            TokenKind::True => Syntax::Boolean(true),
            TokenKind::False => Syntax::Boolean(false),
            TokenKind::Null => Syntax::Null,
            _ => match self.slice(token).parse() {
                Ok(number) => Syntax::Integer(number),
                Err(_) => return Err(self.because("the number does not fit into 64 bits")),
            },
        };
        self.next();
        Ok(self.add(syntax, token.start, token.end))
    }

    /// A string with or without holes.
    pub(super) fn string(&mut self) -> Parsed {
        let first = self.next();
        let opening = self.slice(first);
        let dollars = opening.len() - opening.trim_start_matches('$').len();
        let long = opening[dollars..].starts_with("'''");
        if first.kind == TokenKind::StringComplete {
            let text = self.string_text(first, long, dollars);
            return Ok(self.add(Syntax::String(text), first.start, first.end));
        }
        let begin = self.children.len();
        self.string_part(first, long, dollars);
        loop {
            let hole = self.recover(STRING_PARTS, Telling::Aloud, |parser| {
                parser.expression(Allowed::Simple)
            });
            self.children.push(hole);
            let part = self.peek();
            if !matches!(part.kind, TokenKind::StringMiddle | TokenKind::StringRight) {
                let expected = self.expected("`}` behind the expression in the string");
                self.skip(self.position, STRING_PARTS, Some(expected));
            }
            let part = self.peek();
            if !matches!(part.kind, TokenKind::StringMiddle | TokenKind::StringRight) {
                // The line ended: there is nothing that closes the string.
                self.children.truncate(begin);
                return Ok(self.push(Syntax::Missing, first.start, self.end(), 0));
            }
            self.next();
            self.string_part(part, long, dollars);
            if part.kind == TokenKind::StringRight {
                break;
            }
        }
        let list = self.list(begin);
        Ok(self.add(Syntax::Interpolation(list), first.start, self.end()))
    }

    fn string_part(&mut self, token: super::Token, long: bool, dollars: usize) {
        let text = self.string_text(token, long, dollars);
        let part = self.add(Syntax::String(text), token.start, token.end);
        self.children.push(part);
    }

    /// The text between the marks at either end of a part of a string.
    fn string_text(&mut self, token: super::Token, long: bool, dollars: usize) -> Text {
        let raw = self.slice(token);
        let at_start = matches!(
            token.kind,
            TokenKind::StringComplete | TokenKind::StringLeft
        );
        let mut inside = raw;
        if at_start {
            inside = &inside[if long { dollars + 3 } else { 1 }..];
            // The first line of a long string begins behind its opening.
            if long {
                inside = inside.strip_prefix('\r').unwrap_or(inside);
                inside = inside.strip_prefix('\n').unwrap_or(inside);
            }
        } else {
            inside = inside.strip_prefix('}').unwrap_or(inside);
        }
        let start = token.start as usize + raw.len() - inside.len();
        // A string that is not closed has no mark at its end.
        let closed = match (token.kind, long) {
            (TokenKind::StringComplete | TokenKind::StringRight, false) => {
                inside.strip_suffix('\'')
            }
            (TokenKind::StringComplete | TokenKind::StringRight, true) => {
                inside.strip_suffix("'''")
            }
            (_, false) => inside.strip_suffix("${"),
            (_, true) => inside
                .strip_suffix('{')
                .map(|inside| &inside[..inside.len() - dollars]),
        };
        let inside = closed.unwrap_or(inside);
        let decoded = if long { None } else { unescape(inside) };
        match decoded {
            Some(text) => {
                self.tree.decoded.push(text.into());
                Text::Decoded(self.tree.decoded.len() as u32 - 1)
            }
            None => Text::InFile(start as u32, (start + inside.len()) as u32),
        }
    }

    fn call_or_name(&mut self, allowed: Allowed) -> Parsed {
        let token = self.next();
        let name = Name {
            start: token.start,
            end: token.end,
        };
        if self.is(TokenKind::LeftParenthesis) {
            let arguments = self.arguments(allowed)?;
            let syntax = Syntax::Call {
                function: name,
                arguments,
            };
            return Ok(self.add(syntax, token.start, self.end()));
        }
        if self.is(TokenKind::Arrow) {
            let first = self.children.len();
            let parameter = self.add(Syntax::Local(name), token.start, token.end);
            self.children.push(parameter);
            return Ok(self.lambda(first, token.start));
        }
        Ok(self.add(Syntax::Identifier(name), token.start, token.end))
    }

    /// `=> body`; the parameters are the children since there were `first` of them.
    fn lambda(&mut self, first: usize, start: u32) -> NodeId {
        let parameters = self.list(first);
        self.next();
        let body = self.lambda_body();
        self.add(Syntax::Lambda { parameters, body }, start, self.end())
    }

    /// What stands behind `=>`, perhaps on the next line.
    pub(super) fn lambda_body(&mut self) -> NodeId {
        const BODY: Stops = Stops::at(&[TokenKind::NewLine, TokenKind::RightParenthesis]);
        let next = self.slice(self.peek_over_lines(0));
        if !DECLARATION_KEYWORDS.contains(&next) {
            self.skip_lines();
        }
        self.recover(BODY, Telling::Aloud, |parser| {
            parser.expression(Allowed::Everything)
        })
    }

    fn parenthesized_or_lambda(&mut self, allowed: Allowed) -> Parsed {
        let start = self.start();
        let first = self.children.len();
        let (count, closed) = self.in_parentheses(true, |parser| parser.expression(allowed))?;
        if self.is(TokenKind::Arrow) {
            for position in first..self.children.len() {
                self.children[position] = self.as_parameter(self.children[position]);
            }
            return Ok(self.lambda(first, start));
        }
        Ok(self.parenthesized(first, start, count, closed))
    }

    /// The name of an expression that turned out to be a lambda's parameter.
    fn as_parameter(&mut self, id: NodeId) -> NodeId {
        let (start, end) = (self.start_of(id), self.end_of(id));
        match self.tree.syntax(id) {
            Syntax::Identifier(name) => self.add(Syntax::Local(name), start, end),
            Syntax::Missing => id,
            _ => {
                let message = "a parameter of a lambda is a name";
                self.problems.error(start as usize..end as usize, message);
                self.push(Syntax::Missing, start, end, 0)
            }
        }
    }

    /// One expression in parentheses, out of the children since there were `first` of them.
    pub(super) fn parenthesized(
        &mut self,
        first: usize,
        start: u32,
        count: usize,
        closed: bool,
    ) -> NodeId {
        let inner = self.children.get(first).copied();
        self.children.truncate(first);
        if count != 1 && closed && !self.given_up {
            let message = "there is one expression in parentheses";
            let range = start as usize..self.end() as usize;
            self.problems.error(range, message);
        }
        match inner {
            Some(inner) if count == 1 => self.add(Syntax::Parenthesized(inner), start, self.end()),
            Some(_) | None => self.push(Syntax::Missing, start, self.end(), 0),
        }
    }

    /// `(a, b)`: leaves the elements among the children. Gives their number and whether the parenthesis is closed.
    pub(super) fn in_parentheses(
        &mut self,
        line_ends: bool,
        parse: impl Fn(&mut Self) -> Parsed,
    ) -> Parsed<(usize, bool)> {
        const ELEMENT: Stops = Stops::at(&[
            TokenKind::StringRight,
            TokenKind::RightBrace,
            TokenKind::RightParenthesis,
            TokenKind::RightBracket,
            TokenKind::NewLine,
            TokenKind::Comma,
        ]);
        const BEHIND: Stops = Stops::at(&[
            TokenKind::StringRight,
            TokenKind::RightBrace,
            TokenKind::RightBracket,
            TokenKind::NewLine,
        ]);
        self.expect(TokenKind::LeftParenthesis, "`(`")?;
        let mut count = 0;
        let mut telling = Telling::Aloud;
        let skip_lines = |parser: &mut Self| {
            if line_ends {
                parser.skip_lines();
            }
        };
        skip_lines(self);
        while !self.is(TokenKind::RightParenthesis) {
            let element = self.recover(ELEMENT, Telling::Aloud, &parse);
            telling = self.telling_behind(element);
            self.children.push(element);
            count += 1;
            skip_lines(self);
            if self.given_up || !self.take(TokenKind::Comma) {
                break;
            }
            telling = Telling::Aloud;
            skip_lines(self);
        }
        let closing = self.recover_token(TokenKind::RightParenthesis, "`)`", BEHIND, telling);
        Ok((count, !closing.skipped))
    }

    /// `[a, b]`.
    fn array(&mut self) -> Parsed {
        let start = self.start();
        let first = self.children.len();
        self.expect(TokenKind::LeftBracket, "`[`")?;
        self.elements(TokenKind::RightBracket, Self::array_element);
        self.expect(TokenKind::RightBracket, "`]`")?;
        let list = self.list(first);
        Ok(self.add(Syntax::Array(list), start, self.end()))
    }

    fn array_element(&mut self) -> NodeId {
        const ELEMENT: Stops = Stops::at(&[TokenKind::NewLine, TokenKind::RightBracket]);
        const SPREAD: Stops = Stops::at(&[
            TokenKind::Comma,
            TokenKind::NewLine,
            TokenKind::RightBracket,
        ]);
        self.recover(ELEMENT, Telling::Aloud, |parser| {
            if parser.is(TokenKind::Ellipsis) {
                Ok(parser.spread(SPREAD))
            } else {
                parser.expression(Allowed::Everything)
            }
        })
    }

    fn spread(&mut self, stops: Stops) -> NodeId {
        let start = self.next().start;
        let inner = self.recover(stops, Telling::Aloud, |parser| {
            parser.expression(Allowed::Everything)
        });
        self.add(Syntax::Spread(inner), start, self.end())
    }

    /// The elements of an array or object, parted by line ends or one comma each. Leaves them among the children.
    pub(super) fn elements(&mut self, closing: TokenKind, parse: impl Fn(&mut Self) -> NodeId) {
        self.skip_lines();
        while !self.at_end() && !self.is(closing) {
            let element = parse(self);
            self.children.push(element);
            if self.given_up || self.at_end() || self.is(closing) {
                break;
            }
            if self.take(TokenKind::Comma) {
                if self.is(TokenKind::NewLine) {
                    let expected = self.because("no comma stands before the end of a line");
                    self.tell(Self::before(expected));
                    self.next();
                }
            } else if self.is(TokenKind::NewLine) {
                self.skip_lines();
            } else {
                self.tell_missing("a comma or the end of the line");
            }
        }
    }

    /// The same, said of the token before.
    fn before(expected: super::Expected) -> super::Expected {
        super::Expected {
            token: expected.token - 1,
            ..expected
        }
    }

    /// `(a, b)` of a call.
    pub(super) fn arguments(&mut self, allowed: Allowed) -> Parsed<List> {
        const ARGUMENT: Stops = Stops::at(&[
            TokenKind::NewLine,
            TokenKind::Comma,
            TokenKind::RightParenthesis,
        ]);
        self.expect(TokenKind::LeftParenthesis, "`(`")?;
        let first = self.children.len();
        self.list_of(TokenKind::RightParenthesis, |parser| {
            parser.recover(ARGUMENT, Telling::Aloud, |parser| {
                parser.expression(allowed)
            })
        });
        if !self.take(TokenKind::RightParenthesis) {
            self.tell_missing("`)`");
        }
        Ok(self.list(first))
    }

    /// Elements parted by commas, behind which lines may end. Leaves them among the children.
    pub(super) fn list_of(&mut self, closing: TokenKind, parse: impl Fn(&mut Self) -> NodeId) {
        self.skip_lines();
        while !self.at_end() && !self.is(closing) {
            let element = parse(self);
            self.children.push(element);
            if self.given_up || self.at_end() || self.is(closing) {
                break;
            }
            if self.take(TokenKind::Comma) {
                self.skip_lines();
                if self.is(closing) {
                    let expected = self.because("no comma stands before the end of a list");
                    self.tell(Self::before(expected));
                }
            } else if self.is(TokenKind::NewLine) {
                let next = self.peek_over_lines(0).kind;
                if next == TokenKind::EndOfFile {
                    break;
                }
                if next != closing {
                    self.tell_missing("a comma");
                }
                self.skip_lines();
            } else {
                self.tell_missing("a comma");
            }
        }
    }

    /// `{ a: b }`; with `resources`, resources may be declared inside.
    pub(super) fn object(&mut self, resources: bool) -> Parsed {
        let start = self.start();
        let first = self.children.len();
        self.expect(TokenKind::LeftBrace, "`{`")?;
        self.elements(TokenKind::RightBrace, |parser| parser.property(resources));
        self.expect(TokenKind::RightBrace, "`}`")?;
        let list = self.list(first);
        Ok(self.add(Syntax::Object(list), start, self.end()))
    }

    fn property(&mut self, resources: bool) -> NodeId {
        const PROPERTY: Stops = Stops::at(&[TokenKind::NewLine, TokenKind::RightBrace]);
        const SPREAD: Stops =
            Stops::at(&[TokenKind::Comma, TokenKind::NewLine, TokenKind::RightBrace]);
        let start = self.start();
        if resources && self.is_nested_resource() {
            return self.nested_resource();
        }
        if self.is(TokenKind::Ellipsis) {
            return self.spread(SPREAD);
        }
        let key = self.property_key(false);
        let colon = self.recover_token(TokenKind::Colon, "`:`", PROPERTY, self.telling_behind(key));
        let value = self.recover(PROPERTY, colon.next, |parser| {
            parser.expression(Allowed::Everything)
        });
        self.add(Syntax::Property { key, value }, start, self.end())
    }

    /// The name of a property; with `any`, `*` is one.
    pub(super) fn property_key(&mut self, any: bool) -> NodeId {
        const KEY: Stops =
            Stops::at(&[TokenKind::Colon, TokenKind::NewLine, TokenKind::RightBrace]);
        self.recover(KEY, Telling::Aloud, |parser| {
            let token = parser.peek();
            match token.kind {
                TokenKind::Identifier => {
                    parser.next();
                    let text = Text::InFile(token.start, token.end);
                    Ok(parser.add(Syntax::String(text), token.start, token.end))
                }
                TokenKind::StringComplete | TokenKind::StringLeft => {
                    let expected = parser.expected("the name of a property");
                    let key = parser.string()?;
                    if parser.is_missing(key) {
                        return Err(expected);
                    }
                    Ok(key)
                }
                TokenKind::Asterisk if any => {
                    parser.next();
                    let text = Text::InFile(token.start, token.end);
                    Ok(parser.add(Syntax::String(text), token.start, token.end))
                }
                _ => Err(parser.expected("the name of a property")),
            }
        })
    }

    /// `[for item in list: body]`. The body of a resource or module is an object or a condition.
    pub(super) fn for_expression(&mut self, of_resource: bool, resources: bool) -> Parsed {
        const IN: Stops = Stops::at(&[TokenKind::RightBracket, TokenKind::NewLine]);
        const LIST: Stops = Stops::at(&[
            TokenKind::Colon,
            TokenKind::RightBracket,
            TokenKind::NewLine,
        ]);
        let start = self.start();
        self.expect(TokenKind::LeftBracket, "`[`")?;
        self.skip_lines();
        if !self.take_keyword("for") {
            return Err(self.expected("`for`"));
        }
        let problems = self.problems.errors();
        let items = self.for_items()?;
        let telling = if self.problems.errors() > problems {
            Telling::Quietly
        } else {
            Telling::Aloud
        };
        let begin = self.position;
        let telling = if self.take_keyword("in") {
            Telling::Aloud
        } else {
            let expected = self.expected("`in`");
            let told = (telling == Telling::Aloud).then_some(expected);
            let missing = self.skip(begin, IN, told);
            self.telling_behind(missing)
        };
        let list = self.recover(LIST, telling, |parser| {
            parser.expression(Allowed::Everything)
        });
        let colon = self.recover_token(TokenKind::Colon, "`:`", IN, self.telling_behind(list));
        let body = self.recover(IN, colon.next, |parser| {
            if of_resource {
                parser.for_body(resources)
            } else {
                parser.expression(Allowed::Everything)
            }
        });
        if !self.is_missing(body) {
            self.skip_lines();
        }
        self.recover_token(
            TokenKind::RightBracket,
            "`]`",
            IN,
            self.telling_behind(body),
        );
        let syntax = Syntax::For { items, list, body };
        Ok(self.add(syntax, start, self.end()))
    }

    /// `item` or `(item, index)`.
    fn for_items(&mut self) -> Parsed<List> {
        let first = self.children.len();
        if self.is(TokenKind::Identifier) {
            let token = self.next();
            let name = Name {
                start: token.start,
                end: token.end,
            };
            let local = self.add(Syntax::Local(name), token.start, token.end);
            self.children.push(local);
        } else if self.is(TokenKind::LeftParenthesis) {
            let start = self.start();
            let problems = self.problems.errors();
            let (count, _) =
                self.in_parentheses(false, |parser| parser.expression(Allowed::Simple))?;
            for position in first..self.children.len() {
                self.children[position] = self.as_parameter(self.children[position]);
            }
            if count != 2 && self.problems.errors() == problems {
                let message = "a loop has an item, or an item and its index in parentheses";
                let range = start as usize..self.end() as usize;
                self.problems.error(range, message);
            }
        } else {
            self.tell_missing("the name of the loop's item");
        }
        Ok(self.list(first))
    }

    fn for_body(&mut self, resources: bool) -> Parsed {
        if self.is(TokenKind::LeftBrace) {
            self.object(resources)
        } else if self.is_keyword("if") {
            self.if_condition(resources, true)
        } else {
            Err(self.expected("`{` or `if`"))
        }
    }

    /// `if (condition) { ... }`.
    pub(super) fn if_condition(&mut self, resources: bool, in_loop: bool) -> Parsed {
        const CONDITION: Stops = Stops::at(&[TokenKind::LeftBrace, TokenKind::NewLine]);
        const CONDITION_IN_LOOP: Stops = Stops::at(&[
            TokenKind::RightBracket,
            TokenKind::LeftBrace,
            TokenKind::NewLine,
        ]);
        const BODY_IN_LOOP: Stops = Stops::at(&[TokenKind::RightBracket, TokenKind::NewLine]);
        let start = self.next().start;
        let stops = if in_loop {
            CONDITION_IN_LOOP
        } else {
            CONDITION
        };
        let errors = self.problems.errors();
        let condition = self.recover(stops, Telling::Aloud, |parser| {
            let start = parser.start();
            let first = parser.children.len();
            let (count, closed) =
                parser.in_parentheses(true, |parser| parser.expression(Allowed::Everything))?;
            Ok(parser.parenthesized(first, start, count, closed))
        });
        let telling = if self.is_missing(condition) && self.problems.errors() > errors {
            Telling::Quietly
        } else {
            Telling::Aloud
        };
        let stops = if in_loop { BODY_IN_LOOP } else { LINE };
        let body = self.recover(stops, telling, |parser| parser.object(resources));
        Ok(self.add(Syntax::If { condition, body }, start, self.end()))
    }

    pub(super) fn is_missing(&self, id: NodeId) -> bool {
        self.tree.syntax(id) == Syntax::Missing
    }

    fn missing(&mut self) -> NodeId {
        let at = self.start();
        self.push(Syntax::Missing, at, at, 0)
    }

    /// The name that stands next; an empty one, which is told, if there is none.
    pub(super) fn name_or_missing(&mut self, what: &'static str) -> Name {
        if self.is(TokenKind::Identifier) {
            let token = self.next();
            return Name {
                start: token.start,
                end: token.end,
            };
        }
        self.tell_missing(what);
        let at = self.start();
        Name { start: at, end: at }
    }
}
