//! The codes of the rules: each number is a rule, or it is known what else it is.

use amllint::rules::catalogue::Catalogue;

/// What a code stands for that is no rule.
#[derive(Debug)]
enum Kind {
    /// Another handle of the rule with this code.
    Alias(&'static str),
    /// A relation: the rules of what this role leads to say it.
    Relation(&'static str),
    /// Something that only the table of what survives what says.
    PostureNote,
    /// Kept free: what it was for is not certain, or not worth a finding.
    Reserved,
}

use Kind::{Alias, PostureNote, Relation, Reserved};

/// How far the codes of each service go.
const HIGHEST: &[(&str, u32)] = &[
    ("AI", 6),
    ("AK", 21),
    ("CI", 10),
    ("CN", 4),
    ("CO", 11),
    ("CP", 14),
    ("CR", 12),
    ("DB", 6),
    ("DL", 2),
    ("DS", 8),
    ("EP", 12),
    ("HD", 9),
    ("KV", 5),
    ("LA", 7),
    ("MY", 9),
    ("NW", 6),
    ("OA", 5),
    ("OP", 5),
    ("PG", 10),
    ("RE", 8),
    ("RG", 6),
    ("SQ", 13),
    ("SR", 5),
    ("ST", 22),
    ("WS", 17),
];

/// The codes that are no rules.
const NO_RULES: &[(&str, Kind)] = &[
    // Application Insights has no availability that a template chooses.
    ("AI006", PostureNote),
    // How many nodes more an upgrade has; its default is good enough.
    ("AK021", Reserved),
    ("CI010", Relation("container-storage")),
    // One region and backups in it: two rules say it, together no copy survives the region.
    ("CO011", PostureNote),
    ("CR006", Alias("RE001")),
    // Locks and logs, of which OP001 and OP002 speak.
    ("CR012", PostureNote),
    ("DS003", Relation("datastore-account")),
    ("EP007", Alias("WS017")),
    ("HD007", Relation("hdinsight-storage")),
    ("KV005", Alias("OP002")),
    ("OA005", Alias("OP002")),
    // Names that change with each deployment.
    ("OP005", Reserved),
    ("RG006", Relation("registry-storage")),
    // Locks and logs, of which OP001 and OP002 speak.
    ("SQ013", PostureNote),
    ("SR004", Alias("RE001")),
    // Locks and logs, of which OP001 and OP002 speak.
    ("SR005", PostureNote),
    ("ST002", Alias("ST001")),
    ("ST018", Alias("OP001")),
    ("ST019", Alias("OP002")),
    ("ST020", Alias("NW003")),
    // Large file shares may be geo-redundant by now.
    ("ST021", Reserved),
    ("WS016", Alias("AI003")),
];

#[test]
fn every_number_is_a_rule_or_known_to_be_something_else() {
    let catalogue = Catalogue::built_in();
    let is_rule = |code: &str| catalogue.all().any(|(_, rule)| *rule.code == *code);
    let is_known = |code: &str| NO_RULES.iter().any(|(known, _)| *known == code);
    for (prefix, highest) in HIGHEST {
        for number in 1..=*highest {
            let code = format!("{prefix}{number:03}");
            assert!(is_rule(&code) != is_known(&code), "{code}");
        }
    }
}

#[test]
fn no_code_lies_beyond_the_numbers() {
    let catalogue = Catalogue::built_in();
    let rules = catalogue.all().map(|(_, rule)| &*rule.code);
    let aliases = catalogue.aliases().map(|alias| &*alias.code);
    for code in rules.chain(aliases) {
        let (prefix, number) = code.split_at(2);
        let number: u32 = number.parse().expect("the reader checked the code");
        let mut known = HIGHEST.iter();
        let is_known = known.any(|(known, highest)| *known == prefix && number <= *highest);
        assert!(is_known, "{code}");
    }
}

#[test]
fn what_is_no_rule_is_what_the_list_says() {
    let catalogue = Catalogue::built_in();
    let alias_of = |code: &str| {
        let mut aliases = catalogue.aliases();
        let alias = aliases.find(|alias| *alias.code == *code)?;
        let mut rules = catalogue.all();
        let (_, rule) = rules.find(|(_, rule)| rule.name == alias.alias_of)?;
        Some(rule.code.to_string())
    };
    for (code, kind) in NO_RULES {
        let expected = match kind {
            Alias(rule) => Some((*rule).to_owned()),
            Relation(_) | PostureNote | Reserved => None,
        };
        assert_eq!(alias_of(code), expected, "{code}");
        if let Relation(role) = kind {
            let mut relations = catalogue.relations().relations.iter();
            assert!(relations.any(|one| *one.role == **role), "{code}: {role}");
        }
    }
    let listed = |code: &str| NO_RULES.iter().any(|(known, _)| *known == code);
    for alias in catalogue.aliases() {
        assert!(listed(&alias.code), "{}", alias.code);
    }
}

#[test]
fn an_alias_can_be_selected_by_its_code_and_by_its_name() {
    for alias in Catalogue::built_in().aliases() {
        for word in [&alias.code, &alias.name] {
            let mut catalogue = Catalogue::built_in();
            catalogue
                .select(&[word.to_string()])
                .expect("the alias is known");
            let selected: Vec<_> = catalogue.enabled().map(|rule| rule.name.clone()).collect();
            assert_eq!(selected, std::slice::from_ref(&alias.alias_of), "{word}");
        }
    }
}
