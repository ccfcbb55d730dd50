//! The tree of a data file, JSON or YAML: nodes in one flat vector, in the order of the text.
//!
//! A node is 16 bytes and holds its span; text is decoded when asked for. A member of an object is two neighbours, its
//! key and its value:
//!
//! ```text
//! { "sku": { "name": "x" } }      0 Object  1 "sku"  2 Object  3 "name"  4 "x"
//!                                 `after` of node 2 is 5: where to go on when its insides do not matter
//! ```

use crate::source::{FileId, SourceFile, Span};
use std::sync::Arc;

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeKind {
    /// Keys and values.
    Object,
    /// Elements.
    Array,
    /// Text whose value is the slice between its quotes (YAML: the whole slice).
    PlainString,
    /// Text that has to be decoded: escapes, or YAML's folding. The decoded text is kept beside the tree.
    DecodedString,
    /// A number, as written.
    Number,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `null`.
    Null,
    /// Something that is no value, such as `"a": }`; a diagnostic tells.
    Missing,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: NodeKind,
    start: u32,
    end: u32,
    /// Index of the first node after this one's subtree.
    after: u32,
}

/// A parsed data file.
#[derive(Clone, Debug)]
pub struct Document {
    file: FileId,
    source: Arc<SourceFile>,
    entries: Vec<Entry>,
    /// Decoded texts by node index, ascending.
    decoded: Vec<(u32, Box<str>)>,
    /// Bytes a plain string's quotes take at either end.
    quotes: u32,
}

impl Document {
    /// The root value. Every document has one; that of an empty file is [`NodeKind::Missing`].
    pub fn root(&self) -> Node<'_> {
        Node {
            document: self,
            index: 0,
        }
    }

    /// The node with this index, as [`Node::index`] gave it.
    pub fn node(&self, index: u32) -> Node<'_> {
        Node {
            document: self,
            index,
        }
    }

    /// The file the document was parsed from.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The text it was parsed from.
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// How many nodes there are, keys included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Never: there is always a root.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// A place in a [`Document`]; as cheap to copy as a reference.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    document: &'a Document,
    index: u32,
}

impl<'a> Node<'a> {
    fn entry(self) -> &'a Entry {
        &self.document.entries[self.index as usize]
    }

    /// Its index in the document, stable as long as the document lives.
    pub fn index(self) -> u32 {
        self.index
    }

    /// The document it is part of.
    pub fn document(self) -> &'a Document {
        self.document
    }

    /// What it is.
    pub fn kind(self) -> NodeKind {
        self.entry().kind
    }

    /// Where it stands, quotes and brackets included.
    pub fn span(self) -> Span {
        let entry = self.entry();
        Span::new(self.document.file, entry.start, entry.end)
    }

    /// The text as written, quotes included.
    pub fn raw(self) -> &'a str {
        self.document.source.slice(self.span())
    }

    /// Its decoded text, if it is a string.
    pub fn as_str(self) -> Option<&'a str> {
        let entry = self.entry();
        match entry.kind {
            NodeKind::PlainString => {
                let quotes = self.document.quotes;
                let text = self.document.source.text();
                Some(&text[(entry.start + quotes) as usize..(entry.end - quotes) as usize])
            }
            NodeKind::DecodedString => {
                let decoded = &self.document.decoded;
                let at = decoded
                    .binary_search_by_key(&self.index, |(index, _)| *index)
                    .ok()?;
                Some(&decoded[at].1)
            }
            NodeKind::Object
            | NodeKind::Array
            | NodeKind::Number
            | NodeKind::True
            | NodeKind::False
            | NodeKind::Null
            | NodeKind::Missing => None,
        }
    }

    /// Its truth value, if it is one.
    pub fn as_bool(self) -> Option<bool> {
        match self.kind() {
            NodeKind::True => Some(true),
            NodeKind::False => Some(false),
            NodeKind::Object
            | NodeKind::Array
            | NodeKind::PlainString
            | NodeKind::DecodedString
            | NodeKind::Number
            | NodeKind::Null
            | NodeKind::Missing => None,
        }
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.kind() == NodeKind::Object
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        self.kind() == NodeKind::Array
    }

    /// Whether it is a string of either kind.
    pub fn is_string(self) -> bool {
        matches!(self.kind(), NodeKind::PlainString | NodeKind::DecodedString)
    }

    /// The elements of an array; of anything else, none.
    pub fn elements(self) -> Elements<'a> {
        let end = if self.is_array() {
            self.entry().after
        } else {
            self.index + 1
        };
        Elements {
            document: self.document,
            next: self.index + 1,
            end,
        }
    }

    /// The keys and values of an object in the order of the text, duplicates included; of anything else, none.
    pub fn members(self) -> Members<'a> {
        let end = if self.is_object() {
            self.entry().after
        } else {
            self.index + 1
        };
        Members(Elements {
            document: self.document,
            next: self.index + 1,
            end,
        })
    }

    /// Whether it is this text, case folded.
    pub fn is_called(self, name: &str) -> bool {
        let entry = self.entry();
        let length = (entry.end - entry.start) as usize;
        let quotes = 2 * self.document.quotes as usize;
        // Most names of an object have another length.
        (entry.kind != NodeKind::PlainString || length == name.len() + quotes)
            && self
                .as_str()
                .is_some_and(|text| text.eq_ignore_ascii_case(name))
    }

    /// Key and value of a property. Names of ARM fold case (ASCII); of duplicates the last counts.
    pub fn member(self, name: &str) -> Option<(Node<'a>, Node<'a>)> {
        self.members().filter(|(key, _)| key.is_called(name)).last()
    }

    /// The value of a property, as [`Node::member`] finds it.
    pub fn get(self, name: &str) -> Option<Node<'a>> {
        self.member(name).map(|(_, value)| value)
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?} {:?}", self.kind(), self.raw())
    }
}

/// Walks the elements of an array.
#[derive(Clone)]
pub struct Elements<'a> {
    document: &'a Document,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        if self.next >= self.end {
            return None;
        }
        let node = Node {
            document: self.document,
            index: self.next,
        };
        self.next = node.entry().after;
        Some(node)
    }
}

/// Walks the members of an object.
#[derive(Clone)]
pub struct Members<'a>(Elements<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (Node<'a>, Node<'a>);

    fn next(&mut self) -> Option<(Node<'a>, Node<'a>)> {
        Some((self.0.next()?, self.0.next()?))
    }
}

/// Puts a [`Document`] together, node by node in the order of the text.
///
/// The caller keeps the shape: every key is followed by its value, and every `open` has its `close`.
#[derive(Debug)]
pub struct Builder {
    document: Document,
}

impl Builder {
    /// An empty document over `source`. `quotes` is the number of bytes at either end of a plain string that are not
    /// its text.
    pub fn new(file: FileId, source: Arc<SourceFile>, quotes: u32) -> Builder {
        let entries = Vec::with_capacity(source.text().len() / 12);
        Builder {
            document: Document {
                file,
                source,
                entries,
                decoded: Vec::new(),
                quotes,
            },
        }
    }

    /// Adds a node without insides.
    pub fn leaf(&mut self, kind: NodeKind, start: u32, end: u32) -> u32 {
        let index = self.document.entries.len() as u32;
        self.document.entries.push(Entry {
            kind,
            start,
            end,
            after: index + 1,
        });
        index
    }

    /// Adds a string whose text differs from what is written.
    pub fn decoded(&mut self, text: String, start: u32, end: u32) -> u32 {
        let index = self.leaf(NodeKind::DecodedString, start, end);
        self.document.decoded.push((index, text.into_boxed_str()));
        index
    }

    /// Opens an object or array at `start`; what is added until it is closed is inside.
    pub fn open(&mut self, kind: NodeKind, start: u32) -> u32 {
        self.leaf(kind, start, start)
    }

    /// Closes what [`Builder::open`] gave this index; `end` is the first byte after it.
    pub fn close(&mut self, index: u32, end: u32) {
        let after = self.document.entries.len() as u32;
        let entry = &mut self.document.entries[index as usize];
        entry.end = end;
        entry.after = after;
    }

    /// Where the last node added ends.
    pub fn last_end(&self) -> u32 {
        self.document.entries.last().map_or(0, |entry| entry.end)
    }

    /// The document; an empty one gets a missing root.
    pub fn finish(mut self) -> Document {
        if self.document.entries.is_empty() {
            self.leaf(NodeKind::Missing, 0, 0);
        }
        self.document
    }
}
