//! The values at a place of a document, in every environment of every template that reaches it.

use super::cursor::{Under, UnderKind};
use super::documents::Document;
use super::folder::Folder;
use crate::evaluate::inspect::Named;
use crate::evaluate::{Deployment, evaluate};
use crate::lint::load;
use crate::project::lies;
use crate::source::{FileId, Sources, Span, display};
use crate::value::{Property, Value, ValueKind};
use rustc_hash::FxHashSet;
use std::path::Path;

/// So many templates that reach a document are looked at.
const MAXIMUM_ROOTS: usize = 4;
/// So many values of one place are told apart.
const MAXIMUM_VALUES: usize = 24;

/// A value at a place.
pub struct Seen {
    /// The template through which it is seen.
    pub root: String,
    /// The environment.
    pub environment: String,
    /// The value.
    pub value: Value,
}

/// The values at a place, with the files that they point into.
pub struct Sighting {
    /// Values; those of one template stand together.
    pub values: Vec<Seen>,
    /// Their files.
    pub sources: Sources,
    /// What they are values of.
    pub subject: Under,
}

/// A deployment of a template in one environment.
pub struct Deployed<'a> {
    /// The template's path.
    pub root: &'a str,
    /// The environment.
    pub environment: &'a str,
    /// What is deployed.
    pub deployment: &'a Deployment,
    /// The document among the files of the deployment.
    pub file: FileId,
}

/// Shows every deployment that reaches a document to `see`, one template after the other; gives the files of each.
pub fn deployments(
    folder: &Folder,
    document: &Document,
    mut see: impl FnMut(Deployed<'_>),
) -> Vec<Sources> {
    let mut roots = folder.session().roots_of(&document.lies);
    // Its own template says most of it.
    roots.sort_by_key(|found| lies(&found.path) != document.lies);
    let mut all = Vec::new();
    for found in roots.into_iter().take(MAXIMUM_ROOTS) {
        let session = folder.session();
        let parameter_files = session.parameter_files(&found.path, &folder.options);
        let loaded = load(&found, &parameter_files, &folder.options);
        let Ok(Some(loaded)) = loaded else {
            continue;
        };
        let Some(templates) = &loaded.templates else {
            continue;
        };
        let root = display(&found.path);
        for environment in &loaded.environments {
            let deployment = evaluate(&loaded.project, templates, &environment.inputs);
            // Bodies are evaluated when they are asked for, and with them the files that they reach.
            let bodies = deployment.resources.iter().map(|one| one.body());
            bodies.for_each(drop);
            for file in files_at(&loaded.project.sources(), folder, document) {
                see(Deployed {
                    root: &root,
                    environment: &environment.name,
                    deployment: &deployment,
                    file,
                });
            }
        }
        all.push(loaded.project.take_sources());
    }
    all
}

/// The document among the files of a project.
fn files_at(sources: &Sources, folder: &Folder, document: &Document) -> Vec<FileId> {
    let is_it = |path: &str| {
        Path::new(path).file_name() == document.lies.file_name()
            && lies(&folder.absolute(path)) == document.lies
    };
    let files = sources.all();
    let files = files.filter(|(_, source)| is_it(source.path()));
    files.map(|(file, _)| file).collect()
}

/// The values at a place; `None` if nothing there has any.
pub fn look(folder: &Folder, document: &Document, under: &[Under]) -> Option<Sighting> {
    let mut by_subject: Vec<Vec<(usize, Seen)>> = under.iter().map(|_| Vec::new()).collect();
    let (mut number, mut last_root) = (0, String::new());
    let sources = deployments(folder, document, |deployed| {
        if last_root != deployed.root {
            number += usize::from(!last_root.is_empty());
            deployed.root.clone_into(&mut last_root);
        }
        for (under, seen) in under.iter().zip(&mut by_subject) {
            for value in values(&deployed, under) {
                let environment = deployed.environment.to_owned();
                let root = deployed.root.to_owned();
                let is_known = |(other, one): &(usize, Seen)| {
                    *other == number
                        && one.environment == environment
                        && one.value.identity() == value.identity()
                        && one.value.span == value.span
                };
                if seen.len() < MAXIMUM_VALUES && !seen.iter().any(is_known) {
                    seen.push((
                        number,
                        Seen {
                            root,
                            environment,
                            value,
                        },
                    ));
                }
            }
        }
    });
    let found = by_subject.into_iter().zip(under);
    let (mut seen, under) = found.into_iter().find(|(seen, _)| !seen.is_empty())?;
    // The files of one template are told; those of others have ids of their own.
    let first = seen[0].0;
    seen.retain(|(number, _)| *number == first);
    Some(Sighting {
        values: seen.into_iter().map(|(_, seen)| seen).collect(),
        sources: sources.into_iter().nth(first)?,
        subject: under.clone(),
    })
}

/// The values of what stands at a place, in one deployment.
fn values(deployed: &Deployed<'_>, under: &Under) -> Vec<Value> {
    let here = |span: Span| Span {
        file: deployed.file,
        ..span
    };
    let named = |kind, name: &str| {
        let deployment = deployed.deployment;
        deployment.named(deployed.file, kind, name, here(under.span))
    };
    match &under.kind {
        UnderKind::Name(kind, name) => named(*kind, name),
        UnderKind::Either(name) => {
            let values = named(Named::Parameter, name);
            match values.is_empty() {
                true => named(Named::Variable, name),
                false => values,
            }
        }
        UnderKind::Property(key, _) => properties(deployed.deployment, here(*key)),
    }
}

/// The values of the property whose key stands at a place.
fn properties(deployment: &Deployment, key: Span) -> Vec<Value> {
    let mut found = Vec::new();
    let around = deployment.resources.iter();
    let around = around.filter(|resource| resource.declaration.contains(key));
    for resource in around {
        let mut search = Search {
            take: &mut |property: &Property| {
                if property.key_span == key {
                    found.push(property.value.clone());
                }
            },
            seen: FxHashSet::default(),
        };
        search.within(resource.body());
    }
    found
}

/// All properties of the resources of a file, by where their keys stand.
pub fn values_by_key(deployment: &Deployment, file: FileId) -> Vec<(Span, Value)> {
    let mut found = Vec::new();
    let mut search = Search {
        take: &mut |property: &Property| {
            if property.key_span.file == file {
                found.push((property.key_span, property.value.clone()));
            }
        },
        seen: FxHashSet::default(),
    };
    let own = deployment.resources.iter();
    for resource in own.filter(|resource| resource.declaration.file == file) {
        search.within(resource.body());
    }
    found
}

/// A walk through a value. What is used in many places is looked at once.
struct Search<'a> {
    take: &'a mut dyn FnMut(&Property),
    seen: FxHashSet<*const ()>,
}

impl Search<'_> {
    fn within(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Object(object) => {
                if self.seen.insert(std::sync::Arc::as_ptr(object).cast()) {
                    for property in object.properties() {
                        (self.take)(property);
                        self.within(&property.value);
                    }
                }
            }
            ValueKind::Array(array) => {
                if self.seen.insert(std::sync::Arc::as_ptr(array).cast()) {
                    for element in array.elements() {
                        self.within(element);
                    }
                }
            }
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Unknown(_) => {}
        }
    }
}
