//! How often an address may ask, counted by the minute.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::shell::now;

/// Counts of this minute; older ones are gone.
pub(super) struct PerMinute(Mutex<(u64, BTreeMap<IpAddr, u32>)>);

impl PerMinute {
    /// Nobody has asked.
    pub(super) const fn new() -> Self {
        Self(Mutex::new((0, BTreeMap::new())))
    }

    /// Counts one more from this address; whether that is more than `most`.
    pub(super) fn is_over(&self, address: IpAddr, most: u32) -> bool {
        let minute = now() / 60;
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.0 != minute {
            *counts = (minute, BTreeMap::new());
        }
        let count = counts.1.entry(address).or_insert(0);
        *count += 1;
        *count > most
    }
}
