//! The words that keys of rule files may hold. The JSON Schema of rule files is made of the same tables.

use crate::diagnostic::{Deployed, Severity};
use crate::relation::LinkBy;
use crate::rules::definition::{
    Absent, Concern, MessagePart, Of, ParameterKind, RegionFact, Sees, WithoutWorkspace, WrittenAs,
};
use crate::rules::service::{ByDefault, Enough, Manager, OtherwiseState, Section};

/// `severity`, and the values of `profiles`.
pub const SEVERITIES: &[(&str, Severity)] = &[
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("info", Severity::Info),
];

/// `concern`.
pub const CONCERNS: &[(&str, Concern)] = &[
    ("zone", Concern::Zone),
    ("region", Concern::Region),
    ("protect", Concern::Protect),
    ("lifecycle", Concern::Lifecycle),
    ("valid", Concern::Valid),
    ("observe", Concern::Observe),
];

/// `withoutWorkspace`.
pub const WITHOUT_WORKSPACE: &[(&str, WithoutWorkspace)] = &[
    ("same", WithoutWorkspace::Same),
    ("lower", WithoutWorkspace::Lower),
    ("silent", WithoutWorkspace::Silent),
];

/// `sees`.
pub const SEES: &[(&str, Sees)] = &[("template", Sees::Template), ("folder", Sees::Folder)];

/// `deployed` of a fix.
pub const DEPLOYED: &[(&str, Deployed)] = &[
    ("in-place", Deployed::InPlace),
    ("cost", Deployed::Cost),
    ("irreversible", Deployed::Irreversible),
    ("migrate", Deployed::Migrate),
    ("recreate", Deployed::Recreate),
];

/// `of`.
pub const OF: &[(&str, Of)] = &[
    ("resource", Of::Resource),
    ("parent", Of::Parent),
    ("outer", Of::Outer),
    ("item", Of::Item),
];

/// `absent`.
pub const ABSENT: &[(&str, Absent)] = &[("pass", Absent::Pass), ("fail", Absent::Fail)];

/// `region` of a condition.
pub const REGION_FACTS: &[(&str, RegionFact)] = &[
    ("hasZones", RegionFact::HasZones),
    ("noZones", RegionFact::NoZones),
    ("hasPair", RegionFact::HasPair),
    ("noPair", RegionFact::NoPair),
    ("pairHasZones", RegionFact::PairHasZones),
    ("restricted", RegionFact::Restricted),
    ("listed", RegionFact::Listed),
];

/// `writtenAs`.
pub const WRITTEN_AS: &[(&str, WrittenAs)] = &[
    ("literal", WrittenAs::Literal),
    ("parameterDefault", WrittenAs::ParameterDefault),
    ("parameterValue", WrittenAs::ParameterValue),
    ("variable", WrittenAs::Variable),
    ("expression", WrittenAs::Expression),
];

/// `type` of a parameter.
pub const PARAMETER_TYPES: &[(&str, ParameterKind)] = &[
    (
        "int",
        ParameterKind::Integer {
            minimum: None,
            maximum: None,
        },
    ),
    ("bool", ParameterKind::Boolean),
    ("string", ParameterKind::String),
];

/// `expect` of an example: whether the rule is to be unknown.
pub const EXPECT: &[(&str, bool)] = &[("unknown", true)];

/// `by` of a relation.
pub const LINK_BY: &[(&str, LinkBy)] = &[
    ("id", LinkBy::Id),
    ("name", LinkBy::Name),
    ("host", LinkBy::Host),
];

/// The holes of a message beside paths and parameters.
pub const HOLES: &[(&str, MessagePart)] = &[
    ("name", MessagePart::Name),
    ("type", MessagePart::Type),
    ("location", MessagePart::Location),
    ("subject", MessagePart::Subject),
    ("parent.name", MessagePart::ParentName),
    ("item.name", MessagePart::ItemName),
    ("item.type", MessagePart::ItemType),
    ("value", MessagePart::Value),
    ("values", MessagePart::Values),
    ("number", MessagePart::Number),
    ("limit", MessagePart::Limit),
    ("retirement.date", MessagePart::RetirementDate),
    ("retirement.use", MessagePart::RetirementUse),
    ("workspaces", MessagePart::Workspaces),
];

/// `section` of a service.
pub const SECTIONS: &[(&str, Section)] = &[
    ("infrastructure", Section::Infrastructure),
    ("associated", Section::Associated),
    ("compute", Section::Compute),
    ("data", Section::Data),
    ("more", Section::More),
];

/// `managedBy` of a service.
pub const MANAGERS: &[(&str, Manager)] = &[
    ("microsoft", Manager::Microsoft),
    ("you", Manager::You),
    ("both", Manager::Both),
];

/// `byDefault` of a service.
pub const BY_DEFAULT: &[(&str, ByDefault)] = &[
    ("yes", ByDefault::Yes),
    ("zones", ByDefault::Zones),
    ("no", ByDefault::No),
    ("nothing", ByDefault::NotApplicable),
];

/// `state` where no rule applies; that something is survived only a rule shows.
pub const OTHERWISE_STATES: &[(&str, OtherwiseState)] = &[
    ("no", OtherwiseState::No),
    ("unknown", OtherwiseState::Unknown),
    ("not-applicable", OtherwiseState::NotApplicable),
];

/// `enough`: how many of the rules in `shownBy` that apply have to pass.
pub const ENOUGH: &[(&str, Enough)] = &[("all", Enough::All), ("one", Enough::One)];
