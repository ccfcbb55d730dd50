//! From a file to a template with what its parameters are given in each environment.

use super::environments::{self, DEFAULTS};
use super::{Options, bicep_parameters};
use crate::diagnostic::{Diagnostic, Kind};
use crate::error::Result;
use crate::evaluate::Inputs;
use crate::parameters;
use crate::project::{Project, encoding_problem, parse};
use crate::source::{EncodingProblem, FileId, SourceFile, Span, display};
use crate::syntax::bicep::Dialect;
use crate::syntax::json;
use crate::template::suppression::Suppressions;
use crate::template::{Templates, from_json, is_template};
use crate::walk::Found;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// A template that was read, with everything a run needs to evaluate it.
pub struct Loaded {
    /// The template's file, those of its parameters, and those it links to.
    pub project: Rc<Project>,
    /// The template's file.
    pub file: FileId,
    /// The template, if the file is one.
    pub templates: Option<Arc<Templates>>,
    /// What is known of every deployment of it.
    place: Inputs,
    /// What its parameters are given, in each environment; empty until the parameter files were read.
    pub environments: Vec<Environment>,
    /// What is wrong with the files.
    pub diagnostics: Vec<Diagnostic>,
    /// What its parameter files say is not to be reported.
    pub suppressions: Vec<(Arc<SourceFile>, FileId, Arc<Suppressions>)>,
}

impl Loaded {
    /// What is known in the first environment.
    pub fn inputs(&self) -> Inputs {
        let first = self.environments.first();
        first.map_or_else(|| self.place.clone(), |first| first.inputs.clone())
    }

    /// Adds the environment of a parameter file; `path` is where it lies.
    pub fn add_parameter_file(
        &mut self,
        name: String,
        decoded: (SourceFile, Option<EncodingProblem>),
        path: Option<&Path>,
    ) {
        let (source, problem) = decoded;
        let is_bicep = Dialect::of(source.path()).is_some();
        let file = self.project.add(source, path);
        let source = self.project.source(file);
        self.diagnostics.extend(encoding_problem(file, problem));
        let mut inputs = self.place.clone();
        if is_bicep {
            let parsed = parse(file, &source);
            self.diagnostics.extend(parsed.diagnostics);
            if let Some(mut templates) = parsed.templates {
                self.project.link(&mut templates, &mut self.diagnostics);
                let suppressions = templates.suppressions.clone();
                self.suppressions.push((source.clone(), file, suppressions));
                let assigned =
                    bicep_parameters::values(&self.project, Arc::new(templates), &inputs);
                self.diagnostics.extend(assigned.diagnostics);
                inputs.parameters.extend(assigned.values);
            }
        } else {
            let (document, diagnostics) = json::parse(file, &source);
            self.diagnostics.extend(diagnostics);
            let (values, diagnostics) = parameters::read(&document);
            self.diagnostics.extend(diagnostics);
            let suppressions = Arc::new(Suppressions::in_json(&document));
            self.suppressions.push((source.clone(), file, suppressions));
            inputs.parameters.extend(values);
        }
        let class = name.clone();
        self.environments.push(Environment {
            name,
            class,
            inputs,
        });
    }

    /// Calls an environment as the configuration does.
    fn call_environment(&mut self, position: usize, class: Option<String>) {
        if let (Some(environment), Some(class)) = (self.environments.get_mut(position), class) {
            environment.class = class;
        }
    }

    /// Names environments as the configuration does; of several that it calls alike the parameter files are named, too.
    fn tell_environments_apart(&mut self) {
        let classes: Vec<String> = self
            .environments
            .iter()
            .map(|one| one.class.clone())
            .collect();
        for environment in &mut self.environments {
            let class = &environment.class;
            if environment.name == *class {
                continue;
            }
            let alike = classes.iter().filter(|other| *other == class).count();
            environment.name = match alike {
                1 => class.clone(),
                _ => format!("{class} ({})", environment.name),
            };
        }
    }

    /// Gives parameters by the command line.
    pub fn add_arguments(&mut self, arguments: &[(String, String)]) {
        if self.environments.is_empty() {
            self.environments.push(Environment {
                name: DEFAULTS.to_owned(),
                class: DEFAULTS.to_owned(),
                inputs: self.place.clone(),
            });
        }
        for (name, text) in arguments {
            // The text of the argument is a file of its own, so that a finding can point into it.
            let line = format!("{name}={text}");
            let start = name.len() as u32 + 1;
            let source = SourceFile::new("--param", line.as_str());
            let file = self.project.add(source, None);
            let value = parameters::from_argument(text, Span::new(file, start, line.len() as u32));
            for environment in &mut self.environments {
                let name = name.as_str().into();
                environment.inputs.parameters.push((name, value.clone()));
            }
        }
    }
}

/// One way to deploy a template.
#[derive(Clone, Debug)]
pub struct Environment {
    /// What it is called.
    pub name: String,
    /// What the configuration calls it; several parameter files may be one environment there.
    pub class: String,
    /// What is known in it.
    pub inputs: Inputs,
}

/// What a file turned out to be.
pub enum Reading {
    /// A template, or what was said to be one.
    Template(Box<Loaded>),
    /// No template, and it was not named.
    Other,
    /// A template that was compiled from the Bicep file beside it.
    Generated,
}

/// Reads a template and its parameters. `Ok(None)`: it is no template that has to be looked at, and it was not named.
pub fn load(
    found: &Found,
    parameter_files: &[PathBuf],
    options: &Options,
) -> Result<Option<Loaded>> {
    Ok(match load_found(found, parameter_files, options)? {
        Reading::Template(loaded) => Some(*loaded),
        Reading::Other | Reading::Generated => None,
    })
}

/// What the configuration of a template calls the environment of a parameter file.
fn class_of(found: &Found, parameter_file: &Path, options: &Options) -> Option<String> {
    let configurations = &options.configurations;
    let class = configurations.environment_of(&found.path, parameter_file);
    class.map(str::to_owned)
}

pub fn load_found(
    found: &Found,
    parameter_files: &[PathBuf],
    options: &Options,
) -> Result<Reading> {
    let path = display(&found.path);
    let limit = options.maximum_file_size;
    let at_hand = options.at_hand.as_ref();
    let bytes = match at_hand.filter(|(path, _)| *path == found.path) {
        Some((_, bytes)) => Some(bytes.clone()),
        None => options.reach.read_named(&found.path, limit)?,
    };
    let Some(bytes) = bytes else {
        let project = Project::default();
        let file = project.add(SourceFile::new(path, ""), None);
        let message = format!("the file is larger than {limit} bytes and was not read");
        let diagnostic = Diagnostic::new(Kind::FILE_SIZE, Span::new(file, 0, 0), message)
            .with_help("`--max-file-size` raises the limit");
        let (place, diagnostics) = (options.place.clone(), vec![diagnostic]);
        return Ok(Reading::Template(Box::new(Loaded {
            project: Rc::new(project),
            file,
            templates: None,
            place,
            environments: Vec::new(),
            diagnostics,
            suppressions: Vec::new(),
        })));
    };
    let is_bicep = Dialect::of(&path).is_some();
    if !found.named && !is_bicep && !may_be_template(&bytes) {
        return Ok(Reading::Other);
    }
    if !found.named && !is_bicep && !options.include_generated && is_generated(&found.path, &bytes)
    {
        return Ok(Reading::Generated);
    }
    let project = Project::new(options.reach.clone());
    let (source, problem) = SourceFile::decode(path, bytes);
    let file = project.add(source, Some(&found.path));
    let own = class_of(found, &found.path, options);
    let place = |class: &str| {
        options
            .configurations
            .place(&found.path, class, &options.place)
    };
    let own_place = place(own.as_deref().unwrap_or(DEFAULTS));
    let Some(mut loaded) = load_file(project, file, problem, found.named, &own_place) else {
        return Ok(Reading::Other);
    };
    loaded.call_environment(0, own);
    for parameter_file in parameter_files {
        let bytes = options.reach.read_named(parameter_file, u64::MAX)?;
        let bytes = bytes.unwrap_or_default();
        let name = environments::name_of(parameter_file, &found.path);
        let class = class_of(found, parameter_file, options);
        loaded.place = place(class.as_deref().unwrap_or(&name));
        let position = loaded.environments.len();
        loaded.add_parameter_file(
            name,
            SourceFile::decode(display(parameter_file), bytes),
            Some(parameter_file),
        );
        loaded.call_environment(position, class);
    }
    loaded.place = own_place;
    loaded.tell_environments_apart();
    loaded.add_arguments(&options.arguments);
    Ok(Reading::Template(Box::new(loaded)))
}

/// Reads a template from a decoded text.
pub fn load_text(
    decoded: (SourceFile, Option<EncodingProblem>),
    named: bool,
    place: &Inputs,
) -> Option<Loaded> {
    let (source, problem) = decoded;
    let project = Project::default();
    let file = project.add(source, None);
    load_file(project, file, problem, named, place)
}

fn load_file(
    project: Project,
    file: FileId,
    problem: Option<EncodingProblem>,
    named: bool,
    place: &Inputs,
) -> Option<Loaded> {
    let project = Rc::new(project);
    let source = project.source(file);
    if Dialect::of(source.path()).is_some() {
        return Some(load_bicep(project, file, problem, place));
    }
    let (document, mut diagnostics) = json::parse(file, &source);
    diagnostics.extend(encoding_problem(file, problem));
    if !is_template(&document) {
        if !named || parameters::is_parameter_file(&document) {
            return None;
        }
        // Of an empty file that is told already.
        if !source.text().trim().is_empty() {
            let start = Span::new(file, 0, source.text().len().min(1) as u32);
            let diagnostic = Diagnostic::new(Kind::NOT_A_TEMPLATE, start, "the file is no deployment template")
                .with_help("a template names `https://schema.management.azure.com/schemas/.../deploymentTemplate.json#` in `$schema`");
            diagnostics.push(diagnostic);
        }
        return Some(Loaded {
            project,
            file,
            templates: None,
            place: place.clone(),
            environments: Vec::new(),
            diagnostics,
            suppressions: Vec::new(),
        });
    }
    let (templates, mistakes) = from_json(&document);
    diagnostics.extend(mistakes);
    Some(Loaded {
        project,
        file,
        templates: Some(Arc::new(templates)),
        place: place.clone(),
        environments: Vec::new(),
        diagnostics,
        suppressions: Vec::new(),
    })
}

/// Reads a Bicep template, or the template that a Bicep parameter file is for with its values.
fn load_bicep(
    project: Rc<Project>,
    file: FileId,
    problem: Option<EncodingProblem>,
    place: &Inputs,
) -> Loaded {
    let source = project.source(file);
    let parsed = parse(file, &source);
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(encoding_problem(file, problem));
    let mut environments = Vec::new();
    let mut suppressions = Vec::new();
    let templates = parsed.templates.and_then(|mut templates| {
        project.link(&mut templates, &mut diagnostics);
        if parsed.is_parameter_file {
            suppressions.push((source.clone(), file, templates.suppressions.clone()));
            let assigned = bicep_parameters::read(&project, Arc::new(templates), place);
            let mut inputs = place.clone();
            inputs.parameters.extend(assigned.values);
            let path = Path::new(source.path());
            let name = environments::name_of(path, path);
            let class = name.clone();
            environments.push(Environment {
                name,
                class,
                inputs,
            });
            diagnostics.extend(assigned.diagnostics);
            assigned.template
        } else {
            Some(Arc::new(templates))
        }
    });
    Loaded {
        project,
        file,
        templates,
        place: place.clone(),
        environments,
        diagnostics,
        suppressions,
    }
}

/// Whether a file is worth parsing: it names a template's schema, or is written in UTF-16.
pub fn may_be_template(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || memchr::memmem::find(bytes, b"eploymentTemplate.json").is_some()
        || memchr::memmem::find(bytes, b"eploymenttemplate.json").is_some()
}

/// Whether Bicep's compiler made a template of the Bicep file that lies beside it.
fn is_generated(path: &Path, bytes: &[u8]) -> bool {
    let Some(start) = memchr::memmem::find(bytes, b"\"_generator\"") else {
        return false;
    };
    let rest = &bytes[start..bytes.len().min(start + 128)];
    memchr::memmem::find(rest, b"\"bicep\"").is_some() && path.with_extension("bicep").is_file()
}
