//! Conditions, subjects, tests and sources of rule files.

use super::fields::{Fields, literal};
use super::mistake;
use super::words::{ABSENT, OF, REGION_FACTS, WRITTEN_AS};
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::rules::definition::{
    Absent, AggregateKind, Comparison, Condition, Of, Operand, Parameter, SharedData, Source,
    SourceKind, Subject, Test,
};
use crate::syntax::node::Node;
use std::cell::RefCell;

/// What the names in a condition may mean.
///
/// A value that is a mistake is told, and something is read in its place: so nothing that stands beside it is taken for a
/// mistake, too. A rule with mistakes is left out in any case.
pub struct Names<'a> {
    /// Lists and aliases.
    pub shared: &'a SharedData,
    /// Roles of relations.
    pub roles: &'a [&'a str],
    /// Names of retirement tables.
    pub retirements: &'a [&'a str],
    /// Parameters of the rule.
    pub parameters: &'a [Parameter],
    /// Where mistakes go.
    pub diagnostics: &'a RefCell<Vec<Diagnostic>>,
}

impl<'a> Names<'a> {
    /// A condition; a list of them means all.
    pub fn condition(&self, node: Node<'a>) -> Option<Condition> {
        if node.is_array() {
            return Some(Condition::AllOf(self.conditions(node)?));
        }
        let fields = Fields::of(node, self.diagnostics)?;
        let condition = self.condition_in(&fields);
        fields.finish();
        condition
    }

    fn conditions(&self, node: Node<'a>) -> Option<Vec<Condition>> {
        if !node.is_array() {
            return Some(vec![self.condition(node)?]);
        }
        if node.elements().next().is_none() {
            self.diagnostics
                .borrow_mut()
                .push(mistake(node, "the list is empty"));
            return None;
        }
        // Every condition of the list is read, so that all mistakes are told.
        let conditions: Vec<_> = node.elements().map(|node| self.condition(node)).collect();
        conditions.into_iter().collect()
    }

    fn optional_condition(&self, node: Option<Node<'a>>) -> Option<Option<Box<Condition>>> {
        match node {
            Some(node) => Some(Some(Box::new(self.condition(node)?))),
            None => Some(None),
        }
    }

    /// The condition that these keys make; keys beside it are left to the caller.
    pub fn condition_in(&self, fields: &Fields<'a, '_>) -> Option<Condition> {
        if let Some(node) = fields.take("allOf") {
            return Some(Condition::AllOf(self.conditions(node)?));
        }
        if let Some(node) = fields.take("anyOf") {
            return Some(Condition::AnyOf(self.conditions(node)?));
        }
        if let Some(node) = fields.take("not") {
            return Some(Condition::Not(Box::new(self.condition(node)?)));
        }
        if let Some(node) = fields.take("role") {
            let roles = self.roles_of(fields, node);
            return Some(Condition::Any {
                source: Source {
                    kind: SourceKind::LinkedFrom(roles),
                    of: None,
                },
                filter: None,
            });
        }
        if let Some(node) = fields.take("unique") {
            return Some(Condition::Unique(fields.path_of(node)?));
        }
        if let Some(node) = fields.take("each") {
            let source = self.source(fields, node)?;
            let filter = self.optional_condition(fields.take("where"))?;
            let require = Box::new(self.condition(fields.require("require")?)?);
            return Some(Condition::Each {
                source,
                filter,
                require,
            });
        }
        if let Some(node) = fields.take("any") {
            let source = self.source(fields, node)?;
            let filter = self.optional_condition(fields.take("where"))?;
            return Some(Condition::Any { source, filter });
        }
        let Some(subject) = self.subject(fields)? else {
            fields.mistake(
                fields.node(),
                "a condition has one of `path`, `alias`, `count`, `sum`, `min`, `max`, `unique`, `each`, `any`, `role`, `allOf`, `anyOf`, `not`",
            );
            return None;
        };
        let absent = self.absent(fields);
        let tests = self.tests(fields)?;
        if tests.is_empty() {
            fields.mistake(fields.node(), "the condition tests nothing");
            return None;
        }
        Some(Condition::Test {
            subject,
            tests,
            absent,
        })
    }

    fn absent(&self, fields: &Fields<'a, '_>) -> Absent {
        if let Some(default) = fields.take("default") {
            return Absent::Default(literal(default));
        }
        let Some(node) = fields.take("absent") else {
            return Absent::Unknown;
        };
        fields.word(node, ABSENT).unwrap_or(Absent::Unknown)
    }

    /// The subject of a test: `Some(None)` if there is none, `None` if it is broken.
    fn subject(&self, fields: &Fields<'a, '_>) -> Option<Option<Subject>> {
        if let Some(node) = fields.take("path") {
            let paths: Vec<_> = fields
                .texts_of(node)
                .into_iter()
                .filter_map(|(node, _)| fields.path_of(node))
                .collect();
            if paths.iter().any(Path::has_each) {
                fields.mistake(
                    node,
                    "a path with `[*]` names several values; use `any`, `each` or `count`",
                );
            }
            return Some(Some(Subject::Path {
                paths,
                of: self.of(fields),
            }));
        }
        if let Some(node) = fields.take("alias") {
            let name = fields.text_of(node)?;
            if !self.shared.aliases.iter().any(|alias| *alias.name == *name) {
                fields.mistake(node, format!("there is no alias `{name}`"));
            }
            return Some(Some(Subject::Alias {
                name: name.into(),
                of: self.of(fields),
            }));
        }
        if let Some(node) = fields.take("count") {
            let source = self.source(fields, node)?;
            let filter = self.optional_condition(fields.take("where"))?;
            let distinct = fields.path("distinct");
            return Some(Some(Subject::Count {
                source,
                filter,
                distinct,
            }));
        }
        for (key, kind) in [
            ("sum", AggregateKind::Sum),
            ("min", AggregateKind::Minimum),
            ("max", AggregateKind::Maximum),
        ] {
            if let Some(node) = fields.take(key) {
                return Some(Some(self.aggregate(fields, node, kind)?));
            }
        }
        Some(None)
    }

    fn aggregate(
        &self,
        fields: &Fields<'a, '_>,
        node: Node<'a>,
        kind: AggregateKind,
    ) -> Option<Subject> {
        let source = self.source(fields, node)?;
        let filter = self.optional_condition(fields.take("where"))?;
        let value = fields.require("value")?;
        let value = if value.is_object() {
            let inner = Fields::of(value, self.diagnostics)?;
            let subject = self.subject(&inner)?;
            inner.finish();
            subject?
        } else {
            Subject::Path {
                paths: vec![fields.path_of(value)?],
                of: None,
            }
        };
        // With `default` the absent case of the test reads it again; both mean the same.
        let default = fields.take("default").map(literal);
        Some(Subject::Aggregate {
            kind,
            source,
            filter,
            value: Box::new(value),
            default,
        })
    }

    fn of(&self, fields: &Fields<'a, '_>) -> Option<Of> {
        fields.word(fields.take("of")?, OF)
    }

    fn tests(&self, fields: &Fields<'a, '_>) -> Option<Vec<Test>> {
        let mut tests = Vec::new();
        let flag = |key| fields.take(key).map(|_| fields.boolean(key, true));
        tests.extend(flag("exists").map(Test::Exists));
        tests.extend(flag("empty").map(Test::Empty));
        if let Some(node) = fields.take("equals") {
            tests.push(Test::Equals(self.operand(fields, node)?));
        }
        if let Some(node) = fields.take("notEquals") {
            tests.push(Test::NotEquals(self.operand(fields, node)?));
        }
        if let Some(node) = fields.take("in") {
            tests.push(Test::In(self.list(fields, node)?));
        }
        if let Some(node) = fields.take("notIn") {
            tests.push(Test::NotIn(self.list(fields, node)?));
        }
        tests.extend(
            fields
                .text("like")
                .map(|pattern| Test::Like(pattern.into())),
        );
        if let Some(node) = fields.take("matches") {
            let pattern = fields.text_of(node)?;
            if let Err(error) = regex::Regex::new(pattern) {
                fields.mistake(
                    node,
                    format!("`{pattern}` is no regular expression: {error}"),
                );
            }
            tests.push(Test::Matches(pattern.into()));
        }
        if let Some(node) = fields.take("contains") {
            tests.push(Test::Contains(self.operand(fields, node)?));
        }
        for (key, comparison) in [
            ("less", Comparison::Less),
            ("lessOrEquals", Comparison::LessOrEquals),
            ("greater", Comparison::Greater),
            ("greaterOrEquals", Comparison::GreaterOrEquals),
        ] {
            if let Some(node) = fields.take(key) {
                tests.push(Test::Compare(comparison, self.operand(fields, node)?));
            }
        }
        if let Some(node) = fields.take("region") {
            tests.push(Test::Region(fields.word(node, REGION_FACTS)?));
        }
        for (key, test) in [
            ("retired", Test::Retired as fn(Box<str>) -> Test),
            ("retiring", Test::Retiring as fn(Box<str>) -> Test),
        ] {
            if let Some(node) = fields.take(key) {
                let table = fields.text_of(node)?;
                if !self.retirements.contains(&table) {
                    fields.mistake(node, format!("there is no retirement table `{table}`"));
                }
                tests.push(test(table.into()));
            }
        }
        if let Some(node) = fields.take("writtenAs") {
            tests.push(Test::WrittenAs(fields.word(node, WRITTEN_AS)?));
        }
        Some(tests)
    }

    fn operand(&self, fields: &Fields<'a, '_>, node: Node<'a>) -> Option<Operand> {
        if !node.is_object() {
            return Some(Operand::Literal(literal(node)));
        }
        let inner = Fields::of(node, self.diagnostics)?;
        let operand = self.object_operand(&inner);
        inner.finish();
        if operand.is_none() && inner.node().members().next().is_none() {
            fields.mistake(node, "a value is expected here");
        }
        operand
    }

    fn object_operand(&self, fields: &Fields<'a, '_>) -> Option<Operand> {
        if let Some(node) = fields.take("parameter") {
            let name = fields.text_of(node)?;
            if !self
                .parameters
                .iter()
                .any(|parameter| *parameter.name == *name)
            {
                fields.mistake(node, format!("the rule has no parameter `{name}`"));
                return None;
            }
            return Some(Operand::Parameter(name.into()));
        }
        if let Some(node) = fields.take("pairOf") {
            return Some(Operand::PairOf(fields.path_of(node)?));
        }
        if let Some(node) = fields.take("daysFromToday") {
            return fields.integer_of(node).map(Operand::DaysFromToday);
        }
        match self.subject(fields)? {
            Some(subject) => {
                let default = fields.take("default").map(literal);
                Some(Operand::Subject {
                    subject: Box::new(subject),
                    default,
                })
            }
            None => {
                fields.mistake(fields.node(), "a value to compare with is expected here");
                None
            }
        }
    }

    /// Values in a row, or the name of a list.
    fn list(&self, fields: &Fields<'a, '_>, node: Node<'a>) -> Option<Vec<Operand>> {
        if node.is_array() {
            return node
                .elements()
                .map(|element| self.operand(fields, element))
                .collect();
        }
        let name = fields.text_of(node)?;
        let Some((_, values)) = self.shared.lists.iter().find(|(list, _)| **list == *name) else {
            let similar = crate::similar::most_similar(
                name,
                self.shared.lists.iter().map(|(list, _)| &**list),
            );
            let hint = similar
                .map(|similar| format!("; did you mean `{similar}`?"))
                .unwrap_or_default();
            fields.mistake(node, format!("there is no list `{name}`{hint}"));
            return Some(Vec::new());
        };
        Some(values.iter().cloned().map(Operand::Literal).collect())
    }

    fn roles_of(&self, fields: &Fields<'a, '_>, node: Node<'a>) -> Vec<Box<str>> {
        let texts = fields.texts_of(node);
        for (node, role) in &texts {
            if !self.roles.contains(role) {
                fields.mistake(*node, format!("there is no role `{role}`"));
            }
        }
        texts.into_iter().map(|(_, role)| role.into()).collect()
    }

    /// Items to walk: a path with `[*]`, a list alias, `group`, or what a relation leads to.
    pub fn source(&self, fields: &Fields<'a, '_>, node: Node<'a>) -> Option<Source> {
        let kind = if node.is_object() {
            let inner = Fields::of(node, self.diagnostics)?;
            let kind = self.relation_source(&inner);
            inner.finish();
            kind
        } else {
            self.text_source(fields, node)
        };
        Some(Source {
            kind: kind.unwrap_or(SourceKind::Group),
            of: self.of(fields),
        })
    }

    fn text_source(&self, fields: &Fields<'a, '_>, node: Node<'a>) -> Option<SourceKind> {
        let text = fields.text_of(node)?;
        if text == "group" {
            return Some(SourceKind::Group);
        }
        if text.starts_with(['$', '.']) {
            let path = fields.path_of(node)?;
            if !path.has_each() {
                fields.mistake(node, "a source of items has `[*]`");
            }
            return Some(SourceKind::Path(path));
        }
        if !self.shared.aliases.iter().any(|alias| *alias.name == *text) {
            fields.mistake(
                node,
                format!("`{text}` is no path, no alias and not `group`"),
            );
        }
        Some(SourceKind::Alias(text.into()))
    }

    fn relation_source(&self, fields: &Fields<'a, '_>) -> Option<SourceKind> {
        let own = |texts: Vec<(Node<'a>, &'a str)>| {
            texts.into_iter().map(|(_, text)| text.into()).collect()
        };
        if let Some(node) = fields.take("children") {
            return Some(SourceKind::Children(own(fields.texts_of(node))));
        }
        if let Some(resource_type) = fields.text("extensions") {
            let inherited = fields.boolean("inherited", false);
            return Some(SourceKind::Extensions {
                resource_type: resource_type.into(),
                inherited,
            });
        }
        if let Some(node) = fields.take("links") {
            return Some(SourceKind::Links(self.roles_of(fields, node)));
        }
        if let Some(node) = fields.take("linkedFrom") {
            return Some(SourceKind::LinkedFrom(self.roles_of(fields, node)));
        }
        if let Some(node) = fields.take("resources") {
            let types = fields
                .texts_of(node)
                .into_iter()
                .map(|(_, text)| text.to_ascii_lowercase().into());
            return Some(SourceKind::Resources(types.collect()));
        }
        fields.mistake(
            fields.node(),
            "items come from `children`, `extensions`, `links`, `linkedFrom` or `resources`",
        );
        None
    }
}
