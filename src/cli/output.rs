//! Where findings are written, and how: `--format sarif=out.sarif --format github`.
//!
//! Where no format is given, a build service gets the one it reads.

use super::arguments::{FormatChoice, FormatName};
use super::environment::Environment;
use super::write_out;
use crate::error::{Error, Result};
use crate::lint::Report;
use crate::report::{self, Context, Format};
use crate::source::display;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The summary of a step in GitHub Actions.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";
/// A step's summary may have a mebibyte, whoever writes into it.
const MAX_SUMMARY: usize = 900 << 10;

/// A build service whose format is used because none was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Platform {
    format: Format,
    variable: &'static str,
}

impl Platform {
    /// A build service that says it runs this.
    fn find(environment: &Environment) -> Option<Platform> {
        let platforms = [
            (Format::Github, "GITHUB_ACTIONS"),
            (Format::Azure, "TF_BUILD"),
        ];
        let mut platforms = platforms.into_iter();
        let (format, variable) = platforms.find(|(_, variable)| environment.is_true(variable))?;
        Some(Platform { format, variable })
    }

    /// What is said of the choice.
    pub fn notice(self) -> String {
        format!(
            "amllint: the format is `{}`, for `{}` is set; `--format full` gives the usual one",
            FormatName::of(self.format),
            self.variable
        )
    }
}

/// What is written where.
#[derive(PartialEq, Eq, Debug)]
pub struct Outputs {
    outputs: Vec<FormatChoice>,
    /// Set if the format was chosen, not given.
    pub platform: Option<Platform>,
}

/// Settles what is written where.
pub fn choose(
    given: &[FormatChoice],
    output_file: Option<&Path>,
    environment: &Environment,
) -> Result<Outputs> {
    let mut outputs = given.to_vec();
    let mut platform = None;
    if outputs.is_empty() {
        platform = Platform::find(environment).filter(|_| output_file.is_none());
        let format = platform.map_or(Format::Full, |platform| platform.format);
        outputs.push(FormatChoice { format, file: None });
    }
    let mut without_file: Vec<&mut FormatChoice> = outputs
        .iter_mut()
        .filter(|output| output.file.is_none())
        .collect();
    match (without_file.as_mut_slice(), output_file) {
        ([only], Some(file)) => only.file = Some(file.to_owned()),
        ([], Some(_)) => {
            let text = "every format has a file already: leave `--output-file` out, or add a format without one";
            return Err(Error::Usage(text.to_owned()));
        }
        ([first, second, ..], _) => {
            let (first, second) = (FormatName::of(first.format), FormatName::of(second.format));
            return Err(Error::Usage(format!(
                "`{first}` and `{second}` cannot both go to one place; give one a file: `--format {second}=FILE`"
            )));
        }
        ([_] | [], None) => {}
    }
    check_files(&outputs)?;
    Ok(Outputs { outputs, platform })
}

fn check_files(outputs: &[FormatChoice]) -> Result<()> {
    let mut files: Vec<&PathBuf> = Vec::new();
    for file in outputs.iter().filter_map(|output| output.file.as_ref()) {
        if file.as_os_str().is_empty() {
            let text =
                "there is no file behind `=`: write `--format sarif=out.sarif`, or leave `=` out";
            return Err(Error::Usage(text.to_owned()));
        }
        if files.contains(&file) {
            let file = display(file);
            return Err(Error::Usage(format!(
                "two formats cannot both go to `{file}`"
            )));
        }
        files.push(file);
    }
    Ok(())
}

impl Outputs {
    /// What was typed, or would have been.
    pub fn words(&self) -> Vec<String> {
        let words = self.outputs.iter().map(|output| {
            let name = FormatName::of(output.format);
            match &output.file {
                Some(file) => format!("{name}={}", display(file)),
                None => name,
            }
        });
        words.collect()
    }

    /// Whether nothing goes to standard output.
    pub fn to_file(&self) -> bool {
        self.outputs.iter().all(|output| output.file.is_some())
    }

    /// Writes the findings everywhere; of what cannot be written the first is the error, after everything else was. What would go to
    /// standard output goes to standard error if that `is_taken`.
    pub fn write(
        &self,
        report: &Report,
        context: &Context,
        environment: &Environment,
        is_taken: bool,
    ) -> Result<()> {
        let mut done = Ok(());
        for FormatChoice { format, file } in &self.outputs {
            let text = report::findings(report, *format, context);
            match file {
                None if is_taken => super::say(text.trim_end()),
                Some(_) | None => done = done.and(write_out(&text, file.as_ref())),
            }
        }
        let annotates = |output: &FormatChoice| output.format == Format::Github;
        if self.outputs.iter().any(annotates)
            && let Some(summary) = environment.variable(STEP_SUMMARY)
        {
            let page = report::page(report, context, MAX_SUMMARY);
            done = done.and(append(Path::new(summary), &page));
        }
        done
    }
}

/// Adds to the summary of the step, in which others may have written.
fn append(path: &Path, text: &str) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let file = options.append(true).create(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(format: Format, file: Option<&str>) -> FormatChoice {
        let file = file.map(PathBuf::from);
        FormatChoice { format, file }
    }

    fn chosen(
        given: &[FormatChoice],
        output_file: Option<&str>,
        variables: &[(&str, &str)],
    ) -> std::result::Result<Outputs, String> {
        let environment = Environment::with(variables, Path::new("/"));
        let chosen = choose(given, output_file.map(Path::new), &environment);
        chosen.map_err(|error| error.to_string())
    }

    #[test]
    fn a_build_service_gets_the_format_it_reads() {
        for (variables, format) in [
            (&[][..], Format::Full),
            (&[("GITHUB_ACTIONS", "true")], Format::Github),
            (&[("GITHUB_ACTIONS", "")], Format::Full),
            (&[("TF_BUILD", "True")], Format::Azure),
            (&[("CI", "true")], Format::Full),
        ] {
            let outputs = chosen(&[], None, variables).expect("nothing is wrong");
            assert_eq!(outputs.outputs, [choice(format, None)], "{variables:?}");
            assert_eq!(outputs.platform.is_some(), format != Format::Full);
            let given = chosen(&[choice(Format::Json, None)], None, variables);
            assert_eq!(given.expect("nothing is wrong").platform, None);
            let to_file = chosen(&[], Some("out.txt"), variables).expect("nothing is wrong");
            assert_eq!(to_file.outputs, [choice(Format::Full, Some("out.txt"))]);
        }
    }

    #[test]
    fn every_format_has_a_place_of_its_own() {
        let sarif = choice(Format::Sarif, Some("out.sarif"));
        let (github, full) = (choice(Format::Github, None), choice(Format::Full, None));
        let both = chosen(&[sarif.clone(), github.clone()], None, &[]);
        assert_eq!(
            both.expect("nothing is wrong").outputs,
            [sarif.clone(), github.clone()]
        );
        for (given, output_file, message) in [
            (
                vec![github.clone(), full.clone()],
                None,
                "`github` and `full` cannot both go to one place",
            ),
            (
                vec![github, full],
                Some("x"),
                "`github` and `full` cannot both go to one place",
            ),
            (
                vec![sarif.clone()],
                Some("x"),
                "every format has a file already",
            ),
            (
                vec![sarif.clone(), sarif],
                None,
                "two formats cannot both go to `out.sarif`",
            ),
            (
                vec![choice(Format::Csv, Some(""))],
                None,
                "there is no file behind `=`",
            ),
        ] {
            let error = chosen(&given, output_file, &[]).expect_err("it makes no sense");
            assert!(error.contains(message), "{error}");
        }
    }
}
