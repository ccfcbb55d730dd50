//! Takes values from one root to a place where they meet those of other roots: places get ids of files that are unique there, and
//! what is unknown in one root is not what reads alike in another.

use crate::graph::{Link, Outline, Outlined, Snapshot, Target};
use crate::source::{FileId, Sources, Span};
use crate::value::{Array, Object, Property, Residual, Value, ValueKind};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Scopes of unknown values, at most, that a root may have before those of two roots are mixed up.
const SCOPES: u32 = 1 << 20;

/// Files of several roots under ids of their own.
#[derive(Default)]
pub struct Files {
    numbers: FxHashMap<(usize, FileId), FileId>,
    origins: FxHashMap<FileId, (usize, FileId)>,
}

impl Files {
    /// The root a file belongs to, and its id there.
    pub fn origin(&self, file: FileId) -> Option<(usize, FileId)> {
        self.origins.get(&file).copied()
    }

    fn number(&mut self, root: usize, file: FileId, sources: &Sources) -> FileId {
        if let Some(number) = self.numbers.get(&(root, file)) {
            return *number;
        }
        let Some(source) = sources.find(file) else {
            return file;
        };
        let number = FileId::shared(self.numbers.len() as u32, source);
        self.numbers.insert((root, file), number);
        self.origins.insert(number, (root, file));
        number
    }
}

/// Takes what belongs to one root.
pub struct Carrier<'a> {
    /// Which root.
    pub root: usize,
    /// By which what is unknown in it is told from what is unknown in others.
    pub number: usize,
    /// Its files.
    pub sources: &'a Sources,
    /// Where they go.
    pub files: &'a mut Files,
}

impl Carrier<'_> {
    /// A resource.
    pub fn snapshot(&mut self, snapshot: &Snapshot) -> Snapshot {
        Snapshot {
            type_span: self.span(snapshot.type_span),
            names: self.values(&snapshot.names),
            declaration: self.span(snapshot.declaration),
            body: self.value(&snapshot.body),
            ..snapshot.clone()
        }
    }

    /// All resources of a root.
    pub fn outline(&mut self, outline: &Outline) -> Outline {
        let resources = outline.resources.iter();
        Outline {
            resources: resources.map(|one| self.outlined(one)).collect(),
            doubts: outline.doubts.clone(),
        }
    }

    fn outlined(&mut self, outlined: &Outlined) -> Outlined {
        let links = outlined.links.iter();
        let links = links.map(|link| Link {
            target: self.target(&link.target),
            value: self.value(&link.value),
            ..link.clone()
        });
        Outlined {
            links: links.collect(),
            snapshot: self.snapshot(&outlined.snapshot),
            parent: outlined.parent.as_ref().map(|target| self.target(target)),
            extends: outlined.extends.as_ref().map(|target| self.target(target)),
            calls: Vec::new(),
            other: outlined.other.clone(),
        }
    }

    fn target(&mut self, target: &Target) -> Target {
        match target {
            Target::External {
                resource_type,
                name,
            } => Target::External {
                resource_type: resource_type.clone(),
                name: self.value(name),
            },
            Target::Resource(_) | Target::Unknown(_) => target.clone(),
        }
    }

    /// A value.
    pub fn value(&mut self, value: &Value) -> Value {
        let carried = Value {
            kind: self.kind(value),
            span: self.span(value.span),
            trace: None,
            secure: value.secure,
            // A choice of one root is none of another.
            choices: 0,
        };
        let steps = value.steps().into_iter();
        steps.fold(carried, |value, step| {
            value.through(self.span(step.span), step.step.clone())
        })
    }

    fn span(&mut self, span: Span) -> Span {
        Span {
            file: self.files.number(self.root, span.file, self.sources),
            ..span
        }
    }

    fn values(&mut self, values: &[Value]) -> Vec<Value> {
        values.iter().map(|value| self.value(value)).collect()
    }

    fn kind(&mut self, value: &Value) -> ValueKind {
        match &value.kind {
            ValueKind::Array(array) => {
                let elements = self.values(array.elements());
                ValueKind::Array(Arc::new(Array::new(elements, array.extent())))
            }
            ValueKind::Object(object) => {
                let properties = object.properties().iter();
                let properties = properties.map(|property| Property {
                    key: property.key.clone(),
                    key_span: self.span(property.key_span),
                    value: self.value(&property.value),
                });
                let properties = properties.collect();
                ValueKind::Object(Arc::new(Object::new(properties, object.is_open())))
            }
            ValueKind::Unknown(unknown) => {
                let residual = self.residual(&unknown.residual);
                Value::unknown(residual, unknown.shape, value.span).kind
            }
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_) => value.kind.clone(),
        }
    }

    /// `parameters('x')` of two roots are two things.
    fn residual(&mut self, residual: &Residual) -> Residual {
        match residual {
            Residual::Call {
                scope,
                function,
                arguments,
            } => Residual::Call {
                scope: scope.wrapping_add(SCOPES.wrapping_mul(self.number as u32 + 1)),
                function: function.clone(),
                arguments: self.values(arguments),
            },
            Residual::Member(base, name) => Residual::Member(self.value(base), name.clone()),
            Residual::Index(base, index) => Residual::Index(self.value(base), self.value(index)),
            Residual::Text(parts) => Residual::Text(self.values(parts)),
            Residual::Opaque(identity, text) => {
                let of_root = (self.number as u64 + 1) << 40;
                Residual::Opaque(identity.wrapping_add(of_root), text.clone())
            }
        }
    }
}
