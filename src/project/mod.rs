//! A template and the files it reaches: modules and linked templates beside it, what was restored to the module cache, and files
//! whose content it loads.
//!
//! Nothing is read but what lies under the root of the run or in the module cache, symbolic links followed. A file of templates is
//! read and parsed once in a run, however many deployments use it.

mod archive;
mod configuration;
mod reach;
mod read_file;
mod reference;

use crate::diagnostic::{Diagnostic, Kind};
use crate::error::{Error, Result};
use crate::similar::wildcard;
use crate::source::{EncodingProblem, FileId, SourceFile, Sources, Span, display};
use crate::template::Templates;
use archive::Archive;
use reach::plain;
pub use reach::{Reach, default_root};
pub use read_file::{Parsed, ReadFile, parse};
use reference::Reference;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files that are read for one root template.
#[derive(Debug, Default)]
pub struct Project {
    reach: Arc<Reach>,
    root: Cell<Option<FileId>>,
    sources: RefCell<Sources>,
    /// Where the files lie on disk.
    paths: RefCell<FxHashMap<FileId, PathBuf>>,
    real_paths: RefCell<FxHashMap<FileId, Option<PathBuf>>>,
    /// Files of templates that were read, by where they lie.
    read: RefCell<FxHashMap<PathBuf, std::result::Result<Arc<ReadFile>, NotRead>>>,
    adopted: RefCell<FxHashSet<FileId>>,
    /// Files that were restored to the module cache.
    restored: RefCell<FxHashSet<FileId>>,
    /// Files whose templates are deployed, by where they lie.
    deployed: RefCell<FxHashSet<PathBuf>>,
    /// Files that are being read, the outermost first.
    reading: RefCell<Vec<PathBuf>>,
    /// Whether a file that is being read imports from itself, or from more files than are followed.
    in_circles: Cell<bool>,
    /// Sources of restored modules, by where the archive lies; `None` if it is not there or of no use.
    archives: RefCell<FxHashMap<PathBuf, Option<Arc<Archive>>>>,
    /// `bicepconfig.json` by the folder it was looked for from.
    configurations: RefCell<FxHashMap<PathBuf, Arc<configuration::Configuration>>>,
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

/// Why a file was not read.
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

/// A file of a folder that a template loads.
#[derive(Debug)]
pub struct FileEntry {
    /// Seen from the folder of the file that loads, with `/`.
    pub relative_path: String,
    /// Its name with its ending.
    pub base_name: String,
    /// Its ending with the dot.
    pub extension: String,
}

/// A file that lies where a template may read it.
pub struct Place {
    /// Where it lies, symbolic links followed.
    pub path: PathBuf,
    /// How messages call it.
    pub shown: String,
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
        self.root.set(self.root.get().or(Some(file)));
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
        let path = path.and_then(|path| self.reach.follow(&path).ok());
        self.real_paths.borrow_mut().insert(file, path.clone());
        path
    }

    /// The templates of a file that was read on the way.
    pub fn templates_of(&self, file: FileId) -> Option<Arc<Templates>> {
        let read = self.read.borrow();
        let found = read.values().flatten().find(|read| read.file == file)?;
        found.templates.clone().ok()
    }

    /// The templates that were read on the way, and those of parameter files, in no order.
    pub fn templates_read(&self) -> Vec<Arc<Templates>> {
        let read = self.read.borrow();
        let templates = read.values().flatten();
        templates
            .filter_map(|read| {
                read.templates
                    .clone()
                    .ok()
                    .or_else(|| read.parameters.clone())
            })
            .collect()
    }

    /// Whether a file is the user's own, rather than restored to the module cache.
    pub fn is_own(&self, file: FileId) -> bool {
        !self.restored.borrow().contains(&file)
    }

    /// Whether a file is the user's own, on disk or at hand, so that it can be written otherwise.
    pub fn is_editable(&self, file: FileId) -> bool {
        self.is_own(file) && self.paths.borrow().contains_key(&file)
    }

    /// Where a file lies, as it was named.
    pub fn path(&self, file: FileId) -> Option<PathBuf> {
        self.paths.borrow().get(&file).cloned()
    }

    /// Where the root template lies: the first file of the project.
    fn root_path(&self) -> Option<PathBuf> {
        let root = self.root.get()?;
        self.real_path(root)
    }

    /// What is wrong with the files read on the way; leaves nothing.
    pub fn take_diagnostics(&self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// Where the templates lie that were deployed on the way, symbolic links followed, and files that are there to be imported from.
    pub fn modules_read(&self) -> Vec<PathBuf> {
        let mut paths = self.deployed.borrow().clone();
        let read = self.read.borrow();
        let deploys_nothing = |read: &&Arc<ReadFile>| {
            let templates = read.templates.as_ref();
            templates.is_ok_and(|templates| templates.root().resources.is_empty())
        };
        let imported = read.values().flatten().filter(deploys_nothing);
        paths.extend(imported.map(|read| read.path.clone()));
        paths.into_iter().collect()
    }

    /// Makes a shared file one of this project.
    fn adopt(&self, file: FileId, source: Arc<SourceFile>, path: &Path) {
        self.sources.borrow_mut().share(file, source);
        let path = path.to_owned();
        self.real_paths
            .borrow_mut()
            .insert(file, Some(path.clone()));
        self.paths.borrow_mut().insert(file, path);
    }

    /// Makes a file and those it imports from files of this project; what is wrong with them is told once.
    fn adopt_all(&self, read: &ReadFile) {
        if !self.adopted.borrow_mut().insert(read.file) {
            return;
        }
        self.adopt(read.file, read.source.clone(), &read.path);
        let told = read.diagnostics.iter().cloned();
        self.diagnostics.borrow_mut().extend(told);
        for import in &read.imports {
            self.adopt_all(import);
        }
    }

    /// The template that a Bicep file names by a path, or by an address in a registry.
    pub fn module(&self, from: FileId, written: &str) -> std::result::Result<Module, NotRead> {
        self.deployed(self.file_at(from, written)?)
    }

    /// The template at `relative`, seen from the folder of `from`. `relative` uses `/` or `\`.
    pub fn linked(&self, from: FileId, relative: &str) -> std::result::Result<Module, NotRead> {
        let place = self.place(from, relative, "linked template")?;
        self.deployed(self.file(place)?)
    }

    /// The version of a template spec, from the module cache:
    /// `<cache>/ts/<subscription>/<resource group>/<name>/<version>/main.json`, all in lower case.
    pub fn template_spec(&self, spec: &TemplateSpec) -> std::result::Result<Module, NotRead> {
        let place = reference::template_spec_in(self.reach.module_cache(None), spec)?;
        self.deployed(self.restored_file(place)?)
    }

    fn deployed(&self, read: Arc<ReadFile>) -> std::result::Result<Module, NotRead> {
        let templates = read.templates.clone()?;
        self.deployed.borrow_mut().insert(read.path.clone());
        Ok(Module {
            file: read.file,
            templates,
        })
    }

    /// A Bicep parameter file that another one extends.
    pub fn parameter_file(
        &self,
        from: FileId,
        relative: &str,
    ) -> std::result::Result<Arc<Templates>, NotRead> {
        let place = self.place(from, relative, "parameter file")?;
        let read = self.file(place)?;
        match &read.parameters {
            Some(parameters) => Ok(parameters.clone()),
            None => Err(NotRead {
                kind: Kind::MODULE_UNREADABLE,
                message: format!("`{relative}` is no Bicep parameter file"),
                help: "its name ends in `.bicepparam`",
            }),
        }
    }

    /// A file of templates by the path or address that a Bicep file says.
    fn file_at(&self, from: FileId, written: &str) -> std::result::Result<Arc<ReadFile>, NotRead> {
        match Reference::parse(written)? {
            Reference::Local(path) if self.is_own(from) => {
                self.file(self.place(from, path, "module")?)
            }
            Reference::Local(path) => self.restored_file(self.place(from, path, "module")?),
            Reference::Restored(artifact) => {
                let configuration = self.configuration(from);
                if let Some(place) = self.stand_in(&configuration, &artifact) {
                    return self.file(place?);
                }
                let cache = self.reach.module_cache(configuration.cache.as_deref());
                let compiled = reference::restored(cache, &configuration, &artifact)?;
                let sources = self.archived(&compiled);
                self.restored_file(sources.unwrap_or(compiled))
            }
        }
    }

    /// The sources of a restored module, if it was published with them.
    fn archived(&self, compiled: &Place) -> Option<Place> {
        let path = compiled.path.with_file_name(archive::NAME);
        let shown = compiled.shown.strip_suffix("main.json")?;
        let shown = format!("{shown}{}", archive::NAME);
        let mut archives = self.archives.borrow_mut();
        let archive = archives.entry(path).or_insert_with_key(|path| {
            let limit = self.reach.maximum_file_size;
            Archive::read(path, limit).map(Arc::new)
        });
        archive.as_ref().map(|archive| archive.entry_point(&shown))
    }

    /// The archive that a path leads into.
    fn archive_of(&self, path: &Path) -> Option<Arc<Archive>> {
        let archives = self.archives.borrow();
        let mut known = archives.values().flatten();
        known.find(|archive| archive.holds(path)).cloned()
    }

    /// A file that was restored to the module cache.
    fn restored_file(&self, place: Place) -> std::result::Result<Arc<ReadFile>, NotRead> {
        let read = self.file(place)?;
        self.restored.borrow_mut().insert(read.file);
        Ok(read)
    }

    fn file(&self, place: Place) -> std::result::Result<Arc<ReadFile>, NotRead> {
        if self.root_path().is_some_and(|root| root == place.path) {
            return Err(NotRead {
                kind: Kind::CYCLE,
                message: format!("`{}` leads back to itself", place.shown),
                help: "move what both files need to a third one",
            });
        }
        let known = self.read.borrow().get(&place.path).cloned();
        if let Some(known) = known {
            return known;
        }
        let read = self.read_file(&place.path, &place.shown);
        if let Ok(read) = &read {
            self.adopt_all(read);
        }
        if !self.reading.borrow().contains(&place.path) {
            self.read.borrow_mut().insert(place.path, read.clone());
        }
        read
    }

    /// Where `relative` lies, seen from the folder of `from`; `what` is what messages call it.
    pub fn place(
        &self,
        from: FileId,
        relative: &str,
        what: &str,
    ) -> std::result::Result<Place, NotRead> {
        let nowhere = || NotRead {
            kind: Kind::MODULE_MISSING,
            message: format!("the {what} `{relative}` was not looked for"),
            help: "the file that names it does not lie in a folder",
        };
        let Some(around) = self.real_path(from) else {
            return Err(nowhere());
        };
        let missing = |_: std::io::Error| NotRead {
            kind: Kind::MODULE_MISSING,
            message: format!("the {what} `{relative}` is not there"),
            help: "its path is relative to the file that names it",
        };
        // Outside of the root it is not even said whether there is a file.
        let outside = || NotRead {
            kind: Kind::MODULE_OUTSIDE,
            message: format!("the {what} `{relative}` lies outside of the root"),
            help: "`--root` names the folder that templates may read from",
        };
        let relative_path = relative.replace('\\', "/");
        let relative_path = Path::new(relative_path.trim_start_matches('/'));
        let folder = around.parent().unwrap_or(Path::new(""));
        let path = plain(&folder.join(relative_path));
        let source = self.source(from);
        let shown = Path::new(source.path()).parent().unwrap_or(Path::new(""));
        let shown = display(&plain(&shown.join(relative_path)));
        if let Some(archive) = self.archive_of(&around) {
            return match archive.bytes(&path) {
                Some(_) => Ok(Place { path, shown }),
                None => Err(missing(std::io::ErrorKind::NotFound.into())),
            };
        }
        if !self.may_read(&around, &path) {
            return Err(outside());
        }
        let path = self.reach.follow(&path).map_err(missing)?;
        if !self.may_read(&around, &path) {
            return Err(outside());
        }
        Ok(Place { path, shown })
    }

    /// Whether a file may name another one: under the root, or, of an artifact in the module cache, in its own folder.
    fn may_read(&self, from: &Path, path: &Path) -> bool {
        if self.reach.holds(path) {
            return true;
        }
        let folder = from.parent().unwrap_or(Path::new(""));
        !self.reach.holds(from) && path.starts_with(folder)
    }

    /// The bytes of a file that a template loads, and the file if it is text.
    pub fn load(&self, from: FileId, relative: &str) -> std::result::Result<Vec<u8>, NotRead> {
        let place = self.place(from, relative, "file")?;
        self.bytes(&place.path, &place.shown)
    }

    /// The files of a folder that a template loads, by path, case folded; `pattern` is one of `*` and `?`.
    pub fn load_directory(
        &self,
        from: FileId,
        relative: &str,
        pattern: Option<&str>,
    ) -> std::result::Result<Vec<FileEntry>, NotRead> {
        let place = self.place(from, relative, "folder")?;
        if !place.path.is_dir() {
            return Err(NotRead {
                kind: Kind::MODULE_UNREADABLE,
                message: format!("`{}` is no folder", place.shown),
                help: "the path names a folder, the second argument which of its files",
            });
        }
        let pattern = pattern.filter(|pattern| !pattern.is_empty()).unwrap_or("*");
        let files = self.reach.files_in(&place.path);
        let entries = files.iter().filter_map(|file| {
            let base_name = file.file_name()?.to_str()?.to_owned();
            let extension = Path::new(&base_name).extension();
            let extension = extension.map(|ending| format!(".{}", ending.to_string_lossy()));
            let folder = plain(Path::new(relative));
            wildcard(&pattern.to_lowercase(), &base_name.to_lowercase()).then(|| FileEntry {
                relative_path: display(&folder.join(&base_name)),
                base_name,
                extension: extension.unwrap_or_default(),
            })
        });
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_cached_key(|entry| entry.relative_path.to_lowercase());
        Ok(entries)
    }

    /// A text file that a template loads, as a file of the project.
    pub fn load_text(&self, from: FileId, relative: &str) -> std::result::Result<FileId, NotRead> {
        let place = self.place(from, relative, "file")?;
        let bytes = self.bytes(&place.path, &place.shown)?;
        let (source, _) = SourceFile::decode(place.shown, bytes);
        Ok(self.add(source, Some(&place.path)))
    }
}

/// The template that the text of a Bicep parameter file says it uses.
pub fn using(text: String) -> Option<Box<str>> {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("main.bicepparam", text));
    let parsed = parse(file, sources.get(file));
    Some(parsed.templates?.using?.path)
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
