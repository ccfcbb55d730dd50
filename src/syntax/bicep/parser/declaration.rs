//! Statements of templates and of parameter files.

use super::super::Dialect;
use super::super::lexer::TokenKind;
use super::super::tree::{
    Imported, ImportedName, List, Name, NodeId, Statement, StatementKind, Syntax,
};
use super::expression::Allowed;
use super::{ASSIGNMENT, LINE, Parsed, Parser, Stops, Telling};

/// The end of the line, or the value behind a name.
const VALUE: Stops = Stops::at(&[
    TokenKind::Assignment,
    TokenKind::LeftBrace,
    TokenKind::NewLine,
]);
/// The end of the line, or the string behind a name.
const STRING: Stops = Stops::at(&[
    TokenKind::StringComplete,
    TokenKind::StringLeft,
    TokenKind::NewLine,
]);
/// The end of the line, or what follows in its place.
const NAME: Stops = Stops::at(&[TokenKind::Identifier, TokenKind::NewLine]);

impl Parser<'_> {
    /// A statement with its decorators; `None` for an empty line. With `nested`, only a resource is one.
    pub(super) fn declaration(&mut self, nested: bool) -> Parsed<Option<u32>> {
        let decorators = self.decorators();
        let start = self.start();
        if decorators.length == 0 && self.take(TokenKind::NewLine) {
            return Ok(None);
        }
        let keyword = if self.is(TokenKind::Identifier) {
            self.slice(self.peek())
        } else {
            ""
        };
        let kind = if nested && keyword != "resource" {
            None
        } else {
            match self.dialect {
                Dialect::Template => self.template_statement(keyword),
                Dialect::Parameters => self.parameters_statement(keyword)?,
            }
        };
        let kind = match kind {
            Some(kind) => kind,
            None if decorators.length > 0 => {
                self.tell_missing("a declaration behind its decorators");
                StatementKind::Missing
            }
            None => return Err(self.expected("a declaration")),
        };
        let end = self.end().max(start);
        Ok(Some(self.add_statement(Statement {
            decorators,
            start,
            end,
            kind,
        })))
    }

    fn template_statement(&mut self, keyword: &str) -> Option<StatementKind> {
        let kind = match keyword {
            "targetScope" => {
                self.next();
                let gap = self.assignment(Telling::Aloud, LINE);
                StatementKind::TargetScope(self.value(gap))
            }
            "metadata" => {
                let (name, value) = self.named_value(ASSIGNMENT);
                StatementKind::Metadata { name, value }
            }
            "type" => self.type_alias(),
            "param" => self.parameter(),
            "var" => self.variable(),
            "func" => self.function(),
            "resource" => self.resource(),
            "module" => self.module(),
            "output" => self.output(),
            "assert" => {
                let (name, value) = self.named_value(ASSIGNMENT);
                StatementKind::Assert { name, value }
            }
            "test" => {
                self.next();
                let (name, telling) = self.name("the name of a test", STRING);
                let (_, telling) = self.path("the path of a file in quotes", telling);
                let telling = self.assignment(telling, VALUE);
                self.recover(LINE, telling, |parser| parser.object(false));
                StatementKind::Test { name }
            }
            "import" => self.import(),
            "extension" | "provider" => {
                self.next();
                self.extension()
            }
            _ => return None,
        };
        Some(kind)
    }

    fn parameters_statement(&mut self, keyword: &str) -> Parsed<Option<StatementKind>> {
        let kind = match keyword {
            "using" => self.using()?,
            "extends" => {
                self.next();
                let path = self.recover(LINE, Telling::Aloud, |parser| {
                    parser.string_or("the path of a parameter file in quotes")
                });
                StatementKind::Extends(path)
            }
            "param" => {
                let (name, value) = self.named_value(NAME);
                StatementKind::Assignment { name, value }
            }
            "var" => self.variable(),
            "type" => self.type_alias(),
            "import" => {
                self.next();
                self.import_symbols()
            }
            "extension" => {
                self.next();
                self.extension()
            }
            "extensionConfig" => {
                self.next();
                let (_, telling) = self.name("the name of an extension", NAME);
                self.recover(LINE, telling, Self::with_clause);
                StatementKind::ExtensionConfig
            }
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    /// The lines with `@` before a declaration.
    pub(super) fn decorators(&mut self) -> List {
        let first = self.children.len();
        while self.is(TokenKind::At) {
            let start = self.next().start;
            let decorator = self.recover(LINE, Telling::Aloud, Self::decorator);
            self.tree.nodes[decorator.0 as usize].start = start;
            self.children.push(decorator);
            self.end_of_line();
            self.skip_lines();
        }
        if self.children.len() == first {
            return self.no_list();
        }
        self.list(first)
    }

    /// `name(arguments)` or `namespace.name(arguments)`.
    fn decorator(&mut self) -> Parsed {
        let token = self.expect(TokenKind::Identifier, "the name of a decorator")?;
        let name = Name {
            start: token.start,
            end: token.end,
        };
        let mut syntax = if self.is(TokenKind::LeftParenthesis) {
            Syntax::Call {
                function: name,
                arguments: self.arguments(Allowed::Everything)?,
            }
        } else {
            Syntax::Identifier(name)
        };
        let mut base = self.add(syntax, token.start, self.end());
        while self.take(TokenKind::Dot) {
            let name = self.name_or_missing("the name of a decorator");
            syntax = if self.is(TokenKind::LeftParenthesis) {
                Syntax::MethodCall {
                    base,
                    function: name,
                    arguments: self.arguments(Allowed::Everything)?,
                }
            } else {
                Syntax::Member {
                    base,
                    name,
                    safe: false,
                }
            };
            base = self.add(syntax, token.start, self.end());
        }
        Ok(base)
    }

    /// A name, or what was skipped where one should be.
    fn name(&mut self, what: &'static str, stops: Stops) -> (Name, Telling) {
        if self.is(TokenKind::Identifier) {
            return (self.name_or_missing(what), Telling::Aloud);
        }
        let expected = self.expected(what);
        let missing = self.skip(self.position, stops, Some(expected));
        let at = self.start_of(missing);
        (Name { start: at, end: at }, self.telling_behind(missing))
    }

    /// A string behind the name of a resource or module.
    fn path(&mut self, what: &'static str, telling: Telling) -> (NodeId, Telling) {
        let path = self.recover(ASSIGNMENT, telling, |parser| parser.string_or(what));
        (path, self.telling_behind(path))
    }

    fn assignment(&mut self, telling: Telling, stops: Stops) -> Telling {
        self.recover_token(TokenKind::Assignment, "`=`", stops, telling)
            .next
    }

    /// The expression behind `=`.
    fn value(&mut self, telling: Telling) -> NodeId {
        self.recover(LINE, telling, |parser| {
            parser.expression(Allowed::Everything)
        })
    }

    /// `keyword name = value`.
    fn named_value(&mut self, stops: Stops) -> (Name, NodeId) {
        self.next();
        let (name, telling) = self.name("a name", stops);
        let telling = self.assignment(telling, LINE);
        (name, self.value(telling))
    }

    fn type_alias(&mut self) -> StatementKind {
        self.next();
        let (name, telling) = self.name("the name of a type", ASSIGNMENT);
        let telling_behind = self.assignment(telling, LINE);
        let value = self.recover(VALUE, telling_behind, Self::type_expression);
        StatementKind::Type { name, value }
    }

    fn parameter(&mut self) -> StatementKind {
        self.next();
        let (name, telling) = self.name("the name of a parameter", NAME);
        let declared_type = self.recover(VALUE, telling, |parser| parser.declared_type(false));
        let telling = self.telling_behind(declared_type);
        let default = if self.take(TokenKind::Assignment) {
            Some(self.value(Telling::Aloud))
        } else if self.at_end() || self.is(TokenKind::NewLine) {
            None
        } else {
            let expected = self.expected("`=` and a default, or the end of the line");
            let told = (telling == Telling::Aloud).then_some(expected);
            self.skip(self.position, LINE, told);
            None
        };
        StatementKind::Parameter {
            name,
            declared_type,
            default,
        }
    }

    fn variable(&mut self) -> StatementKind {
        self.next();
        let (name, telling) = self.name("the name of a variable", NAME);
        let has_type =
            !(self.at_end() || self.is(TokenKind::NewLine) || self.is(TokenKind::Assignment));
        let declared_type = has_type
            .then(|| self.recover(ASSIGNMENT, telling, |parser| parser.declared_type(false)));
        let telling = declared_type.map_or(telling, |id| self.telling_behind(id));
        let telling = self.assignment(telling, LINE);
        StatementKind::Variable {
            name,
            declared_type,
            value: self.value(telling),
        }
    }

    /// `func name(parameters) result => body`.
    fn function(&mut self) -> StatementKind {
        const PART: Stops = Stops::at(&[TokenKind::NewLine, TokenKind::RightParenthesis]);
        self.next();
        let (name, telling) = self.name("the name of a function", ASSIGNMENT);
        let first = self.children.len();
        let at = self.position;
        let parameters = match self.in_parentheses(true, Self::typed_local) {
            Ok(_) => self.list(first),
            Err(expected) => {
                self.children.truncate(first);
                let told = (telling == Telling::Aloud).then_some(expected);
                let missing = self.skip(at, LINE, told);
                return StatementKind::Function {
                    name,
                    parameters: self.no_list(),
                    result: missing,
                    body: missing,
                };
            }
        };
        let result = self.recover(PART, Telling::Aloud, |parser| parser.declared_type(false));
        let arrow = self.recover_token(TokenKind::Arrow, "`=>`", PART, self.telling_behind(result));
        let body = if arrow.skipped && arrow.next == Telling::Quietly {
            self.recover(PART, Telling::Quietly, |parser| {
                parser.expression(Allowed::Everything)
            })
        } else {
            self.lambda_body()
        };
        StatementKind::Function {
            name,
            parameters,
            result,
            body,
        }
    }

    fn typed_local(&mut self) -> Parsed {
        const PARAMETER: Stops = Stops::at(&[
            TokenKind::NewLine,
            TokenKind::Comma,
            TokenKind::RightParenthesis,
        ]);
        let start = self.start();
        let name = self.name_or_missing("the name of a parameter");
        let telling = self.telling_behind_name(name);
        let declared_type = self.recover(PARAMETER, telling, |parser| parser.declared_type(false));
        let syntax = Syntax::TypedLocal {
            name,
            declared_type,
        };
        Ok(self.add(syntax, start, self.end()))
    }

    fn resource(&mut self) -> StatementKind {
        self.next();
        let (name, telling) = self.name("the name of a resource", STRING);
        let (resource_type, telling) =
            self.path("a resource type in quotes: `'type@version'`", telling);
        let existing = self.take_keyword("existing");
        let errors = self.problems.errors();
        let telling = self.assignment(telling, VALUE);
        if self.problems.errors() == errors {
            self.skip_lines_before_if();
        }
        StatementKind::Resource {
            name,
            resource_type,
            existing,
            body: self.body(telling, true),
        }
    }

    fn module(&mut self) -> StatementKind {
        self.next();
        let (name, telling) = self.name("the name of a module", STRING);
        let (path, telling) = self.path("the path of a module in quotes", telling);
        let telling = self.assignment(telling, VALUE);
        self.skip_lines_before_if();
        StatementKind::Module {
            name,
            path,
            body: self.body(telling, false),
        }
    }

    fn skip_lines_before_if(&mut self) {
        if self.token_is_keyword(self.peek_over_lines(0), "if") {
            self.skip_lines();
        }
    }

    /// The body of a resource or module.
    fn body(&mut self, telling: Telling, resources: bool) -> NodeId {
        self.recover(LINE, telling, |parser| {
            if parser.is_keyword("if") {
                parser.if_condition(resources, false)
            } else if parser.is(TokenKind::LeftBrace) {
                parser.object(resources)
            } else if parser.is(TokenKind::LeftBracket) {
                parser.for_expression(true, resources)
            } else {
                Err(parser.expected("`{`, `if` or `[for`"))
            }
        })
    }

    fn output(&mut self) -> StatementKind {
        self.next();
        let (name, telling) = self.name("the name of an output", NAME);
        let declared_type = self.recover(ASSIGNMENT, telling, |parser| parser.declared_type(true));
        let telling = self.telling_behind(declared_type);
        let telling = self.assignment(telling, LINE);
        StatementKind::Output {
            name,
            declared_type,
            value: self.value(telling),
        }
    }

    /// `import { a } from 'path'`; with a string behind it, an extension of older Bicep.
    fn import(&mut self) -> StatementKind {
        self.next();
        if matches!(
            self.kind(),
            TokenKind::StringComplete | TokenKind::StringLeft
        ) {
            self.extension()
        } else {
            self.import_symbols()
        }
    }

    fn import_symbols(&mut self) -> StatementKind {
        let begin = self.position;
        let what = if self.is(TokenKind::LeftBrace) {
            self.imported_names()
        } else if self.take(TokenKind::Asterisk) {
            if self.take_keyword("as") {
                Imported::Everything(self.name_or_missing("the name of a namespace"))
            } else {
                let expected = self.expected("`as` and the name of a namespace");
                self.skip(begin, LINE, Some(expected));
                Imported::Missing
            }
        } else {
            self.tell_missing("`{` and the names to import, or `* as` and a name");
            if !(self.at_end() || self.is(TokenKind::NewLine) || self.is(TokenKind::Identifier)) {
                self.next();
            }
            Imported::Missing
        };
        let telling = match what {
            Imported::Missing => Telling::Quietly,
            Imported::Names(_) | Imported::Everything(_) => Telling::Aloud,
        };
        let path = self.recover(LINE, telling, |parser| {
            if !parser.take_keyword("from") {
                return Err(parser.expected("`from` and the path of a file"));
            }
            parser.string_or("the path of a file in quotes")
        });
        StatementKind::Import { what, path }
    }

    fn imported_names(&mut self) -> Imported {
        let first = self.children.len();
        let mut names = Vec::new();
        self.next();
        self.skip_lines();
        while !self.at_end() && !self.is(TokenKind::RightBrace) && !self.given_up {
            if let Some(name) = self.imported_name() {
                names.push(name);
            }
            if self.take(TokenKind::Comma) {
                if self.is(TokenKind::NewLine) {
                    self.tell_missing("a name");
                    self.next();
                }
            } else if self.is(TokenKind::NewLine) {
                self.skip_lines();
            } else if !self.at_end() && !self.is(TokenKind::RightBrace) {
                self.tell_missing("a comma or the end of the line");
            }
        }
        self.children.truncate(first);
        if !self.take(TokenKind::RightBrace) {
            self.tell_missing("`}`");
            return Imported::Missing;
        }
        Imported::Names(names)
    }

    /// `name`, `name as alias`, `'name' as alias`.
    fn imported_name(&mut self) -> Option<ImportedName> {
        const BEHIND: Stops = Stops::at(&[TokenKind::Comma, TokenKind::NewLine]);
        let token = self.peek();
        let plain = token.kind == TokenKind::Identifier;
        let original = if plain {
            self.property_key(false)
        } else if token.kind == TokenKind::StringComplete {
            self.string().ok()?
        } else {
            self.tell_missing("the name of something that is exported");
            self.next();
            return None;
        };
        let name = if self.take_keyword("as") {
            self.name("a name", BEHIND).0
        } else if plain {
            Name {
                start: token.start,
                end: token.end,
            }
        } else {
            self.tell_missing("`as` and a name");
            return None;
        };
        Some(ImportedName { original, name })
    }

    /// What stands behind `extension`.
    fn extension(&mut self) -> StatementKind {
        let specification = if self.is(TokenKind::Identifier) {
            self.property_key(false)
        } else {
            self.recover(LINE, Telling::Aloud, |parser| {
                parser.string_or("the name of an extension")
            })
        };
        let mut telling = self.telling_behind(specification);
        let line_ends = |parser: &Self| parser.at_end() || parser.is(TokenKind::NewLine);
        let config = if line_ends(self) || self.is_keyword("as") {
            None
        } else {
            let config = self.recover(LINE, telling, Self::with_clause);
            telling = self.telling_behind(config);
            Some(config)
        };
        let at = self.start();
        let mut alias = Name { start: at, end: at };
        if !line_ends(self) {
            let begin = self.position;
            if self.take_keyword("as") {
                alias = self.name("the name of the extension here", LINE).0;
            } else {
                let expected = self.expected("`as`, `with` or the end of the line");
                self.skip(begin, LINE, (telling == Telling::Aloud).then_some(expected));
            }
        }
        StatementKind::Extension {
            specification,
            config,
            alias,
        }
    }

    /// `with { ... }`.
    fn with_clause(&mut self) -> Parsed {
        if !self.take_keyword("with") {
            return Err(self.expected("`with` and a configuration"));
        }
        Ok(self.recover(LINE, Telling::Aloud, |parser| parser.object(false)))
    }

    /// `using 'path'`, `using none`, perhaps with a configuration.
    fn using(&mut self) -> Parsed<StatementKind> {
        self.next();
        let what = "the path of a template in quotes, or `none`";
        let path = if self.is(TokenKind::Identifier) {
            if !self.take_keyword("none") {
                return Err(self.expected(what));
            }
            None
        } else if self.is(TokenKind::StringComplete) {
            Some(self.string_or(what)?)
        } else {
            return Err(self.expected(what));
        };
        if !(self.at_end() || self.is(TokenKind::NewLine)) {
            self.recover(LINE, Telling::Aloud, Self::with_clause);
        }
        Ok(StatementKind::Using(path))
    }

    /// Whether a resource is declared next, rather than a property of the name `resource`.
    pub(super) fn is_nested_resource(&self) -> bool {
        self.is(TokenKind::At)
            || self.is_keyword("resource") && self.peek_ahead(1).kind == TokenKind::Identifier
    }

    /// A resource declared in the body of another.
    pub(super) fn nested_resource(&mut self) -> NodeId {
        let (start, begin) = (self.start(), self.position);
        match self.deeper(|parser| parser.declaration(true)) {
            Ok(Some(statement)) => self.add(Syntax::Resource(statement), start, self.end()),
            Ok(None) => self.push(Syntax::Missing, start, self.end(), 0),
            Err(expected) => self.skip(begin, LINE, Some(expected)),
        }
    }
}
