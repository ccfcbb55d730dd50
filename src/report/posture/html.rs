//! A page by itself, to attach to a review: nothing in it comes from elsewhere, and nothing in it runs.

use super::picture::{class, pictures};
use super::{Tally, View, because, deciding, short_word, symbol, tallies};
use crate::posture::{Cell, Row, State};
use crate::report::escape::{html, html_prose};
use std::fmt::Write as _;

const STYLE: &str = include_str!("page.css");

pub(super) fn render(views: &[View]) -> String {
    let names: Vec<_> = views
        .iter()
        .map(|view| view.workspace.name.as_str())
        .collect();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Posture of {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        html(&names.join(", "))
    );
    if let [_, _, ..] = views {
        contents(&mut out, views);
    }
    for (position, view) in views.iter().enumerate() {
        workspace(&mut out, view, position);
    }
    legend(&mut out);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn contents(out: &mut String, views: &[View]) {
    let _ = write!(
        out,
        "<nav aria-label=\"Workspaces\"><b>{} workspaces</b><ol>",
        views.len()
    );
    for (position, view) in views.iter().enumerate() {
        let name = html(&view.workspace.name);
        let path = html(&view.file.path);
        let _ = write!(
            out,
            "<li><a href=\"#workspace-{position}\"><code>{name}</code></a> in <code>{path}</code></li>"
        );
    }
    out.push_str("</ol></nav>\n");
}

fn workspace(out: &mut String, view: &View, position: usize) {
    let workspace = view.workspace;
    let _ = write!(
        out,
        "<section id=\"workspace-{position}\">\n<header><p class=\"eyebrow\">Posture of a workspace</p>\n<h1>{}</h1>\n\
         <p class=\"facts\">{} in <code>{}</code> &middot; <code>{}</code></p></header>\n",
        html(&workspace.name),
        html(&view.kind()),
        html(&workspace.location),
        html(&view.place(workspace.place)),
    );
    summary(out, view);
    let pictures = pictures(view);
    if !pictures.is_empty() {
        let _ = write!(
            out,
            "<figure>\n{pictures}<figcaption>The workspace and what it stands on. A broken line leads to what this template does not \
             hold.</figcaption></figure>\n"
        );
    }
    table(out, view);
    for (heading, titles) in view.unsaid() {
        let titles: Vec<_> = titles.into_iter().map(html).collect();
        let _ = writeln!(
            out,
            "<p class=\"idle\">{heading}: {}.</p>",
            titles.join("; ")
        );
    }
    out.push_str("</section>\n");
}

/// How much of each column is survived.
fn summary(out: &mut String, view: &View) {
    out.push_str("<ul class=\"tallies\">\n");
    for (column, tally) in tallies(view.workspace) {
        let title = match column {
            "zone" => "Loss of a zone",
            "region" => "Loss of the region",
            _ => "Mistaken delete",
        };
        let word = if column == "recovery" {
            "can be undone"
        } else {
            "survive"
        };
        let Tally {
            yes,
            no,
            unknown,
            external,
        } = tally;
        let all = yes + no + unknown + external;
        let parts = [
            ("yes", yes),
            ("no", no),
            ("unknown", unknown),
            ("external", external),
        ];
        let parts = parts.iter().filter(|(_, count)| *count > 0);
        let bars: String = parts
            .clone()
            .map(|(class, count)| format!("<i class=\"{class}\" style=\"flex:{count}\"></i>"))
            .collect();
        let words: Vec<_> = parts
            .map(|(class, count)| format!("{count} {class}"))
            .collect();
        let _ = writeln!(
            out,
            "<li><b>{title}</b><span class=\"count\">{yes} of {all} {word}</span><span class=\"bar\">{bars}</span>\
             <small>{}</small></li>",
            words.join(" &middot; ")
        );
    }
    out.push_str("</ul>\n");
}

fn table(out: &mut String, view: &View) {
    out.push_str(
        "<div class=\"table\"><table>\n<thead><tr><th class=\"wide\">Service</th><th class=\"narrow\">Managed by</th><th class=\"narrow\">By default</th><th>Zone</th><th>Region</th>\
         <th>Recovery</th><th class=\"first\">What to do first</th></tr></thead>\n",
    );
    for (section, rows) in view.sections() {
        let _ = writeln!(
            out,
            "<tbody>\n<tr><th class=\"section\" colspan=\"7\" scope=\"rowgroup\">{}</th></tr>",
            section.title()
        );
        for row in rows {
            self::row(out, view, row);
        }
        out.push_str("</tbody>\n");
    }
    out.push_str("</table></div>\n");
}

fn row(out: &mut String, view: &View, row: &Row) {
    let service = view.service(row);
    let resource = view.resource(row);
    let span = |class: &str, text: Option<String>| {
        let text = text.filter(|text| !text.is_empty());
        text.map_or_else(String::new, |text| {
            format!("<span class=\"{class}\">{text}</span>")
        })
    };
    let _ = write!(
        out,
        "<tr class=\"row\"><td class=\"service\"><strong>{}</strong>{}{}{}</td>\
         <td data-label=\"Managed by\">{}</td><td data-label=\"By default\">{}</td>",
        html(&service.title),
        span("name", resource.name.as_deref().map(html)),
        span("remark", Some(html_prose(&resource.remark))),
        span("place", resource.place.as_deref().map(html)),
        service.managed_by.word(),
        short_word(service.by_default.word()),
    );
    for (label, (_, one)) in ["Zone", "Region", "Recovery"].iter().zip(row.cells()) {
        let _ = write!(
            out,
            "<td data-label=\"{label}\"><span>{}</span></td>",
            cell(one)
        );
    }
    let (class, first) = match &row.first_step {
        Some(step) => ("first", html_prose(step)),
        None => ("first empty", String::new()),
    };
    let _ = writeln!(
        out,
        "<td class=\"{class}\" data-label=\"First\"><span>{first}</span></td></tr>"
    );
    let why = why(view, row);
    let _ = writeln!(out, "<tr class=\"why\"><td colspan=\"7\">{why}</td></tr>");
}

fn cell(cell: &Cell) -> String {
    let codes: Vec<String> = deciding(cell).map(|one| html(&one.code)).collect();
    let codes = match codes.is_empty() {
        true => String::new(),
        false => format!("<span class=\"codes\">{}</span>", codes.join(" ")),
    };
    let state = cell.state;
    format!(
        "<span class=\"state {}\">{} {}</span>{codes}",
        class(state),
        symbol(state),
        short_word(state.word())
    )
}

/// What is behind a row, folded.
fn why(view: &View, row: &Row) -> String {
    let mut items = Vec::new();
    for (state, columns, reason) in because(row) {
        items.push(format!(
            "<li><b>{} {}</b>: {}</li>",
            columns.join(", "),
            state.word(),
            html_prose(&reason)
        ));
    }
    for rule in &row.also {
        let message = html_prose(rule.message.as_deref().unwrap_or_default());
        items.push(format!(
            "<li><b>also</b> {}: {message}</li>",
            html(&rule.code)
        ));
    }
    let service = view.service(row);
    if let Some(note) = &service.note {
        items.push(format!("<li>{}</li>", html_prose(note)));
    }
    for source in &service.sources {
        let (title, date) = (html(&source.title), html(&source.date));
        items.push(
            match source
                .url
                .as_deref()
                .filter(|url| url.starts_with("https://"))
            {
                Some(url) => format!("<li><a href=\"{}\">{title}</a>, {date}</li>", html(url)),
                None => format!("<li>{title}, {date}</li>"),
            },
        );
    }
    match items.is_empty() {
        true => String::new(),
        false => format!(
            "<details><summary>Why</summary><ul>{}</ul></details>",
            items.concat()
        ),
    }
}

fn legend(out: &mut String) {
    let states = [
        (State::Yes, "a rule shows it"),
        (State::No, "it is not survived"),
        (
            State::Unknown,
            "nobody knows before deployment, or it is not documented",
        ),
        (State::External, "outside of the template"),
        (State::NotApplicable, "nothing that decides it"),
    ];
    out.push_str("<footer><p>");
    for (state, meaning) in states {
        let _ = write!(
            out,
            "<span class=\"state {}\">{} {}</span> {meaning} &ensp; ",
            class(state),
            symbol(state),
            state.word()
        );
    }
    out.push_str(
        "</p><p>Zone and region: whether the loss of one is survived. Recovery: whether a mistaken delete can be undone. By default: \
         whether the service is highly available without doing anything. <code>amllint explain CODE</code> says more of a rule.</p>\
         <p>Made by amllint from the template alone.</p></footer>\n",
    );
}
