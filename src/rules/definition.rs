//! What a rule file says, read and checked; the words are those of the rule language.
//!
//! These types are written into tables when amllint is built, and read from files given with `--rules`.

use crate::diagnostic::{Deployed, Severity};
use crate::path::Path;
use serde::{Deserialize, Serialize};

/// A rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Two letters and three digits.
    pub code: Box<str>,
    /// The public handle.
    pub name: Box<str>,
    /// One line without the resource's name.
    pub title: Box<str>,
    /// What it selects by.
    pub concern: Concern,
    /// How grave, where a case does not say.
    pub severity: Severity,
    /// Whether it runs without being asked for.
    pub enabled: bool,
    /// Severities under profiles of the configuration.
    pub profiles: Vec<(Box<str>, Severity)>,
    /// Resource types it judges, folded to lower case; `microsoft.classiccompute/*` and `*` are patterns.
    pub resources: Vec<Box<str>>,
    /// Whether it applies to the resource.
    pub when: Option<Condition>,
    /// What is taken for granted.
    pub assume: Vec<Assumption>,
    /// Items to judge instead of the resource.
    pub each: Option<Source>,
    /// Which of them.
    pub each_where: Option<Condition>,
    /// Judge all resources of a set as one.
    pub together: Option<Together>,
    /// Tried in order; a rule without cases in its file has one.
    pub cases: Vec<Case>,
    /// Primary label instead of the computed one.
    pub point_at: Option<Path>,
    /// Values that the configuration may set.
    pub parameters: Vec<Parameter>,
    /// What becomes of it on a resource that no workspace reaches.
    pub without_workspace: WithoutWorkspace,
    /// Names of rules whose findings on the same resource are dropped when this one fires.
    pub supersedes: Vec<Box<str>>,
}

/// Another handle of a rule: selecting it selects the rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    /// Its own code.
    pub code: Box<str>,
    /// Its own name.
    pub name: Box<str>,
    /// One line.
    pub title: Box<str>,
    /// Name of the rule it selects.
    pub alias_of: Box<str>,
}

/// What a rule selects by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Concern {
    /// Survive the loss of a zone.
    Zone,
    /// Survive the loss of a region.
    Region,
    /// Survive a mistaken delete.
    Protect,
    /// Retired or retiring.
    Lifecycle,
    /// Rejected by the platform, or without effect.
    Valid,
    /// See what happens.
    Observe,
}

impl Concern {
    /// The word it is selected by.
    pub fn word(self) -> &'static str {
        match self {
            Concern::Zone => "zone",
            Concern::Region => "region",
            Concern::Protect => "protect",
            Concern::Lifecycle => "lifecycle",
            Concern::Valid => "valid",
            Concern::Observe => "observe",
        }
    }
}

/// What becomes of a rule on a resource that no workspace of the root reaches, where the root holds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WithoutWorkspace {
    /// Nothing.
    Same,
    /// One step milder.
    Lower,
    /// It is silent.
    Silent,
}

/// Something taken for granted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assumption {
    /// Known to fail: the rule does not apply. Unknown: judged on.
    pub condition: Condition,
    /// "the region has availability zones".
    pub say: Box<str>,
}

/// Judge all resources for which `when` holds as one set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// What the set is called in messages.
    pub say: Box<str>,
    /// What its members share.
    pub by: Option<TogetherBy>,
}

/// What the members of a set share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TogetherBy {
    /// The value of a path.
    Path(Path),
    /// The declaration: the copies of one loop.
    Declaration,
}

/// One way for a rule to fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// About the item where there is one, else about the resource.
    pub when: Option<Condition>,
    /// What is taken for granted, beside what the rule takes for granted.
    pub assume: Vec<Assumption>,
    /// What must, or must not, hold.
    pub demand: Demand,
    /// How grave.
    pub severity: Severity,
    /// What it is about.
    pub concern: Concern,
    /// What becomes of it on a resource that no workspace reaches.
    pub without_workspace: WithoutWorkspace,
    /// What to say.
    pub message: Message,
    /// What to do.
    pub help: Option<Message>,
    /// How to repair it.
    pub fix: Option<Fix>,
}

/// What must or must not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Demand {
    /// Must hold.
    Require(Condition),
    /// Must not hold.
    Forbid(Condition),
}

/// A condition; three outcomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// All of them.
    AllOf(Vec<Condition>),
    /// At least one of them.
    AnyOf(Vec<Condition>),
    /// Not it.
    Not(Box<Condition>),
    /// Tests of one subject, all of which must hold.
    Test {
        /// What is tested.
        subject: Subject,
        /// The tests.
        tests: Vec<Test>,
        /// What an absent subject means.
        absent: Absent,
    },
    /// Every item of the source for which `filter` holds meets `require`.
    Each {
        /// The items.
        source: Source,
        /// Which of them.
        filter: Option<Box<Condition>>,
        /// What they must meet.
        require: Box<Condition>,
    },
    /// Some item of the source meets `filter`, or is there at all.
    Any {
        /// The items.
        source: Source,
        /// What it must meet.
        filter: Option<Box<Condition>>,
    },
    /// Two values of the path (which has `[*]`) are never equal.
    Unique(Path),
}

/// What an absent subject means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Absent {
    /// The outcome is unknown.
    Unknown,
    /// The test passes.
    Pass,
    /// The test fails.
    Fail,
    /// The API gives it this value.
    Default(Literal),
}

/// What is tested.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Subject {
    /// The first of these paths that is present.
    Path {
        /// The paths; one, usually.
        paths: Vec<Path>,
        /// Where they start, if not where they say.
        of: Option<Of>,
    },
    /// A value the API spells in several ways.
    Alias {
        /// Its name in `rules/data/aliases.yaml`.
        name: Box<str>,
        /// What it is asked of, if not the item or resource at hand.
        of: Option<Of>,
    },
    /// How many items there are.
    Count {
        /// The items.
        source: Source,
        /// Which of them.
        filter: Option<Box<Condition>>,
        /// Count different values of this path instead.
        distinct: Option<Path>,
    },
    /// A sum, least or greatest value over items.
    Aggregate {
        /// Which.
        kind: AggregateKind,
        /// The items.
        source: Source,
        /// Which of them.
        filter: Option<Box<Condition>>,
        /// What of each item.
        value: Box<Subject>,
        /// What no items give (`min` and `max`).
        default: Option<Literal>,
    },
}

/// Which number over items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AggregateKind {
    /// All added.
    Sum,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
}

/// Where a path or source starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Of {
    /// The resource judged.
    Resource,
    /// Its parent; of an extension resource what it extends.
    Parent,
    /// The item outside the item at hand.
    Outer,
    /// The outermost item: the one that a rule with `each` judges.
    Item,
}

/// Items to walk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Which.
    pub kind: SourceKind,
    /// Where it starts, if not at the item, or the resource in which the item stands.
    pub of: Option<Of>,
}

/// Which items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SourceKind {
    /// Elements or properties: a path with `[*]`.
    Path(Path),
    /// A list alias of `rules/data/aliases.yaml`.
    Alias(Box<str>),
    /// Children by type segment.
    Children(Vec<Box<str>>),
    /// Extension resources of a type.
    Extensions {
        /// Full type.
        resource_type: Box<str>,
        /// Also those of what contains the resource.
        inherited: bool,
    },
    /// What the resource points to, by role.
    Links(Vec<Box<str>>),
    /// What points to the resource, by role.
    LinkedFrom(Vec<Box<str>>),
    /// Other resources of these types in the run.
    Resources(Vec<Box<str>>),
    /// The set of `together`.
    Group,
}

/// A test of one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// `exists: true` or `false`.
    Exists(bool),
    /// `empty: true` or `false`.
    Empty(bool),
    /// `equals`.
    Equals(Operand),
    /// `notEquals`.
    NotEquals(Operand),
    /// `in`.
    In(Vec<Operand>),
    /// `notIn`.
    NotIn(Vec<Operand>),
    /// `like`: `*` stands for anything.
    Like(Box<str>),
    /// `matches`: a regular expression over the whole string, folded.
    Matches(Box<str>),
    /// `contains`: an element.
    Contains(Operand),
    /// `less`, `lessOrEquals`, `greater`, `greaterOrEquals`.
    Compare(Comparison, Operand),
    /// A fact of the region the value names.
    Region(RegionFact),
    /// Retired at the date of the run, by this table.
    Retired(Box<str>),
    /// To be retired after the date of the run, by this table.
    Retiring(Box<str>),
    /// How the value was written.
    WrittenAs(WrittenAs),
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// `less`.
    Less,
    /// `lessOrEquals`.
    LessOrEquals,
    /// `greater`.
    Greater,
    /// `greaterOrEquals`.
    GreaterOrEquals,
}

/// A fact about a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RegionFact {
    /// It has availability zones.
    HasZones,
    /// It has none.
    NoZones,
    /// It has a pair.
    HasPair,
    /// It has none.
    NoPair,
    /// It has a pair that has availability zones.
    PairHasZones,
    /// Access to it is restricted.
    Restricted,
    /// It is in the data.
    Listed,
}

/// How a value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WrittenAs {
    /// As a literal where it stands.
    Literal,
    /// As the default of a parameter.
    ParameterDefault,
    /// As a parameter's value.
    ParameterValue,
    /// As a variable.
    Variable,
    /// As any other expression.
    Expression,
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Operand {
    /// A value.
    Literal(Literal),
    /// Another value of the resource or item.
    Subject {
        /// Which.
        subject: Box<Subject>,
        /// The API's default when it is absent.
        default: Option<Literal>,
    },
    /// A parameter of the rule.
    Parameter(Box<str>),
    /// The pair of the region that this path names.
    PairOf(Path),
    /// A date so many days after that of the run.
    DaysFromToday(i64),
}

/// A literal of a rule file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Literal {
    /// `null`.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text, dates and API versions included.
    String(Box<str>),
    /// Values.
    Array(Vec<Literal>),
    /// Names and values.
    Object(Vec<(Box<str>, Literal)>),
}

impl Literal {
    /// The parameter of the rule for which it stands in what is to be written.
    pub fn as_parameter(&self) -> Option<&str> {
        let Literal::Object(members) = self else {
            return None;
        };
        match members.as_slice() {
            [(key, Literal::String(name))] if **key == *PARAMETER => Some(name),
            [] | [_, ..] => None,
        }
    }
}

impl std::fmt::Display for Literal {
    /// As people write it in a sentence.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Literal::Null => formatter.write_str("null"),
            Literal::Boolean(value) => write!(formatter, "{value}"),
            Literal::Integer(value) => write!(formatter, "{value}"),
            Literal::Float(value) => write!(formatter, "{value}"),
            Literal::String(text) => formatter.write_str(text),
            Literal::Array(elements) => {
                let elements: Vec<_> = elements.iter().map(Literal::to_string).collect();
                write!(formatter, "[{}]", elements.join(", "))
            }
            Literal::Object(members) => {
                let members = members.iter();
                let members: Vec<_> = members
                    .map(|(name, value)| format!("{name}: {value}"))
                    .collect();
                write!(formatter, "{{ {} }}", members.join(", "))
            }
        }
    }
}

/// A text with holes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message(pub Vec<MessagePart>);

/// A piece of a [`Message`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MessagePart {
    /// As it is.
    Text(Box<str>),
    /// `{name}`: last segment of the resource's name.
    Name,
    /// `{type}`.
    Type,
    /// `{location}`.
    Location,
    /// `{subject}`: what the resource is, with its name: "storage account `x`".
    Subject,
    /// `{parent.name}`.
    ParentName,
    /// `{item.name}`.
    ItemName,
    /// `{item.type}`.
    ItemType,
    /// `{value}`: at the place blamed.
    Value,
    /// `{values}`: the distinct ones.
    Values,
    /// `{number}`: what was counted.
    Number,
    /// `{limit}`: what it was compared with.
    Limit,
    /// `{$.path}` or `{.path}`.
    Path(Path),
    /// `{pairOf $.location}`: the pair of the region that the path names.
    PairOf(Path),
    /// `{parameter.x}`.
    Parameter(Box<str>),
    /// `{retirement.date}`.
    RetirementDate,
    /// `{retirement.use}`.
    RetirementUse,
    /// `{workspaces}`: names of the workspaces that reach the resource.
    Workspaces,
}

impl std::fmt::Display for Message {
    /// As the rule file has it, holes included.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in &self.0 {
            match part {
                MessagePart::Text(text) => formatter.write_str(text),
                MessagePart::Name => formatter.write_str("{name}"),
                MessagePart::Type => formatter.write_str("{type}"),
                MessagePart::Location => formatter.write_str("{location}"),
                MessagePart::Subject => formatter.write_str("{subject}"),
                MessagePart::ParentName => formatter.write_str("{parent.name}"),
                MessagePart::ItemName => formatter.write_str("{item.name}"),
                MessagePart::ItemType => formatter.write_str("{item.type}"),
                MessagePart::Value => formatter.write_str("{value}"),
                MessagePart::Values => formatter.write_str("{values}"),
                MessagePart::Number => formatter.write_str("{number}"),
                MessagePart::Limit => formatter.write_str("{limit}"),
                MessagePart::Path(path) => write!(formatter, "{{{path}}}"),
                MessagePart::PairOf(path) => write!(formatter, "{{pairOf {path}}}"),
                MessagePart::Parameter(name) => write!(formatter, "{{parameter.{name}}}"),
                MessagePart::RetirementDate => formatter.write_str("{retirement.date}"),
                MessagePart::RetirementUse => formatter.write_str("{retirement.use}"),
                MessagePart::Workspaces => formatter.write_str("{workspaces}"),
            }?;
        }
        Ok(())
    }
}

/// A value that the configuration may set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: Box<str>,
    /// Its type and bounds.
    pub kind: ParameterKind,
    /// What it is when nobody sets it.
    pub default: Literal,
    /// What it means, in a line.
    pub describe: Option<Box<str>>,
}

/// The type of a rule's parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ParameterKind {
    /// A whole number within bounds.
    Integer {
        /// The least.
        minimum: Option<i64>,
        /// The greatest.
        maximum: Option<i64>,
    },
    /// A truth value.
    Boolean,
    /// A text.
    String,
}

/// A value that the API spells in several ways, for resources of one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueAlias {
    /// Resource type, folded.
    pub resource_type: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// The first entry that is present counts; of a list alias all count.
    pub entries: Vec<ValueAliasEntry>,
}

/// One way in which the API spells an aliased value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueAliasEntry {
    /// Whether it counts.
    pub when: Option<Condition>,
    /// The child in whose body it is; else it is in the resource's own.
    pub child: Option<AliasChild>,
    /// Where or what the value is.
    pub value: ValueAliasSource,
    /// What it is when absent there.
    pub default: Option<Literal>,
}

/// A child of the resource an alias is asked of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AliasChild {
    /// Last segment of its type.
    pub segment: Box<str>,
    /// Its name, if not any will do.
    pub name: Option<Box<str>>,
}

/// Where or what an aliased value is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ValueAliasSource {
    /// The value of a path.
    Take(Path),
    /// This value.
    Is(Literal),
    /// Each value of a path with `[*]`.
    Items(Path),
}

/// What a value is replaced by.
pub type ValueMap = Vec<(Box<str>, Literal)>;

/// What rules share: everything of `rules/data` but relations and guidance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SharedData {
    /// Named lists of values.
    pub lists: Vec<(Box<str>, Vec<Literal>)>,
    /// Named maps from value to value.
    pub maps: Vec<(Box<str>, ValueMap)>,
    /// Values that the API spells in several ways.
    pub aliases: Vec<ValueAlias>,
}

/// What a rule file says for people, and how it is tested.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Documentation {
    /// Resource types it judges, as the rule file spells them.
    pub resources: Vec<Box<str>>,
    /// Markdown.
    pub why: Box<str>,
    /// Where its facts come from.
    pub sources: Vec<Citation>,
    /// Templates and what is found in them.
    pub examples: Vec<Example>,
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// The title of a page, or `APRL` and the id of a recommendation.
    pub title: Box<str>,
    /// Its address, if it is a page.
    pub url: Option<Box<str>>,
    /// The day on which it said so.
    pub date: Box<str>,
}

/// A template and what is found in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// What it shows.
    pub title: Box<str>,
    /// The template in each language in which it is written; at least one.
    pub templates: Vec<ExampleTemplate>,
    /// The date of the run.
    pub as_of: Option<Box<str>>,
    /// The region of the resource group.
    pub region: Option<Box<str>>,
    /// Whether the rule is to be unknown rather than silent where nothing is expected.
    pub expect_unknown: bool,
    /// Names of other rules that find something, too.
    pub also_reports: Vec<Box<str>>,
}

/// The template of an example in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExampleTemplate {
    /// What its main file is written in.
    pub language: Language,
    /// Its files, the main one first: name and text.
    pub files: Vec<(Box<str>, Box<str>)>,
}

/// What a template is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// A template of Azure Resource Manager as it is deployed.
    Json,
    /// What compiles to it.
    Bicep,
}

impl Language {
    /// Both, in the order in which examples have them.
    pub const ALL: [Language; 2] = [Language::Json, Language::Bicep];

    /// The language of a file, by the ending of its name.
    pub fn of(file_name: &str) -> Language {
        let ending = file_name.rsplit('.').next().unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "bicep" | "bicepparam" => Language::Bicep,
            _ => Language::Json,
        }
    }

    /// The key of a rule file, and the name of the language after the fences of Markdown.
    pub fn word(self) -> &'static str {
        match self {
            Language::Json => "json",
            Language::Bicep => "bicep",
        }
    }

    /// As people write it.
    pub fn title(self) -> &'static str {
        match self {
            Language::Json => "JSON",
            Language::Bicep => "Bicep",
        }
    }
}

/// How to repair a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// What to change.
    pub change: Change,
    /// What that means for a resource that exists.
    pub deployed: Deployed,
    /// Names of rules that had nothing to judge before, and may find something after it.
    pub reveals: Vec<Box<str>>,
}

/// The key that in the body of a child stands for the pair of a region.
pub const PAIR_OF: &str = "pairOf";

/// The key that in what is written stands for the value of a parameter of the rule.
pub const PARAMETER: &str = "parameter";

/// What a fix changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// Set a property.
    Set {
        /// Which.
        path: Path,
        /// To what; `{ parameter: <name> }` stands for the value of a parameter of the rule.
        to: Literal,
    },
    /// Replace a value by what a named map gives for it.
    Map {
        /// Which.
        path: Path,
        /// The map's name.
        map: Box<str>,
        /// What it says.
        values: ValueMap,
    },
    /// Remove a property.
    Remove(Path),
    /// Add a child resource.
    AddChild {
        /// Full type.
        resource_type: Box<str>,
        /// Name, with holes.
        named: Message,
        /// The earliest API version that knows it; else that of the parent will do.
        api_version: Option<Box<str>>,
        /// Its body; `{ pairOf: <path> }` in it stands for the pair of a region.
        body: Literal,
    },
}
