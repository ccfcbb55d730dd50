//! What a terminal can show: colours, its width, links.

use codespan_reporting::term::Styles;
use codespan_reporting::term::termcolor::{Color, ColorSpec};

/// What the place that is written to can show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Terminal {
    /// Whether it shows colours.
    pub color: bool,
    /// Whether it shows links, by <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>.
    pub links: bool,
    /// Columns, if that is known.
    pub width: Option<usize>,
}

/// Narrower terminals are written to as if they had this width.
const NARROWEST: usize = 40;

impl Terminal {
    /// A text that leads to a page where links are shown.
    pub(super) fn linked(&self, text: &str, url: Option<&str>) -> String {
        match url {
            Some(url) if self.links && !url.contains(char::is_control) => {
                format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
            }
            Some(_) | None => text.to_owned(),
        }
    }

    /// A text with line ends where it would run over the edge, if the first `taken` columns of every line are taken.
    pub(super) fn wrapped(&self, text: &str, taken: usize) -> String {
        let Some(width) = self.width else {
            return text.to_owned();
        };
        let width = width.max(NARROWEST).saturating_sub(taken);
        let mut wrapped = String::with_capacity(text.len());
        let mut column = 0;
        for word in text.split(' ') {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > width {
                wrapped.push('\n');
                column = 0;
            } else if column > 0 {
                wrapped.push(' ');
                column += 1;
            }
            wrapped.push_str(word);
            column += length;
        }
        wrapped
    }

    /// Columns for source text beside line numbers.
    pub(super) fn source_width(&self) -> Option<usize> {
        self.width.map(|width| width.max(NARROWEST) - 10)
    }
}

/// Colours from the terminal's own palette that read on a light and on a dark background: no bright ones, no yellow, no white.
pub(super) fn styles() -> Styles {
    let color = |color| {
        let mut style = ColorSpec::new();
        style.set_fg(Some(color));
        style
    };
    let bold = |color| {
        let mut style = ColorSpec::new();
        style.set_fg(Some(color)).set_bold(true);
        style
    };
    let mut message = ColorSpec::new();
    message.set_bold(true);
    Styles {
        header_bug: bold(Color::Red),
        header_error: bold(Color::Red),
        header_warning: bold(Color::Magenta),
        header_note: bold(Color::Cyan),
        header_help: bold(Color::Green),
        header_message: message,
        primary_label_bug: color(Color::Red),
        primary_label_error: color(Color::Red),
        primary_label_warning: color(Color::Magenta),
        primary_label_note: color(Color::Cyan),
        primary_label_help: color(Color::Green),
        secondary_label: color(Color::Blue),
        line_number: color(Color::Cyan),
        source_border: color(Color::Cyan),
        note_bullet: color(Color::Cyan),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_the_edge() {
        let terminal = |width| Terminal {
            width,
            ..Terminal::default()
        };
        let text = "help: choose a SKU with ZRS, or with GZRS where a copy is wanted";
        assert_eq!(terminal(None).wrapped(text, 5), text);
        let wrapped = terminal(Some(50)).wrapped(text, 5);
        assert_eq!(
            wrapped,
            "help: choose a SKU with ZRS, or with GZRS\nwhere a copy is wanted"
        );
        assert!(wrapped.lines().all(|line| line.len() <= 45));
        assert_eq!(
            terminal(Some(1)).wrapped(text, 5),
            terminal(Some(40)).wrapped(text, 5)
        );
        let long = "https://learn.microsoft.com/azure/reliability/reliability-storage-blob";
        assert_eq!(terminal(Some(40)).wrapped(long, 5), long);
    }

    #[test]
    fn links_are_for_terminals_that_show_them() {
        let terminal = |links| Terminal {
            links,
            ..Terminal::default()
        };
        let url = Some("https://learn.microsoft.com/a");
        assert_eq!(terminal(false).linked("ST001", url), "ST001");
        assert_eq!(terminal(true).linked("ST001", None), "ST001");
        assert_eq!(
            terminal(true).linked("ST001", Some("https://a\u{1b}b")),
            "ST001"
        );
        assert_eq!(
            terminal(true).linked("ST001", url),
            "\u{1b}]8;;https://learn.microsoft.com/a\u{1b}\\ST001\u{1b}]8;;\u{1b}\\"
        );
    }
}
