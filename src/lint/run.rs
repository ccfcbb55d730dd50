//! From a template to what is said about it: in each environment, and for each choice of its parameters that decides something.

use super::environments::{DEFAULTS, EnvironmentMode};
use super::load::{Loaded, Reading, load_found};
use super::mend::{self, Mender};
use super::merge::{self, Held, Looked};
use super::scenarios::{self, Decisive, Scenarios};
use super::whole_run::{RootSet, Said, Sets};
use super::{Coverage, FileOutcome, FileReport, Options, UnknownJudgement, anchor, suppression};
use crate::diagnostic::{Diagnostic, Kind};
use crate::error::Error;
use crate::evaluate::{Deployment, Inputs, evaluate};
use crate::fix::Editor;
use crate::graph::{ResourceGraph, ResourceIndex, WORKSPACE};
use crate::posture::{self, Workspace};
use crate::project::Project;
use crate::rules::catalogue::Catalogue;
use crate::rules::judge::{RuleOutcome, Settings, judge};
use crate::rules::rule_set::RuleSet;
use crate::rules::together::Part;
use crate::source::{Sources, display};
use crate::template::Templates;
use crate::walk::Found;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

/// How the codes of what was not looked at to its end begin.
const BOUNDS: &str = "AM4";

/// What all files of a run share.
pub struct Run<'a> {
    /// The rules there are.
    pub catalogue: &'a Catalogue,
    /// Those that run.
    pub rules: &'a RuleSet,
    /// What the run is told.
    pub options: &'a Options,
    /// Whether there is more than one file, so that roots may meet others.
    pub whole: bool,
}

impl Run<'_> {
    /// Looks at a file; a panic is said of the file.
    pub fn guarded(&self, found: &Found, parameter_files: &[PathBuf]) -> FileReport {
        let looked_at = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            self.file(found, parameter_files)
        }));
        looked_at.unwrap_or_else(|_| {
            let message = "a bug of amllint: the file could not be judged";
            FileReport::failed(&found.path, Kind::INTERNAL, message.to_owned())
        })
    }

    /// Reads a file and looks at the template in it, if there is one.
    pub fn file(&self, found: &Found, parameter_files: &[PathBuf]) -> FileReport {
        match load_found(found, parameter_files, self.options) {
            Ok(Reading::Other) => FileReport::skipped(&found.path),
            Ok(Reading::Generated) => FileReport {
                outcome: FileOutcome::Generated,
                coverage: Coverage {
                    generated: 1,
                    ..Coverage::default()
                },
                ..FileReport::skipped(&found.path)
            },
            Ok(Reading::Template(loaded)) => self.template(display(&found.path), *loaded),
            Err(Error::Read { source, .. }) => FileReport::failed(
                &found.path,
                Kind::UNREADABLE_FILE,
                format!("the file cannot be read: {source}"),
            ),
            Err(error) => FileReport::failed(&found.path, Kind::UNREADABLE_FILE, error.to_string()),
        }
    }

    /// Evaluates and judges a template that was read.
    pub fn template(&self, path: String, loaded: Loaded) -> FileReport {
        let mut loaded = loaded;
        loaded.add_arguments(&[]);
        let Loaded {
            project,
            file,
            templates,
            environments,
            diagnostics,
            ..
        } = loaded;
        let mut found: Vec<(Held, Diagnostic)> = Vec::new();
        let anywhere = Held {
            environment: 0,
            scenario: 0,
        };
        found.extend(diagnostics.into_iter().map(|one| (anywhere, one)));
        let mut coverage = Coverage::default();
        let mut outcome = FileOutcome::Failed;
        let mut workspaces = Vec::new();
        let mut root = None;
        let mut sets = Sets::default();
        let mut looked = Looked {
            has_defaults: true,
            ..Looked::default()
        };
        if let Some(templates) = templates {
            outcome = FileOutcome::Linted;
            let subject = Subject {
                path: &path,
                project: &project,
                templates: &templates,
                editor: &Editor::new(&project),
            };
            let explores = environments.len() == 1
                && environments[0].name == DEFAULTS
                && self.options.environments != EnvironmentMode::None;
            for (position, environment) in environments.iter().enumerate() {
                let held = Held {
                    environment: position,
                    scenario: 0,
                };
                looked.environments.push(environment.name.clone());
                let mut inputs = environment.inputs.clone();
                let choosers = match explores {
                    true => scenarios::choosers(&project, &templates, &inputs),
                    false => Vec::new(),
                };
                inputs.choices = scenarios::bits(&choosers);
                let mut judged = self.judged(&subject, &inputs);
                found.extend(judged.diagnostics.into_iter().map(|one| (held, one)));
                coverage.also(judged.coverage);
                sets.add(judged.sets, true);
                if position == 0 {
                    workspaces.append(&mut judged.workspaces);
                }
                let others = scenarios::scenarios(&choosers, judged.decisive);
                coverage.bounded += usize::from(others.bounded);
                self.explore(
                    &subject,
                    &environment.inputs,
                    others,
                    &mut looked,
                    &mut found,
                    &mut sets,
                );
            }
            // What is wrong inside of a module that was restored is for its author to mend.
            let mut said = project.take_diagnostics();
            said.retain(|one| project.is_own(one.primary.span.file));
            found.extend(said.into_iter().map(|one| (anywhere, one)));
            coverage.suppressed = suppression::suppress(&project, &templates, &mut found);
            root = sets.of_root(file, &templates);
        }
        let modules = project.modules_read();
        let looked_for = project.looked_for();
        let sources = project.take_sources();
        let options = self.options;
        found.retain(|(_, one)| one.severity >= options.minimum_severity);
        for (_, diagnostic) in &mut found {
            merge::one_line(&sources, diagnostic);
        }
        let mut diagnostics = merge::merged(&sources, file, &looked, found);
        merge::bound(&mut diagnostics, options.maximum_findings, file);
        let places = mend::places(&project, &diagnostics);
        let mut report = FileReport {
            path,
            outcome,
            diagnostics,
            sources,
            places,
            coverage,
            modules,
            looked_for,
            workspaces,
            root,
        };
        if report.is_silent() && report.root.is_none() {
            report.sources = Sources::default();
        }
        report
    }

    /// How rules are judged in this run.
    pub fn settings(&self) -> Settings {
        Settings {
            keep_superseded: !self.options.services.is_empty(),
            ..Settings::default()
        }
    }

    /// Looks at what a template becomes where other values are chosen.
    fn explore(
        &self,
        subject: &Subject<'_>,
        inputs: &Inputs,
        scenarios: Scenarios,
        looked: &mut Looked,
        found: &mut Vec<(Held, Diagnostic)>,
        sets: &mut Sets,
    ) {
        looked.has_defaults = scenarios.has_defaults;
        for (scenario, chosen) in scenarios.all.into_iter().enumerate() {
            let named = chosen
                .iter()
                .map(|(name, value)| (name.to_string(), value.expression()));
            looked.scenarios.push(named.collect());
            if scenario == 0 && scenarios.has_defaults {
                continue;
            }
            let mut inputs = inputs.clone();
            inputs.parameters.extend(chosen);
            // Mistakes are told of what is deployed by default.
            inputs.is_quiet = true;
            let judged = self.judged(subject, &inputs);
            sets.add(judged.sets, false);
            let held = Held {
                environment: 0,
                scenario,
            };
            let of_rules = judged.diagnostics.into_iter();
            let of_rules = of_rules.filter(|one| one.resource.is_some());
            found.extend(of_rules.map(|one| (held, one)));
        }
    }

    /// Evaluates a template with what is known in one environment, and judges what it deploys.
    fn judged(&self, subject: &Subject<'_>, inputs: &Inputs) -> Judged {
        let deployment = evaluate(subject.project, subject.templates, inputs);
        let graph = ResourceGraph::new(deployment, self.catalogue.relations());
        let mut judged = Judged::default();
        let mut parts = Vec::new();
        judged.workspaces = self.judge(
            subject,
            &graph,
            &mut judged.diagnostics,
            &mut judged.coverage,
            &mut parts,
        );
        judged.decisive.looked_at = graph.looked_at();
        for (resource_type, choices) in &graph.deployment().decisions {
            let folded = resource_type.to_ascii_lowercase();
            if folded.is_empty() || !self.rules.for_type(&folded).is_empty() {
                judged.decisive.conditions |= choices;
            }
        }
        let mut said = graph.deployment().take_diagnostics();
        merge::unrestored(&mut said);
        said.retain(|one| {
            one.code.starts_with(BOUNDS) || subject.project.is_own(one.primary.span.file)
        });
        judged.diagnostics.extend(said);
        // Bodies that nobody asked for are evaluated only now.
        let parts = parts.into_iter();
        judged.sets = parts
            .map(|(resource, kept)| Self::root_set(subject.project, &graph, resource, kept))
            .collect();
        judged
    }

    fn root_set(
        project: &Project,
        graph: &ResourceGraph,
        resource: ResourceIndex,
        (rule, part, said): (usize, Part, Said),
    ) -> RootSet {
        let calls = graph.calls(resource);
        let call = anchor::call(project, graph.resource(resource).type_span, &calls);
        RootSet::new(graph, rule, part, said).told_at(call)
    }

    fn judge(
        &self,
        subject: &Subject<'_>,
        graph: &ResourceGraph,
        diagnostics: &mut Vec<Diagnostic>,
        coverage: &mut Coverage,
        parts: &mut Vec<(ResourceIndex, (usize, Part, Said))>,
    ) -> Vec<Workspace> {
        coverage.templates = 1;
        coverage.resources = graph.indices().count();
        coverage.workspaces = graph.of_type(WORKSPACE).len();
        coverage.dependencies = graph
            .indices()
            .filter(|index| graph.is_linked(*index))
            .count()
            - coverage.workspaces;
        let facts = self.catalogue.facts();
        let Options {
            as_of, services, ..
        } = self.options;
        let judgements = judge(graph, self.rules, &facts, *as_of, &self.settings());
        let Subject { path, project, .. } = *subject;
        let workspaces = match services.is_empty() {
            true => Vec::new(),
            false => posture::workspaces(graph, &judgements, self.rules, services),
        };
        let mender = Mender::new(subject.editor, graph, &judgements);
        for judgement in judgements {
            let mut said = Said::Nothing;
            match judgement.outcome {
                RuleOutcome::Pass => {
                    coverage.pass += 1;
                    said = Said::Pass;
                }
                RuleOutcome::Fail(finding) => {
                    coverage.fail += 1;
                    let fix = mender.fix(judgement.rule, judgement.resource, &finding);
                    let mut diagnostic = finding.diagnostic;
                    diagnostic.fix = fix;
                    let calls = graph.calls(judgement.resource);
                    anchor::in_own_file(project, &calls, &mut diagnostic);
                    said = Said::Finding(diagnostic.primary.span, diagnostic.severity);
                    diagnostics.push(diagnostic);
                }
                RuleOutcome::Unknown(reason) => {
                    said = Said::Unknown;
                    let rule = &self.rules.rules()[judgement.rule];
                    let resource = graph.resource(judgement.resource);
                    coverage.unknown.push(UnknownJudgement {
                        code: rule.code.clone(),
                        name: rule.name.clone(),
                        file: path.to_owned(),
                        resource: (
                            resource.resource_type.to_string(),
                            resource.name().display(),
                        ),
                        reason: reason.message,
                    });
                }
                RuleOutcome::NotApplicable | RuleOutcome::External => {}
            }
            if let Some(part) = judgement.part.filter(|_| self.whole) {
                parts.push((judgement.resource, (judgement.rule, part, said)));
            }
        }
        workspaces
    }
}

/// A template to be judged.
struct Subject<'a> {
    path: &'a str,
    project: &'a Rc<Project>,
    templates: &'a Arc<Templates>,
    editor: &'a Editor<'a>,
}

/// What was found in one environment.
#[derive(Default)]
struct Judged {
    diagnostics: Vec<Diagnostic>,
    coverage: Coverage,
    workspaces: Vec<Workspace>,
    sets: Vec<RootSet>,
    /// The choices that decide what is deployed, or what rules looked at.
    decisive: Decisive,
}

/// The deployment that a file describes, for `expand`.
pub fn deployment(loaded: &Loaded) -> Option<Deployment> {
    loaded
        .templates
        .as_ref()
        .map(|templates| evaluate(&loaded.project, templates, &loaded.inputs()))
}
