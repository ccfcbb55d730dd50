//! What is said of suppressions once a whole run is judged: one is unused if no root it was read for has a finding for it.
//!
//! It is not said where that is not sure: where a rule does not know all, did not run, or not all environments were looked at.

use super::of_file::{Audited, Standing, State};
use super::remove;
use crate::diagnostic::{Diagnostic, Kind, Safety, Severity};
use crate::lint::report::{FileReport, insert};
use crate::rules::words::Words;
use crate::source::FileId;
use crate::template::suppression::{Form, Word};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of a run when its suppressions are told of.
pub struct Judged<'a> {
    /// What words mean.
    pub words: &'a Words,
    /// Whether everything was looked at that the files may be deployed with.
    pub is_whole: bool,
    /// Whether a word means a rule that ran.
    pub ran: &'a dyn Fn(&str) -> bool,
    /// The day of the run.
    pub as_of: Date,
    /// Milder ones are not told.
    pub minimum_severity: Severity,
    /// Gives what is said at a root the severity that is configured; false if it is not to be told.
    pub adjust: &'a dyn Fn(&str, &mut Diagnostic) -> bool,
}

/// Suppressions of a run, each once, in the order of files and places; tells at the first root of each what is wrong with it.
pub fn tell(
    judged: &Judged<'_>,
    reports: &mut [Arc<FileReport>],
    elsewhere: &[bool],
) -> Vec<Audited> {
    let mut all: BTreeMap<(String, u32, u32), (usize, Audited)> = BTreeMap::new();
    for (position, report) in reports.iter_mut().enumerate() {
        let audited = match Arc::get_mut(report) {
            Some(report) => std::mem::take(&mut report.suppressions),
            None => report.suppressions.clone(),
        };
        for one in audited.into_iter().filter(|_| !elsewhere[position]) {
            let (path, start, end) = one.order();
            let key = (path.to_owned(), start, end);
            match all.get_mut(&key) {
                Some((_, known)) => known.also(&one),
                None => {
                    all.insert(key, (position, one));
                }
            }
        }
    }
    for (position, audited) in all.values() {
        let mut said = said(judged, audited);
        let path = &reports[*position].path;
        said.retain_mut(|one| {
            (judged.adjust)(path, one) && one.severity >= judged.minimum_severity
        });
        if said.is_empty() {
            continue;
        }
        let report = Arc::make_mut(&mut reports[*position]);
        let file = report.sources.adopt(audited.source.clone());
        if let Some(path) = &audited.path {
            report.places.insert(file, path.clone());
        }
        for mut diagnostic in said {
            at_home(&mut diagnostic, file);
            insert(report, diagnostic);
        }
    }
    let all = all.into_values().map(|(_, audited)| Audited {
        standing: standing(judged, &audited),
        ..audited
    });
    all.collect()
}

/// What is to be thought of a suppression.
fn standing(judged: &Judged<'_>, audited: &Audited) -> Standing {
    let Audited {
        suppression, state, ..
    } = audited;
    let mut words = suppression.words.iter().enumerate();
    let is_unknown = |word: &Word| {
        !judged.words.is_known(&word.text) && is_ours(judged.words, suppression.form, &word.text)
    };
    let is_unused = words.clone().any(|(position, word)| {
        judged.words.is_known(&word.text) && is_unused(judged, state, position, &word.text)
    });
    if words.any(|(_, word)| is_unknown(word)) {
        Standing::UnknownRule
    } else if state.mandatory.is_some() {
        Standing::Mandatory
    } else if suppression.until.is_some_and(|until| until < judged.as_of) {
        Standing::Expired
    } else if is_unused {
        Standing::Unused
    } else if audited.lacks_reason && state.gravest.is_some() {
        Standing::WithoutReason
    } else if state.silenced > 0 {
        Standing::Active
    } else {
        Standing::NotJudged
    }
}

/// Gives a diagnostic the id that its file has in a report.
fn at_home(diagnostic: &mut Diagnostic, file: FileId) {
    diagnostic.primary.span.file = file;
    let edits = diagnostic.fix.iter_mut().flat_map(|fix| &mut fix.edits);
    edits.for_each(|edit| edit.span.file = file);
}

fn said(judged: &Judged<'_>, audited: &Audited) -> Vec<Diagnostic> {
    let Audited {
        suppression, state, ..
    } = audited;
    let mut said = Vec::new();
    let mut unused = Vec::new();
    for (position, word) in suppression.words.iter().enumerate() {
        if !judged.words.is_known(&word.text) {
            if is_ours(judged.words, suppression.form, &word.text) {
                said.push(unknown(judged.words, audited, word));
            }
        } else if is_unused(judged, state, position, &word.text) {
            unused.push(word);
        }
    }
    said.extend(unused_words(audited, &unused));
    said.extend(about_use(audited));
    said
}

/// All of a suppression, or some of its words.
fn unused_words(audited: &Audited, unused: &[&Word]) -> Vec<Diagnostic> {
    let Audited {
        source,
        suppression,
        ..
    } = audited;
    let diagnostic = |span, words: &[&Word], fix| {
        let words = list(words.iter().map(|word| &*word.text));
        let message = format!("{words} is silenced here, and finds nothing");
        let diagnostic = Diagnostic::new(Kind::UNUSED_SUPPRESSION, span, message);
        Diagnostic {
            fix: Some(fix),
            ..diagnostic.with_help("remove it")
        }
    };
    if unused.is_empty() {
        return Vec::new();
    }
    if unused.len() == suppression.words.len() {
        let fix = remove::whole(source, suppression, Safety::Safe);
        return vec![diagnostic(suppression.span, unused, fix)];
    }
    let words = unused.iter().map(|word| {
        let fix = remove::word(source, suppression, word.span);
        diagnostic(word.span, &[word], fix)
    });
    words.collect()
}

/// What is said of one that a finding was for.
fn about_use(audited: &Audited) -> Vec<Diagnostic> {
    let Audited {
        source,
        suppression,
        state,
        ..
    } = audited;
    let words = suppression.words.iter().zip(&state.used);
    let used = words
        .filter(|(_, used)| **used)
        .map(|(word, _)| &*word.text);
    let used = list(used);
    // What else it silences would be reported without it.
    let about_one = match suppression.words.len() {
        1 => Safety::Safe,
        _ => Safety::Unsafe,
    };
    let say = |kind, message, help, safety| {
        let diagnostic = Diagnostic::new(kind, suppression.span, message);
        Diagnostic {
            fix: Some(remove::whole(source, suppression, safety)),
            ..diagnostic.with_help(help)
        }
    };
    let mut said = Vec::new();
    if let Some(code) = &state.mandatory {
        let message = format!("`{code}` is mandatory and cannot be silenced");
        let help = "mend what it finds; the configuration says which rules are mandatory";
        said.push(say(Kind::MANDATORY_RULE, message, help, about_one));
    }
    if let (true, Some(until)) = (state.has_ended, suppression.until) {
        let message = format!("{used} was silenced up to {until} and is reported again");
        let help = "mend what is found, or decide anew and move `until`";
        said.push(say(Kind::EXPIRED_SUPPRESSION, message, help, Safety::Safe));
    }
    if let (true, Some(gravest)) = (audited.lacks_reason, state.gravest) {
        let message = format!("{used} is silenced without a reason");
        let help = reason_help(suppression.form);
        let missing = say(Kind::MISSING_REASON, message, help, Safety::Unsafe);
        said.push(Diagnostic {
            severity: gravest.max(missing.severity),
            ..missing
        });
    }
    said
}

fn reason_help(form: Form) -> &'static str {
    match form {
        Form::Comment | Form::FileComment => "add `reason=\"...\"` behind the brackets",
        Form::Metadata => "add `reason` to the entry",
        Form::DisableNextLine | Form::DisableDiagnostics | Form::RestoreDiagnostics => {
            "say why in a comment behind it: `// ...`"
        }
    }
}

fn is_unused(judged: &Judged<'_>, state: &State, position: usize, word: &str) -> bool {
    judged.is_whole && !state.used[position] && !state.unjudged[position] && (judged.ran)(word)
}

/// Whether an unknown word is meant for us: in directives of Bicep those of its compiler and linter stand, too.
fn is_ours(words: &Words, form: Form, word: &str) -> bool {
    let letters = word.get(..2).unwrap_or_default();
    let digits = word.get(2..).unwrap_or_default();
    let is_code = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    !form.is_directive() || is_code && words.is_known(letters)
}

fn unknown(words: &Words, audited: &Audited, word: &Word) -> Diagnostic {
    let Audited {
        source,
        suppression,
        ..
    } = audited;
    let message = format!("there is no rule `{}`", word.text);
    let help = match words.similar(&word.text) {
        Some(similar) => format!("did you mean `{similar}`?"),
        None => "`amllint rules` lists them".to_owned(),
    };
    let fix = match suppression.words.len() {
        1 => remove::whole(source, suppression, Safety::Safe),
        _ => remove::word(source, suppression, word.span),
    };
    let diagnostic = Diagnostic::new(Kind::UNKNOWN_RULE, word.span, message);
    Diagnostic {
        fix: Some(fix),
        ..diagnostic.with_help(help)
    }
}

/// "`ST001`, `CR002` and `zone`".
fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some(_) | None => words.concat(),
    }
}
