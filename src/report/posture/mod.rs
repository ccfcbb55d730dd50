//! What workspaces and the services they stand on survive: `amllint posture`, one file for each format.

mod html;
mod json;
mod markdown;
mod picture;
mod text;

use super::single_line;
use crate::lint::{FileReport, Report};
use crate::posture::{Cell, Decision, Found, Row, State, Verdict, Workspace, remark};
use crate::rules::service::{Section, Service};
use crate::source::{Sources, Span};

/// A format of the posture report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For a terminal.
    Text,
    /// For a pull request.
    Markdown,
    /// A page by itself.
    Html,
    /// For programs.
    Json,
}

/// The posture of every workspace of a run. `color` has an effect on [`Format::Text`] only.
pub fn render(report: &Report, services: &[Service], format: Format, color: bool) -> String {
    let views = report.files.iter().flat_map(|file| {
        let workspaces = file.workspaces.iter();
        workspaces.map(move |workspace| View {
            file,
            workspace,
            services,
        })
    });
    let views: Vec<_> = views.collect();
    match format {
        Format::Text => text::render(&views, color),
        Format::Markdown => markdown::render(&views),
        Format::Html => html::render(&views),
        Format::Json => json::render(&views),
    }
}

/// A workspace with the files its places point into.
struct View<'a> {
    file: &'a FileReport,
    workspace: &'a Workspace,
    services: &'a [Service],
}

impl<'a> View<'a> {
    fn sources(&self) -> &'a Sources {
        &self.file.sources
    }

    fn service(&self, row: &Row) -> &'a Service {
        &self.services[row.service]
    }

    /// `templates/main.json:8:15`.
    fn place(&self, span: Span) -> String {
        let file = self.sources().get(span.file);
        let position = file.position(span.start);
        let path = single_line(file.path());
        format!("{path}:{}:{}", position.line, position.column)
    }

    /// The rows that say something.
    fn shown(&self) -> impl Iterator<Item = &'a Row> {
        let rows = self.workspace.rows.iter();
        rows.filter(|row| !row.is_idle() && !row.is_unseen())
    }

    /// `Default`, `Hub, exists already`.
    fn kind(&self) -> String {
        let Workspace {
            kind,
            existing,
            times,
            ..
        } = self.workspace;
        let mut words: Vec<String> = kind.iter().cloned().collect();
        words.extend(existing.then(|| "exists already".to_owned()));
        words.extend((*times > 1).then(|| format!("{times} times")));
        words.join(", ")
    }

    /// The rows that say something, by the part of the table they stand in.
    fn sections(&self) -> Vec<(Section, Vec<&'a Row>)> {
        let mut sections: Vec<(Section, Vec<&Row>)> = Vec::new();
        for row in self.shown() {
            let section = self.service(row).section;
            match sections.iter_mut().find(|(known, _)| *known == section) {
                Some((_, rows)) => rows.push(row),
                None => sections.push((section, vec![row])),
            }
        }
        sections.sort_by_key(|(section, _)| *section);
        sections
    }

    /// What there is nothing to say of, each with a heading: what the workspace does not use, and what is not seen.
    fn unsaid(&self) -> Vec<(&'static str, Vec<&'a str>)> {
        let titles = |wanted: fn(&Row) -> bool| {
            let rows = self.workspace.rows.iter().filter(|row| wanted(row));
            let titles: Vec<&str> = rows.map(|row| &*self.service(row).title).collect();
            titles
        };
        let unsaid = [
            ("Not seen", titles(Row::is_unseen)),
            ("Not used", titles(Row::is_idle)),
        ];
        let unsaid = unsaid.into_iter();
        unsaid.filter(|(_, titles)| !titles.is_empty()).collect()
    }

    /// What was found for a row, in a few words.
    fn resource(&self, row: &Row) -> Resource {
        match &row.found {
            Found::Nothing => Resource {
                name: None,
                remark: "none is named".to_owned(),
                place: None,
            },
            Found::Resource {
                name,
                place,
                presence,
                existing,
                linked,
                ..
            } => {
                let mut remarks: Vec<String> = Vec::new();
                remarks.extend(remark(*presence).map(str::to_owned));
                remarks.extend(existing.then(|| "exists already".to_owned()));
                remarks.extend((!linked).then(|| "in the same template".to_owned()));
                remarks.extend((row.times > 1).then(|| format!("{} times", row.times)));
                remarks.extend(self.via(row));
                Resource {
                    name: Some(name.clone()),
                    remark: remarks.join(", "),
                    place: Some(self.place(*place)),
                }
            }
            Found::External {
                name,
                place,
                behind,
                ..
            } => Resource {
                name: Some(name.clone()),
                remark: [Some(outside(*behind).to_owned()), self.via(row)]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(", "),
                place: Some(self.place(*place)),
            },
            Found::Unknown { place, .. } => Resource {
                name: None,
                remark: "not known before deployment".to_owned(),
                place: Some(self.place(*place)),
            },
        }
    }

    /// "by datastores `raw` and `clean`".
    fn via(&self, row: &Row) -> Option<String> {
        match row.via.as_slice() {
            [] => None,
            [only] => Some(format!("by {only}")),
            [first, second] => Some(format!("by {first} and {second}")),
            [first, second, rest @ ..] => {
                Some(format!("by {first}, {second} and {} more", rest.len()))
            }
        }
    }
}

/// What was found for a row, in a few words.
struct Resource {
    /// The name, or the expression that makes it.
    name: Option<String>,
    /// What is to be said beside; may be empty.
    remark: String,
    /// Where it stands, or is referred to.
    place: Option<String>,
}

fn outside(behind: bool) -> &'static str {
    match behind {
        true => "leads to it, and is not seen",
        false => "outside of this run",
    }
}

/// A sign that reads without colour.
fn symbol(state: State) -> &'static str {
    match state {
        State::Yes => "✔",
        State::No => "✖",
        State::Unknown => "?",
        State::External => "↗",
        State::NotApplicable => "–",
    }
}

/// A word of a table where there is little room.
fn short_word(word: &'static str) -> &'static str {
    match word {
        "not applicable" => "n/a",
        other => other,
    }
}

/// The rules that made a cell say what it says.
fn deciding(cell: &Cell) -> impl Iterator<Item = &Decision> {
    let wanted = match cell.state {
        State::Yes => Some(Verdict::Pass),
        State::No => Some(Verdict::Fail),
        State::Unknown => Some(Verdict::Unknown),
        State::External | State::NotApplicable => None,
    };
    let shown = cell.state == State::Yes;
    let decides = move |one: &&Decision| Some(one.verdict) == wanted && (one.shows || !shown);
    cell.rules.iter().filter(decides)
}

/// Why a cell says what it says, each reason once: the words of the rules, or of the table where no rule says it.
fn reasons(cell: &Cell) -> Vec<String> {
    let rules = deciding(cell).map(|one| match &one.message {
        Some(message) => format!("{}: {message}", one.code),
        None => format!("{} {} passed", one.code, one.name),
    });
    let mut reasons: Vec<String> = rules.chain(cell.reason.clone()).collect();
    reasons.dedup();
    reasons
}

/// Why the cells of a row say what they say: what holds for several columns is said once.
fn because(row: &Row) -> Vec<(State, Vec<&'static str>, String)> {
    let mut because: Vec<(State, Vec<&str>, String)> = Vec::new();
    for (column, cell) in row.cells() {
        for reason in reasons(cell) {
            let same = because
                .iter_mut()
                .find(|(state, _, known)| *state == cell.state && *known == reason);
            match same {
                Some((_, columns, _)) => columns.push(column),
                None => because.push((cell.state, vec![column], reason)),
            }
        }
    }
    because
}

/// How many cells of a column say what.
#[derive(Default, Clone, Copy)]
struct Tally {
    yes: usize,
    no: usize,
    unknown: usize,
    external: usize,
}

/// The tally of each column.
fn tallies(workspace: &Workspace) -> [(&'static str, Tally); 3] {
    let mut tallies = [
        ("zone", Tally::default()),
        ("region", Tally::default()),
        ("recovery", Tally::default()),
    ];
    for row in workspace.rows.iter().filter(|row| !row.is_unseen()) {
        for ((_, tally), (_, cell)) in tallies.iter_mut().zip(row.cells()) {
            match cell.state {
                State::Yes => tally.yes += 1,
                State::No => tally.no += 1,
                State::Unknown => tally.unknown += 1,
                State::External => tally.external += 1,
                State::NotApplicable => {}
            }
        }
    }
    tallies
}
