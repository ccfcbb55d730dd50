//! A folder that the client works in: its files, its rules, and what was found so far.

use super::documents::Documents;
use super::settings::Settings;
use crate::diagnostic::{Diagnostic, Kind};
use crate::lint::environments::parameter_files_in;
use crate::lint::session::{Session, Stop};
use crate::lint::{Options, Report};
use crate::project::{Buffers, lies};
use crate::rules::catalogue::Catalogue;
use crate::rules::rule_set::RuleSet;
use crate::source::{SourceFile, Sources, Span, display};
use crate::walk::{self, Found, may_be_parameter_file, may_be_template};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// A folder, or the documents of one that is not worked in.
pub struct Folder {
    /// As the client calls it.
    pub base: PathBuf,
    /// As its files are called from the working directory.
    pub shown: PathBuf,
    /// Where it lies.
    pub lies: PathBuf,
    /// Whether only documents that are open are looked at, as nobody said that the folder is worked in.
    pub is_loose: bool,
    /// What runs are told.
    pub options: Options,
    /// The rules there are.
    pub catalogue: Catalogue,
    rules: RuleSet,
    /// The first source of each rule, by its code.
    pub pages: FxHashMap<Box<str>, Box<str>>,
    /// Mistakes in rule files.
    pub mistakes: (Sources, Vec<Diagnostic>),
    session: Session,
    /// What was found when it was looked at last.
    pub report: Option<Report>,
    /// Whether files may have come or gone.
    is_stale: bool,
    /// Whether something has changed since the last run that came to its end.
    pub is_dirty: bool,
}

impl Folder {
    /// A folder; nothing is read yet but rule files.
    pub fn new(base: PathBuf, settings: &Settings, buffers: Buffers, is_loose: bool) -> Folder {
        let lies = lies(&base);
        let working = std::env::current_dir().unwrap_or_default();
        let shown = match lies.strip_prefix(crate::project::lies(&working)) {
            Ok(inside) if inside.as_os_str().is_empty() => PathBuf::from("."),
            Ok(inside) => inside.to_owned(),
            Err(_) => base.clone(),
        };
        let mut folder = Folder {
            options: settings.options(&shown, &base, buffers),
            base,
            shown,
            lies,
            is_loose,
            catalogue: Catalogue::built_in(),
            rules: RuleSet::new(Vec::new()),
            pages: FxHashMap::default(),
            mistakes: (Sources::default(), Vec::new()),
            session: Session::default(),
            report: None,
            is_stale: true,
            is_dirty: true,
        };
        folder.read_rules(settings);
        folder
    }

    /// Takes other settings.
    pub fn set(&mut self, settings: &Settings, buffers: Buffers) {
        self.options = settings.options(&self.shown, &self.base, buffers);
        self.read_rules(settings);
        self.session.forget_all();
        self.is_stale = true;
        self.is_dirty = true;
    }

    /// Where the rules of the user lie.
    pub fn rule_folders(&self, settings: &Settings) -> Vec<PathBuf> {
        let folders = settings.rules.iter();
        folders.map(|folder| self.base.join(folder)).collect()
    }

    fn read_rules(&mut self, settings: &Settings) {
        let mut catalogue = Catalogue::built_in();
        let (mut sources, mut mistakes) = (Sources::default(), Vec::new());
        let mut problem = |sources: &mut Sources, path: &Path, message: String| {
            let file = sources.add(SourceFile::new(display(path), ""));
            let span = Span::new(file, 0, 0);
            mistakes.push(Diagnostic::new(Kind::RULE_FILE, span, message));
        };
        let mut found = Vec::new();
        for folder in self.rule_folders(settings) {
            let buffers = &self.options.reach.buffers;
            match catalogue.add_folder_with(&folder, buffers, &mut sources) {
                Ok(diagnostics) => found.extend(diagnostics),
                Err(error) => problem(&mut sources, &folder, error.to_string()),
            }
        }
        if !settings.select.is_empty()
            && let Err(error) = catalogue.select(&settings.select)
        {
            problem(&mut sources, &self.base, error.to_string());
        }
        if let Err(error) = catalogue.ignore(&settings.ignore) {
            problem(&mut sources, &self.base, error.to_string());
        }
        mistakes.extend(found);
        self.rules = catalogue.rule_set();
        self.pages = pages(&catalogue);
        self.catalogue = catalogue;
        self.mistakes = (sources, mistakes);
    }

    /// Whether a file lies in it.
    pub fn holds(&self, lies: &Path) -> bool {
        match self.is_loose {
            true => lies.parent() == Some(&self.lies),
            false => lies.starts_with(&self.lies),
        }
    }

    /// Takes what has changed. `are_other`: files may have come or gone.
    pub fn change(
        &mut self,
        changed: &FxHashSet<PathBuf>,
        buffers: &Buffers,
        settings: &Settings,
        are_other: bool,
    ) {
        let is_changed = |path: &Path| changed.contains(path);
        self.options.reach = Arc::new(self.options.reach.after(buffers.clone(), is_changed));
        let rule_folders = self.rule_folders(settings);
        let rule_folders: Vec<_> = rule_folders.iter().map(|folder| lies(folder)).collect();
        let in_rules = |path: &PathBuf| rule_folders.iter().any(|one| path.starts_with(one));
        if changed.iter().any(in_rules) {
            self.read_rules(settings);
            self.session.forget_all();
        }
        self.session.forget(is_changed);
        self.is_stale |= are_other || changed.iter().any(|path| may_be_parameter_file(path));
        self.is_dirty = true;
    }

    /// Forgets everything that was found.
    pub fn forget(&mut self, buffers: &Buffers, settings: &Settings) {
        self.options.reach = Arc::new(self.options.reach.after(buffers.clone(), |_| true));
        self.read_rules(settings);
        self.session.forget_all();
        self.is_stale = true;
        self.is_dirty = true;
    }

    /// Looks again which files there are, if some may have come or gone.
    pub fn refresh(&mut self, documents: &Documents) {
        if !self.is_stale {
            return;
        }
        let (files, parameter_files) = match self.is_loose {
            true => self.loose_files(documents),
            false => self.walked_files(documents),
        };
        self.options.found_parameter_files = parameter_files;
        // Nobody named parameter files, so there is nothing that could fail.
        let _ = self.session.set_files(files, &self.options);
        self.is_stale = false;
    }

    fn walked_files(&self, documents: &Documents) -> (Vec<Found>, Vec<PathBuf>) {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let walk = walk::walk(std::slice::from_ref(&self.shown), threads).unwrap_or_default();
        let (mut files, mut parameter_files) = (walk.files, walk.parameter_files);
        let unsaved = documents.iter().filter(|document| {
            self.holds(&document.lies) && std::fs::symlink_metadata(&document.lies).is_err()
        });
        for document in unsaved {
            let path = self.called(&document.lies);
            if may_be_parameter_file(&path) {
                parameter_files.push(path.clone());
            }
            if may_be_template(&path) {
                files.push(Found { path, named: false });
            }
        }
        files.sort_by_cached_key(|found| walk::order(&found.path));
        files.dedup_by(|later, earlier| later.path == earlier.path);
        parameter_files.sort();
        parameter_files.dedup();
        (files, parameter_files)
    }

    fn loose_files(&self, documents: &Documents) -> (Vec<Found>, Vec<PathBuf>) {
        let own = documents
            .iter()
            .filter(|document| self.holds(&document.lies));
        let files = own
            .map(|document| self.called(&document.lies))
            .filter(|path| may_be_template(path))
            .map(|path| Found { path, named: false });
        let mut files: Vec<Found> = files.collect();
        files.sort_by_cached_key(|found| walk::order(&found.path));
        (files, parameter_files_in(&self.shown))
    }

    /// How a file of the folder is called from the working directory.
    pub fn called(&self, lies: &Path) -> PathBuf {
        match lies.strip_prefix(&self.lies) {
            Ok(inside) if self.shown == Path::new(".") => inside.to_owned(),
            Ok(inside) => self.shown.join(inside),
            Err(_) => lies.to_owned(),
        }
    }

    /// Where the client has a file that is called so from the working directory.
    pub fn absolute(&self, called: &str) -> PathBuf {
        let called = Path::new(called);
        let inside = match self.shown == Path::new(".") {
            true => called,
            false => called.strip_prefix(&self.shown).unwrap_or(called),
        };
        crate::project::plain(&self.base.join(inside))
    }

    /// What is found in all its files; `None` if it was stopped.
    pub fn lint(&mut self, stop: Stop<'_>, seen: &AtomicUsize) -> Option<Report> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let report = self.session.lint(
            &self.catalogue,
            &self.rules,
            &self.options,
            threads,
            stop,
            seen,
        );
        report.ok().flatten()
    }

    /// What is found in one file by itself, while others are still to be looked at.
    pub fn lint_first(&self, lies: &Path) -> Option<Report> {
        let path = self.called(lies);
        self.session
            .lint_one(&self.catalogue, &self.rules, &self.options, &path)
    }

    /// How many files are still to be looked at.
    pub fn pending(&self) -> usize {
        self.session.pending()
    }

    /// What files are looked at, and what was found in them.
    pub fn session(&self) -> &Session {
        &self.session
    }
}

/// The first source of each rule, by its code.
fn pages(catalogue: &Catalogue) -> FxHashMap<Box<str>, Box<str>> {
    let pages = catalogue.all().filter_map(|(_, rule)| {
        let documentation = catalogue.documentation(&rule.name)?;
        let source = documentation.sources.first()?;
        Some((rule.code.clone(), source.url.clone()?))
    });
    pages.collect()
}
