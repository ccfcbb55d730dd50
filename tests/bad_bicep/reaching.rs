//! Files that reach other files: in circles, outside of the root, where nothing is, or what is no file.

use super::{expect, folder, told, told_with, write};
use crate::archive;
use std::path::Path;

#[test]
fn modules_that_lead_back_to_themselves_are_told() {
    let folder = folder("module-cycle");
    write(&folder, "main.bicep", "module a 'main.bicep' = {}\n");
    expect(&folder, "main.bicep", "AM206");
    write(&folder, "b.bicep", "module c 'c.bicep' = {}\n");
    write(&folder, "c.bicep", "module b 'b.bicep' = {}\n");
    expect(&folder, "b.bicep", "AM206");
}

#[test]
fn modules_that_wait_for_one_another_are_told() {
    let folder = folder("module-wait");
    write(&folder, "m.bicep", "param x string\noutput y string = x\n");
    let module = |name: &str, other: &str| {
        format!("module {name} 'm.bicep' = {{\n  params: {{ x: {other}.outputs.y }}\n}}\n")
    };
    write(&folder, "main.bicep", module("a", "b") + &module("b", "a"));
    expect(&folder, "main.bicep", "AM206");
}

#[test]
fn a_deployment_whose_outputs_need_themselves_is_told() {
    let folder = folder("outputs-circle");
    let template = |inner: &str| {
        format!(
            "{{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"resources\": [{inner}], \"outputs\": {{ \"x\": {{ \"type\": \"string\", \"value\": \"[reference('nested').outputs.x.value]\" }} }} }}"
        )
    };
    // The names of a nested template are those of the one around it, so that it finds itself.
    let nested = format!(
        "{{ \"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"2025-04-01\", \"name\": \"nested\", \"properties\": {{ \"mode\": \"Incremental\", \"template\": {} }} }}",
        template("")
    );
    write(&folder, "m.json", template(&nested));
    write(
        &folder,
        "main.bicep",
        "module m 'm.json' = {}\nassert a = m.outputs.x != '?'\n",
    );
    expect(&folder, "main.bicep", "AM206");
}

#[test]
fn imports_that_lead_back_to_themselves_are_told() {
    let folder = folder("import-cycle");
    write(
        &folder,
        "main.bicep",
        "import { a } from 'main.bicep'\nimport * as b from 'main.bicep'\n",
    );
    expect(&folder, "main.bicep", "AM206");
    let two = |own: &str, other: &str| {
        format!(
            "import {{ {other} }} from '{other}.bicep'\n@export()\ntype {own} = {{ x: {other} }}\nparam y {own}\n"
        )
    };
    write(&folder, "b.bicep", two("b", "c"));
    write(&folder, "c.bicep", two("c", "b"));
    expect(&folder, "b.bicep", "AM206");
}

#[test]
fn parameter_files_that_lead_back_to_themselves_are_told() {
    let folder = folder("parameters-cycle");
    write(&folder, "main.bicep", "param x int\noutput y int = x\n");
    write(&folder, "self.bicepparam", "using 'self.bicepparam'\n");
    expect(&folder, "self.bicepparam", "AM206");
    let extends = |other: &str| format!("using 'main.bicep'\nextends '{other}'\nparam x = 1\n");
    write(&folder, "a.bicepparam", extends("a.bicepparam"));
    expect(&folder, "a.bicepparam", "AM206");
    write(&folder, "b.bicepparam", extends("c.bicepparam"));
    write(&folder, "c.bicepparam", extends("b.bicepparam"));
    expect(&folder, "b.bicepparam", "AM206");
    write(&folder, "d.bicepparam", extends("main.bicep"));
    expect(&folder, "d.bicepparam", "AM305");
    write(&folder, "e.bicepparam", extends("none.bicepparam"));
    expect(&folder, "e.bicepparam", "AM303");
}

/// A template in `inside`, which is to be the root, and a file beside that folder.
fn beside_the_root(name: &str, text: &str) -> std::path::PathBuf {
    let folder = folder(name);
    write(&folder, "secret.bicep", "@export()\nvar secret = 'found'\n");
    write(&folder, "secret.txt", "found");
    write(&folder, "inside/main.bicep", text);
    folder.join("inside")
}

#[test]
fn what_lies_outside_of_the_root_is_not_read() {
    let absolute = folder("outside-absolute");
    write(&absolute, "secret.bicep", "");
    let absolute = absolute.join("secret.bicep");
    let absolute = absolute.to_string_lossy().replace('\\', "/");
    for (name, text) in [
        ("module", "module a '../secret.bicep' = {}\n".to_owned()),
        (
            "module-with-backslashes",
            "module a '..\\\\secret.bicep' = {}\n".to_owned(),
        ),
        (
            "far",
            "module a '../../../../../../../../../../etc/passwd' = {}\n".to_owned(),
        ),
        (
            "winding",
            "module a 'x/../../secret.bicep' = {}\n".to_owned(),
        ),
        (
            "import",
            "import { secret } from '../secret.bicep'\nassert a = (secret) != '?'\n".to_owned(),
        ),
        (
            "text",
            "assert a = (loadTextContent('../secret.txt')) != '?'\n".to_owned(),
        ),
        (
            "bytes",
            "assert a = (loadFileAsBase64('../secret.txt')) != '?'\n".to_owned(),
        ),
        (
            "json",
            "assert a = (loadJsonContent('../secret.txt')) != '?'\n".to_owned(),
        ),
        (
            "yaml",
            "assert a = (loadYamlContent('../secret.txt')) != '?'\n".to_owned(),
        ),
        (
            "folder",
            "assert a = (loadDirectoryFileInfo('..')) != '?'\n".to_owned(),
        ),
    ] {
        let inside = beside_the_root(&format!("outside-{name}"), &text);
        let told = told(&inside, "main.bicep");
        assert!(told.contains("[AM304]"), "{name}: {told}");
        assert!(!told.contains("found"), "{name}: {told}");
    }
    // An absolute path is seen from the file, so it is not there.
    let text = format!("module a '{absolute}' = {{}}\n");
    let inside = beside_the_root("outside-rooted", &text);
    expect(&inside, "main.bicep", "AM303");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_root_is_not_followed() {
    let text = "module a 'link.bicep' = {}\nassert b = (loadTextContent('link.txt')) != '?'\nassert c = (loadDirectoryFileInfo('up')) != '?'\n";
    let inside = beside_the_root("outside-link", text);
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, inside.join(name)).expect("links can be made");
    };
    link("../secret.bicep", "link.bicep");
    link("../secret.txt", "link.txt");
    link("..", "up");
    let told = told(&inside, "main.bicep");
    assert_eq!(told.matches("[AM304]").count(), 3, "{told}");
}

#[test]
fn what_is_not_there_is_told() {
    let folder = folder("missing");
    for (text, code) in [
        ("module a 'none.bicep' = {}\n", "AM303"),
        ("module a '' = {}\n", "AM305"),
        ("module a 'folder' = {}\n", "AM305"),
        ("module a 'https://example.com/a.bicep' = {}\n", "AM303"),
        ("module a 'text.bicep' = {}\n", "AM106"),
        ("module a 'values.json' = {}\n", "AM305"),
        ("import { a } from 'none.bicep'\n", "AM303"),
        ("import { a } from 'folder'\n", "AM305"),
        ("assert a = (loadTextContent('none.txt')) != '?'\n", "AM303"),
        ("assert a = (loadTextContent('folder')) != '?'\n", "AM305"),
        (
            "assert a = (loadJsonContent('broken.json')) != '?'\n",
            "AM305",
        ),
        (
            "assert a = (loadYamlContent('broken.yaml')) != '?'\n",
            "AM305",
        ),
        (
            "assert a = (loadJsonContent('values.json', '$.none')) != '?'\n",
            "AM305",
        ),
        (
            "assert a = (loadJsonContent('values.json', '$..*')) != '?'\n",
            "AM305",
        ),
        (
            "assert a = (loadDirectoryFileInfo('none')) != '?'\n",
            "AM303",
        ),
        (
            "assert a = (loadDirectoryFileInfo('values.json')) != '?'\n",
            "AM305",
        ),
    ] {
        write(&folder, "folder/a.txt", "");
        write(&folder, "text.bicep", "this is no Bicep\n");
        write(&folder, "values.json", "{ \"a\": 1 }");
        write(&folder, "broken.json", "{ \"a\": ");
        write(&folder, "broken.yaml", "a: [1\nb");
        write(&folder, "main.bicep", text);
        let told = told(&folder, "main.bicep");
        assert!(told.contains(&format!("[{code}]")), "{text}: {told}");
    }
}

#[test]
fn an_entry_of_the_module_cache_that_is_missing_or_broken_is_told() {
    let folder = folder("cache");
    let module = "module a 'br:example.azurecr.io/bicep/a:1.0' = {}\nmodule b 'ts:00000000-0000-0000-0000-000000000000/group/b:1.0' = {}\n";
    write(&folder, "main.bicep", module);
    let of = |text: Option<&str>| {
        for path in [
            "cache/br/example.azurecr.io/bicep$a/1.0$/main.json",
            "cache/ts/00000000-0000-0000-0000-000000000000/group/b/1.0/main.json",
        ] {
            if let Some(text) = text {
                write(&folder, path, text);
            }
        }
        told_with(&folder, "main.bicep", &["--module-cache", "cache"])
    };
    for (text, code) in [
        (None, "AM306"),
        (Some(""), "AM305"),
        (Some("{ \"$schema\": "), "AM305"),
        (Some("[1, 2]"), "AM305"),
        (Some("\u{0}\u{1}"), "AM305"),
    ] {
        let told = of(text);
        // What has to be restored is told once.
        assert!(told.contains(&format!("[{code}]")), "{text:?}: {told}");
    }
}

/// The compiled template says `json`, the sources `bicep`, and what must not be read `found`.
#[test]
fn an_archive_of_sources_that_is_broken_is_as_good_as_none() {
    let folder = folder("archive");
    let module = "cache/br/example.azurecr.io/a/1.0$";
    let compiled = "{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"resources\": [], \"outputs\": { \"x\": { \"type\": \"string\", \"value\": \"json\" } } }";
    write(&folder, &format!("{module}/main.json"), compiled);
    write(
        &folder,
        &format!("{module}/main.bicep"),
        "output x string = 'found'\n",
    );
    let text = "module a 'br:example.azurecr.io/a:1.0' = {}\nassert b = fail(a.outputs.x)\n";
    write(&folder, "main.bicep", text);
    let source: &[u8] = b"output x string = 'bicep'\n";
    let with = |metadata: String, name: &str| {
        archive::packed(&[("__metadata.json", metadata.as_bytes()), (name, source)])
    };
    let whole = with(archive::metadata("main.bicep", "files/0"), "files/0");
    let half = whole[..whole.len() / 2].to_vec();
    let large = vec![b'\n'; 64 << 20];
    let of_later_version = archive::metadata("main.bicep", "files/0").replace("1,", "2,");
    let loading = b"output x string = loadTextContent('main.bicep')\n";
    for (archived, told_of) in [
        (whole, "bicep"),
        (half, "json"),
        (Vec::new(), "json"),
        (b"no archive".to_vec(), "json"),
        (archive::packed(&[]), "json"),
        (archive::packed(&[("__metadata.json", b"{")]), "json"),
        (with(String::new(), "files/0"), "json"),
        (with(of_later_version, "files/0"), "json"),
        (
            with(archive::metadata("main.bicep", "files/1"), "files/0"),
            "json",
        ),
        (
            with(archive::metadata("../main.bicep", "files/0"), "files/0"),
            "json",
        ),
        (
            with(archive::metadata("main.bicep", "../main.bicep"), "files/0"),
            "json",
        ),
        (
            with(
                archive::metadata("main.bicep", "../main.bicep"),
                "../main.bicep",
            ),
            "bicep",
        ),
        (
            archive::packed(&[("files/1", &large), ("files/0", source)]),
            "json",
        ),
        (
            archive::packed(&[
                (
                    "__metadata.json",
                    archive::metadata("main.bicep", "files/0").as_bytes(),
                ),
                ("files/0", loading),
            ]),
            "json",
        ),
    ] {
        write(&folder, &format!("{module}/source.tgz"), archived);
        let told = told_with(&folder, "main.bicep", &["--module-cache", "cache"]);
        let wanted = format!("refuses to deploy: {told_of}");
        assert!(told.contains(&wanted), "{told_of}: {told}");
    }
}

#[test]
fn an_address_leads_nowhere_but_into_the_module_cache() {
    let folder = folder("cache-outside");
    write(
        &folder,
        "secret/main.json",
        "{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\" }",
    );
    write(&folder, "cache/br/x/y", "");
    for address in [
        "br:..:1",
        "br:x/..:1",
        "br:x/../..:1",
        "br:x/y:../../../../secret",
        "br:x/y@../../../../secret",
        "br:../../secret:1",
        "br:x\\\\y:1",
        "br:",
        "br:/:",
        "br/:a:1",
        "br/none:a:1",
        "ts:../../../secret:.",
        "ts:a/b/c:..",
        "ts:a/b:1",
        "ts/x:a:1",
    ] {
        write(
            &folder,
            "main.bicep",
            format!("module a '{address}' = {{}}\n"),
        );
        let told = told_with(&folder, "main.bicep", &["--module-cache", "cache"]);
        let is_told = told.contains("[AM303]") || told.contains("[AM306]");
        assert!(is_told, "{address}: {told}");
    }
}

#[test]
fn a_file_may_take_the_place_of_a_module_in_a_registry() {
    let outside = folder("stand-in");
    let inside = outside.join("inside");
    write(&outside, "secret/a.bicep", "output x string = 'found'\n");
    write(&inside, "own/a/b.bicep", "output x string = 'b'\n");
    for (place, path, code) in [
        ("own", "a/b:1.0", ""),
        ("own/", "a/b@sha256:00", ""),
        ("own\\\\a", "b:1.0", ""),
        ("own", "none:1.0", "AM303"),
        ("../secret", "a:1.0", "AM304"),
        ("../secret", "none:1.0", "AM304"),
        ("own", "../../secret/a:1.0", "AM304"),
    ] {
        write(
            &inside,
            "bicepconfig.json",
            format!(
                "{{ \"moduleAliasesMock\": {{ \"br\": {{ \"own\": {{ \"mapToFilePath\": \"{place}\" }} }} }} }}"
            ),
        );
        let text = format!("module m 'br/own:{path}' = {{}}\nassert a = m.outputs.x == 'b'\n");
        write(&inside, "main.bicep", text);
        expect(&inside, "main.bicep", code);
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = folder("pipe");
    let pipe = |name: &str| {
        let made = std::process::Command::new("mkfifo")
            .arg(folder.join(name))
            .status();
        assert!(made.expect("pipes can be made").success());
    };
    pipe("pipe.bicep");
    pipe("pipe.bicepparam");
    pipe("pipe.json");
    pipe("bicepconfig.json");
    for text in [
        "module a 'pipe.bicep' = {}\n",
        "import { a } from 'pipe.bicep'\n",
        "assert a = (loadTextContent('pipe.json')) != '?'\n",
        "assert a = (loadFileAsBase64('pipe.json')) != '?'\n",
        "assert a = (loadJsonContent('pipe.json')) != '?'\n",
        "assert a = (loadDirectoryFileInfo('pipe.json')) != '?'\n",
    ] {
        write(&folder, "main.bicep", text);
        expect(&folder, "main.bicep", "AM305");
    }
    write(
        &folder,
        "main.bicepparam",
        "using none\nextends 'pipe.bicepparam'\n",
    );
    expect(&folder, "main.bicepparam", "AM305");
    // The configuration is read for an address only.
    write(&folder, "main.bicep", "module a 'br/x:a:1' = {}\n");
    expect(&folder, "main.bicep", "AM303");
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let folder = folder("huge");
    write(&folder, "huge.bicep", "//".repeat(40_000));
    for text in [
        "module a 'huge.bicep' = {}\n",
        "import { a } from 'huge.bicep'\n",
        "assert a = (loadTextContent('huge.bicep')) != '?'\n",
        "assert a = (loadFileAsBase64('huge.bicep')) != '?'\n",
    ] {
        write(&folder, "main.bicep", text);
        let told = told_with(&folder, "main.bicep", &["--max-file-size", "65536"]);
        assert!(told.contains("[AM305]"), "{text}: {told}");
    }
    let told = told_with(&folder, "huge.bicep", &["--max-file-size", "65536"]);
    assert!(told.contains("[AM401]"), "{told}");
    // Text that is read, and larger than what is computed with.
    write(&folder, "large.txt", "a".repeat(3 << 20));
    write(
        &folder,
        "main.bicep",
        "assert a = (loadTextContent('large.txt')) != '?'\n",
    );
    expect(&folder, "main.bicep", "AM406");
}

#[test]
fn a_configuration_that_is_broken_says_nothing() {
    for (number, configuration) in [
        "",
        "{",
        "[]",
        "{ \"cacheRootDirectory\": \"/\" }",
        "{ \"moduleAliases\": 3 }",
        "\u{0}",
    ]
    .into_iter()
    .enumerate()
    {
        let folder = folder(&format!("configuration-{number}"));
        write(&folder, "bicepconfig.json", configuration);
        write(&folder, "main.bicep", "module a 'br/x:a:1' = {}\n");
        expect(&folder, "main.bicep", "AM303");
    }
}

/// Files that each use the next one so often.
fn chain(folder: &Path, files: usize, line: impl Fn(usize, usize) -> String, times: usize) {
    for number in 0..files {
        let name = if number == 0 {
            "main".to_owned()
        } else {
            format!("m{number}")
        };
        let mut text = String::new();
        if number + 1 < files {
            for time in 0..times {
                text += &line(number + 1, time);
            }
        }
        text += &format!(
            "@export()\ntype t{number} = string\n@export()\nvar v{number} = 1\n@export()\nfunc f{number}() int => 1\noutput o int = 1\n"
        );
        write(folder, &format!("{name}.bicep"), text);
    }
}

#[test]
fn a_long_chain_of_modules_ends() {
    let folder = folder("module-chain");
    chain(
        &folder,
        1_000,
        |next, _| format!("module a 'm{next}.bicep' = {{}}\n"),
        1,
    );
    expect(&folder, "main.bicep", "AM402");
}

#[test]
fn modules_that_each_use_the_next_one_twice_are_no_more_than_a_few() {
    let folder = folder("module-diamond");
    let twice = |next: usize, time: usize| format!("module a{time} 'm{next}.bicep' = {{}}\n");
    chain(&folder, 21, twice, 2);
    expect(&folder, "main.bicep", "AM402");
}

#[test]
fn modules_that_each_use_the_next_one_often_end() {
    for times in [10, 100] {
        let name = format!("module-fan-{times}");
        let folder = folder(&name);
        let line = |next: usize, time: usize| {
            format!(
                "module a{time} 'm{next}.bicep' = {{}}\noutput p{time} int = a{time}.outputs.o\n"
            )
        };
        chain(&folder, 8, line, times);
        expect(&folder, "main.bicep", "AM405");
    }
}

#[test]
fn a_long_chain_of_imports_ends() {
    let folder = folder("import-chain");
    let line = |next: usize, _: usize| {
        format!("import {{ t{next}, v{next}, f{next} }} from 'm{next}.bicep'\n")
    };
    chain(&folder, 3_000, line, 1);
    expect(&folder, "main.bicep", "AM402");
}

#[test]
fn imports_that_each_use_the_next_one_twice_are_read_once() {
    let folder = folder("import-diamond");
    let twice = |next: usize, time: usize| format!("import * as n{time} from 'm{next}.bicep'\n");
    chain(&folder, 21, twice, 2);
    expect(&folder, "main.bicep", "");
}

#[test]
fn imported_values_that_lead_on_end() {
    let folder = folder("imported-values");
    for number in 0..60 {
        let name = if number == 0 {
            "main".to_owned()
        } else {
            format!("m{number}")
        };
        let next = number + 1;
        let text = format!(
            "import * as n from 'm{next}.bicep'\n@export()\nvar v = '${{n.v}}${{n.v}}'\n@export()\nfunc f(a int) int => n.f(a) + n.f(a)\n@export()\ntype t = {{ a: n.t, b: n.t }}\nparam p t = {{ a: 1, b: 2 }}\nassert o = (v) != '?'\nassert q = (f(1)) != '?'\n"
        );
        write(&folder, &format!("{name}.bicep"), text);
    }
    write(
        &folder,
        "m60.bicep",
        "@export()\nvar v = 'a'\n@export()\nfunc f(a int) int => a\n@export()\ntype t = string\n",
    );
    let told = told(&folder, "main.bicep");
    assert!(told.contains("[AM406]"), "{told}");
    assert!(told.contains("[AM405]"), "{told}");
}

#[test]
fn a_long_chain_of_parameter_files_ends() {
    let folder = folder("extends-chain");
    write(&folder, "main.bicep", "param x int\n");
    for number in 0..1_000 {
        let text = format!(
            "using 'main.bicep'\nextends 'p{}.bicepparam'\nparam x = base.x\n",
            number + 1
        );
        write(&folder, &format!("p{number}.bicepparam"), text);
    }
    write(
        &folder,
        "p1000.bicepparam",
        "using 'main.bicep'\nparam x = 1\n",
    );
    expect(&folder, "p0.bicepparam", "AM402");
}

#[test]
fn data_made_to_grow_does_not() {
    let folder = folder("data");
    let lines = |line: &dyn Fn(usize) -> String| (1..30).map(line).collect::<String>();
    let bomb = "a0: &a0 [x, x]\n".to_owned()
        + &lines(&|number| {
            format!(
                "a{number}: &a{number} [*a{}, *a{}]\n",
                number - 1,
                number - 1
            )
        });
    for (name, text, load) in [
        ("bomb.yaml", bomb, "loadYamlContent('bomb.yaml')"),
        (
            "deep.yaml",
            "[".repeat(100_000),
            "loadYamlContent('deep.yaml')",
        ),
        (
            "deep.json",
            "[".repeat(100_000),
            "loadJsonContent('deep.json')",
        ),
        (
            "deep-objects.json",
            "{\"a\":".repeat(100_000),
            "loadJsonContent('deep-objects.json')",
        ),
    ] {
        write(&folder, name, text);
        write(
            &folder,
            "main.bicep",
            format!("assert a = ({load}) != '?'\n"),
        );
        expect(&folder, "main.bicep", "AM");
    }
}

#[test]
fn a_pattern_made_of_stars_ends() {
    let folder = folder("pattern");
    for number in 0..200 {
        write(&folder, &format!("{}{number}", "a".repeat(200)), "");
    }
    let pattern = "*a".repeat(100) + "b";
    write(
        &folder,
        "main.bicep",
        format!("assert a = (loadDirectoryFileInfo('.', '{pattern}')) != '?'\n"),
    );
    expect(&folder, "main.bicep", "");
}
