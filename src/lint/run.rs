//! From a template to what is said about it: in each environment, and for each choice of its parameters that decides something.

use super::aside::{Aside, AsideOne, Shared};
use super::environments::{DEFAULTS, EnvironmentMode};
use super::load::{Environment, Loaded, Reading, load_found};
use super::mend::{self, Mender};
use super::merge::{self, Held, Looked, Met, Question, Questions};
use super::scenarios::Scenarios;
use super::suppression::told::{self, Judged as JudgedRun};
use super::suppression::{self, Audited, Bench, Policy, Silencers};
use super::whole_run::{RootSet, Said, Sets};
use super::{Coverage, FileOutcome, FileReport, Options, UnknownJudgement, anchor};
use crate::diagnostic::{Certainty, Diagnostic, Kind};
use crate::error::Error;
use crate::evaluate::{Deployment, Inputs, evaluate};
use crate::fix::Editor;
use crate::graph::{ResourceGraph, ResourceIndex, WORKSPACE};
use crate::posture::{self, Workspace};
use crate::project::Project;
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::Sees;
use crate::rules::judge::{RuleOutcome, Settings, judge};
use crate::rules::rule_set::RuleSet;
use crate::rules::together::Part;
use crate::rules::words::Words;
use crate::source::{Range, Sources, Span, display};
use crate::template::Templates;
use crate::value::Choices;
use crate::walk::Found;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

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
    /// Which of them may see one another.
    shared: Shared,
    /// What words mean rules, once something is silenced.
    words: OnceLock<Words>,
}

impl<'a> Run<'a> {
    /// A run over these rules.
    pub fn new(
        catalogue: &'a Catalogue,
        rules: &'a RuleSet,
        options: &'a Options,
        whole: bool,
    ) -> Run<'a> {
        Run {
            catalogue,
            rules,
            options,
            whole,
            shared: Shared::default(),
            words: OnceLock::new(),
        }
    }

    /// The same over these files, some of which may see one another.
    pub fn over(self, files: &[Found]) -> Run<'a> {
        let shared = Shared::new(files, self.rules);
        Run { shared, ..self }
    }

    /// What the suppressions of a root are held against.
    pub fn bench(&self, root: &str) -> Bench<'_> {
        let (root, configurations) = (Path::new(root), &self.options.configurations);
        Bench {
            words: self.words(),
            policy: Policy {
                requires_reason: configurations.requires_reason(root),
                mandatory: configurations.mandatory(root),
            },
            as_of: self.options.as_of,
        }
    }

    fn words(&self) -> &Words {
        let make = || suppression::words(self.catalogue);
        self.words.get_or_init(make)
    }

    /// Gives a finding the severity that is configured for its root; false if it is not to be told.
    pub fn adjust(
        &self,
        root: &str,
        environment: &str,
        sources: &Sources,
        one: &mut Diagnostic,
    ) -> bool {
        let points_at = sources.find(one.primary.span.file);
        let points_at = points_at.map_or("", |source| source.path()).to_owned();
        let configurations = &self.options.configurations;
        configurations.adjust(Path::new(root), environment, &points_at, one)
    }

    /// Says what is wrong with what the files silence; gives all of that.
    pub fn tell_of_suppressions(
        &self,
        reports: &mut [Arc<FileReport>],
        elsewhere: &[bool],
    ) -> Vec<Audited> {
        let is_posture = !self.options.services.is_empty();
        if is_posture || reports.iter().all(|report| report.silencers.is_empty()) {
            return Vec::new();
        }
        let words = self.words();
        let silencing = reports.iter_mut();
        for report in silencing.filter(|report| !report.silencers.is_empty()) {
            let report = Arc::make_mut(report);
            let bench = self.bench(&report.path);
            let is_named = report.silencers.is_named;
            let silencers = std::mem::take(&mut report.silencers);
            report.silencers.is_named = is_named;
            let unknown = report.coverage.unknown.iter();
            let unknown: FxHashSet<&str> = unknown.map(|one| &*one.name).collect();
            let is_unjudged = |word: &str| unknown.iter().any(|name| words.means(word, name));
            report.suppressions = silencers.audit(&bench, &is_unjudged);
        }
        let rules = self.rules.rules().iter().map(|rule| &*rule.name);
        let names: Vec<&str> = rules
            .chain(Kind::ALL.iter().map(|kind| kind.name))
            .collect();
        let judged = JudgedRun {
            words,
            is_whole: self.options.is_whole(),
            ran: &|word| names.iter().any(|name| words.means(word, name)),
            as_of: self.options.as_of,
            minimum_severity: self.options.minimum_severity,
            adjust: &|root, one| {
                let configurations = &self.options.configurations;
                configurations.adjust(Path::new(root), "", root, one)
            },
        };
        told::tell(&judged, reports, elsewhere)
    }

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
            Ok(Reading::Template(loaded)) => {
                let mut report = self.template(display(&found.path), *loaded);
                report.silencers.is_named = found.named;
                report
            }
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
        // In which order parameter files are named changes nothing; the first one is what the posture report is about.
        let first = loaded.environments.first().map(|one| one.name.clone());
        let by_name = |left: &Environment, right: &Environment| left.name.cmp(&right.name);
        loaded.environments.sort_by(by_name);
        let Loaded {
            project,
            file,
            templates,
            environments,
            diagnostics,
            suppressions,
            ..
        } = loaded;
        let mut found: Vec<(Met, Diagnostic)> = Vec::new();
        found.extend(diagnostics.into_iter().map(|one| (Met::anywhere(), one)));
        let mut coverage = Coverage::default();
        let mut outcome = FileOutcome::Failed;
        let mut workspaces = Vec::new();
        let mut root = None;
        let mut sets = Sets::default();
        let mut aside = Aside::default();
        let mut silencers = Silencers::default();
        let mut places = FxHashMap::default();
        let mut looked = Looked::default();
        if let Some(templates) = templates {
            outcome = FileOutcome::Linted;
            let editor = Editor::new(&project);
            let explores = environments.len() == 1
                && environments[0].name == DEFAULTS
                && self.options.environments != EnvironmentMode::None;
            for (position, environment) in environments.iter().enumerate() {
                looked.environments.push(environment.name.clone());
                let mut inputs = environment.inputs.clone();
                if explores {
                    let most = self.options.maximum_scenarios;
                    looked.scenarios = Scenarios::new(&project, &templates, &inputs, most);
                    inputs.choices = looked.scenarios.bits();
                }
                let subject = Subject {
                    path: &path,
                    project: &project,
                    templates: &templates,
                    editor: &editor,
                    settings: self.settings(&path, &environment.class),
                };
                let mut judged = self.judged(&subject, &inputs);
                let held = Held {
                    environment: position,
                    scenario: 0,
                };
                judged.note(held, &mut looked);
                found.extend(met(held, judged.diagnostics));
                sets.add(judged.sets, true);
                aside.add(held, true, judged.aside);
                if workspaces.is_empty() && first.as_ref() == Some(&environment.name) {
                    workspaces.append(&mut judged.workspaces);
                }
                if explores {
                    looked.scenarios.ask(0, &judged.depends);
                    let gathered = Gathered {
                        looked: &mut looked,
                        found: &mut found,
                        sets: &mut sets,
                        aside: &mut aside,
                    };
                    self.explore(&subject, &inputs, gathered);
                    looked.settle(&mut judged.coverage, &judged.questions);
                    coverage.bounded += usize::from(looked.scenarios.is_bounded());
                }
                coverage.also(judged.coverage);
            }
            // What is wrong inside of a module that was restored is for its author to mend.
            let mut said = project.take_diagnostics();
            said.retain(|one| project.is_own(one.primary.span.file));
            found.extend(said.into_iter().map(|one| (Met::anywhere(), one)));
            silencers = Silencers::new(&project, &templates, suppressions);
            places = mend::places(&project, aside.diagnostics());
            root = sets.of_root(&templates, aside.outlook(&project, file));
        }
        let modules = project.modules_read();
        let looked_for = project.looked_for();
        let sources = project.take_sources();
        if !self.options.configurations.all().is_empty() {
            found.retain_mut(|(met, one)| {
                let environment = environments.get(met.held.environment);
                let environment = environment.map_or("", |environment| &environment.class);
                self.adjust(&path, environment, &sources, one)
            });
        }
        let suppressed = self.silence(&path, &mut silencers, &mut found);
        let options = self.options;
        let told = |mut found: Vec<(Met, Diagnostic)>| {
            found.retain(|(_, one)| one.severity >= options.minimum_severity);
            for (_, diagnostic) in &mut found {
                merge::one_line(&sources, diagnostic);
            }
            let mut told = merge::merged(&sources, file, &looked, found);
            told.retain(|one| one.certainty >= options.minimum_certainty);
            told
        };
        let suppressed = told(suppressed);
        suppressed.iter().for_each(|one| silencers.count(one));
        let diagnostics = told(found);
        places.extend(mend::places(&project, diagnostics.iter()));
        if let Some(outlook) = root.as_mut().and_then(|root| root.outlook.as_mut()) {
            outlook.looked = looked;
        }
        let mut report = FileReport {
            diagnostics,
            sources,
            places,
            coverage,
            modules,
            looked_for,
            workspaces,
            file: Some(file),
            root,
            suppressed,
            silencers,
            ..FileReport::new(path, outcome)
        };
        if report.is_silent() && report.root.is_none() {
            report.sources = Sources::default();
        }
        report
    }

    /// Takes out what the files say is not to be reported, and adds what is wrong with how they say it.
    fn silence(
        &self,
        root: &str,
        silencers: &mut Silencers,
        found: &mut Vec<(Met, Diagnostic)>,
    ) -> Vec<(Met, Diagnostic)> {
        if silencers.is_empty() {
            return Vec::new();
        }
        let bench = self.bench(root);
        for (_, diagnostic) in found.iter_mut() {
            silencers.look(&bench, diagnostic);
        }
        let mistakes = silencers.mistakes().into_iter();
        found.extend(mistakes.map(|one| (Met::anywhere(), one)));
        let all = std::mem::take(found).into_iter();
        let (suppressed, kept) = all.partition(|(_, one)| one.suppressed.is_some());
        *found = kept;
        suppressed
    }

    /// How rules are judged in a root and an environment of it.
    pub fn settings(&self, root: &str, environment: &str) -> Settings {
        let configurations = &self.options.configurations;
        let judging = configurations.judging(Path::new(root), environment);
        let mut settings = judging.settings.clone();
        // The posture report looks at what its rows need, whatever is to be told of.
        if !self.options.services.is_empty() {
            settings.keep_superseded = true;
            settings.off = Arc::default();
        }
        settings
    }

    /// Looks at what a template becomes where other values are chosen.
    fn explore(&self, subject: &Subject<'_>, inputs: &Inputs, gathered: Gathered<'_>) {
        let Gathered {
            looked,
            found,
            sets,
            aside,
        } = gathered;
        let mut scenario = 1;
        while scenario < looked.scenarios.count() {
            let mut inputs = inputs.clone();
            inputs.parameters.extend(looked.scenarios.chosen(scenario));
            // Mistakes are told of what is deployed by default.
            inputs.is_quiet = true;
            let judged = self.judged(subject, &inputs);
            looked.scenarios.ask(scenario, &judged.depends);
            let held = Held {
                environment: 0,
                scenario,
            };
            judged.note(held, looked);
            sets.add(judged.sets, false);
            aside.add(held, false, judged.aside);
            let of_rules = judged.diagnostics.into_iter();
            let of_rules = of_rules.filter(|(_, _, one)| one.resource.is_some());
            found.extend(met(held, of_rules));
            scenario += 1;
        }
    }

    /// Evaluates a template with what is known in one environment, and judges what it deploys.
    fn judged(&self, subject: &Subject<'_>, inputs: &Inputs) -> Judged {
        let deployment = evaluate(subject.project, subject.templates, inputs);
        let graph = ResourceGraph::new(deployment, self.catalogue.relations());
        let mut judged = Judged::default();
        let mut parts = Vec::new();
        for (resource_type, choices) in &graph.deployment().decisions {
            let folded = resource_type.to_ascii_lowercase();
            if folded.is_empty() || !self.rules.for_type(&folded).is_empty() {
                judged.depends_on(*choices);
            }
        }
        let is_shared = self.shared.is_shared(Path::new(subject.path), &graph);
        judged.aside = is_shared.then(AsideOne::default);
        self.judge(subject, &graph, &mut judged, &mut parts);
        let mut said = graph.deployment().take_diagnostics();
        merge::unrestored(&mut said);
        said.retain(|one| {
            one.code.starts_with(BOUNDS) || subject.project.is_own(one.primary.span.file)
        });
        judged
            .diagnostics
            .extend(said.into_iter().map(|one| (0, None, one)));
        // Bodies that nobody asked for are evaluated only now.
        if let Some(aside) = &mut judged.aside {
            aside.outline = graph.outline();
        }
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
        judged: &mut Judged,
        parts: &mut Vec<(ResourceIndex, (usize, Part, Said))>,
    ) {
        let coverage = &mut judged.coverage;
        coverage.templates = 1;
        coverage.resources = graph.indices().count();
        coverage.unread_modules = graph.deployment().unread_modules.len();
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
        let judgements = judge(graph, self.rules, &facts, *as_of, &subject.settings);
        if !services.is_empty() {
            judged.workspaces = posture::workspaces(graph, &judgements, self.rules, services);
            if let Some(aside) = &mut judged.aside {
                aside.judgements.clone_from(&judgements);
            }
        }
        let mends = self.options.makes_fixes;
        let mender = mends.then(|| Mender::new(subject.editor, graph, &judgements));
        for judgement in judgements {
            judged.depends_on(judgement.choices);
            let rule = &self.rules.rules()[judgement.rule];
            let (diagnostics, coverage, questions) = match &mut judged.aside {
                Some(aside) if rule.sees == Sees::Folder => (
                    &mut aside.diagnostics,
                    &mut aside.coverage,
                    &mut aside.questions,
                ),
                Some(_) | None => (
                    &mut judged.diagnostics,
                    &mut judged.coverage,
                    &mut judged.questions,
                ),
            };
            let mut said = Said::Nothing;
            let question = || Question {
                rule: judgement.rule,
                resource: graph.resource(judgement.resource).type_span,
                call: graph.calls(judgement.resource).first().copied(),
            };
            match judgement.outcome {
                RuleOutcome::Pass => {
                    coverage.pass += 1;
                    said = Said::Pass;
                }
                RuleOutcome::Fail(finding) => {
                    coverage.fail += 1;
                    let mender = mender.as_ref();
                    let fix = mender.and_then(|mender| mender.fix(judgement.rule, &finding));
                    let mut diagnostic = finding.diagnostic;
                    coverage.possible += usize::from(diagnostic.certainty == Certainty::Possible);
                    diagnostic.fix = fix;
                    let calls = graph.calls(judgement.resource);
                    let is_own = |file| subject.project.is_own(file);
                    anchor::in_own_file(&is_own, &calls, &mut diagnostic);
                    said = Said::Finding(diagnostic.primary.span, diagnostic.severity);
                    let question = question();
                    questions.failed.push(question);
                    diagnostics.push((judgement.choices, Some(question), diagnostic));
                }
                RuleOutcome::Unknown(reason) => {
                    said = Said::Unknown;
                    questions.unknown.push(question());
                    let resource = graph.resource(judgement.resource);
                    let calls = || graph.calls(judgement.resource);
                    coverage.unknown.push(UnknownJudgement {
                        code: rule.code.clone(),
                        name: rule.name.clone(),
                        file: subject.path.to_owned(),
                        resource: (
                            resource.resource_type.to_string(),
                            resource.name().display(),
                        ),
                        place: Some(subject.place(reason.span, calls)),
                        reason: reason.message,
                        value: reason.value,
                        causes: reason.causes,
                    });
                }
                RuleOutcome::NotApplicable | RuleOutcome::External => {}
            }
            if let Some(part) = judgement.part.filter(|_| self.whole) {
                parts.push((judgement.resource, (judgement.rule, part, said)));
            }
        }
    }
}

/// What was found, with where.
pub fn met(
    held: Held,
    found: impl IntoIterator<Item = Told>,
) -> impl Iterator<Item = (Met, Diagnostic)> {
    let found = found.into_iter();
    found.map(move |(choices, question, one)| {
        let met = Met {
            held,
            choices,
            question,
        };
        (met, one)
    })
}

/// A template to be judged.
struct Subject<'a> {
    path: &'a str,
    project: &'a Rc<Project>,
    templates: &'a Arc<Templates>,
    editor: &'a Editor<'a>,
    /// How it is judged.
    settings: Settings,
}

impl Subject<'_> {
    /// A place to look at: in a file of the user, where a restored module is called.
    fn place(&self, span: Span, calls: impl FnOnce() -> Vec<Span>) -> (String, Range) {
        let span = match self.project.is_own(span.file) {
            true => span,
            false => anchor::call(self.project, span, &calls()).unwrap_or(span),
        };
        let source = self.project.source(span.file);
        (source.path().to_owned(), source.range(span))
    }
}

/// What is said, with the choices that it depends on, and what it answers.
pub type Told = (Choices, Option<Question>, Diagnostic);

/// What was found in all environments and scenarios of a template.
struct Gathered<'a> {
    looked: &'a mut Looked,
    found: &'a mut Vec<(Met, Diagnostic)>,
    sets: &'a mut Sets,
    aside: &'a mut Aside,
}

/// What was found in one environment.
#[derive(Default)]
struct Judged {
    diagnostics: Vec<Told>,
    questions: Questions,
    coverage: Coverage,
    workspaces: Vec<Workspace>,
    sets: Vec<RootSet>,
    /// What is put aside, if the root may see others.
    aside: Option<AsideOne>,
    /// The choices that decide whether something is deployed, or what a rule says of something, each combination once.
    depends: Vec<Choices>,
    depends_known: FxHashSet<Choices>,
}

impl Judged {
    fn depends_on(&mut self, choices: Choices) {
        if choices != 0 && self.depends_known.insert(choices) {
            self.depends.push(choices);
        }
    }

    /// Notes what was asked in an environment or scenario.
    fn note(&self, held: Held, looked: &mut Looked) {
        looked.note(held, &self.questions);
        if let Some(aside) = &self.aside {
            looked.note(held, &aside.questions);
        }
    }
}

/// The deployment that a file describes, for `expand`.
pub fn deployment(loaded: &Loaded) -> Option<Deployment> {
    loaded
        .templates
        .as_ref()
        .map(|templates| evaluate(&loaded.project, templates, &loaded.inputs()))
}
