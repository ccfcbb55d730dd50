//! What the configuration says of rules, held against the rules there are: words, parameters, profiles.

use super::Configuration;
use super::file::{File, RuleSetting, RuleState, SEVERITY};
use super::read::{Map, Mistakes, Placed};
use super::resolve::is_all;
use crate::diagnostic::{Kind, Severity};
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::{Literal, Parameter, ParameterKind, Rule};
use crate::rules::words::{Width, Words};
use crate::source::Span;

/// What words and parameters are held against.
struct Check<'a> {
    catalogue: &'a Catalogue,
    words: &'a Words,
    mistakes: &'a Mistakes,
    mandatory: Vec<&'a str>,
}

impl Configuration {
    /// Tells what is wrong with what it says of rules.
    pub(super) fn check_rules(&mut self, catalogue: &Catalogue, words: &Words) {
        let mistakes = Mistakes::default();
        let File {
            select,
            ignore,
            mandatory,
            profile,
            rule,
            environment,
            overrides,
            ..
        } = &self.file;
        let list = |list: &'_ Option<Placed<Vec<Placed<String>>>>| -> Vec<Placed<String>> {
            list.iter().flat_map(|list| list.value.clone()).collect()
        };
        let mandatory = list(mandatory);
        let check = Check {
            catalogue,
            words,
            mistakes: &mistakes,
            mandatory: mandatory.iter().map(|word| word.value.as_str()).collect(),
        };
        for word in list(select).iter().chain(&list(ignore)).chain(&mandatory) {
            check.word(word);
        }
        check.not_mandatory(&list(ignore));
        check.profile(profile);
        check.rules(rule);
        for (_, one) in environment.iter().flat_map(|map| &map.value.0) {
            check.profile(&one.profile);
            check.rules(&one.rule);
        }
        for one in overrides.iter().flat_map(|list| &list.value) {
            check.profile(&one.profile);
            check.rules(&one.rule);
        }
        self.diagnostics.extend(mistakes.finish());
    }
}

impl Check<'_> {
    fn word(&self, word: &Placed<String>) -> bool {
        let known = self.words.is_known(&word.value);
        if !known {
            let message = format!("there is no rule `{}`", word.value);
            let help = match self.words.similar(&word.value) {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => "rules are named by code, name, service or concern".to_owned(),
            };
            self.mistakes.say_with(word.span, message, help);
        }
        known
    }

    /// Words of mandatory rules do not switch them off.
    fn not_mandatory(&self, words: &[Placed<String>]) {
        for word in words {
            if let Some(rule) = self.mandatory_of(&word.value) {
                self.tell_mandatory(rule, word.span);
            }
        }
    }

    fn mandatory_of(&self, word: &str) -> Option<&Rule> {
        let mut rules = self.catalogue.all().map(|(_, rule)| rule);
        let means = |word: &str, rule: &Rule| self.words.means(word, &rule.name);
        rules.find(|rule| {
            let is_mandatory = self.mandatory.iter().any(|word| means(word, rule));
            is_mandatory && means(word, rule)
        })
    }

    fn tell_mandatory(&self, rule: &Rule, span: Span) {
        let message = format!("`{}` is mandatory, and off here", rule.code);
        let help = "take it out of `mandatory`, or let it run";
        self.mistakes.say_with(span, message, help);
    }

    fn profile(&self, profile: &Option<Placed<String>>) {
        let Some(profile) = profile else {
            return;
        };
        let rules = self.catalogue.all().map(|(_, rule)| rule);
        let known = rules.flat_map(|rule| rule.profiles.iter().map(|(name, _)| &**name));
        let known: Vec<&str> = known.collect();
        if !known.contains(&&*profile.value) {
            let message = format!("no rule has a profile `{}`", profile.value);
            let help = match crate::similar::most_similar(&profile.value, known.into_iter()) {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => "rules name their profiles in `profiles`".to_owned(),
            };
            self.mistakes.say_with(profile.span, message, help);
        }
    }

    fn rules(&self, table: &Option<Placed<Map<RuleSetting>>>) {
        for (word, setting) in table.iter().flat_map(|table| &table.value.0) {
            if self.word(word) {
                self.state(word, setting);
                self.parameters(word, setting);
            }
        }
    }

    fn state(&self, word: &Placed<String>, setting: &RuleSetting) {
        let Some(state) = &setting.state else {
            return;
        };
        let is = |text: &str| text.eq_ignore_ascii_case(&word.value);
        let kind = Kind::ALL.iter().find(|kind| is(kind.code) || is(kind.name));
        if kind.is_some_and(|kind| kind.severity == Severity::Error) {
            let message = format!("`{}` cannot be changed", word.value);
            let help = "it says that a file is not what it claims to be";
            self.mistakes.say_with(word.span, message, help);
        }
        let rule = self
            .mandatory_of(&word.value)
            .filter(|_| state.value == RuleState::Off);
        // A wider word may leave out what a narrower one says.
        if let Some(rule) = rule.filter(|_| !is_all(&word.value)) {
            self.tell_mandatory(rule, state.span);
        }
    }

    fn parameters(&self, word: &Placed<String>, setting: &RuleSetting) {
        if setting.parameters.is_empty() {
            return;
        }
        let rule = self.rule(&word.value);
        for (name, value) in &setting.parameters {
            let Some(rule) = rule else {
                let message = format!("`{}` is set for more than one rule", name.value);
                let help = "parameters are set by the code or the name of a rule";
                self.mistakes.say_with(name.span, message, help);
                continue;
            };
            match rule.parameters.iter().find(|one| *one.name == *name.value) {
                Some(parameter) => self.value(parameter, value),
                None => {
                    let message = format!("`{}` has no parameter `{}`", rule.name, name.value);
                    let known = rule.parameters.iter().map(|one| &*one.name);
                    let known = known.chain([SEVERITY]);
                    self.mistakes
                        .unknown(name.span, message, &name.value, known);
                }
            }
        }
    }

    /// The rule of a code or a name.
    fn rule(&self, word: &str) -> Option<&Rule> {
        if self.words.width(word) < Width::One {
            return None;
        }
        let mut rules = self.catalogue.all().map(|(_, rule)| rule);
        rules.find(|rule| self.words.means(word, &rule.name))
    }

    fn value(&self, parameter: &Parameter, value: &Placed<Literal>) {
        let expected = match (&parameter.kind, &value.value) {
            (ParameterKind::Integer { minimum, maximum }, Literal::Integer(number)) => {
                let small = minimum.is_some_and(|least| *number < least);
                let large = maximum.is_some_and(|most| *number > most);
                if !small && !large {
                    return;
                }
                bounds(*minimum, *maximum)
            }
            (ParameterKind::Integer { minimum, maximum }, _) => bounds(*minimum, *maximum),
            (ParameterKind::Boolean, Literal::Boolean(_))
            | (ParameterKind::String, Literal::String(_)) => return,
            (ParameterKind::Boolean, _) => "`true` or `false`".to_owned(),
            (ParameterKind::String, _) => "a text".to_owned(),
        };
        let message = format!("`{}` is {expected}", parameter.name);
        let help = parameter
            .describe
            .as_deref()
            .unwrap_or("its default is what the rule says");
        self.mistakes.say_with(value.span, message, help);
    }
}

fn bounds(minimum: Option<i64>, maximum: Option<i64>) -> String {
    match (minimum, maximum) {
        (Some(least), Some(most)) => format!("a whole number from {least} to {most}"),
        (Some(least), None) => format!("a whole number, {least} or more"),
        (None, Some(most)) => format!("a whole number, {most} or less"),
        (None, None) => "a whole number".to_owned(),
    }
}
