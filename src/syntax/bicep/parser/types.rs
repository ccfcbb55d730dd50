//! Types.
//!
//! ```text
//! type    := [ '|' ] unary ( '|' unary )*                 line ends may stand before '|'
//! unary   := [ '-' | '!' ] member ( '?' | '!' )*
//! member  := primary ( '[]' | '[' expression ']' | '[*]' | '.' name | '.*' )*
//! primary := literal | string | name | name '<' types '>' | '{' members '}' | '[' items ']' | '(' type ')'
//! ```

use super::super::lexer::TokenKind;
use super::super::tree::{List, Name, NodeId, Syntax};
use super::expression::Allowed;
use super::{CLOSING, Parsed, Parser, Stops, Telling};

impl Parser<'_> {
    /// A type of a declaration: `resource 'type@version'`, too. Of an output the string may be left out.
    pub(super) fn declared_type(&mut self, of_output: bool) -> Parsed {
        const RESOURCE: Stops = Stops::at(&[TokenKind::Assignment, TokenKind::NewLine]);
        if !self.is_keyword("resource") || self.peek_ahead(1).kind == TokenKind::Less {
            return self.type_expression();
        }
        let start = self.next().start;
        let is_string = matches!(
            self.kind(),
            TokenKind::StringComplete | TokenKind::StringLeft
        );
        let resource_type = if of_output && !is_string {
            None
        } else {
            Some(self.recover(RESOURCE, Telling::Aloud, |parser| {
                parser.string_or("a resource type in quotes: `'type@version'`")
            }))
        };
        Ok(self.add(Syntax::ResourceType(resource_type), start, self.end()))
    }

    /// A string; something else should stand where there is none.
    pub(super) fn string_or(&mut self, what: &'static str) -> Parsed {
        let expected = self.expected(what);
        if !matches!(
            self.kind(),
            TokenKind::StringComplete | TokenKind::StringLeft
        ) {
            return Err(expected);
        }
        let string = self.string()?;
        if self.is_missing(string) {
            return Err(expected);
        }
        Ok(string)
    }

    pub(super) fn type_expression(&mut self) -> Parsed {
        self.deeper(Self::union)
    }

    fn union(&mut self) -> Parsed {
        const NOWHERE: Stops = Stops::at(&[]);
        let start = self.start();
        let first = self.children.len();
        let led = self.at_union_member();
        if led {
            self.skip_lines();
            self.next();
        }
        let candidate = self.unary_type()?;
        if !led && !self.at_union_member() {
            return Ok(candidate);
        }
        self.children.push(candidate);
        while self.at_union_member() {
            self.skip_lines();
            self.next();
            if self.is(TokenKind::NewLine) {
                self.tell_missing("a type");
            } else {
                let member = self.recover(NOWHERE, Telling::Aloud, Self::unary_type);
                self.children.push(member);
            }
        }
        let list = self.list(first);
        Ok(self.add(Syntax::Union(list), start, self.end()))
    }

    fn at_union_member(&self) -> bool {
        self.is(TokenKind::Pipe)
            || self.is(TokenKind::NewLine) && self.peek_ahead(1).kind == TokenKind::Pipe
    }

    fn unary_type(&mut self) -> Parsed {
        let start = self.start();
        let mut candidate = match self.unary_operator() {
            Some(operator) => {
                self.next();
                let operand = self.recover(CLOSING, Telling::Aloud, Self::member_type);
                self.add(Syntax::Unary { operator, operand }, start, self.end())
            }
            None => self.member_type()?,
        };
        loop {
            let syntax = if self.take(TokenKind::Question) {
                Syntax::NullableType(candidate)
            } else if self.take(TokenKind::Exclamation) {
                Syntax::NotNullableType(candidate)
            } else {
                return Ok(candidate);
            };
            candidate = self.add(syntax, start, self.end());
        }
    }

    fn member_type(&mut self) -> Parsed {
        let start = self.start();
        let mut base = self.primary_type()?;
        loop {
            let syntax = if self.take(TokenKind::LeftBracket) {
                if self.take(TokenKind::RightBracket) {
                    Syntax::ArrayType(base)
                } else if self.take(TokenKind::Asterisk) {
                    self.expect(TokenKind::RightBracket, "`]`")?;
                    Syntax::AnyElement(base)
                } else {
                    let index = self.expression(Allowed::Simple)?;
                    self.expect(TokenKind::RightBracket, "`]`")?;
                    Syntax::Index {
                        base,
                        index,
                        safe: false,
                        from_end: false,
                    }
                }
            } else if self.take(TokenKind::Dot) {
                if self.take(TokenKind::Asterisk) {
                    Syntax::AnyElement(base)
                } else {
                    let name = self.name_or_missing("the name of a property");
                    if self.is(TokenKind::Less) {
                        Syntax::MethodCall {
                            base,
                            function: name,
                            arguments: self.type_arguments(),
                        }
                    } else {
                        Syntax::Member {
                            base,
                            name,
                            safe: false,
                        }
                    }
                }
            } else {
                return Ok(base);
            };
            base = self.add(syntax, start, self.end());
        }
    }

    fn primary_type(&mut self) -> Parsed {
        match self.kind() {
            TokenKind::Integer | TokenKind::Null | TokenKind::True | TokenKind::False => {
                self.literal()
            }
            TokenKind::StringComplete | TokenKind::StringLeft => self.string(),
            TokenKind::LeftBrace => self.typed_members(
                TokenKind::RightBrace,
                "`}`",
                Syntax::Object,
                Self::type_property,
            ),
            TokenKind::LeftBracket => self.typed_members(
                TokenKind::RightBracket,
                "`]`",
                Syntax::Array,
                Self::type_item,
            ),
            TokenKind::LeftParenthesis => {
                let start = self.start();
                let first = self.children.len();
                let (count, closed) = self.in_parentheses(false, Self::type_expression)?;
                Ok(self.parenthesized(first, start, count, closed))
            }
            TokenKind::Identifier => {
                let token = self.next();
                let name = Name {
                    start: token.start,
                    end: token.end,
                };
                let syntax = if self.is(TokenKind::Less) {
                    Syntax::Call {
                        function: name,
                        arguments: self.type_arguments(),
                    }
                } else {
                    Syntax::Identifier(name)
                };
                Ok(self.add(syntax, token.start, self.end()))
            }
            _ => Err(self.expected("a type")),
        }
    }

    /// `<a, b>`.
    fn type_arguments(&mut self) -> List {
        const ARGUMENT: Stops =
            Stops::at(&[TokenKind::NewLine, TokenKind::Comma, TokenKind::Greater]);
        self.next();
        let first = self.children.len();
        self.list_of(TokenKind::Greater, |parser| {
            parser.recover(ARGUMENT, Telling::Aloud, Self::type_expression)
        });
        if !self.take(TokenKind::Greater) {
            self.tell_missing("`>`");
        }
        self.list(first)
    }

    fn typed_members(
        &mut self,
        closing: TokenKind,
        what: &'static str,
        syntax: fn(List) -> Syntax,
        member: fn(&mut Self) -> NodeId,
    ) -> Parsed {
        let start = self.next().start;
        let first = self.children.len();
        self.elements(closing, member);
        self.expect(closing, what)?;
        let list = self.list(first);
        Ok(self.add(syntax(list), start, self.end()))
    }

    fn type_property(&mut self) -> NodeId {
        const PROPERTY: Stops = Stops::at(&[TokenKind::NewLine, TokenKind::RightBrace]);
        let decorators = self.decorators();
        let start = self.start();
        let any = self.is(TokenKind::Asterisk);
        let key = self.property_key(true);
        let colon = self.recover_token(TokenKind::Colon, "`:`", PROPERTY, self.telling_behind(key));
        let value = self.recover(PROPERTY, colon.next, Self::type_expression);
        let syntax = if any {
            Syntax::AdditionalProperties { value, decorators }
        } else {
            Syntax::TypeProperty {
                key,
                value,
                decorators,
            }
        };
        self.add(syntax, start, self.end())
    }

    fn type_item(&mut self) -> NodeId {
        const ITEM: Stops = Stops::at(&[TokenKind::NewLine, TokenKind::RightBracket]);
        self.recover(ITEM, Telling::Aloud, |parser| {
            let decorators = parser.decorators();
            let start = parser.start();
            let value = parser.type_expression()?;
            Ok(parser.add(Syntax::TypeItem { value, decorators }, start, parser.end()))
        })
    }
}
