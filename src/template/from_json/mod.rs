//! ARM JSON to [`Templates`].
//!
//! Names of sections and properties fold case. What has the wrong shape is a diagnostic and counts as absent.

mod types;
mod values;

use super::suppression::Suppressions;
use super::symbols::Symbols;
use super::{
    AssertDeclaration, CopyDeclaration, EvaluationScope, FunctionBody, FunctionDeclaration,
    Language, ModuleDeclaration, OutputDeclaration, ParameterDeclaration, ResourceDeclaration,
    TargetScope, Template, TemplateId, Templates, TypeId, Types, VariableDeclaration,
};
use crate::diagnostic::{Diagnostic, Kind};
use crate::syntax::arm::Mistake;
use crate::syntax::expression::{ExpressionId, ExpressionKind, Expressions};
use crate::syntax::node::{Document, Node, NodeKind};
use rustc_hash::FxHashMap;
use types::Definitions;
use values::copy_loops;

/// Whether the root of a document is a deployment template, by its `$schema`.
pub fn is_template(document: &Document) -> bool {
    document
        .root()
        .get("$schema")
        .and_then(Node::as_str)
        .and_then(target_scope)
        .is_some()
}

/// The scope that a template's `$schema` names:
/// `https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#`.
fn target_scope(schema: &str) -> Option<TargetScope> {
    let address = schema.trim().trim_end_matches('#').to_ascii_lowercase();
    let (host, file) = address.strip_suffix(".json")?.rsplit_once('/')?;
    let host = host
        .strip_prefix("https://")
        .or_else(|| host.strip_prefix("http://"))?;
    if !host.starts_with("schema.management.azure.com/") {
        return None;
    }
    match file {
        "deploymenttemplate" => Some(TargetScope::ResourceGroup),
        "subscriptiondeploymenttemplate" => Some(TargetScope::Subscription),
        "managementgroupdeploymenttemplate" => Some(TargetScope::ManagementGroup),
        "tenantdeploymenttemplate" => Some(TargetScope::Tenant),
        _ => None,
    }
}

/// Lowers a document whose root is a template.
pub fn from_json(document: &Document) -> (Templates, Vec<Diagnostic>) {
    from_node(document, document.root())
}

/// Lowers a template that is a node of a document.
pub fn from_node(document: &Document, node: Node<'_>) -> (Templates, Vec<Diagnostic>) {
    let mut lowering = Lowering {
        expressions: Expressions::with_capacity(
            document.file(),
            document.source().clone(),
            document.len(),
        ),
        parsed: FxHashMap::default(),
        templates: Vec::new(),
        diagnostics: Vec::new(),
        template: TemplateId(0),
        uses: Vec::new(),
        children: Vec::new(),
        types: Types::default(),
        definitions: Definitions::default(),
        root_definitions: Vec::new(),
    };
    lowering.template(node, None);
    let templates = lowering
        .templates
        .into_iter()
        .map(|template| template.expect("every template is finished"));
    (
        Templates {
            expressions: lowering.expressions,
            templates: templates.collect(),
            types: lowering.types,
            language: Language::Json,
            definitions: lowering.root_definitions,
            imports: Vec::new(),
            using: None,
            extends: None,
            suppressions: Suppressions::in_json(document).into(),
        },
        lowering.diagnostics,
    )
}

/// An expression that was parsed, by its text.
struct Parsed {
    expression: ExpressionId,
    mistake: Option<Mistake>,
    /// The template that used it last.
    template: Option<TemplateId>,
}

struct Lowering<'a> {
    expressions: Expressions,
    parsed: FxHashMap<&'a str, Parsed>,
    templates: Vec<Option<Template>>,
    diagnostics: Vec<Diagnostic>,
    /// The template that is being lowered.
    template: TemplateId,
    /// Its different expressions, each with the byte at which its first use begins.
    uses: Vec<(ExpressionId, u32)>,
    /// Children of the nodes that are being lowered, innermost last.
    children: Vec<ExpressionId>,
    types: Types,
    /// `definitions` of the template that is being lowered.
    definitions: Definitions<'a>,
    /// Those of the root.
    root_definitions: Vec<(Box<str>, TypeId)>,
}

impl<'a> Lowering<'a> {
    fn report(&mut self, kind: Kind, node: Node<'_>, message: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::new(kind, node.span(), message));
    }

    /// A member that has to be an object, or absent.
    fn object(&mut self, node: Node<'a>, name: &str) -> Option<Node<'a>> {
        let value = node.get(name)?;
        if value.is_object() {
            return Some(value);
        }
        if !matches!(value.kind(), NodeKind::Null | NodeKind::Missing) {
            self.report(
                Kind::TEMPLATE_SHAPE,
                value,
                format!("`{name}` is no object"),
            );
        }
        None
    }

    fn template(&mut self, node: Node<'a>, outer: Option<TemplateId>) -> TemplateId {
        let id = TemplateId(self.templates.len() as u32);
        self.templates.push(None);
        let around = (
            std::mem::take(&mut self.uses),
            std::mem::replace(&mut self.template, id),
        );

        let schema = node
            .get("$schema")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let language_version = node
            .get("languageVersion")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let definitions = self.object(node, "definitions");
        let definitions_around = self.definitions(definitions);
        let parameters = self
            .object(node, "parameters")
            .map(|section| self.parameters(section))
            .unwrap_or_default();
        let variables = self
            .object(node, "variables")
            .map(|section| self.variables(section))
            .unwrap_or_default();
        let symbolic_names = language_version.starts_with('2');
        let around_template = Surroundings { id, symbolic_names };
        let resources = self.resources(node, around_template);
        let outputs = self
            .object(node, "outputs")
            .map(|section| self.outputs(section))
            .unwrap_or_default();
        let asserts = self
            .object(node, "asserts")
            .map(|section| self.asserts(section))
            .unwrap_or_default();
        let functions = self.functions(node, id);
        self.resolve_references();
        if id == TemplateId(0) {
            self.root_definitions = self.definitions.by_name();
        }
        self.definitions = definitions_around;

        let parameter_symbols = Symbols::new(parameters.iter().map(|parameter| &*parameter.name));
        let variable_symbols = Symbols::new(variables.iter().map(|variable| &*variable.name));
        let function_symbols = Symbols::new(functions.iter().map(|function| &*function.name));
        let symbolic = resources
            .iter()
            .map(|resource| resource.symbolic_name.as_deref().unwrap_or_default());
        let resource_symbols = Symbols::new(symbolic.take_while(|_| symbolic_names));
        let uses = std::mem::replace(&mut self.uses, around.0);
        self.template = around.1;
        self.templates[id.0 as usize] = Some(Template {
            span: node.span(),
            target_scope: target_scope(schema).unwrap_or_default(),
            symbolic_names,
            parameters,
            variables,
            resources,
            outputs,
            asserts,
            functions,
            function_of: None,
            uses,
            outer,
            parameter_symbols,
            variable_symbols,
            function_symbols,
            resource_symbols,
        });
        id
    }

    /// `functions`: namespaces with members. A function is a template of its own: parameters and one output.
    fn functions(
        &mut self,
        template: Node<'a>,
        declared_in: TemplateId,
    ) -> Vec<FunctionDeclaration> {
        let mut functions = Vec::new();
        let namespaces = template
            .get("functions")
            .into_iter()
            .flat_map(Node::elements);
        for namespace in namespaces {
            let Some(prefix) = namespace.get("namespace").and_then(Node::as_str) else {
                if namespace.kind() != NodeKind::Missing {
                    let message = "a namespace of functions has no `namespace`";
                    self.report(Kind::TEMPLATE_SHAPE, namespace, message);
                }
                continue;
            };
            let Some(members) = self.object(namespace, "members") else {
                continue;
            };
            for (key, member) in members.members() {
                let Some(name) = key.as_str() else { continue };
                if !member.is_object() {
                    let message = format!("function `{name}` is declared by no object");
                    self.report(Kind::TEMPLATE_SHAPE, member, message);
                    continue;
                }
                functions.push(FunctionDeclaration {
                    name: format!("{prefix}.{name}").into(),
                    name_span: key.span(),
                    body: FunctionBody::Declared(self.function(member, declared_in)),
                });
            }
        }
        functions
    }

    fn function(&mut self, node: Node<'a>, declared_in: TemplateId) -> TemplateId {
        let id = TemplateId(self.templates.len() as u32);
        self.templates.push(None);
        let around = (
            std::mem::take(&mut self.uses),
            std::mem::replace(&mut self.template, id),
        );
        let mut parameters = Vec::new();
        for parameter in node.get("parameters").into_iter().flat_map(Node::elements) {
            let Some(name) = parameter.get("name") else {
                continue;
            };
            parameters.push(ParameterDeclaration {
                name: name.as_str().unwrap_or_default().into(),
                name_span: name.span(),
                declared_type: self.type_declaration(parameter),
                default: parameter
                    .get("defaultValue")
                    .map(|default| self.value(default)),
            });
        }
        let output = node.get("output").filter(|output| output.is_object());
        let outputs = output.map(|output| OutputDeclaration {
            name: "value".into(),
            name_span: output.span(),
            declared_type: self.type_declaration(output),
            condition: None,
            value: output.get("value").map(|value| self.value(value)),
        });
        let parameter_symbols = Symbols::new(parameters.iter().map(|parameter| &*parameter.name));
        let uses = std::mem::replace(&mut self.uses, around.0);
        self.template = around.1;
        self.templates[id.0 as usize] = Some(Template {
            span: node.span(),
            target_scope: TargetScope::default(),
            symbolic_names: false,
            parameters,
            variables: Vec::new(),
            resources: Vec::new(),
            outputs: outputs.into_iter().collect(),
            asserts: Vec::new(),
            functions: Vec::new(),
            function_of: Some(declared_in),
            uses,
            outer: None,
            parameter_symbols,
            variable_symbols: Symbols::default(),
            function_symbols: Symbols::default(),
            resource_symbols: Symbols::default(),
        });
        id
    }

    fn asserts(&mut self, section: Node<'a>) -> Vec<AssertDeclaration> {
        let mut asserts = Vec::new();
        for (key, value) in section.members() {
            let Some(name) = key.as_str() else { continue };
            asserts.push(AssertDeclaration {
                name: name.into(),
                name_span: key.span(),
                value: self.value(value),
            });
        }
        asserts
    }

    fn parameters(&mut self, section: Node<'a>) -> Vec<ParameterDeclaration> {
        let mut parameters = Vec::new();
        for (key, value) in section.members() {
            let Some(name) = key.as_str() else { continue };
            if !value.is_object() {
                self.report(
                    Kind::TEMPLATE_SHAPE,
                    value,
                    format!("parameter `{name}` is declared by no object"),
                );
                continue;
            }
            let declared_type = self.type_declaration(value);
            parameters.push(ParameterDeclaration {
                name: name.into(),
                name_span: key.span(),
                declared_type,
                default: value.get("defaultValue").map(|node| self.value(node)),
            });
        }
        parameters
    }

    fn variables(&mut self, section: Node<'a>) -> Vec<VariableDeclaration> {
        let mut variables = Vec::new();
        for (key, value) in section.members() {
            let Some(name) = key.as_str() else { continue };
            if let Some(loops) = copy_loops(key, value) {
                for (name, item) in loops {
                    let copied = self.copy(item);
                    let text = name.as_str().unwrap_or_default();
                    variables.push(VariableDeclaration {
                        name: text.into(),
                        name_span: name.span(),
                        value: copied,
                    });
                }
                continue;
            }
            let value = self.value(value);
            variables.push(VariableDeclaration {
                name: name.into(),
                name_span: key.span(),
                value,
            });
        }
        variables
    }

    fn outputs(&mut self, section: Node<'a>) -> Vec<OutputDeclaration> {
        let mut outputs = Vec::new();
        for (key, declaration) in section.members() {
            let Some(name) = key.as_str() else { continue };
            if !declaration.is_object() {
                self.report(
                    Kind::TEMPLATE_SHAPE,
                    declaration,
                    format!("output `{name}` is declared by no object"),
                );
                continue;
            }
            let declared_type = self.type_declaration(declaration);
            let value = match declaration.get("copy") {
                Some(copy) if copy.is_object() => Some(self.copy(copy)),
                Some(_) | None => declaration.get("value").map(|value| self.value(value)),
            };
            outputs.push(OutputDeclaration {
                name: name.into(),
                name_span: key.span(),
                declared_type,
                condition: declaration
                    .get("condition")
                    .map(|condition| self.value(condition)),
                value,
            });
        }
        outputs
    }

    fn resources(&mut self, template: Node<'a>, around: Surroundings) -> Vec<ResourceDeclaration> {
        let mut resources = Vec::new();
        let Some(section) = template.get("resources") else {
            return resources;
        };
        match section.kind() {
            NodeKind::Array => {
                for node in section.elements() {
                    self.resource(node, None, None, around, &mut resources);
                }
            }
            NodeKind::Object => {
                for (key, node) in section.members() {
                    self.resource(node, key.as_str(), None, around, &mut resources);
                }
            }
            NodeKind::Null | NodeKind::Missing => {}
            NodeKind::PlainString
            | NodeKind::DecodedString
            | NodeKind::Number
            | NodeKind::True
            | NodeKind::False => {
                self.report(
                    Kind::TEMPLATE_SHAPE,
                    section,
                    "`resources` is neither an array nor an object",
                );
            }
        }
        resources
    }

    fn resource(
        &mut self,
        node: Node<'a>,
        symbolic_name: Option<&str>,
        parent: Option<u32>,
        around: Surroundings,
        resources: &mut Vec<ResourceDeclaration>,
    ) {
        if !node.is_object() {
            if node.kind() != NodeKind::Missing {
                self.report(
                    Kind::TEMPLATE_SHAPE,
                    node,
                    "a resource is declared by an object",
                );
            }
            return;
        }
        let position = resources.len() as u32;
        if node.get("type").is_none()
            && node.get("import").is_none()
            && node.get("extension").is_none()
        {
            let message = "the resource has no `type`";
            self.diagnostics.push(Diagnostic::new(
                Kind::TEMPLATE_SHAPE,
                first_line(node),
                message,
            ));
        }
        let is_deployment = node
            .get("type")
            .and_then(Node::as_str)
            .is_some_and(|text| text.eq_ignore_ascii_case("Microsoft.Resources/deployments"));
        let deployment = is_deployment.then(|| self.module(node, around));
        let copy = node
            .get("copy")
            .filter(|copy| copy.is_object())
            .map(|copy| CopyDeclaration {
                name: copy.get("name").map(|name| self.value(name)),
                count: copy.get("count").map(|count| self.value(count)),
                each: None,
                span: copy.span(),
            });
        let body = self.body(node, is_deployment);
        let optional = |name| self.expressions.property(body, name);
        let (resource_type, api_version, name, scope) = (
            optional("type"),
            optional("apiVersion"),
            optional("name"),
            optional("scope"),
        );
        resources.push(ResourceDeclaration {
            span: node.span(),
            symbolic_name: symbolic_name.map(Into::into),
            parent,
            parent_symbol: None,
            resource_type,
            api_version,
            name,
            scope,
            resource_group: optional("resourceGroup"),
            subscription_id: optional("subscriptionId"),
            condition: node.get("condition").map(|condition| self.value(condition)),
            copy,
            of_extension: name.is_none() && is_extension(node),
            existing: node
                .get("existing")
                .and_then(Node::as_bool)
                .unwrap_or(false),
            body,
            deployment,
        });
        for child in node.get("resources").into_iter().flat_map(Node::elements) {
            self.resource(child, None, Some(position), around, resources);
        }
    }

    /// The body without what steers the deployment.
    fn body(&mut self, node: Node<'a>, is_deployment: bool) -> ExpressionId {
        const STEERING: [&str; 7] = [
            "copy",
            "condition",
            "dependsOn",
            "resources",
            "comments",
            "existing",
            "@options",
        ];
        let steers = |key: &str| STEERING.iter().any(|name| name.eq_ignore_ascii_case(key));
        let first = self.children.len();
        for (key, value) in node.members() {
            let name = key.as_str().unwrap_or_default();
            if steers(name) {
                continue;
            }
            let key = self.value(key);
            let value = if is_deployment && name.eq_ignore_ascii_case("properties") {
                self.object_without(value, &["template", "parameters"])
            } else {
                self.value(value)
            };
            self.children.extend([key, value]);
        }
        self.add(ExpressionKind::Object, first, node)
    }

    fn object_without(&mut self, node: Node<'a>, left_out: &[&str]) -> ExpressionId {
        let first = self.children.len();
        for (key, value) in node.members() {
            let name = key.as_str().unwrap_or_default();
            if !left_out
                .iter()
                .any(|other| other.eq_ignore_ascii_case(name))
            {
                let pair = [self.value(key), self.value(value)];
                self.children.extend(pair);
            }
        }
        self.add(ExpressionKind::Object, first, node)
    }

    fn module(&mut self, node: Node<'a>, around: Surroundings) -> ModuleDeclaration {
        let properties = node
            .get("properties")
            .filter(|properties| properties.is_object());
        let property = |name| properties.and_then(|properties: Node<'a>| properties.get(name));
        let options = property("expressionEvaluationOptions");
        let scope = options
            .and_then(|options| options.get("scope"))
            .and_then(Node::as_str);
        let evaluation_scope = match scope {
            Some(scope) if scope.eq_ignore_ascii_case("inner") => EvaluationScope::Inner,
            Some(scope) if scope.eq_ignore_ascii_case("outer") => EvaluationScope::Outer,
            Some(_) | None if around.symbolic_names => EvaluationScope::Inner,
            Some(_) | None => EvaluationScope::Outer,
        };
        let outer = (evaluation_scope == EvaluationScope::Outer).then_some(around.id);
        let template = property("template").filter(|template| template.is_object());
        let template = template.map(|template| self.template(template, outer));
        let mut optional = |node: Option<Node<'a>>| {
            node.filter(|node| node.kind() != NodeKind::Null)
                .map(|node| self.value(node))
        };
        ModuleDeclaration {
            template,
            template_link: optional(property("templateLink")),
            path: None,
            evaluation_scope,
            parameters: optional(property("parameters")),
            parameters_link: optional(property("parametersLink")),
            location: optional(node.get("location")),
        }
    }
}

/// The template in which something is declared.
#[derive(Clone, Copy)]
struct Surroundings {
    id: TemplateId,
    symbolic_names: bool,
}

/// The first line of a node, for a diagnostic about the whole of it.
fn first_line(node: Node<'_>) -> crate::source::Span {
    let mut span = node.span();
    if let Some(length) = node.raw().find(['\r', '\n']) {
        span.end = span.start + length as u32;
    }
    span
}

/// Whether a resource belongs to an extension, such as Kubernetes or Microsoft Graph.
fn is_extension(node: Node<'_>) -> bool {
    ["extension", "import"]
        .into_iter()
        .filter_map(|key| node.get(key))
        .any(|name| name.as_str() != Some("az"))
}
