//! The tree of a Bicep file: statements, and expressions and types in one flat vector.
//!
//! A node names another by its [`NodeId`]; names are places in the text. Types share the nodes of expressions where they are
//! written alike (`'a'`, `name`, `base.name`).

use super::lexer::Directive;
use crate::source::{FileId, SourceFile, Span};
use std::sync::Arc;

/// A node of a [`SyntaxTree`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(pub(super) u32);

/// Children of a node, in the order of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct List {
    pub(super) start: u32,
    pub(super) length: u32,
}

/// A name as it stands in the text, bytes `start..end`; empty where one is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Name {
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
}

/// The text a string means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Text {
    /// It stands in the file, at these bytes.
    InFile(u32, u32),
    /// It was decoded: the position among the decoded texts.
    Decoded(u32),
}

/// An operator between two expressions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOperator {
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
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
    /// `??`.
    Coalesce,
}

/// An operator before an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOperator {
    /// `!`.
    Not,
    /// `-`.
    Minus,
}

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// Something that could not be parsed; a diagnostic has told.
    Missing,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(u64),
    /// A string without holes.
    String(Text),
    /// A string with holes: strings and expressions in turn, a string at either end.
    Interpolation(List),
    /// `[a, b]`: elements and [`Syntax::Spread`]s; of a type, [`Syntax::TypeItem`]s.
    Array(List),
    /// `{ a: b }`: [`Syntax::Property`], [`Syntax::Spread`] and [`Syntax::Resource`]; of a type, [`Syntax::TypeProperty`] and
    /// [`Syntax::AdditionalProperties`].
    Object(List),
    /// `key: value`; the key is a string, with holes or without, or missing.
    Property {
        /// Its name.
        key: NodeId,
        /// Its value.
        value: NodeId,
    },
    /// `...value`.
    Spread(NodeId),
    /// A resource that is declared inside the body of another: the position of the statement.
    Resource(u32),
    /// `[for item in list: body]`; `items` are the item's name and perhaps the index's.
    For {
        /// [`Syntax::Local`]s.
        items: List,
        /// What it goes over.
        list: NodeId,
        /// What each element is.
        body: NodeId,
    },
    /// `if (condition) body`, of a resource or module.
    If {
        /// The condition.
        condition: NodeId,
        /// The body.
        body: NodeId,
    },
    /// `condition ? then : otherwise`.
    Ternary {
        /// The condition.
        condition: NodeId,
        /// Its value if that holds.
        then: NodeId,
        /// Its value if not.
        otherwise: NodeId,
    },
    /// `left operator right`.
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// What stands before it.
        left: NodeId,
        /// What stands behind it.
        right: NodeId,
    },
    /// `operator operand`.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// What stands behind it.
        operand: NodeId,
    },
    /// `(inner)`.
    Parenthesized(NodeId),
    /// `base.name` or `base.?name`.
    Member {
        /// The object.
        base: NodeId,
        /// The property's name.
        name: Name,
        /// Whether it is null where it is not there.
        safe: bool,
    },
    /// `base[index]`, `base[?index]`, `base[^index]`, `base[?^index]`.
    Index {
        /// The array or object.
        base: NodeId,
        /// A position or a property's name.
        index: NodeId,
        /// Whether it is null where it is not there.
        safe: bool,
        /// Whether it counts from the end, 1-based.
        from_end: bool,
    },
    /// `base::name`, a resource inside another.
    NestedResource {
        /// The resource around it.
        base: NodeId,
        /// Its symbol.
        name: Name,
    },
    /// `inner!`, which says that it is not null.
    NotNull(NodeId),
    /// `name(arguments)`; of a type, `name<arguments>`.
    Call {
        /// The function.
        function: Name,
        /// Its arguments.
        arguments: List,
    },
    /// `base.name(arguments)`; of a type, `base.name<arguments>`.
    MethodCall {
        /// A namespace or a resource.
        base: NodeId,
        /// The function.
        function: Name,
        /// Its arguments.
        arguments: List,
    },
    /// `name => body`, `(a, b) => body`.
    Lambda {
        /// [`Syntax::Local`]s.
        parameters: List,
        /// What it computes.
        body: NodeId,
    },
    /// The name of a loop's or lambda's variable where that is made.
    Local(Name),
    /// `name type`, a parameter of a function.
    TypedLocal {
        /// Its name.
        name: Name,
        /// Its type.
        declared_type: NodeId,
    },
    /// A name that is used.
    Identifier(Name),
    /// `item[]`.
    ArrayType(NodeId),
    /// `inner?`.
    NullableType(NodeId),
    /// `inner!`, of a type.
    NotNullableType(NodeId),
    /// `a | b`.
    Union(List),
    /// `key: type` with decorators.
    TypeProperty {
        /// Its name, a string.
        key: NodeId,
        /// Its type.
        value: NodeId,
        /// Its decorators.
        decorators: List,
    },
    /// `*: type` with decorators.
    AdditionalProperties {
        /// Their type.
        value: NodeId,
        /// Their decorators.
        decorators: List,
    },
    /// An element of a tuple type with its decorators.
    TypeItem {
        /// Its type.
        value: NodeId,
        /// Its decorators.
        decorators: List,
    },
    /// `base[*]` or `base.*`: the type of the elements, or of the properties that are not declared.
    AnyElement(NodeId),
    /// `resource 'type@version'`, or bare `resource` of an output.
    ResourceType(Option<NodeId>),
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What stands in lines with `@` before it.
    pub decorators: List,
    /// From its keyword to its end: bytes of the text.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
    /// What it says.
    pub kind: StatementKind,
}

/// What a statement says.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// `targetScope = value`.
    TargetScope(NodeId),
    /// `metadata name = value`.
    Metadata {
        /// Its name.
        name: Name,
        /// Its value.
        value: NodeId,
    },
    /// `param name type = default`.
    Parameter {
        /// Its name.
        name: Name,
        /// Its type.
        declared_type: NodeId,
        /// The value it has when none is given.
        default: Option<NodeId>,
    },
    /// `var name type = value`.
    Variable {
        /// Its name.
        name: Name,
        /// Its type, if it says one.
        declared_type: Option<NodeId>,
        /// Its value.
        value: NodeId,
    },
    /// `type name = value`.
    Type {
        /// Its name.
        name: Name,
        /// What it stands for.
        value: NodeId,
    },
    /// `func name(parameters) result => body`.
    Function {
        /// Its name.
        name: Name,
        /// [`Syntax::TypedLocal`]s.
        parameters: List,
        /// The type of what it computes.
        result: NodeId,
        /// What it computes.
        body: NodeId,
    },
    /// `resource name 'type@version' existing = body`.
    Resource {
        /// Its symbol.
        name: Name,
        /// A string.
        resource_type: NodeId,
        /// Whether it is there already.
        existing: bool,
        /// An object, [`Syntax::If`] or [`Syntax::For`].
        body: NodeId,
    },
    /// `module name 'path' = body`.
    Module {
        /// Its symbol.
        name: Name,
        /// A string.
        path: NodeId,
        /// An object, [`Syntax::If`] or [`Syntax::For`].
        body: NodeId,
    },
    /// `output name type = value`.
    Output {
        /// Its name.
        name: Name,
        /// Its type.
        declared_type: NodeId,
        /// Its value.
        value: NodeId,
    },
    /// `assert name = value`.
    Assert {
        /// Its name.
        name: Name,
        /// The condition.
        value: NodeId,
    },
    /// `test name 'path' = body`.
    Test {
        /// Its name.
        name: Name,
    },
    /// `import { a, b as c } from 'path'` or `import * as name from 'path'`.
    Import {
        /// What is imported.
        what: Imported,
        /// A string.
        path: NodeId,
    },
    /// `extension name with config as alias`.
    Extension {
        /// A string, or a name.
        specification: NodeId,
        /// Its configuration.
        config: Option<NodeId>,
        /// The name it is known by, empty if it has none.
        alias: Name,
    },
    /// `using 'path'`; `using none` has no path.
    Using(Option<NodeId>),
    /// `extends 'path'`.
    Extends(NodeId),
    /// `param name = value` of a parameter file.
    Assignment {
        /// The parameter.
        name: Name,
        /// Its value.
        value: NodeId,
    },
    /// `extensionConfig alias with config`.
    ExtensionConfig,
    /// Decorators without a declaration behind them; a diagnostic has told.
    Missing,
}

/// What an import imports.
#[derive(Clone, Debug)]
pub enum Imported {
    /// `{ name as alias, 'name' as alias }`.
    Names(Vec<ImportedName>),
    /// `* as name`.
    Everything(Name),
    /// A diagnostic has told.
    Missing,
}

/// A name that is imported.
#[derive(Clone, Copy, Debug)]
pub struct ImportedName {
    /// Its name where it is declared: a string.
    pub original: NodeId,
    /// Its name here.
    pub name: Name,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub syntax: Syntax,
    pub start: u32,
    pub end: u32,
}

/// A parsed Bicep file.
#[derive(Clone, Debug)]
pub struct SyntaxTree {
    pub(super) file: FileId,
    pub(super) source: Arc<SourceFile>,
    pub(super) nodes: Vec<Entry>,
    pub(super) children: Vec<NodeId>,
    pub(super) decoded: Vec<Box<str>>,
    pub(super) statements: Vec<Statement>,
    pub(super) top_level: Vec<u32>,
    pub(super) directives: Vec<Directive>,
}

impl SyntaxTree {
    /// The file it was parsed from.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The text it was parsed from.
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// The statements of the file, in the order of the text, without those inside others.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.top_level
            .iter()
            .map(|position| self.statement(*position))
    }

    /// The statement at a position, as [`Syntax::Resource`] gives it.
    pub fn statement(&self, position: u32) -> &Statement {
        &self.statements[position as usize]
    }

    /// The statement at a position, if there are so many, those inside others included.
    pub fn get_statement(&self, position: u32) -> Option<&Statement> {
        self.statements.get(position as usize)
    }

    /// The pragmas, in the order of the text.
    pub fn directives(&self) -> &[Directive] {
        &self.directives
    }

    /// What a node is.
    pub fn syntax(&self, id: NodeId) -> Syntax {
        self.nodes[id.0 as usize].syntax
    }

    /// Where a node stands.
    pub fn span(&self, id: NodeId) -> Span {
        let entry = &self.nodes[id.0 as usize];
        Span::new(self.file, entry.start, entry.end)
    }

    /// Children of a node.
    pub fn list(&self, list: List) -> &[NodeId] {
        &self.children[list.start as usize..(list.start + list.length) as usize]
    }

    /// The characters of a name.
    pub fn name(&self, name: Name) -> &str {
        &self.source.text()[name.start as usize..name.end as usize]
    }

    /// Where a name stands.
    pub fn name_span(&self, name: Name) -> Span {
        Span::new(self.file, name.start, name.end)
    }

    /// The text that a string means.
    pub fn text(&self, text: Text) -> &str {
        match text {
            Text::InFile(start, end) => &self.source.text()[start as usize..end as usize],
            Text::Decoded(position) => &self.decoded[position as usize],
        }
    }

    /// The text of a string without holes.
    pub fn string(&self, id: NodeId) -> Option<&str> {
        if let Syntax::String(text) = self.syntax(id) {
            Some(self.text(text))
        } else {
            None
        }
    }

    /// Every node, in the order in which they were added.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl Name {
    /// Whether it is missing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}
