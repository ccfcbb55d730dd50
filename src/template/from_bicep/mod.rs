//! Bicep to [`Templates`], by the correspondence that Bicep's compiler has.
//!
//! Every name is resolved here: what is left in the expressions are parameters, variables, variables of loops, positions of
//! resources and functions, and what imports name. What another file exports is looked up once that file was read.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the forty kinds of syntax each place wants two or three"
)]

mod expressions;
mod resources;
mod types;

use super::suppression::Suppressions;
use super::symbols::Symbols;
use super::{
    AssertDeclaration, FunctionBody, FunctionDeclaration, ImportDeclaration, Language,
    OutputDeclaration, ParameterDeclaration, PathDeclaration, ResourceDeclaration, TargetScope,
    Template, TemplateId, Templates, TypeId, Types, VariableDeclaration,
};
use crate::diagnostic::{Diagnostic, Kind};
use crate::similar::{MAX_HELPED, most_similar};
use crate::source::Span;
use crate::syntax::bicep::{
    Imported, List, Name, NodeId, Statement, StatementKind, Syntax, SyntaxTree,
};
use crate::syntax::expression::{ExpressionId, ExpressionKind, Expressions, Text};
use rustc_hash::{FxHashMap, FxHashSet};

/// Lowers a Bicep file.
///
/// Of a parameter file each assignment is an output, so that what it says can be evaluated as that of a template.
pub fn from_bicep(tree: &SyntaxTree) -> (Templates, Vec<Diagnostic>) {
    let mut lowering = Lowering {
        tree,
        expressions: Expressions::with_capacity(tree.file(), tree.source().clone(), tree.len()),
        types: Types::default(),
        diagnostics: Vec::new(),
        untold: None,
        templates: vec![None],
        symbols: FxHashMap::default(),
        nested: FxHashMap::default(),
        containers: Vec::new(),
        locals: Vec::new(),
        imports: Vec::new(),
        using: None,
        extends: None,
        imported_variables: Vec::new(),
        known_variables: FxHashSet::default(),
        imported_functions: FxHashMap::default(),
        has_extensions: false,
        variables: Vec::new(),
        functions: Vec::new(),
        resource_statements: Vec::new(),
        function_parameters: 0,
        words: FxHashMap::default(),
    };
    lowering.declare();
    lowering.template();
    let templates = lowering.templates.into_iter();
    let templates = templates.map(|template| template.expect("every template is finished"));
    let mut definitions: Vec<(Box<str>, TypeId)> = lowering
        .symbols
        .iter()
        .filter_map(|(name, symbol)| match symbol {
            Symbol::Type(id) => Some(((*name).into(), *id)),
            Symbol::Parameter
            | Symbol::Variable
            | Symbol::Resource(_)
            | Symbol::Function(_)
            | Symbol::Imported(..)
            | Symbol::Namespace(_)
            | Symbol::Extension => None,
        })
        .collect();
    definitions.sort();
    let templates = Templates {
        expressions: lowering.expressions,
        templates: templates.collect(),
        types: lowering.types,
        language: Language::Bicep,
        definitions,
        imports: lowering.imports,
        using: lowering.using,
        extends: lowering.extends,
        suppressions: Suppressions::in_bicep(tree).into(),
    };
    (templates, lowering.diagnostics)
}

/// In a parameter file that extends another one: the values of that one.
pub const BASE: &str = "base";

/// What a name of the file stands for.
#[derive(Clone, Copy)]
enum Symbol<'a> {
    Parameter,
    Variable,
    /// A resource or module by its position.
    Resource(u32),
    Type(TypeId),
    /// A function by its position.
    Function(u32),
    /// What an import names, and how it is called there: a type, a variable or a function.
    Imported(u32, &'a str),
    /// `import * as name`.
    Namespace(u32),
    /// An extension: what it offers nobody knows.
    Extension,
}

/// More mistakes than these in one file are not told.
const MAX_DIAGNOSTICS: usize = 1_000;

struct Lowering<'a> {
    tree: &'a SyntaxTree,
    expressions: Expressions,
    types: Types,
    diagnostics: Vec<Diagnostic>,
    /// The last of the mistakes that are not told.
    untold: Option<Diagnostic>,
    templates: Vec<Option<Template>>,
    symbols: FxHashMap<&'a str, Symbol<'a>>,
    /// Resources inside others: the position of the outer one and the name.
    nested: FxHashMap<(u32, &'a str), u32>,
    /// The resources in whose bodies the lowering is, innermost last.
    containers: Vec<u32>,
    /// Names of the loops and lambdas around, innermost last.
    locals: Vec<&'a str>,
    imports: Vec<ImportDeclaration>,
    using: Option<PathDeclaration>,
    extends: Option<PathDeclaration>,
    /// Imported variables that are used: import, name there, name here.
    imported_variables: Vec<(u32, &'a str, Box<str>)>,
    /// The names they have here.
    known_variables: FxHashSet<Box<str>>,
    /// Positions of functions of other files that are used, by their names here.
    imported_functions: FxHashMap<Box<str>, u32>,
    /// Whether the file names an extension.
    has_extensions: bool,
    variables: Vec<VariableDeclaration>,
    functions: Vec<FunctionDeclaration>,
    /// The statement of each resource and module, by position, with the position of the one around it.
    resource_statements: Vec<(&'a Statement, Option<u32>)>,
    /// How many of the locals are parameters of the function that is being lowered.
    function_parameters: usize,
    /// Texts that stand nowhere in the file: names of functions that operators mean.
    words: FxHashMap<&'static str, Text>,
}

impl<'a> Lowering<'a> {
    fn report(&mut self, kind: Kind, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let diagnostic = Diagnostic::new(kind, span, message);
        if self.diagnostics.len() >= MAX_DIAGNOSTICS {
            return self.untold.insert(diagnostic);
        }
        self.diagnostics.push(diagnostic);
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
    }

    /// "did you mean": the one of the names that is perhaps meant.
    fn similar(&self, word: &str, known: impl FnOnce(&Self) -> Vec<&'a str>) -> Option<String> {
        if self.diagnostics.len() >= MAX_HELPED {
            return None;
        }
        let mut known = known(self);
        known.sort_unstable();
        let similar = most_similar(word, known.into_iter())?;
        Some(format!("did you mean `{similar}`?"))
    }

    fn text_of(&self, name: Name) -> &'a str {
        let tree: &'a SyntaxTree = self.tree;
        tree.name(name)
    }

    /// The children of a list of the tree.
    fn children(&self, list: List) -> &'a [NodeId] {
        let tree: &'a SyntaxTree = self.tree;
        tree.list(list)
    }

    /// Makes every name of the file known.
    fn declare(&mut self) {
        let tree: &'a SyntaxTree = self.tree;
        for statement in tree.statements() {
            let (name, symbol) = match &statement.kind {
                StatementKind::Parameter { name, .. } => (*name, Symbol::Parameter),
                StatementKind::Variable { name, .. } => (*name, Symbol::Variable),
                StatementKind::Resource { name, .. } | StatementKind::Module { name, .. } => {
                    let position = self.declare_resource(statement, None);
                    (*name, Symbol::Resource(position))
                }
                StatementKind::Type { name, .. } => {
                    let id = self.types.add(super::TypeDeclaration::default());
                    (*name, Symbol::Type(id))
                }
                StatementKind::Function { name, .. } => {
                    let position = self.declare_function(*name);
                    (*name, Symbol::Function(position))
                }
                StatementKind::Import { what, path } => {
                    self.declare_import(what, *path);
                    continue;
                }
                StatementKind::Extension {
                    specification,
                    alias,
                    ..
                } => {
                    let name = match tree.string(*specification) {
                        Some(name) if alias.is_empty() => name,
                        Some(_) | None => tree.name(*alias),
                    };
                    let name = name.split(['@', ':']).next().unwrap_or_default();
                    self.symbols.insert(name, Symbol::Extension);
                    self.has_extensions = true;
                    continue;
                }
                StatementKind::Assignment { name, .. } => (*name, Symbol::Variable),
                StatementKind::Extends(_) => {
                    self.symbols.insert(BASE, Symbol::Parameter);
                    continue;
                }
                StatementKind::TargetScope(_)
                | StatementKind::Metadata { .. }
                | StatementKind::Output { .. }
                | StatementKind::Assert { .. }
                | StatementKind::Test { .. }
                | StatementKind::Using(_)
                | StatementKind::ExtensionConfig
                | StatementKind::Missing => continue,
            };
            self.declare_name(name, symbol);
        }
    }

    fn declare_name(&mut self, name: Name, symbol: Symbol<'a>) {
        let text = self.text_of(name);
        if text.is_empty() {
            return;
        }
        if self.symbols.insert(text, symbol).is_some() {
            let message = format!("`{text}` is declared more than once");
            let span = self.tree.name_span(name);
            self.report(Kind::TEMPLATE_SHAPE, span, message);
        }
    }

    fn declare_function(&mut self, name: Name) -> u32 {
        let id = TemplateId(self.templates.len() as u32);
        self.templates.push(None);
        self.functions.push(FunctionDeclaration {
            name: self.text_of(name).into(),
            name_span: self.tree.name_span(name),
            body: FunctionBody::Declared(id),
        });
        self.functions.len() as u32 - 1
    }

    fn declare_import(&mut self, what: &'a Imported, path: NodeId) {
        let tree: &'a SyntaxTree = self.tree;
        let import = self.imports.len() as u32;
        let mut names = Vec::new();
        match what {
            Imported::Names(imported) => {
                for one in imported {
                    let original = tree.string(one.original).unwrap_or_default();
                    names.push((original.into(), tree.span(one.original)));
                    self.declare_name(one.name, Symbol::Imported(import, original));
                }
            }
            Imported::Everything(name) => self.declare_name(*name, Symbol::Namespace(import)),
            Imported::Missing => {}
        }
        self.imports.push(ImportDeclaration {
            path: tree.string(path).unwrap_or_default().into(),
            span: tree.span(path),
            names,
            templates: None,
        });
    }

    fn template(&mut self) {
        let tree: &'a SyntaxTree = self.tree;
        let mut target_scope = TargetScope::default();
        let (mut parameters, mut outputs, mut asserts) = (Vec::new(), Vec::new(), Vec::new());
        for statement in tree.statements() {
            match &statement.kind {
                StatementKind::TargetScope(value) => target_scope = self.target_scope(*value),
                StatementKind::Parameter {
                    name,
                    declared_type,
                    default,
                } => {
                    let declared_type = self.decorated_type(*declared_type, statement.decorators);
                    parameters.push(ParameterDeclaration {
                        name: self.text_of(*name).into(),
                        name_span: tree.name_span(*name),
                        declared_type,
                        default: default.map(|default| self.expression(default)),
                    });
                }
                StatementKind::Variable { name, value, .. } => {
                    let value = self.expression(*value);
                    self.variables.push(VariableDeclaration {
                        name: self.text_of(*name).into(),
                        name_span: tree.name_span(*name),
                        value,
                    });
                }
                StatementKind::Type { name, value } => {
                    self.type_alias(*name, *value, statement.decorators);
                }
                StatementKind::Function {
                    name,
                    parameters,
                    result,
                    body,
                } => self.function(*name, *parameters, *result, *body, statement),
                StatementKind::Output {
                    name,
                    declared_type,
                    value,
                } => {
                    let declared_type = self.decorated_type(*declared_type, statement.decorators);
                    outputs.push(OutputDeclaration {
                        name: self.text_of(*name).into(),
                        name_span: tree.name_span(*name),
                        declared_type,
                        condition: None,
                        value: Some(self.expression(*value)),
                    });
                }
                StatementKind::Assignment { name, value } => {
                    let declared_type = self.types.add(super::TypeDeclaration::default());
                    let value = self.expression(*value);
                    let name_span = tree.name_span(*name);
                    self.variables.push(VariableDeclaration {
                        name: self.text_of(*name).into(),
                        name_span,
                        value,
                    });
                    outputs.push(OutputDeclaration {
                        name: self.text_of(*name).into(),
                        name_span,
                        declared_type,
                        condition: None,
                        value: Some(value),
                    });
                }
                StatementKind::Assert { name, value } => asserts.push(AssertDeclaration {
                    name: self.text_of(*name).into(),
                    name_span: tree.name_span(*name),
                    value: self.expression(*value),
                }),
                StatementKind::Using(path) => {
                    self.using = path.and_then(|path| self.path(path));
                }
                StatementKind::Extends(path) => {
                    self.extends = self.path(*path);
                    parameters.push(ParameterDeclaration {
                        name: BASE.into(),
                        name_span: tree.span(*path),
                        declared_type: self.types.add(super::TypeDeclaration::default()),
                        default: None,
                    });
                }
                StatementKind::Resource { .. }
                | StatementKind::Module { .. }
                | StatementKind::Metadata { .. }
                | StatementKind::Test { .. }
                | StatementKind::Import { .. }
                | StatementKind::Extension { .. }
                | StatementKind::ExtensionConfig
                | StatementKind::Missing => {}
            }
        }
        let resources = self.resources();
        self.finish_imported_variables();
        let span = Span::new(tree.file(), 0, tree.source().text().len() as u32);
        let variables = std::mem::take(&mut self.variables);
        let functions = std::mem::take(&mut self.functions);
        self.templates[0] = Some(Template {
            target_scope,
            symbolic_names: true,
            function_symbols: Symbols::new(functions.iter().map(|function| &*function.name)),
            functions,
            asserts,
            ..template_of(span, parameters, variables, resources, outputs)
        });
    }

    fn path(&self, id: NodeId) -> Option<PathDeclaration> {
        let path = self.tree.string(id)?.into();
        let span = self.tree.span(id);
        Some(PathDeclaration { path, span })
    }

    fn target_scope(&mut self, value: NodeId) -> TargetScope {
        let word = self.tree.string(value).unwrap_or_default();
        match word {
            "resourceGroup" => TargetScope::ResourceGroup,
            "subscription" => TargetScope::Subscription,
            "managementGroup" => TargetScope::ManagementGroup,
            "tenant" => TargetScope::Tenant,
            _ => {
                if self.tree.syntax(value) != Syntax::Missing {
                    let message = "the target scope is `resourceGroup`, `subscription`, `managementGroup` or `tenant`";
                    let span = self.tree.span(value);
                    self.report(Kind::TEMPLATE_SHAPE, span, message);
                }
                TargetScope::default()
            }
        }
    }

    /// A function is a template of its own: parameters and one output.
    fn function(
        &mut self,
        name: Name,
        parameters: List,
        result: NodeId,
        body: NodeId,
        statement: &Statement,
    ) {
        let Some(Symbol::Function(position)) = self.symbols.get(self.text_of(name)).copied() else {
            return;
        };
        let FunctionBody::Declared(id) = self.functions[position as usize].body else {
            return;
        };
        if self.templates[id.0 as usize].is_some() {
            // Of two functions of one name the first is lowered; the second has been told of.
            self.finish_functions();
            return;
        }
        let mut declared = Vec::new();
        for parameter in self.children(parameters) {
            let Syntax::TypedLocal {
                name,
                declared_type,
            } = self.tree.syntax(*parameter)
            else {
                continue;
            };
            let text = self.text_of(name);
            self.locals.push(text);
            declared.push(ParameterDeclaration {
                name: text.into(),
                name_span: self.tree.name_span(name),
                declared_type: self.declared_type(declared_type),
                default: None,
            });
        }
        self.function_parameters = self.locals.len();
        let value = self.expression(body);
        self.function_parameters = 0;
        self.locals.clear();
        let output = OutputDeclaration {
            name: "value".into(),
            name_span: self.tree.span(result),
            declared_type: self.decorated_type(result, statement.decorators),
            condition: None,
            value: Some(value),
        };
        let span = Span::new(self.tree.file(), statement.start, statement.end);
        self.templates[id.0 as usize] = Some(Template {
            function_of: Some(TemplateId(0)),
            ..template_of(span, declared, Vec::new(), Vec::new(), vec![output])
        });
    }

    /// Gives every function that has none a body, which is unknown.
    fn finish_functions(&mut self) {
        let span = Span::new(self.tree.file(), 0, 0);
        for template in self.templates.iter_mut().skip(1) {
            template.get_or_insert_with(|| Template {
                function_of: Some(TemplateId(0)),
                ..template_of(span, Vec::new(), Vec::new(), Vec::new(), Vec::new())
            });
        }
    }

    /// Imported variables that are used are variables of this file, too.
    fn finish_imported_variables(&mut self) {
        self.finish_functions();
        for (import, name, here) in std::mem::take(&mut self.imported_variables) {
            let span = self.imports[import as usize].span;
            let name = self.expressions.add_text(name);
            let value = self.expressions.add(
                ExpressionKind::Imported { import, name },
                span.start,
                span.end,
            );
            self.variables.push(VariableDeclaration {
                name: here,
                name_span: span,
                value,
            });
        }
    }

    /// A text that stands nowhere in the file.
    fn word(&mut self, word: &'static str) -> Text {
        if let Some(text) = self.words.get(word) {
            return *text;
        }
        let text = self.expressions.add_text(word);
        self.words.insert(word, text);
        text
    }

    /// A call of a function that the file does not name.
    fn call(
        &mut self,
        function: &'static str,
        arguments: &[ExpressionId],
        span: Span,
    ) -> ExpressionId {
        let function = self.word(function);
        let arguments = self.expressions.add_list(arguments);
        let kind = ExpressionKind::Call {
            function,
            arguments,
        };
        self.expressions.add(kind, span.start, span.end)
    }

    fn add(&mut self, kind: ExpressionKind, span: Span) -> ExpressionId {
        self.expressions.add(kind, span.start, span.end)
    }
}

/// A template of these declarations and no others.
fn template_of(
    span: Span,
    parameters: Vec<ParameterDeclaration>,
    variables: Vec<VariableDeclaration>,
    resources: Vec<ResourceDeclaration>,
    outputs: Vec<OutputDeclaration>,
) -> Template {
    let symbolic = resources
        .iter()
        .map(|resource| resource.symbolic_name.as_deref().unwrap_or_default());
    Template {
        span,
        target_scope: TargetScope::default(),
        symbolic_names: false,
        parameter_symbols: Symbols::new(parameters.iter().map(|parameter| &*parameter.name)),
        variable_symbols: Symbols::new(variables.iter().map(|variable| &*variable.name)),
        function_symbols: Symbols::default(),
        resource_symbols: Symbols::new(symbolic),
        parameters,
        variables,
        resources,
        outputs,
        asserts: Vec::new(),
        functions: Vec::new(),
        function_of: None,
        uses: Vec::new(),
        outer: None,
    }
}
