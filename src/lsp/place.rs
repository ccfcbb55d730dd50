//! Where in a YAML or TOML document one types: the keys around the place, and whether a key or a value is typed. The text may be half
//! written, so lines and brackets are looked at, not trees.

use super::schema::Step;

/// Where one types.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// From the root of the document to what is typed in; where a value is typed, its key is the last.
    pub steps: Vec<Step>,
    /// Whether a value is typed, rather than a key.
    pub is_value: bool,
    /// The keys that are there already.
    pub siblings: Vec<String>,
}

/// A line of a block: how far it is indented, and what is there.
struct Line<'a> {
    indent: usize,
    /// Lists that begin on the line, by how far their elements' keys are indented.
    elements: Vec<usize>,
    key: Option<&'a str>,
    /// What stands behind the key.
    rest: &'a str,
}

fn line(text: &str) -> Option<Line<'_>> {
    let bare = text.trim_start();
    if bare.is_empty() || bare.starts_with('#') {
        return None;
    }
    let mut indent = text.len() - bare.len();
    let first = indent;
    let mut rest = bare;
    let mut elements = Vec::new();
    while let Some(after) = rest
        .strip_prefix("- ")
        .or(rest.strip_prefix('-').filter(|one| one.is_empty()))
    {
        let inner = after.trim_start();
        indent += rest.len() - inner.len();
        elements.push(indent);
        rest = inner;
    }
    let key = rest.split_once(':').filter(|(key, after)| {
        let is_end = after.is_empty() || after.starts_with([' ', '\t']);
        is_end && !key.is_empty() && !key.contains(['{', '[', '"', '#'])
    });
    Some(Line {
        indent: if elements.is_empty() { first } else { indent },
        elements,
        key: key.map(|(key, _)| key.trim().trim_matches('\'')),
        rest: key.map_or(rest, |(_, after)| after.trim_start()),
    })
}

/// The place in a YAML document before the byte at `offset`.
pub fn in_yaml(text: &str, offset: usize) -> Place {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let own = &before[start..];
    let earlier: Vec<&str> = before[..start].lines().collect();
    let typed = line(own);
    let indent = typed.as_ref().map_or(own.len(), |line| line.indent);
    let mut place = around(&earlier, indent);
    if let Some(typed) = typed {
        place
            .steps
            .extend(typed.elements.iter().map(|_| Step::Element));
        if let Some(key) = typed.key {
            place.steps.push(Step::Key(key.to_owned()));
            place.is_value = true;
        }
        in_brackets(typed.rest, &mut place);
    }
    if !place.is_value {
        place.siblings.extend(following(&text[offset..], indent));
    }
    place
}

/// The keys around what is indented so far, by the lines before it.
fn around(earlier: &[&str], indent: usize) -> Place {
    let mut steps = Vec::new();
    let mut place = Place::default();
    let mut limit = indent;
    let mut is_own = true;
    for text in earlier.iter().rev() {
        let Some(line) = line(text) else {
            continue;
        };
        if is_own && line.indent == indent && line.key.is_some() {
            place.siblings.extend(line.key.map(str::to_owned));
        }
        let outer = text.len() - text.trim_start().len();
        // Elements that begin here are around what is indented as far as their keys.
        for element in line.elements.iter().rev() {
            if *element <= limit && limit > outer && *element == limit {
                steps.push(Step::Element);
                limit = outer;
                is_own = false;
            }
        }
        if let Some(key) = line.key
            && line.indent < limit
        {
            is_own = false;
            steps.push(Step::Key(key.to_owned()));
            limit = line.indent;
            if line.elements.contains(&line.indent) {
                steps.push(Step::Element);
                limit = outer;
            }
        } else if line.key.is_some() && line.elements.is_empty() && line.indent == limit && !is_own
        {
            // A list may stand as far out as its key.
            if steps.last() == Some(&Step::Element) && text.trim_end().ends_with(':') {
                steps.push(Step::Key(line.key.unwrap_or_default().to_owned()));
            }
        }
    }
    steps.reverse();
    place.steps = steps;
    place
}

/// Keys further down that are indented as far.
fn following(after: &str, indent: usize) -> Vec<String> {
    let mut found = Vec::new();
    for text in after.lines().skip(1) {
        let Some(line) = line(text) else {
            continue;
        };
        let outer = text.len() - text.trim_start().len();
        if outer < indent || !line.elements.is_empty() {
            break;
        }
        if line.indent == indent {
            found.extend(line.key.map(str::to_owned));
        }
    }
    found
}

/// Goes into `{ a: b, c: [ ...` as far as it is open at the end.
fn in_brackets(text: &str, place: &mut Place) {
    let mut open: Vec<(char, Vec<String>)> = Vec::new();
    let mut depth_of_steps = Vec::new();
    let mut word_start = 0;
    let mut quote = None;
    for (position, character) in text.char_indices() {
        if let Some(end) = quote {
            quote = (character != end).then_some(end);
            continue;
        }
        match character {
            '"' | '\'' => quote = Some(character),
            '{' | '[' => {
                depth_of_steps.push(place.steps.len());
                if character == '[' {
                    place.steps.push(Step::Element);
                    place.is_value = true;
                } else {
                    place.is_value = false;
                }
                open.push((character, Vec::new()));
                word_start = position + 1;
            }
            '}' | ']' => {
                open.pop();
                if let Some(depth) = depth_of_steps.pop() {
                    place.steps.truncate(depth);
                }
            }
            ',' => {
                if let Some((kind, _)) = open.last()
                    && let Some(depth) = depth_of_steps.last()
                {
                    let inside = usize::from(*kind == '[');
                    place.steps.truncate(depth + inside);
                    place.is_value = *kind == '[';
                }
                word_start = position + 1;
            }
            ':' if matches!(open.last(), Some(('{', _))) && !place.is_value => {
                let key = text[word_start..position].trim();
                let key = key.trim_matches(['"', '\'']).to_owned();
                if let Some((_, keys)) = open.last_mut() {
                    keys.push(key.clone());
                }
                place.steps.push(Step::Key(key));
                place.is_value = true;
                word_start = position + 1;
            }
            _ => {}
        }
    }
    if let Some((_, keys)) = open.pop() {
        place.siblings = keys;
    }
}

/// The place in a TOML document before the byte at `offset`.
pub fn in_toml(text: &str, offset: usize) -> Place {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let own = before[start..].trim_start();
    let mut place = Place::default();
    for text in before[..start].lines() {
        let text = text.trim();
        if let Some(header) = text
            .strip_prefix("[[")
            .and_then(|one| one.split("]]").next())
        {
            place.steps = dotted(header);
            place.steps.push(Step::Element);
            place.siblings.clear();
        } else if let Some(header) = text.strip_prefix('[').and_then(|one| one.split(']').next()) {
            // A line of a list may begin so; a header holds nothing but names.
            if header
                .chars()
                .all(|one| one.is_alphanumeric() || "-_.\"' ".contains(one))
                && !header.is_empty()
            {
                place.steps = dotted(header);
                place.siblings.clear();
            }
        } else if let Some((key, _)) = text.split_once('=') {
            place.siblings.push(key.trim().to_owned());
        }
    }
    if let Some(header) = own.strip_prefix('[') {
        place.siblings.clear();
        place.steps = dotted(header.trim_start_matches('['));
        place.steps.pop();
    } else if let Some((key, rest)) = own.split_once('=') {
        place.steps.extend(dotted(key.trim()));
        place.is_value = true;
        in_toml_value(rest, &mut place);
    }
    place
}

/// Goes into `[ "a", ...` and `{ a = ...` as far as it is open at the end.
fn in_toml_value(text: &str, place: &mut Place) {
    let text = text.trim_start();
    if text.starts_with('[') && !text.contains(']') {
        place.steps.push(Step::Element);
    }
    if let Some(inner) = text.strip_prefix('{').filter(|one| !one.contains('}')) {
        let last = inner.rsplit(',').next().unwrap_or_default();
        place.siblings.clear();
        match last.split_once('=') {
            Some((key, _)) => place.steps.push(Step::Key(key.trim().to_owned())),
            None => place.is_value = false,
        }
    }
}

fn dotted(text: &str) -> Vec<Step> {
    let parts = text.split('.');
    let names = parts.map(|one| one.trim().trim_matches(['"', '\'']).to_owned());
    names.map(Step::Key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps to the place at `|`, a value as `= `.
    fn check(place: fn(&str, usize) -> Place, text: &str, expected: &str) {
        let offset = text.find('|').expect("the text has a mark");
        let place = place(&text.replacen('|', "", 1), offset);
        let steps = place.steps.iter().map(|step| match step {
            Step::Key(key) => key.as_str(),
            Step::Element => "*",
        });
        let steps = steps.collect::<Vec<_>>().join(".");
        let kind = if place.is_value { "= " } else { "" };
        assert_eq!(format!("{kind}{steps}"), expected, "{text}");
    }

    #[test]
    fn places_in_yaml_are_found() {
        for (text, expected) in [
            ("|", ""),
            ("code: ST001\n|", ""),
            ("severity: |", "= severity"),
            ("severity: err|", "= severity"),
            ("when:\n  |", "when"),
            ("when:\n  path: $.a\n  |", "when"),
            ("when: { |", "when"),
            ("when: { path: $.sku.name, |", "when"),
            ("when: { path: $.sku.name, equals: |", "= when.equals"),
            ("when: { any: { children: x }, |", "when"),
            ("sources:\n  - title: a\n    |", "sources.*"),
            ("sources:\n  - |", "sources.*"),
            ("sources:\n- title: |", "= sources.*.title"),
            ("sources:\n  - { title: a, |", "sources.*"),
            (
                "cases:\n  - when:\n      all:\n        - |",
                "cases.*.when.all.*",
            ),
            ("a:\n  b:\n    c: 1\nd:\n  |", "d"),
            ("tags: [a, |", "= tags.*"),
        ] {
            check(in_yaml, text, expected);
        }
    }

    #[test]
    fn keys_that_are_there_are_known() {
        let text = "code: A\n\nname: b\nwhy: x\n";
        let place = in_yaml(text, 8);
        assert_eq!(place.siblings, ["code", "name", "why"]);
    }

    #[test]
    fn places_in_toml_are_found() {
        for (text, expected) in [
            ("|", ""),
            ("sel|", ""),
            ("select = [\"a\", |", "= select.*"),
            ("[rules.ST001]\nseverity = |", "= rules.ST001.severity"),
            ("[[overrides]]\n|", "overrides.*"),
            ("[a]\nb = { c = 1, |", "a.b"),
            ("[a]\nb = { c = |", "= a.b.c"),
            ("[|", ""),
        ] {
            check(in_toml, text, expected);
        }
    }
}
