//! Making a policy without writing TOML: rules are put into a file, changed and taken out. Whatever else stands in the file
//! (comments, order, spacing) stays as it was written.

use policies::source;
use serde::{Deserialize, Serialize};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};
use utoipa::ToSchema;

/// A rule, as a policy file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rule {
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// Paths of pages; none for every page.
    #[serde(default)]
    pub on: Vec<String>,
    /// CSS selectors.
    #[serde(default, rename = "match")]
    pub selectors: Vec<String>,
    /// Words of buttons and fields.
    #[serde(default)]
    pub labels: Vec<String>,
    /// `show`, `mask`, `block`, `customer-only` or `leave-out`.
    #[serde(rename = "do")]
    pub action: String,
}

/// What is done to a file.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Edit {
    /// One more rule.
    Add {
        /// The rule.
        rule: Rule,
    },
    /// Another in its place.
    Change {
        /// Which, from 0, of those that stand in the file itself.
        at: usize,
        /// The rule.
        rule: Rule,
    },
    /// A rule is taken out.
    Remove {
        /// Which, from 0, of those that stand in the file itself.
        at: usize,
    },
}

/// Why a file was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotEdited {
    /// There is no such rule in the file itself; those of the policy that it extends are not its own to change.
    NoRule,
    /// The rules of this file are written in a way that only people can change.
    Inline,
    /// The file would not be valid: all problems, as a report with places.
    Invalid(String),
}

/// The file with that done to it. It is valid.
///
/// # Errors
/// [`NotEdited`]; the file is as it was then.
pub fn edited(text: &str, edit: &Edit) -> Result<String, NotEdited> {
    let report = |text: &str| super::policy::problems("policy", text);
    let mut file: DocumentMut = text.parse().map_err(|_| NotEdited::Invalid(report(text).unwrap_or_default()))?;
    let rules = file.entry("rule").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let rules = rules.as_array_of_tables_mut().ok_or(NotEdited::Inline)?;
    match edit {
        Edit::Add { rule } => {
            let mut table = Table::new();
            write(&mut table, rule);
            rules.push(table);
        }
        Edit::Change { at, rule } => write(rules.get_mut(*at).ok_or(NotEdited::NoRule)?, rule),
        Edit::Remove { at } if *at < rules.len() => {
            rules.remove(*at);
        }
        Edit::Remove { .. } => return Err(NotEdited::NoRule),
    }
    let text = file.to_string();
    match report(&text) {
        Some(report) => Err(NotEdited::Invalid(report)),
        None => Ok(text),
    }
}

/// Says a rule in a table; what it says already is left as it is written.
fn write(table: &mut Table, rule: &Rule) {
    let mut put = |key: &str, is_said: bool, new: Item| {
        let old = table.get(key).map(|item| (item.as_str().map(str::to_owned), listed(item)));
        if !is_said {
            table.remove(key);
        } else if old != Some((new.as_str().map(str::to_owned), listed(&new))) {
            table.insert(key, new);
        }
    };
    let list = |all: &[String]| value(all.iter().collect::<toml_edit::Array>());
    put("name", !rule.name.is_empty(), value(&rule.name));
    put("on", !rule.on.is_empty(), list(&rule.on));
    put("match", !rule.selectors.is_empty(), list(&rule.selectors));
    put("labels", !rule.labels.is_empty(), list(&rule.labels));
    put("do", true, value(&rule.action));
}

fn listed(item: &Item) -> Vec<String> {
    item.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

/// A rule that a policy goes by, and where in the file it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Held {
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// Which of those in the file itself, from 0; none where it comes from the policy that is extended.
    pub at: Option<usize>,
}

/// All rules that a file goes by, in the order in which they count; none where it is not valid.
#[must_use]
pub fn rules(text: &str) -> Vec<Held> {
    let (Ok(policy), Ok(file)) = (source::parse(text), text.parse::<DocumentMut>()) else { return Vec::new() };
    let own = file.get("rule").and_then(Item::as_array_of_tables).map_or(0, ArrayOfTables::len);
    let inherited = policy.rules.len().saturating_sub(own);
    let tables = file.get("rule").and_then(Item::as_array_of_tables);
    let held = policy.rules.into_iter().enumerate().map(|(n, rule)| {
        let at = n.checked_sub(inherited).filter(|at| *at < own);
        // As they are written where they can be changed; compiled ones have other labels, and names where there are none.
        let written = at.and_then(|at| tables?.get(at)).map(|table| {
            let text = |key: &str| table.get(key).and_then(Item::as_str).unwrap_or_default().to_owned();
            let list = |key: &str| table.get(key).map(listed).unwrap_or_default();
            Rule { name: text("name"), on: list("on"), selectors: list("match"), labels: list("labels"), action: text("do") }
        });
        let compiled =
            Rule { name: rule.name, on: rule.on, selectors: rule.selectors, labels: rule.labels, action: rule.action.word().to_owned() };
        Held { rule: written.unwrap_or(compiled), at }
    });
    held.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Ours.\nextends = \"balanced\"\n\n[[rule]]\nname  = \"amounts\" # of money\nmatch = [\".amount\"]\ndo    = \"mask\"\n\n[detect]\nbsn = true\n";

    fn rule(name: &str, selector: &str, action: &str) -> Rule {
        Rule { name: name.to_owned(), selectors: vec![selector.to_owned()], action: action.to_owned(), ..Rule::default() }
    }

    #[test]
    fn what_stands_in_the_file_stays() {
        let added = edited(FILE, &Edit::Add { rule: rule("names", "#name", "mask") }).expect("valid");
        for line in FILE.lines() {
            assert!(added.contains(line), "{line:?} is gone from {added}");
        }
        let own: Vec<_> = rules(&added).into_iter().filter(|held| held.at.is_some()).collect();
        assert_eq!(own.iter().map(|held| (&*held.rule.name, held.at)).collect::<Vec<_>>(), [("amounts", Some(0)), ("names", Some(1))]);
        let removed = edited(&added, &Edit::Remove { at: 1 }).expect("valid");
        assert_eq!(removed, FILE);
    }

    #[test]
    fn a_rule_is_changed_in_its_place() {
        let excepted = rule("amounts", ".amount:not(#total)", "mask");
        let changed = edited(FILE, &Edit::Change { at: 0, rule: excepted.clone() }).expect("valid");
        assert_eq!(changed, FILE.replace(".amount", ".amount:not(#total)"));
        let own: Vec<_> = rules(&changed).into_iter().filter(|held| held.at.is_some()).map(|held| held.rule).collect();
        assert_eq!(own, [excepted]);
    }

    #[test]
    fn a_rule_is_told_as_it_is_written() {
        let text = format!("{FILE}\n[[rule]]\nlabels = [\"Pay *\", \"Buy Now\"]\ndo = \"customer-only\"\n");
        let last = rules(&text).pop().expect("a rule");
        assert_eq!((&*last.rule.name, &last.rule.labels[..]), ("", &["Pay *".to_owned(), "Buy Now".to_owned()][..]));
        assert_eq!(edited(&text, &Edit::Change { at: 1, rule: last.rule }), Ok(text));
    }

    #[test]
    fn what_is_refused() {
        assert_eq!(edited(FILE, &Edit::Remove { at: 1 }), Err(NotEdited::NoRule));
        assert_eq!(edited(FILE, &Edit::Change { at: 1, rule: rule("a", ".a", "mask") }), Err(NotEdited::NoRule));
        assert_eq!(
            edited("default = \"show\"\nrule = [{ match = [\".a\"], do = \"mask\" }]\n", &Edit::Remove { at: 0 }),
            Err(NotEdited::Inline)
        );
        for wrong in [rule("a", ".a[", "mask"), rule("a", "", "mask"), rule("a", ".a", "hide"), Rule::default()] {
            let answer = edited(FILE, &Edit::Add { rule: wrong.clone() });
            assert!(matches!(&answer, Err(NotEdited::Invalid(report)) if !report.is_empty()), "{wrong:?}: {answer:?}");
        }
    }
}
