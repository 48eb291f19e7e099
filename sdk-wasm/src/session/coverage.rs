//! Tells the relay how far the policy reaches on the pages of a session.

use super::*;

/// Milliseconds between two looks at a page.
const EVERY: f64 = 5_000.0;
/// Reports of one page.
const MOST: usize = 20;

/// What was told of this page.
pub(super) struct Covered {
    told: Vec<Coverage>,
    /// When it was looked at last.
    at: f64,
}

impl Default for Covered {
    fn default() -> Self {
        Self { told: Vec::new(), at: f64::NEG_INFINITY }
    }
}

impl Session {
    /// Now and then, where it is not what was told already.
    pub(super) fn report_coverage(&self) {
        let Some(page) = self.page().filter(|_| self.state() == State::Active) else { return };
        let now = crate::page::now();
        let is_due = {
            let covered = &self.inner.borrow().covered;
            now - covered.at >= EVERY && covered.told.len() < MOST
        };
        let Some(coverage) = is_due.then(|| page.coverage()).flatten() else { return };
        {
            let covered = &mut self.inner.borrow_mut().covered;
            covered.at = now;
            if covered.told.contains(&coverage) {
                return;
            }
            covered.told.push(coverage.clone());
        }
        self.send(Kind::COVERAGE, &coverage);
    }
}
