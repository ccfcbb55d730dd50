//! Addresses of files, and places in them, as the protocol has them.

use crate::source::{EditorLines, Encoding, Point, Span};
use lsp_types::{Position, Range, Uri};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The path that the address of a file means; `None` for addresses of other things.
pub fn to_path(uri: &Uri) -> Option<PathBuf> {
    let text = uri.as_str();
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let slash = rest.find('/')?;
    let (host, path) = (&rest[..slash], decoded(&rest[slash..])?);
    // `file:///c%3A/x` is `c:/x`.
    let drive = path.as_bytes();
    if let [b'/', letter, b':', ..] = drive
        && letter.is_ascii_alphabetic()
        && cfg!(windows)
    {
        return Some(PathBuf::from(&path[1..]));
    }
    if host.is_empty() || host.eq_ignore_ascii_case("localhost") {
        Some(PathBuf::from(path))
    } else {
        cfg!(windows).then(|| PathBuf::from(format!("//{host}{path}")))
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push((high * 16 + low) as u8);
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(text)
}

/// The address of a file.
pub fn to_uri(path: &Path) -> Option<Uri> {
    let path = path.to_string_lossy().replace('\\', "/");
    // What Windows puts before a path whose links were followed.
    let path = path.strip_prefix("//?/").unwrap_or(&path);
    let mut text = String::from(if path.starts_with('/') {
        "file://"
    } else {
        "file:///"
    });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    Uri::from_str(&text).ok()
}

/// A place of a text as the client counts.
pub fn range(lines: &EditorLines<'_>, span: Span, encoding: Encoding) -> Range {
    let start = lines.point(span.start as usize, encoding);
    let end = lines.point(span.end as usize, encoding);
    Range {
        start: position(start),
        end: position(end),
    }
}

fn position(point: Point) -> Position {
    Position {
        line: point.line,
        character: point.column,
    }
}

/// The byte that the client means.
pub fn offset(lines: &EditorLines<'_>, position: Position, encoding: Encoding) -> usize {
    let point = Point {
        line: position.line,
        column: position.character,
    };
    lines.offset(point, encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_its_address_lead_to_one_another() {
        for path in ["/a/b.bicep", "/a b/ü%20#?[1].json", "/a/c:d/e'.bicep"] {
            let uri = to_uri(Path::new(path)).expect("every path has an address");
            assert_eq!(to_path(&uri), Some(PathBuf::from(path)), "{}", uri.as_str());
        }
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for text in [
            "untitled:Untitled-1",
            "git:/a/b.bicep",
            "file:///%00",
            "file:///%zz",
            "file://",
        ] {
            let path = Uri::from_str(text).ok().and_then(|uri| to_path(&uri));
            assert_eq!(path, None, "{text}");
        }
    }
}
