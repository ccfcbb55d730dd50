//! What the files of a template say is not to be reported, held against what was found.
//!
//! A suppression is about what is decided, declared or deployed where it stands: the place a finding points at, the declaration of
//! the resource it is about, and each module call around that. One that holds takes the finding out of what is told; one that ended,
//! or is about a mandatory rule, does not, and says so ([`told`]).

mod of_file;
mod remove;
pub mod told;

pub use of_file::{Audited, Standing};

use crate::diagnostic::{Diagnostic, Kind, Severity, Suppressed, SuppressedBy};
use crate::project::Project;
use crate::rules::catalogue::Catalogue;
use crate::rules::words::Words;
use crate::source::{FileId, SourceFile, Span};
use crate::template::Templates;
use crate::template::suppression::{Suppression, Suppressions};
use jiff::civil::Date;
use of_file::OfFile;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What the configuration says of suppressions.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Whether each has to say why.
    pub requires_reason: bool,
    /// Words of rules that nobody may silence.
    pub mandatory: Vec<String>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            requires_reason: true,
            mandatory: Vec::new(),
        }
    }
}

/// What the files of one root say is not to be reported.
#[derive(Clone, Debug, Default)]
pub struct Silencers {
    files: FxHashMap<FileId, OfFile>,
    /// Whether the root has parameters, so that what calls it may make it find more.
    has_parameters: bool,
    /// Whether the root was named, so that nobody looked for what calls it.
    pub is_named: bool,
}

/// What suppressions are held against.
pub struct Bench<'a> {
    /// What words mean.
    pub words: &'a Words,
    /// The configuration.
    pub policy: Policy,
    /// The day of the run.
    pub as_of: Date,
}

impl Silencers {
    /// What the user's own files say that were read for a root. `others` are files of parameters.
    pub fn new(
        project: &Project,
        root: &Templates,
        others: Vec<(Arc<SourceFile>, FileId, Arc<Suppressions>)>,
    ) -> Silencers {
        let of_templates = |templates: &Templates| {
            let expressions = &templates.expressions;
            let suppressions = templates.suppressions.clone();
            (
                expressions.source().clone(),
                expressions.file(),
                suppressions,
            )
        };
        let mut all = vec![of_templates(root)];
        let read = project.templates_read();
        all.extend(read.iter().map(|templates| of_templates(templates)));
        all.extend(others);
        let mut silencers = Silencers {
            has_parameters: !root.root().parameters.is_empty(),
            ..Silencers::default()
        };
        for (source, file, suppressions) in all {
            let says_something = !suppressions.all.is_empty() || !suppressions.mistakes.is_empty();
            if says_something && project.is_own(file) {
                let of_file = OfFile::new(source, project.path(file), suppressions);
                silencers.files.entry(file).or_insert(of_file);
            }
        }
        silencers
    }

    /// Whether the files say nothing.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// What is written like a suppression and is none.
    pub fn mistakes(&self) -> Vec<Diagnostic> {
        let files = self.files.values();
        let mistakes = files.flat_map(|file| file.suppressions.mistakes.iter().cloned());
        let mut mistakes: Vec<_> = mistakes.collect();
        mistakes.sort_by_key(|one| one.primary.span);
        mistakes
    }

    /// Marks a finding that is not to be reported; notes at one that is again.
    pub fn look(&mut self, bench: &Bench<'_>, diagnostic: &mut Diagnostic) {
        if self.files.is_empty() || !may_be_silenced(diagnostic) {
            return;
        }
        let words = bench.words.of(&diagnostic.name);
        let is_mandatory = bench.is_mandatory(words);
        let places = places(diagnostic);
        let mut ended: Option<(Span, Date)> = None;
        for (file, places) in places {
            let Some(of_file) = self.files.get_mut(&file) else {
                continue;
            };
            for (position, word) in of_file.holding(words, &places) {
                let one = &of_file.suppressions.all[position];
                let has_ended = one.until.filter(|until| *until < bench.as_of);
                let state = &mut of_file.states[position];
                state.used[word] = true;
                if is_mandatory {
                    state.mandatory = Some(diagnostic.code.to_string());
                } else if let Some(until) = has_ended {
                    state.has_ended = true;
                    ended = ended.or(Some((one.span, until)));
                } else {
                    state.gravest = state.gravest.max(Some(diagnostic.severity));
                    diagnostic.suppressed.get_or_insert_with(|| suppressed(one));
                }
            }
        }
        if let (Some((place, until)), None) = (ended, &diagnostic.suppressed) {
            let source = &self.files[&place.file].source;
            let line = source.line_index(place.start) + 1;
            let note = format!("was silenced up to {until}, at {}:{line}", source.path());
            diagnostic.notes.push(note);
        }
    }

    /// Counts a finding that is not reported, whatever the number of environments it was made in.
    pub fn count(&mut self, diagnostic: &Diagnostic) {
        if let Some(Suppressed {
            by: SuppressedBy::InSource(span),
            ..
        }) = &diagnostic.suppressed
            && let Some(of_file) = self.files.get_mut(&span.file)
        {
            of_file.count(*span);
        }
    }

    /// What became of each suppression. `is_unjudged` tells words of rules of which something is not known.
    pub fn audit(self, bench: &Bench<'_>, is_unjudged: &dyn Fn(&str) -> bool) -> Vec<Audited> {
        let files = self.files.into_iter();
        let may_find_more = self.is_named && self.has_parameters;
        let is_unjudged = |word: &str| may_find_more || is_unjudged(word);
        let mut audited: Vec<Audited> = files
            .flat_map(|(_, of_file)| of_file.audit(&bench.policy, &is_unjudged))
            .collect();
        audited.sort_by(|left, right| left.order().cmp(&right.order()));
        audited
    }
}

impl Bench<'_> {
    /// Whether one of the words of a rule is that of a mandatory one.
    pub fn is_mandatory(&self, words: &[Box<str>]) -> bool {
        let mandatory = &self.policy.mandatory;
        let is_one = |word: &str| mandatory.iter().any(|one| one.eq_ignore_ascii_case(word));
        words.iter().any(|word| is_one(word))
    }
}

/// What a suppression says of a finding.
fn suppressed(one: &Suppression) -> Suppressed {
    let owned = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    Suppressed {
        by: SuppressedBy::InSource(one.span),
        reason: owned(&one.reason),
        until: one.until.map(|until| until.to_string()),
        owner: owned(&one.owner),
    }
}

/// Whether it is a finding of a rule, or a warning of the tool: a file that is not what it claims to be stays in sight.
pub fn may_be_silenced(diagnostic: &Diagnostic) -> bool {
    let mut kinds = Kind::ALL.iter();
    match kinds.find(|kind| kind.code == diagnostic.code) {
        Some(kind) => kind.severity != Severity::Error && !kind.code.starts_with("AM0"),
        None => true,
    }
}

/// Where a finding is at home, by file: what it points at, the declaration, the calls.
fn places(diagnostic: &Diagnostic) -> Vec<(FileId, Vec<Span>)> {
    let mut places: Vec<(FileId, Vec<Span>)> = Vec::new();
    for span in std::iter::once(diagnostic.primary.span).chain(diagnostic.sites.iter().copied()) {
        match places.iter_mut().find(|(file, _)| *file == span.file) {
            Some((_, spans)) => spans.push(span),
            None => places.push((span.file, vec![span])),
        }
    }
    places
}

/// Words of the rules of a catalogue, for runs in which something is silenced.
pub fn words(catalogue: &Catalogue) -> Words {
    let kinds = Kind::ALL.iter().map(|kind| (kind.name, kind.code));
    catalogue.words(kinds)
}
