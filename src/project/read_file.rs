//! A file of templates as it was read: its text, what it declares, and what is wrong with it.

use super::{NotRead, Project, encoding_problem};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{FileId, SourceFile};
use crate::syntax::bicep::{self, Dialect};
use crate::syntax::json;
use crate::syntax::node::{Document, Node};
use crate::template::{self, Templates, from_bicep, from_node, is_template};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that import from one another are read so deep.
const MAX_IMPORTS: usize = 64;

/// A file that was read, with those it imports from.
#[derive(Debug)]
pub struct ReadFile {
    /// Its id in every project that reaches it.
    pub file: FileId,
    /// Its text.
    pub source: Arc<SourceFile>,
    /// Where it lies, symbolic links followed.
    pub path: PathBuf,
    /// What it declares, if it is a template.
    pub templates: Result<Arc<Templates>, NotRead>,
    /// What it says, if it is a Bicep parameter file.
    pub parameters: Option<Arc<Templates>>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that it imports from.
    pub imports: Vec<Arc<ReadFile>>,
}

impl ReadFile {
    /// Whether it, or a file it imports from, is one of those; or whether it lacks what it imports from, which may be there now.
    pub fn depends_on(&self, changed: &impl Fn(&Path) -> bool) -> bool {
        self.is_touched(changed, &mut FxHashSet::default())
    }

    /// `asked`: the files that are known not to.
    fn is_touched(&self, changed: &impl Fn(&Path) -> bool, asked: &mut FxHashSet<FileId>) -> bool {
        if !asked.insert(self.file) {
            return false;
        }
        let lacks = |one: &Diagnostic| {
            [
                Kind::MODULE_MISSING,
                Kind::MODULE_UNREADABLE,
                Kind::MODULE_NOT_RESTORED,
            ]
            .iter()
            .any(|kind| kind.code == one.code)
        };
        changed(&self.path)
            || self.diagnostics.iter().any(lacks)
            || self
                .imports
                .iter()
                .any(|import| import.is_touched(changed, asked))
    }
}

/// A file of templates that was parsed, whatever it is written in.
pub struct Parsed {
    /// What it declares, if it is a template.
    pub templates: Option<Templates>,
    /// What is wrong with it, in the order in which it was found.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether it holds values for a template's parameters.
    pub is_parameter_file: bool,
}

/// Parses and lowers a file by the ending of its name.
pub fn parse(file: FileId, source: &Arc<SourceFile>) -> Parsed {
    if let Some(dialect) = Dialect::of(source.path()) {
        let (tree, mut diagnostics) = bicep::parse(file, source, dialect);
        let (templates, mistakes) = from_bicep(&tree);
        diagnostics.extend(mistakes);
        return Parsed {
            templates: Some(templates),
            diagnostics,
            is_parameter_file: dialect == Dialect::Parameters,
        };
    }
    let (document, mut diagnostics) = json::parse(file, source);
    let templates = held_template(&document).map(|node| {
        let (templates, mistakes) = from_node(&document, node);
        diagnostics.extend(mistakes);
        templates
    });
    Parsed {
        templates,
        diagnostics,
        is_parameter_file: false,
    }
}

/// The template of a JSON document: itself, or what a template spec in the module cache holds.
fn held_template(document: &Document) -> Option<Node<'_>> {
    if is_template(document) {
        return Some(document.root());
    }
    let held = document.root().get("properties")?.get("mainTemplate")?;
    held.is_object().then_some(held)
}

impl Project {
    /// Reads a file of templates and those it imports from.
    pub(super) fn read_file(&self, path: &Path, shown: &str) -> Result<Arc<ReadFile>, NotRead> {
        if let Some(file) = self.reach.shared(path, shown) {
            return Ok(file);
        }
        if self.reading.borrow().iter().any(|other| other == path) {
            self.in_circles.set(true);
            return Err(NotRead {
                kind: Kind::CYCLE,
                message: format!("`{shown}` imports from itself"),
                help: "move what both files need to a third one",
            });
        }
        if self.reading.borrow().len() >= MAX_IMPORTS {
            // It may be read when another file imports it.
            self.in_circles.set(true);
            return Err(NotRead {
                kind: Kind::NESTING_DEPTH,
                message: format!("`{shown}` is imported through more than {MAX_IMPORTS} files"),
                help: "import it where it is needed",
            });
        }
        let bytes = self.bytes(path, shown)?;
        self.reading.borrow_mut().push(path.to_owned());
        let file = Arc::new(self.parse_file(path, shown, bytes));
        self.reading.borrow_mut().pop();
        // What was read within a circle, or too deep, depends on where that was entered.
        if self.in_circles.get() {
            let outermost = self.reading.borrow().is_empty();
            self.in_circles.set(!outermost);
            return Ok(file);
        }
        Ok(self.reach.share(shown.to_owned(), file))
    }

    fn parse_file(&self, path: &Path, shown: &str, bytes: Vec<u8>) -> ReadFile {
        let (source, problem) = SourceFile::decode(shown, bytes);
        let (file, source) = (self.reach.next_id(&source), Arc::new(source));
        self.adopt(file, source.clone(), path);
        let Parsed {
            templates,
            mut diagnostics,
            is_parameter_file,
        } = parse(file, &source);
        diagnostics.extend(encoding_problem(file, problem));
        let mut imports = Vec::new();
        let mut parameters = None;
        let linked = templates.map(|mut templates| {
            imports = self.link(&mut templates, &mut diagnostics);
            Arc::new(templates)
        });
        let templates = match linked {
            Some(templates) if !is_parameter_file => Ok(templates),
            linked => {
                parameters = linked;
                Err(NotRead {
                    kind: Kind::MODULE_UNREADABLE,
                    message: format!("`{shown}` is no deployment template"),
                    help: "a template names its schema in `$schema`, or is written in Bicep",
                })
            }
        };
        ReadFile {
            file,
            source,
            path: path.to_owned(),
            templates,
            parameters,
            diagnostics,
            imports,
        }
    }

    /// Reads the files that a template imports from and resolves what it takes from them.
    pub fn link(
        &self,
        templates: &mut Templates,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Arc<ReadFile>> {
        let from = templates.expressions.file();
        let mut files = Vec::new();
        for import in &mut templates.imports {
            if import.path.is_empty() {
                continue;
            }
            let read = self.file_at(from, &import.path);
            let exports = read.and_then(|file| {
                let exports = file.templates.clone();
                files.push(file);
                exports
            });
            match exports {
                Ok(exports) => import.templates = Some(exports),
                Err(not_read) => {
                    let diagnostic = Diagnostic::new(not_read.kind, import.span, not_read.message);
                    diagnostics.push(diagnostic.with_help(not_read.help));
                }
            }
        }
        diagnostics.extend(template::resolve_imports(templates));
        files
    }

    pub(super) fn bytes(&self, path: &Path, shown: &str) -> Result<Vec<u8>, NotRead> {
        let refused = |message: String, help| NotRead {
            kind: Kind::MODULE_UNREADABLE,
            message,
            help,
        };
        if let Some(archive) = self.archive_of(path) {
            return Ok(archive.bytes(path).unwrap_or_default().to_vec());
        }
        if !self.reach.is_file(path) {
            let message = format!("`{shown}` is no file");
            return Err(refused(message, "the path names a file, no folder or pipe"));
        }
        let limit = self.reach.maximum_file_size;
        match self.reach.read(path) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => {
                let message = format!("`{shown}` is larger than {limit} bytes and was not read");
                Err(refused(message, "`--max-file-size` raises the limit"))
            }
            Err(error) => Err(refused(error.to_string(), "the file has to be readable")),
        }
    }
}
