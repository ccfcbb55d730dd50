//! Evaluating one expression: one function, one arm per kind of expression.

use super::functions::{self, Failure, FunctionContext, lambda};
use super::scope::{Scope, ScopeParts};
use super::symbol::SafeMember;
use super::{import, load, module, symbol};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::expression::{ExpressionId, ExpressionKind, List, Text};
use crate::template::{Each, FunctionBody};
use crate::value::{
    Array, Choices, Extent, MAX_DEPTH, MAX_RESIDUAL, MAX_SIZE, MAX_TEXT, Object, Property,
    Residual, Shape, Step, Unknown, Value, ValueKind,
};
use std::rc::Rc;
use std::sync::Arc;

/// The most instances a loop may have:
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-resources#copy-limits>.
pub const MAX_COPIES: i64 = 800;

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

/// The value of an expression. `base` is where the text of the shared expression around it begins, 0 outside of one.
pub fn evaluate(scope: &Rc<Scope>, frame: &Frame, id: ExpressionId, base: u32) -> Value {
    let evaluator = &scope.evaluator;
    let span = scope.templates.expressions.span(id, base);
    if !evaluator.step(span) {
        return evaluator.opaque("too many steps", span);
    }
    let value = evaluator.nested(span, || of_kind(scope, frame, id, base, span));
    match value {
        Some(value) => bounded(scope, value),
        None => evaluator.opaque("too many levels", span),
    }
}

fn of_kind(scope: &Rc<Scope>, frame: &Frame, id: ExpressionId, base: u32, span: Span) -> Value {
    let evaluator = &scope.evaluator;
    let expressions = &scope.templates.expressions;
    match expressions.kind(id) {
        ExpressionKind::Null => Value::null(span),
        ExpressionKind::Boolean(value) => Value::boolean(value, span),
        ExpressionKind::Integer(value) => Value::integer(value, span),
        ExpressionKind::Number(text) => number(expressions.text(text), span),
        ExpressionKind::String(text) => Value::string(expressions.text(text), span),
        ExpressionKind::Array(list) => {
            let elements = expressions.list(list).iter();
            let elements = elements.map(|id| evaluate(scope, frame, *id, base));
            match collected(elements) {
                Some(elements) => Value::array(elements, span),
                None => too_large(scope, span),
            }
        }
        ExpressionKind::Object(list) => object(scope, frame, list, base, span),
        ExpressionKind::Call {
            function,
            arguments,
        } => call(
            scope,
            frame,
            &Call {
                function,
                arguments,
                base,
                span,
            },
        ),
        ExpressionKind::Parameter(name) => scope.parameter(expressions.text(name), span),
        ExpressionKind::Variable(name) => scope.variable(expressions.text(name), span),
        ExpressionKind::Member { base: of, name } => {
            let name = expressions.text(name);
            symbol::member(scope, frame, of, name, span).unwrap_or_else(|| {
                let value = evaluate(scope, frame, of, base);
                member(scope, &value, name, span)
            })
        }
        ExpressionKind::Index { base: of, index } => {
            if let ExpressionKind::Symbol(_) = expressions.kind(of) {
                return symbol::value(scope, frame, id, span);
            }
            let value = evaluate(scope, frame, of, base);
            let index = evaluate(scope, frame, index, base);
            self::index(scope, &value, &index, span)
        }
        ExpressionKind::Copy { name, count, input } => copy(scope, frame, name, count, input, span),
        ExpressionKind::Interpolation(parts) => {
            let parts = expressions.list(parts).iter();
            let parts: Vec<_> = parts.map(|id| evaluate(scope, frame, *id, base)).collect();
            let context = FunctionContext {
                span,
                place: &scope.place,
            };
            let choices = all_choices(&parts);
            let value = match functions::interpolate(&context, &parts) {
                Ok(value) => made(scope, value),
                Err(failure) => failed(scope, failure, "concat", Shape::String, parts, span),
            };
            value.depending(choices)
        }
        ExpressionKind::Local(name) => {
            let name = expressions.text(name);
            local(frame, name).map_or_else(
                || evaluator.opaque(name, span),
                |value| value.through(span, Step::Variable),
            )
        }
        ExpressionKind::For {
            variables,
            list,
            body,
        } => for_each(scope, frame, (variables, list, body), span),
        ExpressionKind::Symbol(_) => symbol::value(scope, frame, id, span),
        ExpressionKind::Apply {
            function,
            arguments,
        } => {
            let arguments = expressions.list(arguments).iter();
            let arguments = arguments
                .map(|id| evaluate(scope, frame, *id, base))
                .collect();
            user_function(scope, function as usize, arguments, span)
        }
        ExpressionKind::Imported { import, name } => {
            import::variable(scope, import, expressions.text(name), span)
        }
        ExpressionKind::Shared { expression, base } => {
            let value = evaluate(scope, frame, expression, base);
            // A literal inside brackets stands where the string does: `"[true()]"`.
            if value.trace.is_none() && span.contains(value.span) {
                Value { span, ..value }
            } else {
                value
            }
        }
        ExpressionKind::Missing => evaluator.opaque(expression_text(scope, span), span),
    }
}

/// The values, unless they are larger together than a value may be.
fn collected(values: impl Iterator<Item = Value>) -> Option<Vec<Value>> {
    let mut size = 0_u32;
    let mut collected = Vec::with_capacity(values.size_hint().0);
    for value in values {
        size = size.saturating_add(value.size());
        if size > MAX_SIZE {
            return None;
        }
        collected.push(value);
    }
    Some(collected)
}

fn number(text: &str, span: Span) -> Value {
    match text.parse::<f64>() {
        Ok(number) => Value::new(ValueKind::Float(number), span),
        Err(_) => Value::string(text, span),
    }
}

fn object(scope: &Rc<Scope>, frame: &Frame, list: List, base: u32, span: Span) -> Value {
    let expressions = &scope.templates.expressions;
    let pairs = expressions.list(list).chunks_exact(2);
    let mut properties = Vec::with_capacity(pairs.len());
    let mut open = false;
    let mut choices = 0;
    let mut size = 0_u32;
    for pair in pairs {
        let key = evaluate(scope, frame, pair[0], base);
        choices |= key.choices;
        let value = evaluate(scope, frame, pair[1], base);
        size = size.saturating_add(value.size());
        if size > MAX_SIZE {
            return too_large(scope, span);
        }
        let key_span = expressions.span(pair[0], base);
        match &key.kind {
            ValueKind::String(text) => properties.push(Property {
                key: text.clone(),
                key_span,
                value,
            }),
            ValueKind::Unknown(_) => open = true,
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::Array(_)
            | ValueKind::Object(_) => {
                error(
                    scope,
                    key_span,
                    format!("the name of a property is {}", key.kind_name()),
                );
                open = true;
            }
        }
    }
    bounded(
        scope,
        Value::new(
            ValueKind::Object(Arc::new(Object::new(properties, open))),
            span,
        ),
    )
    .depending(choices)
}

/// A call as it is written.
struct Call {
    function: Text,
    arguments: List,
    base: u32,
    span: Span,
}

fn call(scope: &Rc<Scope>, frame: &Frame, call: &Call) -> Value {
    let expressions = &scope.templates.expressions;
    let name = expressions.text(call.function);
    let arguments = expressions.list(call.arguments);
    let argument = |position: usize| evaluate(scope, frame, arguments[position], call.base);
    match (special(name), arguments.len()) {
        (Some(Special::If), 3) => conditional(scope, frame, arguments, call),
        (Some(Special::And), 1..) => connective(scope, frame, arguments, call, "and", false),
        (Some(Special::Or), 1..) => connective(scope, frame, arguments, call, "or", true),
        (Some(Special::Coalesce), 1..) => coalesce(scope, frame, arguments, call),
        (Some(Special::CopyIndex), 0..=2) => {
            let arguments: Vec<_> = (0..arguments.len()).map(argument).collect();
            copy_index(scope, frame, &arguments, call.span)
        }
        (Some(Special::Parameters), 1) => {
            let named = argument(0);
            match named.as_str() {
                Some(name) => declared_parameter(scope, name, call.span),
                None => one_of_declared(scope, "parameters", named, call.span),
            }
        }
        (Some(Special::Variables), 1) => {
            let named = argument(0);
            match named.as_str() {
                Some(name) => declared_variable(scope, name, call.span),
                None => one_of_declared(scope, "variables", named, call.span),
            }
        }
        (Some(Special::LambdaVariables), 1) => {
            lambda_variable(scope, frame, &argument(0), call.span)
        }
        (Some(Special::NewEachTime), _) => {
            // Two calls of `newGuid()` differ, so each has a residual of its own.
            let function = functions::find(name).map_or(name, |function| function.name);
            let arguments = (0..arguments.len()).map(argument).collect();
            Value::unknown_call(
                scope.evaluator.new_scope(),
                function,
                arguments,
                Shape::String,
                call.span,
            )
        }
        (Some(Special::Reference), 1..) => {
            let arguments: Vec<_> = (0..arguments.len()).map(argument).collect();
            module::reference(scope, &arguments, call.span).unwrap_or_else(|| {
                let arguments = symbol::canonical(scope, arguments);
                apply(scope, name, arguments, call.span)
            })
        }
        (Some(Special::TryGet), 2..) => try_get(scope, frame, name, arguments, call),
        (Some(Special::List), 1..) => {
            let arguments = (0..arguments.len()).map(argument).collect();
            let arguments = symbol::canonical(scope, arguments);
            apply(scope, name, arguments, call.span)
        }
        (Some(Special::Secret), 1..) => {
            let arguments = (0..arguments.len()).map(argument).collect();
            let secret = Value::unknown_call(0, "getSecret", arguments, Shape::String, call.span);
            Value {
                secure: true,
                ..secret
            }
        }
        (Some(Special::Load(what)), 1..) => {
            let arguments: Vec<_> = (0..arguments.len()).map(argument).collect();
            load::load(scope, what, &arguments, call.span)
        }
        (Some(Special::SecureOutputs), 1..) => {
            let arguments: Vec<_> = (0..arguments.len()).map(argument).collect();
            module::secure_outputs(scope, &arguments, call.span)
                .unwrap_or_else(|| apply(scope, name, arguments, call.span))
        }
        (None, _) if name.contains('.') => {
            let arguments = (0..arguments.len()).map(argument).collect();
            user_call(scope, name, arguments, call.span)
        }
        (_, _) if lambda::is_lambda_function(name) && has_lambda(scope, arguments) => {
            lambda_call(scope, frame, name, arguments, call)
        }
        (_, _) => ordinary_call(scope, frame, name, arguments, call),
    }
}

/// Functions that do not evaluate all their arguments, or read the template.
enum Special {
    If,
    And,
    Or,
    Coalesce,
    CopyIndex,
    Parameters,
    Variables,
    LambdaVariables,
    NewEachTime,
    Reference,
    SecureOutputs,
    List,
    TryGet,
    Secret,
    Load(load::What),
}

fn special(name: &str) -> Option<Special> {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    match name.len() {
        2 if is("if") => Some(Special::If),
        2 if is("or") => Some(Special::Or),
        3 if is("and") => Some(Special::And),
        6 if is("tryGet") => Some(Special::TryGet),
        6 if is("utcNow") => Some(Special::NewEachTime),
        7 if is("newGuid") => Some(Special::NewEachTime),
        8 if is("coalesce") => Some(Special::Coalesce),
        9 if is("copyIndex") => Some(Special::CopyIndex),
        9 if is("getSecret") => Some(Special::Secret),
        9 if is("reference") => Some(Special::Reference),
        9 if is("variables") => Some(Special::Variables),
        10 if is("parameters") => Some(Special::Parameters),
        15 if is("lambdaVariables") => Some(Special::LambdaVariables),
        27 if is("listOutputsWithSecureValues") => Some(Special::SecureOutputs),
        _ if name
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("list")) =>
        {
            Some(Special::List)
        }
        _ => load::What::of(name).map(Special::Load),
    }
}

/// `parameters(...)` whose argument is computed, so that `check` could not look it up.
fn declared_parameter(scope: &Rc<Scope>, name: &str, span: Span) -> Value {
    if scope.names().declared().parameter(name).is_none() {
        undeclared(scope, "parameter", name, span);
    }
    scope.parameter(name, span)
}

fn declared_variable(scope: &Rc<Scope>, name: &str, span: Span) -> Value {
    if scope.names().declared().variable(name).is_none() {
        undeclared(scope, "variable", name, span);
    }
    scope.variable(name, span)
}

/// `parameters(...)` or `variables(...)` of a name nobody knows.
fn one_of_declared(scope: &Rc<Scope>, function: &str, name: Value, span: Span) -> Value {
    if !name.is_unknown() {
        let message = format!("`{function}` takes a string, not {}", name.kind_name());
        error(scope, span, message);
        return scope.evaluator.opaque(expression_text(scope, span), span);
    }
    let declared = scope.names().identity;
    Value::unknown_call(declared, function, vec![name], Shape::Any, span)
}

fn undeclared(scope: &Rc<Scope>, what: &str, name: &str, span: Span) {
    let message = format!("{what} `{name}` is not declared");
    scope
        .evaluator
        .report(Diagnostic::new(Kind::UNDECLARED_NAME, span, message));
}

fn expression_text(scope: &Rc<Scope>, span: Span) -> &str {
    scope.templates.expressions.source().slice(span)
}

/// `if(condition, then, else)`; the branch that is not taken is not evaluated.
fn conditional(scope: &Rc<Scope>, frame: &Frame, arguments: &[ExpressionId], call: &Call) -> Value {
    let condition = evaluate(scope, frame, arguments[0], call.base);
    let branch = |position: usize| evaluate(scope, frame, arguments[position], call.base);
    let condition_span = scope.templates.expressions.span(arguments[0], call.base);
    match truth(&condition) {
        Truth::Known(taken) => {
            let chosen = branch(if taken { 1 } else { 2 });
            // What chose is the value that was given, wherever that was written.
            let chosen = match condition.trace.is_some() && condition.span != condition_span {
                true => chosen.through(condition.span, Step::Chosen),
                false => chosen,
            };
            chosen
                .through(condition_span, Step::Chosen)
                .depending(condition.all_choices())
        }
        Truth::Unknown => {
            let (then, otherwise) = scope.evaluator.quietly(|| (branch(1), branch(2)));
            if then.equals(&otherwise) == Some(true) {
                return then;
            }
            let shape = if shape(&then) == shape(&otherwise) {
                shape(&then)
            } else {
                Shape::Any
            };
            bounded(
                scope,
                Value::unknown_call(0, "if", vec![condition, then, otherwise], shape, call.span),
            )
        }
        Truth::Wrong => {
            let message = format!("the condition of `if` is {}", condition.kind_name());
            error(scope, condition_span, message);
            scope
                .evaluator
                .opaque(expression_text(scope, call.span), call.span)
        }
    }
}

enum Truth {
    Known(bool),
    Unknown,
    Wrong,
}

/// The truth of a condition; Azure Resource Manager takes the words `true` and `false`, too.
fn truth(value: &Value) -> Truth {
    match &value.kind {
        ValueKind::Boolean(value) => Truth::Known(*value),
        ValueKind::String(text) if text.eq_ignore_ascii_case("true") => Truth::Known(true),
        ValueKind::String(text) if text.eq_ignore_ascii_case("false") => Truth::Known(false),
        ValueKind::Unknown(_) => Truth::Unknown,
        ValueKind::Null
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::String(_)
        | ValueKind::Array(_)
        | ValueKind::Object(_) => Truth::Wrong,
    }
}

/// What the value is, or will be.
fn shape(value: &Value) -> Shape {
    match &value.kind {
        ValueKind::Null | ValueKind::Float(_) => Shape::Any,
        ValueKind::Boolean(_) => Shape::Boolean,
        ValueKind::Integer(_) => Shape::Integer,
        ValueKind::String(_) => Shape::String,
        ValueKind::Array(_) => Shape::Array,
        ValueKind::Object(_) => Shape::Object,
        ValueKind::Unknown(unknown) => unknown.shape,
    }
}

/// `and(...)` and `or(...)`: the first argument that is `decisive` decides, and those behind it are not evaluated.
fn connective(
    scope: &Rc<Scope>,
    frame: &Frame,
    arguments: &[ExpressionId],
    call: &Call,
    name: &str,
    decisive: bool,
) -> Value {
    let mut open = Vec::new();
    let mut choices = 0;
    for (position, argument) in arguments.iter().enumerate() {
        let evaluate = || evaluate(scope, frame, *argument, call.base);
        // Behind an unknown one nobody knows whether this one is evaluated at all.
        let value = if open.is_empty() {
            evaluate()
        } else {
            scope.evaluator.quietly(evaluate)
        };
        choices |= value.all_choices();
        match truth(&value) {
            Truth::Known(value) if value == decisive => {
                return Value::boolean(decisive, call.span).depending(choices);
            }
            Truth::Known(_) => {}
            Truth::Unknown => open.push(value),
            Truth::Wrong => {
                let message = format!(
                    "argument {} of `{name}` is {}",
                    position + 1,
                    value.kind_name()
                );
                error(scope, call.span, message);
                open.push(
                    scope
                        .evaluator
                        .opaque(expression_text(scope, call.span), call.span),
                );
            }
        }
    }
    if open.is_empty() {
        return Value::boolean(!decisive, call.span).depending(choices);
    }
    bounded(
        scope,
        Value::unknown_call(0, name, open, Shape::Boolean, call.span),
    )
    .depending(choices)
}

/// `coalesce(...)`: the first argument that is not null; those behind it are not evaluated.
fn coalesce(scope: &Rc<Scope>, frame: &Frame, arguments: &[ExpressionId], call: &Call) -> Value {
    let mut open: Vec<Value> = Vec::new();
    let mut choices = 0;
    for argument in arguments {
        let evaluate = || evaluate(scope, frame, *argument, call.base);
        let value = if open.is_empty() {
            evaluate()
        } else {
            scope.evaluator.quietly(evaluate)
        };
        choices |= value.choices;
        if value.is_null() {
            continue;
        }
        let known = !value.as_unknown().is_some_and(may_be_null);
        if known && open.is_empty() {
            return value.depending(choices);
        }
        open.push(value);
        if known {
            break;
        }
    }
    let value = match open.len() {
        0 => Value::null(call.span),
        1 => open.remove(0),
        _ => {
            let first = shape(&open[0]);
            let shape = if open.iter().all(|value| shape(value) == first) {
                first
            } else {
                Shape::Any
            };
            bounded(
                scope,
                Value::unknown_call(0, "coalesce", open, shape, call.span),
            )
        }
    };
    value.depending(choices)
}

/// Whether an unknown value may turn out to be `null`: text never does, nor does a parameter that has to be given.
fn may_be_null(unknown: &Unknown) -> bool {
    match &unknown.residual {
        Residual::Text(_) => false,
        Residual::Call { function, .. } => {
            !matches!(&**function, "parameters" | "uniqueString" | "guid")
        }
        Residual::Member(..) | Residual::Index(..) | Residual::Opaque(..) => true,
    }
}

/// `copyIndex()`, `copyIndex(offset)`, `copyIndex('loop')`, `copyIndex('loop', offset)`.
fn copy_index(scope: &Rc<Scope>, frame: &Frame, arguments: &[Value], span: Span) -> Value {
    let (name, offset) = match arguments {
        [] => (None, None),
        [only] if only.as_integer().is_some() => (None, Some(only)),
        [name, rest @ ..] => (Some(name), rest.first()),
    };
    let wanted = match name {
        None => None,
        Some(name) => match name.as_str() {
            Some(name) => Some(name),
            None => {
                return unknown_or_error(
                    scope,
                    "copyIndex",
                    arguments,
                    span,
                    "the name of a loop is no text",
                );
            }
        },
    };
    let found = bindings(frame).find_map(|binding| match (binding, wanted) {
        (Binding::Resource { index, .. }, None) => Some(index),
        (
            Binding::Resource {
                name: Some(name),
                index,
            },
            Some(wanted),
        ) if name.eq_ignore_ascii_case(wanted) => Some(index),
        (Binding::Property { name, index }, Some(wanted)) if name.eq_ignore_ascii_case(wanted) => {
            Some(index)
        }
        (Binding::Resource { .. } | Binding::Property { .. } | Binding::Variable { .. }, _) => None,
    });
    let Some(index) = found else {
        let message = match wanted {
            Some(name) => format!("there is no loop `{name}` around `copyIndex`"),
            None => "there is no loop around `copyIndex`".to_owned(),
        };
        error(scope, span, message);
        return scope.evaluator.opaque(expression_text(scope, span), span);
    };
    let index = index.clone().at(span);
    let Some(offset) = offset else { return index };
    match (index.as_integer(), offset.as_integer()) {
        (Some(index), Some(offset)) => Value::integer(index.saturating_add(offset), span),
        _ => Value::unknown_call(0, "add", vec![index, offset.clone()], Shape::Integer, span),
    }
}

fn lambda_variable(scope: &Rc<Scope>, frame: &Frame, name: &Value, span: Span) -> Value {
    let wanted = name.as_str().unwrap_or_default();
    let found = bindings(frame).find_map(|binding| match binding {
        Binding::Variable { name, value } if name.eq_ignore_ascii_case(wanted) => {
            Some(value.clone())
        }
        Binding::Variable { .. } | Binding::Resource { .. } | Binding::Property { .. } => None,
    });
    found.unwrap_or_else(|| {
        error(
            scope,
            span,
            format!("there is no lambda variable `{wanted}` here"),
        );
        scope.evaluator.opaque(expression_text(scope, span), span)
    })
}

/// `tryGet(...)`: of a resource it asks for what that is known to be.
fn try_get(
    scope: &Rc<Scope>,
    frame: &Frame,
    name: &str,
    arguments: &[ExpressionId],
    call: &Call,
) -> Value {
    let (of, answered) = match symbol::safe_member(scope, frame, &arguments[..2], call.span) {
        Some(SafeMember::Value(value)) => (value, 2),
        Some(SafeMember::Of(whole)) => (whole, 1),
        None => return ordinary_call(scope, frame, name, arguments, call),
    };
    let keys = &arguments[answered..];
    if keys.is_empty() {
        return of;
    }
    let keys = keys
        .iter()
        .map(|key| evaluate(scope, frame, *key, call.base));
    let arguments = std::iter::once(of).chain(keys).collect();
    apply(scope, name, arguments, call.span)
}

fn ordinary_call(
    scope: &Rc<Scope>,
    frame: &Frame,
    name: &str,
    arguments: &[ExpressionId],
    call: &Call,
) -> Value {
    let arguments: Vec<_> = arguments
        .iter()
        .map(|id| evaluate(scope, frame, *id, call.base))
        .collect();
    apply(scope, name, arguments, call.span)
}

/// Applies a function of the language.
fn apply(scope: &Rc<Scope>, name: &str, arguments: Vec<Value>, span: Span) -> Value {
    let choices = all_choices(&arguments);
    applied(scope, name, arguments, span).depending(choices)
}

/// The choices that any of several values depends on.
fn all_choices(values: &[Value]) -> Choices {
    values
        .iter()
        .fold(0, |choices, value| choices | value.all_choices())
}

fn applied(scope: &Rc<Scope>, name: &str, arguments: Vec<Value>, span: Span) -> Value {
    let Some(function) = functions::find(name) else {
        return bounded(
            scope,
            Value::unknown_call(scope.identity, name, arguments, Shape::Any, span),
        );
    };
    if !(function.minimum..=function.maximum).contains(&arguments.len()) {
        return scope.evaluator.opaque(expression_text(scope, span), span);
    }
    let effort = functions::effort(function.name, &arguments);
    if !scope.evaluator.steps(effort, span) {
        return scope.evaluator.opaque("too many steps", span);
    }
    let context = FunctionContext {
        span,
        place: &scope.place,
    };
    match (function.apply)(&context, &arguments) {
        Ok(value) if functions::makes_nothing(function.name) => value,
        Ok(value) => made(scope, value),
        Err(failure) => {
            // `list` stands for every function whose name begins so.
            let name = if function.name == "list" {
                name
            } else {
                function.name
            };
            failed(scope, failure, name, function.shape, arguments, span)
        }
    }
}

/// Calls a user-defined function, `contoso.uniqueName(...)`.
fn user_call(scope: &Rc<Scope>, name: &str, arguments: Vec<Value>, span: Span) -> Value {
    match scope.declaring().declared().function(name) {
        Some(position) => user_function(scope, position, arguments, span),
        // `check` reports a namespace or function that is not declared.
        None => scope.evaluator.opaque(expression_text(scope, span), span),
    }
}

/// Calls the function at this position among those that the template, or the one around a function's body, declares: its value,
/// computed from its parameters, and in Bicep from the variables and the resources of the file that it stands in.
fn user_function(scope: &Rc<Scope>, position: usize, arguments: Vec<Value>, span: Span) -> Value {
    let declaring = scope.declaring();
    let Some(function) = declaring.declared().functions.get(position) else {
        return scope.evaluator.opaque(expression_text(scope, span), span);
    };
    let (declaring, body) = match &function.body {
        FunctionBody::Declared(template) => (declaring.clone(), *template),
        FunctionBody::Imported(import, name) => match import::function(&declaring, *import, name) {
            Some(found) => found,
            None => return scope.evaluator.opaque(expression_text(scope, span), span),
        },
    };
    let templates = declaring.templates.clone();
    let template = templates.get(body);
    let value = template.outputs.first().and_then(|output| output.value);
    let Some(value) = value else {
        return scope.evaluator.opaque(expression_text(scope, span), span);
    };
    let mut callers = std::iter::successors(Some(&**scope), |scope| scope.caller.as_deref())
        .take_while(|scope| scope.declared().function_of.is_some());
    let is_same =
        |other: &Scope| other.template == body && Arc::ptr_eq(&other.templates, &templates);
    if callers.any(is_same) {
        let message = format!("function `{}` calls itself", function.name);
        scope
            .evaluator
            .report(Diagnostic::new(Kind::CYCLE, function.name_span, message));
        return scope.evaluator.opaque(expression_text(scope, span), span);
    }
    let mut arguments: Vec<_> = arguments.into_iter().map(Some).collect();
    arguments.resize(template.parameters.len(), None);
    let called = Scope::new(ScopeParts {
        evaluator: scope.evaluator.clone(),
        templates: templates.clone(),
        template: body,
        place: scope.place.clone(),
        target: scope.target.clone(),
        outer: None,
        declaring: Some(declaring.clone()),
        caller: Some(scope.clone()),
        called_at: None,
        arguments,
    });
    evaluate(&Rc::new(called), &None, value, 0)
}

/// What is left of a call that gave no value.
fn failed(
    scope: &Rc<Scope>,
    failure: Failure,
    name: &str,
    shape: Shape,
    arguments: Vec<Value>,
    span: Span,
) -> Value {
    match failure {
        Failure::Unknown => {
            // A call that depends on nothing but its arguments means the same everywhere.
            let scope_of_call = if is_runtime(name) {
                scope.place.scope
            } else {
                0
            };
            bounded(
                scope,
                Value::unknown_call(scope_of_call, name, arguments, shape, span),
            )
        }
        Failure::Error(message) => {
            error(scope, span, message);
            scope.evaluator.opaque(expression_text(scope, span), span)
        }
        Failure::TooLarge => too_large(scope, span),
    }
}

/// Functions whose value depends on where they are called.
fn is_runtime(name: &str) -> bool {
    name.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("list"))
        || matches!(
            name,
            "reference" | "references" | "deployment" | "deployer" | "managementGroup" | "tenant"
        )
}

fn has_lambda(scope: &Rc<Scope>, arguments: &[ExpressionId]) -> bool {
    arguments
        .iter()
        .any(|argument| lambda_parts(scope, *argument).is_some())
}

/// Variables and body of `lambda('x', 'i', body)`.
fn lambda_parts(scope: &Rc<Scope>, id: ExpressionId) -> Option<(Vec<Arc<str>>, &ExpressionId)> {
    let expressions = &scope.templates.expressions;
    let ExpressionKind::Call {
        function,
        arguments,
    } = expressions.kind(id)
    else {
        return None;
    };
    if !expressions.text(function).eq_ignore_ascii_case("lambda") {
        return None;
    }
    let (body, variables) = expressions.list(arguments).split_last()?;
    let variables = variables
        .iter()
        .map(|id| expressions.literal(*id).map(Arc::from))
        .collect::<Option<_>>()?;
    Some((variables, body))
}

/// A lambda as a part of what is left of a call: two that read alike are the same in one template, unless the loops around them may
/// give them another meaning.
fn lambda_itself(scope: &Rc<Scope>, frame: &Frame, id: ExpressionId, base: u32) -> Value {
    let expressions = &scope.templates.expressions;
    let span = expressions.span(id, base);
    let text = expressions.arm(id);
    match frame {
        None => scope.evaluator.opaque_once(scope.identity, &text, span),
        Some(_) => scope.evaluator.opaque(&text, span),
    }
}

fn lambda_call(
    scope: &Rc<Scope>,
    frame: &Frame,
    name: &str,
    arguments: &[ExpressionId],
    call: &Call,
) -> Value {
    let evaluator = &scope.evaluator;
    // Together the results are a value; of `reduce` and `sort` only the last one counts.
    let mut size = 0_u32;
    let keeps_all = !["reduce", "sort"].contains(&name.to_ascii_lowercase().as_str());
    let apply = |position: usize, values: &[Value]| -> Value {
        let Some((variables, body)) = lambda_parts(scope, arguments[position]) else {
            return evaluator.opaque(expression_text(scope, call.span), call.span);
        };
        if size > MAX_SIZE {
            return evaluator.opaque("too large", call.span);
        }
        let mut frame = frame.clone();
        for (name, value) in variables.iter().zip(values) {
            frame = bind(
                Binding::Variable {
                    name: name.clone(),
                    value: value.clone(),
                },
                &frame,
            );
        }
        let value = evaluate(scope, &frame, *body, call.base);
        if keeps_all {
            size = size.saturating_add(value.size());
        }
        value
    };
    // A lambda itself has no value; what is left of a call without one has its text.
    let is_lambda = |id: &ExpressionId| lambda_parts(scope, *id).is_some();
    let values: Vec<_> = arguments
        .iter()
        .map(|id| match is_lambda(id) {
            true => evaluator.opaque("lambda", call.span),
            false => evaluate(scope, frame, *id, call.base),
        })
        .collect();
    let context = FunctionContext {
        span: call.span,
        place: &scope.place,
    };
    let choices = all_choices(&values);
    let applied = lambda::apply(&context, name, &values, &mut { apply });
    let value = match applied {
        Ok(_) if size > MAX_SIZE => too_large(scope, call.span),
        Ok(value) => value,
        Err(failure) => {
            let values = arguments.iter().zip(values);
            let values = values.map(|(id, value)| match is_lambda(id) {
                true => lambda_itself(scope, frame, *id, call.base),
                false => value,
            });
            let values = values.collect();
            let (name, shape) = functions::find(name).map_or((name, Shape::Any), |function| {
                (function.name, function.shape)
            });
            failed(scope, failure, name, shape, values, call.span)
        }
    };
    value.depending(choices)
}

/// `value.name`.
pub fn member(scope: &Rc<Scope>, value: &Value, name: &str, span: Span) -> Value {
    member_of(scope, value, name, span).depending(value.choices)
}

fn member_of(scope: &Rc<Scope>, value: &Value, name: &str, span: Span) -> Value {
    match &value.kind {
        ValueKind::Object(object) => match object.get(name) {
            Some(property) => selected(value, &property.value),
            None if object.is_open() => {
                let residual = Residual::Member(value.clone(), name.into());
                Value {
                    secure: value.secure,
                    ..bounded(scope, Value::unknown(residual, Shape::Any, span))
                }
            }
            None => {
                error(scope, span, format!("the object has no property `{name}`"));
                scope.evaluator.opaque(expression_text(scope, span), span)
            }
        },
        ValueKind::Unknown(_) => {
            if let Some(value) = member_of_branches(scope, value, name, span) {
                return value;
            }
            let residual = Residual::Member(value.clone(), name.into());
            Value {
                secure: value.secure,
                ..bounded(scope, Value::unknown(residual, Shape::Any, span))
            }
        }
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::String(_)
        | ValueKind::Array(_) => {
            error(
                scope,
                span,
                format!("{} has no property `{name}`", value.kind_name()),
            );
            scope.evaluator.opaque(expression_text(scope, span), span)
        }
    }
}

/// `if(condition, then, otherwise).name` where both branches are objects that have it.
fn member_of_branches(scope: &Rc<Scope>, value: &Value, name: &str, span: Span) -> Option<Value> {
    let (condition, then, otherwise) = value.branches()?;
    let of = |branch: &Value| match branch.as_object() {
        Some(object) => Some(selected(branch, &object.get(name)?.value)),
        None => member_of_branches(scope, branch, name, span),
    };
    let (then, otherwise) = (of(then)?, of(otherwise)?);
    if then.equals(&otherwise) == Some(true) {
        return Some(then);
    }
    let arguments = vec![condition.clone(), then, otherwise];
    let value = Value {
        secure: value.secure,
        ..Value::unknown_call(0, "if", arguments, Shape::Any, span)
    };
    Some(bounded(scope, value))
}

/// `value[index]`.
pub fn index(scope: &Rc<Scope>, value: &Value, index: &Value, span: Span) -> Value {
    indexed(scope, value, index, span).depending(value.choices | index.choices)
}

fn indexed(scope: &Rc<Scope>, value: &Value, index: &Value, span: Span) -> Value {
    if let (Some(name), true) = (index.as_str(), value.as_array().is_none()) {
        return member(scope, value, name, span);
    }
    // The one element of a loop of unknown length stands for each of them.
    if let Some(array) = value.as_array()
        && let (Extent::Repeated, [only]) = (array.extent(), array.elements())
    {
        return selected(value, only);
    }
    if value.is_unknown() || index.is_unknown() {
        let residual = Residual::Index(value.clone(), index.clone());
        let secure = value.secure || index.secure;
        return Value {
            secure,
            ..bounded(scope, Value::unknown(residual, Shape::Any, span))
        };
    }
    let (Some(array), Some(position)) = (value.as_array(), index.as_integer()) else {
        error(
            scope,
            span,
            format!(
                "{} cannot be indexed by {}",
                value.kind_name(),
                index.kind_name()
            ),
        );
        return scope.evaluator.opaque(expression_text(scope, span), span);
    };
    let element = usize::try_from(position)
        .ok()
        .and_then(|position| array.elements().get(position));
    match (element, array.extent()) {
        (Some(element), Extent::Closed) => selected(value, element),
        (_, Extent::Open | Extent::Repeated) => Value::unknown(
            Residual::Index(value.clone(), index.clone()),
            Shape::Any,
            span,
        ),
        (None, Extent::Closed) => {
            let length = array.elements().len();
            error(
                scope,
                span,
                format!("the array has {length} elements, none at {position}"),
            );
            scope.evaluator.opaque(expression_text(scope, span), span)
        }
    }
}

/// A part of a value: it stands where it was written and went through what the whole went through.
pub fn selected(whole: &Value, part: &Value) -> Value {
    let mut part = part.clone();
    part.secure |= whole.secure;
    part.choices |= whole.choices;
    for step in whole.steps() {
        part = part.through(step.span, step.step.clone());
    }
    part
}

/// A loop that makes an array.
fn copy(
    scope: &Rc<Scope>,
    frame: &Frame,
    name: Option<Text>,
    count: ExpressionId,
    input: ExpressionId,
    span: Span,
) -> Value {
    let expressions = &scope.templates.expressions;
    let name: Option<Arc<str>> = name.map(|name| expressions.text(name).into());
    let count = evaluate(scope, frame, count, 0);
    let element = |index: Value| {
        let binding = match &name {
            Some(name) => Binding::Property {
                name: name.clone(),
                index,
            },
            None => Binding::Resource { name: None, index },
        };
        evaluate(scope, &bind(binding, frame), input, 0)
    };
    let choices = count.choices;
    let array = match loop_count(scope, &count) {
        Some(count) => {
            let elements = (0..count).map(|position| element(Value::integer(position, span)));
            match collected(elements) {
                Some(elements) => Value::array(elements, span),
                None => too_large(scope, span),
            }
        }
        None => {
            let element = element(unknown_index(scope, name.as_deref(), span));
            let array = Array::new(vec![element], Extent::Repeated);
            bounded(scope, Value::new(ValueKind::Array(Arc::new(array)), span))
        }
    };
    array.depending(choices)
}

/// The variable of a loop or lambda of Bicep.
fn local(frame: &Frame, name: &str) -> Option<Value> {
    bindings(frame).find_map(|binding| match binding {
        Binding::Variable { name: other, value } if **other == *name => Some(value.clone()),
        Binding::Variable { .. } | Binding::Resource { .. } | Binding::Property { .. } => None,
    })
}

/// `[for item in list: body]`.
fn for_each(
    scope: &Rc<Scope>,
    frame: &Frame,
    (variables, list, body): (List, ExpressionId, ExpressionId),
    span: Span,
) -> Value {
    let iterations = iterations(scope, frame, &Each { list, variables }, span);
    let elements = iterations.frames.iter();
    let elements = elements.map(|(frame, _)| evaluate(scope, frame, body, 0));
    let Some(elements) = collected(elements) else {
        return too_large(scope, span);
    };
    let extent = if iterations.repeated {
        Extent::Repeated
    } else {
        Extent::Closed
    };
    let array = Array::new(elements, extent);
    bounded(scope, Value::new(ValueKind::Array(Arc::new(array)), span))
        .depending(iterations.choices)
}

/// The turns of a loop over an array.
pub struct Iterations {
    /// What is bound in each turn, and its position, 0-based.
    pub frames: Vec<(Frame, Value)>,
    /// Whether the only turn stands for any number of them.
    pub repeated: bool,
    /// The choices that the number of turns depends on.
    pub choices: Choices,
}

/// Goes over an array; of one of unknown length one turn stands for all.
pub fn iterations(scope: &Rc<Scope>, frame: &Frame, each: &Each, span: Span) -> Iterations {
    let list = evaluate(scope, frame, each.list, 0);
    let known = match list.as_array() {
        Some(array) if array.extent() == Extent::Closed => {
            let length = Value::integer(array.elements().len() as i64, list.span);
            loop_count(scope, &length).map(|_| array.elements())
        }
        Some(_) => None,
        None if list.is_unknown() => None,
        None => {
            let message = format!("a loop goes over {}", list.kind_name());
            error(scope, list.span, message);
            None
        }
    };
    let Some(elements) = known else {
        let index = unknown_index(scope, None, span);
        let frame = bind_item(scope, frame, each, &list, &index);
        return Iterations {
            frames: vec![(frame, index)],
            repeated: true,
            choices: list.choices,
        };
    };
    let turn = |(position, element)| {
        let index = Value::integer(position as i64, span);
        let frame = bind_turn(scope, frame, each, selected(&list, element), &index);
        (frame, index)
    };
    Iterations {
        frames: elements.iter().enumerate().map(turn).collect(),
        repeated: false,
        choices: list.choices,
    }
}

/// Binds the variables of a loop to the element at a position of its array.
pub fn bind_item(scope: &Rc<Scope>, frame: &Frame, each: &Each, list: &Value, at: &Value) -> Frame {
    let item = if list.is_unknown() || list.as_array().is_some() {
        index(scope, list, at, list.span)
    } else {
        scope
            .evaluator
            .opaque(expression_text(scope, list.span), list.span)
    };
    bind_turn(scope, frame, each, item, at)
}

fn bind_turn(scope: &Rc<Scope>, frame: &Frame, each: &Each, item: Value, index: &Value) -> Frame {
    let expressions = &scope.templates.expressions;
    let names = expressions.list(each.variables).iter();
    let mut frame = frame.clone();
    for (name, value) in names.zip([item, index.clone()]) {
        let name = expressions.literal(*name).unwrap_or_default().into();
        frame = bind(Binding::Variable { name, value }, &frame);
    }
    frame
}

/// The position in a loop of unknown length.
pub fn unknown_index(scope: &Rc<Scope>, name: Option<&str>, span: Span) -> Value {
    let arguments = name
        .map(|name| Value::string(name, span))
        .into_iter()
        .collect();
    Value::unknown_call(
        scope.evaluator.new_scope(),
        "copyIndex",
        arguments,
        Shape::Integer,
        span,
    )
}

/// The number of instances of a loop; `None` when it is unknown, which what is no number or too large a one is made.
pub fn loop_count(scope: &Rc<Scope>, count: &Value) -> Option<i64> {
    if count.is_unknown() {
        return None;
    }
    match count
        .as_integer()
        .or_else(|| count.as_str()?.trim().parse().ok())
    {
        Some(number @ 0..=MAX_COPIES) => Some(number),
        Some(number) if number < 0 => {
            error(
                scope,
                count.span,
                format!("a loop cannot run {number} times"),
            );
            None
        }
        Some(number) => {
            let message =
                format!("a loop of {number} instances; at most {MAX_COPIES} are deployed");
            scope
                .evaluator
                .report(Diagnostic::new(Kind::COPY_COUNT, count.span, message));
            None
        }
        None => {
            error(
                scope,
                count.span,
                format!("the count of a loop is {}", count.kind_name()),
            );
            None
        }
    }
}

/// What a function made; large values take long, and room.
fn made(scope: &Rc<Scope>, value: Value) -> Value {
    let steps = match &value.kind {
        ValueKind::String(text) => text.len() as u32 / 128,
        ValueKind::Array(_) | ValueKind::Object(_) => value.size() / 2,
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::Unknown(_) => 0,
    };
    if scope.evaluator.steps(steps, value.span) {
        bounded(scope, value)
    } else {
        scope.evaluator.opaque("too many steps", value.span)
    }
}

/// Keeps values and residuals from growing without bound.
fn bounded(scope: &Rc<Scope>, value: Value) -> Value {
    let size = value.size();
    let fits = value.depth() <= MAX_DEPTH
        && match &value.kind {
            ValueKind::Unknown(unknown) => {
                size <= MAX_RESIDUAL || matches!(unknown.residual, Residual::Opaque(..))
            }
            ValueKind::String(text) => text.len() <= MAX_TEXT,
            ValueKind::Array(_) | ValueKind::Object(_) => size <= MAX_SIZE,
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_) => true,
        };
    if fits {
        return value;
    }
    if value.is_unknown() {
        let message = format!(
            "what is left of the expression has more than {MAX_RESIDUAL} parts or {MAX_DEPTH} levels"
        );
        scope
            .evaluator
            .report(Diagnostic::new(Kind::VALUE_SIZE, value.span, message));
        let secure = value.secure;
        let text = expression_text(scope, value.span);
        return Value {
            secure,
            ..scope.evaluator.opaque(text, value.span)
        };
    }
    too_large(scope, value.span)
}

fn too_large(scope: &Rc<Scope>, span: Span) -> Value {
    let message = format!(
        "the value is larger than {MAX_TEXT} bytes, {MAX_SIZE} parts or {MAX_DEPTH} levels"
    );
    scope
        .evaluator
        .report(Diagnostic::new(Kind::VALUE_SIZE, span, message));
    scope.evaluator.opaque(expression_text(scope, span), span)
}

fn error(scope: &Rc<Scope>, span: Span, message: impl Into<String>) {
    scope
        .evaluator
        .report(Diagnostic::new(Kind::EVALUATION, span, message));
}

fn unknown_or_error(
    scope: &Rc<Scope>,
    function: &str,
    arguments: &[Value],
    span: Span,
    message: &str,
) -> Value {
    if arguments.iter().any(Value::is_unknown) {
        return Value::unknown_call(0, function, arguments.to_vec(), Shape::Any, span);
    }
    error(scope, span, message);
    scope.evaluator.opaque(expression_text(scope, span), span)
}
