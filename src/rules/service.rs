//! The services a workspace stands on, as `rules/data/posture.yaml` lists them, and the recommendations of others, as
//! `rules/data/recommendations.yaml` does: data only. Which resource a row of the posture report speaks of and which rules decide it
//! is said here, not in Rust.

use crate::path::Path;
use crate::rules::definition::Citation;
use serde::{Deserialize, Serialize};

/// A row of the posture report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// The handle, `default-storage`.
    pub name: Box<str>,
    /// What people call it.
    pub title: Box<str>,
    /// The part of the table it stands in.
    pub section: Section,
    /// Who has to see to its availability.
    pub managed_by: Manager,
    /// Whether it is highly available without doing anything.
    pub by_default: ByDefault,
    /// The row of Microsoft's article that speaks of it.
    pub article: Option<Box<str>>,
    /// Kinds of workspaces that have it, folded; any if there are none.
    pub kinds: Vec<Box<str>>,
    /// A value of the workspace by which it has it: one of those listed.
    pub when: Option<(Path, Vec<Box<str>>)>,
    /// Whether a project takes it from its hub.
    pub inherited: bool,
    /// Ways from the workspace to the resource; none if it is the workspace itself.
    pub find: Vec<Vec<Step>>,
    /// Whether the loss of a zone is survived.
    pub zone: Column,
    /// Whether the loss of a region is survived.
    pub region: Column,
    /// Whether a mistaken delete can be undone.
    pub recovery: Column,
    /// Names of other rules that speak of it.
    pub related: Vec<Box<str>>,
    /// What holds today, a few sentences.
    pub note: Option<Box<str>>,
    /// Where that comes from.
    pub sources: Vec<Citation>,
}

impl Service {
    /// Names of the rules that decide it.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        let columns = [&self.zone, &self.region, &self.recovery].into_iter();
        columns.flat_map(Column::rules)
    }
}

/// A part of the posture table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Section {
    /// Azure Machine Learning itself.
    Infrastructure,
    /// What is made with the workspace.
    Associated,
    /// What jobs and endpoints run on.
    Compute,
    /// What datastores point to.
    Data,
    /// What came after the article.
    More,
}

impl Section {
    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Section::Infrastructure => "Azure Machine Learning infrastructure",
            Section::Associated => "Associated resources",
            Section::Compute => "Compute resources",
            Section::Data => "Additional data stores",
            Section::More => "Further services",
        }
    }
}

/// Who has to see to availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Manager {
    /// Microsoft.
    Microsoft,
    /// The owner of the subscription.
    You,
    /// Each for a part.
    Both,
}

impl Manager {
    /// As it is printed.
    pub fn word(self) -> &'static str {
        match self {
            Manager::Microsoft => "Microsoft",
            Manager::You => "you",
            Manager::Both => "both",
        }
    }
}

/// Whether a service is highly available without doing anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ByDefault {
    /// It is.
    Yes,
    /// Within its region, where that has availability zones.
    Zones,
    /// It is not.
    No,
    /// There is nothing to configure.
    NotApplicable,
}

impl ByDefault {
    /// As it is printed.
    pub fn word(self) -> &'static str {
        match self {
            ByDefault::Yes => "yes",
            ByDefault::Zones => "zones",
            ByDefault::No => "no",
            ByDefault::NotApplicable => "not applicable",
        }
    }
}

/// A step from a resource to others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Where to.
    pub to: StepTo,
    /// A value of what is reached: one of those listed, folded.
    pub when: Option<(Path, Vec<Box<str>>)>,
    /// Resource types that count, folded; any if there are none.
    pub types: Vec<Box<str>>,
}

/// Where a [`Step`] leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StepTo {
    /// What the resource refers to in one of these roles.
    Links(Vec<Box<str>>),
    /// What refers to the resource in one of these roles.
    LinkedFrom(Vec<Box<str>>),
    /// Its children of one of these type segments.
    Children(Vec<Box<str>>),
    /// Resources of one of these types, folded, wherever they are in the deployment.
    Resources(Vec<Box<str>>),
}

/// How one column of a row is decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Names of rules whose pass shows that the loss is survived, and whose fault that it is not.
    pub shown_by: Vec<Box<str>>,
    /// How many of those that apply have to pass.
    pub enough: Enough,
    /// Names of rules whose fault shows that the loss is not survived; their pass shows nothing. A fault that is milder than the
    /// rule usually is, is advice, and shows nothing.
    pub denied_by: Vec<Box<str>>,
    /// Names of rules whose fault shows it where none of the others applies.
    pub else_denied_by: Vec<Box<str>>,
    /// What holds where none of these rules says anything.
    pub otherwise: Option<Otherwise>,
}

impl Column {
    /// Names of the rules that decide it.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        let rules = self.shown_by.iter().chain(&self.denied_by);
        rules.chain(&self.else_denied_by).map(|name| &**name)
    }
}

/// How many rules have to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Enough {
    /// All that apply.
    #[default]
    All,
    /// One.
    One,
}

/// What holds where no rule applies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Otherwise {
    /// Never that the loss is survived: only a rule can show that.
    pub state: OtherwiseState,
    /// Why.
    pub because: Box<str>,
    /// What to do.
    pub help: Option<Box<str>>,
}

/// What may hold where no rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OtherwiseState {
    /// The loss is not survived.
    No,
    /// Nobody knows before deployment, or it is not documented.
    Unknown,
    /// There is nothing that decides it.
    NotApplicable,
}

/// A recommendation that somebody else makes for these services.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The first eight digits of its id in the Azure Proactive Resiliency Library.
    pub id: Box<str>,
    /// The resource type it is about.
    pub of: Box<str>,
    /// What it is about, in our words.
    pub title: Box<str>,
    /// Names of rules that cover it, beside those that cite it.
    pub rules: Vec<Box<str>>,
    /// Why no rule does, or what they leave out.
    pub reason: Option<Box<str>>,
}
