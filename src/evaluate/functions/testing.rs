//! Every vector of the functions, evaluated as a template would: an output of the expression.

use crate::evaluate::{Inputs, evaluate};
use crate::source::{SourceFile, Sources};
use crate::template::from_json;
use crate::value::Value;
use std::rc::Rc;
use std::sync::Arc;

/// Evaluates an expression in a template with the parameter `u`, of which nobody knows the value, the unknown array `ua` and the
/// object `uo`. Gives the value and what was reported.
pub(super) fn evaluate_text(expression: &str, inputs: &Inputs) -> (Value, Vec<String>) {
    let text = serde_json::json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "parameters": { "u": { "type": "string" }, "ua": { "type": "array" }, "uo": { "type": "object" },
            "ui": { "type": "int" }, "secret": { "type": "secureString", "defaultValue": "hidden" } },
        "resources": [],
        "outputs": { "o": { "type": "string", "value": format!("[{expression}]") } }
    });
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("a.json", text.to_string()));
    let (document, diagnostics) = crate::syntax::json::parse(file, sources.get(file));
    assert_eq!(diagnostics, []);
    let (templates, diagnostics) = from_json(&document);
    assert_eq!(diagnostics, [], "{expression}");
    let deployment = evaluate(&Rc::default(), &Arc::new(templates), inputs);
    let value = deployment.outputs[0].value();
    let messages = deployment
        .take_diagnostics()
        .into_iter()
        .map(|diagnostic| diagnostic.message)
        .collect();
    (value, messages)
}

/// Each expression and what it is, printed as an expression.
pub(super) fn check(vectors: &[(&str, &str)]) {
    for (expression, expected) in vectors {
        let (value, messages) = evaluate_text(expression, &Inputs::default());
        assert_eq!(value.expression(), *expected, "{expression}: {messages:?}");
    }
}

/// Each expression and what is wrong with it.
pub(super) fn check_errors(vectors: &[(&str, &str)]) {
    for (expression, expected) in vectors {
        let (value, messages) = evaluate_text(expression, &Inputs::default());
        assert!(value.is_unknown(), "{expression}");
        assert_eq!(messages, [*expected], "{expression}");
    }
}

#[test]
fn hashes_are_those_of_the_deployment_engine() {
    check(&[
        ("uniqueString('snap', 'crackle', 'pop')", "'byghxckddilkc'"),
        (
            "uniqueString('/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg')",
            "'js26ofeqkqeve'",
        ),
        (
            "uniqueString('/subscriptions/1ec1dd71-d88e-465d-95e2-4996c828833a/resourceGroups/myRg')",
            "'jztimcr36svny'",
        ),
        (
            "uniqueString('/subscriptions/11068ed9-6c31-4a47-8183-4eca6d84bb32/resourceGroups/myRg')",
            "'pwt7yebfrftwu'",
        ),
        ("uniqueString('tyeth')", "'zcztcwvu6iyg6'"),
        ("uniqueString('fu')", "'6rkxbspxjmsho'"),
        ("uniqueString('fubar')", "'cj2xpqsiwjfne'"),
        ("uniqueString('fu', 'bar')", "'q5wxoscxs5j6k'"),
        ("uniqueString('hello', 'world')", "'a7wkljktk6wne'"),
        (
            "uniqueString('/subscriptions/00000000-0000-0000-0000-000000000000', 'resource-id')",
            "'cwvxuqg24sifi'",
        ),
        (
            "guid('foo', 'bar', 'baz')",
            "'2ed86837-7c7c-5eaa-9864-dd077fd19b0d'",
        ),
    ]);
}

#[test]
fn strings() {
    check(&[
        ("concat('a', 1, true())", "'a1True'"),
        ("format('a{0}b{{}}{1}', 'x', 2)", "'axb{}2'"),
        (
            "format('>{0}<>{1}<>{2}<>{3}<>{4}<', false(), 12948, 'hello!', createObject('a', 'b', '!c', 2), createArray(true(), 2893, 'abc'))",
            "'>False<>12948<>hello!<>{''a'':''b'',''!c'':2}<>[true,2893,''abc'']<'",
        ),
        (
            "join(createArray('abc', 123, true()), '/')",
            "'abc/123/True'",
        ),
        (
            "string(createObject('a', createArray(1, 'b')))",
            "'{\"a\":[1,\"b\"]}'",
        ),
        ("string(12)", "'12'"),
        ("base64(' Fizz ')", "'IEZpenog'"),
        ("base64ToString('IEZpenog')", "' Fizz '"),
        ("base64ToJson(base64('{\"a\": 1}')).a", "1"),
        (
            "dataUri(' Fizz ')",
            "'data:text/plain;charset=utf-8;base64,IEZpenog'",
        ),
        (
            "dataUriToString('data:text/plain;charset=utf-8;base64,IEZpenog')",
            "' Fizz '",
        ),
        ("dataUriToString('data:,a%20b')", "'a b'"),
        ("uriComponent(' Fizz ')", "'%20Fizz%20'"),
        ("uriComponentToString('%20Fizz%20')", "' Fizz '"),
        (
            "uri('https://github.com/another/repo', '/Azure/bicep')",
            "'https://github.com/Azure/bicep'",
        ),
        (
            "uri('https://contoso.org/firstpath', 'myscript.sh')",
            "'https://contoso.org/myscript.sh'",
        ),
        (
            "uri('https://contoso.org/firstpath/azuredeploy.json/', 'myscript.sh')",
            "'https://contoso.org/firstpath/azuredeploy.json/myscript.sh'",
        ),
        (
            "uri('https://a.b/c/d/e', '../f?x=1')",
            "'https://a.b/c/f?x=1'",
        ),
        ("contains('FOOBAR', 'foo')", "false()"),
        ("indexOf('FOOBAR', 'foo')", "0"),
        ("lastIndexOf('abAB', 'AB')", "2"),
        ("indexOf('abc', 'z')", "-1"),
        ("startsWith('abcDEF', 'AB')", "true()"),
        ("endsWith('abcDEF', 'def')", "true()"),
        ("like('abcDEF', 'AB*')", "true()"),
        ("padLeft(12, 5, '0')", "'00012'"),
        ("padLeft('abc', 2)", "'abc'"),
        ("replace('123-123', '-', '')", "'123123'"),
        (
            "split('a,b;c', createArray(',', ';'))",
            "createArray('a', 'b', 'c')",
        ),
        ("substring('abcdef', 2, 3)", "'cde'"),
        ("substring('abcdef', 4)", "'ef'"),
        ("trim('  a ')", "'a'"),
        ("toUpper('aé')", "'AÉ'"),
        (
            "json('{''a'': [1, 2.5, null], /* c */ }').a[1]",
            "json('2.5')",
        ),
        ("json('null')", "null()"),
        ("first('abc')", "'a'"),
        ("last('abc')", "'c'"),
        ("take('abc', 9)", "'abc'"),
        ("skip('abc', -1)", "'abc'"),
        ("length('a😀')", "3"),
    ]);
}

#[test]
fn arrays_and_objects() {
    check(&[
        (
            "concat(createArray(1), createArray(2))",
            "createArray(1, 2)",
        ),
        ("contains(createArray('a'), 'A')", "false()"),
        ("contains(createObject('Foo', 1), 'foo')", "true()"),
        ("createObject('Foo', 1).FOO", "1"),
        ("first(createArray())", "null()"),
        ("last(createArray(1, 2))", "2"),
        ("take(createArray(1, 2), -1)", "createArray()"),
        ("skip(createArray(1, 2), 1)", "createArray(2)"),
        ("range(3, 2)", "createArray(3, 4)"),
        ("empty(null())", "true()"),
        ("empty('')", "true()"),
        ("empty(createObject())", "true()"),
        ("length(createObject('a', 1))", "1"),
        (
            "flatten(createArray(createArray(1), createArray(createArray(2))))",
            "createArray(1, createArray(2))",
        ),
        (
            "distinct(createArray('a', 'b', 'a'))",
            "createArray('a', 'b')",
        ),
        (
            "union(createArray(1, 2), createArray(2, 3))",
            "createArray(1, 2, 3)",
        ),
        (
            "intersection(createArray(1, 2, 3), createArray(3, 2))",
            "createArray(2, 3)",
        ),
        (
            "union(json('{\"a\": {\"b\": 1, \"c\": [1]}}'), json('{\"a\": {\"c\": [2]}}'))",
            "createObject('a', createObject('b', 1, 'c', createArray(2)))",
        ),
        (
            "intersection(json('{\"a\": 1, \"b\": 2}'), json('{\"a\": 1, \"b\": 3}'))",
            "createObject('a', 1)",
        ),
        (
            "shallowMerge(createArray(json('{\"a\": {\"b\": 1}}'), json('{\"a\": {\"c\": 2}}')))",
            "createObject('a', createObject('c', 2))",
        ),
        (
            "objectKeys(json('{\"bKey\": 1, \"abcKey\": 2, \"1\": 3}'))",
            "createArray('1', 'abcKey', 'bKey')",
        ),
        ("items(json('{\"b\": 1, \"A\": 2}'))[0].value", "2"),
        ("tryGet(json('{\"a\": {\"b\": 1}}'), 'a', 'b')", "1"),
        ("tryGet(json('{\"a\": 1}'), 'z', 'b')", "null()"),
        (
            "tryGet(createArray(1, 2, 3), createObject('value', 1, 'fromEnd', true()))",
            "3",
        ),
        ("indexFromEnd(createArray(1, 2, 3), 3)", "1"),
        ("tryIndexFromEnd(createArray(1), 2)", "null()"),
        ("array('a')", "createArray('a')"),
        ("indexOf(createArray('a', 'A'), 'A')", "1"),
        ("coalesce(null(), 'a', fail('never'))", "'a'"),
        (
            "if(contains(createObject(), 'x'), createObject().x, 'd')",
            "'d'",
        ),
    ]);
}

#[test]
fn numbers_comparison_and_logic() {
    check(&[
        ("add(1, 2)", "3"),
        ("div(-7, 2)", "-3"),
        ("mod(-7, 2)", "-1"),
        ("max(createArray(1, 3, 2))", "3"),
        ("min(1, 3, 2)", "1"),
        ("int('42')", "42"),
        ("bool('True')", "true()"),
        ("equals('Standard', 'standard')", "false()"),
        (
            "equals(createObject('A', createArray(1)), createObject('a', createArray(1)))",
            "true()",
        ),
        ("less('a', 'b')", "true()"),
        ("greaterOrEquals(2, 2)", "true()"),
        ("not(false())", "true()"),
        ("and(true(), false(), fail('never'))", "false()"),
        ("or(true(), fail('never'))", "true()"),
    ]);
}

#[test]
fn lambdas() {
    let lambda = |body: &str| format!("lambda('x', {body})");
    check(&[
        (
            &format!(
                "map(createArray(1, 2), {})",
                lambda("add(lambdaVariables('x'), 1)")
            ),
            "createArray(2, 3)",
        ),
        (
            &format!(
                "filter(createArray(1, 2, 3), {})",
                lambda("greater(lambdaVariables('x'), 1)")
            ),
            "createArray(2, 3)",
        ),
        (
            "reduce(createArray(1, 2, 3), 10, lambda('a', 'b', add(lambdaVariables('a'), lambdaVariables('b'))))",
            "16",
        ),
        (
            "sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))",
            "createArray(1, 2, 3)",
        ),
        (
            &format!(
                "toObject(createArray('a', 'b'), {}, {})",
                lambda("lambdaVariables('x')"),
                lambda("1")
            ),
            "createObject('a', 1, 'b', 1)",
        ),
        (
            &format!(
                "groupBy(createArray('a', 'b', 'a'), {})",
                lambda("lambdaVariables('x')")
            ),
            "createObject('a', createArray('a', 'a'), 'b', createArray('b'))",
        ),
        (
            &format!(
                "mapValues(createObject('a', 1), {})",
                lambda("add(lambdaVariables('x'), 1)")
            ),
            "createObject('a', 2)",
        ),
        (
            "map(createArray('a', 'b'), lambda('x', 'i', lambdaVariables('i')))",
            "createArray(0, 1)",
        ),
    ]);
}

#[test]
fn addresses_and_dates() {
    check(&[
        ("cidrSubnet('10.144.0.0/20', 24, 1)", "'10.144.1.0/24'"),
        (
            "cidrSubnet('fdad:3236:5555::/48', 52, 1)",
            "'fdad:3236:5555:1000::/52'",
        ),
        ("cidrHost('10.144.3.0/24', 0)", "'10.144.3.1'"),
        (
            "cidrHost('fdad:3236:5555:3000::/52', 0)",
            "'fdad:3236:5555:3000::1'",
        ),
        (
            "parseCidr('10.144.0.0/20')",
            "createObject('network', '10.144.0.0', 'netmask', '255.255.240.0', 'broadcast', '10.144.15.255', 'firstUsable', '10.144.0.1', 'lastUsable', '10.144.15.254', 'cidr', 20)",
        ),
        (
            "parseCidr('fdad:3236:5555::/48').firstUsable",
            "'fdad:3236:5555::'",
        ),
        (
            "dateTimeAdd('2020-04-07 14:53:14Z', 'P3Y')",
            "'2023-04-07T14:53:14Z'",
        ),
        (
            "dateTimeAdd('2020-04-07 14:53:14Z', '-P9D')",
            "'2020-03-29T14:53:14Z'",
        ),
        ("dateTimeFromEpoch(1683040573)", "'2023-05-02T15:16:13Z'"),
        ("dateTimeToEpoch('2023-05-02T15:16:13Z')", "1683040573"),
    ]);
}

#[test]
fn ids_keep_their_shape_though_the_subscription_is_unknown() {
    check(&[
        (
            "resourceId('Microsoft.Storage/storageAccounts', 'st')",
            "resourceId('Microsoft.Storage/storageAccounts', 'st')",
        ),
        ("resourceGroup().id", "resourceGroup().id"),
        ("subscription().id", "subscription().id"),
        ("resourceGroup().location", "resourceGroup().location"),
        (
            "uniqueString(resourceGroup().id)",
            "uniqueString(resourceGroup().id)",
        ),
        (
            "concat('st', uniqueString(resourceGroup().id))",
            "concat('st', uniqueString(resourceGroup().id))",
        ),
        (
            "resourceId('Microsoft.Sql/servers/databases', 'a', parameters('u'))",
            "resourceId('Microsoft.Sql/servers/databases', 'a', parameters('u'))",
        ),
        (
            "last(split(resourceId('Microsoft.Storage/storageAccounts', 'st'), '/'))",
            "'st'",
        ),
        ("split(resourceGroup().id, '/')[4]", "resourceGroup().name"),
        (
            "tenantResourceId('A.B/c/d', 'x', 'y')",
            "'/providers/A.B/c/x/d/y'",
        ),
        (
            "extensionResourceId('/x', 'A.B/c', 'y')",
            "'/x/providers/A.B/c/y'",
        ),
        (
            "resourceId('11111111-1111-1111-1111-111111111111', 'rg', 'A.B/c', 'y')",
            "'/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/A.B/c/y'",
        ),
        (
            "subscriptionResourceId('11111111-1111-1111-1111-111111111111', 'A.B/c', 'y')",
            "'/subscriptions/11111111-1111-1111-1111-111111111111/providers/A.B/c/y'",
        ),
        ("environment().suffixes.storage", "'core.windows.net'"),
        ("environment().suffixes.keyvaultDns", "'.vault.azure.net'"),
        (
            "environment().suffixes.sqlServerHostname",
            "'.database.windows.net'",
        ),
        (
            "environment().authentication.loginEndpoint",
            "'https://login.microsoftonline.com/'",
        ),
    ]);
    let inputs = Inputs {
        subscription: Some("s".into()),
        resource_group: Some("g".into()),
        location: Some("westeurope".into()),
        ..Inputs::default()
    };
    for (expression, expected) in [
        (
            "resourceId('A.B/c', 'n')",
            "'/subscriptions/s/resourceGroups/g/providers/A.B/c/n'",
        ),
        (
            "resourceId('h', 'A.B/c', 'n')",
            "'/subscriptions/s/resourceGroups/h/providers/A.B/c/n'",
        ),
        (
            "resourceId('t', 'h', 'A.B/c/d', 'n', 'm')",
            "'/subscriptions/t/resourceGroups/h/providers/A.B/c/n/d/m'",
        ),
        (
            "managementGroupResourceId('m', 'A.B/c', 'n')",
            "'/providers/Microsoft.Management/managementGroups/m/providers/A.B/c/n'",
        ),
        ("resourceGroup().location", "'westeurope'"),
    ] {
        assert_eq!(
            evaluate_text(expression, &inputs).0.expression(),
            expected,
            "{expression}"
        );
    }
}

#[test]
fn what_is_unknown_stays_and_the_rest_is_known() {
    check(&[
        ("parameters('u')", "parameters('u')"),
        (
            "concat('a', 'b', parameters('u'), 'c')",
            "concat('ab', parameters('u'), 'c')",
        ),
        (
            "format('a{0}c', parameters('u'))",
            "concat('a', parameters('u'), 'c')",
        ),
        (
            "toLower(concat('A', parameters('u')))",
            "concat('a', toLower(parameters('u')))",
        ),
        ("startsWith(concat('abc', parameters('u')), 'AB')", "true()"),
        ("startsWith(concat('abc', parameters('u')), 'x')", "false()"),
        (
            "startsWith(concat('a', parameters('u')), 'ab')",
            "startsWith(concat('a', parameters('u')), 'ab')",
        ),
        ("take(concat('abc', parameters('u')), 2)", "'ab'"),
        ("empty(concat('a', parameters('u')))", "false()"),
        ("empty(parameters('u'))", "empty(parameters('u'))"),
        ("length(createArray(parameters('u'), 1))", "2"),
        ("first(createArray(parameters('u')))", "parameters('u')"),
        (
            "length(concat(parameters('ua'), createArray(1)))",
            "length(createArray(1))",
        ),
        ("empty(concat(parameters('ua'), createArray(1)))", "false()"),
        (
            "contains(concat(parameters('ua'), createArray(1)), 1)",
            "true()",
        ),
        (
            "contains(concat(parameters('ua'), createArray(1)), 2)",
            "contains(createArray(1), 2)",
        ),
        ("equals(parameters('u'), parameters('u'))", "true()"),
        (
            "equals(parameters('u'), 'a')",
            "equals(parameters('u'), 'a')",
        ),
        ("and(equals(parameters('u'), 'a'), false())", "false()"),
        ("or(equals(parameters('u'), 'a'), true())", "true()"),
        ("if(equals(parameters('u'), 'a'), 'x', 'x')", "'x'"),
        (
            "coalesce(reference('u').x, 'x')",
            "coalesce(reference('u').x, 'x')",
        ),
        (
            "union(createObject('a', 1), parameters('uo'), createObject('b', 2)).b",
            "2",
        ),
        (
            "contains(union(createObject('a', 1), parameters('uo')), 'a')",
            "true()",
        ),
        ("union(parameters('uo'), createObject('a', 1)).a", "1"),
        ("parameters('uo').x[0]", "parameters('uo').x[0]"),
        (
            "tryGet(createObject('a', parameters('uo')), 'a', 'x', 0)",
            "tryGet(parameters('uo'), 'x', 0)",
        ),
        ("reference('x').y", "reference('x').y"),
        (
            "listKeys('x', '2020-01-01').keys[0].value",
            "listKeys('x').keys[0].value",
        ),
        ("add(parameters('ui'), 1)", "add(parameters('ui'), 1)"),
        (
            "variables(parameters('u')).x",
            "variables(parameters('u')).x",
        ),
        (
            "equals(parameters(concat('p', parameters('u'))), parameters(concat('p', parameters('u'))))",
            "true()",
        ),
        (
            "equals(map(parameters('ua'), lambda('x', 1)), map(parameters('ua'), lambda('x', 1)))",
            "true()",
        ),
        (
            "equals(map(parameters('ua'), lambda('x', 1)), map(parameters('ua'), lambda('x', 2)))",
            "equals(map(parameters('ua'), lambda('x', 1)), map(parameters('ua'), lambda('x', 2)))",
        ),
        (
            "map(createArray(1, 2), lambda('a', map(parameters('ua'), lambda('x', lambdaVariables('a')))))[0]",
            "map(parameters('ua'), lambda('x', lambdaVariables('a')))",
        ),
        (
            "length(distinct(map(createArray(1, 2), lambda('a', map(parameters('ua'), lambda('x', lambdaVariables('a')))))))",
            "length(distinct(createArray(map(parameters('ua'), lambda('x', lambdaVariables('a'))), map(parameters('ua'), lambda('x', lambdaVariables('a'))))))",
        ),
    ]);
    let (value, _) = evaluate_text(
        "union(createObject('a', 1), parameters('uo')).a",
        &Inputs::default(),
    );
    assert!(
        value.is_unknown(),
        "what is on the left of an unknown may be overridden"
    );
}

#[test]
fn a_secret_taints_what_is_made_of_it() {
    for expression in [
        "parameters('secret')",
        "concat(parameters('secret'), parameters('u'))",
        "concat('a', parameters('secret'))",
        "base64(parameters('secret'))",
    ] {
        let (value, _) = evaluate_text(expression, &Inputs::default());
        assert!(value.secure, "{expression}");
        assert!(
            !value.display().contains("hidden") && !value.expression().contains("hidden"),
            "{expression}"
        );
    }
    // What holds a secret shows the rest of itself.
    let inside = "createObject('a', concat(parameters('secret'), parameters('u')), 'b', 1)";
    check(&[(inside, "createObject('a', '***', 'b', 1)")]);
}

#[test]
fn mistakes_are_told() {
    check_errors(&[
        ("nope('a')", "there is no function `nope`"),
        ("concat()", "`concat` takes at least 1 argument, not 0"),
        ("parameters('none')", "parameter `none` is not declared"),
        ("variables('none')", "variable `none` is not declared"),
        ("variables(1)", "`variables` takes a string, not an integer"),
        ("createObject().x", "the object has no property `x`"),
        ("createArray(1)[3]", "the array has 1 elements, none at 3"),
        ("div(1, 0)", "`div` divides by zero"),
        ("add('a', 1)", "`add` takes an integer, not a string"),
        ("copyIndex()", "there is no loop around `copyIndex`"),
        ("if('a', 1, 2)", "the condition of `if` is a string"),
        (
            "range(0, 1000000000)",
            "`range` makes at most 10000 numbers, not 1000000000",
        ),
        (
            "padLeft('a', 1000000000)",
            "the value is larger than 1048576 bytes, 1000000 parts or 1000 levels",
        ),
        (
            "substring('abc', 5)",
            "`substring` begins at 5, outside of a text of 3 characters",
        ),
        (
            "resourceId('A.B/c/d', 'x')",
            "`resourceId` gets 1 names for the 2 segments of `A.B/c/d`",
        ),
        ("fail('no')", "the template refuses to deploy: no"),
    ]);
}

/// Rows of the compiler's own table of calls with literal arguments, restated.
#[test]
fn calls_with_literals_have_the_values_that_the_compiler_knows() {
    check(&[
        ("base64(' Fizz ')", "'IEZpenog'"),
        ("base64ToString('IEZpenog')", "' Fizz '"),
        (
            "dataUri(' Fizz ')",
            "'data:text/plain;charset=utf-8;base64,IEZpenog'",
        ),
        (
            "dataUriToString('data:text/plain;charset=utf-8;base64,IEZpenog')",
            "' Fizz '",
        ),
        ("first('Fizz')", "'F'"),
        ("last('Fizz')", "'z'"),
        ("toLower(' Fizz ')", "' fizz '"),
        ("toUpper(' Fizz ')", "' FIZZ '"),
        ("trim(' Fizz ')", "'Fizz'"),
        ("uriComponent(' Fizz ')", "'%20Fizz%20'"),
        ("uriComponentToString('%20Fizz%20')", "' Fizz '"),
        ("uniqueString('snap', 'crackle', 'pop')", "'byghxckddilkc'"),
        (
            "guid('foo', 'bar', 'baz')",
            "'2ed86837-7c7c-5eaa-9864-dd077fd19b0d'",
        ),
        ("replace('foot', 't', 'd')", "'food'"),
        ("format('{0}/{1}/{2}/{3}', 1, 2, 3, true())", "'1/2/3/True'"),
        ("padLeft('00', 5, ' ')", "'   00'"),
        ("length('table')", "5"),
        ("length(createArray(1, 2, 3, 4, 5))", "5"),
        (
            "uri('https://github.com/another/repo', '/Azure/bicep')",
            "'https://github.com/Azure/bicep'",
        ),
        ("substring('foot', 0, 3)", "'foo'"),
        ("take('foot', 3)", "'foo'"),
        ("skip('foot', 3)", "'t'"),
        ("empty('non-empty string')", "false()"),
        ("contains('foot', 'foo')", "true()"),
        ("indexOf('food', 'o')", "1"),
        ("lastIndexOf('food', 'o')", "2"),
        ("startsWith('food', 'foo')", "true()"),
        ("endsWith('foot', 't')", "true()"),
        ("min(10, 4, 1, 6)", "1"),
        ("max(10, 4, 1, 6)", "10"),
        (
            "split('fizz,buzz,pop', ',')",
            "createArray('fizz', 'buzz', 'pop')",
        ),
        (
            "take(createArray('fizz', 'buzz', 'pop'), 2)",
            "createArray('fizz', 'buzz')",
        ),
        (
            "contains(createArray('fizz', 'buzz', 'pop'), 'fizz')",
            "true()",
        ),
        (
            "intersection(createArray('fizz', 'buzz', 'pop'), createArray('snap', 'crackle', 'pop'))",
            "createArray('pop')",
        ),
        (
            "union(createArray('fizz', 'buzz'), createArray('pop'))",
            "createArray('fizz', 'buzz', 'pop')",
        ),
        ("first(createArray('fizz', 'buzz', 'pop'))", "'fizz'"),
        ("first(createArray())", "null()"),
        ("last(createArray('fizz', 'buzz', 'pop'))", "'pop'"),
        ("last(createArray())", "null()"),
        (
            "indexOf(createArray('fizz', 'buzz', 'pop', 'fizz'), 'fizz')",
            "0",
        ),
        (
            "lastIndexOf(createArray('fizz', 'buzz', 'pop', 'fizz'), 'fizz')",
            "3",
        ),
        ("min(createArray(10, 4, 1, 6))", "1"),
        ("max(createArray(10, 4, 1, 6))", "10"),
        (
            "join(createArray('foo', 'bar', 'baz'), '/')",
            "'foo/bar/baz'",
        ),
        (
            "join(createArray('abc', 123, true()), '/')",
            "'abc/123/True'",
        ),
    ]);
}

#[test]
fn addresses_are_put_together_and_taken_apart() {
    check(&[
        (
            "buildUri(createObject('scheme', 'https', 'host', 'st.blob.core.windows.net', 'port', 8080, 'path', '/a/b.json', 'query', '?x=1'))",
            "'https://st.blob.core.windows.net:8080/a/b.json?x=1'",
        ),
        (
            "buildUri(createObject('scheme', 'http', 'host', 'a.b', 'port', null(), 'path', 'c', 'query', 'x=1'))",
            "'http://a.b/c?x=1'",
        ),
        ("parseUri('https://a.b:8080/c/d?x=1').host", "'a.b'"),
        ("parseUri('https://a.b:8080/c/d?x=1').port", "8080"),
        ("parseUri('https://a.b:8080/c/d?x=1').path", "'/c/d'"),
        ("parseUri('https://a.b:8080/c/d?x=1').query", "'?x=1'"),
        ("parseUri('https://a.b').path", "'/'"),
        (
            "parseUri('https://a.b').port",
            "parseUri('https://a.b').port",
        ),
    ]);
    check_errors(&[
        ("parseUri('a/b')", "`a/b` is no absolute URI"),
        (
            "buildUri(createObject('host', 'a.b'))",
            "`buildUri` needs a scheme and a host",
        ),
    ]);
}

#[test]
fn names_that_differ_in_case_only_are_there_side_by_side() {
    check(&[
        (
            "objectKeys(createObject('abcKey', 1, 'ABCKey', 2, '1', 3))",
            "createArray('1', 'abcKey', 'ABCKey')",
        ),
        ("createObject('abcKey', 1, 'ABCKey', 2).abcKey", "1"),
        ("createObject('abcKey', 1, 'ABCKey', 2).ABCKey", "2"),
        ("createObject('abcKey', 1, 'ABCKey', 2).abckey", "2"),
    ]);
}
