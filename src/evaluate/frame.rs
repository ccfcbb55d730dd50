//! The loops and lambdas around an expression, and what they bind.

use crate::value::Value;
use std::rc::Rc;
use std::sync::Arc;

/// The loops and lambdas around an expression, innermost first.
pub type Frame = Option<Rc<FrameEntry>>;

/// A loop or lambda around an expression.
#[derive(Debug)]
pub struct FrameEntry {
    /// Which.
    pub binding: Binding,
    /// What is around it.
    pub around: Frame,
}

/// What a frame binds.
#[derive(Debug)]
pub enum Binding {
    /// A loop over a resource or output, which bare `copyIndex()` means.
    Resource {
        /// Its name, if it has one.
        name: Option<Arc<str>>,
        /// The position in the loop, 0-based.
        index: Value,
    },
    /// A loop over a property or variable, which has to be named.
    Property {
        /// Its name.
        name: Arc<str>,
        /// The position in the loop, 0-based.
        index: Value,
    },
    /// A lambda's variable.
    Variable {
        /// Its name.
        name: Arc<str>,
        /// Its value.
        value: Value,
    },
}

/// A frame with one more binding.
pub fn bind(binding: Binding, around: &Frame) -> Frame {
    Some(Rc::new(FrameEntry {
        binding,
        around: around.clone(),
    }))
}

/// The loops and lambdas of a frame, innermost first.
pub fn bindings(frame: &Frame) -> impl Iterator<Item = &Binding> {
    std::iter::successors(frame.as_deref(), |entry| entry.around.as_deref())
        .map(|entry| &entry.binding)
}

/// The variable of a loop or lambda of Bicep.
pub fn local(frame: &Frame, name: &str) -> Option<Value> {
    bindings(frame).find_map(|binding| match binding {
        Binding::Variable { name: other, value } if **other == *name => Some(value.clone()),
        Binding::Variable { .. } | Binding::Resource { .. } | Binding::Property { .. } => None,
    })
}
