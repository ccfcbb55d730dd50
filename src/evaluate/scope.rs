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
/// How deep variables and parameters may lead to one another.
const MAX_DEPTH: u32 = 400;

/// What all scopes of one evaluation share.
#[derive(Debug)]
pub struct Evaluator {
    /// The files that linked templates are read from.
    pub project: Rc<Project>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    steps: Cell<u32>,
    depth: Cell<u32>,
    /// While positive nothing is reported: a branch is looked at that may never be taken.
    quiet: Cell<u32>,
    next_identity: Cell<u64>,
    /// Identities of opaque values, by the scope they belong to and their text.
    identities: RefCell<FxHashMap<(u32, Box<str>), u64>>,
    next_scope: Cell<u32>,
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
            quiet: Cell::new(0),
            next_identity: Cell::new(0),
            identities: RefCell::default(),
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
        let identity = self.new_identity();
        Value::unknown(Residual::Opaque(identity, text.into()), Shape::Any, span)
    }

    /// A value that a text is made of: what is no text is unknown, which is told of; `subject` is what messages call it.
    pub fn textual(&self, value: Value, subject: &str) -> Value {
        if value.is_text() {
            return value;
        }
        let message = format!("{subject} is {}, not text", value.kind_name());
        self.report(Diagnostic::new(Kind::EVALUATION, value.span, message));
        self.opaque(subject, value.span)
    }

    /// Something unknown that equals what reads the same in the same scope.
    pub fn opaque_once(&self, scope: u32, text: &str, span: Span) -> Value {
        let mut identities = self.identities.borrow_mut();
        let identity = *identities
            .entry((scope, text.into()))
            .or_insert_with(|| self.new_identity());
        Value::unknown(Residual::Opaque(identity, text.into()), Shape::Any, span)
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
