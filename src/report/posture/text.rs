//! For a terminal, 100 columns wide. Signs and words say what colours say.

use super::{View, deciding, short_word, symbol};
use crate::posture::{Cell, Row, State};
use crate::report::single_line;

/// Columns of a line.
const WIDTH: usize = 100;
/// Columns before `by`, `default`, `zone`; and of a cell.
const SERVICE: usize = 45;
const BY: usize = 11;
const DEFAULT: usize = 8;
const CELL: usize = 12;
/// Before what is said of a row.
const INDENT: usize = 4;

pub(super) fn render(views: &[View], color: bool) -> String {
    let paint = Paint { color };
    let mut out = String::new();
    for view in views {
        workspace(&mut out, view, paint);
        out.push('\n');
    }
    if !views.is_empty() {
        legend(&mut out, paint);
    }
    out
}

/// Colours, if they are wanted.
#[derive(Clone, Copy)]
struct Paint {
    color: bool,
}

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        match self.color {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn state(self, state: State, text: &str) -> String {
        match state {
            State::Yes => self.with("32", text),
            State::No => self.with("1;31", text),
            State::Unknown => self.with("33", text),
            State::External => self.with("36", text),
            State::NotApplicable => self.dim(text),
        }
    }
}

fn workspace(out: &mut String, view: &View, paint: Paint) {
    let workspace = view.workspace;
    let title = single_line(&format!(
        "Workspace `{}` ({}) in {}",
        workspace.name,
        view.kind(),
        workspace.location
    ));
    for line in wrapped(&title, WIDTH) {
        line_of(out, 0, &paint.bold(&line));
    }
    line_of(out, 0, &paint.dim(&view.place(workspace.place)));
    out.push('\n');
    let heading = format!(
        "{:SERVICE$}{:BY$}{:DEFAULT$}{:CELL$}{:CELL$}{}",
        "service", "by", "default", "zone", "region", "recovery"
    );
    line_of(out, 0, &paint.dim(&heading));
    for (section, rows) in view.sections() {
        line_of(out, 0, &paint.bold(section.title()));
        for row in rows {
            self::row(out, view, row, paint);
        }
    }
    for (heading, titles) in view.unsaid() {
        let unsaid = format!("{heading}: {}", titles.join("; "));
        out.push('\n');
        for line in wrapped(&unsaid, WIDTH) {
            line_of(out, 0, &paint.dim(&line));
        }
    }
}

/// The row itself, the rules below its cells, the resource, and what is to be said of them.
fn row(out: &mut String, view: &View, row: &Row, paint: Paint) {
    let service = view.service(row);
    let by_default = short_word(service.by_default.word());
    let mut line = format!(
        "  {:width$}{:BY$}{by_default:DEFAULT$}",
        single_line(&service.title),
        service.managed_by.word(),
        width = SERVICE - 2,
    );
    for (_, cell) in row.cells() {
        let word = short_word(cell.state.word());
        let word = format!("{} {word}", symbol(cell.state));
        let gap = " ".repeat(CELL.saturating_sub(word.chars().count()));
        line.push_str(&paint.state(cell.state, &word));
        line.push_str(&gap);
    }
    line_of(out, 0, &line);

    let resource = view.resource(row);
    let name = resource
        .name
        .map(|name| format!("`{}`", single_line(&name)));
    let remark = Some(single_line(&resource.remark)).filter(|remark| !remark.is_empty());
    let said: Vec<String> = name.into_iter().chain(remark).collect();
    let mut said = wrapped(&said.join(", "), WIDTH - INDENT);
    let codes = codes(row);
    // Codes stand below their cells; what was found stands beside them where there is room.
    let room = SERVICE + BY + DEFAULT - INDENT - 1;
    let beside = said.len() == 1 && said[0].chars().count() <= room;
    let beside = if beside {
        said.remove(0)
    } else {
        String::new()
    };
    for (position, codes) in codes.iter().enumerate() {
        let left = if position == 0 { beside.as_str() } else { "" };
        let width = SERVICE + BY + DEFAULT - INDENT;
        let codes = paint.dim(codes.trim_end());
        line_of(out, INDENT, &format!("{left:width$}{codes}"));
    }
    if codes.is_empty() && !beside.is_empty() {
        line_of(out, INDENT, &beside);
    }
    for line in said {
        line_of(out, INDENT, &line);
    }
    if let Some(place) = resource.place {
        line_of(out, INDENT, &paint.dim(&end_of(&place, WIDTH - INDENT)));
    }
    for (state, columns, reason) in because(row) {
        let columns = columns.join(", ");
        let text = format!("{} {columns}: {}", symbol(state), single_line(&reason));
        paragraph(out, &text, &|line| paint.state(state, line));
    }
    for rule in &row.also {
        let message = rule.message.as_deref().unwrap_or_default();
        let text = single_line(&format!("! {}: {message}", rule.code));
        paragraph(out, &text, &|line| paint.with("33", line));
    }
    if let Some(step) = &row.first_step {
        paragraph(out, &format!("→ {}", single_line(step)), &|line| {
            paint.bold(line)
        });
    }
}

/// The codes of the deciding rules, two a cell and line.
fn codes(row: &Row) -> Vec<String> {
    let columns = row.cells().map(|(_, cell)| {
        let codes: Vec<&str> = deciding(cell).map(|one| &*one.code).collect();
        let lines: Vec<String> = codes.chunks(2).map(|pair| pair.join(" ")).collect();
        lines
    });
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    let line = |position: usize| {
        let cells = columns.iter().map(|lines| lines.get(position));
        let cells = cells.map(|cell| format!("{:CELL$}", cell.map_or("", String::as_str)));
        cells.collect::<String>()
    };
    (0..height).map(line).collect()
}

/// Why cells are unknown, or what the table says of them; one reason for several columns is said once.
fn because(row: &Row) -> Vec<(State, Vec<&'static str>, String)> {
    let mut said: Vec<(State, Vec<&str>, String)> = Vec::new();
    for (column, cell) in row.cells() {
        let Some(reason) = reason(cell) else { continue };
        let same = said
            .iter_mut()
            .find(|(state, _, known)| *state == cell.state && *known == reason);
        match same {
            Some((_, columns, _)) => columns.push(column),
            None => said.push((cell.state, vec![column], reason)),
        }
    }
    said
}

fn reason(cell: &Cell) -> Option<String> {
    let of_rule = || deciding(cell).find_map(|one| one.message.clone());
    match cell.state {
        State::Yes => None,
        // What the fault is, the code tells.
        State::No => cell.reason.clone(),
        State::Unknown => cell.reason.clone().or_else(of_rule),
        State::External | State::NotApplicable => cell.reason.clone(),
    }
}

fn legend(out: &mut String, paint: Paint) {
    let states = [
        State::Yes,
        State::No,
        State::Unknown,
        State::External,
        State::NotApplicable,
    ];
    let states = states.map(|state| {
        let text = format!("{} {}", symbol(state), state.word());
        paint.state(state, &text)
    });
    line_of(out, 0, &states.join("   "));
    let meaning = "zone, region: whether the loss of one is survived; recovery: whether a mistaken delete can be undone. \
                   `yes` is said only where a rule passed; `amllint explain CODE` says more of a rule.";
    for line in wrapped(meaning, WIDTH) {
        line_of(out, 0, &paint.dim(&line));
    }
}

/// A text that goes on below its third column.
fn paragraph(out: &mut String, text: &str, paint: &dyn Fn(&str) -> String) {
    for (position, line) in wrapped(text, WIDTH - INDENT - 2).iter().enumerate() {
        let indent = if position == 0 { INDENT } else { INDENT + 2 };
        line_of(out, indent, &paint(line));
    }
}

fn line_of(out: &mut String, indent: usize, line: &str) {
    // A line that begins so is a command to GitHub's runners, and a long name may be cut anywhere.
    let line = match line.trim_start().starts_with("::") {
        true => &format!("…{line}"),
        false => line,
    };
    out.push_str(format!("{:indent$}{line}", "").trim_end());
    out.push('\n');
}

/// The end of a text that is too long; of a path that is what tells files apart.
fn end_of(text: &str, width: usize) -> String {
    let length = text.chars().count();
    match length <= width {
        true => text.to_owned(),
        false => format!(
            "…{}",
            text.chars().skip(length - width + 1).collect::<String>()
        ),
    }
}

/// A text in lines of at most so many characters; a word that is longer is cut.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let mut word: Vec<char> = word.chars().collect();
        let length = line.chars().count();
        if length > 0 && length + 1 + word.len() > width {
            lines.push(std::mem::take(&mut line));
        }
        while word.len() > width {
            lines.push(word.drain(..width).collect());
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_it_may_be() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrapped("", 3), Vec::<String>::new());
        assert_eq!(end_of("a/b/c.json:1:2", 9), "…json:1:2");
        assert_eq!(end_of("c.json:1:2", 10), "c.json:1:2");
        let mut out = String::new();
        line_of(&mut out, 2, "::error::x");
        assert_eq!(out, "  …::error::x\n");
    }
}
