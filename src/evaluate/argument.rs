//! What a parameter is given, and whether its type takes that.

use super::expression::evaluate;
use super::scope::Scope;
use crate::diagnostic::{Diagnostic, Kind};
use crate::placeholder::holds_token;
use crate::source::Span;
use crate::syntax::expression::ExpressionId;
use crate::template::{
    Additional, ParameterDeclaration, ParameterType, TemplateId, TypeDeclaration, TypeId,
};
use crate::value::{Extent, Object, Shape, Step, Value, ValueKind};
use std::fmt::{Display, Formatter};
use std::rc::Rc;

/// The value of the parameter at this position: the argument, the default, `null`, or unknown.
pub fn value(scope: &Rc<Scope>, position: usize) -> Value {
    let declaration = &scope.declared().parameters[position];
    let types = &scope.templates.types;
    let given = scope.arguments.get(position).cloned().flatten();
    // Azure Resource Manager takes a null for a parameter that was left out: https://github.com/Azure/bicep/pull/11532.
    let (given, null) = match given {
        Some(value) if value.is_null() => (None, Some(value)),
        given => (given, None),
    };
    let value = match (given, declaration.default) {
        (Some(value), _) => coerce(value, types.parameter_type(declaration.declared_type)),
        (None, Some(default)) => evaluate(scope, &None, default, 0),
        (None, None) if types.is_nullable(declaration.declared_type) => {
            null.unwrap_or_else(|| left_out(scope, declaration))
        }
        (None, None) => unknown(scope, declaration),
    };
    let checking = Checking {
        scope,
        secure: value.secure || types.is_secure(declaration.declared_type),
        subject: Subject::Parameter(&declaration.name),
        depth: 0,
    };
    if let Some((span, message)) = checking.problem(&value, declaration.declared_type) {
        let diagnostic = Diagnostic::new(Kind::PARAMETER_VALUE, span, message);
        scope
            .evaluator
            .report(diagnostic.with_related(declaration.name_span, "declared here"));
    }
    // Of what is of another kind every use would only be one more mistake.
    let kind = types.parameter_type(declaration.declared_type);
    let is_usable = value.is_unknown() || value.is_null() || fits(&value, kind);
    let value = Value {
        secure: checking.secure,
        ..if is_usable {
            value
        } else {
            unknown(scope, declaration)
        }
    };
    let is_root = scope.caller.is_none()
        && scope.templates.expressions.file() == scope.evaluator.root_file
        && scope.template == TemplateId(0);
    if !is_root {
        return value;
    }
    let mut choices = scope.evaluator.choices.iter();
    let choice = choices.find(|choice| choice.parameter == position);
    value.depending(choice.map_or(0, |choice| choice.bit))
}

/// The `null` of a parameter to which nothing is passed: it can be passed where the template is used, if that is in sight.
fn left_out(scope: &Scope, declaration: &ParameterDeclaration) -> Value {
    match scope.called_at {
        Some(call) => {
            let step = Step::LeftOut((&*declaration.name).into());
            Value::null(call).through(declaration.name_span, step)
        }
        None => Value::null(declaration.name_span),
    }
}

/// `parameters('name')`, of which nobody knows the value.
fn unknown(scope: &Scope, declaration: &ParameterDeclaration) -> Value {
    let shape = match scope
        .templates
        .types
        .parameter_type(declaration.declared_type)
    {
        ParameterType::String => Shape::String,
        ParameterType::Integer => Shape::Integer,
        ParameterType::Boolean => Shape::Boolean,
        ParameterType::Array => Shape::Array,
        ParameterType::Object => Shape::Object,
        ParameterType::Unknown => Shape::Any,
    };
    let name = Value::string(&*declaration.name, declaration.name_span);
    Value::unknown_call(
        scope.identity,
        "parameters",
        vec![name],
        shape,
        declaration.name_span,
    )
}

/// Looks for what a type does not take.
struct Checking<'a> {
    scope: &'a Rc<Scope>,
    secure: bool,
    subject: Subject<'a>,
    /// How many types are around the one that is looked at.
    depth: usize,
}

/// Types inside of types are looked at so deep: one may be a part of itself without a value that is.
const MAX_DEPTH: usize = 256;

/// What is checked, as messages call it: "parameter `sku`", "`tier` of parameter `sku`".
#[derive(Clone, Copy)]
enum Subject<'a> {
    Parameter(&'a str),
    Property(&'a str, &'a Subject<'a>),
    Element(usize, &'a Subject<'a>),
}

impl Display for Subject<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Subject::Parameter(name) => write!(formatter, "parameter `{name}`"),
            Subject::Property(name, of) => write!(formatter, "`{name}` of {of}"),
            Subject::Element(position, of) => write!(formatter, "element {position} of {of}"),
        }
    }
}

impl Checking<'_> {
    /// The first thing that the type does not take, and where it stands.
    fn problem(&self, value: &Value, declared: TypeId) -> Option<(Span, String)> {
        let types = &self.scope.templates.types;
        // Another tool writes something else where a placeholder stands, longer or shorter.
        if value.as_str().is_some_and(holds_token) {
            return None;
        }
        // A null may stand for what was left out; whether that is right is not for us to say.
        if value.is_unknown() || value.is_null() || self.depth > MAX_DEPTH {
            return None;
        }
        if !self.scope.evaluator.step(value.span) {
            return None;
        }
        types
            .chain(declared)
            .find_map(|declaration| self.against(value, declaration))
    }

    fn against(&self, value: &Value, declaration: &TypeDeclaration) -> Option<(Span, String)> {
        let subject = &self.subject;
        let shown = || {
            if self.secure || value.secure {
                "its value".to_owned()
            } else {
                value.expression()
            }
        };
        let here = |message: String| Some((value.span, message));
        if !fits(value, declaration.parameter_type) {
            return here(format!("{subject} is given {}", value.kind_name()));
        }
        if let Some(allowed) = declaration.allowed
            && let Some(allowed) = self.constant(allowed).as_array()
            && !allowed
                .elements()
                .iter()
                .any(|element| is_allowed(element, value))
        {
            return here(format!("{subject} does not allow {}", shown()));
        }
        let out_of = |actual: i64, least: Option<ExpressionId>, most: Option<ExpressionId>| {
            let bound = |bound: ExpressionId| self.constant(bound).as_integer();
            least.and_then(bound).is_some_and(|least| actual < least)
                || most.and_then(bound).is_some_and(|most| actual > most)
        };
        if let Some(number) = value.as_integer()
            && out_of(number, declaration.minimum_value, declaration.maximum_value)
        {
            return here(format!("{subject} is out of its bounds: {}", shown()));
        }
        if let Some(length) = length(value)
            && out_of(
                length,
                declaration.minimum_length,
                declaration.maximum_length,
            )
        {
            return here(format!(
                "the length of {subject} is out of its bounds: {length}"
            ));
        }
        match &value.kind {
            ValueKind::Object(object) => self.object(value, object, declaration),
            ValueKind::Array(array) => {
                let of_any = declaration.more_items && declaration.items.is_none();
                if of_any && declaration.prefix_items.is_empty() {
                    return None;
                }
                let items = array.elements().iter().enumerate();
                for (position, element) in items {
                    let declared = match declaration.prefix_items.get(position) {
                        Some(declared) => Some(*declared),
                        None if !declaration.more_items => {
                            return here(format!(
                                "{subject} has more than {} elements",
                                declaration.prefix_items.len()
                            ));
                        }
                        None => declaration.items,
                    };
                    let problem = declared.and_then(|declared| {
                        self.part(Subject::Element(position, subject))
                            .problem(element, declared)
                    });
                    if problem.is_some() {
                        return problem;
                    }
                }
                None
            }
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Unknown(_) => None,
        }
    }

    fn object(
        &self,
        value: &Value,
        object: &Object,
        declaration: &TypeDeclaration,
    ) -> Option<(Span, String)> {
        let types = &self.scope.templates.types;
        for property in &declaration.properties {
            match object.get(&property.name) {
                Some(given) => {
                    let part = self.part(Subject::Property(&property.name, &self.subject));
                    let problem = part.problem(&given.value, property.declared_type);
                    if problem.is_some() {
                        return problem;
                    }
                }
                None if object.is_open() || types.is_nullable(property.declared_type) => {}
                None => {
                    let message = format!("{} has no `{}`", self.subject, property.name);
                    return Some((value.span, message));
                }
            }
        }
        let variants = declaration.discriminator.as_deref();
        let chosen = variants.and_then(|discriminator| {
            let property = object.get(&discriminator.property)?;
            let written = property.value.as_str()?;
            let variant = discriminator
                .variants
                .iter()
                .find(|(name, _)| **name == *written);
            Some((discriminator, property, variant))
        });
        if let Some((discriminator, property, variant)) = chosen {
            match variant {
                Some((_, declared)) => {
                    let problem = self.part(self.subject).problem(value, *declared);
                    if problem.is_some() {
                        return problem;
                    }
                }
                None => {
                    let known: Vec<_> = discriminator
                        .variants
                        .iter()
                        .map(|(name, _)| format!("`{name}`"))
                        .collect();
                    let message = format!(
                        "`{}` of {} is none of {}",
                        discriminator.property,
                        self.subject,
                        known.join(", ")
                    );
                    return Some((property.value.span, message));
                }
            }
        }
        if matches!(declaration.additional, Additional::Any) {
            return None;
        }
        let pairs = object.properties().len() * declaration.properties.len();
        if !self.scope.evaluator.steps(pairs as u32 / 16, value.span) {
            return None;
        }
        for property in object.properties() {
            let is_declared = declaration
                .properties
                .iter()
                .any(|declared| declared.name.eq_ignore_ascii_case(&property.key))
                || declaration
                    .discriminator
                    .as_ref()
                    .is_some_and(|one| one.property.eq_ignore_ascii_case(&property.key));
            if is_declared {
                continue;
            }
            match declaration.additional {
                Additional::Any => {}
                Additional::Forbidden => {
                    let message = format!("{} takes no `{}`", self.subject, property.key);
                    return Some((property.key_span, message));
                }
                Additional::Typed(declared) => {
                    let part = self.part(Subject::Property(&property.key, &self.subject));
                    let problem = part.problem(&property.value, declared);
                    if problem.is_some() {
                        return problem;
                    }
                }
            }
        }
        None
    }

    fn part<'a>(&'a self, subject: Subject<'a>) -> Checking<'a> {
        Checking {
            scope: self.scope,
            secure: self.secure,
            subject,
            depth: self.depth + 1,
        }
    }

    /// A value of the declaration itself, which is always a literal.
    fn constant(&self, expression: ExpressionId) -> Value {
        evaluate(self.scope, &None, expression, 0)
    }
}

fn length(value: &Value) -> Option<i64> {
    match &value.kind {
        ValueKind::String(text) => Some(text.encode_utf16().count() as i64),
        ValueKind::Array(array) if array.extent() == Extent::Closed => {
            Some(array.elements().len() as i64)
        }
        ValueKind::Array(_)
        | ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::Object(_)
        | ValueKind::Unknown(_) => None,
    }
}

/// Whether the allowed value is the given one, folded; for an array, whether each of its elements is allowed somewhere.
fn is_allowed(allowed: &Value, value: &Value) -> bool {
    match (allowed.as_str(), value.as_str()) {
        (Some(allowed), Some(value)) => allowed.eq_ignore_ascii_case(value),
        _ if value.as_array().is_some() => true, // subsets are allowed, too; not judged
        _ => allowed.equals(value) != Some(false),
    }
}

fn fits(value: &Value, parameter_type: ParameterType) -> bool {
    match parameter_type {
        ParameterType::String => matches!(value.kind, ValueKind::String(_)),
        ParameterType::Integer => matches!(value.kind, ValueKind::Integer(_)),
        ParameterType::Boolean => matches!(value.kind, ValueKind::Boolean(_)),
        ParameterType::Array => matches!(value.kind, ValueKind::Array(_)),
        ParameterType::Object => matches!(value.kind, ValueKind::Object(_)),
        ParameterType::Unknown => true,
    }
}

/// Numbers and truth values may be given as text.
fn coerce(value: Value, parameter_type: ParameterType) -> Value {
    let Some(text) = value.as_str() else {
        return value;
    };
    let kind = match parameter_type {
        ParameterType::Integer => text.trim().parse().ok().map(ValueKind::Integer),
        ParameterType::Boolean if text.eq_ignore_ascii_case("true") => {
            Some(ValueKind::Boolean(true))
        }
        ParameterType::Boolean if text.eq_ignore_ascii_case("false") => {
            Some(ValueKind::Boolean(false))
        }
        ParameterType::Boolean
        | ParameterType::String
        | ParameterType::Array
        | ParameterType::Object
        | ParameterType::Unknown => None,
    };
    match kind {
        Some(kind) => Value { kind, ..value },
        None => value,
    }
}
