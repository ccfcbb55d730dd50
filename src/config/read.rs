//! From the tree of a configuration file to its types. Each mistake is told where it stands, and what is sound beside it is read.

use crate::diagnostic::{Diagnostic, Kind};
use crate::similar::most_similar;
use crate::source::Span;
use crate::syntax::node::{Node, NodeKind};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use std::borrow::Cow;
use std::cell::RefCell;

/// Something that may stand in a configuration file.
pub trait Read: Sized {
    /// Reads a node; `None`, and a mistake, if it is something else.
    fn read(node: Node<'_>, mistakes: &Mistakes) -> Option<Self>;
}

/// The mistakes of a file.
#[derive(Debug, Default)]
pub struct Mistakes(RefCell<Vec<Diagnostic>>);

impl Mistakes {
    /// Tells a mistake.
    pub fn say(&self, span: Span, message: impl Into<String>) {
        self.0
            .borrow_mut()
            .push(Diagnostic::new(Kind::CONFIGURATION, span, message));
    }

    /// Tells a mistake with what to do.
    pub fn say_with(&self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let diagnostic = Diagnostic::new(Kind::CONFIGURATION, span, message);
        self.0.borrow_mut().push(diagnostic.with_help(help));
    }

    /// Tells that a word is none of those that may stand there, and which is meant.
    pub fn unknown<'a>(
        &self,
        span: Span,
        message: String,
        word: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) {
        match most_similar(word, known.clone()) {
            Some(similar) => self.say_with(span, message, format!("did you mean `{similar}`?")),
            None => {
                let known: Vec<String> = known.map(|word| format!("`{word}`")).collect();
                self.say_with(span, message, format!("known are {}", known.join(", ")));
            }
        }
    }

    /// All of them, in the order of the text.
    pub fn finish(self) -> Vec<Diagnostic> {
        let mut all = self.0.into_inner();
        all.sort_by_key(|one| one.primary.span);
        all
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T: Read> Read for Placed<T> {
    fn read(node: Node<'_>, mistakes: &Mistakes) -> Option<Self> {
        let span = node.span();
        T::read(node, mistakes).map(|value| Placed { value, span })
    }
}

impl<T: JsonSchema> JsonSchema for Placed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl Read for String {
    fn read(node: Node<'_>, mistakes: &Mistakes) -> Option<Self> {
        let text = node.as_str();
        if text.is_none() {
            mistakes.say(node.span(), "a text is expected here");
        }
        text.map(str::to_owned)
    }
}

impl Read for bool {
    fn read(node: Node<'_>, mistakes: &Mistakes) -> Option<Self> {
        let value = node.as_bool();
        if value.is_none() {
            mistakes.say(node.span(), "`true` or `false` is expected here");
        }
        value
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(node: Node<'_>, mistakes: &Mistakes) -> Option<Self> {
        if !node.is_array() {
            mistakes.say(node.span(), "a list is expected here");
            return None;
        }
        let elements = node.elements();
        Some(
            elements
                .filter_map(|element| T::read(element, mistakes))
                .collect(),
        )
    }
}

/// Values by names that the user chooses, in the order of the text.
#[derive(Clone, Debug)]
pub struct Map<T>(pub Vec<(Placed<String>, T)>);

impl<T> Default for Map<T> {
    fn default() -> Self {
        Map(Vec::new())
    }
}

impl<T: Read> Read for Map<T> {
    fn read(node: Node<'_>, mistakes: &Mistakes) -> Option<Self> {
        if !node.is_object() {
            mistakes.say(node.span(), "a table is expected here");
            return None;
        }
        let member = |(key, value)| Some((Placed::read(key, mistakes)?, T::read(value, mistakes)?));
        Some(Map(node.members().filter_map(member).collect()))
    }
}

impl<T: JsonSchema> JsonSchema for Map<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let values = generator.subschema_for::<T>();
        schemars::json_schema!({ "type": "object", "additionalProperties": values })
    }
}

/// The whole number in a node: digits may be parted by `_`, as TOML has it.
pub fn integer(node: Node<'_>) -> Option<i64> {
    let digits = (node.kind() == NodeKind::Number).then(|| node.raw().replace('_', ""))?;
    digits.parse().ok()
}

/// Declares a table of the configuration: a type whose fields are its keys, with what reads and what describes it.
macro_rules! table {
    ($(#[$about:meta])* $name:ident { $($(#[$about_key:meta])* $field:ident: $kind:ty = $key:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub struct $name {
            $($(#[$about_key])* #[schemars(rename = $key)] pub $field: Option<$crate::config::read::Placed<$kind>>,)*
        }

        impl $name {
            /// The keys that it may have.
            pub const KEYS: &'static [&'static str] = &[$($key),*];
        }

        impl $crate::config::read::Read for $name {
            fn read(
                node: $crate::syntax::node::Node<'_>,
                mistakes: &$crate::config::read::Mistakes,
            ) -> Option<Self> {
                if !node.is_object() {
                    mistakes.say(node.span(), "a table is expected here");
                    return None;
                }
                let mut table = Self::default();
                for (key, value) in node.members() {
                    match key.as_str().unwrap_or_default() {
                        $($key => table.$field = $crate::config::read::Read::read(value, mistakes),)*
                        other => {
                            let message = format!("the key `{other}` is not known here");
                            mistakes.unknown(key.span(), message, other, Self::KEYS.iter().copied());
                        }
                    }
                }
                Some(table)
            }
        }
    };
}

/// Declares a choice of words, with what reads and what describes it.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $($(#[$about_word:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, schemars::JsonSchema)]
        pub enum $name {
            $($(#[$about_word])* #[schemars(rename = $word)] $variant,)*
        }

        impl $name {
            /// The words that may be written.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// The word that is written.
            pub fn word(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)*
                }
            }
        }

        impl $crate::config::read::Read for $name {
            fn read(
                node: $crate::syntax::node::Node<'_>,
                mistakes: &$crate::config::read::Mistakes,
            ) -> Option<Self> {
                match node.as_str() {
                    $(Some($word) => Some($name::$variant),)*
                    Some(other) => {
                        let message = format!("`{other}` is nothing that may stand here");
                        mistakes.unknown(node.span(), message, other, Self::WORDS.iter().copied());
                        None
                    }
                    None => {
                        let known: Vec<String> = Self::WORDS.iter().map(|word| format!("`{word}`")).collect();
                        mistakes.say(node.span(), format!("one of {} is expected here", known.join(", ")));
                        None
                    }
                }
            }
        }
    };
}

pub(crate) use {choice, table};
