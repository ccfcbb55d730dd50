//! What the parser makes of each construct and of each kind of mistake.

use super::*;
use crate::source::{Sources, Span};

fn parse_text(text: &str, dialect: Dialect) -> (SyntaxTree, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("main.bicep", text));
    let (tree, diagnostics) = parse(file, sources.get(file), dialect);
    let whole = Span::new(file, 0, text.len() as u32);
    for position in 0..tree.len() as u32 {
        let span = tree.span(NodeId(position));
        assert!(whole.contains(span), "{span:?} is outside of {text:?}");
        assert!(
            text.get(span.range()).is_some(),
            "{span:?} cuts a character"
        );
    }
    for diagnostic in &diagnostics {
        assert!(whole.contains(diagnostic.primary.span), "{diagnostic:?}");
    }
    (tree, diagnostics)
}

/// The tree as text: names as they are, all else in parentheses with its kind.
struct Writer<'a>(&'a SyntaxTree);

impl Writer<'_> {
    fn list(&self, list: List) -> String {
        let children = self.0.list(list).iter();
        let children: Vec<String> = children.map(|id| self.node(*id)).collect();
        children.join(" ")
    }

    fn decorated(&self, decorators: List, inner: String) -> String {
        let decorators = self.0.list(decorators).iter();
        let decorators = decorators.map(|id| format!("@{} ", self.node(*id)));
        decorators.collect::<String>() + &inner
    }

    fn node(&self, id: NodeId) -> String {
        let name = |name| self.0.name(name);
        let node = |id| self.node(id);
        match self.0.syntax(id) {
            Syntax::Missing => "?".to_owned(),
            Syntax::Null => "null".to_owned(),
            Syntax::Boolean(value) => value.to_string(),
            Syntax::Integer(value) => value.to_string(),
            Syntax::String(text) => format!("{:?}", self.0.text(text)),
            Syntax::Interpolation(list) => format!("(text {})", self.list(list)),
            Syntax::Array(list) => format!("[{}]", self.list(list)),
            Syntax::Object(list) => format!("{{{}}}", self.list(list)),
            Syntax::Property { key, value } => format!("{}:{}", node(key), node(value)),
            Syntax::Spread(inner) => format!("...{}", node(inner)),
            Syntax::Resource(position) => self.statement(self.0.statement(position)),
            Syntax::For { items, list, body } => {
                format!(
                    "(for {} in {} {})",
                    self.list(items),
                    node(list),
                    node(body)
                )
            }
            Syntax::If { condition, body } => format!("(if {} {})", node(condition), node(body)),
            Syntax::Ternary {
                condition,
                then,
                otherwise,
            } => format!(
                "({} ? {} : {})",
                node(condition),
                node(then),
                node(otherwise)
            ),
            Syntax::Binary {
                operator,
                left,
                right,
            } => format!("({operator:?} {} {})", node(left), node(right)),
            Syntax::Unary { operator, operand } => format!("({operator:?} {})", node(operand)),
            Syntax::Parenthesized(inner) => format!("({})", node(inner)),
            Syntax::Member {
                base,
                name: member,
                safe,
            } => format!(
                "{}.{}{}",
                node(base),
                if safe { "?" } else { "" },
                name(member)
            ),
            Syntax::Index {
                base,
                index,
                safe,
                from_end,
            } => {
                let marks = [if safe { "?" } else { "" }, if from_end { "^" } else { "" }];
                format!("{}[{}{}]", node(base), marks.concat(), node(index))
            }
            Syntax::NestedResource { base, name: nested } => {
                format!("{}::{}", node(base), name(nested))
            }
            Syntax::NotNull(inner) => format!("{}!", node(inner)),
            Syntax::Call {
                function,
                arguments,
            } => format!("{}({})", name(function), self.list(arguments)),
            Syntax::MethodCall {
                base,
                function,
                arguments,
            } => format!(
                "{}.{}({})",
                node(base),
                name(function),
                self.list(arguments)
            ),
            Syntax::Lambda { parameters, body } => {
                format!("({} => {})", self.list(parameters), node(body))
            }
            Syntax::Local(local) | Syntax::Identifier(local) => name(local).to_owned(),
            Syntax::TypedLocal {
                name: local,
                declared_type,
            } => format!("{}:{}", name(local), node(declared_type)),
            Syntax::ArrayType(item) => format!("{}[]", node(item)),
            Syntax::NullableType(inner) => format!("{}?", node(inner)),
            Syntax::NotNullableType(inner) => format!("{}!", node(inner)),
            Syntax::Union(list) => format!("(union {})", self.list(list)),
            Syntax::TypeProperty {
                key,
                value,
                decorators,
            } => self.decorated(decorators, format!("{}:{}", node(key), node(value))),
            Syntax::AdditionalProperties { value, decorators } => {
                self.decorated(decorators, format!("*:{}", node(value)))
            }
            Syntax::TypeItem { value, decorators } => self.decorated(decorators, node(value)),
            Syntax::AnyElement(base) => format!("{}[*]", node(base)),
            Syntax::ResourceType(None) => "resource".to_owned(),
            Syntax::ResourceType(Some(inner)) => format!("resource {}", node(inner)),
        }
    }

    fn statement(&self, statement: &Statement) -> String {
        let name = |name| self.0.name(name);
        let node = |id| self.node(id);
        let optional = |id: Option<NodeId>| id.map_or("-".to_owned(), node);
        let inner = match &statement.kind {
            StatementKind::TargetScope(value) => format!("targetScope {}", node(*value)),
            StatementKind::Metadata { name: of, value } => {
                format!("metadata {} {}", name(*of), node(*value))
            }
            StatementKind::Parameter {
                name: of,
                declared_type,
                default,
            } => format!(
                "param {} {} {}",
                name(*of),
                node(*declared_type),
                optional(*default)
            ),
            StatementKind::Variable {
                name: of,
                declared_type,
                value,
            } => format!(
                "var {} {} {}",
                name(*of),
                optional(*declared_type),
                node(*value)
            ),
            StatementKind::Type { name: of, value } => {
                format!("type {} {}", name(*of), node(*value))
            }
            StatementKind::Function {
                name: of,
                parameters,
                result,
                body,
            } => format!(
                "func {} ({}) {} {}",
                name(*of),
                self.list(*parameters),
                node(*result),
                node(*body)
            ),
            StatementKind::Resource {
                name: of,
                resource_type,
                existing,
                body,
            } => format!(
                "resource {} {}{} {}",
                name(*of),
                node(*resource_type),
                if *existing { " existing" } else { "" },
                node(*body)
            ),
            StatementKind::Module {
                name: of,
                path,
                body,
            } => format!("module {} {} {}", name(*of), node(*path), node(*body)),
            StatementKind::Output {
                name: of,
                declared_type,
                value,
            } => format!(
                "output {} {} {}",
                name(*of),
                node(*declared_type),
                node(*value)
            ),
            StatementKind::Assert { name: of, value } => {
                format!("assert {} {}", name(*of), node(*value))
            }
            StatementKind::Test { name: of } => format!("test {}", name(*of)),
            StatementKind::Import { what, path } => {
                let what = match what {
                    Imported::Names(names) => {
                        let names = names
                            .iter()
                            .map(|one| format!("{} as {}", node(one.original), name(one.name)));
                        names.collect::<Vec<_>>().join(", ")
                    }
                    Imported::Everything(namespace) => format!("* as {}", name(*namespace)),
                    Imported::Missing => "?".to_owned(),
                };
                format!("import {what} from {}", node(*path))
            }
            StatementKind::Extension {
                specification,
                config,
                alias,
            } => format!(
                "extension {} {} {}",
                node(*specification),
                optional(*config),
                name(*alias)
            ),
            StatementKind::Using(path) => format!("using {}", optional(*path)),
            StatementKind::Extends(path) => format!("extends {}", node(*path)),
            StatementKind::Assignment { name: of, value } => {
                format!("{} = {}", name(*of), node(*value))
            }
            StatementKind::ExtensionConfig => "extensionConfig".to_owned(),
            StatementKind::Missing => "?".to_owned(),
        };
        self.decorated(statement.decorators, format!("({inner})"))
    }
}

fn write(tree: &SyntaxTree) -> String {
    let statements = tree.statements();
    let written: Vec<String> = statements
        .map(|statement| Writer(tree).statement(statement))
        .collect();
    written.join("\n")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let (tree, diagnostics) = parse_text(text, Dialect::Template);
    assert_eq!(write(&tree), expected, "{text}");
    let messages: Vec<&str> = diagnostics.iter().map(|told| &*told.message).collect();
    assert!(messages.is_empty(), "{text}: {messages:?}");
}

/// Checks the expression of a variable.
#[track_caller]
fn check_expression(text: &str, expected: &str) {
    check(&format!("var v = {text}"), &format!("(var v - {expected})"));
}

/// Checks the type of a parameter.
#[track_caller]
fn check_type(text: &str, expected: &str) {
    check(
        &format!("param p {text}"),
        &format!("(param p {expected} -)"),
    );
}

#[track_caller]
fn check_mistakes(text: &str, expected: &str, messages: &[&str]) {
    let (tree, diagnostics) = parse_text(text, Dialect::Template);
    assert_eq!(write(&tree), expected, "{text}");
    let told = diagnostics.iter().map(|told| {
        let span = told.primary.span;
        format!("{}..{} {}", span.start, span.end, told.message)
    });
    assert_eq!(told.collect::<Vec<_>>(), messages, "{text}");
}

#[test]
fn operators_bind_as_the_compiler_has_it() {
    check_expression("1 + 2 * 3 - 4", "(Subtract (Add 1 (Multiply 2 3)) 4)");
    check_expression("a ?? b || c && d", "(Coalesce a (Or b (And c d)))");
    check_expression("a == b < c", "(Equal a (Less b c))");
    check_expression("!a.b =~ -c[0]", "(EqualInsensitive (Not a.b) (Minus c[0]))");
    check_expression("a ? b : c ? d : e", "(a ? b : (c ? d : e))");
    check_expression("a\n  ? b\n  : c", "(a ? b : c)");
    check_expression("(1 + 2) % 3", "(Modulo ((Add 1 2)) 3)");
}

#[test]
fn accessors_follow_one_another() {
    check_expression("a.b[c].?d[?0][^1][?^2]!.e", "a.b[c].?d[?0][^1][?^2]!.e");
    check_expression("vnet::subnet.id", "vnet::subnet.id");
    check_expression("kv.getSecret('x', 'y').z", r#"kv.getSecret("x" "y").z"#);
    check_expression("f(\n  1,\n  g()\n)", "f(1 g())");
}

#[test]
fn literals_and_strings_are_decoded() {
    check_expression("[\n  1, 'a'\n  true\n  ...x\n]", r#"[1 "a" true ...x]"#);
    check_expression("{ a: 1, 'b c': null }", r#"{"a":1 "b c":null}"#);
    check_expression("{\n  '${k}': v\n  ...r\n}", r#"{(text "" k ""):v ...r}"#);
    check_expression(r"'it\'s ${a}\n'", r#"(text "it's " a "\n")"#);
    check_expression("'''\na ${b}\n'''", r#""a ${b}\n""#);
    check_expression("$'''\na ${b} $${c}'''", r#"(text "a " b " $" c "")"#);
    check_expression("''''a''''", r#""'a'""#);
}

#[test]
fn loops_and_lambdas_name_their_variables() {
    check_expression("[for x in y: x.a]", "(for x in y x.a)");
    check_expression(
        "[\n  for (x, i) in range(0, 3): {\n    a: i\n  }\n]",
        r#"(for x i in range(0 3) {"a":i})"#,
    );
    check_expression("map(a, x => x.b)", "map(a (x => x.b))");
    check_expression(
        "reduce(a, 0, (c, n) =>\n  c + n)",
        "reduce(a 0 (c n => (Add c n)))",
    );
    check_expression("f(() => 1)", "f(( => 1))");
}

#[test]
fn types_have_a_grammar_of_their_own() {
    check_type("string[]?", "string[]?");
    check_type("'a' | 'b'", r#"(union "a" "b")"#);
    check_type("\n  | 'a'\n  | -1", r#"(union "a" (Minus 1))"#);
    check_type("('a' | null)[]", r#"((union "a" null))[]"#);
    check_type(
        "{\n  @secure()\n  a: int\n  'b c': string?\n  *: t.u\n}",
        r#"{@secure() "a":int "b c":string? *:t.u}"#,
    );
    check_type("[string, @minValue(1)\nint]", "[string @minValue(1) int]");
    check_type("t[*].a.*[2]!", "t[*].a[*][2]!");
    check_type(
        "resourceInput<'a/b@1'>.properties",
        r#"resourceInput("a/b@1").properties"#,
    );
    check_type("sys.string", "sys.string");
    check_type("resource 'a/b@1'", r#"resource "a/b@1""#);
    check("output r resource = x", "(output r resource x)");
    check(
        "type t = {\n  a: 'x'\n  | 'y'\n}",
        r#"(type t {"a":(union "x" "y")})"#,
    );
}

#[test]
fn statements_are_told_by_their_keywords() {
    check(
        "targetScope = 'subscription'\nmetadata m = 1\n\n@description('d')\n// c\n@sys.secure()\nparam param string = 'x'",
        "(targetScope \"subscription\")\n(metadata m 1)\n@description(\"d\") @sys.secure() (param param string \"x\")",
    );
    check(
        "var v string = 'a'\nassert a = true\ntest t 'f' = {}",
        "(var v string \"a\")\n(assert a true)\n(test t)",
    );
    check(
        "func f(a string, b int?) bool => a == 'x'",
        r#"(func f (a:string b:int?) bool (Equal a "x"))"#,
    );
    check(
        "import { a, b as c, 'd-e' as f } from 'm.bicep'\nimport * as n from 'o.bicep'",
        "(import \"a\" as a, \"b\" as c, \"d-e\" as f from \"m.bicep\")\n(import * as n from \"o.bicep\")",
    );
    check(
        "extension kubernetes with {\n  a: 1\n} as k\nextension 'br:x' as y\nimport 'z@1'",
        "(extension \"kubernetes\" {\"a\":1} k)\n(extension \"br:x\" - y)\n(extension \"z@1\" - )",
    );
}

#[test]
fn resources_hold_resources() {
    check(
        "resource a 'A/b@1' = if (c) {\n  name: n\n  resource: 1\n  @batchSize(1)\n  resource d 'e' existing = [for x in y: if (z) {\n    name: x\n  }]\n}",
        r#"(resource a "A/b@1" (if (c) {"name":n "resource":1 @batchSize(1) (resource d "e" existing (for x in y (if (z) {"name":x})))}))"#,
    );
    check(
        "module m 'm.bicep' =\n  if (c) {\n}\nmodule n './n.bicep' = [for (x, i) in y: {\n  name: x\n}]",
        "(module m \"m.bicep\" (if (c) {}))\n(module n \"./n.bicep\" (for x i in y {\"name\":x}))",
    );
}

#[test]
fn parameter_files_have_statements_of_their_own() {
    let text = "using './main.bicep' with {\n  mode: 'x'\n}\nextends 'base.bicepparam'\nparam a = b\nvar b = 1\nextensionConfig k with {}\n";
    let (tree, diagnostics) = parse_text(text, Dialect::Parameters);
    assert_eq!(
        write(&tree),
        "(using \"./main.bicep\")\n(extends \"base.bicepparam\")\n(a = b)\n(var b - 1)\n(extensionConfig)"
    );
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let (tree, diagnostics) = parse_text(
        "using none\nresource a 'b' = {}\nparam c = 1",
        Dialect::Parameters,
    );
    assert_eq!(write(&tree), "(using -)\n(c = 1)");
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn a_mistake_costs_its_own_statement_at_most() {
    check_mistakes(
        "param a\nvar b = 1",
        "(param a ? -)\n(var b - 1)",
        &["7..7 expected a type before the end of the line"],
    );
    check_mistakes(
        "param\nvar\noutput o",
        "(param  ? -)\n(var  - ?)\n(output o ? ?)",
        &[
            "5..5 expected the name of a parameter before the end of the line",
            "9..9 expected the name of a variable before the end of the line",
            "18..18 expected a type before the end of the file",
        ],
    );
    check_mistakes(
        "hello world\nvar b = 1",
        "(var b - 1)",
        &["0..5 expected a declaration, found `hello`"],
    );
    check_mistakes(
        "var a = 1 2\nvar b = 1",
        "(var a - 1)\n(var b - 1)",
        &["10..11 expected the end of the line, found `2`"],
    );
    check_mistakes(
        "@a\n\nfoo\nvar b = 1",
        "@a (?)\n(var b - 1)",
        &["4..7 expected a declaration behind its decorators, found `foo`"],
    );
}

#[test]
fn a_mistake_in_an_object_costs_one_property() {
    check_mistakes(
        "var a = {\n  b: \n  c 1\n  d: [1 2]\n  e: 3,\n  f: 4\n}",
        r#"(var a - {"b":? "c":? "d":[1 2] "e":3 "f":4})"#,
        &[
            "14..14 expected an expression before the end of the line",
            "20..21 expected `:`, found `1`",
            "30..31 expected a comma or the end of the line, found `2`",
            "39..40 no comma stands before the end of a line",
        ],
    );
    check_mistakes(
        "var a = 'x${ }y${1 2}z'",
        r#"(var a - (text "x" ? "y" 1 "z"))"#,
        &[
            "13..17 expected an expression, found `}y${`",
            "19..20 expected `}` behind the expression in the string, found `2`",
        ],
    );
    check_mistakes(
        "var a = f(1, )\nvar b = c.\nvar d = '${ {} }'",
        "(var a - f(1))\n(var b - c.)\n(var d - ?)",
        &[
            "11..12 no comma stands before the end of a list",
            "25..25 expected the name of a property or function before the end of the line",
            "38..39 objects and arrays cannot stand here",
            "42..43 the string is not closed on its line",
        ],
    );
    check_mistakes(
        "var a = [for x y: z]\nvar b = [for: c]\nvar d = (1, 2)\nvar e = true ? 1",
        "(var a - (for x in ? ?))\n(var b - (for  in ? ?))\n(var d - ?)\n(var e - (true ? 1 : ?))",
        &[
            "15..16 expected `in`, found `y`",
            "33..34 expected the name of the loop's item, found `:`",
            "46..52 there is one expression in parentheses",
            "69..69 expected `:` and what holds otherwise before the end of the file",
        ],
    );
}

#[test]
fn numbers_have_64_bits() {
    check_expression("18446744073709551615", "18446744073709551615");
    check_mistakes(
        "var a = 18446744073709551616",
        "(var a - ?)",
        &["8..28 the number does not fit into 64 bits"],
    );
}

/// Every construct of the language.
const SAMPLE: &str = "targetScope = 'resourceGroup'\nimport { a, b as c } from 'x.bicep'\n@allowed(['a', 'b'])\n@secure()\nparam p {\n  x: int?\n  *: ('a' | -1)[]\n}? = null\n\
    #disable-next-line no-unused-vars\nvar v = [for (i, n) in items({ k: 'v${i}w${'q'}' }): n > 1 ? i!.a : f(x => x)[?^1]]\nresource r 'A/b@1' existing = if (p.?x ?? true) {\n  \
    name: $'''\na${v}'''\n  resource s 't' = {\n    name: '\\u{41}'\n    ...v\n  }\n}\nmodule m 'br/public:a:1' = [for x in v: if (x) { name: r::s.id }]\nfunc g(a string) int => /* c */ 1 // d\noutput o resourceInput<'A/b@1'>[] = [g('é')]\n";

#[test]
fn every_prefix_and_every_missing_or_doubled_token_parses() {
    let (_, diagnostics) = parse_text(SAMPLE, Dialect::Template);
    assert_eq!(diagnostics, []);
    for (end, _) in SAMPLE.char_indices() {
        for dialect in [Dialect::Template, Dialect::Parameters] {
            parse_text(&SAMPLE[..end], dialect);
        }
    }
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("main.bicep", SAMPLE));
    let mut problems = Problems::new(file, Kind::SYNTAX_BICEP);
    for token in lex(SAMPLE, &mut problems).tokens {
        let (start, end) = (token.start as usize, token.end as usize);
        let (before, behind) = (&SAMPLE[..start], &SAMPLE[end..]);
        parse_text(&format!("{before}{behind}"), Dialect::Template);
        let twice = &SAMPLE[start..end];
        parse_text(
            &format!("{before}{twice}{twice}{behind}"),
            Dialect::Template,
        );
    }
}

#[test]
fn nesting_has_an_end_and_costs_one_statement() {
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("{a:", "}"),
        ("f(", ")"),
        ("'${", "}'"),
        ("-", ""),
        ("!", ""),
        ("a ? b : ", ""),
        ("[for x in y: ", "]"),
        ("x => ", ""),
    ] {
        for count in [50, 100_000] {
            let text = format!(
                "var v = {}1{}\nvar w = 2",
                open.repeat(count),
                close.repeat(count)
            );
            let (tree, diagnostics) = parse_text(&text, Dialect::Template);
            assert_eq!(tree.statements().count(), 2, "{open} {count}");
            if count > 50 {
                assert_eq!(diagnostics.len(), 1, "{open}: {:?}", diagnostics[0]);
            }
        }
    }
    for repeated in ["+ 1 ", ".a ", "[0]", "! ", "?? b "] {
        let text = format!("var v = a {}\nvar w = 2", repeated.repeat(100_000));
        let (tree, diagnostics) = parse_text(&text, Dialect::Template);
        assert_eq!(tree.statements().count(), 2);
        assert!(!diagnostics.is_empty(), "{repeated}");
    }
    let text = format!(
        "param p {}\nvar w = 2",
        "string[]".to_owned() + &"[]".repeat(100_000)
    );
    let (tree, diagnostics) = parse_text(&text, Dialect::Template);
    assert_eq!(
        (tree.statements().count(), diagnostics.is_empty()),
        (2, false)
    );
    let text = "resource a 'b' = {\n".repeat(100_000);
    assert!(!parse_text(&text, Dialect::Template).1.is_empty());
}
