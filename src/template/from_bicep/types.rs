//! Types: what a parameter takes, as far as values are checked against it.

use super::{Lowering, Symbol};
use crate::diagnostic::Kind;
use crate::source::Span;
use crate::syntax::bicep::{List, Name, NodeId, Syntax, UnaryOperator};
use crate::syntax::expression::ExpressionKind;
use crate::template::types::{Additional, Pending, PropertyDeclaration, TypeDeclaration, TypeStep};
use crate::template::{ParameterType, TypeId};

impl<'a> Lowering<'a> {
    /// `type name = value`.
    pub(super) fn type_alias(&mut self, name: Name, value: NodeId, decorators: List) {
        let Some(Symbol::Type(id)) = self.symbols.get(self.text_of(name)).copied() else {
            return;
        };
        let inner = self.decorated_type(value, decorators);
        self.types.get_mut(id).reference = Some(inner);
        if let Some(endless) = self.types.endless(id) {
            self.types.get_mut(id).reference = None;
            let message = format!("the type `{}` {}", self.text_of(name), endless.words());
            let span = self.tree.name_span(name);
            self.report(Kind::TYPE_DEFINITION, span, message);
        }
    }

    /// A type with what decorators say of it.
    pub(super) fn decorated_type(&mut self, id: NodeId, decorators: List) -> TypeId {
        let inner = self.declared_type(id);
        if self.children(decorators).is_empty() {
            return inner;
        }
        let mut declaration = TypeDeclaration {
            reference: Some(inner),
            ..TypeDeclaration::default()
        };
        let mut said = false;
        for decorator in self.children(decorators) {
            let (name, arguments) = match self.tree.syntax(*decorator) {
                Syntax::Call {
                    function,
                    arguments,
                }
                | Syntax::MethodCall {
                    function,
                    arguments,
                    ..
                } => (self.text_of(function), self.children(arguments)),
                _ => continue,
            };
            let first = arguments.first().copied();
            match (name, first) {
                ("secure", _) => declaration.secure = true,
                ("allowed", Some(values)) => declaration.allowed = Some(self.expression(values)),
                ("minValue", Some(value)) => {
                    declaration.minimum_value = Some(self.expression(value));
                }
                ("maxValue", Some(value)) => {
                    declaration.maximum_value = Some(self.expression(value));
                }
                ("minLength", Some(value)) => {
                    declaration.minimum_length = Some(self.expression(value));
                }
                ("maxLength", Some(value)) => {
                    declaration.maximum_length = Some(self.expression(value));
                }
                ("sealed", _) => declaration.additional = Additional::Forbidden,
                ("discriminator", Some(property)) => {
                    let property = self.tree.string(property).unwrap_or_default().into();
                    self.discriminated(inner, property);
                    continue;
                }
                (_, _) => continue,
            }
            said = true;
        }
        if said {
            self.types.add(declaration)
        } else {
            inner
        }
    }

    /// Makes a union one whose members a property tells apart.
    fn discriminated(&mut self, union: TypeId, property: Box<str>) {
        for pending in &mut self.types.pending {
            if let Pending::Union { id, members } = pending
                && *id == union
            {
                *pending = Pending::Discriminated {
                    id: union,
                    property,
                    variants: std::mem::take(members),
                };
                return;
            }
        }
    }

    pub(super) fn declared_type(&mut self, id: NodeId) -> TypeId {
        let span = self.tree.span(id);
        let mut declaration = TypeDeclaration::default();
        match self.tree.syntax(id) {
            Syntax::Identifier(name) => return self.named_type(name, span),
            Syntax::Member { base, name, .. } => return self.type_part(base, name),
            Syntax::Index { base, index, .. } => {
                if let Syntax::Integer(position) = self.tree.syntax(index) {
                    let step = TypeStep::Item(position as usize);
                    return self.part_of(base, step);
                }
            }
            Syntax::AnyElement(base) => return self.part_of(base, TypeStep::Rest),
            Syntax::Parenthesized(inner) | Syntax::NotNullableType(inner) => {
                return self.declared_type(inner);
            }
            Syntax::NullableType(inner) => {
                declaration.nullable = true;
                declaration.reference = Some(self.declared_type(inner));
            }
            Syntax::ArrayType(item) => {
                declaration.parameter_type = ParameterType::Array;
                declaration.items = Some(self.declared_type(item));
            }
            Syntax::Union(list) => return self.union(list, span),
            Syntax::Object(list) => {
                declaration.parameter_type = ParameterType::Object;
                for member in self.children(list) {
                    self.member(*member, &mut declaration);
                }
            }
            Syntax::Array(list) => {
                declaration.parameter_type = ParameterType::Array;
                declaration.more_items = false;
                for item in self.children(list) {
                    if let Syntax::TypeItem { value, decorators } = self.tree.syntax(*item) {
                        let item = self.decorated_type(value, decorators);
                        declaration.prefix_items.push(item);
                    }
                }
            }
            Syntax::Null => declaration.nullable = true,
            Syntax::Boolean(_) => {
                declaration.parameter_type = ParameterType::Boolean;
                declaration.allowed = Some(self.only(id, span));
            }
            Syntax::Integer(_) => {
                declaration.parameter_type = ParameterType::Integer;
                declaration.allowed = Some(self.only(id, span));
            }
            Syntax::Unary {
                operator: UnaryOperator::Minus,
                ..
            } => {
                declaration.parameter_type = ParameterType::Integer;
                declaration.allowed = Some(self.only(id, span));
            }
            Syntax::String(_) => {
                declaration.parameter_type = ParameterType::String;
                declaration.allowed = Some(self.only(id, span));
            }
            _ => {}
        }
        self.types.add(declaration)
    }

    /// An array of the one value that a literal type has.
    fn only(&mut self, id: NodeId, span: Span) -> crate::syntax::expression::ExpressionId {
        let value = self.expression(id);
        let list = self.expressions.add_list(&[value]);
        self.add(ExpressionKind::Array(list), span)
    }

    fn member(&mut self, member: NodeId, declaration: &mut TypeDeclaration) {
        match self.tree.syntax(member) {
            Syntax::TypeProperty {
                key,
                value,
                decorators,
            } => {
                let declared_type = self.decorated_type(value, decorators);
                if let Some(name) = self.tree.string(key) {
                    declaration.properties.push(PropertyDeclaration {
                        name: name.into(),
                        declared_type,
                    });
                }
            }
            Syntax::AdditionalProperties { value, decorators } => {
                let declared_type = self.decorated_type(value, decorators);
                declaration.additional = Additional::Typed(declared_type);
            }
            _ => {}
        }
    }

    /// `'a' | 'b'`.
    fn union(&mut self, list: List, span: Span) -> TypeId {
        let children = self.children(list);
        let mut declaration = TypeDeclaration::default();
        let literal = |syntax: Syntax| {
            matches!(
                syntax,
                Syntax::String(_) | Syntax::Integer(_) | Syntax::Boolean(_) | Syntax::Unary { .. }
            )
        };
        let mut values = Vec::new();
        let mut all_literal = true;
        for child in children {
            // `'a' | 'b'?`: the question mark belongs to the last of them.
            let mut member = *child;
            while let Syntax::NullableType(inner) | Syntax::Parenthesized(inner) =
                self.tree.syntax(member)
            {
                declaration.nullable |= matches!(self.tree.syntax(member), Syntax::NullableType(_));
                member = inner;
            }
            match self.tree.syntax(member) {
                Syntax::Null => declaration.nullable = true,
                syntax if literal(syntax) => values.push(member),
                _ => all_literal = false,
            }
        }
        if !all_literal {
            // Of which kind the others are may stand in another file.
            let members = children.iter().map(|child| self.declared_type(*child));
            let members: Vec<TypeId> = members.collect();
            let id = self.types.add(declaration);
            self.types.pending.push(Pending::Union { id, members });
            return id;
        }
        let kinds = values.iter().map(|value| match self.tree.syntax(*value) {
            Syntax::String(_) => ParameterType::String,
            Syntax::Boolean(_) => ParameterType::Boolean,
            _ => ParameterType::Integer,
        });
        let kinds: Vec<ParameterType> = kinds.collect();
        if let Some(first) = kinds.first()
            && kinds.iter().all(|kind| kind == first)
        {
            declaration.parameter_type = *first;
        }
        let values: Vec<_> = values.iter().map(|value| self.expression(*value)).collect();
        let list = self.expressions.add_list(&values);
        declaration.allowed = Some(self.add(ExpressionKind::Array(list), span));
        self.types.add(declaration)
    }

    /// A keyword, an alias, or what an import names.
    fn named_type(&mut self, name: Name, span: Span) -> TypeId {
        let word = self.text_of(name);
        match self.symbols.get(word).copied() {
            Some(Symbol::Type(id)) => {
                return self.types.add(TypeDeclaration {
                    reference: Some(id),
                    ..TypeDeclaration::default()
                });
            }
            Some(Symbol::Imported(import, original)) => {
                return self.imported_type(import, original, span);
            }
            Some(
                Symbol::Parameter
                | Symbol::Variable
                | Symbol::Resource(_)
                | Symbol::Function(_)
                | Symbol::Namespace(_)
                | Symbol::Extension,
            )
            | None => {}
        }
        match keyword(word) {
            Some(parameter_type) => self.types.add(TypeDeclaration {
                parameter_type,
                ..TypeDeclaration::default()
            }),
            None => {
                let help = self.similar(word, |this| {
                    let known = this.symbols.iter();
                    let types = known.filter(|(_, symbol)| matches!(symbol, Symbol::Type(_)));
                    let types = types.map(|(name, _)| *name);
                    types
                        .chain(KEYWORDS.iter().map(|(name, _)| *name))
                        .collect()
                });
                let message = format!("there is no type `{word}`");
                self.report(Kind::TYPE_DEFINITION, span, message).help = help;
                self.types.add(TypeDeclaration::default())
            }
        }
    }

    fn imported_type(&mut self, import: u32, name: &str, span: Span) -> TypeId {
        let id = self.types.add(TypeDeclaration::default());
        let name = name.into();
        self.types.pending.push(Pending::Imported {
            id,
            import,
            name,
            span,
        });
        id
    }

    /// `T.name`, `ns.T`, `sys.string`.
    fn type_part(&mut self, base: NodeId, name: Name) -> TypeId {
        let word = self.text_of(name);
        if let Syntax::Identifier(outer) = self.tree.syntax(base) {
            let outer = self.text_of(outer);
            match self.symbols.get(outer) {
                Some(Symbol::Namespace(import)) => {
                    let (import, span) = (*import, self.tree.name_span(name));
                    return self.imported_type(import, word, span);
                }
                None if matches!(outer, "sys" | "az") => {
                    let parameter_type = keyword(word).unwrap_or(ParameterType::Unknown);
                    return self.types.add(TypeDeclaration {
                        parameter_type,
                        ..TypeDeclaration::default()
                    });
                }
                Some(_) | None => {}
            }
        }
        self.part_of(base, TypeStep::Property(word.into()))
    }

    fn part_of(&mut self, base: NodeId, step: TypeStep) -> TypeId {
        let of = self.declared_type(base);
        let id = self.types.add(TypeDeclaration::default());
        self.types.pending.push(Pending::Part { id, of, step });
        id
    }
}

const KEYWORDS: [(&str, ParameterType); 7] = [
    ("string", ParameterType::String),
    ("int", ParameterType::Integer),
    ("bool", ParameterType::Boolean),
    ("object", ParameterType::Object),
    ("array", ParameterType::Array),
    ("any", ParameterType::Unknown),
    ("null", ParameterType::Unknown),
];

fn keyword(word: &str) -> Option<ParameterType> {
    let found = KEYWORDS.iter().find(|(name, _)| *name == word);
    found.map(|(_, parameter_type)| *parameter_type)
}
