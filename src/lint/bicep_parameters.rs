//! Bicep parameter files: which template they are for, and what they give its parameters.
//!
//! What `extends` names is the base: its values count unless the file says others, and the file may use them as `base`.

use crate::diagnostic::{Diagnostic, Kind};
use crate::evaluate::{Inputs, evaluate};
use crate::project::Project;
use crate::source::Span;
use crate::template::{BASE, Templates};
use crate::value::{Property, Value};
use std::rc::Rc;
use std::sync::Arc;

/// So many parameter files may extend one another.
const MAX_BASES: usize = 64;

/// What a parameter file says.
pub struct Assigned {
    /// The template it is for, if it names one that can be read.
    pub template: Option<Arc<Templates>>,
    /// Values by the names of parameters.
    pub values: Vec<(Box<str>, Value)>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Evaluates a parameter file, and reads the template that it is for.
pub fn read(project: &Rc<Project>, file: Arc<Templates>, place: &Inputs) -> Assigned {
    let using = file.using.clone();
    let mut assigned = values(project, file, place);
    if let Some(using) = using {
        match project.module(using.span.file, &using.path) {
            Ok(module) => assigned.template = Some(module.templates),
            Err(not_read) => {
                let diagnostic = Diagnostic::new(not_read.kind, using.span, not_read.message);
                assigned
                    .diagnostics
                    .push(diagnostic.with_help(not_read.help));
            }
        }
    }
    assigned
}

/// Evaluates a parameter file whose template is known.
pub fn values(project: &Rc<Project>, file: Arc<Templates>, place: &Inputs) -> Assigned {
    let mut assigned = Assigned {
        template: None,
        values: Vec::new(),
        diagnostics: Vec::new(),
    };
    let mut chain = vec![file];
    while let Some(extends) = chain.last().and_then(|file| file.extends.clone()) {
        match project.parameter_file(extends.span.file, &extends.path) {
            Ok(base) if chain.iter().any(|file| is_same(project, file, &base)) => {
                let message = format!("`{}` extends itself", extends.path);
                let diagnostic = Diagnostic::new(Kind::CYCLE, extends.span, message);
                assigned.diagnostics.push(diagnostic);
                break;
            }
            Ok(_) if chain.len() >= MAX_BASES => {
                let message =
                    format!("parameter files extend one another more than {MAX_BASES} times");
                let diagnostic = Diagnostic::new(Kind::NESTING_DEPTH, extends.span, message);
                assigned.diagnostics.push(diagnostic);
                break;
            }
            Ok(base) => chain.push(base),
            Err(not_read) => {
                let diagnostic = Diagnostic::new(not_read.kind, extends.span, not_read.message);
                assigned
                    .diagnostics
                    .push(diagnostic.with_help(not_read.help));
                break;
            }
        }
    }
    // The base first: of two values of one name the last counts.
    for file in chain.iter().rev() {
        let base = assigned.values.iter().map(|(name, value)| Property {
            key: (&**name).into(),
            key_span: value.span,
            value: value.clone(),
        });
        let span = file.root().span;
        let base = Value::object(
            base.collect(),
            Span {
                end: span.start,
                ..span
            },
        );
        let inputs = Inputs {
            parameters: vec![(BASE.into(), base)],
            ..place.clone()
        };
        let deployment = evaluate(project, file, &inputs);
        let values = deployment.outputs.iter();
        let values: Vec<_> = values
            .map(|output| (output.name.clone(), output.value()))
            .collect();
        assigned.values.extend(values);
        assigned.diagnostics.extend(deployment.take_diagnostics());
    }
    assigned
}

fn is_same(project: &Project, left: &Templates, right: &Templates) -> bool {
    project.same_file(left.expressions.file(), right.expressions.file())
}
