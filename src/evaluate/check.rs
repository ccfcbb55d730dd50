//! What can be said of a template's expressions without evaluating them: functions that do not exist, wrong numbers of
//! arguments, names that are not declared.
//!
//! Each different expression of a template is looked at once, at its first use.

use super::scope::Evaluator;
use super::{functions, load};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::expression::{ExpressionId, ExpressionKind};
use crate::template::{FunctionBody, Language, Template, Templates};

/// Checks every template of a file.
pub fn check(evaluator: &Evaluator, templates: &Templates) {
    // Names of Bicep are resolved where it is lowered; what is left are functions of the language.
    if templates.language == Language::Bicep {
        let checking = Checking {
            evaluator,
            templates,
            names: templates.root(),
        };
        checking.calls();
        return;
    }
    for template in &templates.templates {
        let mut names = template;
        while let Some(outer) = names.outer {
            names = templates.get(outer);
        }
        let checking = Checking {
            evaluator,
            templates,
            names,
        };
        for (expression, base) in &template.uses {
            checking.expression(*expression, *base);
        }
    }
}

struct Checking<'a> {
    evaluator: &'a Evaluator,
    templates: &'a Templates,
    /// The template whose parameters and variables are meant.
    names: &'a Template,
}

impl Checking<'_> {
    /// Checks every call of a file.
    fn calls(&self) {
        let expressions = &self.templates.expressions;
        for id in expressions.ids() {
            if let ExpressionKind::Call {
                function,
                arguments,
            } = expressions.kind(id)
            {
                let arguments = expressions.list(arguments).len();
                let (name, span) = (expressions.text(function), expressions.span(id, 0));
                match load::FUNCTIONS.iter().find(|(other, ..)| *other == name) {
                    Some((_, _, least, most)) => self.arity(name, (*least, *most), arguments, span),
                    None => self.call(name, arguments, span),
                }
            }
        }
    }

    fn expression(&self, id: ExpressionId, base: u32) {
        let expressions = &self.templates.expressions;
        let span = expressions.span(id, base);
        match expressions.kind(id) {
            ExpressionKind::Call {
                function,
                arguments,
            } => {
                let arguments = expressions.list(arguments);
                self.call(expressions.text(function), arguments.len(), span);
                for argument in arguments {
                    self.expression(*argument, base);
                }
            }
            ExpressionKind::Parameter(name) => {
                let name = expressions.text(name);
                if self.names.parameter(name).is_none() {
                    let known = self
                        .names
                        .parameters
                        .iter()
                        .map(|parameter| &*parameter.name);
                    self.undeclared("parameter", name, known, span);
                }
            }
            ExpressionKind::Variable(name) => {
                let name = expressions.text(name);
                if self.names.variable(name).is_none() && !self.is_variable_around(name) {
                    let known = self.names.variables.iter().map(|variable| &*variable.name);
                    self.undeclared("variable", name, known, span);
                }
            }
            ExpressionKind::Member { base: of, .. } => self.expression(of, base),
            ExpressionKind::Index { base: of, index } => {
                self.expression(of, base);
                self.expression(index, base);
            }
            ExpressionKind::Null
            | ExpressionKind::Boolean(_)
            | ExpressionKind::Integer(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::String(_)
            | ExpressionKind::Array(_)
            | ExpressionKind::Object(_)
            | ExpressionKind::Copy { .. }
            | ExpressionKind::Interpolation(_)
            | ExpressionKind::Local(_)
            | ExpressionKind::For { .. }
            | ExpressionKind::Symbol(_)
            | ExpressionKind::Apply { .. }
            | ExpressionKind::Imported { .. }
            | ExpressionKind::Shared { .. }
            | ExpressionKind::Missing => {}
        }
    }

    /// Whether this is the body of a function that may read this variable.
    fn is_variable_around(&self, name: &str) -> bool {
        let declaring = self.names.function_of;
        let declaring = declaring.map(|declaring| self.templates.get(declaring));
        declaring.is_some_and(|around| around.symbolic_names && around.variable(name).is_some())
    }

    fn call(&self, name: &str, arguments: usize, span: Span) {
        if name.contains('.') {
            self.user_call(name, arguments, span);
            return;
        }
        let Some((minimum, maximum)) = functions::arity(name) else {
            let diagnostic = Diagnostic::new(
                Kind::UNKNOWN_FUNCTION,
                span,
                format!("there is no function `{name}`"),
            );
            self.report_similar(diagnostic, name, functions::names());
            return;
        };
        self.arity(name, (minimum, maximum), arguments, span);
    }

    fn user_call(&self, name: &str, arguments: usize, span: Span) {
        let declaring = match self.names.function_of {
            Some(declaring) => self.templates.get(declaring),
            None => self.names,
        };
        if let Some(function) = declaring.function(name) {
            let FunctionBody::Declared(body) = declaring.functions[function].body else {
                return;
            };
            let parameters = &self.templates.get(body).parameters;
            let required = parameters
                .iter()
                .filter(|parameter| {
                    parameter.default.is_none()
                        && !self.templates.types.is_nullable(parameter.declared_type)
                })
                .count();
            self.arity(name, (required, parameters.len()), arguments, span);
            return;
        }
        let diagnostic = Diagnostic::new(
            Kind::UNKNOWN_FUNCTION,
            span,
            format!("there is no function `{name}`"),
        );
        let known = declaring.functions.iter().map(|function| &*function.name);
        self.report_similar(diagnostic, name, known);
    }

    /// Reports a wrong number of arguments.
    fn arity(&self, name: &str, (minimum, maximum): (usize, usize), arguments: usize, span: Span) {
        if !(minimum..=maximum).contains(&arguments) {
            let expected = match (minimum, maximum) {
                (minimum, usize::MAX) => format!("at least {minimum}"),
                (minimum, maximum) if minimum == maximum => format!("{minimum}"),
                (minimum, maximum) => format!("{minimum} to {maximum}"),
            };
            let noun = if expected.ends_with(" 1") || expected == "1" {
                "argument"
            } else {
                "arguments"
            };
            let message = format!("`{name}` takes {expected} {noun}, not {arguments}");
            self.evaluator
                .report(Diagnostic::new(Kind::FUNCTION_ARGUMENTS, span, message));
        }
    }

    fn undeclared<'b>(
        &self,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'b str>,
        span: Span,
    ) {
        let diagnostic = Diagnostic::new(
            Kind::UNDECLARED_NAME,
            span,
            format!("{what} `{name}` is not declared"),
        );
        self.report_similar(diagnostic, name, known);
    }

    /// Reports a name that is not known, with the one that is perhaps meant.
    fn report_similar<'b>(
        &self,
        diagnostic: Diagnostic,
        name: &str,
        known: impl Iterator<Item = &'b str>,
    ) {
        if self.evaluator.is_full() {
            return;
        }
        let similar = crate::similar::most_similar(name, known);
        self.evaluator.report(match similar {
            Some(similar) => diagnostic.with_help(format!("did you mean `{similar}`?")),
            None => diagnostic,
        });
    }
}
