//! What an admin should look at: rules that hit nothing any more, pages that show what looks private, fields and texts that no rule
//! reaches, pages that nobody has seen. From counts of sessions; nothing of what pages say is known here.

use std::collections::{BTreeMap, BTreeSet};

use policies::source::{self, PRESETS};
use policies::{Detect, Otherwise, Policy, path_matches};
use protocol::session::{Coverage, is_plain_part};

use crate::store::Count;

/// Days that are looked back on.
pub const DAYS: i64 = 30;

const FIELDS: &str = "fields";
const UNCOVERED_FIELDS: &str = "uncovered-fields";
const UNCOVERED_TEXTS: &str = "uncovered-texts";
const RULE: &str = "rule:";
const CAUGHT: &str = "caught:";
const SHOWN: &str = "shown:";
/// Characters of a kind of page, and of a rule's name.
const MOST: usize = 120;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something private may be shown.
    Alarm,
    /// The policy and the site may have come apart.
    Warning,
    /// Worth a look.
    Note,
}

impl Level {
    /// One word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Alarm => "alarm",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// How much it matters.
    pub level: Level,
    /// `shown` (looks private, and is shown), `rule-lost` (hit here, and does not any more), `caught` (only a detector hid it),
    /// `uncovered-fields` (no rule reaches these fields, and they are shown), `rule-idle` (hit nothing on any page), `uncovered-texts` (many
    /// words that no rule reaches), `page-unseen` (a rule is about pages that nobody was on).
    pub kind: &'static str,
    /// Kind of page; empty where it is about none.
    pub path: String,
    /// A rule's or detector's name; for pages that nobody was on, their pattern.
    pub about: String,
    /// How many: elements, fields, texts or hits, in the session that saw most; 0 where it is about none.
    pub n: i64,
    /// When it was seen last, in seconds since 1970; 0 where it was not seen.
    pub at: i64,
}

/// A kind of page that was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageSeen {
    /// In how many sessions.
    pub sessions: i64,
    /// Fields to type in, at most.
    pub fields: i64,
    /// When last, in seconds since 1970.
    pub at: i64,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What to look at, what matters most first.
    pub findings: Vec<Finding>,
    /// Kinds of pages that were seen.
    pub pages: BTreeMap<String, PageSeen>,
}

/// What a browser said, as counts to be kept; nothing where it said what cannot be a page or a rule.
#[must_use]
pub fn counts(said: &Coverage, at: i64) -> Vec<Count> {
    if !is_page(&said.path) {
        return Vec::new();
    }
    let count = |what: String, n: u32| Count { path: said.path.clone(), what, n: n.into(), at };
    let mut counts = vec![
        count(FIELDS.into(), said.fields),
        count(UNCOVERED_FIELDS.into(), said.uncovered_fields),
        count(UNCOVERED_TEXTS.into(), said.uncovered_texts),
    ];
    let named = said.rules.0.iter().filter(|rule| (1..=MOST).contains(&rule.name.chars().count()));
    counts.extend(named.map(|rule| count(format!("{RULE}{}", rule.name), rule.hits)));
    for (word, found) in [(CAUGHT, &said.caught.0), (SHOWN, &said.shown.0)] {
        counts.extend(Detect::NAMES.iter().zip(found).filter(|(_, n)| **n > 0).map(|(name, n)| count(format!("{word}{name}"), *n)));
    }
    counts
}

/// A customer's browser is not believed either: whatever may be a name or a number is `*`.
fn is_page(path: &str) -> bool {
    path.len() <= MOST && path.starts_with('/') && path.split('/').all(|part| part == "*" || is_plain_part(part))
}

/// What a policy that holds does not reach any more, from counts that are in order of time.
#[must_use]
pub fn report(policy: &Policy, counts: &[Count]) -> Report {
    let mut report = Report::default();
    let mut findings: BTreeMap<(&'static str, String, String), Finding> = BTreeMap::new();
    let mut tell = |level, kind, count: &Count, about: &str| {
        let key = (kind, count.path.clone(), about.to_owned());
        let found =
            findings.entry(key).or_insert_with(|| Finding { level, kind, path: count.path.clone(), about: about.to_owned(), n: 0, at: 0 });
        found.n = found.n.max(count.n);
        found.at = count.at;
    };
    // For each page and rule: the most it hit, and how many sessions it has hit nothing in since.
    let mut rules: BTreeMap<(&str, &str), (i64, i64, i64)> = BTreeMap::new();
    for count in counts {
        let page = report.pages.entry(count.path.clone()).or_default();
        page.at = count.at;
        match &*count.what {
            FIELDS => {
                page.sessions += 1;
                page.fields = page.fields.max(count.n);
            }
            UNCOVERED_FIELDS if count.n > 0 && policy.inputs == Otherwise::Show => tell(Level::Warning, "uncovered-fields", count, ""),
            UNCOVERED_TEXTS if count.n > 0 && policy.default == Otherwise::Show => tell(Level::Note, "uncovered-texts", count, ""),
            what => {
                // Where everything is hidden that no rule shows, nothing of it is seen.
                let is_seen = policy.default == Otherwise::Show;
                if let Some(name) = what.strip_prefix(SHOWN) {
                    if is_seen {
                        tell(Level::Alarm, "shown", count, name);
                    }
                } else if let Some(name) = what.strip_prefix(CAUGHT) {
                    if is_seen {
                        tell(Level::Warning, "caught", count, name);
                    }
                } else if let Some(name) = what.strip_prefix(RULE) {
                    let (most, misses, at) = rules.entry((&count.path, name)).or_default();
                    *most = (*most).max(count.n);
                    *misses = if count.n > 0 { 0 } else { *misses + 1 };
                    *at = count.at;
                }
            }
        }
    }
    report.findings = findings.into_values().collect();
    let shipped: Vec<_> = PRESETS.iter().filter_map(|(_, text)| source::parse(text).ok()).flat_map(|preset| preset.rules).collect();
    for rule in &policy.rules {
        // Those of a policy that ships are for sites that mark things by its own words.
        let is_shipped = shipped.contains(rule);
        let on = rules.iter().filter(|((path, name), _)| *name == rule.name && rule.applies_on(path));
        let seen: Vec<_> = on.collect();
        if !is_shipped && !seen.is_empty() && seen.iter().all(|(_, (most, ..))| *most == 0) {
            let at = seen.iter().map(|(_, (.., at))| *at).max().unwrap_or(0);
            let (path, about) = (String::new(), rule.name.clone());
            report.findings.push(Finding { level: Level::Note, kind: "rule-idle", path, about, n: 0, at });
        }
        for ((path, name), (most, misses, at)) in seen {
            if *most > 0 && *misses > 0 {
                let (path, about) = ((*path).to_owned(), (*name).to_owned());
                report.findings.push(Finding { level: Level::Alarm, kind: "rule-lost", path, about, n: *most, at: *at });
            }
        }
    }
    let patterns: BTreeSet<&String> = policy.rules.iter().flat_map(|rule| &rule.on).collect();
    for pattern in patterns {
        if !report.pages.keys().any(|path| path_matches(pattern, path)) {
            let about = pattern.clone();
            report.findings.push(Finding { level: Level::Note, kind: "page-unseen", path: String::new(), about, n: 0, at: 0 });
        }
    }
    report.findings.sort();
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::field::List;
    use protocol::session::RuleHits;

    const POLICY: &str = "default = \"show\"\ninputs = \"show\"\n[[rule]]\nname = \"balances\"\non = [\"/accounts/**\"]\nmatch = [\".balance\"]\ndo = \"mask\"\n\
        [[rule]]\nname = \"old\"\nmatch = [\".old\"]\ndo = \"mask\"\n[[rule]]\nname = \"mail\"\non = [\"/inbox\"]\nmatch = [\".mail\"]\ndo = \"mask\"\n";

    fn said(path: &str, balances: u32, shown: u32) -> Coverage {
        let hits = |name: &str, hits| RuleHits { name: name.to_owned(), hits };
        Coverage {
            path: path.to_owned(),
            fields: 2,
            uncovered_fields: 1,
            uncovered_texts: 0,
            rules: List(vec![hits("balances", balances), hits("old", 0)]),
            caught: List(vec![0; 7]),
            shown: List(vec![shown, 0, 0, 0, 0, 0, 0]),
        }
    }

    #[test]
    fn what_is_to_be_looked_at() {
        let policy = source::parse(POLICY).expect("a policy");
        let kinds = |sessions: &[Coverage]| -> Vec<String> {
            let all: Vec<Count> = (1_i64..).zip(sessions).flat_map(|(at, said)| counts(said, at)).collect();
            report(&policy, &all).findings.iter().map(|f| format!("{} {} {} {}", f.kind, f.path, f.about, f.n)).collect()
        };
        let usual = ["uncovered-fields /accounts  1", "page-unseen  /inbox 0", "rule-idle  old 0"];
        assert_eq!(kinds(&[said("/accounts", 4, 0)]), usual);
        let lost = kinds(&[said("/accounts", 4, 0), said("/accounts", 4, 0), said("/accounts", 0, 0)]);
        assert_eq!(lost[0], "rule-lost /accounts balances 4", "one session is enough");
        assert_eq!(kinds(&[said("/accounts", 4, 0), said("/accounts", 0, 0), said("/accounts", 3, 0)]), usual, "it hits again");
        assert_eq!(kinds(&[said("/accounts", 4, 2)])[0], "shown /accounts card 2");
        assert!(kinds(&[said("/user/ann@example.com", 4, 2), said("/x/12345678", 4, 2)]).iter().all(|k| !k.contains("card")));
    }
}
