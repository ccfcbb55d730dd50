//! The one tree into which both languages parse what they compute: literals, objects, calls, references.
//!
//! Nodes live in one flat vector per file, [`Expressions`]; a node names another by its [`ExpressionId`]. A compiled
//! template repeats each expression several times, so an expression's text is parsed once: its nodes carry spans relative
//! to the text, and [`ExpressionKind::Shared`] says where a use of it stands.

use crate::source::{FileId, SourceFile, Span};
use std::sync::Arc;

/// A node of an [`Expressions`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ExpressionId(u32);

/// A text of an [`Expressions`]: a slice of the file, or of what had to be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text {
    start: u32,
    end: u32,
    pooled: bool,
}

/// Children of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct List {
    start: u32,
    length: u32,
}

/// What an expression is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpressionKind {
    /// `null`.
    Null,
    /// `true` or `false`, as a literal.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or an exponent, or too large for 64 bits, as written.
    Number(Text),
    /// A literal string.
    String(Text),
    /// Elements.
    Array(List),
    /// Keys and values in turn; a key is a string or an expression that makes one.
    Object(List),
    /// `concat('a', b)`; of a user-defined function the name holds its namespace, `contoso.uniqueName`.
    Call {
        /// The function's name as written.
        function: Text,
        /// Its arguments.
        arguments: List,
    },
    /// `parameters('name')`.
    Parameter(Text),
    /// `variables('name')`.
    Variable(Text),
    /// `base.name`.
    Member {
        /// The object.
        base: ExpressionId,
        /// The property's name.
        name: Text,
    },
    /// `base[index]`.
    Index {
        /// The array or object.
        base: ExpressionId,
        /// A position or a property's name.
        index: ExpressionId,
    },
    /// A loop that makes an array: `{ "name": "disks", "count": 3, "input": ... }` under `copy`.
    Copy {
        /// The name `copyIndex('name')` knows it by; loops of outputs have none.
        name: Option<Text>,
        /// How many elements.
        count: ExpressionId,
        /// What each element is.
        input: ExpressionId,
    },
    /// Text with holes: strings and expressions in turn.
    Interpolation(List),
    /// A variable of a loop or lambda around it.
    Local(Text),
    /// A loop over the elements of an array, `[for item in list: body]`.
    For {
        /// Strings: the name of the item, and perhaps that of its position.
        variables: List,
        /// What it goes over.
        list: ExpressionId,
        /// What each element is.
        body: ExpressionId,
    },
    /// A resource or module of the template: its position among the declared ones.
    Symbol(u32),
    /// A call of a function that the template declares: its position among them.
    Apply {
        /// Which.
        function: u32,
        /// Its arguments.
        arguments: List,
    },
    /// A variable that another file exports: the position of the import, the name there.
    Imported {
        /// Which import.
        import: u32,
        /// The variable's name.
        name: Text,
    },
    /// A use of an expression whose spans are relative to its text.
    Shared {
        /// The root of the expression.
        expression: ExpressionId,
        /// Byte offset in the file at which the text begins.
        base: u32,
    },
    /// Something that could not be parsed; a diagnostic has told. It evaluates to Unknown.
    Missing,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: ExpressionKind,
    start: u32,
    end: u32,
}

/// The expressions of one file.
#[derive(Clone, Debug)]
pub struct Expressions {
    file: FileId,
    source: Arc<SourceFile>,
    entries: Vec<Entry>,
    children: Vec<ExpressionId>,
    pool: String,
}

impl Expressions {
    /// No expressions yet of this file.
    pub fn new(file: FileId, source: Arc<SourceFile>) -> Expressions {
        Expressions {
            file,
            source,
            entries: Vec::new(),
            children: Vec::new(),
            pool: String::new(),
        }
    }

    /// No expressions yet of this file, with room for so many nodes.
    pub fn with_capacity(file: FileId, source: Arc<SourceFile>, nodes: usize) -> Expressions {
        let (entries, children) = (Vec::with_capacity(nodes), Vec::with_capacity(nodes));
        Expressions {
            entries,
            children,
            ..Expressions::new(file, source)
        }
    }

    /// The file they are written in.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The text they are written in.
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// Adds a node. `start` and `end` are bytes of the file, or of the expression's text where it is shared.
    pub fn add(&mut self, kind: ExpressionKind, start: u32, end: u32) -> ExpressionId {
        self.entries.push(Entry { kind, start, end });
        ExpressionId(self.entries.len() as u32 - 1)
    }

    /// Keeps children in order.
    pub fn add_list(&mut self, children: &[ExpressionId]) -> List {
        let start = self.children.len() as u32;
        self.children.extend_from_slice(children);
        List {
            start,
            length: children.len() as u32,
        }
    }

    /// A text that stands in the file at these bytes, exactly as it is meant.
    pub fn text_in_file(&self, start: u32, end: u32) -> Text {
        Text {
            start,
            end,
            pooled: false,
        }
    }

    /// A text that does not stand in the file as it is meant: it had to be decoded.
    pub fn add_text(&mut self, text: &str) -> Text {
        let start = self.pool.len() as u32;
        self.pool.push_str(text);
        Text {
            start,
            end: self.pool.len() as u32,
            pooled: true,
        }
    }

    /// Moves the bytes of the nodes from `first` on to where `map` puts them.
    pub fn relocate(&mut self, first: usize, map: impl Fn(u32) -> u32) {
        for entry in &mut self.entries[first..] {
            entry.start = map(entry.start);
            entry.end = map(entry.end);
        }
    }

    /// What the node is.
    pub fn kind(&self, id: ExpressionId) -> ExpressionKind {
        self.entries[id.0 as usize].kind
    }

    /// Its bytes as they were given to [`Expressions::add`].
    pub fn offsets(&self, id: ExpressionId) -> (u32, u32) {
        let entry = &self.entries[id.0 as usize];
        (entry.start, entry.end)
    }

    /// Where it stands, given where the text of the shared expression begins around it (0 outside of one).
    pub fn span(&self, id: ExpressionId, base: u32) -> Span {
        let entry = &self.entries[id.0 as usize];
        Span::new(self.file, base + entry.start, base + entry.end)
    }

    /// The children of a list.
    pub fn list(&self, list: List) -> &[ExpressionId] {
        &self.children[list.start as usize..(list.start + list.length) as usize]
    }

    /// The characters of a text.
    pub fn text(&self, text: Text) -> &str {
        let whole = if text.pooled {
            self.pool.as_str()
        } else {
            self.source.text()
        };
        &whole[text.start as usize..text.end as usize]
    }

    /// The text of a literal string, through a shared use if need be.
    pub fn literal(&self, id: ExpressionId) -> Option<&str> {
        match self.kind(id) {
            ExpressionKind::String(text) => Some(self.text(text)),
            ExpressionKind::Shared { expression, .. } => self.literal(expression),
            ExpressionKind::Null
            | ExpressionKind::Boolean(_)
            | ExpressionKind::Integer(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::Array(_)
            | ExpressionKind::Object(_)
            | ExpressionKind::Call { .. }
            | ExpressionKind::Parameter(_)
            | ExpressionKind::Variable(_)
            | ExpressionKind::Member { .. }
            | ExpressionKind::Index { .. }
            | ExpressionKind::Copy { .. }
            | ExpressionKind::Interpolation(_)
            | ExpressionKind::Local(_)
            | ExpressionKind::For { .. }
            | ExpressionKind::Symbol(_)
            | ExpressionKind::Apply { .. }
            | ExpressionKind::Imported { .. }
            | ExpressionKind::Missing => None,
        }
    }

    /// The value of a property whose key is a literal, names folded; of duplicates the last counts.
    pub fn property(&self, id: ExpressionId, name: &str) -> Option<ExpressionId> {
        let ExpressionKind::Object(list) = self.kind(id) else {
            return None;
        };
        let pairs = self.list(list).chunks_exact(2).rev();
        pairs
            .filter(|pair| {
                self.literal(pair[0])
                    .is_some_and(|key| key.eq_ignore_ascii_case(name))
            })
            .map(|pair| pair[1])
            .next()
    }

    /// Every node, in the order in which they were added.
    pub fn ids(&self) -> impl Iterator<Item = ExpressionId> + use<> {
        (0..self.entries.len() as u32).map(ExpressionId)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
