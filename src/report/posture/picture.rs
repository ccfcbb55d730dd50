//! A workspace and the services it stands on as a picture in SVG: once for wide pages, the workspace between its services, and once for
//! narrow ones, the services below it. The page shows the one that fits.

use super::{View, symbol};
use crate::posture::{Cell, Found, Row, State};
use crate::report::escape::html;
use std::fmt::Write as _;

/// More services than this are counted, not drawn.
const MOST: usize = 40;
/// A card: height, and the gap below it.
const CARD: i32 = 84;
const GAP: i32 = 14;
/// What a section's name takes.
const LABEL: i32 = 26;

/// A rectangle with a service in it.
struct Card<'a> {
    row: &'a Row,
    section: &'static str,
    title: &'a str,
    name: String,
    /// Position of the row in the workspace's rows.
    position: usize,
    left: i32,
    top: i32,
    width: i32,
}

/// Both pictures.
pub(super) fn pictures(view: &View) -> String {
    let cards = cards(view);
    if cards.is_empty() {
        return String::new();
    }
    format!("{}{}", wide(view, &cards), narrow(view, &cards))
}

/// The services that say something, without the workspace itself.
fn cards<'a>(view: &View<'a>) -> Vec<Card<'a>> {
    let rows = view.workspace.rows.iter().enumerate();
    let is_shown = |row: &Row| !row.is_idle() && !row.is_unseen();
    let rows = rows.filter(|(_, row)| is_shown(row) && !view.service(row).find.is_empty());
    let mut cards: Vec<Card> = rows
        .map(|(position, row)| {
            let service = view.service(row);
            let resource = view.resource(row);
            Card {
                row,
                section: service.section.title(),
                title: &service.title,
                name: resource.name.unwrap_or(resource.remark),
                position,
                left: 0,
                top: 0,
                width: 0,
            }
        })
        .collect();
    cards.sort_by_key(|card| view.service(card.row).section);
    cards
}

/// Where the cards of a column stand, from the top; gives the height.
fn stack(cards: &mut [Card], left: i32, width: i32, top: i32) -> i32 {
    let mut y = top;
    let mut section = "";
    for card in cards {
        if card.section != section {
            y += if section.is_empty() { LABEL } else { LABEL + 6 };
            section = card.section;
        }
        (card.left, card.top, card.width) = (left, y, width);
        y += CARD + GAP;
    }
    y - GAP
}

/// The workspace in the middle, its services on both sides.
fn wide(view: &View, cards: &[Card]) -> String {
    const WIDTH: i32 = 1120;
    const SIDE: i32 = 346;
    const MIDDLE: i32 = 288;
    let mut cards: Vec<Card> = cards.iter().take(MOST).map(Card::copy).collect();
    let mut half = cards.len().div_ceil(2);
    // What leads to another service stands beside it.
    while cards
        .get(half)
        .is_some_and(|card| card.row.behind.is_some())
    {
        half += 1;
    }
    let (lefts, rights) = cards.split_at_mut(half);
    let left_height = stack(lefts, 0, SIDE, 0);
    let right_height = stack(rights, WIDTH - SIDE, SIDE, 0);
    let height = left_height.max(right_height).max(150);
    let offset = (height - left_height.min(right_height)) / 2;
    let shorter = if left_height < right_height {
        lefts
    } else {
        rights
    };
    shorter.iter_mut().for_each(|card| card.top += offset);

    let (left, top) = ((WIDTH - MIDDLE) / 2, (height - 118) / 2);
    let middle = top + 59;
    let mut out = open(view, "wide", WIDTH, height, cards.len());
    for card in &cards {
        let y = card.top + CARD / 2;
        let (from, to) = if card.left == 0 {
            (left, SIDE)
        } else {
            (left + MIDDLE, WIDTH - SIDE)
        };
        match card.behind(&cards) {
            Some(before) => step(&mut out, before, card, card.left == 0),
            None => {
                let bend = (from + to) / 2;
                let path = format!("M{from} {middle}C{bend} {middle} {bend} {y} {to} {y}");
                line(&mut out, card, &path);
            }
        }
    }
    labels(&mut out, &cards);
    centre(&mut out, view, left, top, MIDDLE);
    cards.iter().for_each(|card| draw(&mut out, card));
    out.push_str("</svg>\n");
    out
}

/// The services below the workspace.
fn narrow(view: &View, cards: &[Card]) -> String {
    const WIDTH: i32 = 360;
    const INDENT: i32 = 26;
    let mut cards: Vec<Card> = cards.iter().take(MOST).map(Card::copy).collect();
    let height = stack(&mut cards, INDENT, WIDTH - INDENT, 132);
    for card in cards.iter_mut().filter(|card| card.row.behind.is_some()) {
        card.left += INDENT;
        card.width -= INDENT;
    }
    let mut out = open(view, "narrow", WIDTH, height, cards.len());
    let mut direct = cards.iter().filter(|card| card.behind(&cards).is_none());
    if let Some(last) = direct.next_back() {
        let y = last.top + CARD / 2;
        let _ = writeln!(out, "<path class=\"edge\" d=\"M10 118V{y}\"/>");
    }
    for card in &cards {
        match card.behind(&cards) {
            Some(before) => step(&mut out, before, card, true),
            None => {
                let y = card.top + CARD / 2;
                line(&mut out, card, &format!("M10 {y}H{}", card.left));
            }
        }
    }
    labels(&mut out, &cards);
    centre(&mut out, view, 0, 0, WIDTH);
    cards.iter().for_each(|card| draw(&mut out, card));
    out.push_str("</svg>\n");
    out
}

impl<'a> Card<'a> {
    fn copy(&self) -> Card<'a> {
        Card {
            name: self.name.clone(),
            ..*self
        }
    }

    /// The card that leads to this one.
    fn behind<'b>(&self, cards: &'b [Card<'a>]) -> Option<&'b Card<'a>> {
        let before = self.row.behind?;
        cards.iter().find(|card| card.position == before)
    }
}

fn open(view: &View, class: &str, width: i32, height: i32, drawn: usize) -> String {
    let name = html(&view.workspace.name);
    // Lines are as thick as a pixel, so a border needs room around.
    format!(
        "<svg class=\"picture {class}\" viewBox=\"-1 -1 {} {}\" role=\"img\" aria-label=\"Workspace {name} and {drawn} services it \
         stands on\">\n",
        width + 2,
        height + 2
    )
}

/// A line to a card; broken where the resource is not seen.
fn line(out: &mut String, card: &Card, path: &str) {
    let class = match card.row.found {
        Found::Resource {
            existing: false, ..
        } => "edge",
        Found::Nothing
        | Found::Resource { .. }
        | Found::External { .. }
        | Found::Unknown { .. } => "edge unseen",
    };
    let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\"/>");
}

/// A line from one card down to another of the same column, on its left side or its right one.
fn step(out: &mut String, before: &Card, card: &Card, on_left: bool) {
    let y = card.top + CARD / 2;
    let path = if on_left && card.left > before.left {
        let x = before.left + 12;
        format!("M{x} {}V{y}H{}", before.top + CARD, card.left)
    } else {
        let x = card.left + card.width / 2;
        format!("M{x} {}V{}", before.top + CARD, card.top)
    };
    line(out, card, &path);
}

fn labels(out: &mut String, cards: &[Card]) {
    let mut before: Option<&Card> = None;
    for card in cards {
        let is_new =
            before.is_none_or(|before| before.section != card.section || card.top < before.top);
        if is_new {
            let (x, y) = (card.left + 1, card.top - 8);
            let _ = writeln!(
                out,
                "<text class=\"label\" x=\"{x}\" y=\"{y}\">{}</text>",
                html(card.section)
            );
        }
        before = Some(card);
    }
}

/// The workspace itself.
fn centre(out: &mut String, view: &View, left: i32, top: i32, width: i32) {
    let workspace = view.workspace;
    let own = workspace
        .rows
        .iter()
        .find(|row| view.service(row).find.is_empty());
    let (x, middle) = (left + 16, left + width - 16);
    let _ = writeln!(
        out,
        "<rect class=\"centre\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"118\" rx=\"10\"/>\
         <text class=\"kind\" x=\"{x}\" y=\"{}\">{} workspace</text>\
         <text class=\"title\" x=\"{x}\" y=\"{}\">{}</text>\
         <text class=\"name\" x=\"{x}\" y=\"{}\">{}</text>",
        top + 25,
        html(&cut(
            workspace.kind.as_deref().unwrap_or("Existing"),
            room(width - 80, 7.0)
        )),
        top + 49,
        html(&cut(&workspace.name, room(width, 7.7))),
        top + 68,
        html(&cut(&workspace.location, room(width, 7.1))),
    );
    if let Some(row) = own {
        pills(out, row, x, top + 82, middle - x);
    }
}

fn draw(out: &mut String, card: &Card) {
    let Card {
        left, top, width, ..
    } = *card;
    let (x, right) = (left + 14, left + width - 14);
    let _ = writeln!(
        out,
        "<g><title>{}: {}</title><rect class=\"card\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{CARD}\" rx=\"8\"/>\
         <text class=\"title\" x=\"{x}\" y=\"{}\">{}</text><text class=\"name\" x=\"{x}\" y=\"{}\">{}</text>",
        html(card.title),
        html(&card.name),
        top + 22,
        html(&cut(card.title, room(width, 7.7))),
        top + 40,
        html(&cut(&card.name, room(width, 7.1))),
    );
    pills(out, card.row, x, top + 51, right - x);
    out.push_str("</g>\n");
}

/// The three cells of a row, side by side.
fn pills(out: &mut String, row: &Row, left: i32, top: i32, width: i32) {
    let gap = 6;
    let each = ((width - 2 * gap) / 3).min(104);
    for (position, (column, cell)) in row.cells().into_iter().enumerate() {
        let x = left + position as i32 * (each + gap);
        pill(out, column, cell, (x, top, each));
    }
}

fn pill(out: &mut String, column: &str, cell: &Cell, (x, y, width): (i32, i32, i32)) {
    let class = class(cell.state);
    let _ = write!(
        out,
        "<rect class=\"pill {class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"22\" rx=\"11\"/>\
         <text class=\"pill-text {class}\" x=\"{}\" y=\"{}\">{} {column}</text>",
        x + width / 2,
        y + 15,
        symbol(cell.state),
    );
}

/// How a state is coloured; the page says what the names mean.
pub(super) fn class(state: State) -> &'static str {
    match state {
        State::Yes => "yes",
        State::No => "no",
        State::Unknown => "unknown",
        State::External => "external",
        State::NotApplicable => "none",
    }
}

/// How many characters of this width, in pixels, a card has room for.
fn room(width: i32, each: f64) -> usize {
    (f64::from(width - 28) / each) as usize
}

/// A text of at most so many characters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            format!("{kept}…")
        }
        None => text.to_owned(),
    }
}
