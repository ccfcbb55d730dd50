//! What was typed, and what stands in variables of the environment: where each setting comes from.

use super::arguments::Arguments;
use super::environment::Environment;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory};
use std::collections::BTreeMap;

/// Which settings were given, and how.
#[derive(Debug, Default)]
pub struct Given {
    /// By the name of the flag: `command line`, or the variable.
    origins: BTreeMap<String, String>,
}

impl Given {
    /// What was given to the command that is run.
    pub fn of(matches: &ArgMatches, command: &Command) -> Given {
        let (mut matches, mut command) = (matches, command);
        while let Some((name, inner)) = matches.subcommand()
            && let Some(of_inner) = command.find_subcommand(name)
        {
            (matches, command) = (inner, of_inner);
        }
        let mut given = Given::default();
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            let Ok(true) = matches.try_contains_id(id) else {
                continue;
            };
            let origin = match matches.value_source(id) {
                Some(ValueSource::CommandLine) => "command line".to_owned(),
                Some(ValueSource::EnvVariable) => {
                    let variable = argument.get_env();
                    variable.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
                }
                Some(_) | None => continue,
            };
            let name = argument.get_long().unwrap_or(id);
            given.origins.insert(name.to_owned(), origin);
        }
        given
    }

    /// Whether a flag was typed, or its variable is set.
    pub fn is(&self, name: &str) -> bool {
        self.origins.contains_key(name)
    }

    /// Says that a configuration gives a setting.
    pub fn add(&mut self, name: &str, place: String) {
        self.origins.insert(name.to_owned(), place);
    }

    /// Where a setting comes from.
    pub fn origin(&self, name: &str) -> &str {
        self.origins.get(name).map_or("default", String::as_str)
    }
}

/// The command as it is typed. A variable that is set to nothing is as good as none.
pub fn command(environment: &Environment) -> Command {
    without_empty(Arguments::command(), environment)
}

fn without_empty(command: Command, environment: &Environment) -> Command {
    let command = command.mut_args(|argument| {
        let variable = argument.get_env().and_then(|name| name.to_str());
        let is_set = variable.is_none_or(|name| environment.variable(name).is_some());
        match is_set {
            true => argument,
            false => argument.env(None::<&str>),
        }
    });
    command.mut_subcommands(|command| without_empty(command, environment))
}
