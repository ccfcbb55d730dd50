//! What the compiler's own tests of evaluation expect, restated as calls, and the rest of what is known of single functions.

use super::testing::{check, check_errors, evaluate_text};
use crate::evaluate::Inputs;

#[test]
fn arithmetic_and_comparison() {
    check(&[
        ("add(1, 3)", "4"),
        ("mul(4, 5)", "20"),
        ("mod(20, 7)", "6"),
        ("div(6, 11)", "0"),
        ("sub(div(6, 11), 13)", "-13"),
        ("less(123, 456)", "true()"),
        ("lessOrEquals(123, 456)", "true()"),
        ("greater(123, 456)", "false()"),
        ("greaterOrEquals(123, 456)", "false()"),
        ("equals(123, 456)", "false()"),
        ("not(true())", "false()"),
        ("and(true(), false())", "false()"),
        ("or(true(), false())", "true()"),
        ("coalesce(null(), 123)", "123"),
        ("equals(json('3'), 3)", "true()"),
        ("equals(json('3.0'), 3)", "true()"),
    ]);
}

#[test]
fn text_keeps_what_is_no_escape() {
    check(&[
        (r"'\r\n\t\\''${}'", r"'\r\n\t\\''${}'"),
        ("format('>{0}<', 12345)", "'>12345<'"),
        ("format('{0}', null())", "''"),
        ("format('{0:N0}', 1)", "format('{0:N0}', 1)"),
        ("string('as it is')", "'as it is'"),
        ("string(true())", "'True'"),
        ("join(createArray('abc', 'def', 'ghi'), '')", "'abcdefghi'"),
        (
            "join(createArray('I', 'love', 'Bicep'), ' ')",
            "'I love Bicep'",
        ),
    ]);
}

#[test]
fn finding_folds_case_in_text_and_nowhere_else() {
    check(&[
        ("indexOf('FOOBAR', 'bar')", "3"),
        ("indexOf('FOOBAR', 'BAR')", "3"),
        ("contains('FOOBAR', 'FOO')", "true()"),
        ("contains('FOOBAR', 'bar')", "false()"),
        ("contains('FOOBAR', 'BAR')", "true()"),
    ]);
    let array = "createArray('FOO', 'BAR')";
    for (looked_for, place) in [
        ("'foo'", -1),
        ("'FOO'", 0),
        ("'bar'", -1),
        ("'BAR'", 1),
        ("false()", -1),
        ("123", -1),
    ] {
        let contained = if place < 0 { "false()" } else { "true()" };
        check(&[
            (
                &format!("indexOf({array}, {looked_for})"),
                &place.to_string(),
            ),
            (&format!("contains({array}, {looked_for})"), contained),
        ]);
    }
}

#[test]
fn ids_of_every_scope() {
    let inputs = Inputs {
        subscription: Some("87d64d6d-6d17-4ad7-b507-16d9bc498781".into()),
        resource_group: Some("testRg".into()),
        ..Inputs::default()
    };
    let other = "2e518a80-f860-4467-a00e-d81aaf1ff42e";
    let names = "'My.Rp/parent/child', 'myParent', 'myChild'";
    let tail = "providers/My.Rp/parent/myParent/child/myChild";
    for (expression, expected) in [
        (
            format!("resourceId({names})"),
            format!(
                "/subscriptions/87d64d6d-6d17-4ad7-b507-16d9bc498781/resourceGroups/testRg/{tail}"
            ),
        ),
        (
            format!("resourceId('customRg', {names})"),
            format!(
                "/subscriptions/87d64d6d-6d17-4ad7-b507-16d9bc498781/resourceGroups/customRg/{tail}"
            ),
        ),
        (
            format!("resourceId('{other}', 'customRg', {names})"),
            format!("/subscriptions/{other}/resourceGroups/customRg/{tail}"),
        ),
        (format!("tenantResourceId({names})"), format!("/{tail}")),
        (
            format!("subscriptionResourceId({names})"),
            format!("/subscriptions/87d64d6d-6d17-4ad7-b507-16d9bc498781/{tail}"),
        ),
        (
            format!("subscriptionResourceId('{other}', {names})"),
            format!("/subscriptions/{other}/{tail}"),
        ),
        (
            format!("managementGroupResourceId('{other}', {names})"),
            format!("/providers/Microsoft.Management/managementGroups/{other}/{tail}"),
        ),
        (
            format!(
                "extensionResourceId(tenantResourceId({names}), 'My.ExtensionRp/parent/child', 'myParent', 'myChild')"
            ),
            format!("/{tail}/providers/My.ExtensionRp/parent/myParent/child/myChild"),
        ),
    ] {
        let (value, messages) = evaluate_text(&expression, &inputs);
        assert_eq!(
            value.as_str(),
            Some(&*expected),
            "{expression}: {messages:?}"
        );
    }
}

#[test]
fn items_are_in_the_order_of_their_keys() {
    let object = "createObject('ghiKey', 'ghiValue', 'defKey', 'defValue', 'abcKey', 'abcValue', '123Key', '123Value', 'GHIKey', 'GHIValue', 'DEFKey', 'DEFValue', 'ABCKey', 'ABCValue', '456Key', '456Value')";
    let of =
        |member: &str| format!("map(items({object}), lambda('i', lambdaVariables('i').{member}))");
    check(&[
        (
            &of("key"),
            "createArray('123Key', '456Key', 'abcKey', 'ABCKey', 'defKey', 'DEFKey', 'ghiKey', 'GHIKey')",
        ),
        (
            &of("value"),
            "createArray('123Value', '456Value', 'abcValue', 'ABCValue', 'defValue', 'DEFValue', 'ghiValue', 'GHIValue')",
        ),
    ]);
}

#[test]
fn lists_are_mapped_and_filtered() {
    let dogs = "createArray('Evie', 'Casper', 'Indy', 'Kira')";
    check(&[
        (
            &format!("map({dogs}, lambda('i', format('Hello {{0}}!', lambdaVariables('i'))))"),
            "createArray('Hello Evie!', 'Hello Casper!', 'Hello Indy!', 'Hello Kira!')",
        ),
        (
            "filter(range(0, 4), lambda('i', equals(0, mod(lambdaVariables('i'), 2))))",
            "createArray(0, 2)",
        ),
        (
            &format!(
                "map(filter(range(0, 4), lambda('i', contains(filter(range(0, 4), lambda('j', equals(0, mod(lambdaVariables('j'), 2)))), lambdaVariables('i')))), lambda('x', {dogs}[lambdaVariables('x')]))"
            ),
            "createArray('Evie', 'Indy')",
        ),
        (
            "flatten(createArray(createArray(0, 1), createArray(2, 3), createArray(4, 5)))",
            "createArray(0, 1, 2, 3, 4, 5)",
        ),
        ("flatten(createArray())", "createArray()"),
        (
            "map(createArray(), lambda('x', lambdaVariables('x')))",
            "createArray()",
        ),
        (
            "flatten(map(range(1, 3), lambda('i', createArray(mul(lambdaVariables('i'), 2), add(mul(lambdaVariables('i'), 2), 1)))))",
            "createArray(2, 3, 4, 5, 6, 7)",
        ),
        (
            "map(range(0, 1), lambda('i', createObject('i', lambdaVariables('i'), 'name', 'Evie')))",
            "createArray(createObject('i', 0, 'name', 'Evie'))",
        ),
        (
            "filter(createArray('abc', 'def', 'ghi'), lambda('x', equals('def', lambdaVariables('x'))))",
            "createArray('def')",
        ),
        (
            "filter(createArray(), lambda('x', true()))",
            "createArray()",
        ),
        (
            "filter(createArray('a', 'b', 'c', 'd'), lambda('x', 'i', equals(mod(lambdaVariables('i'), 2), 0)))",
            "createArray('a', 'c')",
        ),
        (
            "map(createArray('test', 'prod'), lambda('x', if(equals(toLower(lambdaVariables('x')), toLower('TEST')), 'test!', 'notTest!')))",
            "createArray('test!', 'notTest!')",
        ),
    ]);
}

#[test]
fn lists_are_sorted_and_reduced() {
    let smaller = "lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y')))";
    let greater = "lambda('x', 'y', greater(lambdaVariables('x'), lambdaVariables('y')))";
    let by_key =
        "lambda('x', 'y', less(int(lambdaVariables('x').key), int(lambdaVariables('y').key)))";
    check(&[
        (
            &format!("sort(createArray(8, 3, 10, -13, 5), {smaller})"),
            "createArray(-13, 3, 5, 8, 10)",
        ),
        (
            &format!("sort(createArray('ghi', 'abc', 'def'), {smaller})"),
            "createArray('abc', 'def', 'ghi')",
        ),
        (
            &format!("sort(createArray('ghi', 'abc', 'def'), {greater})"),
            "createArray('ghi', 'def', 'abc')",
        ),
        (
            &format!(
                "map(sort(createArray(createObject('key', 124), createObject('key', 24), createObject('key', 1232)), {by_key}), lambda('x', lambdaVariables('x').key))"
            ),
            "createArray(24, 124, 1232)",
        ),
        (&format!("sort(createArray(), {smaller})"), "createArray()"),
        (
            "reduce(createArray('abc', 'def', 'ghi'), '', lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('b'))))",
            "'abcdefghi'",
        ),
        (
            "reduce(range(1, 5), 1, lambda('a', 'b', mul(lambdaVariables('a'), lambdaVariables('b'))))",
            "120",
        ),
        (
            "reduce(createArray(createObject('foo', 123), createObject('bar', 456)), createObject(), lambda('a', 'b', union(lambdaVariables('a'), lambdaVariables('b'))))",
            "createObject('foo', 123, 'bar', 456)",
        ),
        (
            "reduce(createArray(), 0, lambda('a', 'b', lambdaVariables('a')))",
            "0",
        ),
        (
            "reduce(createArray('abc', 'def', 'ghi'), '', lambda('a', 'b', 'i', if(equals(mod(lambdaVariables('i'), 2), 0), concat(lambdaVariables('a'), lambdaVariables('b')), lambdaVariables('a'))))",
            "'abcghi'",
        ),
    ]);
}

#[test]
fn lists_become_objects() {
    let typed = "createArray(createObject('type', 'a', 'value', 123), createObject('type', 'b', 'value', 456), createObject('type', 'a', 'value', 789))";
    let kind = "lambda('x', lambdaVariables('x').type)";
    check(&[
        (
            "toObject(createArray(123, 456, 789), lambda('i', string(div(lambdaVariables('i'), 100))))",
            "createObject('1', 123, '4', 456, '7', 789)",
        ),
        (
            "toObject(range(2, 2), lambda('i', string(lambdaVariables('i'))), lambda('i', createObject('isEven', equals(mod(lambdaVariables('i'), 2), 0), 'isGreaterThan2', greater(lambdaVariables('i'), 2))))",
            "createObject('2', createObject('isEven', true(), 'isGreaterThan2', false()), '3', createObject('isEven', false(), 'isGreaterThan2', true()))",
        ),
        (
            "toObject(createArray('a', 'b'), lambda('i', 'same'))",
            "createObject('same', 'b')",
        ),
        (
            &format!("groupBy({typed}, {kind}).b"),
            "createArray(createObject('type', 'b', 'value', 456))",
        ),
        (
            &format!("groupBy({typed}, {kind}, lambda('x', lambdaVariables('x').value))"),
            "createObject('a', createArray(123, 789), 'b', createArray(456))",
        ),
        (
            "mapValues(createObject('a', 123, 'b', 456), lambda('x', mul(lambdaVariables('x'), 2)))",
            "createObject('a', 246, 'b', 912)",
        ),
        (
            "objectKeys(createObject('a', 123, 'b', 456))",
            "createArray('a', 'b')",
        ),
        (
            "shallowMerge(createArray(createObject('a', 123), createObject('b', 456)))",
            "createObject('a', 123, 'b', 456)",
        ),
        (
            "shallowMerge(createArray(createObject('ABC', 0), createObject('aBC', 1)))",
            "createObject('ABC', 1)",
        ),
        (
            "reduce(map(items(createObject('$firstName', 'Anthony', '$lastName', 'Martin')), lambda('i', createObject('key', lambdaVariables('i').key, 'value', lambdaVariables('i').value))), createObject('replaced', 'Hi, $firstName $lastName!'), lambda('cur', 'next', createObject('replaced', replace(lambdaVariables('cur').replaced, lambdaVariables('next').key, lambdaVariables('next').value)))).replaced",
            "'Hi, Anthony Martin!'",
        ),
    ]);
}

#[test]
fn a_safe_access_goes_on_only_where_something_is() {
    let object = "createObject('foo', createArray(createObject('bar', 'baz')))";
    check(&[
        (&format!("tryGet({object}, 'foo')[0].bar"), "'baz'"),
        (&format!("tryGet({object}, 'fizz', 0, 'bar')"), "null()"),
        (&format!("tryGet({object}.foo, 0, 'bar')"), "'baz'"),
        (&format!("tryGet({object}.foo, 10, 'bar')"), "null()"),
        ("tryGet(null(), 'a')", "null()"),
        ("tryIndexFromEnd(createArray('a', 'b'), 1)", "'b'"),
        ("indexFromEnd(createArray('a', 'b'), 2)", "'a'"),
    ]);
}

#[test]
fn a_network_of_version_6_has_no_broadcast() {
    check(&[(
        "parseCidr('fdad:3236:5555::/48')",
        "createObject('network', 'fdad:3236:5555::', 'netmask', 'ffff:ffff:ffff::', 'firstUsable', 'fdad:3236:5555::', 'lastUsable', 'fdad:3236:5555:ffff:ffff:ffff:ffff:ffff', 'cidr', 48)",
    )]);
}

#[test]
fn dates_are_printed_in_the_format_that_is_asked_for() {
    let add = |format: &str| format!("dateTimeAdd('2020-04-07 14:53:04Z', 'PT1H', '{format}')");
    check(&[
        (&add("yyyy-MM-dd"), "'2020-04-07'"),
        (&add("yyyy-MM-ddTHH:mm:ssZ"), "'2020-04-07T15:53:04Z'"),
        (&add("d/M/yy H:m:s"), "'7/4/20 15:53:4'"),
    ]);
    // Names of days, and formats that are named by a letter.
    for unknown in ["dddd", "u"] {
        check(&[(&add(unknown), &*add(unknown))]);
    }
}

#[test]
fn what_lies_outside_of_a_list_or_a_text_is_left_out() {
    check(&[
        ("take(createArray(1), 9)", "createArray(1)"),
        ("skip(createArray(1, 2), 9)", "createArray()"),
        ("skip(createArray(1, 2), -1)", "createArray(1, 2)"),
        ("take('abc', -1)", "''"),
        ("skip('abc', 9)", "''"),
        ("first('')", "''"),
        ("empty(createArray())", "true()"),
        ("length(range(0, 10000))", "10000"),
        ("coalesce(null(), null())", "null()"),
    ]);
}

#[test]
fn lists_are_compared_by_what_is_in_them() {
    check(&[
        (
            "contains(createArray(createObject('a', createArray(1))), createObject('a', createArray(1)))",
            "true()",
        ),
        (
            "union(createArray(createObject('a', 1)), createArray(createObject('a', 1)))",
            "createArray(createObject('a', 1))",
        ),
        (
            "distinct(createArray(createArray(1), createArray(2), createArray(1)))",
            "createArray(createArray(1), createArray(2))",
        ),
        (
            "intersection(createArray('c', 'b', 'a'), createArray('a', 'b', 'd'))",
            "createArray('b', 'a')",
        ),
        (
            "equals(createObject('a', 'X'), createObject('a', 'x'))",
            "false()",
        ),
        ("equals(toLower('A'), toLower('a'))", "true()"),
    ]);
}

#[test]
fn a_key_is_a_text() {
    check(&[("uriComponent('é/:')", "'%C3%A9%2F%3A'")]);
    check_errors(&[
        (
            "toObject(createArray(1), lambda('x', lambdaVariables('x')))",
            "`toObject` takes a string, not an integer",
        ),
        (
            "groupBy(createArray(1), lambda('x', createArray()))",
            "`groupBy` takes a string, not an array",
        ),
    ]);
}

#[test]
fn clouds_have_addresses_of_their_own() {
    use super::Cloud;
    for (cloud, storage) in [
        (Cloud::Public, "core.windows.net"),
        (Cloud::UsGovernment, "core.usgovcloudapi.net"),
        (Cloud::China, "core.chinacloudapi.cn"),
    ] {
        let inputs = Inputs {
            cloud,
            ..Inputs::default()
        };
        let (value, _) = evaluate_text("environment().suffixes.storage", &inputs);
        assert_eq!(value.as_str(), Some(storage));
    }
    check(&[(
        "environment().resourceManager",
        "'https://management.azure.com/'",
    )]);
}

#[test]
fn what_asks_azure_is_a_call_that_stays() {
    check(&[
        ("newGuid()", "newGuid()"),
        ("utcNow('u')", "utcNow('u')"),
        ("deployer().objectId", "deployer().objectId"),
        (
            "providers('A.B', 'c').apiVersions[0]",
            "providers('A.B', 'c').apiVersions[0]",
        ),
        (
            "pickZones('A.B', 'c', 'westus2')",
            "pickZones('A.B', 'c', 'westus2')",
        ),
        ("roleDefinitions('Owner').id", "roleDefinitions('Owner').id"),
        (
            "toLogicalZone('s', 'westus2', 'westus2-az1')",
            "toLogicalZone('s', 'westus2', 'westus2-az1')",
        ),
        (
            "toPhysicalZones('s', 'westus2', createArray('1'))",
            "toPhysicalZones('s', 'westus2', createArray('1'))",
        ),
        (
            "listOutputsWithSecureValues('m', '2025-04-01').x",
            "listOutputsWithSecureValues('m', '2025-04-01').x",
        ),
    ]);
    check_errors(&[("mod(1, 0)", "`mod` divides by zero")]);
}
