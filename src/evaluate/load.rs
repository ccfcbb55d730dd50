//! Functions of Bicep that read files while it is compiled: `loadTextContent`, `loadJsonContent` and their kin. Paths are relative to
//! the file that holds the call, and stay inside of the root.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-files>

use super::access::selected;
use super::scope::Scope;
use crate::diagnostic::{Diagnostic, Kind};
use crate::path::{self, PathStep};
use crate::project::{FileEntry, NotRead};
use crate::source::Span;
use crate::syntax::node::Document;
use crate::syntax::{json, yaml};
use crate::template::Language;
use crate::value::{MAX_TEXT, Property, Shape, Step, Value, from_node};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::rc::Rc;

/// What a function gives of a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum What {
    /// `loadTextContent`.
    Text,
    /// `loadFileAsBase64`.
    Base64,
    /// `loadJsonContent`.
    Json,
    /// `loadYamlContent`.
    Yaml,
    /// `loadDirectoryFileInfo`.
    Directory,
    /// `readEnvironmentVariable`, which reads no file: the environment of the machine that lints is not the one that deploys.
    EnvironmentVariable,
}

/// The functions by name, each with the least and greatest number of its arguments.
pub const FUNCTIONS: [(&str, What, usize, usize); 6] = [
    ("loadTextContent", What::Text, 1, 2),
    ("loadFileAsBase64", What::Base64, 1, 1),
    ("loadJsonContent", What::Json, 1, 3),
    ("loadYamlContent", What::Yaml, 1, 3),
    ("loadDirectoryFileInfo", What::Directory, 1, 2),
    ("readEnvironmentVariable", What::EnvironmentVariable, 1, 2),
];

impl What {
    /// The function of this name, which is written as here.
    pub fn of(name: &str) -> Option<What> {
        let mut functions = FUNCTIONS.iter();
        let found = functions.find(|(other, ..)| *other == name)?;
        Some(found.1)
    }

    fn shape(self) -> Shape {
        match self {
            What::Text | What::Base64 | What::EnvironmentVariable => Shape::String,
            What::Json | What::Yaml => Shape::Any,
            What::Directory => Shape::Array,
        }
    }
}

/// What was loaded before: by the file that loads, the function and its arguments.
pub type LoadedKey = (crate::source::FileId, What, String);

/// The value of a call; unknown if the file cannot be read, which is told of.
pub fn load(scope: &Rc<Scope>, what: What, arguments: &[Value], span: Span) -> Value {
    let unknown = || {
        let function = FUNCTIONS.iter().find(|(_, other, ..)| *other == what);
        let name = function.map_or("", |(name, ..)| name);
        Value::unknown_call(0, name, arguments.to_vec(), what.shape(), span)
    };
    if scope.templates.language != Language::Bicep {
        return unknown();
    }
    if what == What::EnvironmentVariable {
        return arguments.get(1).cloned().unwrap_or_else(unknown);
    }
    let texts: Option<Vec<&str>> = arguments.iter().map(Value::as_str).collect();
    let Some(texts) = texts else {
        return unknown();
    };
    let key = (span.file, what, texts.join("\n"));
    if let Some(loaded) = scope.evaluator.loaded.borrow().get(&key) {
        return loaded
            .clone()
            .map_or_else(unknown, |value| placed(what, value, span));
    }
    let loaded = read(scope, what, &texts, span).map_err(|refused| {
        let at = arguments[0].span;
        let diagnostic = Diagnostic::new(refused.kind, at, refused.message);
        scope.evaluator.report(diagnostic.with_help(refused.help));
    });
    let loaded = loaded.ok();
    let mut known = scope.evaluator.loaded.borrow_mut();
    known.insert(key, loaded.clone());
    loaded.map_or_else(unknown, |value| placed(what, value, span))
}

/// What is read from JSON or YAML stands in that file, all else where the call does.
fn placed(what: What, value: Value, span: Span) -> Value {
    match what {
        What::Json | What::Yaml => value.through(span, Step::Loaded),
        What::Text | What::Base64 | What::Directory | What::EnvironmentVariable => value.at(span),
    }
}

fn read(scope: &Scope, what: What, texts: &[&str], span: Span) -> Result<Value, NotRead> {
    let project = &scope.evaluator.project;
    let here = span.file;
    let path = texts[0];
    match what {
        What::Text => {
            let file = project.load_text(here, path)?;
            let source = project.source(file);
            let text = source.text().trim_start_matches('\u{feff}');
            within_bounds(path, text.len())?;
            Ok(Value::string(text, span))
        }
        What::Base64 => {
            let encoded = STANDARD.encode(project.load(here, path)?);
            within_bounds(path, encoded.len())?;
            Ok(Value::string(encoded, span))
        }
        What::Json | What::Yaml => {
            let file = project.load_text(here, path)?;
            let source = project.source(file);
            let (document, mistakes) = if what == What::Json {
                json::parse(file, &source)
            } else {
                yaml::parse(file, &source, Kind::MODULE_UNREADABLE)
            };
            if let Some(mistake) = mistakes.into_iter().next() {
                return Err(NotRead {
                    kind: Kind::MODULE_UNREADABLE,
                    message: format!("`{path}` cannot be read: {}", mistake.message),
                    help: "the file has to be well formed",
                });
            }
            let value = whole(&document);
            match texts.get(1) {
                Some(part) => part_of(&value, part),
                None => Ok(value),
            }
        }
        What::Directory => {
            let files = project.load_directory(here, path, texts.get(1).copied())?;
            let files = files.iter().map(|file| entry(file, span));
            Ok(Value::array(files.collect(), span))
        }
        What::EnvironmentVariable => unreachable!("it reads no file"),
    }
}

fn within_bounds(path: &str, length: usize) -> Result<(), NotRead> {
    if length <= MAX_TEXT {
        return Ok(());
    }
    Err(NotRead {
        kind: Kind::VALUE_SIZE,
        message: format!("`{path}` is larger than {MAX_TEXT} bytes"),
        help: "what depends on its content is not judged",
    })
}

fn whole(document: &Document) -> Value {
    from_node(document.root(), &|span| span, &|text, span| {
        Value::string(text, span)
    })
}

/// The part of a document that a path names: `$.a.b[0]`, or `a.b`.
fn part_of(value: &Value, written: &str) -> Result<Value, NotRead> {
    let refused = |message: String| NotRead {
        kind: Kind::MODULE_UNREADABLE,
        message,
        help: "a path names one value, as in `$.storage.sku`",
    };
    let rooted = match written.chars().next() {
        Some('$') => written.to_owned(),
        Some('[') => format!("${written}"),
        Some(_) | None => format!("$.{}", written.trim_start_matches('.')),
    };
    let path = path::parse(&rooted).map_err(|error| refused(error.to_string()))?;
    let mut found = value.clone();
    for step in &path.steps {
        let part = match step {
            PathStep::Member(name) => {
                let object = found.as_object();
                let property = object.and_then(|object| object.get(name));
                property.map(|property| property.value.clone())
            }
            PathStep::Index(index) => {
                let elements = found.as_array().map(|array| array.elements());
                elements.and_then(|elements| elements.get(*index as usize).cloned())
            }
            PathStep::Each => return Err(refused(format!("`{written}` names several values"))),
        };
        let Some(part) = part else {
            return Err(refused(format!("there is no `{written}` in the file")));
        };
        found = selected(&found, &part);
    }
    Ok(found)
}

fn entry(file: &FileEntry, span: Span) -> Value {
    let property = |key: &str, text: &str| Property {
        key: key.into(),
        key_span: span,
        value: Value::string(text, span),
    };
    let properties = vec![
        property("relativePath", &file.relative_path),
        property("baseName", &file.base_name),
        property("extension", &file.extension),
    ];
    Value::object(properties, span)
}
