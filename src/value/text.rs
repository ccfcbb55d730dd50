//! Texts that are known in parts.

use super::{Residual, Shape, Unknown, Value, ValueKind};
use crate::source::Span;

impl Value {
    /// Joins texts and unknowns to one text. Neighbouring known parts become one; the result is known if all parts are.
    ///
    /// Every part must be a string or an unknown.
    pub fn text(parts: Vec<Value>, span: Span) -> Value {
        let secure = parts.iter().any(|part| part.secure);
        let mut joined: Vec<Value> = Vec::with_capacity(parts.len());
        let mut known = String::new();
        let mut known_span = span;
        let flush = |known: &mut String, known_span: Span, joined: &mut Vec<Value>| {
            if !known.is_empty() {
                joined.push(Value::string(std::mem::take(known).as_str(), known_span));
            }
        };
        for part in parts {
            match &part.kind {
                ValueKind::String(text) => {
                    known_span = part.span;
                    known.push_str(text);
                }
                ValueKind::Unknown(unknown) => {
                    if let Residual::Text(inner) = &unknown.residual {
                        for piece in inner {
                            if let Some(text) = piece.as_str() {
                                known_span = piece.span;
                                known.push_str(text);
                            } else {
                                flush(&mut known, known_span, &mut joined);
                                joined.push(piece.clone());
                            }
                        }
                    } else {
                        flush(&mut known, known_span, &mut joined);
                        joined.push(part);
                    }
                }
                ValueKind::Null
                | ValueKind::Boolean(_)
                | ValueKind::Integer(_)
                | ValueKind::Float(_)
                | ValueKind::Array(_)
                | ValueKind::Object(_) => debug_assert!(false, "a part of a text is text"),
            }
        }
        let value = if joined.is_empty() {
            Value::string(known.as_str(), span)
        } else {
            flush(&mut known, known_span, &mut joined);
            match <[Value; 1]>::try_from(joined) {
                Ok([only]) => only.at(span),
                Err(joined) => Value::unknown(Residual::Text(joined), Shape::String, span),
            }
        };
        Value { secure, ..value }
    }

    /// The parts of a text: itself if it is known or a single unknown.
    pub fn parts(&self) -> &[Value] {
        match self.as_unknown() {
            Some(Unknown {
                residual: Residual::Text(parts),
                ..
            }) => parts,
            Some(_) | None => std::slice::from_ref(self),
        }
    }

    /// Divides a text at each `separator` in its known parts. An unknown part is taken not to hold one. What is no text has one
    /// piece, itself.
    pub fn split(&self, separator: char) -> Vec<Value> {
        if !self.is_text() {
            return vec![self.clone()];
        }
        let mut pieces = vec![Vec::new()];
        for part in self.parts() {
            let Some(text) = part.as_str() else {
                pieces
                    .last_mut()
                    .expect("there is always a piece")
                    .push(part.clone());
                continue;
            };
            for (position, piece) in text.split(separator).enumerate() {
                if position > 0 {
                    pieces.push(Vec::new());
                }
                if !piece.is_empty() {
                    let value = Value::string(piece, part.span);
                    pieces
                        .last_mut()
                        .expect("there is always a piece")
                        .push(value);
                }
            }
        }
        pieces
            .into_iter()
            .map(|parts| Value {
                secure: self.secure,
                ..Value::text(parts, self.span)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources};

    #[test]
    fn what_is_no_text_is_not_divided() {
        let file = Sources::default().add(SourceFile::new("a.json", "{}"));
        let span = Span::new(file, 0, 2);
        let pieces = |value: Value| {
            value
                .split('/')
                .iter()
                .map(Value::display)
                .collect::<Vec<_>>()
        };
        assert_eq!(pieces(Value::string("a/b", span)), ["a", "b"]);
        assert_eq!(pieces(Value::integer(3, span)), ["3"]);
        assert_eq!(pieces(Value::array(Vec::new(), span)).len(), 1);
    }
}
