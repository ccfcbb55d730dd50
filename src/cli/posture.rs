//! `amllint posture` and `amllint graph`: what workspaces survive, and what they depend on.

use super::arguments::{Color, Graph, Look, Posture};
use super::configuration::{self, Applying};
use super::given::Given;
use super::{
    CLEAN, FAILED, FINDINGS, NOT_ANALYSED, Targets, colored, options, read_rules, say,
    with_progress, write_out,
};
use crate::config::Selection;
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::error::Result;
use crate::lint::{self, Report};
use crate::report;
use crate::rules::catalogue::Catalogue;
use crate::rules::service::Service;
use crate::source::{Sources, display};
use crate::walk::Found;
use std::sync::Arc;

/// Prints the posture of every workspace.
pub fn posture(arguments: Posture, given: &mut Given) -> Result<u8> {
    let format = arguments.format.format();
    let color = colored(arguments.color, arguments.look.output_file.is_some());
    let render = |report: &Report, services: &[Service]| {
        report::posture::render(report, services, format, color)
    };
    print(arguments.look, arguments.as_of, given, render)
}

/// Prints what every workspace depends on.
pub fn graph(arguments: Graph, given: &mut Given) -> Result<u8> {
    let format = arguments.format.format();
    let render = |report: &Report, _: &[Service]| report::graph::render(report, format);
    print(arguments.look, None, given, render)
}

/// What is looked at, and for what.
pub struct Looking<'a> {
    /// The templates, and what they are read with.
    pub look: &'a mut Look,
    /// The day of the run, if not today.
    pub as_of: Option<jiff::civil::Date>,
    /// What was typed.
    pub given: &'a mut Given,
    /// Whether what workspaces survive is asked for.
    pub for_posture: bool,
}

/// What was found, and the rows of the posture report; the exit status instead, after saying why, where a run makes no sense.
type LookedAt = std::result::Result<(Report, Arc<[Service]>), u8>;

/// Looks at templates.
pub fn look_at(looking: Looking<'_>) -> Result<LookedAt> {
    let Looking {
        look,
        as_of,
        given,
        for_posture,
    } = looking;
    let threads = super::threads(look.jobs);
    let targets = Targets::find(&look.paths, &look.inputs, threads)?;
    let mut configurations = configuration::find(&look.configured, &targets.given)?;
    configurations.add(targets.files())?;
    if let Some(configuration) = configurations.of_run_mut(targets.first()) {
        let mut applying = Applying {
            configuration,
            given,
        };
        applying.inputs(&mut look.inputs);
        applying.rules(&mut look.rules);
    }
    let mut catalogue = Catalogue::built_in();
    if !read_rules(&mut catalogue, &look.rules, Color::Auto)? {
        return Ok(Err(FAILED));
    }
    configurations.resolve(&mut catalogue, Selection::default())?;
    if let Some(failed) = configuration::tell(&configurations) {
        return Ok(Err(failed));
    }
    let mut options = options(&look.inputs, look.paths.clone(), 0);
    let services: Arc<[Service]> = match for_posture {
        true => catalogue.services().into(),
        false => Arc::default(),
    };
    catalogue.enable(services.iter().flat_map(Service::rules));
    options.services = services.clone();
    options.as_of = as_of.unwrap_or(options.as_of);
    let mut found = targets.into_options(&look.inputs, &mut options)?;
    let is_looked_at = |found: &Found| found.named || !configurations.excludes(&found.path);
    found.files.retain(is_looked_at);
    options.configurations = Arc::new(configurations);
    let mut report = with_progress(&found.files, look.quiet, |seen| {
        lint::lint(&found.files, &catalogue, &options, threads, seen)
    })?;
    let unreadable = found.problems.iter().map(|(path, _)| display(path));
    report.coverage.skipped.extend(unreadable);
    Ok(Ok((report, services)))
}

/// Looks at the templates and prints what `render` makes of their workspaces.
fn print(
    mut look: Look,
    as_of: Option<jiff::civil::Date>,
    given: &mut Given,
    render: impl Fn(&Report, &[Service]) -> String,
) -> Result<u8> {
    let looking = Looking {
        look: &mut look,
        as_of,
        given,
        for_posture: true,
    };
    let (report, services) = match look_at(looking)? {
        Ok(looked_at) => looked_at,
        Err(status) => return Ok(status),
    };
    let own = tell(&report);
    let workspaces = report.files.iter().map(|file| file.workspaces.len());
    if workspaces.sum::<usize>() == 0 {
        let templates = report.coverage.templates;
        say(&match templates {
            0 => "amllint: no deployment template was found".to_owned(),
            1 => "amllint: there is no workspace in the template".to_owned(),
            more => format!("amllint: there is no workspace in {more} templates"),
        });
    } else {
        write_out(&render(&report, &services), look.output_file.as_ref())?;
    }
    Ok(own.unwrap_or_else(|| status(&report, &look)))
}

/// Tells what the tool itself says of the files; gives the exit status if that decides it.
fn tell(report: &Report) -> Option<u8> {
    let is_own = |one: &Diagnostic| one.concern.is_empty() && one.severity > Severity::Info;
    let own: Vec<(&Sources, &Diagnostic)> = report
        .diagnostics()
        .filter(|(_, one)| is_own(one))
        .collect();
    let color = colored(Color::Auto, false);
    for (sources, diagnostic) in &own {
        say(report::full(sources, diagnostic, color).trim_end());
    }
    if own.iter().any(|(_, one)| one.code == Kind::INTERNAL.code) {
        return Some(FAILED);
    }
    // What could not be read as what it claims to be is never green.
    let failed = own.iter().any(|(_, one)| one.severity == Severity::Error);
    failed.then_some(FINDINGS)
}

fn status(report: &Report, look: &Look) -> u8 {
    let workspaces = report.files.iter().flat_map(|file| &file.workspaces);
    let incomplete = !(report.coverage.skipped.is_empty() && report.coverage.unknown.is_empty());
    if workspaces.count() == 0 || look.strict && incomplete {
        NOT_ANALYSED
    } else {
        CLEAN
    }
}
