//! Values behind what they come from, where the user wants them: `name: skuName` is shown as `name: skuName = 'Standard_LRS'`.

use super::cursor::{Parsed, property_values};
use super::inspect::{deployments, values_by_key};
use super::location::{offset, range};
use super::server::Server;
use crate::lint::environments::DEFAULTS;
use crate::source::{EditorLines, Span, display};
use crate::value::Value;
use lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams, Position};
use rustc_hash::FxHashMap;

/// Environments and values.
type Shown = Vec<(String, String)>;

/// A value that is longer, in characters, is shown in part.
const LONGEST: usize = 40;
/// Values of more environments are not shown beside one another.
const MAXIMUM: usize = 3;

impl Server {
    /// What is shown behind the values of a range.
    pub fn hints(&mut self, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
        if !self.settings.inlay_hints {
            return Some(Vec::new());
        }
        let document = self.documents.get(&params.text_document.uri)?;
        let folder = self.folder_of(&document.lies)?;
        let lines = EditorLines::new(&document.text);
        let start = offset(&lines, params.range.start, self.encoding) as u32;
        let end = offset(&lines, params.range.end, self.encoding) as u32;
        let called = display(&folder.called(&document.lies));
        let parsed = Parsed::new(&called, &document.text);
        let mut wanted: FxHashMap<(u32, u32), (Span, Shown)> = property_values(&parsed)
            .into_iter()
            .filter(|(key, _)| start <= key.start && key.end <= end)
            .map(|(key, value)| ((key.start, key.end), (value, Vec::new())))
            .collect();
        deployments(folder, document, |deployed| {
            for (key, value) in values_by_key(deployed.deployment, deployed.file) {
                let Some((_, seen)) = wanted.get_mut(&(key.start, key.end)) else {
                    continue;
                };
                let one = (deployed.environment.to_owned(), shown(&value));
                if !seen.contains(&one) {
                    seen.push(one);
                }
            }
        });
        let mut hints: Vec<InlayHint> = wanted
            .into_values()
            .filter_map(|(value, seen)| {
                let at = range(&lines, value, self.encoding).end;
                Some(hint(at, label(&seen)?))
            })
            .collect();
        hints.sort_by_key(|hint| hint.position);
        Some(hints)
    }
}

/// A value that is short enough to be shown beside others; empty if nothing is to be shown.
fn shown(value: &Value) -> String {
    if value.is_unknown() || value.is_container() {
        return String::new();
    }
    let text = value.expression();
    match text.chars().count() > LONGEST {
        true => text.chars().take(LONGEST).chain(['…']).collect(),
        false => text,
    }
}

/// "= 'Standard_LRS'", "= dev: 1, prod: 3"; nothing where it is not known, or differs too much.
fn label(seen: &[(String, String)]) -> Option<String> {
    let (first, value) = seen.first()?;
    if seen.iter().any(|(_, value)| value.is_empty()) {
        return None;
    }
    if seen.iter().all(|(_, other)| other == value) || first == DEFAULTS && seen.len() == 1 {
        return Some(format!("= {value}"));
    }
    if seen.len() > MAXIMUM || seen.iter().filter(|(one, _)| one == first).count() > 1 {
        return None;
    }
    let parts = seen.iter().map(|(name, value)| format!("{name}: {value}"));
    Some(format!("= {}", parts.collect::<Vec<_>>().join(", ")))
}

fn hint(position: Position, text: String) -> InlayHint {
    InlayHint {
        position,
        label: InlayHintLabel::String(text),
        kind: Some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}
