//! A template and the files it reaches: linked templates beside it and template specs that were restored.
//!
//! Nothing is read but what lies under the root of the run or in the module cache, symbolic links followed. A file is read and
//! parsed once, however many deployments link to it.

use crate::diagnostic::{Diagnostic, Kind};
use crate::error::{Error, Result};
use crate::source::{EncodingProblem, FileId, SourceFile, Sources, Span, display};
use crate::syntax::json;
use crate::syntax::node::Node;
use crate::template::{Templates, from_node, is_template};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Which files may be read beside those that are named.
#[derive(Debug, Default)]
pub struct Reach {
    /// The folder that linked templates have to lie in, if the user named it.
    pub root: Option<PathBuf>,
    /// The paths of the run; without a named root each of them has one.
    pub given: Vec<PathBuf>,
    /// The folder that modules and template specs were restored to, such as `~/.bicep`.
    pub module_cache: Option<PathBuf>,
    /// Files larger than this, in bytes, are not read.
    pub maximum_file_size: u64,
    /// The roots, symbolic links followed; looked up when first needed.
    roots: OnceLock<Vec<PathBuf>>,
}

impl Reach {
    /// What may be read in a run over the given paths.
    pub fn new(
        root: Option<PathBuf>,
        given: Vec<PathBuf>,
        module_cache: Option<PathBuf>,
        maximum_file_size: u64,
    ) -> Reach {
        Reach {
            root,
            given,
            module_cache,
            maximum_file_size,
            roots: OnceLock::new(),
        }
    }

    fn roots(&self) -> &[PathBuf] {
        self.roots.get_or_init(|| {
            let mut roots: Vec<_> = match &self.root {
                Some(root) => vec![root.clone()],
                None => self.given.iter().map(|path| default_root(path)).collect(),
            };
            roots.sort();
            roots.dedup();
            roots
                .into_iter()
                .filter_map(|root| std::fs::canonicalize(root).ok())
                .collect()
        })
    }
}

/// The files that are read for one root template.
#[derive(Debug, Default)]
pub struct Project {
    reach: Arc<Reach>,
    sources: RefCell<Sources>,
    /// Where the templates lie on disk.
    paths: RefCell<FxHashMap<FileId, PathBuf>>,
    real_paths: RefCell<FxHashMap<FileId, Option<PathBuf>>>,
    modules: RefCell<FxHashMap<PathBuf, std::result::Result<Module, NotRead>>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

/// A template in a file of its own.
#[derive(Clone, Debug)]
pub struct Module {
    /// The file it is written in.
    pub file: FileId,
    /// The template and those nested in it.
    pub templates: Arc<Templates>,
}

/// Why a linked template was not read.
#[derive(Clone, Debug)]
pub struct NotRead {
    /// What kind of message it is.
    pub kind: Kind,
    /// What is wrong, lower case and without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
}

/// A template spec as its id names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateSpec {
    /// `subscriptions/{...}`.
    pub subscription_id: String,
    /// `resourceGroups/{...}`.
    pub resource_group: String,
    /// `templateSpecs/{...}`.
    pub name: String,
    /// `versions/{...}`.
    pub version: String,
}

impl Project {
    /// No files yet.
    pub fn new(reach: Arc<Reach>) -> Project {
        Project {
            reach,
            ..Project::default()
        }
    }

    /// Adds a text that was read elsewhere; `path` is where it lies on disk, if it does.
    pub fn add(&self, source: SourceFile, path: Option<&Path>) -> FileId {
        let file = self.sources.borrow_mut().add(source);
        if let Some(path) = path {
            self.paths.borrow_mut().insert(file, path.to_owned());
        }
        file
    }

    /// A file of the project.
    pub fn source(&self, file: FileId) -> Arc<SourceFile> {
        self.sources.borrow().get(file).clone()
    }

    /// All files of the project; leaves none.
    pub fn take_sources(&self) -> Sources {
        self.sources.take()
    }

    /// Whether two files of the project are the same file on disk.
    pub fn same_file(&self, left: FileId, right: FileId) -> bool {
        left == right
            || self
                .real_path(left)
                .is_some_and(|left| Some(left) == self.real_path(right))
    }

    /// Where a file lies, symbolic links followed; looked up once.
    fn real_path(&self, file: FileId) -> Option<PathBuf> {
        if let Some(path) = self.real_paths.borrow().get(&file) {
            return path.clone();
        }
        let path = self.paths.borrow().get(&file).cloned();
        let path = path.and_then(|path| std::fs::canonicalize(path).ok());
        self.real_paths.borrow_mut().insert(file, path.clone());
        path
    }

    /// What is wrong with the files read on the way; leaves nothing.
    pub fn take_diagnostics(&self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// Where the templates that were read on the way lie, symbolic links followed.
    pub fn modules_read(&self) -> Vec<PathBuf> {
        let modules = self.modules.borrow();
        let read = modules.iter().filter(|(_, module)| module.is_ok());
        read.map(|(path, _)| path.clone()).collect()
    }

    /// The template at `relative`, seen from the folder of `from`. `relative` uses `/` or `\`.
    pub fn linked(&self, from: FileId, relative: &str) -> std::result::Result<Module, NotRead> {
        let nowhere = || NotRead {
            kind: Kind::MODULE_MISSING,
            message: format!("the linked template `{relative}` was not looked for"),
            help: "the template that links to it does not lie in a folder",
        };
        let Some(around) = self.real_path(from) else {
            return Err(nowhere());
        };
        let inside = |path: &Path| self.reach.roots().iter().any(|root| path.starts_with(root));
        let missing = |_| NotRead {
            kind: Kind::MODULE_MISSING,
            message: format!("the linked template `{relative}` is not there"),
            help: "its path is relative to the file that links to it",
        };
        // Outside of the root it is not even said whether there is a file.
        let outside = || NotRead {
            kind: Kind::MODULE_OUTSIDE,
            message: format!("the linked template `{relative}` lies outside of the root"),
            help: "`--root` names the folder that linked templates may be read from",
        };
        let relative_path = relative.replace('\\', "/");
        let relative_path = Path::new(relative_path.trim_start_matches('/'));
        let folder = around.parent().unwrap_or(Path::new(""));
        let path = plain(&folder.join(relative_path));
        if !inside(&path) {
            return Err(outside());
        }
        let path = std::fs::canonicalize(path).map_err(missing)?;
        if !inside(&path) {
            return Err(outside());
        }
        let source = self.source(from);
        let folder = Path::new(source.path()).parent().unwrap_or(Path::new(""));
        let shown = display(&plain(&folder.join(relative_path)));
        self.module(path, shown)
    }

    /// The version of a template spec, from the module cache:
    /// `<cache>/ts/<subscription>/<resource group>/<name>/<version>/main.json`, all in lower case.
    pub fn template_spec(&self, spec: &TemplateSpec) -> std::result::Result<Module, NotRead> {
        let not_restored = |_| NotRead {
            kind: Kind::MODULE_NOT_RESTORED,
            message: format!(
                "version `{}` of the template spec `{}` is not in the module cache",
                spec.version, spec.name
            ),
            help: "`bicep restore` fetches it; `--module-cache` names the cache",
        };
        let Some(given) = &self.reach.module_cache else {
            return Err(not_restored(std::io::ErrorKind::NotFound.into()));
        };
        let cache = std::fs::canonicalize(given).map_err(not_restored)?;
        let mut path = given.join("ts");
        for part in [
            &spec.subscription_id,
            &spec.resource_group,
            &spec.name,
            &spec.version,
        ] {
            path.push(part.to_lowercase());
        }
        path.push("main.json");
        let shown = display(&path);
        let path = std::fs::canonicalize(path).map_err(not_restored)?;
        if !path.starts_with(&cache) {
            return Err(not_restored(std::io::ErrorKind::NotFound.into()));
        }
        self.module(path, shown)
    }

    fn module(&self, path: PathBuf, shown: String) -> std::result::Result<Module, NotRead> {
        if let Some(read) = self.modules.borrow().get(&path) {
            return read.clone();
        }
        let read = self.read_module(&path, shown);
        self.modules.borrow_mut().insert(path, read.clone());
        read
    }

    fn read_module(&self, path: &Path, shown: String) -> std::result::Result<Module, NotRead> {
        let refused = |message: String, help| NotRead {
            kind: Kind::MODULE_UNREADABLE,
            message,
            help,
        };
        let bytes = match read(path, self.reach.maximum_file_size) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                let limit = self.reach.maximum_file_size;
                let message =
                    format!("the linked template is larger than {limit} bytes and was not read");
                return Err(refused(message, "`--max-file-size` raises the limit"));
            }
            Err(error) => {
                return Err(refused(
                    error.to_string(),
                    "the linked template has to be readable",
                ));
            }
        };
        let (source, problem) = SourceFile::decode(shown, bytes);
        let file = self.add(source, Some(path));
        let source = self.source(file);
        let (document, diagnostics) = json::parse(file, &source);
        let mut found = diagnostics;
        found.extend(encoding_problem(file, problem));
        // A template spec in the cache is the resource, which holds the template.
        let held = document
            .root()
            .get("properties")
            .and_then(|properties| properties.get("mainTemplate"))
            .filter(|held| held.is_object());
        let node: Option<Node<'_>> = if is_template(&document) {
            Some(document.root())
        } else {
            held
        };
        let Some(node) = node else {
            self.diagnostics.borrow_mut().extend(found);
            return Err(refused(
                format!("`{}` is no deployment template", source.path()),
                "a template names its schema in `$schema`",
            ));
        };
        let (templates, mistakes) = from_node(&document, node);
        found.extend(mistakes);
        self.diagnostics.borrow_mut().extend(found);
        Ok(Module {
            file,
            templates: Arc::new(templates),
        })
    }
}

/// A message about bytes that are no text.
pub fn encoding_problem(file: FileId, problem: Option<EncodingProblem>) -> Option<Diagnostic> {
    problem.map(|EncodingProblem::InvalidAt(offset)| {
        let span = Span::new(file, offset, offset + 3);
        Diagnostic::new(Kind::ENCODING, span, "the bytes here are no UTF-8")
            .with_help("save the file as UTF-8")
    })
}

/// The bytes of a file; `None` if there are more than `limit`.
pub fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    let failed = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    if length > limit {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(length as usize + 1);
    // A file may be longer than it says.
    let mut file = file.take(limit.saturating_add(1));
    file.read_to_end(&mut bytes).map_err(failed)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// The root of a run: the nearest folder around `path` that is a git repository, else the working directory if it holds the path,
/// else the path itself or the folder it lies in.
pub fn default_root(path: &Path) -> PathBuf {
    let absolute = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = if absolute.is_dir() {
        absolute.as_path()
    } else {
        absolute.parent().unwrap_or(Path::new("."))
    };
    let repository = folder
        .ancestors()
        .find(|ancestor| ancestor.join(".git").exists());
    if let Some(repository) = repository {
        return repository.to_owned();
    }
    let working = std::env::current_dir().and_then(std::fs::canonicalize);
    match working {
        Ok(working) if absolute.starts_with(&working) => working,
        Ok(_) | Err(_) => folder.to_owned(),
    }
}

/// A path without `.` and, as far as it goes, without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir
                if matches!(plain.components().next_back(), Some(Component::Normal(_))) =>
            {
                plain.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_)
            | Component::RootDir
            | Component::ParentDir
            | Component::Normal(_) => {
                plain.push(component);
            }
        }
    }
    plain
}
