//! Accepted findings: those that were there when a team began, and are to become fewer.
//!
//! ```text
//! infra/main.bicep   ST001   Microsoft.Storage/storageAccounts   'st${uniqueString(resourceGroup().id)}'   sku.name   5f3c...
//! root template      rule    resource type                       its name as written                       property   fingerprint
//! ```
//!
//! A line an entry, sorted, parts between tabs; only the first two parts and the fingerprint count, the others are for people. Nothing
//! else stands in the file, no number and no date, so that branches that change different entries change different lines.
//!
//! An entry accepts one finding. Findings that their fingerprint does not tell apart need an entry each. A finding that stands for
//! several resources is accepted if each of them is.

use super::fingerprint::{Identity, fingerprint_of, identities};
use super::report::FileReport;
use super::suppression::may_be_silenced;
use super::{FileOutcome, Run};
use crate::diagnostic::{Diagnostic, Fix, Kind, Safety, Suppressed, SuppressedBy, TextEdit};
use crate::repository::Repository;
use crate::source::{FileId, SourceFile, Sources, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// The file that is written if no other is named.
pub const DEFAULT_NAME: &str = "amllint-baseline.txt";
/// The first line, for who opens the file.
const HEADER: &str = "# amllint/v1: accepted findings, one a line; `amllint baseline` writes them";
/// How many digits a fingerprint has.
const DIGITS: usize = 32;

/// An accepted finding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entry {
    /// The root template, from the root of the repository on.
    pub root: String,
    /// The rule.
    pub code: String,
    /// What it is about, for people.
    about: String,
    /// What counts.
    pub fingerprint: String,
}

/// A file of accepted findings.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// Where they stand.
    spans: Vec<Span>,
    /// The file.
    pub sources: Sources,
    id: Option<FileId>,
}

/// What a run is told of accepted findings.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The file.
    pub baseline: Baseline,
    /// From where its paths are counted.
    pub repository: Repository,
}

/// What became of a baseline.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Entries for everything that was found and may be accepted, sorted.
    pub found: Vec<Entry>,
    /// Positions of entries of which the finding is not there any more.
    pub fixed: Vec<usize>,
    /// Findings that are of mandatory rules and so are not accepted.
    pub mandatory: usize,
}

impl Entry {
    fn new(root: &str, code: &str, identity: &Identity, fingerprint: String) -> Entry {
        let words = [&*identity.resource_type, &identity.name, &identity.property];
        let words = words.map(|word| match plain(word) {
            word if word.is_empty() => "-".to_owned(),
            word => word,
        });
        Entry {
            root: plain(root),
            code: code.to_owned(),
            about: words.join("\t"),
            fingerprint,
        }
    }

    fn line(&self) -> String {
        let Entry {
            root,
            code,
            about,
            fingerprint,
        } = self;
        format!("{root}\t{code}\t{about}\t{fingerprint}")
    }

    fn parse(line: &str) -> Option<Entry> {
        let (root, rest) = line.split_once('\t')?;
        let (code, rest) = rest.split_once('\t')?;
        let (about, fingerprint) = rest.rsplit_once('\t')?;
        let is_digit = |byte: u8| byte.is_ascii_hexdigit();
        (fingerprint.len() == DIGITS && fingerprint.bytes().all(is_digit)).then(|| Entry {
            root: root.to_owned(),
            code: code.to_owned(),
            about: about.to_owned(),
            fingerprint: fingerprint.to_owned(),
        })
    }
}

/// A text on one line and without tabs.
fn plain(text: &str) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The file of these entries.
pub fn write(mut entries: Vec<Entry>) -> String {
    entries.sort();
    let mut text = format!("{HEADER}\n");
    for entry in entries {
        text.push_str(&entry.line());
        text.push('\n');
    }
    text
}

impl Baseline {
    /// Reads a file. What git left of a conflict, and anything else that is no entry, is a mistake; order and repetitions are none.
    pub fn parse(source: SourceFile) -> (Baseline, Vec<Diagnostic>) {
        let mut baseline = Baseline::default();
        let file = baseline.sources.add(source);
        baseline.id = Some(file);
        let source = baseline.sources.get(file).clone();
        let mut mistakes = Vec::new();
        let mut at = 0;
        for whole in source.text().split_inclusive('\n') {
            let line = whole.trim_end_matches(['\n', '\r']);
            let span = Span::new(file, at as u32, (at + line.len()) as u32);
            at += whole.len();
            let line = line.trim_start_matches('\u{feff}');
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match Entry::parse(line) {
                Some(entry) => {
                    baseline.entries.push(entry);
                    baseline.spans.push(span);
                }
                None => {
                    let message = "this is no entry of a baseline";
                    let help = "`amllint baseline update` writes the file anew";
                    let mistake = Diagnostic::new(Kind::BASELINE, span, message);
                    mistakes.push(mistake.with_help(help));
                }
            }
        }
        (baseline, mistakes)
    }

    /// Says of an entry that its finding is not there any more.
    pub fn told_fixed(&self, position: usize) -> Diagnostic {
        let (entry, span) = (&self.entries[position], self.spans[position]);
        let Entry { code, root, .. } = entry;
        let message = format!("{code} in {root} is listed, and not found any more");
        let text = self.sources.get(span.file).text();
        let newline = u32::from(text[span.range().end..].starts_with('\n'));
        let edit = TextEdit {
            span: Span {
                end: span.end + newline,
                ..span
            },
            text: String::new(),
        };
        let diagnostic = Diagnostic::new(Kind::FIXED_FINDING, span, message);
        Diagnostic {
            fix: Some(Fix {
                title: "take it out of the baseline".to_owned(),
                safety: Safety::Safe,
                deployed: None,
                edits: vec![edit],
                reveals: Vec::new(),
            }),
            ..diagnostic.with_help("`amllint baseline prune` takes out what is mended")
        }
    }
}

/// Takes out of what is told what is accepted.
pub fn accept(
    run: &Run,
    accepted: &Accepted,
    reports: &mut [Arc<FileReport>],
    elsewhere: &[bool],
) -> Outcome {
    let mut outcome = Outcome::default();
    let entries = &accepted.baseline.entries;
    let mut left: FxHashMap<&str, usize> = FxHashMap::default();
    for entry in entries {
        *left.entry(&entry.fingerprint).or_default() += 1;
    }
    let listed = left.clone();
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    for (report, _) in reports.iter_mut().zip(elsewhere).filter(|(_, is)| !**is) {
        let report = Arc::make_mut(report);
        let bench = run.bench(&report.path);
        let place = accepted.repository.place(&report.path);
        let root = place.path();
        for diagnostic in &report.suppressed {
            for identity in identities(&report.sources, diagnostic) {
                let fingerprint = fingerprint_of(root, &diagnostic.code, &identity);
                *seen.entry(fingerprint).or_default() += 1;
            }
        }
        let mut kept = Vec::new();
        for mut diagnostic in std::mem::take(&mut report.diagnostics) {
            if !may_be_silenced(&diagnostic) || diagnostic.code == Kind::FINDINGS.code {
                kept.push(diagnostic);
                continue;
            }
            let entry = |identity: &Identity| {
                let fingerprint = fingerprint_of(root, &diagnostic.code, identity);
                Entry::new(root, &diagnostic.code, identity, fingerprint)
            };
            let found = identities(&report.sources, &diagnostic);
            let found: Vec<Entry> = found.iter().map(entry).collect();
            for entry in &found {
                *seen.entry(entry.fingerprint.clone()).or_default() += 1;
            }
            let is_left =
                |entry: &Entry| left.get(&*entry.fingerprint).is_some_and(|left| *left > 0);
            let is_listed = !entries.is_empty() && found.iter().all(is_left);
            if bench.is_mandatory(bench.words.of(&diagnostic.name)) {
                outcome.mandatory += 1;
                if is_listed {
                    let note = "the baseline lists it, but the rule is mandatory";
                    diagnostic.notes.push(note.to_owned());
                }
                kept.push(diagnostic);
                continue;
            }
            if is_listed {
                for entry in &found {
                    if let Some(left) = left.get_mut(&*entry.fingerprint) {
                        *left -= 1;
                    }
                }
                diagnostic.suppressed = Some(by_baseline());
                report.suppressed.push(diagnostic);
            } else {
                kept.push(diagnostic);
            }
            outcome.found.extend(found);
        }
        report.diagnostics = kept;
    }
    outcome.found.sort();
    let judged = Judged::new(run, accepted, reports);
    let mut gone: FxHashMap<&str, usize> = listed
        .iter()
        .map(|(fingerprint, listed)| {
            let there = seen.get(*fingerprint).copied().unwrap_or(0);
            (*fingerprint, listed.saturating_sub(there))
        })
        .collect();
    for (position, entry) in entries.iter().enumerate() {
        let Some(gone) = gone.get_mut(&*entry.fingerprint).filter(|gone| **gone > 0) else {
            continue;
        };
        if judged.surely_knows(entry) {
            *gone -= 1;
            outcome.fixed.push(position);
        }
    }
    outcome
}

fn by_baseline() -> Suppressed {
    Suppressed {
        by: SuppressedBy::Baseline,
        reason: None,
        until: None,
        owner: None,
    }
}

/// What a run looked at, for what is not found any more: it may just not have been looked for.
struct Judged<'a> {
    run: &'a Run<'a>,
    repository: &'a Repository,
    /// By root: codes of rules that do not know all there.
    roots: FxHashMap<String, FxHashSet<&'a str>>,
    /// Whether all were found by a walk, so that they met all others of their folders.
    all_met: bool,
}

impl<'a> Judged<'a> {
    fn new(run: &'a Run<'a>, accepted: &'a Accepted, reports: &'a [Arc<FileReport>]) -> Judged<'a> {
        let looked_at = reports.iter().filter(|report| match report.outcome {
            FileOutcome::Linted | FileOutcome::Elsewhere => true,
            FileOutcome::Skipped | FileOutcome::Generated | FileOutcome::Failed => false,
        });
        let roots = looked_at.map(|report| {
            let unknown = report.coverage.unknown.iter().map(|one| &*one.code);
            let place = accepted.repository.place(&report.path);
            (place.path().to_owned(), unknown.collect())
        });
        Judged {
            run,
            repository: &accepted.repository,
            roots: roots.collect(),
            all_met: reports.iter().all(|report| !report.silencers.is_named),
        }
    }

    /// Whether a finding of this entry would have been found.
    fn surely_knows(&self, entry: &Entry) -> bool {
        if !self.run.options.is_whole() {
            return false;
        }
        let Some(unknown) = self.roots.get(&entry.root) else {
            // A template that is not there any more has no findings.
            let path: PathBuf = self.repository.file(&entry.root);
            return !path.exists();
        };
        if unknown.contains(&*entry.code) {
            return false;
        }
        let rules = self.run.rules.rules().iter();
        let mut rules = rules.filter(|rule| *rule.code == *entry.code);
        match rules.next() {
            Some(rule) => rule.together.is_none() || self.all_met,
            None => Kind::ALL.iter().any(|kind| kind.code == entry.code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(root: &str, code: &str, name: &str, digit: char) -> Entry {
        let identity = Identity {
            resource_type: "Microsoft.Storage/storageAccounts".to_owned(),
            name: name.to_owned(),
            property: String::new(),
        };
        let fingerprint = String::from(digit).repeat(DIGITS);
        Entry::new(root, code, &identity, fingerprint)
    }

    #[test]
    fn what_is_written_is_read_again_whatever_is_in_a_name() {
        let entries = vec![
            entry("b.bicep", "ST001", "'st${x}'", '2'),
            entry("a b\tc.json", "ST001", "[concat('a',\n\t'b')]", '1'),
            entry("b.bicep", "ST001", "'st${x}'", '2'),
        ];
        let text = write(entries.clone());
        assert_eq!(text.lines().count(), 4);
        let (read, mistakes) = Baseline::parse(SourceFile::new("b.txt", text.as_str()));
        assert_eq!(mistakes, []);
        let mut sorted = entries;
        sorted.sort();
        assert_eq!(read.entries, sorted);
        let windows = text.replace('\n', "\r\n");
        let (read, mistakes) = Baseline::parse(SourceFile::new("b.txt", windows));
        assert_eq!((read.entries, mistakes), (sorted, Vec::new()));
    }

    #[test]
    fn what_git_left_of_a_conflict_is_no_entry() {
        let line = entry("b.bicep", "ST001", "x", '2').line();
        let text = format!("<<<<<<< HEAD\n{line}\n=======\n>>>>>>> other\nb.bicep\tST001\tx\t12\n");
        let (read, mistakes) = Baseline::parse(SourceFile::new("b.txt", text));
        assert_eq!((read.entries.len(), mistakes.len()), (1, 4));
    }
}
