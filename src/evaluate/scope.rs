//! What names mean while a template is evaluated: its parameters and variables, each computed once and when first needed.

use super::expression::evaluate;
use super::functions::Place;
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::expression::ExpressionId;
use crate::template::{ParameterDeclaration, ParameterType, Template, TemplateId, Templates};
use crate::value::{Residual, Shape, Step, Value, ValueKind};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// How many expressions of one template are evaluated before the rest is given up.
pub const MAX_STEPS: u32 = 1_000_000;
/// How deep variables and parameters may lead to one another.
const MAX_DEPTH: u32 = 400;

/// What all scopes of one evaluation share.
#[derive(Debug)]
pub struct Evaluator {
    /// The templates that are evaluated.
    pub templates: Arc<Templates>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    steps: Cell<u32>,
    depth: Cell<u32>,
    /// While positive nothing is reported: a branch is looked at that may never be taken.
    quiet: Cell<u32>,
    next_identity: Cell<u64>,
    next_scope: Cell<u32>,
}

impl Evaluator {
    /// Nothing evaluated yet.
    pub fn new(templates: Arc<Templates>) -> Evaluator {
        Evaluator {
            templates,
            diagnostics: RefCell::default(),
            steps: Cell::new(0),
            depth: Cell::new(0),
            quiet: Cell::new(0),
            next_identity: Cell::new(0),
            next_scope: Cell::new(0),
        }
    }

    /// Reports something, unless it was reported at the same place before.
    pub fn report(&self, diagnostic: Diagnostic) {
        if self.quiet.get() > 0 {
            return;
        }
        let mut diagnostics = self.diagnostics.borrow_mut();
        let known = |other: &Diagnostic| {
            other.code == diagnostic.code
                && other.primary.span == diagnostic.primary.span
                && other.message == diagnostic.message
        };
        if !diagnostics.iter().any(known) && diagnostics.len() < MAX_DIAGNOSTICS {
            diagnostics.push(diagnostic);
        }
    }

    /// What was reported so far; leaves nothing.
    pub fn take_diagnostics(&self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// Evaluates without reporting.
    pub fn quietly<T>(&self, evaluate: impl FnOnce() -> T) -> T {
        self.quiet.set(self.quiet.get() + 1);
        let result = evaluate();
        self.quiet.set(self.quiet.get() - 1);
        result
    }

    /// Counts a step; false when there were too many, which is reported once.
    pub fn step(&self, span: Span) -> bool {
        let steps = self.steps.get();
        if steps >= MAX_STEPS {
            if steps == MAX_STEPS {
                self.steps.set(steps + 1);
                let message = format!("evaluating the template takes more than {MAX_STEPS} steps");
                let quiet = self.quiet.replace(0);
                self.report(
                    Diagnostic::new(Kind::EVALUATION_STEPS, span, message)
                        .with_help("what comes after this place was not judged"),
                );
                self.quiet.set(quiet);
            }
            return false;
        }
        self.steps.set(steps + 1);
        true
    }

    /// Goes one level deeper for the time of `evaluate`; `None` when that is too deep.
    pub fn deeper<T>(&self, evaluate: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return None;
        }
        self.depth.set(depth + 1);
        let result = evaluate();
        self.depth.set(depth);
        Some(result)
    }

    /// Something unknown that equals only itself; `text` is what it prints as.
    pub fn opaque(&self, text: &str, span: Span) -> Value {
        let identity = self.next_identity.get();
        self.next_identity.set(identity + 1);
        Value::unknown(Residual::Opaque(identity, text.into()), Shape::Any, span)
    }

    /// A number that tells residuals of one scope from those of another; 0 belongs to none.
    pub fn new_scope(&self) -> u32 {
        self.next_scope.set(self.next_scope.get() + 1);
        self.next_scope.get()
    }
}

/// More diagnostics than this about one template help nobody.
const MAX_DIAGNOSTICS: usize = 200;

/// A value that is computed when first needed.
#[derive(Debug, Default)]
enum Slot {
    #[default]
    Empty,
    Busy,
    Done(Value),
}

/// One deployed template: what its names mean.
#[derive(Debug)]
pub struct Scope {
    /// What is shared with the scopes around it.
    pub evaluator: Rc<Evaluator>,
    /// The template.
    pub template: TemplateId,
    /// Tells its unknown parameters from those of other templates.
    pub identity: u32,
    /// Where its functions think it is deployed.
    pub place: Place,
    /// Whose parameters and variables its expressions mean, if not its own.
    pub outer: Option<Rc<Scope>>,
    /// The values given to its parameters, by position.
    arguments: Vec<Option<Value>>,
    parameters: RefCell<Vec<Slot>>,
    variables: RefCell<Vec<Slot>>,
}

impl Scope {
    /// A scope in which nothing is computed yet. `arguments` holds a value or nothing for each declared parameter.
    pub fn new(
        evaluator: Rc<Evaluator>,
        template: TemplateId,
        place: Place,
        outer: Option<Rc<Scope>>,
        arguments: Vec<Option<Value>>,
    ) -> Scope {
        let declared = evaluator.templates.get(template);
        let slots =
            |count| RefCell::new(std::iter::repeat_with(Slot::default).take(count).collect());
        let (parameters, variables) = (
            slots(declared.parameters.len()),
            slots(declared.variables.len()),
        );
        let identity = evaluator.new_scope();
        Scope {
            evaluator,
            template,
            identity,
            place,
            outer,
            arguments,
            parameters,
            variables,
        }
    }

    /// What the template declares.
    pub fn declared(&self) -> &Template {
        self.evaluator.templates.get(self.template)
    }

    /// The scope whose parameters and variables its expressions mean.
    pub fn names(&self) -> &Scope {
        self.outer.as_deref().map_or(self, Scope::names)
    }

    /// The value of a parameter; unknown if it is not declared, which `check` reports.
    pub fn parameter(self: &Rc<Scope>, name: &str, span: Span) -> Value {
        if let Some(outer) = &self.outer {
            return outer.parameter(name, span);
        }
        let Some(position) = self.declared().parameter(name) else {
            return self
                .evaluator
                .opaque(&format!("parameters('{name}')"), span);
        };
        self.slot(&self.parameters, position, "parameter", name, span, || {
            self.parameter_value(position)
        })
        .through(span, Step::Parameter)
    }

    /// The value of a variable; unknown if it is not declared, which `check` reports.
    pub fn variable(self: &Rc<Scope>, name: &str, span: Span) -> Value {
        if let Some(outer) = &self.outer {
            return outer.variable(name, span);
        }
        let Some(position) = self.declared().variable(name) else {
            return self.evaluator.opaque(&format!("variables('{name}')"), span);
        };
        let value = self.declared().variables[position].value;
        self.slot(&self.variables, position, "variable", name, span, || {
            evaluate(self, &None, value, 0)
        })
        .through(span, Step::Variable)
    }

    /// Evaluates every parameter, so that what is wrong with a given value is told even if nothing uses it.
    pub fn check_arguments(self: &Rc<Scope>) {
        for (position, argument) in self.arguments.iter().enumerate() {
            if argument.is_some() {
                let declaration = &self.declared().parameters[position];
                self.slot(
                    &self.parameters,
                    position,
                    "parameter",
                    &declaration.name,
                    declaration.name_span,
                    || self.parameter_value(position),
                );
            }
        }
    }

    fn slot(
        self: &Rc<Scope>,
        slots: &RefCell<Vec<Slot>>,
        position: usize,
        what: &str,
        name: &str,
        span: Span,
        compute: impl FnOnce() -> Value,
    ) -> Value {
        let slot = std::mem::replace(&mut slots.borrow_mut()[position], Slot::Busy);
        let value = match slot {
            Slot::Done(value) => value,
            Slot::Busy => {
                let message = format!("{what} `{name}` needs its own value");
                self.evaluator
                    .report(Diagnostic::new(Kind::CYCLE, span, message));
                self.evaluator.opaque(&format!("{what}s('{name}')"), span)
            }
            Slot::Empty => self.evaluator.deeper(compute).unwrap_or_else(|| {
                let message =
                    format!("{what} `{name}` is more than {MAX_DEPTH} steps away from a value");
                self.evaluator
                    .report(Diagnostic::new(Kind::EVALUATION_STEPS, span, message));
                self.evaluator.opaque(&format!("{what}s('{name}')"), span)
            }),
        };
        slots.borrow_mut()[position] = Slot::Done(value.clone());
        value
    }

    fn parameter_value(self: &Rc<Scope>, position: usize) -> Value {
        let declaration = &self.declared().parameters[position];
        let given = self.arguments.get(position).cloned().flatten();
        // Azure Resource Manager takes a null for a parameter that was left out: https://github.com/Azure/bicep/pull/11532.
        let given = given.filter(|value| !value.is_null());
        let value = match (given, declaration.default) {
            (Some(value), _) => coerce(value, declaration.parameter_type),
            (None, Some(default)) => evaluate(self, &None, default, 0),
            (None, None) if declaration.nullable => Value::null(declaration.name_span),
            (None, None) => self.unknown_parameter(declaration),
        };
        self.check_value(declaration, &value);
        Value {
            secure: value.secure || declaration.secure,
            ..value
        }
    }

    /// `parameters('name')`, of which nobody knows the value.
    fn unknown_parameter(&self, declaration: &ParameterDeclaration) -> Value {
        let shape = match declaration.parameter_type {
            ParameterType::String => Shape::String,
            ParameterType::Integer => Shape::Integer,
            ParameterType::Boolean => Shape::Boolean,
            ParameterType::Array => Shape::Array,
            ParameterType::Object => Shape::Object,
            ParameterType::Unknown => Shape::Any,
        };
        let name = Value::string(&*declaration.name, declaration.name_span);
        Value::unknown_call(
            self.identity,
            "parameters",
            vec![name],
            shape,
            declaration.name_span,
        )
    }

    fn check_value(self: &Rc<Scope>, declaration: &ParameterDeclaration, value: &Value) {
        if value.is_unknown() || value.is_null() {
            return;
        }
        let name = &declaration.name;
        let shown = if declaration.secure || value.secure {
            "its value".to_owned()
        } else {
            value.expression()
        };
        let mut problem = None;
        if !fits(value, declaration.parameter_type) {
            problem = Some(format!("parameter `{name}` is given {}", value.kind_name()));
        } else if let Some(allowed) = declaration.allowed {
            let allowed = self.constant(allowed);
            let listed = |allowed: &Value| match allowed.as_array() {
                Some(array) => array
                    .elements()
                    .iter()
                    .any(|element| is_allowed(element, value)),
                None => true,
            };
            if !listed(&allowed) {
                problem = Some(format!("parameter `{name}` does not allow {shown}"));
            }
        }
        let bound =
            |bound: Option<ExpressionId>| bound.and_then(|bound| self.constant(bound).as_integer());
        let too_small = |actual: i64, least: Option<i64>| least.is_some_and(|least| actual < least);
        let too_large = |actual: i64, most: Option<i64>| most.is_some_and(|most| actual > most);
        if let Some(number) = value.as_integer() {
            if too_small(number, bound(declaration.minimum_value))
                || too_large(number, bound(declaration.maximum_value))
            {
                problem = Some(format!("parameter `{name}` is out of its bounds: {shown}"));
            }
        } else if let Some(length) = length(value)
            && (too_small(length, bound(declaration.minimum_length))
                || too_large(length, bound(declaration.maximum_length)))
        {
            problem = Some(format!(
                "the length of parameter `{name}` is out of its bounds: {length}"
            ));
        }
        if let Some(message) = problem {
            let diagnostic = Diagnostic::new(Kind::PARAMETER_VALUE, value.span, message);
            self.evaluator
                .report(diagnostic.with_related(declaration.name_span, "declared here"));
        }
    }

    /// A value of the declaration itself, which is always a literal.
    fn constant(self: &Rc<Scope>, expression: ExpressionId) -> Value {
        evaluate(self, &None, expression, 0)
    }
}

fn length(value: &Value) -> Option<i64> {
    match &value.kind {
        ValueKind::String(text) => Some(text.encode_utf16().count() as i64),
        ValueKind::Array(array) if array.extent() == crate::value::Extent::Closed => {
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
