//! How far the policy's rules reach on this page: counts for the company's admin, and nothing of what the page says.

use js_sys::Uint32Array;
use policies::Detect;
use policies::detect::Detectors;
use protocol::field::List;
use protocol::session::{Coverage, RuleHits};

use super::Page;
use crate::glue;

impl Page {
    /// What there is to report, once all of the page has been read.
    pub(crate) fn coverage(&self) -> Option<Coverage> {
        if self.is_behind() || !self.refused.is_empty() {
            return None;
        }
        let found = glue::coverage(&self.capture).ok()?;
        let numbers = Uint32Array::from(found.get(0)).to_vec();
        let texts = found.get(1).as_string().unwrap_or_default();
        let [fields, bare, many, hits @ ..] = &numbers[..] else { return None };
        let rules = self.policy.rules.iter().zip(hits).map(|(rule, hits)| RuleHits { name: rule.name.clone(), hits: *hits });
        let is = &self.policy.detect;
        let on = [is.card, is.iban, is.bsn, is.ssn, is.email, is.phone, is.birth];
        let mut caught = Vec::new();
        let mut shown = Vec::new();
        for (n, is_on) in on.into_iter().enumerate() {
            let only = |which| n == which;
            let wanted = Detect {
                card: only(0),
                iban: only(1),
                bsn: only(2),
                ssn: only(3),
                email: only(4),
                phone: only(5),
                birth: only(6),
                pattern: Vec::new(),
            };
            let many = u32::try_from(Detectors::new(&wanted).find(&texts).len()).unwrap_or(u32::MAX);
            caught.push(if is_on { many } else { 0 });
            shown.push(if is_on { 0 } else { many });
        }
        Some(Coverage {
            path: engine::privacy::kind_of_page(&self.path.borrow()),
            fields: *fields,
            bare: *bare,
            many: *many,
            rules: List(rules.collect()),
            caught: List(caught),
            shown: List(shown),
        })
    }
}
