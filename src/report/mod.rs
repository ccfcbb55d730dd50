//! What is printed: one file for each format.

mod azure;
mod concise;
mod csv;
pub mod docs;
mod escape;
pub mod examples;
pub mod expand;
pub mod explain;
mod github;
mod gitlab;
pub mod graph;
mod help;
mod json;
mod json_text;
mod jsonl;
mod junit;
mod line_hash;
mod markdown;
mod msbuild;
mod place;
pub mod posture;
mod rdjson;
mod sarif;
mod suppressed;
pub mod suppressions;
mod terminal;
mod text;
mod unknown;

pub use terminal::Terminal;
pub use text::where_it_holds;

use crate::diagnostic::{Certainty, Diagnostic, Severity};
use crate::lint::{self, FileReport, Report};
use crate::repository::Repository;
use crate::rules::catalogue::Catalogue;
use crate::source::Sources;
use std::borrow::Cow;
use text::Texts;

/// A format of findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Underlined source text, for people.
    Full,
    /// A line a finding, for editors.
    Concise,
    /// A line a finding, as MSBuild writes them.
    Msbuild,
    /// For programs.
    Json,
    /// For programs that read line by line.
    Jsonl,
    /// For code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// Issues of Azure Pipelines.
    Azure,
    /// GitLab's code quality report.
    Gitlab,
    /// For test views.
    Junit,
    /// For reviewdog.
    Rdjson,
    /// For spreadsheets.
    Csv,
    /// For a page.
    Markdown,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 13] = [
        Format::Full,
        Format::Concise,
        Format::Msbuild,
        Format::Json,
        Format::Jsonl,
        Format::Sarif,
        Format::Github,
        Format::Azure,
        Format::Gitlab,
        Format::Junit,
        Format::Rdjson,
        Format::Csv,
        Format::Markdown,
    ];
}

/// What a format may need to know beside the findings.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What rules say of themselves.
    pub catalogue: &'a Catalogue,
    /// From where platforms count paths.
    pub repository: &'a Repository,
    /// What fails the run.
    pub failing: Failing,
    /// Whether what could not be judged is listed.
    pub shows_unknown: bool,
    /// What [`Format::Full`] is shown on.
    pub terminal: Terminal,
    /// How many threads may be at work.
    pub threads: usize,
}

impl Context<'_> {
    /// Whether a finding fails the run.
    fn fails(&self, finding: &Finding) -> bool {
        self.failing.includes(finding.diagnostic)
    }
}

/// What fails a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failing {
    /// The mildest severity that does; `None` if none does.
    pub mildest: Option<Severity>,
    /// Whether what is only possible does.
    pub possible: bool,
}

impl Failing {
    /// Whether a finding fails the run.
    pub fn includes(self, diagnostic: &Diagnostic) -> bool {
        (self.possible || diagnostic.certainty == Certainty::Certain)
            && self
                .mildest
                .is_some_and(|mildest| diagnostic.severity >= mildest)
    }
}

/// A finding with the template it was found through.
#[derive(Clone, Copy)]
struct Finding<'a> {
    /// The root template's path.
    root: &'a str,
    sources: &'a Sources,
    diagnostic: &'a Diagnostic,
}

/// The findings in a format.
pub fn findings(report: &Report, format: Format, context: &Context) -> String {
    let all = all(report);
    let with_suppressed = || with_suppressed(report);
    match format {
        Format::Full => full_report(report, context),
        Format::Concise => {
            let mut text = each(report, concise::render);
            if context.shows_unknown {
                text.push_str(&unknown::concise(report));
            }
            text
        }
        Format::Msbuild => report
            .diagnostics()
            .map(|(sources, one)| msbuild::render(sources, one))
            .collect(),
        Format::Json => json::render(report),
        Format::Jsonl => jsonl::render(report),
        Format::Sarif => sarif::render(report, &with_suppressed(), context),
        Format::Github => github::render(&all, context),
        Format::Azure => azure::render(&all, context),
        Format::Gitlab => gitlab::render(&all, context),
        Format::Junit => junit::render(report, &all, context),
        Format::Rdjson => rdjson::render(&all, context),
        Format::Csv => csv::render(report, &with_suppressed(), context),
        Format::Markdown => markdown::render(report, &all, context),
    }
}

/// The findings as a page of at most so many bytes, and a few: the summary of a step.
pub fn page(report: &Report, context: &Context, limit: usize) -> String {
    markdown::page(report, &all(report), context, limit)
}

fn all(report: &Report) -> Vec<Finding<'_>> {
    let files = report.files.iter();
    let of_file = files.flat_map(|file| {
        file.diagnostics.iter().map(|diagnostic| Finding {
            root: &file.path,
            sources: &file.sources,
            diagnostic,
        })
    });
    of_file.collect()
}

/// The same with those that are not to be reported, where they were kept.
fn with_suppressed(report: &Report) -> Vec<Finding<'_>> {
    let files = report.files.iter();
    let of_file = files.flat_map(|file| {
        let all = file.with_suppressed().into_iter();
        all.map(|diagnostic| Finding {
            root: &file.path,
            sources: &file.sources,
            diagnostic,
        })
    });
    of_file.collect()
}

/// The gravest first, else in the order they have.
fn by_gravity<'a, 'b>(findings: &'b [Finding<'a>]) -> Vec<&'b Finding<'a>> {
    let mut sorted: Vec<_> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.diagnostic.severity));
    sorted
}

/// The message, where it holds, and what to do.
fn said(diagnostic: &Diagnostic) -> String {
    let mut said = diagnostic.message.clone();
    for holds in text::where_it_holds(diagnostic) {
        said.push_str(&format!("; {holds}"));
    }
    if let Some(help) = &diagnostic.help {
        said.push_str(&format!("; help: {help}"));
    }
    said
}

/// The page that a rule rests on.
fn documentation_url(catalogue: &Catalogue, name: &str) -> Option<String> {
    let documentation = catalogue.documentation(name)?;
    let mut sources = documentation.sources.iter();
    let url = sources.find_map(|source| source.url.as_deref());
    url.filter(|url| url.starts_with("https://"))
        .map(str::to_owned)
}

/// From this number of findings on they are drawn side by side.
const MANY_FINDINGS: usize = 64;

/// The findings as people read them.
fn full_report(report: &Report, context: &Context) -> String {
    let threads = match report.diagnostics().count() {
        0..MANY_FINDINGS => 1,
        MANY_FINDINGS.. => context.threads,
    };
    let files = lint::side_by_side(&report.files, threads, |file| full_file(file, context));
    let mut text = files.concat();
    if context.shows_unknown {
        text.push_str(&unknown::full(report, &context.terminal));
    }
    text
}

/// The findings of a file as people read them.
fn full_file(file: &FileReport, context: &Context) -> String {
    let terminal = &context.terminal;
    let diagnostics = file.with_suppressed();
    let texts = Texts::new(&file.sources, &diagnostics);
    let findings = diagnostics.iter().map(|diagnostic| {
        let url = terminal
            .links
            .then(|| documentation_url(context.catalogue, &diagnostic.name));
        text::render(&texts, diagnostic, terminal, url.flatten().as_deref())
    });
    findings.collect()
}

/// One finding as people read it.
pub fn full(sources: &Sources, diagnostic: &Diagnostic, color: bool) -> String {
    let terminal = Terminal {
        color,
        ..Terminal::default()
    };
    let texts = Texts::new(sources, &[diagnostic]);
    text::render(&texts, diagnostic, &terminal, None)
}

fn each(report: &Report, render: impl Fn(&Sources, &Diagnostic) -> String) -> String {
    report
        .with_suppressed()
        .map(|(sources, diagnostic)| render(sources, diagnostic))
        .collect()
}

/// Columns of the closing line, at most.
const CLOSING_WIDTH: usize = 100;

/// The closing line in lines that are not too long.
pub fn closing_lines(report: &Report) -> String {
    let mut lines = String::new();
    let mut width = 0;
    for part in closing_line(report).split("; ") {
        if width > 0 && width + 2 + part.len() > CLOSING_WIDTH {
            lines.push_str(";\n  ");
            width = 2;
        } else if width > 0 {
            lines.push_str("; ");
            width += 2;
        }
        lines.push_str(part);
        width += part.len();
    }
    lines
}

/// "3 findings in 2 of 14 templates; 1 workspace, 6 dependencies, 2 values unknown".
pub fn closing_line(report: &Report) -> String {
    let coverage = &report.coverage;
    let findings = report.diagnostics().count();
    let graver = |severity| {
        report
            .diagnostics()
            .filter(|(_, one)| one.severity == severity)
            .count()
    };
    let files = report.files.iter();
    let with = files.filter(|file| !file.diagnostics.is_empty()).count();
    let mut line = format!(
        "{} in {with} of {}",
        counted(findings, "finding"),
        counted(coverage.templates, "template")
    );
    if findings > 0 {
        let kinds = [(Severity::Error, "error"), (Severity::Warning, "warning")];
        let mut kinds: Vec<_> = kinds
            .iter()
            .map(|(severity, word)| counted(graver(*severity), word))
            .collect();
        let is_possible = |diagnostic: &Diagnostic| diagnostic.certainty == Certainty::Possible;
        let possible = report.diagnostics().filter(|(_, one)| is_possible(one));
        match possible.count() {
            0 => {}
            possible => kinds.push(format!("{possible} only possible")),
        }
        line = line.replacen(" in ", &format!(" ({}) in ", kinds.join(", ")), 1);
    }
    line.push_str(&format!(
        "; {}, {}, {} unknown",
        counted(coverage.workspaces, "workspace"),
        if coverage.dependencies == 1 {
            "1 dependency".to_owned()
        } else {
            format!("{} dependencies", coverage.dependencies)
        },
        counted(coverage.unknown.len(), "value"),
    ));
    if coverage.bounded > 0 {
        let count = counted(coverage.bounded, "template");
        line.push_str(&format!("; not every choice of {count} looked at"));
    }
    if coverage.suppressed > 0 {
        line.push_str(&format!(
            "; {} suppressed",
            counted(coverage.suppressed, "finding")
        ));
    }
    if coverage.accepted > 0 {
        line.push_str(&format!(
            "; {} accepted by the baseline",
            counted(coverage.accepted, "finding")
        ));
    }
    if coverage.generated > 0 {
        let count = counted(coverage.generated, "compiled template");
        line.push_str(&format!("; {count} left to the Bicep source"));
    }
    if coverage.elsewhere > 0 {
        let count = counted(coverage.elsewhere, "file");
        line.push_str(&format!("; {count} judged through callers"));
    }
    if coverage.unread_modules > 0 {
        let count = counted(coverage.unread_modules, "module");
        line.push_str(&format!("; {count} not read"));
    }
    if !coverage.skipped.is_empty() {
        line.push_str(&format!(
            "; {} not judged",
            counted(coverage.skipped.len(), "file")
        ));
    }
    line
}

fn counted(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}

/// Whether a character turns the direction in which what follows is written.
fn turns_writing(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text in which nothing steers a terminal or a build service: each character that would is replaced by as many `?` as it has bytes, so
/// that offsets stay.
fn harmless(text: &str) -> Cow<'_, str> {
    if holds_command(text) {
        let text = text
            .replace(COMMANDS[0], "#?vso[")
            .replace(COMMANDS[1], "#?[");
        return harmless(&text).into_owned().into();
    }
    let harmful = |character: char| {
        character.is_control() && !matches!(character, '\n' | '\r' | '\t')
            || turns_writing(character)
    };
    if is_plain(text) || !text.contains(harmful) {
        return text.into();
    }
    let mut replaced = String::with_capacity(text.len());
    for character in text.chars() {
        if harmful(character) {
            replaced.extend(std::iter::repeat_n('?', character.len_utf8()));
        } else {
            replaced.push(character);
        }
    }
    replaced.into()
}

/// Whether a text is ASCII without what steers a terminal.
fn is_plain(text: &str) -> bool {
    let plain = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'\t' | b' '..=b'~');
    // A loop without a way out looks at many bytes at once.
    let mut chunks = text.as_bytes().chunks(256);
    chunks.all(|chunk| chunk.iter().fold(true, |all, byte| all & plain(byte)))
}

/// A text of several lines in which nothing steers a terminal or a build service.
pub fn harmless_text(text: &str) -> Cow<'_, str> {
    harmless(text)
}

/// How logging commands of Azure Pipelines begin, which it looks for everywhere in a line.
const COMMANDS: [&str; 2] = ["##vso[", "##["];

fn holds_command(text: &str) -> bool {
    // Most texts do not even hold this.
    let may_hold = memchr::memmem::find(text.as_bytes(), b"##").is_some();
    may_hold && COMMANDS.iter().any(|command| text.contains(command))
}

/// A text on one line, in which no build service finds a command.
pub fn single_line(text: &str) -> String {
    let line = text.replace(['\n', '\r', '\t'], " ");
    let line = match holds_command(&line) {
        true => line
            .replace(COMMANDS[0], "# #vso[")
            .replace(COMMANDS[1], "# #["),
        false => line,
    };
    harmless(&line).into_owned()
}

/// A path with which a line may begin: one that begins with `::` is a command to GitHub Actions, which `./` before it is not.
pub fn line_path(path: &str) -> String {
    let path = single_line(path);
    if path.trim_start().starts_with("::") {
        format!("./{path}")
    } else {
        path
    }
}
