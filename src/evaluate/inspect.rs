//! What a name means in each deployment of a template, for whoever looks at it in an editor.

use super::Deployment;
use super::scope::Scope;
use crate::source::{FileId, Span};
use crate::template::TemplateId;
use crate::value::Value;
use std::rc::Rc;

/// What is called so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
    /// A parameter.
    Parameter,
    /// A variable.
    Variable,
}

impl Deployment {
    /// The values of a parameter or variable of the root template of a file, as used at `span`: one for each deployment of it.
    pub fn named(&self, file: FileId, kind: Named, name: &str, span: Span) -> Vec<Value> {
        let entered = self.evaluator.entered.borrow();
        let entered = entered.values().flatten().map(|entered| &entered.scope);
        let all = std::iter::once(&self.root).chain(entered);
        let is_meant = |scope: &&Rc<Scope>| {
            scope.template == TemplateId(0) && scope.templates.expressions.file() == file
        };
        let mut scopes: Vec<Rc<Scope>> = all.filter(is_meant).cloned().collect();
        scopes.sort_by_key(|scope| scope.identity);
        let evaluator = &self.evaluator;
        let value = |scope: Rc<Scope>| match kind {
            Named::Parameter => {
                scope.declared().parameter(name)?;
                Some(evaluator.quietly(|| scope.parameter(name, span)))
            }
            Named::Variable => {
                scope.declared().variable(name)?;
                Some(evaluator.quietly(|| scope.variable(name, span)))
            }
        };
        // Evaluating may enter further deployments.
        scopes.into_iter().filter_map(value).collect()
    }
}
