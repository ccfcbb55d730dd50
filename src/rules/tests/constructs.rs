//! Every construct of a condition, with each of its outcomes.

use crate::rules::fixture::outcome_of;
use crate::rules::outcome::Verdict::{self, Fail, Pass, Unknown};

/// Conditions about one resource of which these are the properties.
#[track_caller]
fn about(properties: &str, cases: &[(&str, Verdict)]) {
    let template = format!(
        r#"{{"parameters": {{ "p": {{ "type": "string" }}, "any": {{}}, "n": {{ "type": "int" }}, "a": {{ "type": "array" }},
  "d": {{ "type": "string", "defaultValue": "given" }} }}, "variables": {{ "v": "varied" }},
"resources": [ {{ "type": "A.B/things", "apiVersion": "2024-05-01", "name": "x", "location": "East US", "properties": {properties} }} ] }}"#
    );
    for (text, verdict) in cases {
        let (actual, places) = outcome_of(text, &template);
        assert_eq!(actual, *verdict, "{text}: {places:?}");
    }
}

#[test]
fn existing_and_empty() {
    about(
        r#"{ "text": "t", "blank": "", "none": null, "list": [], "object": {}, "full": [1], "unknown": "[reference('x').y]", "id": "[resourceId('A.B/c', parameters('p'))]" }"#,
        &[
            ("{ path: $.properties.text, exists: true }", Pass),
            ("{ path: $.properties.text, exists: false }", Fail),
            ("{ path: $.PROPERTIES.Text, exists: true }", Pass),
            ("{ path: $.properties.none, exists: true }", Fail),
            ("{ path: $.properties.missing, exists: false }", Pass),
            ("{ path: $.properties.text.inner, exists: false }", Pass),
            ("{ path: $.properties.unknown, exists: true }", Unknown),
            (
                "{ path: $.properties.unknown.inner, exists: true }",
                Unknown,
            ),
            ("{ path: $.properties.id, exists: true }", Pass),
            ("{ path: $.properties.id, empty: false }", Pass),
            ("{ path: $.properties.blank, empty: true }", Pass),
            ("{ path: $.properties.list, empty: true }", Pass),
            ("{ path: $.properties.object, empty: true }", Pass),
            ("{ path: $.properties.none, empty: true }", Pass),
            ("{ path: $.properties.missing, empty: false }", Fail),
            ("{ path: $.properties.full, empty: true }", Fail),
            ("{ path: $.properties.unknown, empty: true }", Unknown),
        ],
    );
}

#[test]
fn equality_is_that_of_azure() {
    about(
        r#"{ "number": 3, "text": "3", "truth": true, "word": "True", "mixed": "CamelCase", "list": [1, "a"], "p": "[parameters('p')]", "same": "[parameters('p')]",
             "id": "/subscriptions/s/resourceGroups/g/providers/A.B/c/one/", "idea": "[concat('st', parameters('p'))]", "float": 1.5, "empty": null }"#,
        &[
            ("{ path: $.properties.number, equals: '3' }", Pass),
            ("{ path: $.properties.text, equals: 3 }", Pass),
            ("{ path: $.properties.truth, equals: 'True' }", Pass),
            ("{ path: $.properties.word, equals: true }", Pass),
            ("{ path: $.properties.word, equals: false }", Fail),
            ("{ path: $.properties.number, equals: true }", Fail),
            ("{ path: $.properties.mixed, equals: camelcase }", Pass),
            ("{ path: $.properties.mixed, notEquals: camelcase }", Fail),
            ("{ path: $.location, equals: eastus }", Pass),
            ("{ path: $.properties.mixed, equals: Camel Case }", Fail),
            ("{ path: $.properties.list, equals: [1, A] }", Pass),
            ("{ path: $.properties.list, equals: [1] }", Fail),
            ("{ path: $.properties.p, equals: x }", Unknown),
            (
                "{ path: $.properties.p, equals: { path: $.properties.same } }",
                Pass,
            ),
            (
                "{ path: $.properties.p, notEquals: { path: $.properties.same } }",
                Fail,
            ),
            (
                "{ path: $.properties.p, equals: { path: $.properties.idea } }",
                Unknown,
            ),
            ("{ path: $.properties.idea, equals: abc }", Fail),
            ("{ path: $.properties.idea, equals: stone }", Unknown),
            (
                "{ path: $.properties.id, equals: /SUBSCRIPTIONS/s/resourcegroups/g/providers/a.b/c/one }",
                Pass,
            ),
            ("{ path: $.properties.empty, equals: null }", Pass),
            ("{ path: $.properties.number, notEquals: null }", Pass),
            ("{ path: $.properties.empty, equals: x }", Unknown),
            ("{ path: $.properties.missing, notEquals: x }", Unknown),
            (
                "{ path: $.properties.missing, default: x, equals: X }",
                Pass,
            ),
            (
                "{ path: $.properties.missing, absent: pass, equals: x }",
                Pass,
            ),
            (
                "{ path: $.properties.missing, absent: fail, notEquals: x }",
                Fail,
            ),
            (
                "{ path: $.properties.number, equals: { path: $.properties.missing } }",
                Unknown,
            ),
            (
                "{ path: $.properties.number, equals: { path: $.properties.missing, default: 3 } }",
                Pass,
            ),
            (
                "{ path: $.properties.number, equals: { parameter: least } }",
                Pass,
            ),
            (
                "{ path: [$.properties.missing, $.properties.number], equals: 3 }",
                Pass,
            ),
            (
                "{ path: [$.properties.p, $.properties.number], equals: 3 }",
                Unknown,
            ),
            ("{ path: $.properties.number, in: [2, 3] }", Pass),
            ("{ path: $.properties.number, in: [2, 4] }", Fail),
            ("{ path: $.properties.number, notIn: [2, 4] }", Pass),
            ("{ path: $.properties.p, in: [a, b] }", Unknown),
            ("{ path: $.properties.list, contains: A }", Pass),
            ("{ path: $.properties.list, contains: b }", Fail),
            ("{ path: $.properties.missing, contains: b }", Fail),
            ("{ path: $.properties.p, contains: b }", Unknown),
            ("{ path: $.name, equals: X }", Pass),
            ("{ path: $.type, equals: a.b/things }", Pass),
        ],
    );
}

#[test]
fn ids_with_different_names_differ_though_the_group_is_unknown() {
    about(
        r#"{ "one": "[resourceId('A.B/c', 'one')]", "again": "[resourceId('A.B/c', 'ONE')]", "two": "[resourceId('A.B/c', 'two')]", "p": "[resourceId('A.B/c', parameters('p'))]" }"#,
        &[
            (
                "{ path: $.properties.one, equals: { path: $.properties.again } }",
                Pass,
            ),
            (
                "{ path: $.properties.one, equals: { path: $.properties.two } }",
                Fail,
            ),
            (
                "{ path: $.properties.one, equals: { path: $.properties.p } }",
                Unknown,
            ),
        ],
    );
}

#[test]
fn patterns() {
    about(
        r#"{ "host": "shop.AzureFD.net", "p": "[parameters('p')]", "list": [] }"#,
        &[
            (
                r#"{ path: $.properties.host, like: "*.azurefd.net" }"#,
                Pass,
            ),
            (r#"{ path: $.properties.host, like: "azurefd*" }"#, Fail),
            (
                r#"{ path: $.properties.host, matches: "shop\\.azure.*" }"#,
                Pass,
            ),
            (r#"{ path: $.properties.host, matches: "shop" }"#, Fail),
            (r#"{ path: $.properties.p, like: "a*" }"#, Unknown),
            (r#"{ path: $.properties.list, matches: "a" }"#, Unknown),
        ],
    );
}

#[test]
fn order_of_numbers_dates_and_api_versions() {
    about(
        r#"{ "number": 3, "text": "10", "date": "2026-08-15", "time": "2026-08-20T10:00:00Z", "preview": "2024-11-01-preview", "n": "[parameters('n')]", "word": "many" }"#,
        &[
            ("{ path: $.properties.number, less: 4 }", Pass),
            ("{ path: $.properties.number, less: 3 }", Fail),
            ("{ path: $.properties.number, lessOrEquals: 3 }", Pass),
            ("{ path: $.properties.number, greater: 2 }", Pass),
            ("{ path: $.properties.text, greater: 9 }", Pass),
            (
                "{ path: $.properties.number, greaterOrEquals: { parameter: least } }",
                Pass,
            ),
            (
                "{ path: $.properties.date, less: { daysFromToday: 30 } }",
                Pass,
            ),
            (
                "{ path: $.properties.date, less: { daysFromToday: 3 } }",
                Fail,
            ),
            ("{ path: $.properties.time, greater: 2026-08-20 }", Pass),
            ("{ path: $.properties.preview, less: 2024-11-01 }", Pass),
            ("{ path: $.properties.preview, greater: 2024-10-31 }", Pass),
            ("{ path: $.apiVersion, less: 2024-11-01 }", Pass),
            ("{ path: $.properties.n, less: 4 }", Unknown),
            ("{ path: $.properties.word, less: 4 }", Unknown),
            (
                "{ path: $.properties.date, less: { daysFromToday: 99999999999 } }",
                Unknown,
            ),
            ("{ path: $.properties.number, less: 4, greater: 3 }", Fail),
        ],
    );
}

#[test]
fn regions_and_retirements() {
    about(
        r#"{ "zoned": "East US", "plain": "westus", "alone": "italynorth", "closed": "francesouth", "moon": "moon", "p": "[parameters('p')]", "kind": "Storage", "size": "Standard_NC6", "fine": "StorageV2" }"#,
        &[
            ("{ path: $.properties.zoned, region: hasZones }", Pass),
            ("{ path: $.properties.plain, region: hasZones }", Fail),
            ("{ path: $.properties.plain, region: noZones }", Pass),
            ("{ path: $.properties.alone, region: noPair }", Pass),
            ("{ path: $.properties.alone, region: hasPair }", Fail),
            ("{ path: $.properties.plain, region: pairHasZones }", Pass),
            ("{ path: $.properties.zoned, region: pairHasZones }", Fail),
            ("{ path: $.properties.alone, region: pairHasZones }", Fail),
            (
                "{ path: $.properties.closed, region: pairHasZones }",
                Unknown,
            ),
            ("{ path: $.properties.moon, region: pairHasZones }", Unknown),
            ("{ path: $.properties.closed, region: restricted }", Pass),
            ("{ path: $.properties.moon, region: hasZones }", Unknown),
            ("{ path: $.properties.moon, region: listed }", Fail),
            ("{ path: $.properties.p, region: listed }", Unknown),
            (
                "{ path: $.properties.plain, equals: { pairOf: $.properties.zoned } }",
                Pass,
            ),
            (
                "{ path: $.properties.plain, equals: { pairOf: $.properties.alone } }",
                Unknown,
            ),
            ("{ path: $.properties.kind, retiring: storage-kinds }", Pass),
            ("{ path: $.properties.kind, retired: storage-kinds }", Fail),
            ("{ path: $.properties.size, retired: vm-sizes }", Pass),
            ("{ path: $.properties.fine, retired: storage-kinds }", Fail),
            ("{ path: $.properties.p, retired: storage-kinds }", Unknown),
        ],
    );
}

#[test]
fn how_a_value_was_written() {
    about(
        r#"{ "literal": "here", "default": "[parameters('d')]", "variable": "[variables('v')]", "made": "[concat('a', 'b')]", "unknown": "[reference('x').y]" }"#,
        &[
            ("{ path: $.properties.literal, writtenAs: literal }", Pass),
            ("{ path: $.properties.default, writtenAs: literal }", Fail),
            (
                "{ path: $.properties.default, writtenAs: parameterDefault }",
                Pass,
            ),
            (
                "{ path: $.properties.variable, writtenAs: parameterValue }",
                Fail,
            ),
            ("{ path: $.properties.made, writtenAs: literal }", Fail),
            ("{ path: $.properties.made, writtenAs: expression }", Pass),
            (
                "{ path: $.properties.unknown, writtenAs: expression }",
                Pass,
            ),
        ],
    );
}

#[test]
fn combinators_are_those_of_three_valued_logic() {
    let (p, f, u) = (
        "{ path: $.properties.a, equals: 1 }",
        "{ path: $.properties.a, equals: 2 }",
        "{ path: $.properties.u, equals: 2 }",
    );
    let all = |left: &str, right: &str| format!("{{ allOf: [{left}, {right}] }}");
    let any = |left: &str, right: &str| format!("{{ anyOf: [{left}, {right}] }}");
    let not = |one: &str| format!("{{ not: {one} }}");
    let cases = [
        (all(p, p), Pass),
        (all(u, f), Fail),
        (all(p, u), Unknown),
        (any(f, f), Fail),
        (any(u, p), Pass),
        (any(f, u), Unknown),
        (not(p), Fail),
        (not(f), Pass),
        (not(u), Unknown),
    ];
    let cases: Vec<(&str, Verdict)> = cases
        .iter()
        .map(|(text, verdict)| (text.as_str(), *verdict))
        .collect();
    about(r#"{ "a": 1, "u": "[parameters('n')]" }"#, &cases);
}

#[test]
fn a_condition_reaches_the_item_outside_and_the_outermost_one() {
    about(
        r#"{ "list": [{ "n": 1 }], "others": [{ "n": 2, "parts": [{ "n": 1 }, { "n": 3 }] }] }"#,
        &[
            (
                r#"{ each: "$.properties.list[*]", require: { any: "$.properties.others[*]", where: { any: ".parts[*]", where: { path: .n, equals: { path: .n, of: item } } } } }"#,
                Pass,
            ),
            (
                r#"{ each: "$.properties.list[*]", require: { any: "$.properties.others[*]", where: { any: ".parts[*]", where: { path: .n, equals: { path: .n, of: outer } } } } }"#,
                Fail,
            ),
            // Outside of any item it is the resource.
            (
                r#"{ path: .type, of: item, equals: { path: $.type } }"#,
                Pass,
            ),
        ],
    );
}

#[test]
fn quantifiers_over_arrays() {
    let two = r#"{ each: "$.properties.list[*]", require: { path: .n, greaterOrEquals: 2 } }"#;
    let some = r#"{ any: "$.properties.list[*]", where: { path: .n, equals: 2 } }"#;
    let of_kind = r#"{ each: "$.properties.list[*]", where: { path: .kind, default: a, equals: a }, require: { path: .n, equals: 2 } }"#;
    let outer = r#"{ each: "$.properties.list[*]", require: { any: "$.properties.list[*]", where: { path: .n, equals: { path: .n, of: outer } } } }"#;
    let unknown = "[parameters('n')]";
    for (list, verdicts) in [
        (
            r#"[{ "n": 2 }, { "n": 2 }]"#.to_owned(),
            [Pass, Pass, Pass, Pass],
        ),
        (
            r#"[{ "n": 1 }, { "n": 2 }]"#.to_owned(),
            [Fail, Pass, Fail, Pass],
        ),
        (
            r#"[{ "n": 1, "kind": "b" }]"#.to_owned(),
            [Fail, Fail, Pass, Pass],
        ),
        (
            format!(r#"[{{ "n": 2 }}, {{ "n": "{unknown}" }}]"#),
            [Unknown, Pass, Unknown, Pass],
        ),
        (
            format!(r#"[{{ "n": "{unknown}", "kind": "{unknown}" }}]"#),
            [Unknown, Unknown, Unknown, Pass],
        ),
        ("[]".to_owned(), [Pass, Fail, Pass, Pass]),
        ("null".to_owned(), [Pass, Fail, Pass, Pass]),
        (r#""[parameters('a')]""#.to_owned(), [Unknown; 4]),
        (
            r#""[concat(createArray(createObject('n', 1)), parameters('a'))]""#.to_owned(),
            [Fail, Unknown, Fail, Unknown],
        ),
    ] {
        let cases: Vec<(&str, Verdict)> = [two, some, of_kind, outer]
            .into_iter()
            .zip(verdicts)
            .collect();
        about(&format!(r#"{{ "list": {list} }}"#), &cases);
    }
}

#[test]
fn counts_are_intervals() {
    let count = |test: &str| format!(r#"{{ count: "$.properties.list[*]", {test} }}"#);
    let distinct =
        |test: &str| format!(r#"{{ count: "$.properties.list[*]", distinct: ., {test} }}"#);
    for (list, cases) in [
        (
            r#"["1", "2", "2"]"#,
            vec![
                (count("equals: 3"), Pass),
                (count("notEquals: 3"), Fail),
                (count("greater: 3"), Fail),
                (count("in: [1, 3]"), Pass),
                (count("notIn: [1, 3]"), Fail),
                (count("where: { path: ., equals: '2' }, equals: 2"), Pass),
                (distinct("equals: 2"), Pass),
                (distinct("greaterOrEquals: 3"), Fail),
            ],
        ),
        (
            r#"["1", "[parameters('p')]"]"#,
            vec![
                (count("equals: 2"), Pass),
                (distinct("greaterOrEquals: 1"), Pass),
                (distinct("greaterOrEquals: 2"), Unknown),
                (distinct("less: 3"), Pass),
                (
                    count("where: { path: ., equals: '1' }, greaterOrEquals: 2"),
                    Unknown,
                ),
            ],
        ),
        (
            r#"["[parameters('p')]", "[parameters('p')]"]"#,
            vec![
                (distinct("equals: 1"), Pass),
                (distinct("greater: 1"), Fail),
            ],
        ),
        // Texts that begin differently differ, whatever follows.
        (
            r#"["a-1", "[concat('b-', parameters('p'))]", "[concat('c-', parameters('p'))]"]"#,
            vec![(distinct("equals: 3"), Pass), (distinct("less: 3"), Fail)],
        ),
        (
            r#"["b-1", "[concat('b-', parameters('p'))]", "[concat('c-', parameters('p'))]"]"#,
            vec![
                (distinct("greaterOrEquals: 2"), Pass),
                (distinct("equals: 2"), Unknown),
            ],
        ),
        (
            r#""[parameters('a')]""#,
            vec![
                (count("greaterOrEquals: 0"), Pass),
                (count("greaterOrEquals: 1"), Unknown),
                (distinct("equals: 1"), Unknown),
            ],
        ),
        (
            r#""[concat(createArray('1'), parameters('a'))]""#,
            vec![
                (count("greaterOrEquals: 1"), Pass),
                (count("less: 2"), Unknown),
                (count("equals: 0"), Fail),
            ],
        ),
    ] {
        let cases: Vec<(&str, Verdict)> = cases
            .iter()
            .map(|(text, verdict)| (text.as_str(), *verdict))
            .collect();
        about(&format!(r#"{{ "list": {list} }}"#), &cases);
    }
}

#[test]
fn a_loop_of_unknown_length_may_be_empty() {
    about(
        r#"{ "copy": [ { "name": "list", "count": "[parameters('n')]", "input": { "n": 1 } } ] }"#,
        &[
            (
                r#"{ count: "$.properties.list[*]", greaterOrEquals: 1 }"#,
                Unknown,
            ),
            (r#"{ any: "$.properties.list[*]" }"#, Unknown),
            (
                r#"{ any: "$.properties.list[*]", where: { path: .n, equals: 2 } }"#,
                Fail,
            ),
            (
                r#"{ each: "$.properties.list[*]", require: { path: .n, equals: 1 } }"#,
                Pass,
            ),
            (
                r#"{ each: "$.properties.list[*]", require: { path: .n, equals: 2 } }"#,
                Unknown,
            ),
            (r#"{ path: "$.properties.list[0]", exists: true }"#, Unknown),
            (
                r#"{ sum: "$.properties.list[*]", value: .n, greaterOrEquals: 1 }"#,
                Unknown,
            ),
        ],
    );
}

#[test]
fn sums_and_extremes() {
    about(
        r#"{ "list": [ { "n": 2 }, { "n": "3" } ], "partly": [ { "n": 2 }, { "n": "[parameters('n')]" } ], "none": [], "limit": 5 }"#,
        &[
            (
                r#"{ sum: "$.properties.list[*]", value: .n, equals: 5 }"#,
                Pass,
            ),
            (
                r#"{ sum: "$.properties.list[*]", value: .n, greater: 5 }"#,
                Fail,
            ),
            (
                r#"{ sum: "$.properties.partly[*]", value: .n, greaterOrEquals: 2 }"#,
                Pass,
            ),
            (
                r#"{ sum: "$.properties.partly[*]", value: .n, greaterOrEquals: 3 }"#,
                Unknown,
            ),
            (
                r#"{ sum: "$.properties.partly[*]", value: .n, less: 2 }"#,
                Fail,
            ),
            (
                r#"{ sum: "$.properties.none[*]", value: .n, equals: 0 }"#,
                Pass,
            ),
            (
                r#"{ min: "$.properties.list[*]", value: .n, equals: 2 }"#,
                Pass,
            ),
            (
                r#"{ max: "$.properties.list[*]", value: .n, equals: 3 }"#,
                Pass,
            ),
            (
                r#"{ min: "$.properties.partly[*]", value: .n, lessOrEquals: 2 }"#,
                Pass,
            ),
            (
                r#"{ min: "$.properties.partly[*]", value: .n, less: 2 }"#,
                Unknown,
            ),
            (
                r#"{ max: "$.properties.partly[*]", value: .n, greaterOrEquals: 2 }"#,
                Pass,
            ),
            (
                r#"{ min: "$.properties.none[*]", value: .n, equals: 2 }"#,
                Unknown,
            ),
            (
                r#"{ min: "$.properties.none[*]", value: .n, default: 7, equals: 7 }"#,
                Pass,
            ),
            (
                r#"{ max: "$.properties.none[*]", value: .n, default: 7, less: 7 }"#,
                Fail,
            ),
            (
                r#"{ path: $.properties.limit, equals: { sum: "$.properties.list[*]", value: .n } }"#,
                Pass,
            ),
            (
                r#"{ path: $.properties.limit, less: { sum: "$.properties.partly[*]", value: .n } }"#,
                Unknown,
            ),
            (
                r#"{ path: $.properties.limit, greater: { count: "$.properties.list[*]" } }"#,
                Pass,
            ),
        ],
    );
}

#[test]
fn unique_values() {
    let unique = r#"{ unique: "$.properties.list[*].name" }"#;
    for (list, verdict) in [
        (r#"[{ "name": "a" }, { "name": "b" }]"#, Pass),
        (r#"[{ "name": "a" }, { "name": "A" }]"#, Fail),
        (
            r#"[{ "name": "a" }, { "name": "[parameters('p')]" }]"#,
            Unknown,
        ),
        (
            r#"[{ "name": "a" }, { "name": "[parameters('p')]" }, { "name": "a" }]"#,
            Fail,
        ),
        (
            r#"[{ "name": "[parameters('p')]" }, { "name": "[parameters('p')]" }]"#,
            Fail,
        ),
        (r#"[{ }, { "name": "a" }]"#, Pass),
        (r#""[parameters('a')]""#, Unknown),
    ] {
        about(&format!(r#"{{ "list": {list} }}"#), &[(unique, verdict)]);
    }
}

#[test]
fn an_alias_that_asks_itself_is_unknown() {
    let site = r#"[ { "type": "Microsoft.Web/sites", "apiVersion": "2024-04-01", "name": "x" } ]"#;
    assert_eq!(outcome_of("{ alias: endless, equals: x }", site).0, Unknown);
}

#[test]
fn an_alias_takes_the_first_that_is_present() {
    let database = |sku: &str| {
        format!(
            r#"[ {{ "type": "Microsoft.Sql/servers/databases", "apiVersion": "2021-11-01", "name": "s/d", "sku": {sku} }} ]"#
        )
    };
    for (sku, verdict) in [
        (r#"{ "tier": "GeneralPurpose" }"#, Pass),
        (r#"{ "name": "GP_Gen5_2" }"#, Pass),
        (r#"{ "name": "P1" }"#, Fail),
        (r#"{ "name": "S0" }"#, Unknown),
        (r#"{ "tier": "[reference('x').tier]" }"#, Unknown),
    ] {
        let (actual, _) = outcome_of(
            "{ alias: sql-tier, equals: GeneralPurpose }",
            &database(sku),
        );
        assert_eq!(actual, verdict, "{sku}");
    }
}

#[test]
fn an_alias_may_look_into_a_child() {
    let site = |child: &str| {
        format!(
            r#"[ {{ "type": "Microsoft.Web/sites", "apiVersion": "2024-04-01", "name": "x", "properties": {{ "siteConfig": {{ "healthCheckPath": "/site" }} }} }} {child} ]"#
        )
    };
    let config = |name: &str| {
        format!(
            r#", {{ "type": "Microsoft.Web/sites/config", "apiVersion": "2024-04-01", "name": "x/{name}", "properties": {{ "healthCheckPath": "/child" }} }}"#
        )
    };
    let ask = "{ alias: health-check-path, equals: /child }";
    assert_eq!(outcome_of(ask, &site("")).0, Fail);
    assert_eq!(outcome_of(ask, &site(&config("web"))).0, Pass);
    assert_eq!(outcome_of(ask, &site(&config("appsettings"))).0, Fail);
}
