//! Values as they are written: in JSON, in an expression inside a JSON string, in Bicep.

use super::layout::Layout;
use crate::rules::definition::Literal;

/// What a value is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notation {
    /// A JSON file.
    Json,
    /// A Bicep file.
    Bicep,
}

/// A value as it is written in a file.
pub fn write(literal: &Literal, notation: Notation, layout: &Layout) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Float(value) => match notation {
            Notation::Json => value.to_string(),
            Notation::Bicep => format!("json('{value}')"),
        },
        Literal::String(text) => string(text, notation),
        Literal::Array(elements) => {
            let inside = layout.inside();
            let elements = elements.iter();
            let elements: Vec<_> = elements
                .map(|element| write(element, notation, &inside))
                .collect();
            around(["[", "]"], &elements, notation, layout)
        }
        Literal::Object(members) => {
            let inside = layout.inside();
            let members = members.iter();
            let members: Vec<_> = members
                .map(|(name, value)| member(name, value, notation, &inside))
                .collect();
            around(["{", "}"], &members, notation, layout)
        }
    }
}

/// A property as it is written.
pub fn member(name: &str, value: &Literal, notation: Notation, layout: &Layout) -> String {
    let value = write(value, notation, layout);
    let key = match notation {
        Notation::Bicep if is_identifier(name) => name.to_owned(),
        Notation::Json | Notation::Bicep => string(name, notation),
    };
    match (notation, layout.is_compact) {
        (Notation::Json, true) => format!("{key}:{value}"),
        (Notation::Json, false) | (Notation::Bicep, _) => format!("{key}: {value}"),
    }
}

/// Brackets around what stands inside them, each on a line of its own or all in one.
pub fn around(
    [open, close]: [&str; 2],
    inside: &[String],
    notation: Notation,
    layout: &Layout,
) -> String {
    if inside.is_empty() {
        return format!("{open}{close}");
    }
    let inner = layout.inside().separator();
    let (inner, outer) = match (&layout.indentation, open) {
        // In one line brackets of arrays stand close to their elements.
        (None, "[") => (String::new(), String::new()),
        (None | Some(_), _) => (inner, layout.separator()),
    };
    let between = between(notation, &layout.inside());
    format!("{open}{inner}{}{outer}{close}", inside.join(&between))
}

/// What stands between two members.
pub fn between(notation: Notation, layout: &Layout) -> String {
    match (notation, &layout.indentation) {
        (Notation::Bicep, Some(_)) => layout.separator(),
        (Notation::Bicep, None) => ", ".to_owned(),
        (Notation::Json, _) => format!(",{}", layout.separator()),
    }
}

/// A text in quotes.
pub fn string(text: &str, notation: Notation) -> String {
    match notation {
        // A bracket at either end would make an expression of it.
        Notation::Json if text.starts_with('[') && text.ends_with(']') => {
            serde_json::Value::from(format!("[{text}")).to_string()
        }
        Notation::Json => serde_json::Value::from(text).to_string(),
        Notation::Bicep => {
            let text = text.replace('\\', "\\\\").replace('\'', "\\'");
            let text = text.replace("${", "\\${");
            let text = text.replace('\n', "\\n").replace('\r', "\\r");
            format!("'{}'", text.replace('\t', "\\t"))
        }
    }
}

fn is_identifier(name: &str) -> bool {
    let is_letter = |one: char| one.is_ascii_alphabetic() || one == '_';
    name.starts_with(is_letter)
        && name
            .chars()
            .all(|one| is_letter(one) || one.is_ascii_digit())
}

/// A value in an expression of Azure Resource Manager that stands in a JSON string; `None` if it is none of one word.
pub fn in_expression(literal: &Literal) -> Option<String> {
    Some(match literal {
        Literal::Null => "null()".to_owned(),
        Literal::Boolean(value) => format!("{value}()"),
        Literal::Integer(value) => value.to_string(),
        Literal::String(text) => {
            let quoted = format!("'{}'", text.replace('\'', "''"));
            let in_json = string(&quoted, Notation::Json);
            in_json[1..in_json.len() - 1].to_owned()
        }
        Literal::Float(_) | Literal::Array(_) | Literal::Object(_) => return None,
    })
}

/// What a value was before, which decides how the new one is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Before {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A truth value.
    Truth,
    /// Anything else.
    Other,
}

/// A value as what stood there before: `'3'` stays text, `true` stays a truth value.
pub fn as_before(to: &Literal, before: Before) -> Literal {
    match (before, to) {
        (Before::Text, Literal::Boolean(_) | Literal::Integer(_) | Literal::Float(_)) => {
            Literal::String(to.to_string().into())
        }
        (Before::Number, Literal::String(text)) => {
            text.parse().map_or_else(|_| to.clone(), Literal::Integer)
        }
        (Before::Truth, Literal::String(text)) => text
            .to_ascii_lowercase()
            .parse()
            .map_or_else(|_| to.clone(), Literal::Boolean),
        (Before::Text | Before::Number | Before::Truth | Before::Other, _) => to.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(literal: &Literal, layout: &Layout, json: &str, bicep: &str) {
        assert_eq!(write(literal, Notation::Json, layout), json);
        assert_eq!(write(literal, Notation::Bicep, layout), bicep);
    }

    fn layout(indentation: Option<&str>) -> Layout<'static> {
        Layout {
            indentation: indentation.map(str::to_owned),
            unit: "  ",
            line_end: "\n",
            is_compact: false,
        }
    }

    #[test]
    fn values_are_written_in_both_languages() {
        let zones = Literal::Array(vec![Literal::String("1".into()), Literal::Integer(2)]);
        let value = Literal::Object(vec![
            ("a".into(), Literal::Boolean(true)),
            ("b-c".into(), zones),
        ]);
        check(
            &value,
            &layout(None),
            r#"{ "a": true, "b-c": ["1", 2] }"#,
            "{ a: true, 'b-c': ['1', 2] }",
        );
        check(
            &value,
            &layout(Some("  ")),
            "{\n    \"a\": true,\n    \"b-c\": [\n      \"1\",\n      2\n    ]\n  }",
            "{\n    a: true\n    'b-c': [\n      '1'\n      2\n    ]\n  }",
        );
        let compact = Layout {
            is_compact: true,
            ..layout(None)
        };
        let json = write(&value, Notation::Json, &compact);
        assert_eq!(json, r#"{"a":true,"b-c":["1",2]}"#);
    }

    #[test]
    fn quotes_are_escaped() {
        assert_eq!(string("a'${b}\\", Notation::Bicep), "'a\\'\\${b}\\\\'");
        assert_eq!(string("a\"b", Notation::Json), "\"a\\\"b\"");
        let in_expression = in_expression(&Literal::String("it's \"x\"".into()));
        assert_eq!(in_expression.as_deref(), Some("'it''s \\\"x\\\"'"));
    }
}
