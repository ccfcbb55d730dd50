//! What a template declares, whichever language it is written in.
//!
//! [`Templates`] holds the templates of one file: the root, which is the first, and those nested in its deployments. They
//! share one [`Expressions`].

mod from_bicep;
mod from_json;
mod imports;
pub mod suppression;
mod symbols;
mod types;

pub use from_bicep::{BASE, from_bicep};
pub use from_json::{from_json, from_node, is_template};
pub use imports::resolve_imports;

pub use types::{
    Additional, Discriminator, Pending, PropertyDeclaration, TypeDeclaration, TypeId, TypeStep,
    Types,
};

use crate::source::Span;
use crate::syntax::expression::{ExpressionId, Expressions, List};
use std::sync::Arc;
use suppression::Suppressions;

/// The templates of one file.
#[derive(Debug)]
pub struct Templates {
    /// Every expression of the file.
    pub expressions: Expressions,
    /// The root, then the nested ones in the order of the text.
    pub templates: Vec<Template>,
    /// The types that they declare.
    pub types: Types,
    /// What they are written in.
    pub language: Language,
    /// The types of the root by their names, for files that import them.
    pub definitions: Vec<(Box<str>, TypeId)>,
    /// The files that the root imports from, in the order of the text.
    pub imports: Vec<ImportDeclaration>,
    /// Of a Bicep parameter file: the template it is for; `None` for `using none`, too.
    pub using: Option<PathDeclaration>,
    /// Of a Bicep parameter file: the file whose values it has unless it says others.
    pub extends: Option<PathDeclaration>,
    /// What the file says is not to be reported.
    pub suppressions: Arc<Suppressions>,
}

/// A path to another file, as written.
#[derive(Clone, Debug)]
pub struct PathDeclaration {
    /// The path.
    pub path: Box<str>,
    /// Where it stands.
    pub span: Span,
}

/// What a template is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// JSON with expressions in its strings.
    Json,
    /// Bicep.
    Bicep,
}

/// An `import` of a Bicep file.
#[derive(Debug)]
pub struct ImportDeclaration {
    /// Where it is imported from, as written.
    pub path: Box<str>,
    /// Where that stands.
    pub span: Span,
    /// What is imported by name: the names in the other file.
    pub names: Vec<(Box<str>, Span)>,
    /// The other file, once it was read.
    pub templates: Option<Arc<Templates>>,
}

/// A template of a [`Templates`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TemplateId(pub u32);

/// What a deployment is made in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TargetScope {
    /// A resource group.
    #[default]
    ResourceGroup,
    /// A subscription.
    Subscription,
    /// A management group.
    ManagementGroup,
    /// The tenant.
    Tenant,
}

/// One template.
#[derive(Debug)]
pub struct Template {
    /// The whole object.
    pub span: Span,
    /// What `$schema` says it is deployed into.
    pub target_scope: TargetScope,
    /// Whether `languageVersion` is 2.0 or later.
    pub symbolic_names: bool,
    /// Declared parameters, in the order of the text.
    pub parameters: Vec<ParameterDeclaration>,
    /// Declared variables, in the order of the text.
    pub variables: Vec<VariableDeclaration>,
    /// Declared resources, in the order of the text; children that are written inside follow their parent.
    pub resources: Vec<ResourceDeclaration>,
    /// Declared outputs, in the order of the text.
    pub outputs: Vec<OutputDeclaration>,
    /// Conditions that have to hold.
    pub asserts: Vec<AssertDeclaration>,
    /// User-defined functions.
    pub functions: Vec<FunctionDeclaration>,
    /// The template that declares it, if it is the body of a user-defined function.
    pub function_of: Option<TemplateId>,
    /// Every different expression of the template with the byte at which its first use begins.
    pub uses: Vec<(ExpressionId, u32)>,
    /// The template around it, where its expressions mean that one's parameters and variables.
    pub outer: Option<TemplateId>,
    parameter_symbols: symbols::Symbols,
    variable_symbols: symbols::Symbols,
    function_symbols: symbols::Symbols,
    resource_symbols: symbols::Symbols,
}

/// The type keyword of a parameter, folded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParameterType {
    /// `string`, `secureString`.
    String,
    /// `int`.
    Integer,
    /// `bool`.
    Boolean,
    /// `array`.
    Array,
    /// `object`, `secureObject`.
    Object,
    /// None, or none that we know.
    Unknown,
}

/// A declared parameter.
#[derive(Debug)]
pub struct ParameterDeclaration {
    /// Its name as written.
    pub name: Box<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// Its type.
    pub declared_type: TypeId,
    /// The value it has when none is given.
    pub default: Option<ExpressionId>,
}

/// A declared variable.
#[derive(Debug)]
pub struct VariableDeclaration {
    /// Its name as written.
    pub name: Box<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// Its value; of a variable made by a loop a [`Copy`](crate::syntax::expression::ExpressionKind::Copy).
    pub value: ExpressionId,
}

/// A loop of a resource.
#[derive(Debug)]
pub struct CopyDeclaration {
    /// The name that `copyIndex('name')` and `dependsOn` know it by.
    pub name: Option<ExpressionId>,
    /// How many instances.
    pub count: Option<ExpressionId>,
    /// The array it goes over, where it says one rather than a number.
    pub each: Option<Each>,
    /// The `copy` object, or the loop.
    pub span: Span,
}

/// What a loop goes over.
#[derive(Clone, Copy, Debug)]
pub struct Each {
    /// An array.
    pub list: ExpressionId,
    /// Strings: the name of the item, and perhaps that of its position.
    pub variables: List,
}

/// A declared resource.
#[derive(Debug)]
pub struct ResourceDeclaration {
    /// The whole object.
    pub span: Span,
    /// Its key in `resources` where that is an object (languageVersion 2.0), or its Bicep symbol.
    pub symbolic_name: Option<Box<str>>,
    /// Position of the declaration it is written inside, in the same list.
    pub parent: Option<u32>,
    /// The resource that it names as its parent: its name is relative to that one's.
    pub parent_symbol: Option<ExpressionId>,
    /// `type`, relative to the parent's where it is written inside one.
    pub resource_type: Option<ExpressionId>,
    /// `apiVersion`.
    pub api_version: Option<ExpressionId>,
    /// `name`, relative to the parent's where it is written inside one.
    pub name: Option<ExpressionId>,
    /// `condition`.
    pub condition: Option<ExpressionId>,
    /// `copy`.
    pub copy: Option<CopyDeclaration>,
    /// `scope`: what an extension resource extends, or where a deployment is made.
    pub scope: Option<ExpressionId>,
    /// `resourceGroup` of a deployment or an existing resource, if another than the one around it.
    pub resource_group: Option<ExpressionId>,
    /// `subscriptionId` of a deployment or an existing resource, if another than the one around it.
    pub subscription_id: Option<ExpressionId>,
    /// Whether it only refers to something that exists already.
    pub existing: bool,
    /// Whether it belongs to an extension other than Azure's own: it has no id, and only its symbol names it.
    pub of_extension: bool,
    /// The object without `copy`, `condition`, `dependsOn`, `resources` and, for a deployment, its template.
    pub body: ExpressionId,
    /// What makes it a deployment of another template.
    pub deployment: Option<ModuleDeclaration>,
}

/// In which template's terms the expressions of a nested template are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EvaluationScope {
    /// Those of the template around it. The default of classic templates:
    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates>.
    Outer,
    /// Its own.
    Inner,
}

/// A deployment within a deployment.
#[derive(Debug)]
pub struct ModuleDeclaration {
    /// The template, if it is written here.
    pub template: Option<TemplateId>,
    /// `templateLink`, if it is elsewhere.
    pub template_link: Option<ExpressionId>,
    /// The path or address of a Bicep module, a string.
    pub path: Option<ExpressionId>,
    /// Whose parameters and variables its expressions mean.
    pub evaluation_scope: EvaluationScope,
    /// `parameters`: an object of `{ "value": ... }` by name; of a Bicep module, of the values themselves.
    pub parameters: Option<ExpressionId>,
    /// `parametersLink`, if they are elsewhere.
    pub parameters_link: Option<ExpressionId>,
    /// `location` of the deployment itself.
    pub location: Option<ExpressionId>,
}

/// A user-defined function.
#[derive(Debug)]
pub struct FunctionDeclaration {
    /// Namespace and name, `contoso.uniqueName`.
    pub name: Box<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// What it computes.
    pub body: FunctionBody,
}

/// What a user-defined function computes.
#[derive(Debug)]
pub enum FunctionBody {
    /// A template of the same file that has its parameters and one output, its value.
    Declared(TemplateId),
    /// A function of another file: the position of the import, the name there.
    Imported(u32, Box<str>),
}

/// A condition that has to hold for the deployment to make sense.
#[derive(Debug)]
pub struct AssertDeclaration {
    /// Its name as written.
    pub name: Box<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The condition.
    pub value: ExpressionId,
}

/// A declared output.
#[derive(Debug)]
pub struct OutputDeclaration {
    /// Its name as written.
    pub name: Box<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// Its type.
    pub declared_type: TypeId,
    /// `condition`.
    pub condition: Option<ExpressionId>,
    /// Its value; of an output made by a loop a [`Copy`](crate::syntax::expression::ExpressionKind::Copy).
    pub value: Option<ExpressionId>,
}

impl Templates {
    /// The template of the file itself.
    pub fn root(&self) -> &Template {
        &self.templates[0]
    }

    /// A template of the file.
    pub fn get(&self, id: TemplateId) -> &Template {
        &self.templates[id.0 as usize]
    }
}

impl Template {
    /// Where its parameters are declared: the first of them, else the beginning of the template.
    pub fn span_of_parameters(&self) -> Span {
        let beginning = Span {
            end: self.span.start + 1,
            ..self.span
        };
        self.parameters
            .first()
            .map_or(beginning, |parameter| parameter.name_span)
    }

    /// Position of the parameter of this name, case folded; of duplicates the last.
    pub fn parameter(&self, name: &str) -> Option<usize> {
        self.parameter_symbols
            .find(name, |position| &self.parameters[position].name)
    }

    /// Position of the variable of this name, case folded; of duplicates the last.
    pub fn variable(&self, name: &str) -> Option<usize> {
        self.variable_symbols
            .find(name, |position| &self.variables[position].name)
    }

    /// Position of the user-defined function of this name, `contoso.uniqueName`, case folded; of duplicates the last.
    pub fn function(&self, name: &str) -> Option<usize> {
        self.function_symbols
            .find(name, |position| &self.functions[position].name)
    }

    /// Position of the resource of this symbolic name, which is case-sensitive.
    pub fn resource(&self, name: &str) -> Option<usize> {
        let symbolic_name = |position: usize| {
            self.resources[position]
                .symbolic_name
                .as_deref()
                .unwrap_or_default()
        };
        self.resource_symbols
            .find(name, symbolic_name)
            .filter(|position| symbolic_name(*position) == name)
    }
}
