//! Expressions: operators become the functions that they mean, names what they stand for.

use super::{Lowering, Symbol};
use crate::diagnostic::Kind;
use crate::source::Span;
use crate::syntax::bicep::{
    BinaryOperator, List, Name, NodeId, Syntax, Text as SyntaxText, UnaryOperator,
};
use crate::syntax::expression::{ExpressionId, ExpressionKind, Text};
use crate::template::{FunctionBody, FunctionDeclaration};

/// A step from a value to a part of it.
enum Access {
    /// `.name`.
    Member(Name),
    /// `[index]`.
    Index(NodeId),
    /// `[^index]`.
    FromEnd(NodeId),
}

impl<'a> Lowering<'a> {
    pub(super) fn expression(&mut self, id: NodeId) -> ExpressionId {
        let span = self.tree.span(id);
        let kind = match self.tree.syntax(id) {
            Syntax::Null => ExpressionKind::Null,
            Syntax::Boolean(value) => ExpressionKind::Boolean(value),
            Syntax::Integer(number) => match i64::try_from(number) {
                Ok(number) => ExpressionKind::Integer(number),
                Err(_) => {
                    ExpressionKind::Number(self.expressions.text_in_file(span.start, span.end))
                }
            },
            Syntax::String(text) => ExpressionKind::String(self.string_text(text)),
            Syntax::Interpolation(list) => ExpressionKind::Interpolation(self.expressions_of(list)),
            Syntax::Array(list) => return self.array(list, span),
            Syntax::Object(list) => return self.object(self.children(list), span),
            Syntax::For { items, list, body } => {
                let list = self.expression(list);
                let (variables, count) = self.push_locals(items);
                let body = self.expression(body);
                self.locals.truncate(self.locals.len() - count);
                ExpressionKind::For {
                    variables,
                    list,
                    body,
                }
            }
            Syntax::Ternary {
                condition,
                then,
                otherwise,
            } => {
                let arguments = [
                    self.expression(condition),
                    self.expression(then),
                    self.expression(otherwise),
                ];
                return self.call("if", &arguments, span);
            }
            Syntax::Binary {
                operator,
                left,
                right,
            } => return self.binary(operator, left, right, span),
            Syntax::Unary { operator, operand } => return self.unary(operator, operand, span),
            Syntax::Parenthesized(inner) | Syntax::NotNull(inner) => {
                return self.expression(inner);
            }
            Syntax::Member { .. } | Syntax::Index { .. } => return self.access(id),
            Syntax::NestedResource { .. } => match self.resource_symbol(id) {
                Some(position) => ExpressionKind::Symbol(position),
                None => ExpressionKind::Missing,
            },
            Syntax::Call {
                function,
                arguments,
            } => return self.function_call(function, self.children(arguments), span),
            Syntax::MethodCall {
                base,
                function,
                arguments,
            } => return self.method_call(base, function, self.children(arguments), span),
            Syntax::Lambda { parameters, body } => {
                let (variables, count) = self.push_locals(parameters);
                let body = self.expression(body);
                self.locals.truncate(self.locals.len() - count);
                let mut arguments = self.expressions.list(variables).to_vec();
                arguments.push(body);
                return self.call("lambda", &arguments, span);
            }
            Syntax::Identifier(name) => self.name(name),
            Syntax::Missing
            | Syntax::Property { .. }
            | Syntax::Spread(_)
            | Syntax::Resource(_)
            | Syntax::If { .. }
            | Syntax::Local(_)
            | Syntax::TypedLocal { .. }
            | Syntax::ArrayType(_)
            | Syntax::NullableType(_)
            | Syntax::NotNullableType(_)
            | Syntax::Union(_)
            | Syntax::TypeProperty { .. }
            | Syntax::AdditionalProperties { .. }
            | Syntax::TypeItem { .. }
            | Syntax::AnyElement(_)
            | Syntax::ResourceType(_) => ExpressionKind::Missing,
        };
        self.add(kind, span)
    }

    pub(super) fn string_text(&mut self, text: SyntaxText) -> Text {
        match text {
            SyntaxText::InFile(start, end) => self.expressions.text_in_file(start, end),
            SyntaxText::Decoded(_) => self.expressions.add_text(self.tree.text(text)),
        }
    }

    fn expressions_of(&mut self, list: List) -> crate::syntax::expression::List {
        let children = self.children(list).iter();
        let children: Vec<_> = children.map(|child| self.expression(*child)).collect();
        self.expressions.add_list(&children)
    }

    /// The names of a loop or lambda, as strings, and how many they are.
    pub(super) fn push_locals(&mut self, list: List) -> (crate::syntax::expression::List, usize) {
        let before = self.locals.len();
        let mut names = Vec::new();
        for local in self.children(list) {
            let Syntax::Local(name) = self.tree.syntax(*local) else {
                continue;
            };
            self.locals.push(self.text_of(name));
            let text = self.expressions.text_in_file(name.start, name.end);
            names.push(
                self.expressions
                    .add(ExpressionKind::String(text), name.start, name.end),
            );
        }
        let names = self.expressions.add_list(&names);
        (names, self.locals.len() - before)
    }

    fn array(&mut self, list: List, span: Span) -> ExpressionId {
        let children = self.children(list);
        let mut chunks = Vec::new();
        let mut chunk = Vec::new();
        for child in children {
            if let Syntax::Spread(inner) = self.tree.syntax(*child) {
                if !chunk.is_empty() {
                    let list = self.expressions.add_list(&chunk);
                    chunks.push(self.add(ExpressionKind::Array(list), span));
                    chunk.clear();
                }
                chunks.push(self.expression(inner));
            } else {
                chunk.push(self.expression(*child));
            }
        }
        if chunks.is_empty() || !chunk.is_empty() {
            let list = self.expressions.add_list(&chunk);
            let last = self.add(ExpressionKind::Array(list), span);
            if chunks.is_empty() {
                return last;
            }
            chunks.push(last);
        }
        let list = self.expressions.add_list(&chunks);
        let chunks = self.add(ExpressionKind::Array(list), span);
        self.call("flatten", &[chunks], span)
    }

    /// An object; of `items`, resources are left out.
    pub(super) fn object(&mut self, items: &[NodeId], span: Span) -> ExpressionId {
        let mut chunks = Vec::new();
        let mut chunk = Vec::new();
        for item in items {
            match self.tree.syntax(*item) {
                Syntax::Property { key, value } => {
                    let pair = [self.expression(key), self.expression(value)];
                    chunk.extend(pair);
                }
                Syntax::Spread(inner) => {
                    if !chunk.is_empty() {
                        let list = self.expressions.add_list(&chunk);
                        chunks.push(self.add(ExpressionKind::Object(list), span));
                        chunk.clear();
                    }
                    chunks.push(self.expression(inner));
                }
                _ => {}
            }
        }
        if chunks.is_empty() || !chunk.is_empty() {
            let list = self.expressions.add_list(&chunk);
            let last = self.add(ExpressionKind::Object(list), span);
            if chunks.is_empty() {
                return last;
            }
            chunks.push(last);
        }
        let list = self.expressions.add_list(&chunks);
        let chunks = self.add(ExpressionKind::Array(list), span);
        self.call("shallowMerge", &[chunks], span)
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: NodeId,
        right: NodeId,
        span: Span,
    ) -> ExpressionId {
        let mut operands = [self.expression(left), self.expression(right)];
        let insensitive = matches!(
            operator,
            BinaryOperator::EqualInsensitive | BinaryOperator::NotEqualInsensitive
        );
        if insensitive {
            for operand in &mut operands {
                let (start, end) = self.expressions.offsets(*operand);
                let span = Span { start, end, ..span };
                *operand = self.call("toLower", &[*operand], span);
            }
        }
        let (function, negated) = match operator {
            BinaryOperator::Multiply => ("mul", false),
            BinaryOperator::Divide => ("div", false),
            BinaryOperator::Modulo => ("mod", false),
            BinaryOperator::Add => ("add", false),
            BinaryOperator::Subtract => ("sub", false),
            BinaryOperator::Less => ("less", false),
            BinaryOperator::LessOrEqual => ("lessOrEquals", false),
            BinaryOperator::Greater => ("greater", false),
            BinaryOperator::GreaterOrEqual => ("greaterOrEquals", false),
            BinaryOperator::Equal | BinaryOperator::EqualInsensitive => ("equals", false),
            BinaryOperator::NotEqual | BinaryOperator::NotEqualInsensitive => ("equals", true),
            BinaryOperator::And => ("and", false),
            BinaryOperator::Or => ("or", false),
            BinaryOperator::Coalesce => ("coalesce", false),
        };
        let call = self.call(function, &operands, span);
        if negated {
            self.call("not", &[call], span)
        } else {
            call
        }
    }

    fn unary(&mut self, operator: UnaryOperator, operand: NodeId, span: Span) -> ExpressionId {
        match (operator, self.tree.syntax(operand)) {
            (UnaryOperator::Minus, Syntax::Integer(number)) if number <= i64::MAX as u64 + 1 => {
                let number = (number as i64).wrapping_neg();
                self.add(ExpressionKind::Integer(number), span)
            }
            (UnaryOperator::Minus, _) => {
                let zero = self.add(ExpressionKind::Integer(0), span);
                let operand = self.expression(operand);
                self.call("sub", &[zero, operand], span)
            }
            (UnaryOperator::Not, _) => {
                let operand = self.expression(operand);
                self.call("not", &[operand], span)
            }
        }
    }

    /// What a name stands for.
    fn name(&mut self, name: Name) -> ExpressionKind {
        let word = self.text_of(name);
        let text = self.expressions.text_in_file(name.start, name.end);
        if self.locals.contains(&word) {
            return if self.is_function_parameter(word) {
                ExpressionKind::Parameter(text)
            } else {
                ExpressionKind::Local(text)
            };
        }
        if let Some(position) = self.nested_here(word) {
            return ExpressionKind::Symbol(position);
        }
        match self.symbols.get(word).copied() {
            Some(Symbol::Parameter) => ExpressionKind::Parameter(text),
            Some(Symbol::Variable) => ExpressionKind::Variable(text),
            Some(Symbol::Resource(position)) => ExpressionKind::Symbol(position),
            Some(Symbol::Imported(import, original)) => {
                self.imported_variable(import, original, word.into());
                ExpressionKind::Variable(text)
            }
            Some(
                Symbol::Type(_) | Symbol::Function(_) | Symbol::Namespace(_) | Symbol::Extension,
            ) => ExpressionKind::Missing,
            None => {
                if !word.is_empty() && !matches!(word, "sys" | "az" | "this" | "base") {
                    self.undeclared(word, self.tree.name_span(name));
                }
                ExpressionKind::Missing
            }
        }
    }

    fn is_function_parameter(&self, word: &str) -> bool {
        // The parameters of a function are the first of its locals; a lambda may hide one.
        let position = self.locals.iter().rposition(|local| *local == word);
        position.is_some_and(|position| position < self.function_parameters)
    }

    fn undeclared(&mut self, word: &str, span: Span) {
        let help = self.similar(word, |this| {
            let known = this.symbols.keys();
            known.chain(&this.locals).copied().collect()
        });
        let message = format!("`{word}` is not declared");
        self.report(Kind::UNDECLARED_NAME, span, message).help = help;
    }

    fn imported_variable(&mut self, import: u32, original: &'a str, here: Box<str>) {
        if self.known_variables.insert(here.clone()) {
            self.imported_variables.push((import, original, here));
        }
    }

    /// The import behind `name`, if that is `import * as name`.
    fn namespace(&self, id: NodeId) -> Option<u32> {
        let Syntax::Identifier(name) = self.tree.syntax(id) else {
            return None;
        };
        let word = self.text_of(name);
        match self.symbols.get(word) {
            Some(Symbol::Namespace(import)) if !self.locals.contains(&word) => Some(*import),
            Some(_) | None => None,
        }
    }

    /// Whether this is the namespace of the language itself.
    fn is_built_in_namespace(&self, id: NodeId) -> bool {
        let Syntax::Identifier(name) = self.tree.syntax(id) else {
            return false;
        };
        matches!(self.text_of(name), "sys" | "az")
            && !self.symbols.contains_key(self.text_of(name))
            && !self.locals.contains(&self.text_of(name))
    }

    /// A chain of `.name` and `[index]`.
    fn access(&mut self, id: NodeId) -> ExpressionId {
        let mut steps = Vec::new();
        let mut base = id;
        loop {
            let (next, access, safe) = match self.tree.syntax(base) {
                Syntax::Member {
                    base: of,
                    name,
                    safe,
                } => (of, Access::Member(name), safe),
                Syntax::Index {
                    base: of,
                    index,
                    safe,
                    from_end,
                } => {
                    let access = if from_end {
                        Access::FromEnd(index)
                    } else {
                        Access::Index(index)
                    };
                    (of, access, safe)
                }
                _ => break,
            };
            steps.push((access, safe, self.tree.span(base)));
            base = next;
        }
        steps.reverse();
        let mut steps = steps.into_iter().peekable();
        let mut value = match (self.namespace(base), steps.peek()) {
            (Some(import), Some((Access::Member(name), ..))) => {
                let (name, span) = (*name, self.tree.span(base));
                steps.next();
                self.namespace_variable(import, base, name, span)
            }
            (Some(_), _) | (None, _) => self.expression(base),
        };
        while let Some((access, safe, span)) = steps.next() {
            if !safe || self.is_known_of_resource(value, &access) {
                value = self.step(value, &access, span);
                continue;
            }
            let mut arguments = vec![value];
            let mut last = span;
            if let Access::FromEnd(index) = access {
                arguments.push(self.expression(index));
                value = self.call("tryIndexFromEnd", &arguments, span);
                continue;
            }
            arguments.push(self.key(&access));
            // What follows is not reached where this is not there.
            while let Some((access, safe, span)) = steps.peek() {
                if *safe || matches!(access, Access::FromEnd(_)) {
                    break;
                }
                last = *span;
                let key = match access {
                    Access::Member(name) => Access::Member(*name),
                    Access::Index(index) | Access::FromEnd(index) => Access::Index(*index),
                };
                arguments.push(self.key(&key));
                steps.next();
            }
            value = self.call("tryGet", &arguments, last);
        }
        value
    }

    /// Whether this is what is there of a resource even if that is not deployed.
    fn is_known_of_resource(&self, value: ExpressionId, access: &Access) -> bool {
        let Access::Member(name) = access else {
            return false;
        };
        let word = self.text_of(*name);
        self.is_resource(value) && matches!(word, "type" | "apiVersion")
    }

    /// Whether an expression is a resource, or an instance of one.
    fn is_resource(&self, id: ExpressionId) -> bool {
        match self.expressions.kind(id) {
            ExpressionKind::Symbol(_) => true,
            ExpressionKind::Index { base, .. } => {
                matches!(self.expressions.kind(base), ExpressionKind::Symbol(_))
            }
            _ => false,
        }
    }

    fn step(&mut self, base: ExpressionId, access: &Access, span: Span) -> ExpressionId {
        let kind = match access {
            Access::Member(name) => ExpressionKind::Member {
                base,
                name: self.expressions.text_in_file(name.start, name.end),
            },
            Access::Index(index) => ExpressionKind::Index {
                base,
                index: self.expression(*index),
            },
            Access::FromEnd(index) => {
                let index = self.expression(*index);
                return self.call("indexFromEnd", &[base, index], span);
            }
        };
        self.add(kind, span)
    }

    /// The name or position behind an access, as a value.
    fn key(&mut self, access: &Access) -> ExpressionId {
        match access {
            Access::Member(name) => {
                let text = self.expressions.text_in_file(name.start, name.end);
                self.expressions
                    .add(ExpressionKind::String(text), name.start, name.end)
            }
            Access::Index(index) | Access::FromEnd(index) => self.expression(*index),
        }
    }

    /// `ns.name` of `import * as ns`.
    fn namespace_variable(
        &mut self,
        import: u32,
        base: NodeId,
        name: Name,
        span: Span,
    ) -> ExpressionId {
        let here = format!("{}.{}", self.tree.source().slice(span), self.text_of(name));
        self.imported_variable(import, self.text_of(name), here.as_str().into());
        let text = self.expressions.add_text(&here);
        let span = Span {
            end: name.end,
            ..self.tree.span(base)
        };
        self.add(ExpressionKind::Variable(text), span)
    }

    /// The position of the resource that an expression names by its symbols alone.
    pub(super) fn resource_symbol(&mut self, id: NodeId) -> Option<u32> {
        match self.tree.syntax(id) {
            Syntax::Identifier(name) => {
                let word = self.text_of(name);
                if let Some(position) = self.nested_here(word) {
                    return Some(position);
                }
                match self.symbols.get(word) {
                    Some(Symbol::Resource(position)) => Some(*position),
                    Some(_) => None,
                    None => {
                        self.undeclared(word, self.tree.name_span(name));
                        None
                    }
                }
            }
            Syntax::NestedResource { base, name } => {
                let outer = self.resource_symbol(base)?;
                let word = self.text_of(name);
                let found = self.nested.get(&(outer, word)).copied();
                if found.is_none() && !word.is_empty() {
                    let message = format!("there is no resource `{word}` inside this one");
                    let span = self.tree.name_span(name);
                    self.report(Kind::UNDECLARED_NAME, span, message);
                }
                found
            }
            Syntax::Parenthesized(inner) | Syntax::NotNull(inner) => self.resource_symbol(inner),
            Syntax::Index { base, .. } => self.resource_symbol(base),
            _ => None,
        }
    }

    /// A resource inside one of those around.
    fn nested_here(&self, word: &'a str) -> Option<u32> {
        let around = self.containers.iter().rev();
        around
            .filter_map(|outer| self.nested.get(&(*outer, word)).copied())
            .next()
    }

    fn arguments(&mut self, arguments: &[NodeId]) -> Vec<ExpressionId> {
        let arguments = arguments.iter();
        arguments.map(|one| self.expression(*one)).collect()
    }

    fn function_call(&mut self, function: Name, arguments: &[NodeId], span: Span) -> ExpressionId {
        let word = self.text_of(function);
        match self.symbols.get(word).copied() {
            Some(Symbol::Function(position)) => self.apply(position, arguments, span),
            Some(Symbol::Imported(import, original)) => {
                let position = self.imported_function(import, original, word, function);
                self.apply(position, arguments, span)
            }
            _ => self.built_in_call(function, arguments, span),
        }
    }

    fn apply(&mut self, function: u32, arguments: &[NodeId], span: Span) -> ExpressionId {
        let arguments = self.arguments(arguments);
        let arguments = self.expressions.add_list(&arguments);
        let kind = ExpressionKind::Apply {
            function,
            arguments,
        };
        self.add(kind, span)
    }

    /// The position of a function of another file among those of this one.
    fn imported_function(&mut self, import: u32, original: &str, here: &str, name: Name) -> u32 {
        if let Some(position) = self.imported_functions.get(here) {
            return *position;
        }
        let position = self.functions.len() as u32;
        self.imported_functions.insert(here.into(), position);
        self.functions.push(FunctionDeclaration {
            name: here.into(),
            name_span: self.tree.name_span(name),
            body: FunctionBody::Imported(import, original.into()),
        });
        position
    }

    /// A function of the language.
    fn built_in_call(&mut self, function: Name, arguments: &[NodeId], span: Span) -> ExpressionId {
        let word = self.text_of(function);
        match (word, arguments) {
            ("any", [inner]) => return self.expression(*inner),
            ("nameof", [inner]) => {
                if let Syntax::Index { index, .. } = self.tree.syntax(*inner)
                    && let Syntax::String(text) = self.tree.syntax(index)
                {
                    let text = self.string_text(text);
                    return self.add(ExpressionKind::String(text), span);
                }
                let last = match self.tree.syntax(*inner) {
                    Syntax::Identifier(name)
                    | Syntax::Member { name, .. }
                    | Syntax::NestedResource { name, .. } => Some(name),
                    _ => None,
                };
                if let Some(name) = last {
                    let text = self.expressions.text_in_file(name.start, name.end);
                    return self.add(ExpressionKind::String(text), span);
                }
            }
            ("resourceGroup", [name]) => {
                let subscription = self.call("subscription", &[], span);
                let text = self.word("subscriptionId");
                let member = ExpressionKind::Member {
                    base: subscription,
                    name: text,
                };
                let subscription = self.add(member, span);
                let name = self.expression(*name);
                let parts = [
                    Ok("/subscriptions/"),
                    Err(subscription),
                    Ok("/resourceGroups/"),
                    Err(name),
                ];
                return self.scope(&parts, Some(name), span);
            }
            ("resourceGroup", [subscription, name]) => {
                let subscription = self.expression(*subscription);
                let name = self.expression(*name);
                let parts = [
                    Ok("/subscriptions/"),
                    Err(subscription),
                    Ok("/resourceGroups/"),
                    Err(name),
                ];
                return self.scope(&parts, Some(name), span);
            }
            ("subscription", [subscription]) => {
                let subscription = self.expression(*subscription);
                let parts = [Ok("/subscriptions/"), Err(subscription)];
                return self.scope(&parts, None, span);
            }
            ("managementGroup", [name]) => {
                let name = self.expression(*name);
                let parts = [
                    Ok("/providers/Microsoft.Management/managementGroups/"),
                    Err(name),
                ];
                return self.scope(&parts, Some(name), span);
            }
            (_, _) => {}
        }
        let arguments = self.arguments(arguments);
        let arguments = self.expressions.add_list(&arguments);
        let kind = ExpressionKind::Call {
            function: self.expressions.text_in_file(function.start, function.end),
            arguments,
        };
        self.add(kind, span)
    }

    /// Where something is deployed: an object with an `id` of these parts, and perhaps a name.
    fn scope(
        &mut self,
        parts: &[Result<&'static str, ExpressionId>],
        name: Option<ExpressionId>,
        span: Span,
    ) -> ExpressionId {
        let mut texts = Vec::new();
        for part in parts {
            texts.push(match part {
                Ok(word) => {
                    let text = self.word(word);
                    self.add(ExpressionKind::String(text), span)
                }
                Err(value) => *value,
            });
        }
        let list = self.expressions.add_list(&texts);
        let id = self.add(ExpressionKind::Interpolation(list), span);
        let mut pairs = Vec::new();
        for (key, value) in [("id", Some(id)), ("name", name)] {
            if let Some(value) = value {
                let text = self.word(key);
                pairs.push(self.add(ExpressionKind::String(text), span));
                pairs.push(value);
            }
        }
        let list = self.expressions.add_list(&pairs);
        self.add(ExpressionKind::Object(list), span)
    }

    fn method_call(
        &mut self,
        base: NodeId,
        function: Name,
        arguments: &[NodeId],
        span: Span,
    ) -> ExpressionId {
        if self.is_built_in_namespace(base) {
            return self.built_in_call(function, arguments, span);
        }
        if let Some(import) = self.namespace(base) {
            let word = self.text_of(function);
            let here = format!("{}.{word}", self.tree.source().slice(self.tree.span(base)));
            let position = self.imported_function(import, word, &here, function);
            return self.apply(position, arguments, span);
        }
        let resource = self.expression(base);
        let mut given = Vec::new();
        if self.is_resource(resource) {
            let name = self.word("id");
            let base_span = self.tree.span(base);
            let id = ExpressionKind::Member {
                base: resource,
                name,
            };
            given.push(self.add(id, base_span));
        }
        given.extend(self.arguments(arguments));
        let arguments = self.expressions.add_list(&given);
        let kind = ExpressionKind::Call {
            function: self.expressions.text_in_file(function.start, function.end),
            arguments,
        };
        self.add(kind, span)
    }
}
