//! What can be said of a template's expressions without evaluating them: functions that do not exist, wrong numbers of
//! arguments, names that are not declared.
//!
//! Each different expression of a template is looked at once, at its first use.

use super::functions;
use super::scope::Evaluator;
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::expression::{ExpressionId, ExpressionKind};
use crate::template::Template;

/// Checks every template of the file.
pub fn check(evaluator: &Evaluator) {
    for template in &evaluator.templates.templates {
        let mut names = template;
        while let Some(outer) = names.outer {
            names = evaluator.templates.get(outer);
        }
        let checking = Checking { evaluator, names };
        for (expression, base) in &template.uses {
            checking.expression(*expression, *base);
        }
    }
}

struct Checking<'a> {
    evaluator: &'a Evaluator,
    /// The template whose parameters and variables are meant.
    names: &'a Template,
}

impl Checking<'_> {
    fn expression(&self, id: ExpressionId, base: u32) {
        let expressions = &self.evaluator.templates.expressions;
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
                if self.names.variable(name).is_none() {
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
            | ExpressionKind::Shared { .. }
            | ExpressionKind::Missing => {}
        }
    }

    fn call(&self, name: &str, arguments: usize, span: Span) {
        if let Some((namespace, _)) = name.split_once('.') {
            if !self
                .names
                .function_namespaces
                .iter()
                .any(|known| known.eq_ignore_ascii_case(namespace))
            {
                let message = format!("there is no function namespace `{namespace}`");
                self.evaluator
                    .report(Diagnostic::new(Kind::UNKNOWN_FUNCTION, span, message));
            }
            return;
        }
        let Some((minimum, maximum)) = functions::arity(name) else {
            let diagnostic = Diagnostic::new(
                Kind::UNKNOWN_FUNCTION,
                span,
                format!("there is no function `{name}`"),
            );
            let similar = crate::similar::most_similar(name, functions::names());
            self.evaluator.report(match similar {
                Some(similar) => diagnostic.with_help(format!("did you mean `{similar}`?")),
                None => diagnostic,
            });
            return;
        };
        if !(minimum..=maximum).contains(&arguments) {
            let expected = match (minimum, maximum) {
                (minimum, usize::MAX) => format!("at least {minimum}"),
                (minimum, maximum) if minimum == maximum => format!("{minimum}"),
                (minimum, maximum) => format!("{minimum} to {maximum}"),
            };
            let message = format!("`{name}` takes {expected} arguments, not {arguments}");
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
        self.evaluator
            .report(match crate::similar::most_similar(name, known) {
                Some(similar) => diagnostic.with_help(format!("did you mean `{similar}`?")),
                None => diagnostic,
            });
    }
}
