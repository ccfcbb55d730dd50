//! Why a value is not known before deployment.

use super::{Extent, Residual, Value, ValueKind};
use std::sync::Arc;

/// Causes of one value, at most.
const MAX_CAUSES: usize = 8;

/// Functions of which only Azure, the clock or chance knows the value, in lower case; so are those whose name begins with `list`.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions>
const RUNTIME: [&str; 22] = [
    "deployer",
    "deployment",
    "extensions",
    "externalinput",
    "externalinputs",
    "getsecret",
    "managementgroup",
    "newguid",
    "pickzones",
    "providers",
    "reference",
    "references",
    "resourcegroup",
    "resourceinfo",
    "roledefinitions",
    "subscription",
    "tenant",
    "tologicalzone",
    "tologicalzones",
    "tophysicalzone",
    "tophysicalzones",
    "utcnow",
];

/// Why something is not known before deployment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cause {
    /// Nothing gives this parameter a value.
    Parameter(Arc<str>),
    /// Another tool writes something in the place of this text.
    Placeholder(Arc<str>),
    /// Only Azure, the clock or chance knows what this function gives.
    Function(Arc<str>),
    /// It is known once this is deployed; the identity of its name, by which a deployment is found.
    Reference(Arc<str>),
    /// The template of this deployment could not be read.
    Module(Arc<str>),
    /// How often a loop runs is not known.
    Loop,
    /// It belongs to a resource that exists already.
    Existing,
    /// It belongs to a resource that these templates do not deploy.
    Outside,
    /// What the API makes of a property that is not there is not said.
    Absent(Arc<str>),
    /// The engine would refuse this.
    Mistake(Arc<str>),
    /// This function is not computed, although it could be.
    Unsupported(Arc<str>),
    /// A bound of the program.
    Bound,
}

impl Cause {
    /// The word for programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Cause::Parameter(_) => "parameter",
            Cause::Placeholder(_) => "placeholder",
            Cause::Function(_) | Cause::Reference(_) => "function",
            Cause::Module(_) => "module",
            Cause::Loop => "loop",
            Cause::Existing => "existing",
            Cause::Outside => "outside",
            Cause::Absent(_) => "absent",
            Cause::Mistake(_) => "mistake",
            Cause::Unsupported(_) => "unsupported",
            Cause::Bound => "bound",
        }
    }

    /// What it is about, if it has a name.
    pub fn name(&self) -> Option<&str> {
        match self {
            Cause::Parameter(name)
            | Cause::Placeholder(name)
            | Cause::Function(name)
            | Cause::Module(name)
            | Cause::Absent(name)
            | Cause::Mistake(name)
            | Cause::Unsupported(name) => Some(name),
            Cause::Reference(_) => Some("reference()"),
            Cause::Loop | Cause::Existing | Cause::Outside | Cause::Bound => None,
        }
    }

    /// For people.
    pub fn words(&self) -> String {
        match self {
            Cause::Parameter(name) => format!("parameter `{name}` has no value"),
            Cause::Placeholder(text) => format!("another tool fills in `{text}`"),
            Cause::Function(name) if &**name == "resourceGroup().location" => {
                format!("`{name}` is known when it is deployed; `--location` names it")
            }
            Cause::Function(name) => format!("`{name}` is known when it is deployed"),
            Cause::Reference(_) => "`reference()` is known when it is deployed".to_owned(),
            Cause::Module(path) => format!("module `{path}` was not read"),
            Cause::Loop => "how often the loop runs is not known".to_owned(),
            Cause::Existing => "it belongs to a resource that exists already".to_owned(),
            Cause::Outside => "it belongs to a resource outside of this run".to_owned(),
            Cause::Absent(name) => format!("what the API makes of no `{name}` is not said"),
            Cause::Mistake(text) => format!("`{text}` has no value"),
            Cause::Unsupported(name) => format!("`{name}()` is not computed"),
            Cause::Bound => "a bound of amllint".to_owned(),
        }
    }
}

impl Value {
    /// Why there may be more in it than is known, if it is a container.
    pub fn open_causes(&self) -> Vec<Cause> {
        let mut causes = Vec::new();
        match &self.kind {
            ValueKind::Array(array) => {
                add_known(&array.because, &mut causes);
                if array.extent == Extent::Repeated && causes.is_empty() {
                    push(Cause::Loop, &mut causes);
                }
            }
            ValueKind::Object(object) => add_known(&object.because, &mut causes),
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Unknown(_) => {}
        }
        causes
    }

    /// Why it, or a part of it, is not known, each cause once.
    pub fn causes(&self) -> Vec<Cause> {
        let mut causes = Vec::new();
        add(self, &mut causes);
        causes
    }
}

/// The causes of several values.
pub fn causes_of(values: &[Value]) -> Vec<Cause> {
    let mut causes = Vec::new();
    add_all(values, &mut causes);
    causes
}

fn push(cause: Cause, causes: &mut Vec<Cause>) {
    if causes.len() < MAX_CAUSES && !causes.contains(&cause) {
        causes.push(cause);
    }
}

fn add_all(values: &[Value], causes: &mut Vec<Cause>) {
    for value in values {
        if causes.len() >= MAX_CAUSES {
            return;
        }
        add(value, causes);
    }
}

fn add(value: &Value, causes: &mut Vec<Cause>) {
    match &value.kind {
        ValueKind::Unknown(unknown) => add_residual(value, &unknown.residual, causes),
        ValueKind::Array(array) => {
            add_known(&array.because, causes);
            if array.extent == Extent::Repeated && array.because.is_none() {
                push(Cause::Loop, causes);
            }
            add_all(&array.elements, causes);
        }
        ValueKind::Object(object) => {
            add_known(&object.because, causes);
            let properties = object.properties.iter();
            properties.for_each(|property| add(&property.value, causes));
        }
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::String(_) => {}
    }
}

fn add_known(because: &Option<Arc<[Cause]>>, causes: &mut Vec<Cause>) {
    let known = because.iter().flat_map(|because| because.iter());
    known.for_each(|cause| push(cause.clone(), causes));
}

fn add_residual(value: &Value, residual: &Residual, causes: &mut Vec<Cause>) {
    match residual {
        Residual::Call {
            function,
            arguments,
            ..
        } => add_call(function, arguments, causes),
        Residual::Member(of, name) => match argumentless(of) {
            Some(function) if is_runtime(function) => {
                push(
                    Cause::Function(format!("{function}().{name}").into()),
                    causes,
                );
            }
            Some(_) | None => add(of, causes),
        },
        Residual::Index(of, index) => {
            add(of, causes);
            add(index, causes);
        }
        Residual::Text(parts) => add_all(parts, causes),
        // The texts of lambdas stand beside what is not known.
        Residual::Opaque(_, text) if text.starts_with("lambda") => {}
        Residual::Opaque(_, text) if text.starts_with("too ") => push(Cause::Bound, causes),
        Residual::Opaque(_, text) => push(Cause::Mistake(shown(text, value)), causes),
    }
}

/// The function of a call without arguments.
fn argumentless(value: &Value) -> Option<&str> {
    match &value.as_unknown()?.residual {
        Residual::Call {
            function,
            arguments,
            ..
        } if arguments.is_empty() => Some(function),
        Residual::Call { .. }
        | Residual::Member(..)
        | Residual::Index(..)
        | Residual::Text(_)
        | Residual::Opaque(..) => None,
    }
}

fn add_call(function: &Arc<str>, arguments: &[Value], causes: &mut Vec<Cause>) {
    let first = arguments.first();
    let name = first.and_then(Value::as_str);
    match (&*function.to_ascii_lowercase(), name) {
        ("parameters", Some(name)) => push(Cause::Parameter(name.into()), causes),
        ("placeholder", Some(text)) => push(Cause::Placeholder(text.into()), causes),
        ("copyindex", _) => push(Cause::Loop, causes),
        ("reference", _) => {
            let segments = first.map(|first| first.split('/'));
            let last = segments.and_then(|segments| segments.last().map(Value::identity));
            push(Cause::Reference(last.unwrap_or_default().into()), causes);
        }
        (folded, _) if is_runtime(folded) => {
            push(Cause::Function(format!("{function}()").into()), causes);
        }
        _ => {
            let before = causes.len();
            add_all(arguments, causes);
            let is_known = arguments.iter().all(Value::is_known);
            if causes.len() == before && is_known {
                push(Cause::Unsupported(function.clone()), causes);
            }
        }
    }
}

fn is_runtime(function: &str) -> bool {
    let folded = function.to_ascii_lowercase();
    folded.starts_with("list") || RUNTIME.contains(&&*folded)
}

/// A text that is not secret.
fn shown(text: &Arc<str>, value: &Value) -> Arc<str> {
    match value.secure {
        true => "***".into(),
        false => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources, Span};
    use crate::value::Shape;

    #[test]
    fn causes_are_what_an_expression_leads_to() {
        let file = Sources::default().add(SourceFile::new("a.json", "{}"));
        let span = Span::new(file, 0, 0);
        let call = |function: &str, arguments: Vec<Value>| {
            Value::unknown_call(1, function, arguments, Shape::Any, span)
        };
        let parameter = || call("parameters", vec![Value::string("sku", span)]);
        let group = call("resourceGroup", Vec::new());
        let location = Value::unknown(
            Residual::Member(group, "location".into()),
            Shape::String,
            span,
        );
        let chosen = call(
            "if",
            vec![
                call("equals", vec![parameter(), Value::string("a", span)]),
                location,
                parameter(),
            ],
        );
        let words: Vec<_> = chosen.causes().iter().map(Cause::words).collect();
        assert_eq!(
            words,
            [
                "parameter `sku` has no value",
                "`resourceGroup().location` is known when it is deployed; `--location` names it",
            ]
        );
        let ours = call("cidrSubnets", vec![Value::integer(1, span)]);
        assert_eq!(ours.causes()[0].kind(), "unsupported");
    }
}
