//! Programs in Bicep and what they come to, as the compiler's own tests tell it: `testdata/language/evaluated`.
//!
//! The value of an output stands above it and is written by hand; `UPDATE=1` rewrites only what is printed beside the program.
//!
//! ```text
//! // => 4
//! output added int = 1 + 3
//! ```

use crate::cli::{check, run, testdata, text};

/// Where the programs are deployed.
const PLACE: [&str; 4] = [
    "--subscription",
    "11111111-1111-1111-1111-111111111111",
    "--resource-group",
    "rg-own",
];

/// The outputs of a program and the values that stand above them.
fn expected(program: &str) -> Vec<(&str, serde_json::Value)> {
    let mut expected = Vec::new();
    let mut value = None;
    for line in program.lines() {
        if let Some(written) = line.strip_prefix("// => ") {
            value = Some(serde_json::from_str(written).expect("the value is JSON"));
        } else if let Some(output) = line.strip_prefix("output ") {
            let name = output.split(' ').next().expect("an output has a name");
            let value = value.take();
            expected.push((name, value.expect("its value stands above an output")));
        }
    }
    expected
}

#[test]
fn evaluated_programs_come_to_what_their_compiler_says() {
    let folder = testdata().join("language/evaluated");
    let files = std::fs::read_dir(&folder).expect("the folder is readable");
    let mut programs: Vec<_> = files
        .map(|file| file.expect("the folder is readable").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "bicep")
        })
        .collect();
    programs.sort();
    assert!(!programs.is_empty());
    for program in programs {
        let stem = program.file_stem().and_then(|stem| stem.to_str());
        let stem = format!("language/evaluated/{}", stem.expect("names are text"));
        let has_parameters = program.with_extension("bicepparam").is_file();
        let file = format!(
            "{stem}.{}",
            if has_parameters {
                "bicepparam"
            } else {
                "bicep"
            }
        );
        let arguments = [&["expand", &file, "--root", "."], &PLACE[..]].concat();
        let printed = text(&run(&arguments).stdout);
        let printed: serde_json::Value = serde_json::from_str(&printed).expect("it is JSON");
        let outputs = printed["outputs"].as_object().expect("there are outputs");
        let written = std::fs::read_to_string(&program).expect("the program is readable");
        let expected = expected(&written);
        assert_eq!(outputs.len(), expected.len(), "{stem}");
        for (name, value) in expected {
            assert_eq!(outputs.get(name), Some(&value), "`{name}` of {stem}");
        }
        check(&arguments, &format!("{stem}.txt"));
    }
}
