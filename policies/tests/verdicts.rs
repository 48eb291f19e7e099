//! The table in `verdicts.txt`, and what must hold for every policy.

use beside_policies::{Action, Assets, Cover, Detect, Facts, Hide, InputFacts, Otherwise, Part, Policy, Rule, change::tightened, judge};
use proptest::prelude::*;

fn rule(selector: &str, action: Action) -> Rule {
    Rule { name: action.word().to_owned(), on: vec![], selectors: vec![selector.to_owned()], labels: vec![], action }
}

fn policy(default: Otherwise, inputs: Otherwise) -> Policy {
    let rules = Action::ALL.into_iter().map(|action| rule("x", action)).collect();
    Policy { default, inputs, rules, detect: Detect::default(), pause: vec![], assets: Assets::default() }
}

fn bits(words: &str) -> u64 {
    words
        .split_whitespace()
        .fold(0, |bits, word| Action::ALL.into_iter().position(|action| action.word() == word).map_or(bits, |n| bits | 1 << n))
}

fn otherwise(word: &str) -> Otherwise {
    if word == "show" { Otherwise::Show } else { Otherwise::Mask }
}

#[test]
fn the_table_holds() {
    let mut rows = 0;
    for line in include_str!("../verdicts.txt").lines().filter(|l| !l.starts_with('#')) {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let [settings, above, own, expected] = columns[..] else { panic!("row: {line}") };
        let (default, inputs) = settings.split_once(' ').expect("two settings");
        let policy = policy(otherwise(default), otherwise(inputs));
        let above = judge(&policy, Cover::NONE, &Facts { rules: bits(above), ..Facts::PLAIN }).cover;
        let has = |word| own.split_whitespace().any(|w| w == word);
        let judged = judge(
            &policy,
            above,
            &Facts {
                rules: bits(own),
                part: if has("typed") { Part::Typed } else { Part::Page },
                input: has("typed")
                    .then(|| InputFacts { kind: if has("password") { "password" } else { "text" }, ..InputFacts::default() }),
                detected: has("detected"),
                failed: has("failed"),
            },
        );
        let verdict = match judged.own {
            Hide::No => "show",
            Hide::Mask => "mask",
            Hide::Block => "block",
            Hide::LeaveOut => "leave-out",
        };
        assert_eq!(verdict, expected, "{line}");
        assert_eq!(judged.customer_only, has("customer-only"), "{line}");
        rows += 1;
    }
    assert!(rows >= 20);
}

fn any_otherwise() -> impl Strategy<Value = Otherwise> {
    prop_oneof![Just(Otherwise::Show), Just(Otherwise::Mask)]
}

/// Of eight selectors each with an action or none.
fn any_policy() -> impl Strategy<Value = Policy> {
    (any_otherwise(), any_otherwise(), proptest::collection::vec(0usize..7, 8)).prop_map(|(default, inputs, actions)| {
        let each = actions.iter().enumerate();
        let rules = each.filter_map(|(n, action)| Action::ALL.get(*action).map(|action| rule(&n.to_string(), *action))).collect();
        let has = |n: usize| actions.get(n).is_some_and(|action| action % 2 == 0);
        let detect = Detect { card: has(0), iban: has(1), bsn: has(2), email: has(3), ..Detect::default() };
        let hosts = (0..4).filter(|n| has(*n + 4)).map(|n| format!("h{n}.example")).collect();
        Policy { default, inputs, rules, detect, pause: vec![], assets: Assets { relay_fetches: hosts } }
    })
}

proptest! {
    /// Adding a hit of any rule never shows more, unless that rule says `show`.
    #[test]
    fn another_rule_never_shows_more(
        default in any_otherwise(), inputs in any_otherwise(),
        path in proptest::collection::vec((0u64..32, any::<bool>()), 1..6),
        at in 0usize..6, extra in 1usize..5,
    ) {
        let policy = policy(default, inputs);
        let walk = |more: Option<usize>| {
            let mut cover = Cover::NONE;
            let mut own = Hide::No;
            for (n, (rules, typed)) in path.iter().enumerate() {
                let last = n + 1 == path.len();
                let part = if last && *typed { Part::Typed } else { Part::Page };
                let rules = rules | if more == Some(n) { 1 << extra } else { 0 };
                let judged = judge(&policy, cover, &Facts { rules, part, ..Facts::PLAIN });
                (cover, own) = (judged.cover, judged.own);
            }
            own
        };
        prop_assert!(walk(Some(at % path.len())) >= walk(None));
    }

    /// The floor never moves.
    #[test]
    fn the_floor_never_moves(default in any_otherwise(), inputs in any_otherwise(), rules in 0u64..32, shown in any::<bool>()) {
        let policy = policy(default, inputs);
        let input = Some(InputFacts { was_password: true, kind: "text", autocomplete: "" });
        let judged = judge(&policy, Cover { hide: Hide::No, shown }, &Facts { rules, part: Part::Typed, input, ..Facts::PLAIN });
        prop_assert!(judged.own >= Hide::Mask);
    }

    /// A policy that is published reaches a running session only by what it hides: nothing that the session's own hides is
    /// seen then, and nothing that the new one hides.
    #[test]
    fn a_tightened_policy_hides_what_either_hides(
        old in any_policy(), new in any_policy(),
        path in proptest::collection::vec((0u64..256, any::<bool>()), 1..6),
    ) {
        let both = tightened(&old, &new).expect("few rules");
        let walk = |policy: &Policy| {
            let mut cover = Cover::NONE;
            let mut last = None;
            for (hits, typed) in &path {
                let rules = policy.rules.iter().enumerate().fold(0, |bits, (n, rule)| {
                    let which: u64 = rule.selectors[0].parse().expect("a number");
                    bits | if hits & (1 << which) == 0 { 0 } else { 1 << n }
                });
                let part = if *typed { Part::Typed } else { Part::Page };
                let judged = judge(policy, cover, &Facts { rules, part, ..Facts::PLAIN });
                cover = judged.cover;
                last = Some(judged);
            }
            last.expect("a path")
        };
        let (was, is, held) = (walk(&old), walk(&new), walk(&both));
        prop_assert!(held.own >= was.own.max(is.own));
        prop_assert_eq!(held.customer_only, was.customer_only || is.customer_only);
        let finds = |d: &Detect| [d.card, d.iban, d.bsn, d.email];
        for ((was, is), held) in finds(&old.detect).into_iter().zip(finds(&new.detect)).zip(finds(&both.detect)) {
            prop_assert_eq!(held, was || is);
        }
        let fetched = |policy: &Policy, host: &String| policy.assets.relay_fetches.contains(host);
        prop_assert!(both.assets.relay_fetches.iter().all(|host| fetched(&old, host) && fetched(&new, host)));
    }
}
