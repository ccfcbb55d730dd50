//! Real templates, from local copies that are no part of the project.
//!
//! ```text
//! AMLLINT_CORPORA=/path/to/copies cargo test --release conformance -- --ignored --nocapture
//! ```
//!
//! Each folder of `AMLLINT_CORPORA` is a copy of a repository. For each, the number of templates, resources and what of their
//! names and types is unknown is printed; nothing may panic and no file may take two seconds.

mod bicep_pairs;
mod bicep_parameters;
mod bicep_syntax;
mod expansion;
mod fixes;
mod mock_modules;

use amllint::diagnostic::Kind;
use amllint::evaluate::{evaluate, functions};
use amllint::lint::{Options, load, on_large_stack};
use amllint::project::Reach;
use amllint::value::{Extent, Residual, Value, ValueKind};
use amllint::walk::walk;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A folder of copies of other repositories, by the names that `scripts/module-cache` tells, with the restored modules in `module-cache`.
fn corpora() -> PathBuf {
    let corpora = std::env::var_os("AMLLINT_CORPORA");
    corpora
        .expect("AMLLINT_CORPORA names a folder of copies")
        .into()
}

/// Programs of the Bicep compiler with what it made of them.
fn samples() -> PathBuf {
    corpora().join("bicep/src/Bicep.Core.Samples/Files")
}

/// The published modules with what the compiler made of them.
fn verified_modules() -> PathBuf {
    corpora().join("bicep-registry-modules/avm")
}

#[derive(Default)]
struct Count {
    files: usize,
    templates: usize,
    resources: usize,
    unknown_names: usize,
    unknown_types: usize,
    bodies_unknown: usize,
    /// Leaves of bodies and outputs, by why they are not known.
    leaves: BTreeMap<&'static str, usize>,
    /// What is unknown though it could be computed.
    unsupported: BTreeMap<String, usize>,
    /// What the engine would refuse.
    mistakes: BTreeMap<String, usize>,
    slowest: Duration,
    codes: BTreeMap<String, usize>,
}

impl Count {
    fn leaves(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Array(array) => array.elements().iter().for_each(|one| self.leaves(one)),
            ValueKind::Object(object) => {
                let properties = object.properties().iter();
                properties.for_each(|property| self.leaves(&property.value));
            }
            ValueKind::Unknown(unknown) => {
                let cause = self.cause(&unknown.residual);
                *self.leaves.entry(cause).or_default() += 1;
            }
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_) => *self.leaves.entry("known").or_default() += 1,
        }
    }

    /// Why something is unknown: the gravest reason in it.
    fn cause(&mut self, residual: &Residual) -> &'static str {
        let parts: Vec<&Value> = match residual {
            Residual::Opaque(_, text) if text.starts_with("parameters(") => return "parameter",
            Residual::Opaque(_, text) => {
                *self.mistakes.entry(text.to_string()).or_default() += 1;
                return "mistake in the template";
            }
            Residual::Text(parts) => parts.iter().collect(),
            Residual::Member(of, _) => vec![of],
            Residual::Index(of, index) => vec![of, index],
            Residual::Call { function, .. } if &**function == "parameters" => return "parameter",
            Residual::Call {
                function,
                arguments,
                ..
            } => {
                let function = function.to_ascii_lowercase();
                if RUNTIME.contains(&&*function) || function.starts_with("list") {
                    return "runtime function";
                }
                if functions::arity(&function).is_none() {
                    *self.mistakes.entry(function).or_default() += 1;
                    return "mistake in the template";
                }
                arguments.iter().collect()
            }
        };
        let causes: Vec<_> = parts
            .into_iter()
            .filter_map(|part| self.inner(part))
            .collect();
        for cause in [
            "not supported",
            "mistake in the template",
            "runtime function",
            "parameter",
        ] {
            if causes.contains(&cause) {
                return cause;
            }
        }
        let text = match residual {
            Residual::Call { function, .. } => function.to_string(),
            Residual::Text(_)
            | Residual::Member(..)
            | Residual::Index(..)
            | Residual::Opaque(..) => "other".to_owned(),
        };
        *self.unsupported.entry(text).or_default() += 1;
        "not supported"
    }

    fn inner(&mut self, value: &Value) -> Option<&'static str> {
        match &value.kind {
            ValueKind::Unknown(unknown) => match &unknown.residual {
                // Why it was not called stands beside it.
                Residual::Opaque(_, text) if text.starts_with("lambda(") => None,
                residual @ (Residual::Call { .. }
                | Residual::Member(..)
                | Residual::Index(..)
                | Residual::Text(_)
                | Residual::Opaque(..)) => Some(self.cause(residual)),
            },
            ValueKind::Array(array) => {
                let found = array.elements().iter().find_map(|one| self.inner(one));
                found.or((array.extent() != Extent::Closed).then_some("parameter"))
            }
            ValueKind::Object(object) => {
                let mut properties = object.properties().iter();
                let found = properties.find_map(|property| self.inner(&property.value));
                found.or(object.is_open().then_some("parameter"))
            }
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_) => None,
        }
    }
}

/// Functions of which only Azure, the clock or chance knows the value, in lower case: language reference, 2.1.
const RUNTIME: [&str; 21] = [
    "copyindex",
    "deployer",
    "deployment",
    "extensions",
    "externalinputs",
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

/// What a run over a copy is told.
fn options(root: &Path) -> Options {
    let reach = Reach::new(Some(root.to_owned()), Vec::new(), u64::MAX);
    Options {
        include_generated: true,
        environments: amllint::lint::environments::EnvironmentMode::Defaults,
        ..Options::new(Arc::new(reach), jiff::civil::date(2026, 11, 1))
    }
}

fn survey(folder: &Path) -> Count {
    let options = options(folder);
    let mut count = Count::default();
    let files = walk(&[folder.to_owned()], 2)
        .expect("the copy is readable")
        .files;
    count.files = files.len();
    for found in files {
        let started = Instant::now();
        let loaded = load(&found, &[], &options).expect("the copy is readable");
        let Some(loaded) = loaded else {
            continue;
        };
        let templates = loaded.templates.clone();
        let templates = templates.expect("what is not named is a template");
        count.templates += 1;
        let deployment = evaluate(&loaded.project, &templates, &loaded.inputs());
        for resource in &deployment.resources {
            count.resources += 1;
            count.unknown_types += usize::from(resource.resource_type.is_empty());
            count.unknown_names +=
                usize::from(resource.names.iter().any(|name| name.as_str().is_none()));
            count.bodies_unknown += usize::from(resource.body().as_object().is_none());
            count.leaves(resource.body());
        }
        for output in &deployment.outputs {
            count.leaves(&output.value());
        }
        let diagnostics = loaded.diagnostics.iter().cloned();
        let evaluated = deployment.take_diagnostics().into_iter();
        for diagnostic in diagnostics
            .chain(evaluated)
            .chain(loaded.project.take_diagnostics())
        {
            *count.codes.entry(diagnostic.code.to_string()).or_default() += 1;
            assert_ne!(diagnostic.code, Kind::INTERNAL.code);
        }
        count.slowest = count.slowest.max(started.elapsed());
    }
    count
}

#[test]
#[expect(clippy::print_stderr, reason = "the table is what the survey is for")]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn conformance() {
    let mut folders: Vec<_> = std::fs::read_dir(corpora())
        .expect("the folder is readable")
        .flatten()
        .collect();
    folders.sort_by_key(std::fs::DirEntry::file_name);
    for folder in folders {
        let count = on_large_stack(|| survey(&folder.path()));
        eprintln!(
            "{}: {} files, {} templates, {} resources, {} names and {} types unknown, {} bodies unknown, slowest {:?}, {:?}\n  leaves: {:?}\n  not supported: {:?}\n  mistakes: {:?}",
            folder.file_name().to_string_lossy(),
            count.files,
            count.templates,
            count.resources,
            count.unknown_names,
            count.unknown_types,
            count.bodies_unknown,
            count.slowest,
            count.codes,
            count.leaves,
            count.unsupported,
            count.mistakes,
        );
        assert!(
            count.slowest < Duration::from_secs(2),
            "a file takes more than two seconds"
        );
    }
}
