//! What evaluation yields: values that know where they were written, and values nobody can know before deployment.
//!
//! A [`Value`] carries the span at which it was written and the places it went through since. What cannot be known is an
//! [`Unknown`] leaf with its *residual*, the expression that is left of it:
//!
//! ```text
//! "[concat('st', uniqueString(resourceGroup().id))]"
//!
//! Unknown, residual  Text [ "st", uniqueString( Text [ "/subscriptions/", subscription().subscriptionId,
//!                                                      "/resourceGroups/", resourceGroup().name ] ) ]
//! ```
//!
//! Text that is known in parts keeps its parts, so that `/` still divides a name or an id whose pieces are unknown. Two
//! unknowns with the same residual are equal; with different ones they are neither equal nor different.

mod bicep;
mod cause;
mod container;
mod identity;
mod text;
mod unknown;
mod written;

pub use cause::{Cause, causes_of};

use crate::source::Span;
use crate::syntax::node::{Node, NodeKind};
use identity::write_identity;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};
use written::write_expression;

/// The largest text, in bytes, that evaluation computes with.
pub const MAX_TEXT: usize = 1 << 20;
/// The largest value, in nodes, that evaluation computes with.
pub const MAX_SIZE: u32 = 1_000_000;
/// A text counts for one node more for each so many bytes.
const TEXT_OF_NODE: usize = 256;
/// How deep the values that evaluation computes with nest.
pub const MAX_DEPTH: u16 = 1_000;
/// So many places that a value went through are remembered, the first ones.
const MAX_TRACE: u8 = 64;
/// The largest residual, in nodes, that is kept; what grows beyond is opaque.
pub const MAX_RESIDUAL: u32 = 4_096;

/// A value, where it was written, and how it came here.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// Where it was written: the literal, or the expression that composed it.
    pub span: Span,
    /// The places it went through since, the last first.
    pub trace: Option<Arc<Trace>>,
    /// Whether it comes from a secure parameter or a secret: it is never printed.
    pub secure: bool,
    /// The parameters with a choice of values that it depends on, a bit each; those of its parts are the parts' own.
    pub choices: Choices,
}

/// A set of parameters of the root template that have a choice of values, such as a boolean or one with allowed values: a bit each.
pub type Choices = u64;

/// A place a value went through on its way.
#[derive(Debug)]
pub struct Trace {
    /// Where.
    pub span: Span,
    /// What happened there.
    pub step: Step,
    /// The places before.
    pub earlier: Option<Arc<Trace>>,
    /// How many places there are with this one.
    length: u8,
}

/// What a value did at a place of its trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A parameter was read.
    Parameter,
    /// A variable was read.
    Variable,
    /// It became the value of this parameter of a nested deployment.
    Passed(Arc<str>),
    /// It was given to this parameter by a parameter file or the command line.
    Given(Arc<str>),
    /// It was chosen by a condition that stands here.
    Chosen,
    /// It is one of the values that this parameter allows.
    Choice(Arc<str>),
    /// A deployment gave it out by this name.
    Output(Arc<str>),
    /// It was loaded from another file.
    Loaded,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum ValueKind {
    /// `null`, which for rules is the same as absent.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text that is known whole.
    String(Arc<str>),
    /// Elements.
    Array(Arc<Array>),
    /// Properties.
    Object(Arc<Object>),
    /// Not known before deployment.
    Unknown(Arc<Unknown>),
}

/// How many elements an array has beside those listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// None: these are all.
    Closed,
    /// There may be more, anywhere.
    Open,
    /// The one element listed stands for 0 to n of its kind: a loop of unknown length.
    Repeated,
}

/// The elements of an array.
#[derive(Debug)]
pub struct Array {
    elements: Vec<Value>,
    extent: Extent,
    /// Why it may have others, if that is known.
    because: Option<Arc<[Cause]>>,
    size: u32,
    choices: Choices,
    depth: u16,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name as written.
    pub key: Arc<str>,
    /// Where the name stands.
    pub key_span: Span,
    /// Its value.
    pub value: Value,
}

/// The properties of an object, in the order they were written; no two names are equal.
#[derive(Debug)]
pub struct Object {
    properties: Vec<Property>,
    open: bool,
    /// The unknown value that these are properties of, if it is one.
    whole: Option<Box<Value>>,
    /// Why it may have others, if that is known.
    because: Option<Arc<[Cause]>>,
    size: u32,
    choices: Choices,
    depth: u16,
    index: OnceLock<FxHashMap<String, u32>>,
}

/// A value not known before deployment.
#[derive(Debug)]
pub struct Unknown {
    /// What is left of the expression.
    pub residual: Residual,
    /// What the value is known to be, if that is known.
    pub shape: Shape,
    size: u32,
    depth: u16,
}

/// The type an unknown value will have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Anything.
    Any,
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// The expression left of something that cannot be computed yet.
#[derive(Debug)]
pub enum Residual {
    /// A call, in ARM's canonical spelling. `scope` tells apart calls that read alike but mean different things:
    /// `parameters('x')` of two templates, `resourceGroup()` of two resource groups.
    Call {
        /// Which of the things that read alike.
        scope: u32,
        /// The function.
        function: Arc<str>,
        /// Its arguments, some of which are unknown.
        arguments: Vec<Value>,
    },
    /// A property of an unknown object.
    Member(Value, Arc<str>),
    /// An element of an unknown array or a computed property.
    Index(Value, Value),
    /// Text, known in parts: strings and unknowns in turn, at least one of them unknown.
    Text(Vec<Value>),
    /// Something that grew too large, or that an error left undefined: equal only to itself. The text is what to print.
    Opaque(u64, Arc<str>),
}

impl Value {
    /// A value written at `span`.
    pub fn new(kind: ValueKind, span: Span) -> Value {
        Value {
            kind,
            span,
            trace: None,
            secure: false,
            choices: 0,
        }
    }

    /// `null`.
    pub fn null(span: Span) -> Value {
        Value::new(ValueKind::Null, span)
    }

    /// A text.
    pub fn string(text: impl Into<Arc<str>>, span: Span) -> Value {
        Value::new(ValueKind::String(text.into()), span)
    }

    /// A truth value.
    pub fn boolean(value: bool, span: Span) -> Value {
        Value::new(ValueKind::Boolean(value), span)
    }

    /// A whole number.
    pub fn integer(value: i64, span: Span) -> Value {
        Value::new(ValueKind::Integer(value), span)
    }

    /// A closed array.
    pub fn array(elements: Vec<Value>, span: Span) -> Value {
        Value::new(
            ValueKind::Array(Arc::new(Array::new(elements, Extent::Closed))),
            span,
        )
    }

    /// A closed object. Of properties whose names fold to the same text the last value counts, in the first's place.
    pub fn object(properties: Vec<Property>, span: Span) -> Value {
        Value::new(
            ValueKind::Object(Arc::new(Object::new(properties, false))),
            span,
        )
    }

    /// Something unknown.
    pub fn unknown(residual: Residual, shape: Shape, span: Span) -> Value {
        Value::new(
            ValueKind::Unknown(Arc::new(Unknown::new(residual, shape))),
            span,
        )
    }

    /// An unknown call.
    pub fn unknown_call(
        scope: u32,
        function: &str,
        arguments: Vec<Value>,
        shape: Shape,
        span: Span,
    ) -> Value {
        let secure = arguments.iter().any(|argument| argument.secure);
        let residual = Residual::Call {
            scope,
            function: function.into(),
            arguments,
        };
        Value {
            secure,
            ..Value::unknown(residual, shape, span)
        }
    }

    /// The same value, seen at another place: what was written stays where it was, the place is remembered.
    pub fn through(mut self, span: Span, step: Step) -> Value {
        let length = self.trace.as_ref().map_or(0, |trace| trace.length);
        if length < MAX_TRACE {
            self.trace = Some(Arc::new(Trace {
                span,
                step,
                earlier: self.trace.take(),
                length: length + 1,
            }));
        }
        self
    }

    /// The same value as if it were composed at `span`.
    pub fn at(mut self, span: Span) -> Value {
        self.span = span;
        self.trace = None;
        self
    }

    /// The choices that it or a part of it depends on.
    pub fn all_choices(&self) -> Choices {
        let of_parts = match &self.kind {
            ValueKind::Array(array) => array.choices,
            ValueKind::Object(object) => object.choices,
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Unknown(_) => 0,
        };
        self.choices | of_parts
    }

    /// The same value, of which these say why there may be more in it, if it is a container that may have more.
    pub fn opened_by(mut self, values: &[Value]) -> Value {
        let because = match &mut self.kind {
            ValueKind::Array(array) if array.extent != Extent::Closed => {
                Arc::get_mut(array).map(|array| &mut array.because)
            }
            ValueKind::Object(object) if object.open => {
                Arc::get_mut(object).map(|object| &mut object.because)
            }
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Array(_)
            | ValueKind::Object(_)
            | ValueKind::Unknown(_) => None,
        };
        if let Some(because) = because
            && because.is_none()
        {
            *because = Some(causes_of(values).into());
        }
        self
    }

    /// The same value, which depends on these choices, too.
    pub fn depending(mut self, choices: Choices) -> Value {
        self.choices |= choices;
        self
    }

    /// The places it went through since it was written, the first first.
    pub fn steps(&self) -> Vec<&Trace> {
        let mut steps = Vec::new();
        let mut next = self.trace.as_deref();
        while let Some(trace) = next {
            steps.push(trace);
            next = trace.earlier.as_deref();
        }
        steps.reverse();
        steps
    }

    /// Its text, if it is text that is known whole.
    pub fn as_str(&self) -> Option<&str> {
        if let ValueKind::String(text) = &self.kind {
            Some(text)
        } else {
            None
        }
    }

    /// Whether it is text or may turn out to be.
    pub fn is_text(&self) -> bool {
        matches!(self.kind, ValueKind::String(_) | ValueKind::Unknown(_))
    }

    /// Whether it is an array or an object.
    pub fn is_container(&self) -> bool {
        matches!(self.kind, ValueKind::Array(_) | ValueKind::Object(_))
    }

    /// Its truth value, if it is one that is known.
    pub fn as_bool(&self) -> Option<bool> {
        if let ValueKind::Boolean(value) = self.kind {
            Some(value)
        } else {
            None
        }
    }

    /// Its number, if it is a whole one that is known.
    pub fn as_integer(&self) -> Option<i64> {
        if let ValueKind::Integer(value) = self.kind {
            Some(value)
        } else {
            None
        }
    }

    /// Its elements, if it is an array.
    pub fn as_array(&self) -> Option<&Array> {
        if let ValueKind::Array(array) = &self.kind {
            Some(array)
        } else {
            None
        }
    }

    /// Its properties, if it is an object.
    pub fn as_object(&self) -> Option<&Object> {
        if let ValueKind::Object(object) = &self.kind {
            Some(object)
        } else {
            None
        }
    }

    /// What is unknown about it, if the whole is unknown.
    pub fn as_unknown(&self) -> Option<&Unknown> {
        if let ValueKind::Unknown(unknown) = &self.kind {
            Some(unknown)
        } else {
            None
        }
    }

    /// Whether the whole is unknown; an object of unknown properties is not.
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, ValueKind::Unknown(_))
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, ValueKind::Null)
    }

    /// Whether nothing inside it is unknown or open.
    pub fn is_known(&self) -> bool {
        match &self.kind {
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_) => true,
            ValueKind::Array(array) => {
                array.extent == Extent::Closed && array.elements.iter().all(Value::is_known)
            }
            ValueKind::Object(object) => {
                !object.open
                    && object
                        .properties
                        .iter()
                        .all(|property| property.value.is_known())
            }
            ValueKind::Unknown(_) => false,
        }
    }

    /// Number of nodes in it, at most [`MAX_SIZE`] plus a little; long texts count for several.
    pub fn size(&self) -> u32 {
        match &self.kind {
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_) => 1,
            ValueKind::String(text) => 1 + (text.len() / TEXT_OF_NODE) as u32,
            ValueKind::Array(array) => array.size,
            ValueKind::Object(object) => object.size,
            ValueKind::Unknown(unknown) => unknown.size,
        }
    }

    /// How deep the values inside it nest, at most [`MAX_DEPTH`] plus a little.
    pub fn depth(&self) -> u16 {
        match &self.kind {
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_) => 0,
            ValueKind::Array(array) => array.depth,
            ValueKind::Object(object) => object.depth,
            ValueKind::Unknown(unknown) => unknown.depth,
        }
    }

    /// What kind of value it is, in words for a message.
    pub fn kind_name(&self) -> &'static str {
        match &self.kind {
            ValueKind::Null => "null",
            ValueKind::Boolean(_) => "a boolean",
            ValueKind::Integer(_) => "an integer",
            ValueKind::Float(_) => "a number",
            ValueKind::String(_) => "a string",
            ValueKind::Array(_) => "an array",
            ValueKind::Object(_) => "an object",
            ValueKind::Unknown(_) => "unknown",
        }
    }

    /// Whether it equals `other` as `equals()` of ARM sees it: deep, strings by case, names of properties folded.
    /// `None` when that depends on something unknown.
    pub fn equals(&self, other: &Value) -> Option<bool> {
        match (&self.kind, &other.kind) {
            (ValueKind::Unknown(left), ValueKind::Unknown(right)) => {
                if Arc::ptr_eq(left, right) || left.residual == right.residual {
                    Some(true)
                } else {
                    None
                }
            }
            (ValueKind::Unknown(_), _) | (_, ValueKind::Unknown(_)) => None,
            (ValueKind::Null, ValueKind::Null) => Some(true),
            (ValueKind::Boolean(left), ValueKind::Boolean(right)) => Some(left == right),
            (ValueKind::Integer(left), ValueKind::Integer(right)) => Some(left == right),
            (ValueKind::Float(left), ValueKind::Float(right)) => Some(left == right),
            (ValueKind::Integer(left), ValueKind::Float(right)) => Some(*left as f64 == *right),
            (ValueKind::Float(left), ValueKind::Integer(right)) => Some(*left == *right as f64),
            (ValueKind::String(left), ValueKind::String(right)) => Some(left == right),
            (ValueKind::Array(left), ValueKind::Array(right)) => left.equals(right),
            (ValueKind::Object(left), ValueKind::Object(right)) => left.equals(right),
            (
                ValueKind::Null
                | ValueKind::Boolean(_)
                | ValueKind::Integer(_)
                | ValueKind::Float(_)
                | ValueKind::String(_)
                | ValueKind::Array(_)
                | ValueKind::Object(_),
                _,
            ) => Some(false),
        }
    }

    /// Condition and branches of what `if` left open.
    pub fn branches(&self) -> Option<(&Value, &Value, &Value)> {
        let Residual::Call {
            function,
            arguments,
            ..
        } = &self.as_unknown()?.residual
        else {
            return None;
        };
        match arguments.as_slice() {
            [condition, then, otherwise] if &**function == "if" => {
                Some((condition, then, otherwise))
            }
            _ => None,
        }
    }

    /// A text by which two values that name the same thing are equal: known text folded, `toLower` and `toUpper`
    /// dropped, unknown parts by their residual and scope.
    pub fn identity(&self) -> String {
        let mut identity = String::new();
        self.add_identity(&mut identity);
        identity
    }

    /// Adds its [`Value::identity`] to a text.
    pub fn add_identity(&self, text: &mut String) {
        write_identity(self, text);
    }

    /// The value as an ARM expression or literal, the way a message prints it: known text bare, an unknown as
    /// `[expression]`, a secure one as `***`.
    pub fn display(&self) -> String {
        if self.secure {
            return "***".to_owned();
        }
        match &self.kind {
            ValueKind::String(text) => text.to_string(),
            ValueKind::Unknown(_) => format!("[{}]", self.expression()),
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::Array(_)
            | ValueKind::Object(_) => self.expression(),
        }
    }

    /// The same for a message about a file that may be written in Bicep: there an unknown is `${expression}`, in text that is known
    /// in parts only what is unknown of it.
    pub fn words(&self) -> String {
        let compound = self.is_unknown() || self.as_object().is_some();
        if self.secure || !compound || !self.span.file.is_bicep() {
            return self.display();
        }
        let mut words = String::new();
        match self.is_unknown() {
            true => bicep::write_holes(self, &mut words),
            false => bicep::write(self, &mut words),
        }
        words
    }

    /// The value as it would stand inside an ARM expression: `'text'`, `createArray(1, 2)`, `parameters('x')`.
    pub fn expression(&self) -> String {
        let mut expression = String::new();
        write_expression(self, &mut expression);
        expression
    }
}
/// The value of a JSON node. `place` says where a value stands that is written at a span, `text` what a string is.
pub fn from_node(
    node: Node<'_>,
    place: &dyn Fn(Span) -> Span,
    text: &dyn Fn(&str, Span) -> Value,
) -> Value {
    let span = place(node.span());
    let kind = match node.kind() {
        NodeKind::Object => {
            let properties = node.members().map(|(key, value)| Property {
                key: key.as_str().unwrap_or_default().into(),
                key_span: place(key.span()),
                value: from_node(value, place, text),
            });
            return Value::object(properties.collect(), span);
        }
        NodeKind::Array => {
            let elements = node.elements();
            let elements = elements.map(|element| from_node(element, place, text));
            return Value::array(elements.collect(), span);
        }
        NodeKind::PlainString | NodeKind::DecodedString => {
            return text(node.as_str().unwrap_or_default(), span);
        }
        NodeKind::Number => match (node.raw().parse(), node.raw().parse()) {
            (Ok(number), _) => ValueKind::Integer(number),
            (Err(_), Ok(number)) => ValueKind::Float(number),
            (Err(_), Err(_)) => ValueKind::Null,
        },
        NodeKind::True => ValueKind::Boolean(true),
        NodeKind::False => ValueKind::Boolean(false),
        NodeKind::Null | NodeKind::Missing => ValueKind::Null,
    };
    Value::new(kind, span)
}
