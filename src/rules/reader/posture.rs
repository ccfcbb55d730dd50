//! `rules/data/posture.yaml` and `rules/data/recommendations.yaml`.
//!
//! Rules are named here before they are read, and a role may be that of another folder, so neither is looked up.

use super::Definitions;
use super::data::one_of_values;
use super::fields::Fields;
use super::rule::citation;
use super::words::{BY_DEFAULT, ENOUGH, MANAGERS, OTHERWISE_STATES, SECTIONS};
use crate::rules::service::{Column, Otherwise, Recommendation, Service, Step, StepTo};
use crate::syntax::node::Node;

/// The rows of the posture report; one of the same name is replaced where it stands.
pub fn services(fields: &Fields<'_, '_>, definitions: &mut Definitions) {
    for node in fields.list("services") {
        let Some(service) = service(node, fields) else {
            continue;
        };
        let services = &mut definitions.services;
        match services.iter_mut().find(|known| known.name == service.name) {
            Some(known) => *known = service,
            None => services.push(service),
        }
    }
}

fn service(node: Node<'_>, around: &Fields<'_, '_>) -> Option<Service> {
    let fields = Fields::of(node, around.diagnostics())?;
    let name = fields.require_text("name");
    let title = fields.require_text("title");
    let section = fields.require("section");
    let section = section.and_then(|node| fields.word(node, SECTIONS));
    let managed_by = fields.require("managedBy");
    let managed_by = managed_by.and_then(|node| fields.word(node, MANAGERS));
    let by_default = fields.require("byDefault");
    let by_default = by_default.and_then(|node| fields.word(node, BY_DEFAULT));
    let article = fields.text("article").map(Into::into);
    let kinds = folded(&fields, "kinds");
    let when = fields
        .take("when")
        .and_then(|node| one_of_values(node, &fields));
    let inherited = fields.boolean("inherited", false);
    let find = fields.take("find").map(|node| ways(node, &fields));
    let column = |key| fields.require(key).and_then(|node| column(node, &fields));
    let (zone, region, recovery) = (column("zone"), column("region"), column("recovery"));
    let related = names(&fields, "related");
    let note = fields.text("note").map(Into::into);
    let sources = fields.list("sources").into_iter();
    let sources = sources.filter_map(|node| citation(node, &fields)).collect();
    fields.finish();
    Some(Service {
        name: name?.into(),
        title: title?.into(),
        section: section?,
        managed_by: managed_by?,
        by_default: by_default?,
        article,
        kinds,
        when,
        inherited,
        find: find.unwrap_or_default(),
        zone: zone?,
        region: region?,
        recovery: recovery?,
        related,
        note,
        sources,
    })
}

/// Ways to resources, each a step or a list of steps.
fn ways(node: Node<'_>, around: &Fields<'_, '_>) -> Vec<Vec<Step>> {
    let ways = around.filled_list_of(node).into_iter();
    ways.map(|way| {
        let steps = match way.is_array() {
            true => around.filled_list_of(way),
            false => vec![way],
        };
        let steps = steps.into_iter();
        steps.filter_map(|node| step(node, around)).collect()
    })
    .collect()
}

fn step(node: Node<'_>, around: &Fields<'_, '_>) -> Option<Step> {
    let fields = Fields::of(node, around.diagnostics())?;
    let has = |key| fields.node().get(key).is_some();
    let to = if has("links") {
        StepTo::Links(names(&fields, "links"))
    } else if has("linkedFrom") {
        StepTo::LinkedFrom(names(&fields, "linkedFrom"))
    } else if has("children") {
        StepTo::Children(names(&fields, "children"))
    } else if has("resources") {
        StepTo::Resources(folded(&fields, "resources"))
    } else {
        fields.mistake(
            node,
            "a step has one of `links`, `linkedFrom`, `children`, `resources`",
        );
        return None;
    };
    let when = fields
        .take("when")
        .and_then(|node| one_of_values(node, &fields));
    let types = folded(&fields, "to");
    fields.finish();
    Some(Step { to, when, types })
}

fn column(node: Node<'_>, around: &Fields<'_, '_>) -> Option<Column> {
    let fields = Fields::of(node, around.diagnostics())?;
    let (shown_by, denied_by) = (names(&fields, "shownBy"), names(&fields, "deniedBy"));
    let else_denied_by = names(&fields, "elseDeniedBy");
    let enough = fields
        .take("enough")
        .and_then(|node| fields.word(node, ENOUGH));
    let otherwise = fields
        .take("otherwise")
        .and_then(|node| otherwise(node, &fields));
    fields.finish();
    Some(Column {
        shown_by,
        enough: enough.unwrap_or_default(),
        denied_by,
        else_denied_by,
        otherwise,
    })
}

fn otherwise(node: Node<'_>, around: &Fields<'_, '_>) -> Option<Otherwise> {
    let fields = Fields::of(node, around.diagnostics())?;
    let state = fields.require("state");
    let state = state.and_then(|node| fields.word(node, OTHERWISE_STATES));
    let because = fields.require_text("because");
    let help = fields.text("help").map(Into::into);
    fields.finish();
    Some(Otherwise {
        state: state?,
        because: because?.into(),
        help,
    })
}

/// What others recommend; one of the same id is replaced.
pub fn recommendations(fields: &Fields<'_, '_>, definitions: &mut Definitions) {
    fields.require_text("source");
    for node in fields.list("recommendations") {
        let Some(recommendation) = recommendation(node, fields) else {
            continue;
        };
        let known = &mut definitions.recommendations;
        known.retain(|other| other.id != recommendation.id);
        known.push(recommendation);
    }
}

fn recommendation(node: Node<'_>, around: &Fields<'_, '_>) -> Option<Recommendation> {
    let fields = Fields::of(node, around.diagnostics())?;
    let (id, of) = (fields.require_text("id"), fields.require_text("of"));
    let title = fields.require_text("title");
    let rules = names(&fields, "rules");
    let reason = fields.text("reason").map(Into::into);
    fields.finish();
    Some(Recommendation {
        id: id?.into(),
        of: of?.into(),
        title: title?.into(),
        rules,
        reason,
    })
}

fn names(fields: &Fields<'_, '_>, key: &'static str) -> Vec<Box<str>> {
    let texts = fields.texts(key).into_iter();
    texts.map(|(_, text)| text.into()).collect()
}

fn folded(fields: &Fields<'_, '_>, key: &'static str) -> Vec<Box<str>> {
    let texts = fields.texts(key).into_iter();
    texts
        .map(|(_, text)| text.to_ascii_lowercase().into())
        .collect()
}
