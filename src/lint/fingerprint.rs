//! What stays of a finding when a template is edited around it.
//!
//! A fingerprint is made of the rule, the root template's path in the repository, the resource's type, its name as it is written, not
//! as it is evaluated, and the path of the property that decides. It is not made of lines, of severities, of messages or of values.
//!
//! Of a name that a module is given, what the root template hands over counts, so that moving a resource into a module, or renaming the
//! parameter that takes it there, leaves it as it is. Renaming the root template, or rewriting the expression that makes the name - a
//! parameter that it mentions, too - changes it. Two findings that all of this does not tell apart share it.
//!
//! docs/configuration.md says what users are promised of it.

use crate::diagnostic::{Diagnostic, ResourceSummary};
use crate::repository::Repository;
use crate::source::Sources;
use uuid::Uuid;

/// The name of this recipe, in SARIF and elsewhere.
pub const RECIPE: &str = "amllint/v1";
/// The longest text, in bytes, of what a message of the tool itself is about.
const MAX_TEXT: usize = 200;

/// What tells a finding from others of its rule and root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The resource's type, as written.
    pub resource_type: String,
    /// Its name, as written; of what the tool itself says, the text it is about.
    pub name: String,
    /// The path of the property that decides.
    pub property: String,
}

/// The fingerprint of a finding, 32 hexadecimal digits. `root` is the path of the template it was found through.
pub fn fingerprint(
    repository: &Repository,
    root: &str,
    sources: &Sources,
    diagnostic: &Diagnostic,
) -> String {
    let root = repository.place(root);
    let identity = identity(sources, diagnostic);
    fingerprint_of(root.path(), &diagnostic.code, &identity)
}

/// The fingerprint of what a rule finds; `root` is seen from the root of the repository.
pub fn fingerprint_of(root: &str, code: &str, identity: &Identity) -> String {
    let resource_type = identity.resource_type.to_lowercase();
    let parts = [
        RECIPE,
        code,
        root,
        &resource_type,
        &identity.name,
        &identity.property,
    ];
    hash(&parts.join("\0"))
}

fn identity(sources: &Sources, diagnostic: &Diagnostic) -> Identity {
    match &diagnostic.resource {
        Some(resource) => of_resource(sources, resource, &diagnostic.property),
        None => Identity {
            resource_type: String::new(),
            name: short(sources.slice(diagnostic.primary.span)),
            property: diagnostic.property.clone(),
        },
    }
}

fn of_resource(sources: &Sources, resource: &ResourceSummary, property: &str) -> Identity {
    let spans = resource.name_spans.iter();
    let names: Vec<&str> = spans.map(|span| sources.slice(*span)).collect();
    Identity {
        resource_type: resource.resource_type.clone(),
        name: names.join("/"),
        property: property.to_owned(),
    }
}

/// Everything that a finding stands for, its own identity first, each once.
pub fn identities(sources: &Sources, diagnostic: &Diagnostic) -> Vec<Identity> {
    let mut identities = vec![identity(sources, diagnostic)];
    for (resource, property) in &diagnostic.stands_for {
        let identity = of_resource(sources, resource, property);
        if !identities.contains(&identity) {
            identities.push(identity);
        }
    }
    identities
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
