//! What may be typed.

use crate::diagnostic::{Certainty, Severity};
use crate::evaluate::Cloud;
use crate::lint::environments::EnvironmentMode;
use crate::lint::scenarios::MAX_SCENARIOS;
use crate::report::Format;
use crate::report::explain::Form;
use crate::report::{graph, posture, suppressions};
use crate::rules::schema::Kind;
use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Finds where an Azure Machine Learning workspace and the services it stands on would not survive the loss of a zone, a region,
/// or a mistaken delete.
#[derive(Debug, Parser)]
#[command(
    name = "amllint",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_flag = true,
    max_term_width = 100,
    after_help = "Exit status: 0 nothing at or above --fail-on; 1 findings; 2 usage or internal error, or a named\n\
                  path that cannot be read; 3 nothing was analysed, or with --strict something could not be.\n\
                  amllint never uses the network and sends nothing anywhere."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// `amllint PATHS` is `amllint check PATHS`.
    #[command(flatten)]
    pub check: Check,
    /// Print this; `amllint help` and `amllint help COMMAND` say more
    #[arg(short, long, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check files or folders (this is what happens without a command)
    Check(Box<Check>),
    /// Say what each workspace and the services it stands on survive: a zone, a region, a mistaken delete
    Posture(Box<Posture>),
    /// Print each workspace and what it depends on
    Graph(Box<Graph>),
    /// Print the evaluated deployment as JSON, as the rules see it
    Expand(Box<Expand>),
    /// Say what a rule finds, why, what it does not know, and where its facts come from
    Explain(Explain),
    /// Print a script with which a shell completes what is typed
    Completions(Completions),
    /// Serve an editor on standard input and output
    #[command(
        after_help = "It speaks the Language Server Protocol. Editors start it; docs/editors.md says how each is told to."
    )]
    Lsp(Lsp),
    /// Print the manual page, or write those of all commands into a folder
    Man(Man),
    /// List the rules, test rule files, or print their JSON Schema
    Rules(Rules),
    /// Show what a run is told and by whom, write a configuration to begin with, or print its JSON Schema
    Config(Config),
    /// Accept what is found today, so that only what is new fails, and keep the list short
    Baseline(Baseline),
    /// List what the files silence, with reason, owner and end, for an audit
    Suppressions(Box<Suppressions>),
}

/// `amllint suppressions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 done, whatever is silenced; 2 usage or internal error, or a named path that cannot be read;\n\
                  3 nothing was analysed."
)]
pub struct Suppressions {
    #[command(flatten)]
    pub look: Look,
    /// Read the ends of suppressions as of this date [default: today]
    #[arg(long, value_name = "DATE", help_heading = "Rules")]
    pub as_of: Option<jiff::civil::Date>,
    /// How it is printed
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = SuppressionsFormat::Text, help_heading = "Output")]
    pub format: SuppressionsFormat,
}

/// A format of the list of suppressions.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub enum SuppressionsFormat {
    /// For a terminal
    Text,
    /// A table for a page
    Markdown,
    /// For spreadsheets
    Csv,
    /// For programs
    Json,
}

impl SuppressionsFormat {
    /// The format itself.
    pub fn format(self) -> suppressions::Format {
        match self {
            SuppressionsFormat::Text => suppressions::Format::Text,
            SuppressionsFormat::Markdown => suppressions::Format::Markdown,
            SuppressionsFormat::Csv => suppressions::Format::Csv,
            SuppressionsFormat::Json => suppressions::Format::Json,
        }
    }
}

/// `amllint baseline`.
#[derive(Debug, Args)]
pub struct Baseline {
    /// What to do.
    #[command(subcommand)]
    pub command: BaselineCommand,
}

/// What to do with the baseline.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Write a new file with everything that is found; takes what `check` takes
    Create(Box<Check>),
    /// Write the file anew: with what is new, without what is mended; takes what `check` takes
    Update(Box<Check>),
    /// Take out what is mended, and nothing else; takes what `check` takes
    Prune(Box<Check>),
}

/// `amllint config`.
#[derive(Debug, Args)]
pub struct Config {
    /// What to do.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print every setting of a run with where it comes from, and what is said of rules; takes what `check` takes
    Show(Box<Check>),
    /// Write an `amllint.toml` to begin with, in which everything is a comment
    Init(Init),
    /// Print the JSON Schema of `amllint.toml`, with which an editor completes and checks it
    #[command(
        after_help = "Print it beside the configuration, and name it in its first line:\n\n  \
                            amllint config schema > amllint.schema.json\n\n  \
                            #:schema ./amllint.schema.json"
    )]
    Schema(ConfigSchema),
}

/// `amllint config init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder, which has no configuration yet
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
}

/// `amllint config schema`.
#[derive(Debug, Args)]
pub struct ConfigSchema {
    /// Folder with rule files of your own, whose names and parameters it lists, too
    #[arg(long = "rules", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
}

/// Which configuration is read.
#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Configuration")]
pub struct Configured {
    /// Configuration for all files [default: the nearest amllint.toml of each, up to the root of its repository]
    #[arg(
        short,
        long,
        value_name = "FILE",
        env = "AMLLINT_CONFIG",
        hide_env_values = true
    )]
    pub config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, env = "AMLLINT_ISOLATED", hide_env_values = true)]
    pub isolated: bool,
}

/// `amllint explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Codes or names of rules, or of messages of the tool (`ST001`, `acr-premium-sku`, `AM101`)
    #[arg(value_name = "RULE", required = true)]
    pub rules: Vec<String>,
    #[command(flatten)]
    pub configured: Configured,
    /// Folder with rule files of your own
    #[arg(long = "rules", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// How it is printed
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = FormName::Text)]
    pub format: FormName,
    /// Show every example, not only one that fires and one that is silent
    #[arg(long)]
    pub all_examples: bool,
}

/// `amllint lsp`.
#[derive(Debug, Args)]
pub struct Lsp {
    /// Standard input and output are used, whether or not this says so
    #[arg(long)]
    pub stdio: bool,
    /// The process of the editor, which some say here, too
    #[arg(long = "clientProcessId", value_name = "PID", hide = true)]
    pub client_process: Option<u32>,
}

/// `amllint completions`.
#[derive(Debug, Args)]
#[command(after_help = "For the current user:\n\n  \
                  bash        amllint completions bash > ~/.local/share/bash-completion/completions/amllint\n  \
                  zsh         amllint completions zsh > ~/.zfunc/_amllint     (with ~/.zfunc in fpath)\n  \
                  fish        amllint completions fish > ~/.config/fish/completions/amllint.fish\n  \
                  powershell  amllint completions powershell >> $PROFILE\n  \
                  elvish      amllint completions elvish >> ~/.config/elvish/rc.elv")]
pub struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// `amllint man`.
#[derive(Debug, Args)]
pub struct Man {
    /// Folder for the pages of all commands; without it the page of `amllint` is printed
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// `amllint rules`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Rules {
    /// What else to do with rules.
    #[command(subcommand)]
    pub command: Option<RulesCommand>,
    #[command(flatten)]
    pub configured: Configured,
    /// Only these rules: codes, names, services or concerns
    #[arg(short, long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave these rules out
    #[arg(short, long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Folder with rule files of your own
    #[arg(long = "rules", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// How they are printed
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = FormName::Text)]
    pub format: FormName,
}

/// What else to do with rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Print the JSON Schema of rule files, with which an editor completes and checks them
    #[command(
        after_help = "Print it into the folder of your rules, and name it in the first line of each:\n\n  \
                            amllint rules schema > my-rules/rule.schema.json\n\n  \
                            # yaml-language-server: $schema=../rule.schema.json\n\n\
                            The path begins at the folder of the rule file. The schema lists the names of lists, roles, aliases and\n\
                            tables that rules may use: after adding your own, print it again with --rules."
    )]
    Schema(Schema),
    /// Write the reference of the rules and what they cover as Markdown pages into a folder
    Docs(Docs),
    /// Run the examples of rule files, the way amllint runs those of its own rules
    #[command(
        after_help = "A comment of an example says what is found in the line above it; without one, nothing is found:\n\n  \
                            \"sku\": { \"name\": \"Standard_LRS\" }\n  \
                            //               ^ warning: keeps all copies in one datacenter\n\n\
                            Rules that amllint has by the same code or name are replaced by those of the files.\n\n\
                            Exit status: 0 every example is as it says; 1 some are not; 2 there are mistakes in the files, or\n\
                            they cannot be read; 3 there is no rule in them."
    )]
    Test(Test),
}

/// `amllint rules docs`.
#[derive(Debug, Args)]
pub struct Docs {
    /// The folder; it gets `rules.md`, `rules/<service>.md` and `coverage.md`
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Folder with rule files of your own
    #[arg(long = "rules", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
}

/// `amllint rules schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// The kind of file
    #[arg(long, value_enum, value_name = "KIND", default_value_t = KindName::Rule)]
    pub of: KindName,
    /// Folder with rule files of your own, whose names rules may use
    #[arg(long = "rules", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
}

/// `amllint rules test`.
#[derive(Debug, Args)]
pub struct Test {
    /// Folders with rule files, or rule files
    #[arg(value_name = "DIR", required = true)]
    pub paths: Vec<PathBuf>,
    /// Only the examples of these rules: codes, names, services or concerns
    #[arg(short, long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Folder with more rule files, whose data the rules use
    #[arg(long = "rules", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
}

/// A kind of file in a rule folder.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub enum KindName {
    /// A rule
    Rule,
    /// data/lists.yaml: named lists and maps of values
    Lists,
    /// data/regions.yaml: facts of regions
    Regions,
    /// data/relations.yaml: how bodies refer to other resources
    Relations,
    /// data/retirements.yaml: what is retired when
    Retirements,
    /// data/aliases.yaml: values that the API spells in several ways
    Aliases,
    /// data/posture.yaml: the rows of the posture report
    Posture,
    /// data/recommendations.yaml: what others recommend
    Recommendations,
}

impl KindName {
    /// The kind itself.
    pub fn kind(self) -> Kind {
        match self {
            KindName::Rule => Kind::Rule,
            KindName::Lists => Kind::Lists,
            KindName::Regions => Kind::Regions,
            KindName::Relations => Kind::Relations,
            KindName::Retirements => Kind::Retirements,
            KindName::Aliases => Kind::Aliases,
            KindName::Posture => Kind::Posture,
            KindName::Recommendations => Kind::Recommendations,
        }
    }
}

/// A form of explanation or listing.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub enum FormName {
    /// For a terminal
    Text,
    /// For a page
    Markdown,
    /// For programs
    Json,
}

impl FormName {
    /// The form itself.
    pub fn form(self) -> Form {
        match self {
            FormName::Text => Form::Text,
            FormName::Markdown => Form::Markdown,
            FormName::Json => Form::Json,
        }
    }
}

/// What a template is deployed with.
#[derive(Debug, Args, Clone)]
#[command(next_help_heading = "Template input")]
pub struct Inputs {
    /// Parameter file, JSON or .bicepparam; each one is an environment of the template that it uses, is called like, or of the only one
    #[arg(short, long, value_name = "FILE")]
    pub parameters: Vec<PathBuf>,
    /// Which environments to look at: those of the parameter files that are found beside templates, or the defaults
    #[arg(
        long,
        value_name = "MODE",
        default_value = "auto",
        env = "AMLLINT_ENVIRONMENTS",
        hide_env_values = true
    )]
    pub environments: Environments,
    /// Look at a template for at most this many choices among the values that its parameters allow; 1 is the defaults only
    #[arg(long, value_name = "N", default_value_t = most_scenarios())]
    pub max_scenarios: NonZeroUsize,
    /// Assume a parameter's value, as JSON or as plain text
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub param: Vec<(String, String)>,
    /// Assume the region of the resource group, such as `westeurope`
    #[arg(
        long,
        value_name = "REGION",
        env = "AMLLINT_LOCATION",
        hide_env_values = true
    )]
    pub location: Option<String>,
    /// Assume the id of the subscription
    #[arg(long, value_name = "ID")]
    pub subscription: Option<String>,
    /// Assume the name of the resource group
    #[arg(long, value_name = "NAME")]
    pub resource_group: Option<String>,
    /// Assume the cloud that `environment()` speaks of
    #[arg(long, value_enum, value_name = "CLOUD", default_value_t = CloudName::Public)]
    pub cloud: CloudName,
    /// Read linked templates only inside this folder [default: the git repository of the path, else the working directory]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Where template specs and modules were restored to [default: ~/.bicep]
    #[arg(
        long,
        value_name = "DIR",
        env = "AMLLINT_MODULE_CACHE",
        hide_env_values = true
    )]
    pub module_cache: Option<PathBuf>,
    /// Look at templates that Bicep compiled, too, where the source lies beside them
    #[arg(long)]
    pub include_generated: bool,
    /// Name of the template that `-` reads from standard input; what it links to is looked for beside it
    #[arg(long, value_name = "FILE")]
    pub stdin_filename: Option<PathBuf>,
    /// Do not read files larger than this many bytes; `KiB` and `MiB` are understood
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = size)]
    pub max_file_size: u64,
}

/// `amllint check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Files or folders, or `-` for a template on standard input
    #[arg(value_name = "PATHS", default_value = ".")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub configured: Configured,
    #[command(flatten)]
    pub inputs: Inputs,
    /// Show only what has to do with the named files: modules are judged through their callers in the repository, parameter files
    /// with their templates, other JSON is passed over (for hooks)
    #[arg(long, help_heading = "Template input")]
    pub focus: bool,
    /// Show only what has to do with files that changed since this commit, branch or tag, and with new ones
    #[arg(
        long,
        value_name = "REF",
        help_heading = "Template input",
        conflicts_with = "focus"
    )]
    pub changed_since: Option<String>,
    /// Run only these rules: codes, names, services or concerns (`ST001`, `acr-premium-sku`, `storage`, `zone`)
    #[arg(
        short,
        long,
        value_name = "RULES",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub select: Vec<String>,
    /// Leave these rules out
    #[arg(
        short,
        long,
        value_name = "RULES",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub ignore: Vec<String>,
    /// Rules that nobody may silence, in a file or by the baseline
    #[arg(
        long,
        value_name = "RULES",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub mandatory: Vec<String>,
    /// Folder with rule files of your own
    #[arg(long, value_name = "DIR", help_heading = "Rules")]
    pub rules: Vec<PathBuf>,
    /// Read retirements and the ends of suppressions as of this date [default: today]
    #[arg(
        long,
        value_name = "DATE",
        help_heading = "Rules",
        env = "AMLLINT_AS_OF",
        hide_env_values = true
    )]
    pub as_of: Option<jiff::civil::Date>,
    /// Hide findings milder than this
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Level::Info, help_heading = "Rules", env = "AMLLINT_MIN_SEVERITY", hide_env_values = true)]
    pub min_severity: Level,
    /// Hide findings less sure than this; possible ones rest on a condition or a choice that is not known
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Sureness::Possible, help_heading = "Rules")]
    pub min_certainty: Sureness,
    /// Write safe fixes into the files: literals of a resource that change in place, at no cost
    #[arg(long, help_heading = "Fixes")]
    pub fix: bool,
    /// With --fix or --diff: the other fixes, too, which cost more, cannot be undone, need a new resource or change a parameter
    #[arg(long, help_heading = "Fixes")]
    pub unsafe_fixes: bool,
    /// Print what --fix would write as a unified patch, and write nothing; the exit status is 1 if there is anything
    #[arg(long, help_heading = "Fixes")]
    pub diff: bool,
    /// How findings are printed, and into which file; may be given several times [default: full, or what the build service reads]
    #[arg(short, long, value_name = "FORMAT[=FILE]", value_parser = FormatParser, help_heading = "Output", env = "AMLLINT_FORMAT", hide_env_values = true)]
    pub format: Vec<FormatChoice>,
    /// Write the format that has no file of its own to this one instead of standard output
    #[arg(
        short,
        long,
        value_name = "FILE",
        help_heading = "Output",
        env = "AMLLINT_OUTPUT_FILE",
        hide_env_values = true
    )]
    pub output_file: Option<PathBuf>,
    /// When to colour
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, help_heading = "Output", env = "AMLLINT_COLOR", hide_env_values = true)]
    pub color: Color,
    /// Show at most this many findings of one file; 0 shows all
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1000,
        help_heading = "Output"
    )]
    pub max_findings: usize,
    /// List what could not be judged, too: rule, resource, value and why (full, concise, json, jsonl, sarif, junit, csv, markdown)
    #[arg(long, help_heading = "Output")]
    pub show_unknown: bool,
    /// List the files that would be looked at, and what becomes of each, instead of findings
    #[arg(long, help_heading = "Output")]
    pub show_files: bool,
    /// Print what this run would be told, instead of running
    #[arg(long, help_heading = "Output")]
    pub show_settings: bool,
    /// Show findings that the files or the baseline silence, too, and why; they fail nothing
    #[arg(long, help_heading = "Output")]
    pub show_suppressed: bool,
    /// Print findings only, no closing line
    #[arg(
        short,
        long,
        help_heading = "Output",
        env = "AMLLINT_QUIET",
        hide_env_values = true
    )]
    pub quiet: bool,
    /// The mildest finding that fails the run
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Warning, help_heading = "Result",
          env = "AMLLINT_FAIL_ON", hide_env_values = true)]
    pub fail_on: FailOn,
    /// Let findings that are only possible fail the run, too
    #[arg(long, help_heading = "Result")]
    pub fail_on_possible: bool,
    /// File of accepted findings, which fail nothing
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Result",
        env = "AMLLINT_BASELINE",
        hide_env_values = true
    )]
    pub baseline: Option<PathBuf>,
    /// Exit with 3 when a file, a module or a judgement could not be analysed, and with 1 when the baseline lists what is mended
    #[arg(
        long,
        help_heading = "Result",
        env = "AMLLINT_STRICT",
        hide_env_values = true
    )]
    pub strict: bool,
    /// Exit with 0 in spite of findings
    #[arg(long, help_heading = "Result")]
    pub exit_zero: bool,
    /// Number of threads [default: one for each processor]
    #[arg(
        short,
        long,
        value_name = "N",
        help_heading = "Result",
        env = "AMLLINT_JOBS",
        hide_env_values = true
    )]
    pub jobs: Option<NonZeroUsize>,
}

/// What is looked at, and where it is printed.
#[derive(Debug, Args)]
pub struct Look {
    /// Files or folders, or `-` for a template on standard input
    #[arg(value_name = "PATHS", default_value = ".")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub configured: Configured,
    #[command(flatten)]
    pub inputs: Inputs,
    /// Folder with rule files and data of your own
    #[arg(long, value_name = "DIR", help_heading = "Rules")]
    pub rules: Vec<PathBuf>,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output_file: Option<PathBuf>,
    /// Print no progress
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
    /// Exit with 3 when a file or a judgement could not be analysed
    #[arg(long, help_heading = "Result")]
    pub strict: bool,
    /// Number of threads [default: one for each processor]
    #[arg(short, long, value_name = "N", help_heading = "Result")]
    pub jobs: Option<NonZeroUsize>,
}

/// `amllint posture`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 done, whatever is survived; 1 a file is not what it claims to be; 2 usage or internal error, or a\n\
                  named path that cannot be read; 3 no workspace was found, or with --strict something could not be analysed."
)]
pub struct Posture {
    #[command(flatten)]
    pub look: Look,
    /// Read retirements as of this date [default: today]
    #[arg(long, value_name = "DATE", help_heading = "Rules")]
    pub as_of: Option<jiff::civil::Date>,
    /// How it is printed
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = PostureFormat::Text, help_heading = "Output")]
    pub format: PostureFormat,
    /// When to colour
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, help_heading = "Output")]
    pub color: Color,
}

/// A format of the posture report.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub enum PostureFormat {
    /// For a terminal
    Text,
    /// For a pull request
    Markdown,
    /// A page by itself, with a picture
    Html,
    /// For programs
    Json,
}

impl PostureFormat {
    /// The format itself.
    pub fn format(self) -> posture::Format {
        match self {
            PostureFormat::Text => posture::Format::Text,
            PostureFormat::Markdown => posture::Format::Markdown,
            PostureFormat::Html => posture::Format::Html,
            PostureFormat::Json => posture::Format::Json,
        }
    }
}

/// `amllint graph`.
#[derive(Debug, Args)]
pub struct Graph {
    #[command(flatten)]
    pub look: Look,
    /// How it is printed
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = GraphFormat::Text, help_heading = "Output")]
    pub format: GraphFormat,
}

/// A format of the graph.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub enum GraphFormat {
    /// A tree, for a terminal
    Text,
    /// For programs
    Json,
    /// For Graphviz
    Dot,
    /// For Mermaid, which pull requests draw
    Mermaid,
}

impl GraphFormat {
    /// The format itself.
    pub fn format(self) -> graph::Format {
        match self {
            GraphFormat::Text => graph::Format::Text,
            GraphFormat::Json => graph::Format::Json,
            GraphFormat::Dot => graph::Format::Dot,
            GraphFormat::Mermaid => graph::Format::Mermaid,
        }
    }
}

/// `amllint expand`.
#[derive(Debug, Args)]
pub struct Expand {
    /// A template, or `-` for one on standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub configured: Configured,
    #[command(flatten)]
    pub inputs: Inputs,
}

/// An Azure cloud, by the name that the Azure CLI gives it.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq, Default)]
pub enum CloudName {
    /// The public cloud
    #[default]
    #[value(name = "AzureCloud")]
    Public,
    /// Azure Government
    #[value(name = "AzureUSGovernment")]
    UsGovernment,
    /// Azure operated by 21Vianet
    #[value(name = "AzureChinaCloud")]
    China,
}

impl CloudName {
    /// The cloud itself.
    pub fn cloud(self) -> Cloud {
        match self {
            CloudName::Public => Cloud::Public,
            CloudName::UsGovernment => Cloud::UsGovernment,
            CloudName::China => Cloud::China,
        }
    }
}

/// A severity.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub enum Level {
    Info,
    Warning,
    Error,
}

impl Level {
    /// The severity itself.
    pub fn severity(self) -> Severity {
        match self {
            Level::Info => Severity::Info,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        }
    }
}

/// A certainty.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub enum Sureness {
    Possible,
    Certain,
}

impl Sureness {
    /// The certainty itself.
    pub fn certainty(self) -> Certainty {
        match self {
            Sureness::Possible => Certainty::Possible,
            Sureness::Certain => Certainty::Certain,
        }
    }
}

/// What fails a run.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub enum FailOn {
    Info,
    Warning,
    Error,
    Never,
}

impl FailOn {
    /// The mildest severity that fails.
    pub fn severity(self) -> Option<Severity> {
        match self {
            FailOn::Info => Some(Severity::Info),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Error => Some(Severity::Error),
            FailOn::Never => None,
        }
    }
}

/// A format of findings.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub enum FormatName {
    /// Underlined source text
    Full,
    /// A line a finding
    Concise,
    /// A line a finding, as MSBuild writes them
    Msbuild,
    /// For programs
    Json,
    /// For programs, a line a finding
    Jsonl,
    /// For code scanning, SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions, and the summary of the step
    Github,
    /// Issues of Azure Pipelines
    Azure,
    /// The code quality report of GitLab
    Gitlab,
    /// Test results as XML
    Junit,
    /// For reviewdog
    Rdjson,
    /// For spreadsheets
    Csv,
    /// A table for a page
    Markdown,
}

impl FormatName {
    /// The format itself.
    pub fn format(self) -> Format {
        match self {
            FormatName::Full => Format::Full,
            FormatName::Concise => Format::Concise,
            FormatName::Msbuild => Format::Msbuild,
            FormatName::Json => Format::Json,
            FormatName::Jsonl => Format::Jsonl,
            FormatName::Sarif => Format::Sarif,
            FormatName::Github => Format::Github,
            FormatName::Azure => Format::Azure,
            FormatName::Gitlab => Format::Gitlab,
            FormatName::Junit => Format::Junit,
            FormatName::Rdjson => Format::Rdjson,
            FormatName::Csv => Format::Csv,
            FormatName::Markdown => Format::Markdown,
        }
    }

    /// The name of a format.
    pub fn of(format: Format) -> String {
        let named = Self::value_variants()
            .iter()
            .find(|name| name.format() == format);
        let value = named.and_then(ValueEnum::to_possible_value);
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// `--format sarif=out.sarif`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormatChoice {
    /// The format.
    pub format: Format,
    /// The file it is written to.
    pub file: Option<PathBuf>,
}

/// Reads `--format`: a format's name, and a file behind `=`.
#[derive(Clone)]
struct FormatParser;

impl TypedValueParser for FormatParser {
    type Value = FormatChoice;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<FormatChoice, clap::Error> {
        let text = value.to_string_lossy();
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (&*text, None),
        };
        let names = EnumValueParser::<FormatName>::new();
        let format = names.parse_ref(command, argument, name.as_ref())?.format();
        Ok(FormatChoice { format, file })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = FormatName::value_variants().iter();
        Some(Box::new(names.filter_map(ValueEnum::to_possible_value)))
    }
}

/// When to colour.
#[derive(Clone, Copy, Debug, ValueEnum, PartialEq, Eq)]
pub enum Color {
    /// When standard output is a terminal and `NO_COLOR` is not set
    Auto,
    Always,
    Never,
}

fn most_scenarios() -> NonZeroUsize {
    NonZeroUsize::new(MAX_SCENARIOS).unwrap_or(NonZeroUsize::MIN)
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err("a parameter is given as NAME=VALUE".to_owned()),
    }
}

fn size(text: &str) -> Result<u64, String> {
    let lower = text.to_ascii_lowercase();
    let (digits, unit) = match lower.strip_suffix("mib") {
        Some(digits) => (digits, 1 << 20),
        None => match lower.strip_suffix("kib") {
            Some(digits) => (digits, 1 << 10),
            None => (lower.as_str(), 1),
        },
    };
    let number: u64 = digits
        .trim()
        .parse()
        .map_err(|_| format!("`{text}` is no size: write 33554432 or 32MiB"))?;
    number
        .checked_mul(unit)
        .ok_or_else(|| format!("`{text}` is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(
            (size("32MiB"), size("1kib"), size("7")),
            (Ok(32 << 20), Ok(1024), Ok(7))
        );
        assert!(size("many").is_err() && size("99999999999999MiB").is_err());
    }

    #[test]
    fn the_definition_of_arguments_is_sound() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}

/// `--environments`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Environments {
    #[default]
    /// Parameter files beside a template, such as main.parameters.prod.json, or a .bicepparam that uses it; else the defaults
    Auto,
    /// The defaults only, and no other choice among the values that parameters allow
    None,
    /// The defaults, whatever parameter files there are
    Defaults,
}

impl Environments {
    /// The word that is typed.
    pub fn word(self) -> &'static str {
        match self {
            Environments::Auto => "auto",
            Environments::None => "none",
            Environments::Defaults => "defaults",
        }
    }

    /// What the pipeline is told.
    pub fn mode(self) -> EnvironmentMode {
        match self {
            Environments::Auto => EnvironmentMode::Auto,
            Environments::None => EnvironmentMode::None,
            Environments::Defaults => EnvironmentMode::Defaults,
        }
    }
}
