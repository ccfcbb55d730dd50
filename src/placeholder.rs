//! Placeholders that another tool fills in before deployment, such as `${NAME}`, `#{name}#` or `__NAME__`.

/// Whether a text is, or holds, a placeholder, and the default it names: `${NAME=default}`.
pub fn placeholder(text: &str) -> Option<Option<&str>> {
    let inside = |start: &str, end: &str| {
        let from = text.find(start)? + start.len();
        let length = text[from..].find(end)?;
        Some(&text[from..from + length])
    };
    if let Some(name) = inside("${", "}") {
        let whole = text.len() == name.len() + 3;
        return Some(
            name.split_once('=')
                .map(|(_, default)| default)
                .filter(|_| whole),
        );
    }
    let generated = ["GEN-", "GET-"]
        .iter()
        .any(|prefix| text.starts_with(prefix));
    let token = inside("$(", ")").is_some_and(|name| !name.is_empty());
    let underscored = text
        .strip_prefix("__")
        .and_then(|rest| rest.strip_suffix("__"))
        .is_some_and(|name| !name.is_empty());
    (generated || token || underscored || holds_token(text)).then_some(None)
}

/// Whether a text holds `#{name}#` or `#_name_#`, which mean nothing else anywhere.
pub fn holds_token(text: &str) -> bool {
    [("#{", "}#"), ("#_", "_#")]
        .into_iter()
        .any(|(start, end)| {
            text.find(start)
                .is_some_and(|from| text[from + start.len()..].contains(end))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_other_tools_are_recognised() {
        for (text, expected) in [
            ("GEN-PASSWORD", Some(None)),
            ("GET-PREREQ-id", Some(None)),
            ("${LOCATION}", Some(None)),
            ("${LOCATION=eastus}", Some(Some("eastus"))),
            ("st${ENV}01", Some(None)),
            ("#{sku}#", Some(None)),
            ("dep-#_namePrefix_#-st", Some(None)),
            ("$(sku)", Some(None)),
            ("__SKU__", Some(None)),
            ("Standard_LRS", None),
            ("a__b", None),
            ("$()", None),
            ("#1_#2", None),
        ] {
            assert_eq!(placeholder(text), expected, "{text}");
        }
    }
}
