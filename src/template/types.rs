//! Types that a template declares: keywords, literals, objects, arrays and references to one another.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions>

use super::ParameterType;
use crate::source::Span;
use crate::syntax::expression::ExpressionId;

/// So many references of types are followed.
const MAX_CHAIN: usize = 1_000;

/// What is wrong with references that do not end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Endless {
    /// They run in a circle.
    Circle,
    /// They are too many.
    Far,
}

impl Endless {
    /// What a message says of the type.
    pub fn words(self) -> &'static str {
        match self {
            Endless::Circle => "leads to itself",
            Endless::Far => "leads through more than 1000 others",
        }
    }
}

/// A type of a [`Types`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeId(u32);

/// The types of one file.
#[derive(Debug, Default)]
pub struct Types {
    declarations: Vec<TypeDeclaration>,
    /// Types that are known once the imported files were read.
    pub pending: Vec<Pending>,
}

/// A type that depends on another one which may stand in another file.
#[derive(Clone, Debug)]
pub enum Pending {
    /// It is a type that an import names.
    Imported {
        /// The type.
        id: TypeId,
        /// The position of the import.
        import: u32,
        /// The name there.
        name: Box<str>,
        /// Where the name stands.
        span: Span,
    },
    /// It is a part of another type.
    Part {
        /// The type.
        id: TypeId,
        /// The other.
        of: TypeId,
        /// Which part.
        step: TypeStep,
    },
    /// It is one of several object types, told apart by a property.
    Discriminated {
        /// The type.
        id: TypeId,
        /// The property.
        property: Box<str>,
        /// The others.
        variants: Vec<TypeId>,
    },
    /// It is one of several types.
    Union {
        /// The type.
        id: TypeId,
        /// The others.
        members: Vec<TypeId>,
    },
}

/// A part of a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TypeStep {
    /// `T.name`.
    Property(Box<str>),
    /// `T[0]`.
    Item(usize),
    /// `T[*]`, `T.*`.
    Rest,
}

/// A declared type. What is not said is not bounded.
#[derive(Debug)]
pub struct TypeDeclaration {
    /// The keyword.
    pub parameter_type: ParameterType,
    /// Whether its values are secrets.
    pub secure: bool,
    /// Whether `null` is a value of it, and it may be left out.
    pub nullable: bool,
    /// The type it refers to, which says all that this one does not.
    pub reference: Option<TypeId>,
    /// The values it has.
    pub allowed: Option<ExpressionId>,
    /// Smallest number.
    pub minimum_value: Option<ExpressionId>,
    /// Largest number.
    pub maximum_value: Option<ExpressionId>,
    /// Least length of a string or array.
    pub minimum_length: Option<ExpressionId>,
    /// Greatest length of a string or array.
    pub maximum_length: Option<ExpressionId>,
    /// Properties of an object, in the order of the text.
    pub properties: Vec<PropertyDeclaration>,
    /// Properties that are not declared.
    pub additional: Additional,
    /// First elements of an array, each with a type of its own.
    pub prefix_items: Vec<TypeId>,
    /// The elements behind those.
    pub items: Option<TypeId>,
    /// Whether there may be elements behind `prefix_items`.
    pub more_items: bool,
    /// The property that says which of several object types it is.
    pub discriminator: Option<Box<Discriminator>>,
}

/// A property of an object type.
#[derive(Debug)]
pub struct PropertyDeclaration {
    /// Its name as written.
    pub name: Box<str>,
    /// Its type; it has to be given unless that is nullable.
    pub declared_type: TypeId,
}

/// Properties that an object type does not declare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Additional {
    /// May be there.
    Any,
    /// May be there and are of a type.
    Typed(TypeId),
    /// May not be there.
    Forbidden,
}

/// Object types told apart by the value of one property.
#[derive(Debug)]
pub struct Discriminator {
    /// The property's name.
    pub property: Box<str>,
    /// Its values, each with the type it stands for.
    pub variants: Vec<(Box<str>, TypeId)>,
}

impl Default for TypeDeclaration {
    fn default() -> TypeDeclaration {
        TypeDeclaration {
            parameter_type: ParameterType::Unknown,
            secure: false,
            nullable: false,
            reference: None,
            allowed: None,
            minimum_value: None,
            maximum_value: None,
            minimum_length: None,
            maximum_length: None,
            properties: Vec::new(),
            additional: Additional::Any,
            prefix_items: Vec::new(),
            items: None,
            more_items: true,
            discriminator: None,
        }
    }
}

impl Types {
    /// Adds a type.
    pub fn add(&mut self, declaration: TypeDeclaration) -> TypeId {
        self.declarations.push(declaration);
        TypeId(self.declarations.len() as u32 - 1)
    }

    /// A type as it is declared.
    pub fn get(&self, id: TypeId) -> &TypeDeclaration {
        &self.declarations[id.0 as usize]
    }

    /// A type that is not finished yet.
    pub fn get_mut(&mut self, id: TypeId) -> &mut TypeDeclaration {
        &mut self.declarations[id.0 as usize]
    }

    /// Lets a type refer to another one, unless that leads back to it.
    pub fn refer(&mut self, id: TypeId, to: TypeId) {
        self.get_mut(id).reference = Some(to);
        if self.endless(id).is_some() {
            self.get_mut(id).reference = None;
        }
    }

    /// A type and those it refers to, in turn, as far as they are followed.
    pub fn chain(&self, id: TypeId) -> impl Iterator<Item = &TypeDeclaration> {
        let chain = std::iter::successors(Some(self.get(id)), |declaration| {
            declaration.reference.map(|next| self.get(next))
        });
        chain.take(MAX_CHAIN)
    }

    /// The keyword of a type, through its references.
    pub fn parameter_type(&self, id: TypeId) -> ParameterType {
        self.chain(id)
            .map(|declaration| declaration.parameter_type)
            .find(|keyword| *keyword != ParameterType::Unknown)
            .unwrap_or(ParameterType::Unknown)
    }

    /// Whether values of a type are secrets.
    pub fn is_secure(&self, id: TypeId) -> bool {
        self.chain(id).any(|declaration| declaration.secure)
    }

    /// Whether a value of a type may be left out.
    pub fn is_nullable(&self, id: TypeId) -> bool {
        self.chain(id).any(|declaration| declaration.nullable)
    }

    /// What is wrong with the references of a type, if they do not end.
    pub fn endless(&self, id: TypeId) -> Option<Endless> {
        let mut far = id;
        for _ in 0..MAX_CHAIN {
            far = self.get(far).reference?;
        }
        // Whatever leads into a circle is inside of it by now.
        let mut next = self.get(far).reference?;
        for _ in 0..MAX_CHAIN {
            if next == far {
                return Some(Endless::Circle);
            }
            let Some(reference) = self.get(next).reference else {
                break;
            };
            next = reference;
        }
        Some(Endless::Far)
    }
}
