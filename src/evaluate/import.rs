//! What a Bicep file imports from another one: variables and functions, which know nothing of either file's parameters.

use super::scope::{Scope, ScopeParts};
use crate::source::Span;
use crate::template::{FunctionBody, TemplateId, Templates};
use crate::value::Value;
use std::rc::Rc;
use std::sync::Arc;

/// A file whose exports are asked for, and what its names mean.
pub type ImportedScope = (Arc<Templates>, Rc<Scope>);

/// The value of a variable that the other file exports; unknown if that was not read or exports no such variable.
pub fn variable(scope: &Rc<Scope>, import: u32, name: &str, span: Span) -> Value {
    let imports = &scope.templates.imports;
    let templates = imports
        .get(import as usize)
        .and_then(|import| import.templates.clone());
    match templates {
        Some(templates) if templates.root().variable(name).is_some() => {
            let exporting = exporting(scope, templates);
            exporting.variable(name, span)
        }
        Some(_) | None => scope.evaluator.opaque(name, span),
    }
}

/// The scope in which what a file exports is computed: nothing is given to its parameters.
fn exporting(scope: &Rc<Scope>, templates: Arc<Templates>) -> Rc<Scope> {
    let known = scope.evaluator.imported.borrow();
    let found = known
        .iter()
        .find(|(other, _)| Arc::ptr_eq(other, &templates));
    if let Some((_, scope)) = found {
        return scope.clone();
    }
    drop(known);
    let exporting = Rc::new(Scope::new(ScopeParts {
        evaluator: scope.evaluator.clone(),
        templates: templates.clone(),
        template: TemplateId(0),
        place: scope.place.clone(),
        target: scope.target.clone(),
        outer: None,
        declaring: None,
        caller: None,
        called_at: None,
        arguments: Vec::new(),
    }));
    let mut known = scope.evaluator.imported.borrow_mut();
    known.push((templates, exporting.clone()));
    exporting
}

/// A function that the other file exports: the scope of that file, and the body. A compiled file has it in a namespace of the
/// compiler's.
pub fn function(scope: &Rc<Scope>, import: u32, name: &str) -> Option<(Rc<Scope>, TemplateId)> {
    let import = scope.templates.imports.get(import as usize)?;
    let templates = import.templates.clone()?;
    let root = templates.root();
    let position = root
        .function(name)
        .or_else(|| root.function(&format!("__bicep.{name}")))?;
    match root.functions[position].body {
        FunctionBody::Declared(template) => Some((exporting(scope, templates.clone()), template)),
        // What a file imports it does not export.
        FunctionBody::Imported(..) => None,
    }
}
