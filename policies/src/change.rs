//! What differs between two policies, and which of it may reach a session that began under the first.

use std::fmt;

use crate::source::MAX_PATTERNS;
use crate::{Action, Detect, MAX_RULES, Otherwise, Policy, Rule};

/// What a change does to what agents see and may press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Agents see or may do less.
    Stricter,
    /// Agents see or may do more.
    Looser,
    /// Some of each, or it depends on the page.
    Either,
    /// Neither.
    None,
}

impl Effect {
    const fn reversed(self) -> Self {
        match self {
            Self::Stricter => Self::Looser,
            Self::Looser => Self::Stricter,
            same => same,
        }
    }
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, one) | (one, Self::None) => one,
            (a, b) if a == b => a,
            _ => Self::Either,
        }
    }
    /// One word: `stricter`, `looser`, `either`, `same`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stricter => "stricter",
            Self::Looser => "looser",
            Self::Either => "either",
            Self::None => "same",
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `+` added, `-` taken out, `~` changed.
    pub sign: char,
    /// What, in words of the file.
    pub what: String,
    /// What it does.
    pub effect: Effect,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}  ({})", self.sign, self.what, self.effect.word())
    }
}

/// The differences from one policy to another, in the order of the file. Order of rules and of what they list is none.
#[must_use]
pub fn changes(old: &Policy, new: &Policy) -> Vec<Change> {
    let mut found = Vec::new();
    for (word, was, is) in [("default", old.default, new.default), ("inputs", old.inputs, new.inputs)] {
        if was != is {
            let effect = if is == Otherwise::Mask { Effect::Stricter } else { Effect::Looser };
            found.push(Change { sign: '~', what: format!("{word} = {} → {}", name_of(was), name_of(is)), effect });
        }
    }
    let mut left: Vec<&Rule> = old.rules.iter().collect();
    let mut came = Vec::new();
    for rule in &new.rules {
        if let Some(at) = left.iter().position(|was| is_same(was, rule)) {
            let was = left.remove(at);
            if was.name != rule.name {
                let what = format!("rule {:?} is now called {:?}", was.name, rule.name);
                found.push(Change { sign: '~', what, effect: Effect::None });
            }
        } else {
            came.push(rule);
        }
    }
    for rule in came {
        match left.iter().position(|was| was.name == rule.name) {
            Some(at) => found.push(changed(left.remove(at), rule)),
            None => found.push(Change { sign: '+', what: said(rule), effect: effect_of(rule.action) }),
        }
    }
    found.extend(left.into_iter().map(|rule| Change { sign: '-', what: said(rule), effect: effect_of(rule.action).reversed() }));
    for (word, (was, is)) in Detect::NAMES.iter().zip(old.detect.switches().into_iter().zip(new.detect.switches())) {
        if was != is {
            let effect = if is { Effect::Stricter } else { Effect::Looser };
            found.push(Change { sign: if is { '+' } else { '-' }, what: format!("detector {word}"), effect });
        }
    }
    let has = |all: &Detect, regex: &str| all.pattern.iter().any(|p| p.regex == regex);
    for p in new.detect.pattern.iter().filter(|p| !has(&old.detect, &p.regex)) {
        found.push(Change { sign: '+', what: format!("pattern {:?}: {}", p.name, p.regex), effect: Effect::Stricter });
    }
    for p in old.detect.pattern.iter().filter(|p| !has(&new.detect, &p.regex)) {
        found.push(Change { sign: '-', what: format!("pattern {:?}: {}", p.name, p.regex), effect: Effect::Looser });
    }
    for page in new.pause.iter().filter(|p| !old.pause.contains(p)) {
        found.push(Change { sign: '+', what: format!("pauses at {page}"), effect: Effect::Stricter });
    }
    for page in old.pause.iter().filter(|p| !new.pause.contains(p)) {
        found.push(Change { sign: '-', what: format!("pauses at {page}"), effect: Effect::Looser });
    }
    for host in new.assets.relay_fetches.iter().filter(|h| !old.assets.relay_fetches.contains(h)) {
        found.push(Change { sign: '+', what: format!("the relay fetches from {host}"), effect: Effect::Looser });
    }
    for host in old.assets.relay_fetches.iter().filter(|h| !new.assets.relay_fetches.contains(h)) {
        found.push(Change { sign: '-', what: format!("the relay fetches from {host}"), effect: Effect::Stricter });
    }
    found
}

/// What holds in a session that began under `pinned` once `new` is published: whatever either of them hides or keeps for the
/// customer. Nothing that one of them hides is seen by it. `None` where both together are more than one policy holds; then
/// everything has to be masked.
#[must_use]
pub fn tightened(pinned: &Policy, new: &Policy) -> Option<Policy> {
    let is_in = |rules: &[Rule], rule: &Rule| rules.iter().any(|one| is_same(one, rule));
    let mut rules: Vec<Rule> = pinned.rules.iter().filter(|r| r.action != Action::Show || is_in(&new.rules, r)).cloned().collect();
    for rule in new.rules.iter().filter(|r| r.action != Action::Show) {
        if !is_in(&rules, rule) {
            rules.push(rule.clone());
        }
    }
    let mut pattern = pinned.detect.pattern.clone();
    for one in &new.detect.pattern {
        if !pattern.iter().any(|p| p.regex == one.regex) {
            pattern.push(one.clone());
        }
    }
    if rules.len() > MAX_RULES || pattern.len() > MAX_PATTERNS {
        return None;
    }
    let stricter = |a, b| if a == Otherwise::Mask || b == Otherwise::Mask { Otherwise::Mask } else { Otherwise::Show };
    let (a, b) = (pinned.detect.switches(), new.detect.switches());
    let detect = Detect { pattern, ..Detect::of(std::array::from_fn(|n| a[n] || b[n])) };
    let mut pause = pinned.pause.clone();
    pause.extend(new.pause.iter().filter(|page| !pinned.pause.contains(page)).cloned());
    let mut assets = pinned.assets.clone();
    assets.relay_fetches.retain(|host| new.assets.relay_fetches.contains(host));
    Some(Policy {
        default: stricter(pinned.default, new.default),
        inputs: stricter(pinned.inputs, new.inputs),
        rules,
        detect,
        pause,
        assets,
    })
}

fn name_of(otherwise: Otherwise) -> &'static str {
    match otherwise {
        Otherwise::Show => "show",
        Otherwise::Mask => "mask",
    }
}

/// Whether two rules do the same to the same, whatever they are called.
fn is_same(a: &Rule, b: &Rule) -> bool {
    let same = |x: &[String], y: &[String]| x.iter().all(|one| y.contains(one)) && y.iter().all(|one| x.contains(one));
    a.action == b.action && same(&a.on, &b.on) && same(&a.selectors, &b.selectors) && same(&a.labels, &b.labels)
}

const fn effect_of(action: Action) -> Effect {
    match action {
        Action::Show => Effect::Looser,
        Action::Mask | Action::Block | Action::LeaveOut | Action::CustomerOnly => Effect::Stricter,
    }
}

/// How much an action hides; `None` for one that hides nothing by itself.
const fn strength(action: Action) -> Option<u8> {
    match action {
        Action::Show => Some(0),
        Action::Mask => Some(1),
        Action::Block => Some(2),
        Action::LeaveOut => Some(3),
        Action::CustomerOnly => None,
    }
}

fn said(rule: &Rule) -> String {
    let on = if rule.on.is_empty() { String::new() } else { format!(" on {}", rule.on.join(", ")) };
    format!("rule {:?}: {} {}{on}", rule.name, rule.action.word(), entries(rule).join(", "))
}

fn entries(rule: &Rule) -> Vec<String> {
    rule.selectors.iter().cloned().chain(rule.labels.iter().map(|l| format!("{l:?}"))).collect()
}

fn changed(was: &Rule, is: &Rule) -> Change {
    let mut words = Vec::new();
    let mut effect = Effect::None;
    if was.action != is.action {
        words.push(format!("{} → {}", was.action.word(), is.action.word()));
        effect = match (strength(was.action), strength(is.action)) {
            (Some(a), Some(b)) if b > a => Effect::Stricter,
            (Some(a), Some(b)) if b < a => Effect::Looser,
            _ => Effect::Either,
        };
    }
    for (label, old, new) in [("", entries(was), entries(is)), ("on ", was.on.clone(), is.on.clone())] {
        let more: Vec<&str> = new.iter().filter(|one| !old.contains(one)).map(String::as_str).collect();
        let less: Vec<&str> = old.iter().filter(|one| !new.contains(one)).map(String::as_str).collect();
        // A rule that names no page holds on all of them.
        let (opens, narrows) = if label.is_empty() { (false, false) } else { (new.is_empty(), old.is_empty()) };
        let own = match (more.is_empty(), less.is_empty()) {
            (true, true) => Effect::None,
            (false, true) if narrows => effect_of(is.action).reversed(),
            (true, false) if opens => effect_of(is.action),
            (false, true) => effect_of(is.action),
            (true, false) => effect_of(is.action).reversed(),
            (false, false) => Effect::Either,
        };
        effect = effect.and(own);
        if !more.is_empty() {
            words.push(format!("{label}+ {}", more.join(", ")));
        }
        if !less.is_empty() {
            words.push(format!("{label}- {}", less.join(", ")));
        }
    }
    Change { sign: '~', what: format!("rule {:?}: {}", is.name, words.join("; ")), effect }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    fn of(text: &str) -> Policy {
        parse(text).expect("a policy")
    }

    #[test]
    fn differences_are_named_with_what_they_do() {
        let rule = |name: &str, rest: &str| format!("default = \"show\"\n[[rule]]\nname = {name:?}\n{rest}\n");
        let mask = "match = [\".a\"]\ndo = \"mask\"";
        for (old, new, expected) in [
            (rule("a", mask), rule("a", mask), ""),
            (rule("a", mask), rule("b", mask), "~ rule \"a\" is now called \"b\"  (same)"),
            ("default = \"show\"".into(), "default = \"mask\"".into(), "~ default = show → mask  (stricter)"),
            ("default = \"show\"".into(), rule("a", mask), "+ rule \"a\": mask .a  (stricter)"),
            (
                "default = \"show\"".into(),
                rule("a", "on = [\"/x\"]\nmatch = [\".a\"]\ndo = \"mask\""),
                "+ rule \"a\": mask .a on /x  (stricter)",
            ),
            (rule("a", mask), "default = \"show\"".into(), "- rule \"a\": mask .a  (looser)"),
            (rule("a", mask), rule("a", "match = [\".a\", \".b\"]\ndo = \"mask\""), "~ rule \"a\": + .b  (stricter)"),
            (rule("a", mask), rule("a", "match = [\".b\"]\ndo = \"mask\""), "~ rule \"a\": + .b; - .a  (either)"),
            (rule("a", mask), rule("a", "match = [\".a\"]\ndo = \"block\""), "~ rule \"a\": mask → block  (stricter)"),
            (rule("a", mask), rule("a", "on = [\"/x\"]\nmatch = [\".a\"]\ndo = \"mask\""), "~ rule \"a\": on + /x  (looser)"),
            (rule("a", "on = [\"/x\"]\nmatch = [\".a\"]\ndo = \"mask\""), rule("a", mask), "~ rule \"a\": on - /x  (stricter)"),
            ("default = \"show\"".into(), rule("a", "match = [\".a\"]\ndo = \"show\""), "+ rule \"a\": show .a  (looser)"),
            ("default = \"show\"".into(), "default = \"show\"\n[detect]\niban = true".into(), "+ detector iban  (stricter)"),
        ] {
            let said: Vec<String> = changes(&of(&old), &of(&new)).iter().map(ToString::to_string).collect();
            assert_eq!(said.join("\n"), expected, "{old} → {new}");
        }
    }

    #[test]
    fn too_many_rules_together_are_no_policy() {
        let many = |from: usize| {
            let rules: String =
                (from..from + 40).map(|n| format!("[[rule]]\nname = \"r{n}\"\nmatch = [\".c{n}\"]\ndo = \"mask\"\n")).collect();
            of(&format!("default = \"show\"\n{rules}"))
        };
        assert!(tightened(&many(0), &many(100)).is_none());
        assert_eq!(tightened(&many(0), &many(0)), Some(many(0)));
    }
}
