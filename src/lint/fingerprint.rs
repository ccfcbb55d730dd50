//! What stays of a finding when a template is edited around it.
//!
//! A fingerprint is made of the rule, the root template's path in the repository, the resource's type, its name as it is written, not
//! as it is evaluated, and the path of the property that decides. It is not made of lines, of severities, of messages or of
//! values: moving a resource within its file or into a module that is called with the same name for it, or giving the parameter another
//! bad value, leaves it as it is. Renaming the root template, or rewriting the expression that makes the name, changes it.
//! Two findings that all of this does not tell apart share it.

use crate::diagnostic::Diagnostic;
use crate::repository::Repository;
use crate::source::Sources;
use uuid::Uuid;

/// The name of this recipe, in SARIF and elsewhere.
pub const RECIPE: &str = "amllint/v1";
/// The longest text, in bytes, of what a message of the tool itself is about.
const MAX_TEXT: usize = 200;

/// The fingerprint of a finding, 32 hexadecimal digits. `root` is the path of the template it was found through.
pub fn fingerprint(
    repository: &Repository,
    root: &str,
    sources: &Sources,
    diagnostic: &Diagnostic,
) -> String {
    let root = repository.place(root);
    let (resource_type, name) = match &diagnostic.resource {
        Some(resource) => {
            let spans = resource.name_spans.iter();
            let names: Vec<&str> = spans.map(|span| sources.slice(*span)).collect();
            (resource.resource_type.to_lowercase(), names.join("/"))
        }
        None => (String::new(), short(sources.slice(diagnostic.primary.span))),
    };
    let parts = [
        RECIPE,
        &diagnostic.code,
        root.path(),
        &resource_type,
        &name,
        &diagnostic.property,
    ];
    hash(&parts.join("\0"))
}

fn short(text: &str) -> String {
    let end = (0..=MAX_TEXT.min(text.len())).rev();
    let mut end = end.filter(|end| text.is_char_boundary(*end));
    text[..end.next().unwrap_or(0)].to_owned()
}

/// A name-based UUID is SHA-1 cut to 128 bits; the namespace keeps these apart from everybody else's.
fn hash(text: &str) -> String {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, RECIPE.as_bytes());
    Uuid::new_v5(&namespace, text.as_bytes())
        .simple()
        .to_string()
}
