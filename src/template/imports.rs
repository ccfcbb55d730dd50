//! What a Bicep file takes from the files it imports from: types become its own, and names that are not there are told of.
//!
//! Types that depend on imported ones wait in [`Pending`] until the other files were read.

use super::types::{
    Additional, Discriminator, Pending, PropertyDeclaration, TypeDeclaration, TypeId, TypeStep,
};
use super::{ParameterType, Templates};
use crate::diagnostic::{Diagnostic, Kind};
use crate::similar::{MAX_HELPED, most_similar};
use crate::source::Span;
use crate::syntax::expression::{ExpressionId, ExpressionKind};
use rustc_hash::FxHashMap;

/// Resolves the types that wait for the imports of a file, which have been read if they can be.
pub fn resolve_imports(templates: &mut Templates) -> Vec<Diagnostic> {
    let diagnostics = missing(templates);
    let pending = std::mem::take(&mut templates.types.pending);
    let mut copied = FxHashMap::default();
    for one in &pending {
        if let Pending::Imported {
            id,
            import,
            name,
            span,
        } = one
        {
            let mut copying = Copying {
                templates,
                import: *import as usize,
                span: *span,
                copied: &mut copied,
                depth: 0,
            };
            if let Some(found) = copying.definition(name) {
                templates.types.refer(*id, found);
            }
        }
    }
    // A part may be a part of a part that is found later.
    for _ in 0..MAX_PASSES {
        let before = unresolved(templates, &pending);
        for one in &pending {
            if let Pending::Part { id, of, step } = one
                && let Some(part) = part(templates, *of, step)
                && part != *id
            {
                templates.types.refer(*id, part);
            }
        }
        if unresolved(templates, &pending) == before {
            break;
        }
    }
    for one in pending {
        if let Pending::Discriminated {
            id,
            property,
            variants,
        } = one
        {
            discriminate(templates, id, property, &variants);
        }
    }
    diagnostics
}

/// Parts of parts are looked for this often.
const MAX_PASSES: usize = 16;

fn unresolved(templates: &Templates, pending: &[Pending]) -> usize {
    let open = pending.iter().filter(|one| match one {
        Pending::Part { id, .. } => templates.types.get(*id).reference.is_none(),
        Pending::Imported { .. } | Pending::Discriminated { .. } | Pending::Union { .. } => false,
    });
    open.count()
}

/// Names that are imported from a file that does not export them.
fn missing(templates: &Templates) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for import in &templates.imports {
        let Some(exports) = &import.templates else {
            continue;
        };
        for (name, span) in &import.names {
            if exports.is_exported(name) {
                continue;
            }
            let message = format!("`{}` exports no `{name}`", import.path);
            let diagnostic = Diagnostic::new(Kind::UNDECLARED_NAME, *span, message);
            if diagnostics.len() >= MAX_HELPED {
                diagnostics.push(diagnostic);
                continue;
            }
            let mut known: Vec<&str> = exports.exports().collect();
            known.sort_unstable();
            let similar = most_similar(name, known.into_iter());
            diagnostics.push(match similar {
                Some(similar) => diagnostic.with_help(format!("did you mean `{similar}`?")),
                None => diagnostic,
            });
        }
    }
    diagnostics
}

impl Templates {
    /// Names of the types, variables and functions that other files may import; functions of compiled files without the namespace
    /// that the compiler gives them.
    pub fn exports(&self) -> impl Iterator<Item = &str> {
        let root = self.root();
        let types = self.definitions.iter().map(|(name, _)| &**name);
        let variables = root.variables.iter().map(|variable| &*variable.name);
        let functions = root.functions.iter().map(|function| {
            let name = &*function.name;
            name.strip_prefix("__bicep.").unwrap_or(name)
        });
        types.chain(variables).chain(functions)
    }

    /// Whether other files may import this name.
    fn is_exported(&self, name: &str) -> bool {
        let root = self.root();
        let variable = root.variable(name);
        let function = root.function(name);
        let compiled = root.function(&format!("__bicep.{name}"));
        self.definition(name).is_some()
            || variable.is_some_and(|position| *root.variables[position].name == *name)
            || function.is_some_and(|position| *root.functions[position].name == *name)
            || compiled.is_some()
    }

    /// The type of this name.
    fn definition(&self, name: &str) -> Option<TypeId> {
        let by_name = |(other, _): &(Box<str>, TypeId)| (**other).cmp(name);
        let position = self.definitions.binary_search_by(by_name).ok()?;
        Some(self.definitions[position].1)
    }
}

/// Copies types of another file.
struct Copying<'a> {
    templates: &'a mut Templates,
    import: usize,
    /// Where their name is imported; what a copied type says stands there.
    span: Span,
    /// Types that were copied already, by where the other file's declarations lie: several imports may name the same file.
    copied: &'a mut FxHashMap<(usize, TypeId), TypeId>,
    depth: usize,
}

/// Types inside of types are copied so deep; what is deeper is unknown.
const MAX_DEPTH: usize = 512;

impl Copying<'_> {
    fn definition(&mut self, name: &str) -> Option<TypeId> {
        let exports = self.templates.imports[self.import].templates.clone()?;
        let id = exports.definition(name)?;
        Some(self.copy(&exports, id))
    }

    fn copy(&mut self, exports: &Templates, id: TypeId) -> TypeId {
        let key = (std::ptr::from_ref(exports) as usize, id);
        if let Some(copied) = self.copied.get(&key) {
            return *copied;
        }
        let copy = self.templates.types.add(TypeDeclaration::default());
        if self.depth >= MAX_DEPTH {
            return copy;
        }
        self.copied.insert(key, copy);
        self.depth += 1;
        let declaration = self.copy_of(exports, exports.types.get(id));
        self.depth -= 1;
        *self.templates.types.get_mut(copy) = declaration;
        copy
    }

    fn copy_of(&mut self, exports: &Templates, original: &TypeDeclaration) -> TypeDeclaration {
        let mut literal = |expression: Option<ExpressionId>| {
            expression.map(|expression| {
                let target = &mut self.templates.expressions;
                copy_literal(exports, expression, target, self.span)
            })
        };
        let allowed = literal(original.allowed);
        let (minimum_value, maximum_value) = (
            literal(original.minimum_value),
            literal(original.maximum_value),
        );
        let (minimum_length, maximum_length) = (
            literal(original.minimum_length),
            literal(original.maximum_length),
        );
        let properties = original
            .properties
            .iter()
            .map(|property| PropertyDeclaration {
                name: property.name.clone(),
                declared_type: self.copy(exports, property.declared_type),
            });
        let properties = properties.collect();
        let prefix_items = original.prefix_items.iter();
        let prefix_items = prefix_items.map(|item| self.copy(exports, *item)).collect();
        let additional = match original.additional {
            Additional::Typed(id) => Additional::Typed(self.copy(exports, id)),
            Additional::Any | Additional::Forbidden => original.additional,
        };
        let discriminator = original.discriminator.as_ref().map(|discriminator| {
            let variants = discriminator.variants.iter();
            let variants = variants.map(|(name, id)| (name.clone(), self.copy(exports, *id)));
            Box::new(Discriminator {
                property: discriminator.property.clone(),
                variants: variants.collect(),
            })
        });
        TypeDeclaration {
            parameter_type: original.parameter_type,
            secure: original.secure,
            nullable: original.nullable,
            reference: original.reference.map(|id| self.copy(exports, id)),
            allowed,
            minimum_value,
            maximum_value,
            minimum_length,
            maximum_length,
            properties,
            additional,
            prefix_items,
            items: original.items.map(|id| self.copy(exports, id)),
            more_items: original.more_items,
            discriminator,
        }
    }
}

/// Copies a literal of another file; what is no literal becomes unknown.
fn copy_literal(
    from: &Templates,
    id: ExpressionId,
    to: &mut crate::syntax::expression::Expressions,
    span: Span,
) -> ExpressionId {
    let source = &from.expressions;
    let kind = match source.kind(id) {
        ExpressionKind::Null => ExpressionKind::Null,
        ExpressionKind::Boolean(value) => ExpressionKind::Boolean(value),
        ExpressionKind::Integer(value) => ExpressionKind::Integer(value),
        ExpressionKind::Number(text) => ExpressionKind::Number(to.add_text(source.text(text))),
        ExpressionKind::String(text) => ExpressionKind::String(to.add_text(source.text(text))),
        ExpressionKind::Array(list) => {
            let elements = source.list(list).iter();
            let elements: Vec<_> = elements
                .map(|element| copy_literal(from, *element, to, span))
                .collect();
            ExpressionKind::Array(to.add_list(&elements))
        }
        ExpressionKind::Shared { expression, .. } => {
            return copy_literal(from, expression, to, span);
        }
        ExpressionKind::Object(_)
        | ExpressionKind::Call { .. }
        | ExpressionKind::Parameter(_)
        | ExpressionKind::Variable(_)
        | ExpressionKind::Member { .. }
        | ExpressionKind::Index { .. }
        | ExpressionKind::Copy { .. }
        | ExpressionKind::Interpolation(_)
        | ExpressionKind::Local(_)
        | ExpressionKind::For { .. }
        | ExpressionKind::Symbol(_)
        | ExpressionKind::Apply { .. }
        | ExpressionKind::Imported { .. }
        | ExpressionKind::Missing => ExpressionKind::Missing,
    };
    to.add(kind, span.start, span.end)
}

/// A part of a type, through what it refers to.
fn part(templates: &Templates, of: TypeId, step: &TypeStep) -> Option<TypeId> {
    let mut chain = templates.types.chain(of);
    chain.find_map(|declaration| match step {
        TypeStep::Property(name) => {
            let mut properties = declaration.properties.iter();
            let property = properties.find(|property| property.name.eq_ignore_ascii_case(name))?;
            Some(property.declared_type)
        }
        TypeStep::Item(position) => declaration.prefix_items.get(*position).copied(),
        TypeStep::Rest => declaration.items.or(match declaration.additional {
            Additional::Typed(id) => Some(id),
            Additional::Any | Additional::Forbidden => None,
        }),
    })
}

/// Finds out which value of `property` stands for which of the variants.
fn discriminate(templates: &mut Templates, id: TypeId, property: Box<str>, variants: &[TypeId]) {
    let step = TypeStep::Property(property.clone());
    let value = |variant: TypeId| -> Option<Box<str>> {
        let declared = part(templates, variant, &step)?;
        let allowed = templates
            .types
            .chain(declared)
            .find_map(|declaration| declaration.allowed)?;
        let ExpressionKind::Array(list) = templates.expressions.kind(allowed) else {
            return None;
        };
        let [only] = templates.expressions.list(list) else {
            return None;
        };
        templates.expressions.literal(*only).map(Into::into)
    };
    let named: Option<Vec<_>> = variants
        .iter()
        .map(|variant| Some((value(*variant)?, *variant)))
        .collect();
    // Of a variant that nobody knows the value of, nothing can be said.
    let Some(variants) = named else { return };
    let declaration = templates.types.get_mut(id);
    declaration.parameter_type = ParameterType::Object;
    declaration.discriminator = Some(Box::new(Discriminator { property, variants }));
}
