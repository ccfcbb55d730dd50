//! What a rule makes of its conditions: cases, assumptions, items, sets, severities, certainty, messages.

use crate::rules::definition::Literal;
use crate::rules::fixture::{check, check_outcomes, check_with};
use crate::rules::judge::{AssumeRegion, Settings};

/// A template of these parameters and resources.
fn template(parameters: &str, resources: &str) -> String {
    format!(r#"{{ "parameters": {{ {parameters} }}, "resources": [ {resources} ] }}"#)
}

fn thing(rest: &str) -> String {
    template(
        r#""p": { "type": "string" }, "c": { "type": "bool" }, "n": { "type": "int" }, "key": { "type": "secureString", "defaultValue": "hush" }, "sku": { "type": "string", "defaultValue": "LRS" }"#,
        &format!(r#"{{ "type": "A.B/things", "apiVersion": "2024-05-01", "name": "x", {rest} }}"#),
    )
}

#[test]
fn when_decides_whether_a_rule_applies() {
    let rule = "{ resource: A.B/things, when: { path: $.kind, equals: a }, require: { path: $.n, equals: 1 }, message: wrong }";
    for (rest, outcome) in [
        (r#""kind": "a", "n": 1"#, "x: pass"),
        (r#""kind": "a", "n": 2"#, "x: fail"),
        (r#""kind": "b", "n": 2"#, "x: not applicable"),
        (r#""kind": "[parameters('p')]", "n": 2"#, "x: unknown"),
        (r#""kind": "[parameters('p')]", "n": 1"#, "x: pass"),
        (r#""kind": "a", "n": "[parameters('n')]""#, "x: unknown"),
    ] {
        check_outcomes(rule, &thing(rest), &[outcome]);
    }
}

#[test]
fn patterns_name_many_types_and_case_does_not_matter() {
    let rule = |resource: &str| {
        format!(
            "{{ resource: '{resource}', forbid: {{ path: $.n, exists: true }}, message: found }}"
        )
    };
    for (resource, lines) in [
        ("a.b/THINGS", vec![r#"x: warning at 1: found"#]),
        ("A.B/*", vec![r#"x: warning at 1: found"#]),
        ("*", vec![r#"x: warning at 1: found"#]),
        ("A.C/*", vec![]),
        ("A.B/things/parts", vec![]),
    ] {
        check(&rule(resource), &thing(r#""n": 1"#), &lines);
    }
}

#[test]
fn the_first_case_with_a_certain_fault_is_the_finding() {
    let rule = r#"{ resource: A.B/things, message: rule, require: { path: $.n, equals: 1 }, cases: [
        { severity: error, when: { path: $.kind, equals: a }, message: grave },
        { severity: info, message: mild } ] }"#;
    check(
        rule,
        &thing(r#""kind": "a", "n": 2"#),
        &["x: error at 2: grave"],
    );
    check(
        rule,
        &thing(r#""kind": "b", "n": 2"#),
        &["x: info at 2: mild"],
    );
    check(
        rule,
        &thing(r#""kind": "[parameters('p')]", "n": 2"#),
        &["x: info at 2: mild"],
    );
    check_outcomes(
        rule,
        &thing(r#""kind": "[parameters('p')]", "n": 1"#),
        &["x: pass"],
    );
    check(
        rule,
        &thing(r#""kind": "a", "n": "[parameters('n')]""#),
        &[r#"x: unknown at "n": `[parameters('n')]` is not known before deployment"#],
    );
}

#[test]
fn an_unknown_assumption_is_said_and_softens_errors() {
    let rule = "{ resource: A.B/things, severity: error, assume: { path: $.location, region: hasZones }, require: { path: $.n, equals: 1 }, message: wrong }";
    check(
        rule,
        &thing(r#""location": "eastus", "n": 2"#),
        &["x: error at 2: wrong"],
    );
    check(rule, &thing(r#""location": "westus", "n": 2"#), &[]);
    let unknown = thing(r#""location": "[resourceGroup().location]", "n": 2"#);
    check(
        rule,
        &unknown,
        &["x: warning at 2: wrong (assuming the region has availability zones)"],
    );
    let settings = Settings {
        assume_region: AssumeRegion::Nothing,
        ..Settings::default()
    };
    check_with(
        &settings,
        &[rule],
        &unknown,
        &[
            r#"x: unknown at "[resourceGroup().location]": `[resourceGroup().location]` is not known before deployment"#,
        ],
    );
}

#[test]
fn a_case_may_take_more_for_granted() {
    let rule = r#"{ resource: A.B/things, message: wrong, require: { path: $.n, equals: 1 }, cases: [
        { severity: error, when: { path: $.kind, default: b, equals: a } },
        { assume: { path: $.location, region: hasZones }, severity: error } ] }"#;
    let unknown = r#""location": "[resourceGroup().location]", "n": 2"#;
    check(
        rule,
        &thing(r#""kind": "a", "location": "[resourceGroup().location]", "n": 2"#),
        &["x: error at 2: wrong"],
    );
    check(
        rule,
        &thing(unknown),
        &["x: warning at 2: wrong (assuming the region has availability zones)"],
    );
    check(
        rule,
        &thing(r#""location": "eastus", "n": 2"#),
        &["x: error at 2: wrong"],
    );
    check_outcomes(
        rule,
        &thing(r#""location": "westus", "n": 2"#),
        &["x: not applicable"],
    );
    let settings = Settings {
        assume_region: AssumeRegion::Nothing,
        ..Settings::default()
    };
    check_with(
        &settings,
        &[rule],
        &thing(unknown),
        &[
            r#"x: unknown at "[resourceGroup().location]": `[resourceGroup().location]` is not known before deployment"#,
        ],
    );
}

#[test]
fn items_are_judged_one_by_one() {
    let rule = r#"{ resource: A.B/things, each: "$.list[*]", where: { path: .kind, default: a, equals: a }, require: { path: .n, greater: 1 }, message: "{item.name} has {value}" }"#;
    check(
        rule,
        &thing(
            r#""list": [ { "name": "one", "n": 1 }, { "name": "two", "n": 2 }, { "name": "three", "n": 0 }, { "kind": "b", "n": 0 } ]"#,
        ),
        &["x: warning at 1: one has 1", "x: warning at 0: three has 0"],
    );
    check_outcomes(rule, &thing(r#""list": [ { "n": 2 } ]"#), &["x: pass"]);
    check_outcomes(rule, &thing(r#""list": []"#), &["x: pass"]);
    check_outcomes(
        rule,
        &thing(
            r#""list": "[concat(createArray(createObject('n', 1)), split(parameters('p'), ','))]""#,
        ),
        &["x: fail", "x: unknown"],
    );
    check_outcomes(
        rule,
        &thing(r#""list": [ { "kind": "[parameters('p')]", "n": 1 } ]"#),
        &["x: unknown"],
    );
}

#[test]
fn a_resource_that_may_not_be_deployed_is_judged_as_if_it_were() {
    let rule = "{ resource: A.B/things, forbid: { path: $.n, equals: 1 }, message: wrong }";
    check(
        rule,
        &thing(r#""condition": "[parameters('c')]", "n": 1"#),
        &["x: possible warning at 1: wrong"],
    );
    check(
        rule,
        &thing(r#""copy": { "name": "l", "count": "[parameters('n')]" }, "n": 1"#),
        &["x: possible warning at 1: wrong"],
    );
    check(rule, &thing(r#""condition": false, "n": 1"#), &[]);
}

#[test]
fn what_exists_already_is_not_judged() {
    let template = r#"{ "languageVersion": "2.0", "resources": { "x": { "existing": true, "type": "A.B/things", "apiVersion": "2024-05-01", "name": "x" } } }"#;
    let rule = "{ resource: A.B/things, require: { path: $.n, equals: 1 }, message: wrong }";
    check_outcomes(rule, template, &["x: external"]);
}

#[test]
fn point_at_goes_first() {
    let rule = "{ resource: A.B/things, pointAt: $.sku, require: { path: $.n, equals: 1 }, message: \"{value}\" }";
    check(
        rule,
        &thing(r#""n": 2, "sku": { "name": "a" }"#),
        &[r#"x: warning at "sku": 2 | 2 (2)"#],
    );
}

#[test]
fn a_value_from_a_parameter_shows_its_way() {
    let rule = "{ resource: A.B/things, forbid: { path: $.sku.name, equals: LRS }, message: \"sku {value} of {subject}\" }";
    check(
        rule,
        &thing(r#""sku": { "name": "[parameters('sku')]" }"#),
        &[r#"x: warning at "LRS" (LRS): sku LRS of thing `x` | parameters('sku') (used here)"#],
    );
}

#[test]
fn a_number_with_a_fraction_is_printed_as_a_number() {
    let rule =
        "{ resource: A.B/things, forbid: { path: $.n, greater: 0 }, message: \"it is {value}\" }";
    check(
        rule,
        &thing(r#""n": "[json('0.5')]""#),
        &[r#"x: warning at "[json('0.5')]": it is 0.5"#],
    );
}

#[test]
fn a_secure_value_is_never_printed() {
    let rule = "{ resource: A.B/things, forbid: { path: $.sku, equals: hush }, message: \"it is {value}, {$.sku}\" }";
    check(
        rule,
        &thing(r#""sku": "[parameters('key')]""#),
        &[r#"x: warning at "hush" (***): it is ***, *** | parameters('key') (used here)"#],
    );
}

#[test]
fn messages_say_what_they_are_asked_to() {
    let rule = r#"{ resource: A.B/things/parts, forbid: { count: "$.zones[*]", distinct: ., less: { parameter: least } },
        parameters: { least: { type: int, default: 3 } },
        message: "{name} {type} {location} {parent.name} {number} of {limit} in {values}; {$.n} {$.missing} {parameter.least}", help: "{subject}" }"#;
    check(
        rule,
        r#"[ { "type": "A.B/things", "apiVersion": "2024-05-01", "name": "x", "location": "eastus" },
             { "type": "A.B/things/parts", "apiVersion": "2024-05-01", "name": "x/y", "zones": ["1", "2"], "n": "[reference('q').n]" } ]"#,
        &[
            r#"y: warning at "1": y A.B/things/parts eastus x 2 of 3 in 1 and 2; [reference('q').n] nothing 3 | "2" (2)"#,
        ],
    );
}

#[test]
fn parameters_and_profiles_are_set_by_the_configuration() {
    let rule = "{ name: sized, resource: A.B/things, require: { path: $.n, greaterOrEquals: { parameter: least } }, parameters: { least: { type: int, default: 3 } }, profiles: { strict: error }, message: \"{limit}\" }";
    let settings = Settings {
        parameters: vec![("sized".into(), "least".into(), Literal::Integer(5))],
        ..Settings::default()
    };
    check(rule, &thing(r#""n": 4"#), &[]);
    check_with(
        &settings,
        &[rule],
        &thing(r#""n": 4"#),
        &["x: warning at 4: 5"],
    );
    let settings = Settings {
        profile: Some("strict".into()),
        ..Settings::default()
    };
    check_with(
        &settings,
        &[rule],
        &thing(r#""n": 2"#),
        &["x: error at 2: 3"],
    );
}

#[test]
fn a_finding_supersedes_those_of_other_rules_on_the_same_resource() {
    let grave = "{ name: grave, supersedes: [mild], resource: A.B/things, forbid: { path: $.n, equals: 1 }, message: grave }";
    let mild =
        "{ name: mild, resource: A.B/things, forbid: { path: $.n, less: 3 }, message: mild }";
    check_with(
        &Settings::default(),
        &[mild, grave],
        &thing(r#""n": 1"#),
        &["x: warning at 1: grave"],
    );
    check_with(
        &Settings::default(),
        &[mild, grave],
        &thing(r#""n": 2"#),
        &["x: warning at 2: mild"],
    );
}

#[test]
fn resources_that_no_workspace_reaches_are_judged_more_mildly() {
    let rule = |without: &str| {
        format!(
            "{{ resource: Microsoft.Storage/storageAccounts, withoutWorkspace: {without}, forbid: {{ path: $.sku.name, equals: LRS }}, message: wrong }}"
        )
    };
    let storage = |name: &str| {
        format!(
            r#"{{ "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "{name}", "sku": {{ "name": "LRS" }} }}"#
        )
    };
    let workspace = r#"{ "type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-04-01", "name": "mlw", "properties": { "storageAccount": "[resourceId('Microsoft.Storage/storageAccounts', 'used')]" } }"#;
    let alone = format!("[ {} ]", storage("loose"));
    let both = format!("[ {}, {}, {workspace} ]", storage("used"), storage("loose"));
    let (used, loose) = (
        r#"used: warning at "LRS": wrong"#,
        r#"loose: warning at "LRS": wrong"#,
    );
    check(&rule("lower"), &alone, &[loose]);
    check(&rule("same"), &both, &[used, loose]);
    check(
        &rule("lower"),
        &both,
        &[used, r#"loose: info at "LRS": wrong"#],
    );
    check(&rule("silent"), &both, &[used]);
    let settings = Settings {
        scope_all: true,
        ..Settings::default()
    };
    check_with(&settings, &[&rule("lower")], &both, &[used, loose]);
}

#[test]
fn a_case_of_another_concern_is_as_grave_without_a_workspace() {
    let rule = |rest: &str| {
        format!(
            "{{ resource: A.B/things, concern: zone, {rest} message: wrong, require: {{ path: $.n, equals: 1 }}, cases: [
                {{ concern: valid, when: {{ path: $.n, equals: 2 }} }}, {{ severity: warning }} ] }}"
        )
    };
    let things = r#"[
        { "type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-04-01", "name": "mlw" },
        { "type": "A.B/things", "apiVersion": "2024-05-01", "name": "x", "n": 2 },
        { "type": "A.B/things", "apiVersion": "2024-05-01", "name": "y", "n": 3 } ]"#;
    check(
        &rule(""),
        things,
        &["x: warning at 2: wrong", "y: info at 3: wrong"],
    );
    check(
        &rule("withoutWorkspace: lower,"),
        things,
        &["x: info at 2: wrong", "y: info at 3: wrong"],
    );
}

#[test]
fn sets_are_judged_as_one() {
    let by_network = "{ resource: A.B/things, together: { say: them, by: $.network }, forbid: { count: group, greater: 1 }, message: \"{number} share it\" }";
    let things = |networks: &[&str]| {
        let resources: Vec<String> = networks
            .iter()
            .enumerate()
            .map(|(n, network)| format!(r#"{{ "type": "A.B/things", "apiVersion": "2024-05-01", "name": "x{n}", {network} }}"#))
            .collect();
        template(r#""p": { "type": "string" }"#, &resources.join(", "))
    };
    let (a, b, upper, unknown, none) = (
        r#""network": "a""#,
        r#""network": "b""#,
        r#""network": "A""#,
        r#""network": "[parameters('p')]""#,
        r#""tags": {}"#,
    );
    check(by_network, &things(&[a, b, none, none]), &[]);
    check(
        by_network,
        &things(&[a, b, upper]),
        &[r#"x0: warning at "A.B/things" (thing `x0`): 2 share it | "A.B/things" (thing `x2`)"#],
    );
    check_outcomes(
        by_network,
        &things(&[a, unknown]),
        &["x0: unknown", "x1: unknown"],
    );
    check_outcomes(
        by_network,
        &things(&[a, none]),
        &["x0: pass", "x1: not applicable"],
    );
}

#[test]
fn a_set_may_have_members_nobody_sees() {
    let apart = "{ resource: A.B/things, together: { say: them }, require: { count: group, distinct: .location, greaterOrEquals: 2 }, message: \"all in {values}\" }";
    let here = r#"{ "type": "A.B/things", "apiVersion": "2024-05-01", "name": "x", "location": "eastus" }"#;
    let module = r#"{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "m", "properties": { "mode": "Incremental", "templateLink": { "uri": "https://example.com/t.json" } } }"#;
    check(
        apart,
        &template("", here),
        &[r#"x: warning at "eastus": all in eastus"#],
    );
    check_outcomes(
        apart,
        &template("", &format!("{here}, {module}")),
        &["x: unknown"],
    );
    let looped = here.replace(
        r#""name": "x""#,
        r#""copy": { "name": "l", "count": "[parameters('n')]" }, "name": "[concat('x', copyIndex())]""#,
    );
    let parameters = r#""n": { "type": "int" }"#;
    check(
        apart,
        &template(parameters, &looped),
        &[r#"[concat('x', copyIndex('l'))]: possible warning at "eastus": all in eastus"#],
    );
    let copies = here.replace(
        r#""name": "x""#,
        r#""copy": { "name": "l", "count": 2 }, "name": "[concat('x', copyIndex())]""#,
    );
    let one_zone = "{ resource: A.B/things, together: { say: them, by: declaration }, forbid: { count: group, greater: 1 }, message: many }";
    check_outcomes(
        one_zone,
        &template(parameters, &looped),
        &["[concat('x', copyIndex('l'))]: unknown"],
    );
    check_outcomes(
        one_zone,
        &template("", &format!("{copies}, {module}")),
        &["x0: fail"],
    );
}

#[test]
fn a_child_of_something_outside_the_run_asks_its_parent_in_vain() {
    let rule = "{ resource: A.B/things/parts, require: { path: $.location, of: parent, equals: eastus }, message: wrong }";
    let part = r#"{ "type": "A.B/things/parts", "apiVersion": "2024-05-01", "name": "x/y" }"#;
    check_outcomes(rule, &template("", part), &["y: unknown"]);
    let top = rule.replace("A.B/things/parts", "A.B/things");
    check_outcomes(&top, &thing(r#""n": 1"#), &["x: unknown"]);
}
