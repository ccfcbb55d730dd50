//! The pages of `docs` that are made from the rule files: the reference of the rules, a page a service, and what they cover.

use super::escape::{markdown, markdown_prose};
use super::explain::{self, Form, Subject};
use crate::diagnostic::Kind;
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::Rule;
use crate::rules::service::{Column, Recommendation, Service};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What stands at the top of each page.
const MADE: &str = "<!-- Made by `amllint rules docs` from the files in `rules/`. Do not edit: change the rule, then make it again. -->\n\n";

/// A page and where it lies in `docs`.
#[derive(Debug)]
pub struct Page {
    /// With `/`.
    pub path: String,
    /// Markdown.
    pub text: String,
}

/// All pages, in the order of their paths.
pub fn pages(catalogue: &Catalogue) -> Vec<Page> {
    let book = Book::new(catalogue);
    let mut pages = vec![book.coverage(), book.index()];
    pages.extend(book.services.keys().map(|service| book.service(service)));
    pages
}

/// The rules as the pages have them.
struct Book<'a> {
    catalogue: &'a Catalogue,
    /// By the folder they lie in, by code.
    services: BTreeMap<&'a str, Vec<&'a Rule>>,
    /// Names of rules by what they cite.
    citing: BTreeMap<Box<str>, Vec<&'a str>>,
}

impl<'a> Book<'a> {
    fn new(catalogue: &'a Catalogue) -> Book<'a> {
        let mut services: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
        for (service, rule) in catalogue.all() {
            services.entry(service).or_default().push(rule);
        }
        for rules in services.values_mut() {
            rules.sort_by(|left, right| left.code.cmp(&right.code));
        }
        let mut citing: BTreeMap<Box<str>, Vec<&str>> = BTreeMap::new();
        for (_, rule) in catalogue.all() {
            let documentation = catalogue.documentation(&rule.name).unwrap_or_default();
            for source in documentation.sources {
                citing.entry(source.title).or_default().push(&rule.name);
            }
        }
        Book {
            catalogue,
            services,
            citing,
        }
    }

    /// `rules.md`: all rules and the messages of the tool itself.
    fn index(&self) -> Page {
        let count = self.services.values().map(Vec::len).sum::<usize>();
        let mut text = format!(
            "{MADE}# Rules\n\n{count} rules, by service. *off* runs only when it is selected. `amllint explain CODE` says the same as the \
             pages.\n"
        );
        for (service, rules) in &self.services {
            let _ = write!(
                text,
                "\n## [{service}](rules/{service}.md)\n\n| Code | Rule | Severity | Concern | What it finds |\n|---|---|---|---|---|\n"
            );
            for rule in rules {
                let off = if rule.enabled { "" } else { ", off" };
                let _ = writeln!(
                    text,
                    "| {} | {} | {}{off} | {} | {} |",
                    rule.code,
                    link(service, rule, "rules/"),
                    rule.severity.word(),
                    rule.concern.word(),
                    markdown(&rule.title),
                );
            }
        }
        self.aliases(&mut text);
        text.push_str(
            "\n## Messages of amllint itself\n\n| Code | Name | Severity | What it means |\n|---|---|---|---|\n",
        );
        for kind in Kind::ALL {
            let _ = writeln!(
                text,
                "| {} | `{}` | {} | {} |",
                kind.code,
                kind.name,
                kind.severity.word(),
                markdown_prose(kind.meaning.trim()),
            );
        }
        Page {
            path: "rules.md".to_owned(),
            text,
        }
    }

    fn aliases(&self, text: &mut String) {
        let mut aliases: Vec<_> = self.catalogue.aliases().collect();
        aliases.sort_by(|left, right| left.code.cmp(&right.code));
        if aliases.is_empty() {
            return;
        }
        text.push_str(
            "\n## Other names\n\nSelecting one of these selects the rule.\n\n| Code | Name | Selects |\n|---|---|---|\n",
        );
        for alias in aliases {
            let _ = writeln!(
                text,
                "| {} | `{}` | {} |",
                alias.code,
                alias.name,
                self.cited(&alias.alias_of, "rules/")
            );
        }
    }

    /// `rules/<service>.md`: each rule as `amllint explain` has it.
    fn service(&self, service: &str) -> Page {
        let rules = self.services.get(service).map_or(&[][..], Vec::as_slice);
        let mut text = format!("{MADE}# Rules: {service}\n\n[All rules](../rules.md)\n");
        for rule in rules {
            let subject = [Subject::Rule(service, rule)];
            let explained = explain::explain(self.catalogue, &subject, Form::Markdown, false);
            let _ = write!(text, "\n{}", one_level_down(&explained));
        }
        Page {
            path: format!("rules/{service}.md"),
            text,
        }
    }

    /// `coverage.md`: the article's rows and the recommendations of others, with the rules that cover them.
    fn coverage(&self) -> Page {
        let services = self.catalogue.services();
        let mut text = format!(
            "{MADE}# Coverage\n\n## The article\n\nMicrosoft's article on the resiliency of Azure Machine Learning, \
             [Failover for business continuity and disaster recovery](https://learn.microsoft.com/azure/machine-learning/\
             how-to-high-availability-machine-learning), names the services that a workspace stands on. For each: the rules that decide what \
             `amllint posture` says of the loss of a zone, the loss of a region and a mistaken delete, and the other rules that speak of it.\n\n"
        );
        let (of_article, further): (Vec<&Service>, Vec<&Service>) = services
            .iter()
            .partition(|service| service.article.is_some());
        self.table(&mut text, "Row of the article", &of_article);
        text.push_str("\n## Further services\n\nWhat came after the article, or stands behind what it names.\n\n");
        self.table(&mut text, "Service", &further);
        self.recommendations(&mut text);
        Page {
            path: "coverage.md".to_owned(),
            text,
        }
    }

    fn table(&self, text: &mut String, heading: &str, services: &[&Service]) {
        let _ = writeln!(
            text,
            "| {heading} | Zone | Region | Recovery | Other rules |\n|---|---|---|---|---|"
        );
        for service in services {
            let name = service.article.as_deref().unwrap_or(&service.title);
            let column = |column: &Column| {
                let rules = self.list(column.rules());
                let otherwise = column.otherwise.as_ref();
                let otherwise = otherwise.map(|one| markdown_prose(&one.because));
                let parts: Vec<_> = Some(rules)
                    .into_iter()
                    .chain(otherwise)
                    .filter(|part| !part.is_empty())
                    .collect();
                parts.join("; else: ")
            };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} |",
                markdown(name),
                column(&service.zone),
                column(&service.region),
                column(&service.recovery),
                self.list(service.related.iter().map(|name| &**name)),
            );
        }
    }

    fn recommendations(&self, text: &mut String) {
        let recommendations = self.catalogue.recommendations();
        let covered = recommendations
            .iter()
            .filter(|one| !self.covering(one).is_empty());
        let (covered, all) = (covered.count(), recommendations.len());
        let _ = write!(
            text,
            "\n## Azure Proactive Resiliency Library\n\nThe recommendations of the \
             [library](https://azure.github.io/Azure-Proactive-Resiliency-Library-v2) that are active for these services, and the rules that \
             cover them: {covered} of {all}. The others are decided where no template reaches.\n\n\
             | Id | Resource | About | Rules | What is left out, and why |\n|---|---|---|---|---|\n"
        );
        for one in &recommendations {
            let rules = self.covering(one);
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} |",
                markdown(&one.id),
                markdown(&one.of),
                markdown(&one.title),
                self.list(rules.iter().map(String::as_str)),
                one.reason
                    .as_deref()
                    .map(markdown_prose)
                    .unwrap_or_default(),
            );
        }
    }

    /// Names of the rules that cover a recommendation: those it names, and those that cite it.
    fn covering(&self, one: &Recommendation) -> Vec<String> {
        let mut names: Vec<String> = one.rules.iter().map(|name| name.to_string()).collect();
        let citing = self.citing.get(&*format!("APRL {}", one.id));
        for name in citing.into_iter().flatten() {
            if !names.iter().any(|known| known == name) {
                names.push((*name).to_owned());
            }
        }
        names
    }

    fn list<'b>(&self, names: impl Iterator<Item = &'b str>) -> String {
        let mut cited: Vec<String> = Vec::new();
        for name in names {
            let rule = self.cited(name, "rules/");
            if !cited.contains(&rule) {
                cited.push(rule);
            }
        }
        cited.join(", ")
    }

    /// A rule by name, as a link to its page; an alias stands for its rule.
    fn cited(&self, name: &str, folder: &str) -> String {
        let alias = self.catalogue.aliases().find(|alias| *alias.name == *name);
        let wanted = alias.map_or(name, |alias| &*alias.alias_of);
        let mut rules = self.catalogue.all();
        match rules.find(|(_, rule)| *rule.name == *wanted) {
            Some((service, rule)) => format!("{} {}", rule.code, link(service, rule, folder)),
            None => format!("`{name}`"),
        }
    }
}

/// A link to a rule's section. Headings are `CODE name`, and their anchors are made by the hosts of Markdown in the same way.
fn link(service: &str, rule: &Rule, folder: &str) -> String {
    let Rule { code, name, .. } = rule;
    format!(
        "[{name}]({folder}{service}.md#{}-{name})",
        code.to_ascii_lowercase()
    )
}

/// Headings one level lower; what looks like one within a fence is none.
fn one_level_down(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        if !fenced && line.starts_with('#') {
            out.push('#');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_go_down_and_comments_stay() {
        assert_eq!(
            one_level_down("# A\n```sh\n# no\n```\n## B\n"),
            "## A\n```sh\n# no\n```\n### B\n"
        );
    }
}
