//! Resources and modules.

use super::Lowering;
use crate::source::Span;
use crate::syntax::bicep::{NodeId, Statement, StatementKind, Syntax, SyntaxTree, Text};
use crate::syntax::expression::{ExpressionId, ExpressionKind};
use crate::template::{
    CopyDeclaration, Each, EvaluationScope, ModuleDeclaration, ResourceDeclaration,
};

/// What a resource or module is made of.
struct Body<'a> {
    /// `[for ...]` around it.
    each: Option<NodeId>,
    /// `if (...)` before it.
    condition: Option<NodeId>,
    /// The items of the object.
    items: &'a [NodeId],
    span: Span,
}

/// The resource around a nested one.
#[derive(Clone, Copy)]
struct Around {
    position: u32,
    condition: Option<ExpressionId>,
    api_version: Option<ExpressionId>,
}

impl<'a> Lowering<'a> {
    /// Gives a resource its position, and those inside it theirs right behind.
    pub(super) fn declare_resource(
        &mut self,
        statement: &'a Statement,
        around: Option<u32>,
    ) -> u32 {
        let position = self.resource_statements.len() as u32;
        self.resource_statements.push((statement, around));
        let body = match &statement.kind {
            StatementKind::Resource { body, .. } => *body,
            _ => return position,
        };
        let tree: &'a SyntaxTree = self.tree;
        for item in self.body(body).items {
            let Syntax::Resource(nested) = tree.syntax(*item) else {
                continue;
            };
            let nested = tree.statement(nested);
            let StatementKind::Resource { name, .. } = &nested.kind else {
                continue;
            };
            let inner = self.declare_resource(nested, Some(position));
            self.nested.insert((position, self.text_of(*name)), inner);
        }
        position
    }

    fn body(&self, id: NodeId) -> Body<'a> {
        let mut body = Body {
            each: None,
            condition: None,
            items: &[],
            span: self.tree.span(id),
        };
        let mut next = id;
        loop {
            match self.tree.syntax(next) {
                Syntax::For { body: inner, .. } => {
                    body.each = Some(next);
                    next = inner;
                }
                Syntax::If {
                    condition,
                    body: inner,
                } => {
                    body.condition = Some(condition);
                    next = inner;
                }
                Syntax::Object(list) => {
                    body.items = self.children(list);
                    body.span = self.tree.span(next);
                    return body;
                }
                _ => return body,
            }
        }
    }

    /// Every resource and module, those inside others behind them.
    pub(super) fn resources(&mut self) -> Vec<ResourceDeclaration> {
        let mut resources: Vec<ResourceDeclaration> = Vec::new();
        for position in 0..self.resource_statements.len() {
            let (statement, around) = self.resource_statements[position];
            // The containers of the one before that this one is not in.
            while self.containers.last().copied() != around && !self.containers.is_empty() {
                self.containers.pop();
            }
            let around = around.map(|position| Around {
                position,
                condition: resources[position as usize].condition,
                api_version: resources[position as usize].api_version,
            });
            let declared = match &statement.kind {
                StatementKind::Resource { .. } => {
                    self.containers.push(position as u32);
                    self.resource(statement, around)
                }
                _ => self.module(statement),
            };
            resources.push(declared);
        }
        self.containers.clear();
        resources
    }

    fn resource(
        &mut self,
        statement: &'a Statement,
        around: Option<Around>,
    ) -> ResourceDeclaration {
        let StatementKind::Resource {
            name,
            resource_type,
            existing,
            body,
        } = &statement.kind
        else {
            unreachable!("it was told apart before");
        };
        let body = self.body(*body);
        let locals = self.locals.len();
        let copy = body.each.and_then(|each| self.copy(each));
        let is_extension = self.is_extension_type(*resource_type);
        let (resource_type, api_version) = self.type_and_version(*resource_type);
        let api_version = api_version.or(around.and_then(|around| around.api_version));
        let condition = self.condition(&body, around);
        let mut declared = ResourceDeclaration {
            symbolic_name: Some(self.text_of(*name).into()),
            parent: around.map(|around| around.position),
            resource_type,
            api_version,
            condition,
            copy,
            existing: *existing,
            ..self.empty(statement)
        };
        if is_extension {
            declared.api_version = None;
            declared.of_extension = true;
            let properties = self.object(body.items, body.span);
            declared.body = self.body_of_extension(declared.resource_type, properties, body.span);
            self.locals.truncate(locals);
            return declared;
        }
        let mut kept = Vec::new();
        for item in body.items {
            match self.property_name(*item) {
                Some(("name", value)) => declared.name = Some(self.expression(value)),
                Some(("scope", value)) => declared.scope = Some(self.scope_id(value)),
                Some(("parent", value)) => {
                    let parent = self.expression(value);
                    declared.parent_symbol = Some(parent);
                }
                Some(("dependsOn", _)) => {}
                Some(_) | None => kept.push(*item),
            }
        }
        declared.body = self.whole_body(&declared, &kept, body.span);
        self.locals.truncate(locals);
        declared
    }

    /// Whether a type belongs to an extension other than Azure's own: `core/Service@v1`, `Microsoft.Graph/groups@v1.0`, `k8s:apps/...`.
    fn is_extension_type(&self, id: NodeId) -> bool {
        let written = self.tree.string(id).unwrap_or_default();
        let before = written.split('@').next().unwrap_or_default();
        if let Some((extension, _)) = before.split_once(':') {
            return extension != "az";
        }
        let namespace = written.split(['/', '@']).next().unwrap_or_default();
        self.has_extensions
            && (!namespace.contains('.') || namespace.eq_ignore_ascii_case("Microsoft.Graph"))
    }

    /// All that is said of a resource of an extension are its properties.
    fn body_of_extension(
        &mut self,
        resource_type: Option<ExpressionId>,
        properties: ExpressionId,
        span: Span,
    ) -> ExpressionId {
        let mut pairs = Vec::new();
        for (key, value) in [("type", resource_type), ("properties", Some(properties))] {
            let Some(value) = value else { continue };
            let text = self.word(key);
            pairs.extend([self.add(ExpressionKind::String(text), span), value]);
        }
        let list = self.expressions.add_list(&pairs);
        self.add(ExpressionKind::Object(list), span)
    }

    fn module(&mut self, statement: &'a Statement) -> ResourceDeclaration {
        let StatementKind::Module { name, path, body } = &statement.kind else {
            unreachable!("it was told apart before");
        };
        let body = self.body(*body);
        let locals = self.locals.len();
        let copy = body.each.and_then(|each| self.copy(each));
        let condition = self.condition(&body, None);
        let symbol = self.text_of(*name);
        let name_span = self.tree.name_span(*name);
        let resource_type = self.word("Microsoft.Resources/deployments");
        let api_version = self.word("2025-04-01");
        let resource_type = self.add(ExpressionKind::String(resource_type), name_span);
        let api_version = self.add(ExpressionKind::String(api_version), name_span);
        let mut declared = ResourceDeclaration {
            symbolic_name: Some(symbol.into()),
            resource_type: Some(resource_type),
            api_version: Some(api_version),
            condition,
            copy,
            ..self.empty(statement)
        };
        let mut module = ModuleDeclaration {
            template: None,
            template_link: None,
            path: Some(self.expression(*path)),
            evaluation_scope: EvaluationScope::Inner,
            parameters: None,
            parameters_link: None,
            location: None,
        };
        for item in body.items {
            match self.property_name(*item) {
                Some(("name", value)) => declared.name = Some(self.expression(value)),
                Some(("scope", value)) => declared.scope = Some(self.scope_id(value)),
                Some(("params", value)) => module.parameters = Some(self.expression(value)),
                Some(_) | None => {}
            }
        }
        if declared.name.is_none() {
            let is_loop = declared.copy.is_some();
            declared.name = Some(self.deployment_name(symbol, is_loop, name_span));
        }
        declared.deployment = Some(module);
        declared.body = self.whole_body(&declared, &[], body.span);
        self.locals.truncate(locals);
        declared
    }

    /// The id of what a resource or module is deployed to.
    fn scope_id(&mut self, value: NodeId) -> ExpressionId {
        let span = self.tree.span(value);
        if let Syntax::Call {
            function,
            arguments,
        } = self.tree.syntax(value)
            && self.text_of(function) == "tenant"
            && self.children(arguments).is_empty()
        {
            let text = self.word("/");
            return self.add(ExpressionKind::String(text), span);
        }
        let base = self.expression(value);
        let name = self.word("id");
        self.add(ExpressionKind::Member { base, name }, span)
    }

    /// A declaration of which nothing is known but where it stands.
    fn empty(&mut self, statement: &Statement) -> ResourceDeclaration {
        let span = Span::new(self.tree.file(), statement.start, statement.end);
        ResourceDeclaration {
            span,
            symbolic_name: None,
            parent: None,
            parent_symbol: None,
            resource_type: None,
            api_version: None,
            name: None,
            condition: None,
            copy: None,
            scope: None,
            resource_group: None,
            subscription_id: None,
            existing: false,
            of_extension: false,
            body: self.add(ExpressionKind::Missing, span),
            deployment: None,
        }
    }

    /// The loop; its variables are the innermost locals from here on.
    fn copy(&mut self, each: NodeId) -> Option<CopyDeclaration> {
        let Syntax::For { items, list, .. } = self.tree.syntax(each) else {
            return None;
        };
        let span = self.tree.span(each);
        let list = self.expression(list);
        let (variables, _) = self.push_locals(items);
        Some(CopyDeclaration {
            name: None,
            count: None,
            each: Some(Each { list, variables }),
            span,
        })
    }

    /// Its own condition, and those of the resources around it.
    fn condition(&mut self, body: &Body<'a>, around: Option<Around>) -> Option<ExpressionId> {
        let own = body.condition.map(|condition| self.expression(condition));
        match (around.and_then(|around| around.condition), own) {
            (Some(outer), Some(own)) => {
                let (start, end) = self.expressions.offsets(own);
                let span = Span::new(self.tree.file(), start, end);
                Some(self.call("and", &[outer, own], span))
            }
            (outer, own) => outer.or(own),
        }
    }

    /// Type and version of `'Microsoft.Storage/storageAccounts@2023-05-01'`.
    fn type_and_version(&mut self, id: NodeId) -> (Option<ExpressionId>, Option<ExpressionId>) {
        let Syntax::String(text) = self.tree.syntax(id) else {
            return (None, None);
        };
        let written = self.tree.text(text);
        let (start, end, pooled) = match text {
            Text::InFile(start, end) => (start, end, false),
            Text::Decoded(_) => (self.tree.span(id).start, self.tree.span(id).end, true),
        };
        let mut part = |from: usize, to: usize| {
            let text = if pooled {
                self.expressions.add_text(&written[from..to])
            } else {
                self.expressions
                    .text_in_file(start + from as u32, start + to as u32)
            };
            let (start, end) = if pooled {
                (start, end)
            } else {
                (start + from as u32, start + to as u32)
            };
            self.expressions
                .add(ExpressionKind::String(text), start, end)
        };
        let at = written.find('@');
        let before = &written[..at.unwrap_or(written.len())];
        let start_of_type = before.find(':').map_or(0, |colon| colon + 1);
        match at {
            Some(at) => (
                Some(part(start_of_type, at)),
                Some(part(at + 1, written.len())).filter(|_| at + 1 < written.len()),
            ),
            None => (Some(part(start_of_type, written.len())), None),
        }
    }

    /// Name and value of a property whose name is a plain one.
    fn property_name(&self, item: NodeId) -> Option<(&'a str, NodeId)> {
        let tree: &'a SyntaxTree = self.tree;
        let Syntax::Property { key, value } = tree.syntax(item) else {
            return None;
        };
        tree.string(key).map(|name| (name, value))
    }

    /// The body as JSON has it: type, version and name first.
    fn whole_body(
        &mut self,
        declared: &ResourceDeclaration,
        items: &[NodeId],
        span: Span,
    ) -> ExpressionId {
        let mut pairs = Vec::new();
        let known = [
            ("type", declared.resource_type),
            ("apiVersion", declared.api_version),
            ("name", declared.name),
        ];
        for (key, value) in known {
            let Some(value) = value else { continue };
            let text = self.word(key);
            let (start, end) = self.expressions.offsets(value);
            let key = self
                .expressions
                .add(ExpressionKind::String(text), start, end);
            pairs.extend([key, value]);
        }
        if items.iter().any(|item| !self.is_plain(*item)) {
            let list = self.expressions.add_list(&pairs);
            let first = self.add(ExpressionKind::Object(list), span);
            let rest = self.object(items, span);
            let list = self.expressions.add_list(&[first, rest]);
            let parts = self.add(ExpressionKind::Array(list), span);
            return self.call("shallowMerge", &[parts], span);
        }
        for item in items {
            if let Syntax::Property { key, value } = self.tree.syntax(*item) {
                let pair = [self.expression(key), self.expression(value)];
                pairs.extend(pair);
            }
        }
        let list = self.expressions.add_list(&pairs);
        self.add(ExpressionKind::Object(list), span)
    }

    fn is_plain(&self, item: NodeId) -> bool {
        !matches!(self.tree.syntax(item), Syntax::Spread(_))
    }

    /// The name that the compiler gives a deployment that has none.
    fn deployment_name(&mut self, symbol: &str, is_loop: bool, span: Span) -> ExpressionId {
        let prefix = self.expressions.add_text(&format!("{symbol}-"));
        let prefix = self.add(ExpressionKind::String(prefix), span);
        let own = self.expressions.text_in_file(span.start, span.end);
        let own = self.add(ExpressionKind::String(own), span);
        let deployment = self.call("deployment", &[], span);
        let name = self.word("name");
        let base = deployment;
        let name = self.add(ExpressionKind::Member { base, name }, span);
        let hash = self.call("uniqueString", &[own, name], span);
        let mut parts = vec![prefix];
        if is_loop {
            let dash = self.word("-");
            let dash = self.add(ExpressionKind::String(dash), span);
            parts.extend([self.call("copyIndex", &[], span), dash]);
        }
        let empty = self.word("");
        parts.extend([hash, self.add(ExpressionKind::String(empty), span)]);
        let list = self.expressions.add_list(&parts);
        self.add(ExpressionKind::Interpolation(list), span)
    }
}
