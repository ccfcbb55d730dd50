//! What a workspace and the services it stands on survive: the table of Microsoft's article, filled in from a template.
//!
//! ```text
//! graph + judgements + rules/data/posture.yaml
//!   find           which resource a row speaks of
//!   cell           zone, region, recovery: yes, no, unknown, external, not applicable, and the rules behind it
//!   dependencies   the workspace and what it depends on, to be drawn
//! ```
//!
//! Pure: a graph and what the rules say of it go in, plain data comes out. That a loss is survived is said only where a rule that
//! decides it passed.

mod cell;
mod dependencies;
mod find;

pub use cell::{Cell, Decision, State, Verdict};
pub use dependencies::{Dependencies, Edge, Node, NodeKind, Reference};
pub use find::{Found, Place};

use crate::diagnostic::Severity;
use crate::evaluate::Presence;
use crate::graph::{ResourceGraph, ResourceIndex, WORKSPACE};
use crate::rules::judge::Judgement;
use crate::rules::message::short;
use crate::rules::rule_set::RuleSet;
use crate::rules::service::Service;
use crate::source::Span;
use rustc_hash::FxHashMap;

/// A workspace and what it survives.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Its name, or the expression that makes it.
    pub name: String,
    /// `Default`, `Hub`, `Project`, `FeatureStore`; `None` if that is not seen.
    pub kind: Option<String>,
    /// Its region, or the expression that names it.
    pub location: String,
    /// Where it stands.
    pub place: Span,
    /// Whether it exists already, so that only what is added to it is seen.
    pub existing: bool,
    /// How often it is declared: the rounds of a loop.
    pub times: usize,
    /// A row for each service, or each resource of a service where there are several, in the order of the table.
    pub rows: Vec<Row>,
    /// What it depends on.
    pub dependencies: Dependencies,
}

/// A row of the table.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Position of the service in the table.
    pub service: usize,
    /// The resource.
    pub found: Found,
    /// The resources in between, as people call them: "compute `aks`".
    pub via: Vec<String>,
    /// Whether the loss of a zone is survived.
    pub zone: Cell,
    /// Whether the loss of a region is survived.
    pub region: Cell,
    /// Whether a mistaken delete can be undone.
    pub recovery: Cell,
    /// What to do first.
    pub first_step: Option<String>,
    /// Faults of other rules that speak of it: it is retired, or would be rejected.
    pub also: Vec<Decision>,
    /// Position of the row whose resource leads to it, if that is not the workspace.
    pub behind: Option<usize>,
    /// How many resources of this name and place it speaks of: the rounds of a loop.
    pub times: usize,
}

impl Row {
    /// The three cells with the names of their columns.
    pub fn cells(&self) -> [(&'static str, &Cell); 3] {
        [
            ("zone", &self.zone),
            ("region", &self.region),
            ("recovery", &self.recovery),
        ]
    }

    /// Whether the workspace has nothing of this kind, and nothing is to be said of that.
    pub fn is_idle(&self) -> bool {
        self.found == Found::Nothing
            && self
                .cells()
                .iter()
                .all(|(_, cell)| cell.state == State::NotApplicable)
    }

    /// Whether what the workspace has of this kind is not seen, not even its name.
    pub fn is_unseen(&self) -> bool {
        matches!(self.found, Found::External { behind: true, .. })
            && self
                .cells()
                .iter()
                .all(|(_, cell)| cell.state == State::External)
    }
}

/// Everything that a posture is made of.
struct Bench<'a> {
    graph: &'a ResourceGraph,
    judgements: &'a [Judgement],
    rules: &'a RuleSet,
    services: &'a [Service],
    /// Positions of rules by their names.
    by_name: FxHashMap<&'a str, usize>,
    /// Positions of judgements by rule and resource.
    by_resource: FxHashMap<(usize, ResourceIndex), Vec<usize>>,
}

/// The posture of every workspace of a deployment, in the order of declaration.
pub fn workspaces(
    graph: &ResourceGraph,
    judgements: &[Judgement],
    rules: &RuleSet,
    services: &[Service],
) -> Vec<Workspace> {
    let names = rules.rules().iter().enumerate();
    let by_name = names.map(|(position, rule)| (&*rule.name, position));
    let mut by_resource: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    for (position, judgement) in judgements.iter().enumerate() {
        for resource in std::iter::once(&judgement.resource).chain(&judgement.others) {
            let key = (judgement.rule, *resource);
            by_resource.entry(key).or_default().push(position);
        }
    }
    let bench = Bench {
        graph,
        judgements,
        rules,
        services,
        by_name: by_name.collect(),
        by_resource,
    };
    let described = bench.described().into_iter();
    described
        .map(|(index, times)| Workspace {
            times,
            ..bench.workspace(index)
        })
        .collect()
}

impl Bench<'_> {
    /// The workspaces and how often each is declared. Declarations of the same name at the same place are one workspace, and one that
    /// exists already counts only where nothing else speaks of it.
    fn described(&self) -> Vec<(ResourceIndex, usize)> {
        let mut all = self.graph.of_type(WORKSPACE).to_vec();
        all.sort_by_key(|index| self.graph.resource(*index).existing);
        let mut described: Vec<(ResourceIndex, usize)> = Vec::new();
        let mut known: FxHashMap<String, usize> = FxHashMap::default();
        for index in all {
            match known.get(&self.graph.identity(index)) {
                None => {
                    known.insert(self.graph.identity(index), described.len());
                    described.push((index, 1));
                }
                Some(_) if self.graph.resource(index).existing => {}
                Some(position) => described[*position].1 += 1,
            }
        }
        described.sort();
        described
    }

    fn workspace(&self, index: ResourceIndex) -> Workspace {
        let resource = self.graph.resource(index);
        let text = |name: &str| {
            let value = self.graph.property(index, name);
            value.filter(|value| !value.is_null()).as_ref().map(short)
        };
        let kind = match resource.existing {
            true => None,
            false => Some(text("kind").unwrap_or_else(|| "Default".to_owned())),
        };
        let services = self.services.iter().enumerate();
        let rows = services
            .filter(|(_, service)| self.has(index, kind.as_deref(), service))
            .flat_map(|(position, service)| self.rows(index, position, service));
        let (mut rows, places) = once(rows);
        for (row, place) in rows.iter_mut().zip(&places) {
            let before = place.via.last().copied();
            let leads = |other: &Place| before.is_some() && other.resource == before;
            row.behind = places.iter().position(leads);
        }
        Workspace {
            name: short(resource.name()),
            location: text("location").unwrap_or_else(|| "an unknown region".to_owned()),
            place: resource.type_span,
            existing: resource.existing,
            times: 1,
            rows,
            dependencies: dependencies::of(self.graph, index),
            kind,
        }
    }

    /// Whether a workspace of this kind has the service at all.
    fn has(&self, index: ResourceIndex, kind: Option<&str>, service: &Service) -> bool {
        let is_it = |one: &str| kind.is_some_and(|kind| one.eq_ignore_ascii_case(kind));
        let of_kind = service.kinds.is_empty() || service.kinds.iter().any(|one| is_it(one));
        let when = service.when.as_ref();
        let holds = when.map(|when| find::holds(self.graph, index, when));
        // Of a workspace that exists already nobody sees the value.
        let holds = match holds {
            None => true,
            Some(Some(holds)) => holds,
            Some(None) => !self.graph.resource(index).existing,
        };
        of_kind && holds
    }

    fn rows(
        &self,
        workspace: ResourceIndex,
        position: usize,
        service: &Service,
    ) -> Vec<(Row, Place)> {
        let places = find::find(self.graph, workspace, service);
        let row = |place: Place| {
            let own = self.own(workspace, &place);
            let mut subjects = own.clone();
            subjects.extend([workspace].into_iter().chain(place.owner));
            let cell = |column| self.cell(column, &place.found, &subjects);
            let mut row = Row {
                service: position,
                zone: cell(&service.zone),
                region: cell(&service.region),
                recovery: cell(&service.recovery),
                via: self.words(workspace, &place),
                found: place.found.clone(),
                first_step: None,
                also: self.faults(&service.related, &own),
                behind: None,
                times: 1,
            };
            row.first_step = first_step(&row);
            (row, place)
        };
        places.into_iter().map(row).collect()
    }

    /// The resources that a row speaks of: the resource with all that lies below it, and what is between it and the workspace. Their
    /// judgements count, and those of the workspace.
    fn own(&self, workspace: ResourceIndex, place: &Place) -> Vec<ResourceIndex> {
        let ends = place.via.iter().chain(&place.resource);
        let whole = ends.flat_map(|one| match *one == workspace {
            true => vec![*one],
            false => self.graph.whole(*one),
        });
        let mut own: Vec<_> = whole.collect();
        own.sort();
        own.dedup();
        own
    }

    fn words(&self, workspace: ResourceIndex, place: &Place) -> Vec<String> {
        let between = place.via.iter().filter(|one| **one != workspace);
        let words =
            |one: &ResourceIndex| crate::rules::message::words_for(self.graph.resource(*one));
        let mut words: Vec<_> = between.map(words).collect();
        if let Some(owner) = place.owner {
            words.insert(
                0,
                format!("hub `{}`", short(self.graph.resource(owner).name())),
            );
        }
        words.dedup();
        words
    }
}

/// Rows of the same place that say the same are one.
fn once(rows: impl Iterator<Item = (Row, Place)>) -> (Vec<Row>, Vec<Place>) {
    let (mut kept, mut places): (Vec<Row>, Vec<Place>) = (Vec::new(), Vec::new());
    let mut last_at: FxHashMap<(usize, Option<Span>), usize> = FxHashMap::default();
    for (row, place) in rows {
        let key = (row.service, row.found.place());
        let last = last_at.get(&key).copied();
        let is_same = |last: &usize| {
            Row {
                times: 1,
                ..kept[*last].clone()
            } == row
        };
        match last.filter(is_same) {
            Some(last) => kept[last].times += 1,
            None => {
                last_at.insert(key, kept.len());
                kept.push(row);
                places.push(place);
            }
        }
    }
    (kept, places)
}

/// What to do about the gravest fault, of equally grave ones the first; else about what is unknown.
fn first_step(row: &Row) -> Option<String> {
    let in_cells = |state| {
        let cells = row.cells().into_iter().map(|(_, cell)| cell);
        cells.filter(move |cell| cell.state == state)
    };
    let faults = in_cells(State::No).flat_map(|cell| &cell.rules);
    let faults = faults.filter(|one| one.verdict == Verdict::Fail && one.help.is_some());
    let grave = |one: &&Decision| std::cmp::Reverse(one.severity.unwrap_or(Severity::Info));
    if let Some(fault) = faults.min_by_key(grave) {
        return fault.help.clone();
    }
    let of_cells = || row.cells().into_iter().map(|(_, cell)| cell);
    if in_cells(State::External).next().is_some() {
        return Some("look at the template that declares it".to_owned());
    }
    if let Some(help) = of_cells().find_map(|cell| cell.help.clone()) {
        return Some(help);
    }
    let mut unknown = in_cells(State::Unknown).flat_map(|cell| &cell.rules);
    let unknown = unknown.find(|one| one.verdict == Verdict::Unknown);
    let reason = unknown.and_then(|one| one.message.as_deref())?;
    // What is known only when the template is deployed, nobody can give.
    let advice = if reason.contains("().location") {
        "name the region with `--location`"
    } else if reason.contains("could not be read") {
        "make the modules readable: `bicep restore` fetches those of registries"
    } else if reason.contains("parameters('") {
        "give the parameter with a parameter file or `--param`"
    } else {
        return None;
    };
    Some(advice.to_owned())
}

/// How often a resource is there, as a remark; none if it surely is.
pub fn remark(presence: Presence) -> Option<&'static str> {
    match presence {
        Presence::Certain => None,
        Presence::Conditional => Some("if its condition holds"),
        Presence::Repeated => Some("as often as its loop runs"),
    }
}
