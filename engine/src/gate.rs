//! What an agent may do in the customer's page: one function, and only what it lets through reaches the page.
//!
//! The adapter gathers what an act would touch in the very moment, [`decide`] says yes or no, and before every event of a
//! sequence it is asked again: a page may move things under the hand. Everything here is the customer's browser's; what an
//! agent's side shows of it is a courtesy.

use policies::{Action, InputFacts, Policy, is_floor};
use protocol::control::{Act, deed};

/// Acts within one second; a person's hand needs fewer.
pub const MAX_PER_SECOND: usize = 40;
/// Milliseconds for which the customer's own hand has the page to itself.
pub const CUSTOMERS_TURN: f64 = 1_500.0;
/// Bytes of one text; a hand types one letter after the other.
pub const MAX_TEXT: usize = 64;

/// Why not. The numbers are those of `Acted::refusal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Refusal {
    /// The customer has not allowed it, or has taken it back.
    NotGranted = 1,
    /// The page is another one by now.
    Stale = 2,
    /// The element is gone.
    Gone = 3,
    /// Something lies over it, or it is out of sight.
    Covered = 4,
    /// Only the customer may press this.
    CustomerOnly = 5,
    /// It is hidden from the agent.
    Hidden = 6,
    /// A field that no agent may fill in: password, card, one-time code, file.
    Forbidden = 7,
    /// The page has switched it off.
    Disabled = 8,
    /// It leads away from the company's pages, opens a window, downloads, or runs script.
    Away = 9,
    /// The customer is at it.
    CustomersTurn = 10,
    /// Too many at once.
    TooFast = 11,
    /// Nothing that can be done here.
    NotHere = 12,
    /// The customer looks at another tab.
    Unseen = 13,
}

/// Facts about one element that an act touches: itself, what it stands in, what a press on it presses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Touched<'a> {
    /// Bits of [`touched`].
    pub flags: u32,
    /// Bit n: rule n hits it now, by selector or name.
    pub rules: u64,
    /// Its content is hidden.
    pub hidden: bool,
    /// `type` of a field.
    pub kind: &'a str,
    /// `autocomplete` of a field.
    pub autocomplete: &'a str,
}

/// Flags of [`Touched`].
pub mod touched {
    /// The act is done to it: the element itself, a label's control.
    pub const TARGET: u32 = 1;
    /// A form: what is customer-only about it is that it is sent.
    pub const FORM: u32 = 2;
    /// A rule said customer-only of it once in this session.
    pub const PINNED: u32 = 4;
    /// It was a password field once.
    pub const WAS_PASSWORD: u32 = 8;
    /// Holds what people type.
    pub const FIELD: u32 = 16;
}

/// Flags of [`Scene`].
pub mod scene {
    /// The element stands in the page.
    pub const CONNECTED: u32 = 1;
    /// It lies on top at the point, or in the middle of what is in sight of it.
    pub const HIT: u32 = 2;
    /// Switched off: disabled or inert.
    pub const DISABLED: u32 = 4;
    /// Leads away, opens a window, downloads or runs script.
    pub const AWAY: u32 = 8;
    /// Sends a form.
    pub const SENDS: u32 = 16;
    /// Text can be put in.
    pub const EDITABLE: u32 = 32;
    /// The tab is looked at.
    pub const SEEN: u32 = 64;
}

/// What is known in the moment of an act.
#[derive(Clone, Debug, Default)]
pub struct Scene<'a> {
    /// Whether who asks holds the grant.
    pub granted: bool,
    /// Whether the act speaks of the page as it is read now.
    pub current: bool,
    /// Milliseconds since the customer's own hand did something.
    pub idle: f64,
    /// Acts in the last second.
    pub recent: usize,
    /// Bits of [`scene`].
    pub flags: u32,
    /// Everything that is touched, the element itself first.
    pub touched: Vec<Touched<'a>>,
}

/// Leave to do one thing now. Made by [`decide`] alone.
#[derive(Debug)]
pub struct Permit(());

/// Decides.
///
/// # Errors
/// Why it may not be done.
pub fn decide(policy: &Policy, act: &Act, scene: &Scene<'_>) -> Result<Permit, Refusal> {
    let is = |flag| scene.flags & flag != 0;
    let refuse_if = |holds: bool, why| if holds { Err(why) } else { Ok(()) };
    refuse_if(!scene.granted, Refusal::NotGranted)?;
    refuse_if(!is(scene::SEEN), Refusal::Unseen)?;
    refuse_if(scene.idle < CUSTOMERS_TURN, Refusal::CustomersTurn)?;
    refuse_if(scene.recent >= MAX_PER_SECOND, Refusal::TooFast)?;
    refuse_if(!scene.current, Refusal::Stale)?;
    if matches!(act.deed, deed::BACK | deed::FORWARD) {
        return Ok(Permit(()));
    }
    refuse_if(!is(scene::CONNECTED), Refusal::Gone)?;
    if act.deed == deed::SCROLL {
        return Ok(Permit(()));
    }
    refuse_if(!is(scene::HIT), Refusal::Covered)?;
    for t in &scene.touched {
        let on = |flag| t.flags & flag != 0;
        let guarded = on(touched::PINNED) || is_customer_only(policy, t.rules);
        // Filling in a form that only the customer may send is help; sending it is not.
        refuse_if(guarded && (!on(touched::FORM) || is(scene::SENDS)), Refusal::CustomerOnly)?;
    }
    for t in scene.touched.iter().filter(|t| t.flags & touched::TARGET != 0) {
        let facts = InputFacts { kind: t.kind, autocomplete: t.autocomplete, was_password: t.flags & touched::WAS_PASSWORD != 0 };
        refuse_if(t.flags & touched::FIELD != 0 && is_floor(&facts), Refusal::Forbidden)?;
        refuse_if(t.hidden, Refusal::Hidden)?;
    }
    refuse_if(is(scene::DISABLED), Refusal::Disabled)?;
    refuse_if(is(scene::AWAY), Refusal::Away)?;
    let can = match act.deed {
        deed::PRESS | deed::DOUBLE => true,
        deed::TEXT => is(scene::EDITABLE) && act.text.len() <= MAX_TEXT && !act.text.is_empty(),
        deed::KEY => deed::KEYS.contains(&act.text.as_str()),
        deed::SELECT => act.x >= 0,
        _ => false,
    };
    refuse_if(!can || scene.touched.is_empty(), Refusal::NotHere)?;
    Ok(Permit(()))
}

/// Whether one of these rules says that only the customer may operate what it hits.
fn is_customer_only(policy: &Policy, rules: u64) -> bool {
    policy.rules.iter().take(u64::BITS as usize).enumerate().any(|(n, rule)| rule.action == Action::CustomerOnly && rules & (1 << n) != 0)
}

#[cfg(test)]
mod tests {
    use policies::{Otherwise, Rule};
    use protocol::live::Anchor;
    use protocol::{Generation, NodeId};

    use super::*;

    fn policy() -> Policy {
        let rule = |action| Rule { name: String::new(), on: vec![], selectors: vec!["x".to_owned()], labels: vec![], action };
        Policy {
            default: Otherwise::Show,
            inputs: Otherwise::Show,
            rules: vec![rule(Action::CustomerOnly), rule(Action::Show)],
            ..Policy::mask_all()
        }
    }

    fn act(deed: u8, text: &str) -> Act {
        Act { number: 1, generation: Generation(1), at: Anchor { node: NodeId(2), x: 0, y: 0 }, deed, text: text.to_owned(), x: 0, y: 0 }
    }

    const FINE: u32 = scene::CONNECTED | scene::HIT | scene::SEEN | scene::EDITABLE;

    fn fine(flags: u32, touched: Vec<Touched<'_>>) -> Scene<'_> {
        Scene { granted: true, current: true, idle: 9_000.0, recent: 0, flags, touched }
    }

    #[test]
    fn rows() {
        let target = Touched { flags: touched::TARGET, ..Touched::default() };
        let around = Touched::default();
        let guarded = Touched { rules: 1, ..around };
        let form = Touched { flags: touched::FORM, rules: 1, ..around };
        let field = |kind, autocomplete, more| Touched { flags: touched::TARGET | touched::FIELD | more, kind, autocomplete, ..around };
        let press = || act(deed::PRESS, "");
        for (what, act, scene, expected) in [
            ("a plain press", press(), fine(FINE, vec![target, around]), None),
            ("no grant", press(), Scene { granted: false, ..fine(FINE, vec![target]) }, Some(Refusal::NotGranted)),
            ("another page", press(), Scene { current: false, ..fine(FINE, vec![target]) }, Some(Refusal::Stale)),
            ("the customer types", press(), Scene { idle: 10.0, ..fine(FINE, vec![target]) }, Some(Refusal::CustomersTurn)),
            ("too fast", press(), Scene { recent: 40, ..fine(FINE, vec![target]) }, Some(Refusal::TooFast)),
            ("another tab", press(), fine(FINE & !scene::SEEN, vec![target]), Some(Refusal::Unseen)),
            ("gone", press(), fine(scene::SEEN, vec![]), Some(Refusal::Gone)),
            ("covered", press(), fine(FINE & !scene::HIT, vec![target]), Some(Refusal::Covered)),
            ("itself customer-only", press(), fine(FINE, vec![Touched { rules: 1, ..target }]), Some(Refusal::CustomerOnly)),
            ("within", press(), fine(FINE, vec![target, guarded]), Some(Refusal::CustomerOnly)),
            ("was once", press(), fine(FINE, vec![Touched { flags: 5, ..target }]), Some(Refusal::CustomerOnly)),
            ("a rule that shows", press(), fine(FINE, vec![Touched { rules: 2, ..target }]), None),
            ("a field in a form that only the customer sends", press(), fine(FINE, vec![target, form]), None),
            ("sending it", press(), fine(FINE | scene::SENDS, vec![target, form]), Some(Refusal::CustomerOnly)),
            ("Enter in it", act(deed::KEY, "Enter"), fine(FINE | scene::SENDS, vec![target, form]), Some(Refusal::CustomerOnly)),
            (
                "Enter that presses a button of the customer's",
                act(deed::KEY, "Enter"),
                fine(FINE, vec![target, guarded]),
                Some(Refusal::CustomerOnly),
            ),
            ("hidden", press(), fine(FINE, vec![Touched { hidden: true, ..target }]), Some(Refusal::Hidden)),
            ("in something hidden that is no target", press(), fine(FINE, vec![target, Touched { hidden: true, ..around }]), None),
            ("a password", act(deed::TEXT, "a"), fine(FINE, vec![field("password", "", 0)]), Some(Refusal::Forbidden)),
            ("that was one", act(deed::TEXT, "a"), fine(FINE, vec![field("text", "", touched::WAS_PASSWORD)]), Some(Refusal::Forbidden)),
            ("a card", act(deed::TEXT, "a"), fine(FINE, vec![field("text", "cc-number", 0)]), Some(Refusal::Forbidden)),
            ("a file", press(), fine(FINE, vec![field("file", "", 0)]), Some(Refusal::Forbidden)),
            ("a name", act(deed::TEXT, "a"), fine(FINE, vec![field("text", "name", 0)]), None),
            ("no text", act(deed::TEXT, ""), fine(FINE, vec![field("text", "", 0)]), Some(Refusal::NotHere)),
            ("text where none can be", act(deed::TEXT, "a"), fine(FINE & !scene::EDITABLE, vec![target]), Some(Refusal::NotHere)),
            ("a key that is none", act(deed::KEY, "F5"), fine(FINE, vec![target]), Some(Refusal::NotHere)),
            ("switched off", press(), fine(FINE | scene::DISABLED, vec![target]), Some(Refusal::Disabled)),
            ("away", press(), fine(FINE | scene::AWAY, vec![target]), Some(Refusal::Away)),
            ("nothing touched", press(), fine(FINE, vec![]), Some(Refusal::NotHere)),
            ("no such deed", act(99, ""), fine(FINE, vec![target]), Some(Refusal::NotHere)),
            ("back", act(deed::BACK, ""), fine(scene::SEEN, vec![]), None),
            ("back without a grant", act(deed::BACK, ""), Scene { granted: false, ..fine(FINE, vec![]) }, Some(Refusal::NotGranted)),
            ("scrolling", act(deed::SCROLL, ""), fine(FINE, vec![guarded]), None),
        ] {
            assert_eq!(decide(&policy(), &act, &scene).err(), expected, "{what}");
        }
    }

    proptest::proptest! {
        /// Whatever else is true: no grant, a customer-only element or a field of the floor refuses.
        #[test]
        fn what_must_never_happen(
            deed in 0u8..10, flags in 0u32..128, granted: bool, current: bool, idle in 0.0..4_000.0f64, recent in 0usize..40,
            list in proptest::collection::vec((0u32..32, 0u64..4, proptest::bool::ANY, 0usize..3), 0..5),
        ) {
            let kinds = ["text", "password", "file"];
            let touched: Vec<Touched<'_>> = list.iter().map(|(flags, rules, hidden, kind)| {
                Touched { flags: *flags, rules: *rules, hidden: *hidden, kind: kinds[*kind], autocomplete: "" }
            }).collect();
            let scene = Scene { granted, current, idle, recent, flags, touched };
            let text = if deed == deed::KEY { "Enter" } else { "a" };
            if decide(&policy(), &act(deed, text), &scene).is_ok() {
                proptest::prop_assert!(granted && current && idle >= CUSTOMERS_TURN);
                if matches!(deed, deed::PRESS | deed::DOUBLE | deed::TEXT | deed::KEY | deed::SELECT) {
                    for t in &scene.touched {
                        let guarded = t.flags & touched::PINNED != 0 || t.rules & 1 != 0;
                        proptest::prop_assert!(!guarded || t.flags & touched::FORM != 0 && flags & scene::SENDS == 0);
                        let target = t.flags & touched::TARGET != 0;
                        proptest::prop_assert!(!target || !t.hidden);
                        proptest::prop_assert!(!target || t.flags & touched::FIELD == 0 || t.kind == "text");
                    }
                }
            }
        }
    }
}
