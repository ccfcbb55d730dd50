//! What names mean while a template is evaluated: its parameters and variables, each computed once and when first needed.

use super::argument;
use super::expression::evaluate;
use super::functions::Place;
use super::import::ImportedScope;
use super::load::LoadedKey;
use super::module::{DeploymentNames, Entered, EnteredKey};
use super::{Choice, Target};
use crate::diagnostic::{Diagnostic, Kind};
use crate::project::Project;
use crate::source::{FileId, Span};
use crate::template::{Template, TemplateId, Templates};
use crate::value::{Residual, Shape, Step, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// How many expressions of one template are evaluated before the rest is given up.
pub const MAX_STEPS: u32 = 1_000_000;
/// How deep variables, parameters and resources may lead to one another.
pub const MAX_DEPTH: u32 = 400;
/// How many expressions may wait for the values of one another, whatever leads from one to the other. Each takes a part of the stack.
const MAX_NESTING: u32 = 2_000;

/// What all scopes of one evaluation share.
#[derive(Debug)]
pub struct Evaluator {
    /// The files that linked templates are read from.
    pub project: Rc<Project>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    steps: Cell<u32>,
    depth: Cell<u32>,
    nesting: Cell<u32>,
    too_deep: Cell<bool>,
    /// Parts of resources that are being computed, innermost last.
    asked: RefCell<Vec<Asked>>,
    /// While positive nothing is reported: a branch is looked at that may never be taken.
    quiet: Cell<u32>,
    next_identity: Cell<u64>,
    /// Identities of opaque values, by the scope they belong to and their text.
    identities: RefCell<FxHashMap<(u32, Box<str>), u64>>,
    next_scope: Cell<u32>,
    /// Unknown positions in loops, by the expressions that lead to them.
    positions: RefCell<FxHashMap<String, i64>>,
    /// The file of the root template.
    pub root_file: FileId,
    /// Linked files whose expressions were checked.
    checked: RefCell<FxHashSet<FileId>>,
    /// Deployments that were entered, or could not be.
    pub entered: RefCell<FxHashMap<EnteredKey, Option<Rc<Entered>>>>,
    /// Names of the deployments of a scope, by its identity.
    pub deployment_names: RefCell<FxHashMap<u32, DeploymentNames>>,
    /// Parameters of the root whose part in what is computed is to be known.
    pub choices: Vec<Choice>,
    /// Files whose exports were asked for.
    pub imported: RefCell<Vec<ImportedScope>>,
    /// What functions loaded from files; `None` if it could not be.
    pub loaded: RefCell<FxHashMap<LoadedKey, Option<Value>>>,
}

impl Evaluator {
    /// Nothing evaluated yet.
    pub fn new(project: Rc<Project>, root_file: FileId) -> Evaluator {
        Evaluator {
            project,
            root_file,
            checked: RefCell::default(),
            entered: RefCell::default(),
            deployment_names: RefCell::default(),
            choices: Vec::new(),
            imported: RefCell::default(),
            loaded: RefCell::default(),
            diagnostics: RefCell::default(),
            steps: Cell::new(0),
            depth: Cell::new(0),
            nesting: Cell::new(0),
            too_deep: Cell::new(false),
            asked: RefCell::default(),
            quiet: Cell::new(0),
            next_identity: Cell::new(0),
            identities: RefCell::default(),
            next_scope: Cell::new(0),
            positions: RefCell::default(),
        }
    }

    /// Reports something, unless it was reported at the same place before.
    pub fn report(&self, diagnostic: Diagnostic) {
        if self.quiet.get() > 0 {
            return;
        }
        let diagnostic = shortened(diagnostic);
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

    /// Whether more that is reported would not be kept.
    pub fn is_full(&self) -> bool {
        self.quiet.get() > 0 || self.diagnostics.borrow().len() >= MAX_DIAGNOSTICS
    }

    /// Reports something that is so whatever branch is looked at.
    fn report_aloud(&self, diagnostic: Diagnostic) {
        let quiet = self.quiet.replace(0);
        self.report(diagnostic);
        self.quiet.set(quiet);
    }

    /// What was reported so far; leaves nothing.
    pub fn take_diagnostics(&self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// Whether a file is asked about for the first time.
    pub fn is_new(&self, file: FileId) -> bool {
        self.checked.borrow_mut().insert(file)
    }

    /// Forgets the deployments that were entered: they hold what holds them.
    pub fn forget(&self) {
        self.entered.take();
        self.deployment_names.take();
        self.imported.take();
    }

    /// Whether nothing is reported now.
    pub fn is_quiet(&self) -> bool {
        self.quiet.get() > 0
    }

    /// Reports nothing from the beginning.
    pub fn set_quiet(&self, is_quiet: bool) {
        self.quiet.set(u32::from(is_quiet));
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
        self.steps(1, span)
    }

    /// Counts several steps: those of something that takes as long.
    pub fn steps(&self, steps: u32, span: Span) -> bool {
        let before = self.steps.get();
        if before > MAX_STEPS {
            return false;
        }
        let after = before.saturating_add(steps);
        self.steps.set(after);
        if after > MAX_STEPS {
            let message = format!("evaluating the template takes more than {MAX_STEPS} steps");
            self.report_aloud(
                Diagnostic::new(Kind::EVALUATION_STEPS, span, message)
                    .with_help("what comes after this place was not judged"),
            );
        }
        after <= MAX_STEPS
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

    /// Evaluates an expression that others wait for; `None` when there are too many, which is reported once.
    pub fn nested<T>(&self, span: Span, evaluate: impl FnOnce() -> T) -> Option<T> {
        let nesting = self.nesting.get();
        if nesting >= MAX_NESTING {
            if !self.too_deep.replace(true) {
                let message = format!("expressions lead more than {MAX_NESTING} levels deep");
                self.report_aloud(
                    Diagnostic::new(Kind::EVALUATION_STEPS, span, message)
                        .with_help("what depends on this place was not judged"),
                );
            }
            return None;
        }
        self.nesting.set(nesting + 1);
        let result = evaluate();
        self.nesting.set(nesting);
        Some(result)
    }

    /// Computes a part of a resource; `None` when that is being computed already, so that it would need itself.
    pub fn once<T>(&self, asked: Asked, compute: impl FnOnce() -> T) -> Option<T> {
        if self.asked.borrow().contains(&asked) {
            return None;
        }
        self.asked.borrow_mut().push(asked);
        let result = compute();
        self.asked.borrow_mut().pop();
        Some(result)
    }

    /// Something unknown that equals only itself; `text` is what it prints as, its beginning if it is long.
    pub fn opaque(&self, text: &str, span: Span) -> Value {
        let identity = self.new_identity();
        let text = beginning(text);
        Value::unknown(Residual::Opaque(identity, text.into()), Shape::Any, span)
    }

    /// A value that names something: what is no text, or far too long for a name, is unknown, which is told of. `subject` is what
    /// messages call it.
    pub fn name(&self, value: Value, subject: &str) -> Value {
        let report = |kind, message| {
            self.report(Diagnostic::new(kind, value.span, message));
            self.opaque(subject, value.span)
        };
        if !value.is_text() {
            let message = format!("{subject} is {}, not text", value.kind_name());
            return report(Kind::EVALUATION, message);
        }
        let known = value.parts().iter().filter_map(Value::as_str);
        let length: usize = known.clone().map(str::len).sum();
        let segments: usize = known.map(|text| text.matches('/').count()).sum();
        if length > MAX_NAME || segments > MAX_SEGMENTS {
            let message =
                format!("{subject} is longer than {MAX_NAME} bytes or {MAX_SEGMENTS} segments");
            return report(Kind::VALUE_SIZE, message);
        }
        value
    }

    /// Something unknown that equals what reads the same in the same scope.
    pub fn opaque_once(&self, scope: u32, text: &str, span: Span) -> Value {
        let mut identities = self.identities.borrow_mut();
        let identity = *identities
            .entry((scope, text.into()))
            .or_insert_with(|| self.new_identity());
        let text = beginning(text);
        Value::unknown(Residual::Opaque(identity, text.into()), Shape::Any, span)
    }

    /// A number below 0 for an unknown position in a loop, the same for all that read the same.
    pub fn number_of(&self, position: &Value) -> i64 {
        let mut positions = self.positions.borrow_mut();
        let next = -1 - positions.len() as i64;
        *positions.entry(position.expression()).or_insert(next)
    }

    fn new_identity(&self) -> u64 {
        let identity = self.next_identity.get();
        self.next_identity.set(identity + 1);
        identity
    }

    /// A number that tells residuals of one scope from those of another; 0 belongs to none.
    pub fn new_scope(&self) -> u32 {
        self.next_scope.set(self.next_scope.get() + 1);
        self.next_scope.get()
    }
}

/// A part of a declared resource that is being computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The scope it is declared in, by its identity.
    pub scope: u32,
    /// Its position among the declarations.
    pub position: usize,
    /// The position in its loop, of a deployment; else 0.
    pub index: i64,
    /// The part.
    pub part: Part,
}

/// What of a resource is being computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Its type and names.
    Identity,
    /// Its name.
    Name,
    /// What it is deployed to.
    Scope,
    /// What its loop goes over.
    Loop,
    /// What it deploys, of a module.
    Deployment,
    /// What a deployment gives out; the position means nothing.
    Outputs,
}

/// More diagnostics than this about one template help nobody.
const MAX_DIAGNOSTICS: usize = 200;

/// A text that is longer, in bytes, is shown in part.
const LONGEST_SHOWN: usize = 2_000;

/// What is shown of a text.
fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_SHOWN)]
}

/// A message may hold a value, and a value may be long.
fn shortened(diagnostic: Diagnostic) -> Diagnostic {
    if diagnostic.message.len() <= LONGEST_SHOWN {
        return diagnostic;
    }
    Diagnostic {
        message: format!("{}...", beginning(&diagnostic.message)),
        ..diagnostic
    }
}

/// A name that is longer, in bytes, is none: those of Azure have at most some hundred.
const MAX_NAME: usize = 4_096;
/// Names have at most so many segments.
const MAX_SEGMENTS: usize = 64;

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
    /// The templates of the file it is written in.
    pub templates: Arc<Templates>,
    /// The template.
    pub template: TemplateId,
    /// Tells its unknown parameters from those of other templates.
    pub identity: u32,
    /// Where its functions think it is deployed.
    pub place: Place,
    /// Where its resources go.
    pub target: Rc<Target>,
    /// Whose parameters and variables its expressions mean, if not its own.
    pub outer: Option<Rc<Scope>>,
    /// The scope of the template that declares it, if it is the body of a user-defined function: it reads that one's variables.
    pub declaring: Option<Rc<Scope>>,
    /// The deployment it is a part of.
    pub caller: Option<Rc<Scope>>,
    /// Where that says that it is.
    pub called_at: Option<Span>,
    /// The values given to its parameters, by position.
    pub arguments: Vec<Option<Value>>,
    parameters: RefCell<Vec<Slot>>,
    variables: RefCell<Vec<Slot>>,
}

/// What a [`Scope`] is made of.
pub struct ScopeParts {
    /// What is shared with the scopes around it.
    pub evaluator: Rc<Evaluator>,
    /// The templates of the file it is written in.
    pub templates: Arc<Templates>,
    /// The template.
    pub template: TemplateId,
    /// Where its functions think it is deployed.
    pub place: Place,
    /// Where its resources go.
    pub target: Rc<Target>,
    /// Whose parameters and variables its expressions mean, if not its own.
    pub outer: Option<Rc<Scope>>,
    /// The scope of the template that declares it, if it is the body of a user-defined function: it reads that one's variables.
    pub declaring: Option<Rc<Scope>>,
    /// The deployment it is a part of.
    pub caller: Option<Rc<Scope>>,
    /// Where that says that it is.
    pub called_at: Option<Span>,
    /// A value or nothing for each declared parameter.
    pub arguments: Vec<Option<Value>>,
}

impl Scope {
    /// A scope in which nothing is computed yet.
    pub fn new(parts: ScopeParts) -> Scope {
        let declared = parts.templates.get(parts.template);
        let slots =
            |count| RefCell::new(std::iter::repeat_with(Slot::default).take(count).collect());
        Scope {
            identity: parts.evaluator.new_scope(),
            parameters: slots(declared.parameters.len()),
            variables: slots(declared.variables.len()),
            evaluator: parts.evaluator,
            templates: parts.templates,
            template: parts.template,
            place: parts.place,
            target: parts.target,
            outer: parts.outer,
            declaring: parts.declaring,
            caller: parts.caller,
            called_at: parts.called_at,
            arguments: parts.arguments,
        }
    }

    /// What the template declares.
    pub fn declared(&self) -> &Template {
        self.templates.get(self.template)
    }

    /// The scope whose parameters and variables its expressions mean.
    pub fn names(&self) -> &Scope {
        self.outer.as_deref().map_or(self, Scope::names)
    }

    /// The scope whose functions its expressions call.
    pub fn declaring(self: &Rc<Scope>) -> Rc<Scope> {
        match (&self.outer, &self.declaring) {
            (Some(outer), _) => outer.declaring(),
            (None, Some(declaring)) => declaring.clone(),
            (None, None) => self.clone(),
        }
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
            argument::value(self, position)
        })
        .through(span, Step::Parameter)
    }

    /// The value of a variable; unknown if it is not declared, which `check` reports.
    pub fn variable(self: &Rc<Scope>, name: &str, span: Span) -> Value {
        if let Some(outer) = &self.outer {
            return outer.variable(name, span);
        }
        let Some(position) = self.declared().variable(name) else {
            // Compiled functions read variables; the bodies of functions in the first version of the language cannot.
            let declaring = self.declaring.as_ref();
            if let Some(declaring) = declaring.filter(|around| around.declared().symbolic_names) {
                return declaring.variable(name, span);
            }
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
                    || argument::value(self, position),
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
}
