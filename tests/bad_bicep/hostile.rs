//! One file made to break what reads it: nested, long, growing, or going round in circles.

use super::Cases;

/// So many brackets, operators or holes.
const MANY: usize = 100_000;
/// So many declarations of which each is evaluated.
const SOME: usize = 5_000;

fn nested(open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(MANY), close.repeat(MANY))
}

/// Lines made of their numbers.
fn lines(numbers: std::ops::Range<usize>, line: impl Fn(usize) -> String) -> String {
    numbers.map(|number| line(number) + "\n").collect()
}

#[test]
fn odd_words_in_odd_places_are_read() {
    let mut cases = Cases::default();
    for (name, text, code) in [
        (
            "colon-behind-the-version",
            "resource a 'Microsoft.A/b@2024-01-01:c' = {\n  name: 'a'\n}\n",
            "",
        ),
        (
            "name-that-is-an-array",
            "resource a 'Microsoft.A/b@2024-01-01' = {\n  name: ['a']\n}\n",
            "AM204",
        ),
        (
            "name-that-is-a-number",
            "resource a 'Microsoft.A/b@2024-01-01' = {\n  name: 1\n}\nassert b = (a.id) != '?'\n",
            "AM204",
        ),
        (
            "scope-that-is-an-array",
            "module a 'b.bicep' = {\n  scope: resourceGroup([])\n}\n",
            "AM303",
        ),
        ("property-of-nothing", "var a = {\n  .\n}\n", "AM106"),
        ("decorator-of-nothing", "@\n", "AM106"),
    ] {
        cases.check(&format!("odd-{name}"), text, code);
    }
    cases.done();
}

#[test]
fn names_are_only_so_long() {
    let mut cases = Cases::default();
    let resource = |name: &str| {
        format!(
            "var t = padLeft('x', 1000000)\nvar s = join(range(0, 800), '/')\nresource a 'Microsoft.A/b@2024-01-01' = [for i in range(0, 800): {{\n  name: {name}\n}}]\n"
        )
    };
    for (name, text) in [
        ("bytes", resource("'${t}${i}'")),
        ("segments", resource("'${s}/${i}'")),
    ] {
        cases.check(&format!("name-{name}"), &text, "AM406");
    }
    cases.done();
}

#[test]
fn brackets_nest_only_so_deep() {
    let mut cases = Cases::default();
    for (name, open, inner, close) in [
        ("arrays", "[", "1", "]"),
        ("arrays-on-lines", "[\n", "1", "\n]"),
        ("objects", "{ a: ", "1", " }"),
        ("objects-on-lines", "{\na: ", "1", "\n}"),
        ("parentheses", "(", "1", ")"),
        ("interpolations", "'${", "1", "}'"),
        ("long-interpolations", "$'''${", "1", "}'''"),
        ("calls", "length(", "1", ")"),
        ("methods", "a.b(", "1", ")"),
        ("indexes", "a[", "1", "]"),
        ("lambdas", "map([], a => ", "1", ")"),
        ("loops", "[for a in b: ", "1", "]"),
        ("lists-of-loops", "[for a in ", "b", ": 1]"),
        ("spreads", "[...", "[]", "]"),
    ] {
        let value = nested(open, inner, close);
        cases.check(
            &format!("nested-{name}"),
            &format!("var a = {value}\n"),
            "AM402",
        );
        let unclosed = open.repeat(MANY);
        cases.check(
            &format!("nested-open-{name}"),
            &format!("var a = {unclosed}\nvar b = 1\n"),
            "AM402",
        );
    }
    cases.done();
}

#[test]
fn operators_follow_one_another_only_so_long() {
    let mut cases = Cases::default();
    let many = |text: &str| text.repeat(MANY);
    for (name, value) in [
        ("nots", many("!") + "true"),
        ("minuses", many("- ") + "1"),
        ("ternaries", many("true ? 1 : ") + "1"),
        ("ternaries-inside", many("true ? ") + "1" + &many(" : 1")),
        ("members", "b".to_owned() + &many(".b")),
        ("safe-members", "b".to_owned() + &many(".?b")),
        ("elements", "b".to_owned() + &many("[0]")),
        ("elements-from-the-end", "b".to_owned() + &many("[?^1]")),
        ("nested-resources", "b".to_owned() + &many("::b")),
        ("not-nulls", "b".to_owned() + &many("!")),
        ("coalescing", "b".to_owned() + &many(" ?? b")),
        ("sums", "1".to_owned() + &many(" + 1")),
        ("conditions", "true".to_owned() + &many(" && true")),
        ("calls-in-a-row", "b".to_owned() + &many(".b()")),
        ("arrows", many("b => ") + "1"),
    ] {
        let text = format!("param b object = {{}}\nvar a = {value}\n");
        // An operator before an operator is none of the language.
        let code = if matches!(name, "nots" | "minuses") {
            "AM106"
        } else {
            "AM402"
        };
        cases.check(&format!("row-{name}"), &text, code);
    }
    cases.done();
}

#[test]
fn types_nest_only_so_deep() {
    let mut cases = Cases::default();
    for (name, value) in [
        ("objects", nested("{ a: ", "int", " }")),
        ("tuples", nested("[", "int", "]")),
        ("parentheses", nested("(", "int", ")")),
        ("arrays", "int".to_owned() + &"[]".repeat(MANY)),
        ("members", "object".to_owned() + &".a".repeat(MANY)),
        ("elements", "object".to_owned() + &"[*]".repeat(MANY)),
        ("arguments", nested("resourceInput<", "'a'", ">")),
        ("not-nulls", "int".to_owned() + &"!".repeat(MANY)),
    ] {
        cases.check(
            &format!("type-{name}"),
            &format!("type a = {value}\n"),
            "AM402",
        );
    }
    cases.done();
}

#[test]
fn resources_nest_only_so_deep() {
    let mut cases = Cases::default();
    let open = "resource a 'b' = {\n";
    let text = format!(
        "resource a 'Microsoft.A/b@2024-01-01' = {{\n{}",
        nested(open, "", "}\n")
    );
    cases.check("nested-resource-declarations", &(text + "}\n"), "AM402");
    cases.done();
}

#[test]
fn long_lists_are_read() {
    let mut cases = Cases::default();
    let list = |item: &str| vec![item; MANY].join(", ");
    for (name, text) in [
        ("elements", format!("var a = [{}]\n", list("1"))),
        ("arguments", format!("var a = concat({})\n", list("[]"))),
        (
            "union",
            format!("param a {}\n", vec!["'b'"; MANY].join(" | ")),
        ),
        ("text", format!("var a = '{}'\n", "b".repeat(MANY))),
        ("comments", "/* */".repeat(MANY) + "\n"),
        ("lines", "\n".repeat(MANY)),
        ("holes", format!("var a = '{}'\n", "${1}".repeat(MANY))),
    ] {
        cases.check(&format!("long-{name}"), &text, "");
    }
    for (name, text) in [
        ("decorators", "@secure()\n".repeat(MANY)),
        ("parameters", "param\n".repeat(MANY)),
        (
            "names",
            format!("import {{ {} }} from 'a.bicep'\n", list("b")),
        ),
        ("dollars", "$".repeat(MANY) + "'''a"),
        ("quotes", "'".repeat(MANY) + "\n"),
        ("directives", "#disable-next-line\n".repeat(MANY)),
        ("name", format!("var {} = 1\n", "a".repeat(MANY))),
    ] {
        cases.check(&format!("long-{name}"), &text, "AM1");
    }
    cases.done();
}

#[test]
fn circles_are_told() {
    let mut cases = Cases::default();
    for (name, text) in [
        ("variables", "var a = b\nvar b = a\nassert c = (a) != '?'\n"),
        (
            "variable",
            "var a = [for x in a: a]\nassert c = (a) != '?'\n",
        ),
        (
            "parameters",
            "param a int = b\nparam b int = a\nassert c = (a) != '?'\n",
        ),
        (
            "functions",
            "func a(x int) int => b(x)\nfunc b(x int) int => a(x)\nassert c = (a(1)) != '?'\n",
        ),
        (
            "names",
            "resource a 'Microsoft.A/b@2024-01-01' = {\n  name: b.name\n}\nresource b 'Microsoft.A/b@2024-01-01' = {\n  name: a.name\n}\n",
        ),
        (
            "own-name",
            "resource a 'Microsoft.A/b@2024-01-01' = {\n  name: a.name\n}\n",
        ),
        (
            "ids",
            "resource a 'Microsoft.A/b@2024-01-01' = {\n  name: last(split(b.id, '/'))\n}\nresource b 'Microsoft.A/b@2024-01-01' = {\n  name: last(split(a.id, '/'))\n}\n",
        ),
        (
            "parents",
            "resource a 'Microsoft.A/b/c@2024-01-01' = {\n  parent: b\n  name: 'a'\n}\nresource b 'Microsoft.A/b/c@2024-01-01' = {\n  parent: a\n  name: 'b'\n}\n",
        ),
        (
            "own-parent",
            "resource a 'Microsoft.A/b/c@2024-01-01' = {\n  parent: a\n  name: 'a'\n}\nassert b = (a.id) != '?'\n",
        ),
        (
            "scopes",
            "resource a 'Microsoft.A/b@2024-01-01' = {\n  scope: b\n  name: 'a'\n}\nresource b 'Microsoft.A/b@2024-01-01' = {\n  scope: a\n  name: 'b'\n}\n",
        ),
        (
            "own-scope",
            "resource a 'Microsoft.A/b@2024-01-01' = {\n  scope: a\n  name: 'a'\n}\nassert b = (a.id) != '?'\n",
        ),
        (
            "loop",
            "resource a 'Microsoft.A/b@2024-01-01' = [for x in a: {\n  name: x.name\n}]\n",
        ),
        (
            "loop-of-ids",
            "resource a 'Microsoft.A/b@2024-01-01' = [for (x, i) in range(0, length(a[0].name)): {\n  name: 'a${i}'\n}]\n",
        ),
        (
            "versions",
            "resource a 'Microsoft.A/b@2024-01-01' = {\n  name: 'a'\n  tags: { x: b.tags.x }\n}\nresource b 'Microsoft.A/b@2024-01-01' = if (a.name == b.name) {\n  name: a.name\n  tags: { x: a.tags.x }\n}\nassert x = (b.?name ?? '') != '?'\n",
        ),
    ] {
        let code = if matches!(name, "versions" | "loop") {
            ""
        } else {
            "AM206"
        };
        cases.check(&format!("circle-{name}"), text, code);
    }
    for (name, text) in [
        ("types", "type a = b\ntype b = a\nparam c a\n"),
        ("type", "type a = a\nparam c a\n"),
        ("type-of-nulls", "type a = a?\nparam c a\n"),
    ] {
        cases.check(&format!("circle-{name}"), text, "AM207");
    }
    for (name, text) in [
        (
            "type-members",
            "type a = b.x\ntype b = a\nparam c a = 1\nassert d = (c) != '?'\n",
        ),
        (
            "tree",
            "type tree = { left: tree?, right: tree? }\nparam c tree = { left: { right: {} } }\nassert d = (c) != '?'\n",
        ),
        (
            "parts",
            "type a = { x: a.x }\ntype b = b[*]\ntype d = [ d[0] ]\nparam c a = { x: 1 }\nassert e = (c) != '?'\n",
        ),
        (
            "unions",
            "@discriminator('k')\ntype a = a | b\ntype b = a | b\nparam c a = { k: 'x' }\nassert d = (c) != '?'\n",
        ),
    ] {
        cases.check(&format!("circle-{name}"), text, "");
    }
    cases.done();
}

#[test]
fn long_chains_end() {
    let mut cases = Cases::default();
    let declared = |number: usize| format!("resource r{number} 'Microsoft.A/b@2024-01-01'");
    for (name, text) in [
        (
            "variables",
            "var a0 = 1\n".to_owned()
                + &lines(1..MANY, |n| format!("var a{n} = a{}", n - 1))
                + &format!("assert b = (a{}) != '?'\n", MANY - 1),
        ),
        (
            "parameters",
            "param a0 int = 1\n".to_owned()
                + &lines(1..MANY, |n| format!("param a{n} int = a{}", n - 1))
                + &format!("assert b = (a{}) != '?'\n", MANY - 1),
        ),
        (
            "functions",
            "func a0(x int) int => x\n".to_owned()
                + &lines(1..MANY, |n| {
                    format!("func a{n}(x int) int => a{}(x)", n - 1)
                })
                + &format!("assert b = (a{}(1)) != '?'\n", MANY - 1),
        ),
        (
            "names",
            declared(0)
                + " = {\n  name: 'a'\n}\n"
                + &lines(1..SOME, |n| {
                    format!("{} = {{\n  name: r{}.name\n}}", declared(n), n - 1)
                })
                + &format!("assert b = (r{}.name) != '?'\n", SOME - 1),
        ),
        (
            "parents",
            declared(0)
                + " = {\n  name: 'a'\n}\n"
                + &lines(1..SOME, |n| {
                    format!(
                        "resource r{n} 'c@2024-01-01' = {{\n  parent: r{}\n  name: 'a'\n}}",
                        n - 1
                    )
                })
                + &format!("assert b = (r{}.id) != '?'\n", SOME - 1),
        ),
        (
            "scopes",
            declared(0)
                + " = {\n  name: 'a'\n}\n"
                + &lines(1..SOME, |n| {
                    format!("{} = {{\n  scope: r{}\n  name: 'a'\n}}", declared(n), n - 1)
                })
                + &format!("assert b = (r{}.id) != '?'\n", SOME - 1),
        ),
    ] {
        cases.check(&format!("chain-{name}"), &text, "AM405");
    }
    let types = "type a0 = int\n".to_owned()
        + &lines(1..MANY, |n| format!("type a{n} = a{}", n - 1))
        + &format!("param b a{} = 1\n", MANY - 1);
    cases.check("chain-types", &types, "AM207");
    let backwards = lines(1..MANY, |n| format!("type a{n} = a{}", n + 1))
        + &format!("type a{MANY} = int\nparam b a1 = 'a'\n");
    cases.check("chain-types-backwards", &backwards, "");
    cases.done();
}

/// The deepest expression that is read, in each of a chain of variables: how deep evaluation goes is the product.
#[test]
fn deep_expressions_in_a_long_chain_end() {
    let mut cases = Cases::default();
    for (name, open, close) in [
        ("sums", "", " + 1"),
        ("negations", "-(", ")"),
        ("parentheses", "(", " + 1)"),
        ("arrays", "[", "][0]"),
        ("objects", "{ a: ", " }.a"),
        ("choices", "a0 != 1 ? 1 : ", ""),
        ("texts", "length('${", "}')"),
        ("lambdas", "map([1], x => ", ")[0]"),
        ("loops", "[for x in [1]: ", "][0]"),
        ("functions", "f(", ")"),
        ("coalescing", "null ?? ", ""),
    ] {
        for depth in [100, 400] {
            let deep = |inner: String| open.repeat(depth) + &inner + &close.repeat(depth);
            let text = "func f(x int) int => x\nvar a0 = 1\n".to_owned()
                + &lines(1..398, |n| {
                    format!("var a{n} = {}", deep(format!("a{}", n - 1)))
                })
                + "assert b = (a397) != '?'\n";
            // The last operand of a row on the left is near its top.
            let code = if name == "coalescing" { "" } else { "AM40" };
            cases.check(&format!("deep-{name}-{depth}"), &text, code);
        }
    }
    cases.done();
}

#[test]
fn growing_values_are_told() {
    let mut cases = Cases::default();
    let doubling = |first: &str, line: &dyn Fn(usize) -> String| {
        format!("var a0 = {first}\n")
            + &lines(1..64, |n| format!("var a{n} = {}", line(n - 1)))
            + "assert b = (a63) != '?'\n"
    };
    for (name, text) in [
        (
            "texts",
            doubling("'x'", &|n| format!("'${{a{n}}}${{a{n}}}'")),
        ),
        ("arrays", doubling("[1]", &|n| format!("[a{n}, a{n}]"))),
        (
            "objects",
            doubling("{ x: 1 }", &|n| format!("{{ x: a{n}, y: a{n} }}")),
        ),
        (
            "concatenations",
            doubling("[1]", &|n| format!("concat(a{n}, a{n})")),
        ),
        (
            "spreads",
            doubling("[1]", &|n| format!("[...a{n}, ...a{n}]")),
        ),
        (
            "joins",
            doubling("'x'", &|n| format!("join([a{n}, a{n}], a{n})")),
        ),
        (
            "formats",
            doubling("'x'", &|n| format!("format('{{0}}{{0}}', a{n})")),
        ),
        (
            "replacements",
            doubling("'xx'", &|n| format!("replace(a{n}, 'x', a{n})")),
        ),
        (
            "strings",
            doubling("[1]", &|n| format!("[string(a{n}), string(a{n})]")),
        ),
        (
            "padding",
            "assert b = (padLeft('x', 2000000000)) != '?'\n".to_owned(),
        ),
        (
            "unknowns",
            "param a0 string\n".to_owned()
                + &lines(1..64, |n| {
                    format!("var a{n} = '${{a{}}}-${{a{}}}'", n - 1, n - 1)
                })
                + "assert b = (a63) != '?'\n",
        ),
        (
            "unknown-choices",
            "param p bool\nparam a0 string\n".to_owned()
                + &lines(1..64, |n| {
                    format!("var a{n} = p ? a{} : toUpper(a{})", n - 1, n - 1)
                })
                + "assert b = (a63) != '?'\n",
        ),
        (
            "reductions",
            "assert b = (reduce(range(0, 10000), [1], (x, y) => concat(x, x))) != '?'\n".to_owned(),
        ),
        (
            "maps",
            "assert b = (map(range(0, 10000), i => range(0, 10000))) != '?'\n".to_owned(),
        ),
        (
            "objects-of-ranges",
            "assert b = (toObject(range(0, 10000), i => 'k${i}', i => range(0, 10000))) != '?'\n".to_owned(),
        ),
        (
            "lists-of-texts",
            "var t = padLeft('x', 1000000)\nassert b = (map(range(0, 10000), i => '${t}${i}')) != '?'\n".to_owned(),
        ),
        (
            "literals",
            format!("assert b = ([{}]) != '?'\n", vec!["range(0, 10000)"; 1_000].join(", ")),
        ),
        (
            "ranges",
            "assert b = ([for i in range(0, 800): range(0, 10000)]) != '?'\n".to_owned(),
        ),
    ] {
        let code = match name {
            // What two branches of an unknown choice would grow to is nobody's mistake yet.
            "unknown-choices" => "",
            _ => "AM40",
        };
        cases.check(&format!("growing-{name}"), &text, code);
    }
    cases.done();
}

#[test]
fn deep_values_are_told() {
    let mut cases = Cases::default();
    for (name, text) in [
        (
            "arrays",
            "assert b = (reduce(range(0, 10000), [], (x, y) => [x])) != '?'\n",
        ),
        (
            "objects",
            "assert b = (reduce(range(0, 10000), {}, (x, y) => { x: x })) != '?'\n",
        ),
        (
            "arrays-of-arrays",
            "var a = reduce(range(0, 9000), [], (x, y) => reduce(range(0, 50), x, (z, w) => [z]))\nassert b = (a == [a]) != '?'\n",
        ),
        (
            "unknowns",
            "param p string\nassert b = (reduce(range(0, 10000), p, (x, y) => toLower(x))) != '?'\n",
        ),
        (
            "texts-of-brackets",
            "var a = reduce(range(0, 17), '[', (x, y) => '${x}${x}')\nassert b = (json(a)) != '?'\n",
        ),
    ] {
        cases.check(&format!("deep-value-{name}"), text, "AM");
    }
    // The value itself is small, but what it went through is long.
    let text = "assert b = (reduce(range(0, 9000), 1, (x, y) => reduce(range(0, 30), x, (z, w) => z))) != '?'\n";
    cases.check("long-way", text, "");
    cases.done();
}

#[test]
fn long_loops_are_told() {
    let mut cases = Cases::default();
    let big = "resource a 'Microsoft.Storage/storageAccounts@2023-05-01' = [for i in range(0, 800): {\n  name: 'a${i}'\n  location: 'eastus'\n  sku: { name: 'Standard_LRS' }\n";
    for (name, text, code) in [
        ("range", "assert a = ([for i in range(0, 10000): i]) != '?'\n".to_owned(), "AM404"),
        ("three", "assert a = ([for i in range(0, 800): [for j in range(0, 800): [for k in range(0, 800): i * j * k]]]) != '?'\n".to_owned(), "AM40"),
        ("three-empty", "assert a = ([for i in range(0, 800): [for j in range(0, 800): [for k in range(0, 800): []]]]) != '?'\n".to_owned(), "AM40"),
        ("three-maps", "assert a = (map(range(0, 10000), i => map(range(0, 10000), j => map(range(0, 10000), k => i)))) != '?'\n".to_owned(), "AM405"),
        ("sort", "assert a = (sort(range(0, 10000), (x, y) => sort(range(0, 10000), (z, w) => z > w)[0] > x)) != '?'\n".to_owned(), "AM405"),
        ("resources", big.to_owned() + "}]\n", "ST"),
        ("resources-inside", big.to_owned() + "\n  resource b 'blobServices' = [for j in range(0, 800): {\n    name: 'b${j}'\n  }]\n}]\n", "AM405"),
        ("resources-too-many", big.replace("range(0, 800)", "range(0, 10000)") + "}]\n", "AM404"),
        ("unknown", "param p array\nassert a = ([for i in p: [for j in i: [for k in j: k.x.y.z]]]) != '?'\n".to_owned(), ""),
    ] {
        cases.check(&format!("loop-{name}"), &text, code);
    }
    cases.done();
}

/// Few steps that each take long.
#[test]
fn work_on_large_values_is_counted() {
    let mut cases = Cases::default();
    let large = "var a = [for i in range(0, 800): range(0, 100)]\nvar t = string(a)\nvar o = toObject(range(0, 5000), i => 'k${i}')\nvar l = [for i in range(0, 700): { x: i, y: [i] }]\nvar d = [...range(0, 10000), ...range(10000, 10000)]\nfunc f(x int[]) int => length(x)\nfunc g(x array) int => length(x)\n";
    let often = |expression: &str| {
        format!(
            "{large}assert b = ([for i in range(0, 800): [for j in range(0, 800): {expression}]]) != '?'\n"
        )
    };
    for (name, text) in [
        ("equality", often("[...a, i] == [...a, j]")),
        ("text", often("length(string(a))")),
        ("union", often("length(union(d, [i, j]))")),
        ("contains", often("contains(d, -1)")),
        ("index-of", often("indexOf(t, 'x${i}${j}')")),
        ("split", often("length(split(t, ','))")),
        ("hash", often("uniqueString(t, string(j))")),
        ("interpolation", often("length('${t}${j}')")),
        ("function", often("f(d)")),
        ("merge", often("length({ ...o, x: i })")),
        ("distinct-objects", often("length(union(l, l))")),
        ("like", often("like(t, '*0*1*2*3*4*5*6*7*8*9*x')")),
        ("join", often("length(join(d, ','))")),
        ("format", often("length(format('{0}{0}{0}{0}', string(d)))")),
        ("texts", often("[t, t, t, t, '${t}${i}']")),
        (
            "group",
            often("length(groupBy(range(0, 5000), k => 'k${k}'))"),
        ),
        ("failure", often("int('${t}${j}')")),
    ] {
        cases.check(&format!("work-{name}"), &text, "AM4");
    }
    cases.done();
}

#[test]
fn many_names_that_are_not_declared_are_told() {
    let mut cases = Cases::default();
    let names = 5_000;
    for (name, text) in [
        (
            "variables",
            lines(0..names, |n| format!("var name{n:06} = 1"))
                + &lines(0..names, |n| format!("output o{n} int = nbme{n:06}")),
        ),
        (
            "types",
            lines(0..names, |n| format!("type name{n:06} = int"))
                + &lines(0..names, |n| format!("param p{n} nbme{n:06}")),
        ),
        (
            "functions",
            lines(0..names, |n| format!("func name{n:06}() int => 1"))
                + &lines(0..names, |n| format!("output o{n} int = nbme{n:06}()")),
        ),
        (
            "resources",
            lines(0..names, |n| {
                format!("resource name{n:06} 'Microsoft.A/b@2024-01-01' = {{\n  name: 'a'\n}}")
            }) + &lines(0..names, |n| format!("output o{n} string = nbme{n:06}.id")),
        ),
        ("twice", lines(0..names, |_| "var a = 1".to_owned())),
    ] {
        cases.check(&format!("undeclared-{name}"), &text, "AM");
    }
    cases.done();
}

#[test]
fn many_declarations_are_read() {
    let mut cases = Cases::default();
    let many = 10_000;
    for (name, text) in [
        (
            "resources",
            lines(0..many, |n| {
                format!("resource r{n} 'Microsoft.A/b@2024-01-01' = {{\n  name: 'a{n}'\n}}")
            }),
        ),
        (
            "existing",
            lines(0..many, |n| {
                format!(
                    "resource r{n} 'Microsoft.A/b@2024-01-01' existing = {{\n  name: 'a{n}'\n}}"
                )
            }),
        ),
        (
            "children",
            "resource p 'Microsoft.A/b@2024-01-01' = {\n  name: 'p'\n".to_owned()
                + &lines(0..many, |n| {
                    format!("  resource r{n} 'c' = {{\n    name: 'a{n}'\n  }}")
                })
                + "}\n",
        ),
        ("variables", lines(0..many, |n| format!("var r{n} = {n}"))),
        (
            "outputs",
            "var a = [for i in range(0, 800): range(0, 1000)]\n".to_owned()
                + &lines(0..many, |n| format!("output r{n} array = a")),
        ),
        (
            "functions",
            lines(0..many, |n| format!("func r{n}() int => {n}")),
        ),
        (
            "types",
            lines(0..many, |n| format!("type r{n} = {{ a: int }}")),
        ),
        (
            "discriminated",
            lines(0..many / 4, |n| {
                format!("type r{n} = {{ k: '{n}' }}\n@discriminator('k')\ntype s{n} = r{n} | r{n}")
            }),
        ),
    ] {
        cases.check(&format!("many-{name}"), &text, "");
    }
    let imported = (0..many)
        .map(|n| format!("f{n}"))
        .collect::<Vec<_>>()
        .join(", ");
    let text = format!("import {{ {imported} }} from 'none.bicep'\n")
        + &lines(0..many, |n| format!("output r{n} int = f{n}(1)"));
    cases.check("many-imported-functions", &text, "AM303");
    let text = format!("import {{ {imported} }} from 'none.bicep'\n")
        + &lines(0..many, |n| format!("output r{n} int = f{n}"));
    cases.check("many-imported-variables", &text, "AM303");
    cases.done();
}
