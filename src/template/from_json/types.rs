//! Types of parameters, outputs and `definitions`.

use super::super::types::{Additional, Discriminator, PropertyDeclaration, TypeDeclaration};
use super::super::{ParameterType, TypeId};
use super::Lowering;
use crate::diagnostic::{Diagnostic, Kind};
use crate::syntax::node::Node;
use rustc_hash::FxHashMap;

/// What a template calls its types.
#[derive(Default)]
pub(super) struct Definitions<'a> {
    by_name: FxHashMap<&'a str, TypeId>,
    /// Types that are references, with the text that says to what.
    references: Vec<(TypeId, Node<'a>)>,
}

impl Definitions<'_> {
    /// Each type with its name.
    pub(super) fn by_name(&self) -> Vec<(Box<str>, TypeId)> {
        let mut named: Vec<(Box<str>, TypeId)> = self
            .by_name
            .iter()
            .map(|(name, id)| ((*name).into(), *id))
            .collect();
        named.sort();
        named
    }
}

impl<'a> Lowering<'a> {
    /// Makes the types of `definitions` known; gives those of the template around.
    pub(super) fn definitions(&mut self, section: Option<Node<'a>>) -> Definitions<'a> {
        let around = std::mem::take(&mut self.definitions);
        let Some(section) = section else {
            return around;
        };
        // Types may refer to one another in any order, so all of them are named first.
        for (key, _) in section.members() {
            let id = self.types.add(TypeDeclaration::default());
            self.definitions
                .by_name
                .insert(key.as_str().unwrap_or_default(), id);
        }
        for (key, value) in section.members() {
            let id = self.definitions.by_name[key.as_str().unwrap_or_default()];
            let declaration = self.type_parts(value);
            *self.types.get_mut(id) = declaration;
            self.refers(id, value);
        }
        around
    }

    /// The type that an object with `type`, `$ref`, `properties` ... declares.
    pub(super) fn type_declaration(&mut self, node: Node<'a>) -> TypeId {
        let declaration = self.type_parts(node);
        let id = self.types.add(declaration);
        self.refers(id, node);
        id
    }

    fn refers(&mut self, id: TypeId, node: Node<'a>) {
        if let Some(reference) = node.get("$ref") {
            self.definitions.references.push((id, reference));
        }
    }

    fn type_parts(&mut self, node: Node<'a>) -> TypeDeclaration {
        let mut declaration = TypeDeclaration::default();
        if !node.is_object() {
            return declaration;
        }
        for (key, value) in node.members() {
            let Some(name) = key.as_str() else { continue };
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            match name.len() {
                4 if is("type") => {
                    let keyword = value.as_str().unwrap_or_default();
                    (declaration.parameter_type, declaration.secure) = keyword_type(keyword);
                }
                5 if is("items") && value.is_object() => {
                    declaration.items = Some(self.type_declaration(value));
                }
                5 if is("items") => declaration.more_items = value.as_bool() != Some(false),
                8 if is("nullable") => declaration.nullable = value.as_bool().unwrap_or(false),
                8 if is("minValue") => declaration.minimum_value = Some(self.value(value)),
                8 if is("maxValue") => declaration.maximum_value = Some(self.value(value)),
                9 if is("minLength") => declaration.minimum_length = Some(self.value(value)),
                9 if is("maxLength") => declaration.maximum_length = Some(self.value(value)),
                10 if is("properties") => {
                    for (key, property) in value.members() {
                        let Some(name) = key.as_str() else { continue };
                        let declared = PropertyDeclaration {
                            name: name.into(),
                            declared_type: self.type_declaration(property),
                        };
                        declaration.properties.push(declared);
                    }
                }
                11 if is("prefixItems") => {
                    for item in value.elements() {
                        let item = self.type_declaration(item);
                        declaration.prefix_items.push(item);
                    }
                }
                13 if is("allowedValues") => declaration.allowed = Some(self.value(value)),
                13 if is("discriminator") => declaration.discriminator = self.discriminator(value),
                20 if is("additionalProperties") => {
                    declaration.additional = if value.is_object() {
                        Additional::Typed(self.type_declaration(value))
                    } else if value.as_bool() == Some(false) {
                        Additional::Forbidden
                    } else {
                        Additional::Any
                    };
                }
                _ => {}
            }
        }
        declaration
    }

    fn discriminator(&mut self, node: Node<'a>) -> Option<Box<Discriminator>> {
        let property = node.get("propertyName")?.as_str()?.into();
        let mut variants = Vec::new();
        for (key, variant) in node.get("mapping")?.members() {
            let Some(value) = key.as_str() else { continue };
            variants.push((value.into(), self.type_declaration(variant)));
        }
        Some(Box::new(Discriminator { property, variants }))
    }

    /// Makes each `$ref` of the template point to its definition.
    pub(super) fn resolve_references(&mut self) {
        let references = std::mem::take(&mut self.definitions.references);
        for (id, node) in &references {
            let written = node.as_str().unwrap_or_default();
            let name = written
                .strip_prefix("#/definitions/")
                .map(|name| name.replace("~1", "/").replace("~0", "~"));
            let target = name
                .as_deref()
                .and_then(|name| self.definitions.by_name.get(name).copied());
            if target.is_none() {
                let message = format!("there is no definition `{written}`");
                self.diagnostics
                    .push(Diagnostic::new(Kind::TYPE_DEFINITION, node.span(), message));
            }
            self.types.get_mut(*id).reference = target;
        }
        for (id, node) in references {
            if let Some(endless) = self.types.endless(id) {
                let written = node.as_str().unwrap_or_default();
                let message = format!("the definition `{written}` {}", endless.words());
                self.diagnostics
                    .push(Diagnostic::new(Kind::TYPE_DEFINITION, node.span(), message));
                self.types.get_mut(id).reference = None;
            }
        }
    }
}

/// Type and secrecy behind a type keyword; keywords fold case.
fn keyword_type(keyword: &str) -> (ParameterType, bool) {
    const KEYWORDS: [(&str, ParameterType, bool); 7] = [
        ("string", ParameterType::String, false),
        ("secureString", ParameterType::String, true),
        ("int", ParameterType::Integer, false),
        ("bool", ParameterType::Boolean, false),
        ("array", ParameterType::Array, false),
        ("object", ParameterType::Object, false),
        ("secureObject", ParameterType::Object, true),
    ];
    let mut keywords = KEYWORDS.iter();
    keywords
        .find(|(name, ..)| name.eq_ignore_ascii_case(keyword))
        .map_or((ParameterType::Unknown, false), |(_, kind, secure)| {
            (*kind, *secure)
        })
}
