//! What rules that see a folder say of one root alone: it is put aside until it is known what else they see.

use super::Coverage;
use super::merge::{Held, Looked, Met, Questions};
use super::run::{Told, met};
use crate::diagnostic::Diagnostic;
use crate::graph::{Outline, ResourceGraph, ResourceIndex};
use crate::project::Project;
use crate::rules::judge::{Judgement, RuleOutcome};
use crate::rules::rule_set::RuleSet;
use crate::rules::spanning::seen_in_folders;
use crate::source::FileId;
use crate::walk::Found;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};

/// Resources of a root that others see, at most.
const MAX_RESOURCES: usize = 2_000;

/// Which roots may see one another: those of one folder that hold something that rules look for in a folder.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// Folders that hold more than one file of the run.
    folders: FxHashSet<PathBuf>,
    /// Resource types, folded, that rules look for in a folder.
    types: FxHashSet<Box<str>>,
}

impl Shared {
    /// Finds out what the files and the rules share.
    pub fn new(files: &[Found], rules: &RuleSet) -> Shared {
        let types = seen_in_folders(rules.rules().iter().map(|rule| &**rule));
        let mut counts: FxHashMap<&Path, usize> = FxHashMap::default();
        if !types.is_empty() {
            let folders = files.iter().filter_map(|found| found.path.parent());
            folders.for_each(|folder| *counts.entry(folder).or_default() += 1);
        }
        let folders = counts.into_iter().filter(|(_, count)| *count > 1);
        Shared {
            folders: folders.map(|(folder, _)| folder.to_owned()).collect(),
            types,
        }
    }

    /// Whether a root of a file may see others, or they it.
    pub fn is_shared(&self, path: &Path, graph: &ResourceGraph) -> bool {
        let folder = path.parent().unwrap_or(Path::new(""));
        self.folders.contains(folder)
            && graph.indices().take(MAX_RESOURCES + 1).count() <= MAX_RESOURCES
            && self.types.iter().any(|one| !graph.of_type(one).is_empty())
    }
}

/// What is said of a root by rules that see its folder, until all roots are judged.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// Its file.
    pub file: FileId,
    /// Where it was looked at.
    pub looked: Looked,
    /// The files of it that were restored to the module cache.
    pub restored: FxHashSet<FileId>,
    /// The root in each environment and scenario.
    pub variants: Vec<Variant>,
    /// What the rules say of it.
    pub said: Said,
    /// What all rules say of it by default, where its posture is asked for.
    pub judgements: Judgements,
}

/// What all rules say of a root in its first environment, as it turns out when other roots are in sight.
#[derive(Clone, Debug, Default)]
pub struct Judgements {
    all: Vec<Judgement>,
    /// Whether anything turned out otherwise than in the root alone.
    is_revised: bool,
}

impl Judgements {
    /// Puts another outcome in the place of what a rule said of a resource.
    pub fn revise(&mut self, rule: usize, resource: ResourceIndex, outcome: RuleOutcome) {
        let mut all = self.all.iter_mut();
        if let Some(found) = all.find(|one| (one.rule, one.resource) == (rule, resource)) {
            found.outcome = outcome;
            self.is_revised = true;
        }
    }

    /// Puts other judgements in the place of what some of the rules said.
    pub fn replace(&mut self, of: &dyn Fn(usize) -> bool, by: Vec<Judgement>) {
        if !self.all.is_empty() {
            self.all.retain(|one| !of(one.rule));
            self.all.extend(by);
            self.is_revised = true;
        }
    }

    /// What turned out otherwise, with all the rest.
    pub fn revised(&self) -> Option<&[Judgement]> {
        self.is_revised.then_some(&*self.all)
    }
}

/// A root in one environment and scenario.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Which.
    pub held: Held,
    /// Whether its judgements are counted.
    pub counted: bool,
    /// What others see of it.
    pub outline: Outline,
}

/// What rules that see a folder say of a root.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// What they found.
    pub found: Vec<(Met, Diagnostic)>,
    /// How many judgements there were.
    pub coverage: Coverage,
}

/// What others see of a root in one environment, and what is put aside until it is known what it sees of them.
#[derive(Default)]
pub struct AsideOne {
    /// What others see.
    pub outline: Outline,
    /// What was found.
    pub diagnostics: Vec<Told>,
    /// What was asked, but for what passed.
    pub questions: Questions,
    /// How many judgements there were.
    pub coverage: Coverage,
    /// What all rules say, where the posture is asked for.
    pub judgements: Vec<Judgement>,
}

/// The same for all environments and scenarios of a root.
#[derive(Default)]
pub struct Aside {
    variants: Vec<Variant>,
    found: Vec<(Met, Diagnostic)>,
    coverage: Coverage,
    judgements: Judgements,
}

impl Aside {
    /// Adds that of another environment or scenario; `counted`: its judgements are counted.
    pub fn add(&mut self, held: Held, counted: bool, one: Option<AsideOne>) {
        let Some(AsideOne {
            outline,
            diagnostics,
            coverage,
            questions: _,
            judgements,
        }) = one
        else {
            return;
        };
        if self.variants.is_empty() {
            self.judgements.all = judgements;
        }
        self.variants.push(Variant {
            held,
            counted,
            outline,
        });
        self.found.extend(met(held, diagnostics));
        if counted {
            self.coverage.also(coverage);
        }
    }

    /// What was found.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter().map(|(_, diagnostic)| diagnostic)
    }

    /// What the others of the folder need, and what is said if there are none.
    pub fn outlook(self, project: &Project, file: FileId) -> Option<Outlook> {
        if self.variants.is_empty() {
            return None;
        }
        Some(Outlook {
            file,
            looked: Looked::default(),
            restored: project.restored(),
            variants: self.variants,
            said: Said {
                found: self.found,
                coverage: self.coverage,
            },
            judgements: self.judgements,
        })
    }
}
