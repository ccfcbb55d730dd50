//! ARM JSON to [`Templates`].
//!
//! Names of sections and properties fold case. What has the wrong shape is a diagnostic and counts as absent.

use super::symbols::Symbols;
use super::{
    CopyDeclaration, EvaluationScope, ModuleDeclaration, OutputDeclaration, ParameterDeclaration,
    ParameterType, ResourceDeclaration, TargetScope, Template, TemplateId, Templates,
    VariableDeclaration,
};
use crate::diagnostic::{Diagnostic, Kind};
use crate::syntax::arm::{self, Form, Mistake, Place};
use crate::syntax::expression::{ExpressionId, ExpressionKind, Expressions, Text};
use crate::syntax::json::TextMap;
use crate::syntax::node::{Document, Node, NodeKind};
use rustc_hash::FxHashMap;

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
    };
    lowering.template(document.root(), None);
    let templates = lowering
        .templates
        .into_iter()
        .map(|template| template.expect("every template is finished"));
    (
        Templates {
            expressions: lowering.expressions,
            templates: templates.collect(),
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
        let namespaces = node.get("functions").into_iter().flat_map(Node::elements);
        let function_namespaces = namespaces
            .filter_map(|function| Some(function.get("namespace")?.as_str()?.into()))
            .collect();

        let parameter_symbols = Symbols::new(parameters.iter().map(|parameter| &*parameter.name));
        let variable_symbols = Symbols::new(variables.iter().map(|variable| &*variable.name));
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
            function_namespaces,
            uses,
            outer,
            parameter_symbols,
            variable_symbols,
        });
        id
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
            let keyword = value.get("type").and_then(Node::as_str).unwrap_or_default();
            let (parameter_type, secure) = parameter_type(keyword);
            let mut optional = |name| value.get(name).map(|node| self.value(node));
            parameters.push(ParameterDeclaration {
                name: name.into(),
                name_span: key.span(),
                parameter_type,
                secure,
                default: optional("defaultValue"),
                allowed: optional("allowedValues"),
                minimum_value: optional("minValue"),
                maximum_value: optional("maxValue"),
                minimum_length: optional("minLength"),
                maximum_length: optional("maxLength"),
                nullable: value
                    .get("nullable")
                    .and_then(Node::as_bool)
                    .unwrap_or(false),
            });
        }
        parameters
    }

    fn variables(&mut self, section: Node<'a>) -> Vec<VariableDeclaration> {
        let mut variables = Vec::new();
        for (key, value) in section.members() {
            let Some(name) = key.as_str() else { continue };
            if let Some(loops) = copy_loops(name, value) {
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
            let keyword = declaration
                .get("type")
                .and_then(Node::as_str)
                .unwrap_or_default();
            let value = match declaration.get("copy") {
                Some(copy) if copy.is_object() => Some(self.copy(copy)),
                Some(_) | None => declaration.get("value").map(|value| self.value(value)),
            };
            outputs.push(OutputDeclaration {
                name: name.into(),
                name_span: key.span(),
                secure: parameter_type(keyword).1,
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
            resource_type,
            api_version,
            name,
            scope,
            condition: node.get("condition").map(|condition| self.value(condition)),
            copy,
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
        const STEERING: [&str; 6] = [
            "copy",
            "condition",
            "dependsOn",
            "resources",
            "comments",
            "existing",
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
            evaluation_scope,
            parameters: optional(property("parameters")),
            resource_group: optional(node.get("resourceGroup")),
            subscription_id: optional(node.get("subscriptionId")),
            location: optional(node.get("location")),
        }
    }

    fn value(&mut self, node: Node<'a>) -> ExpressionId {
        let span = node.span();
        let kind = match node.kind() {
            NodeKind::Object => return self.object_value(node),
            NodeKind::Array => {
                let first = self.children.len();
                for element in node.elements() {
                    let element = self.value(element);
                    self.children.push(element);
                }
                return self.add(ExpressionKind::Array, first, node);
            }
            NodeKind::PlainString | NodeKind::DecodedString => return self.string(node),
            NodeKind::Number => self.number(node),
            NodeKind::True => ExpressionKind::Boolean(true),
            NodeKind::False => ExpressionKind::Boolean(false),
            NodeKind::Null => ExpressionKind::Null,
            NodeKind::Missing => ExpressionKind::Missing,
        };
        self.expressions.add(kind, span.start, span.end)
    }

    /// Adds a node whose children are those lowered since there were `first` of them.
    fn add(
        &mut self,
        kind: fn(crate::syntax::expression::List) -> ExpressionKind,
        first: usize,
        node: Node<'_>,
    ) -> ExpressionId {
        let list = self.expressions.add_list(&self.children[first..]);
        self.children.truncate(first);
        let span = node.span();
        self.expressions.add(kind(list), span.start, span.end)
    }

    fn object_value(&mut self, node: Node<'a>) -> ExpressionId {
        let first = self.children.len();
        for (key, value) in node.members() {
            if let Some(loops) = key.as_str().and_then(|name| copy_loops(name, value)) {
                for (name, item) in loops {
                    let pair = [self.value(name), self.copy(item)];
                    self.children.extend(pair);
                }
            } else {
                let pair = [self.value(key), self.value(value)];
                self.children.extend(pair);
            }
        }
        self.add(ExpressionKind::Object, first, node)
    }

    /// `{ "name": "disks", "count": 3, "input": ... }`.
    fn copy(&mut self, node: Node<'a>) -> ExpressionId {
        let span = node.span();
        let name = node
            .get("name")
            .filter(|name| name.is_string())
            .map(|name| self.string_text(name));
        let mut required = |property| match node.get(property) {
            Some(node) => self.value(node),
            None => self
                .expressions
                .add(ExpressionKind::Missing, span.start, span.end),
        };
        let (count, input) = (required("count"), required("input"));
        self.expressions.add(
            ExpressionKind::Copy { name, count, input },
            span.start,
            span.end,
        )
    }

    fn number(&mut self, node: Node<'_>) -> ExpressionKind {
        let raw = node.raw();
        match raw.parse() {
            Ok(value) => ExpressionKind::Integer(value),
            Err(_) => {
                let span = node.span();
                ExpressionKind::Number(self.expressions.text_in_file(span.start, span.end))
            }
        }
    }

    fn string(&mut self, node: Node<'a>) -> ExpressionId {
        let text = node.as_str().unwrap_or_default();
        match arm::form(text) {
            Form::Expression => self.expression(node, text),
            Form::Literal | Form::Escaped => {
                let span = node.span();
                let kind = ExpressionKind::String(self.string_text(node));
                self.expressions.add(kind, span.start, span.end)
            }
        }
    }

    /// The text of a string that is no expression.
    fn string_text(&mut self, node: Node<'_>) -> Text {
        let text = node.as_str().unwrap_or_default();
        let escape = u32::from(arm::form(text) == Form::Escaped);
        let span = node.span();
        match node.kind() {
            NodeKind::PlainString => self
                .expressions
                .text_in_file(span.start + 1 + escape, span.end - 1),
            NodeKind::DecodedString
            | NodeKind::Object
            | NodeKind::Array
            | NodeKind::Number
            | NodeKind::True
            | NodeKind::False
            | NodeKind::Null
            | NodeKind::Missing => self.expressions.add_text(&text[escape as usize..]),
        }
    }

    fn expression(&mut self, node: Node<'a>, text: &'a str) -> ExpressionId {
        let inside = &text[1..text.len() - 1];
        if text.chars().count() > arm::MAX_LENGTH {
            let message = format!(
                "the expression is longer than {} characters",
                arm::MAX_LENGTH
            );
            self.diagnostics.push(Diagnostic::new(
                Kind::EXPRESSION_LENGTH,
                first_line(node),
                message,
            ));
        }
        let span = node.span();
        if node.kind() == NodeKind::DecodedString {
            let map = TextMap::of(node);
            let first = self.expressions.len();
            let (expression, mistake) = arm::parse(inside, Place::Decoded, &mut self.expressions);
            let in_file = |offset| map.file_offset(offset + 1);
            self.expressions.relocate(first, in_file);
            if let Some(mistake) = mistake {
                self.mistake(node, &mistake, in_file);
            }
            self.uses.push((expression, 0));
            return self.expressions.add(
                ExpressionKind::Shared {
                    expression,
                    base: 0,
                },
                span.start,
                span.end,
            );
        }
        let base = span.start + 2; // behind the quote and the bracket
        let Lowering {
            parsed,
            expressions,
            ..
        } = self;
        let parsed = parsed.entry(inside).or_insert_with(|| {
            let (expression, mistake) = arm::parse(inside, Place::InFile(base), expressions);
            Parsed {
                expression,
                mistake,
                template: None,
            }
        });
        let expression = parsed.expression;
        if parsed.template.replace(self.template) != Some(self.template) {
            self.uses.push((expression, base));
        }
        if let Some(mistake) = parsed.mistake.clone() {
            self.mistake(node, &mistake, |offset| base + offset);
        }
        self.expressions.add(
            ExpressionKind::Shared { expression, base },
            span.start,
            span.end,
        )
    }

    fn mistake(&mut self, node: Node<'_>, mistake: &Mistake, in_file: impl Fn(u32) -> u32) {
        let kind = if mistake.too_deep {
            Kind::NESTING_DEPTH
        } else {
            Kind::SYNTAX_EXPRESSION
        };
        let mut span = node.span();
        (span.start, span.end) = (in_file(mistake.start), in_file(mistake.end));
        self.diagnostics.push(
            Diagnostic::new(kind, span, mistake.message.clone())
                .with_help("text that begins with a bracket is written `[[`"),
        );
    }
}

/// The template in which something is declared.
#[derive(Clone, Copy)]
struct Surroundings {
    id: TemplateId,
    symbolic_names: bool,
}

/// Names and loops of `"copy": [ { "name", "count", "input" } ]`; `None` if this is another property of that name.
fn copy_loops<'a>(key: &str, value: Node<'a>) -> Option<Vec<(Node<'a>, Node<'a>)>> {
    if !key.eq_ignore_ascii_case("copy") || !value.is_array() {
        return None;
    }
    value
        .elements()
        .map(|item| {
            let name = item.get("name").filter(|name| name.is_string())?;
            item.get("count")?;
            Some((name, item))
        })
        .collect()
}

/// Type and secrecy behind a type keyword; keywords fold case.
fn parameter_type(keyword: &str) -> (ParameterType, bool) {
    match keyword.to_ascii_lowercase().as_str() {
        "string" => (ParameterType::String, false),
        "securestring" => (ParameterType::String, true),
        "int" => (ParameterType::Integer, false),
        "bool" => (ParameterType::Boolean, false),
        "array" => (ParameterType::Array, false),
        "object" => (ParameterType::Object, false),
        "secureobject" => (ParameterType::Object, true),
        _ => (ParameterType::Unknown, false),
    }
}

/// The first line of a node, for a diagnostic about the whole of it.
fn first_line(node: Node<'_>) -> crate::source::Span {
    let mut span = node.span();
    if let Some(length) = node.raw().find(['\r', '\n']) {
        span.end = span.start + length as u32;
    }
    span
}
