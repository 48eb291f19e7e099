//! How far the policy's rules reach on this page: counts for the company's admin, and nothing of what the page says.

use js_sys::Uint32Array;
use policies::Detect;
use policies::detect::Detectors;
use protocol::field::List;
use protocol::session::{Coverage, RuleHits};

use super::{Page, current_path};
use crate::glue;

impl Page {
    /// What there is to report, once all of the page has been read.
    pub(crate) fn coverage(&self) -> Option<Coverage> {
        if self.is_behind() || !self.refused.is_empty() {
            return None;
        }
        let read = glue::coverage(&self.capture).ok()?;
        let numbers = Uint32Array::from(read.get(0)).to_vec();
        let texts = read.get(1).as_string().unwrap_or_default();
        let [fields, uncovered_fields, uncovered_texts, hits @ ..] = &numbers[..] else { return None };
        let rules = self.policy.rules.iter().zip(hits).map(|(rule, hits)| RuleHits { name: rule.name.clone(), hits: *hits });
        let (mut caught, mut shown) = (Vec::new(), Vec::new());
        for (n, is_on) in self.policy.detect.switches().into_iter().enumerate() {
            let found = u32::try_from(Detectors::new(&Detect::only(n)).find(&texts).len()).unwrap_or(u32::MAX);
            caught.push(if is_on { found } else { 0 });
            shown.push(if is_on { 0 } else { found });
        }
        Some(Coverage {
            path: engine::privacy::kind_of_page(&current_path()),
            fields: *fields,
            uncovered_fields: *uncovered_fields,
            uncovered_texts: *uncovered_texts,
            rules: List(rules.collect()),
            caught: List(caught),
            shown: List(shown),
        })
    }
}
