//! What the browser is asked about the page by the rules of a policy: which elements a selector matches, what they are called.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Uint32Array};
use policies::{Action, MAX_RULES, Policy, Rule};
use wasm_bindgen::prelude::*;

use crate::glue::Capture;

/// The selectors of each rule, whether labels count and how names are asked about.
pub(super) struct Questions {
    policy: Policy,
    named: Closure<dyn Fn(String) -> Uint32Array>,
    /// Rules that count on the page that is shown, as bits; all of them until it is known which selectors are refused.
    active: Rc<Cell<u64>>,
}

fn halves(bits: u64) -> Uint32Array {
    #[allow(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    let halves = [bits as u32, (bits >> 32) as u32];
    Uint32Array::from(&halves[..])
}

/// Bits of the rules of which something holds.
fn bits(policy: &Policy, holds: impl Fn(&Rule) -> bool) -> u64 {
    policy.rules.iter().take(MAX_RULES).enumerate().filter(|(_, rule)| holds(rule)).fold(0, |bits, (n, _)| bits | 1 << n)
}

impl Questions {
    pub(super) fn new(policy: &Policy) -> Self {
        let active = Rc::new(Cell::new(u64::MAX));
        let (own, counts) = (policy.clone(), active.clone());
        let named = Closure::new(move |name: String| halves(bits(&own, |rule| rule.has_label(&name)) & counts.get()));
        Self { policy: policy.clone(), named, active }
    }

    /// Asks about a path, or with none about all rules. The selector that the browser refuses, or an empty one.
    pub(super) fn ask(&self, capture: &Capture, path: Option<&str>) -> String {
        let policy = &self.policy;
        let active = bits(policy, |rule| path.is_none_or(|path| rule.applies_on(path)));
        self.active.set(active);
        let lists = Array::new();
        for (n, rule) in policy.rules.iter().enumerate() {
            let counts = active & (1 << n) != 0;
            lists.push(&rule.selectors.iter().filter(|_| counts).map(|s| JsValue::from_str(s)).collect::<Array>());
        }
        let guard = bits(policy, |rule| rule.action == Action::CustomerOnly);
        let labelled = bits(policy, |rule| !rule.labels.is_empty()) & active;
        let labels = u32::from(labelled != 0) + u32::from(labelled & !guard != 0);
        capture.set_rules(&lists, labels, self.named.as_ref().unchecked_ref(), &halves(guard))
    }
}
