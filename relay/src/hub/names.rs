//! What a session is called: nameplates that are given and rest, tickets that bring somebody back.

use super::*;

impl Hub {
    pub(super) fn customer_ticket(&self, id: SessionId, now: u64) -> Option<String> {
        let s = self.sessions.get(&id)?;
        Some(self.key.issue(&Ticket {
            session: id,
            tenant: s.tenant.clone(),
            origin: s.origin.clone(),
            nonce: s.nonce,
            draft: s.draft.clone(),
            participant: ParticipantId::CUSTOMER,
            name: String::new(),
            role: String::new(),
            count: s.count,
            expires: s.began.max(now.saturating_sub(limits::SESSION_SECONDS)) + limits::SESSION_SECONDS,
        }))
    }

    pub(super) fn agent_ticket(&self, id: SessionId, who: ParticipantId, now: u64) -> Option<String> {
        let s = self.sessions.get(&id)?;
        let seat = s.agents.get(&who)?;
        Some(self.key.issue(&Ticket {
            session: id,
            tenant: s.tenant.clone(),
            origin: s.origin.clone(),
            nonce: s.nonce,
            draft: s.draft.clone(),
            participant: who,
            name: seat.agent.name.clone(),
            role: seat.agent.role.clone(),
            count: seat.count,
            expires: now + limits::SESSION_SECONDS,
        }))
    }

    /// A number of the shortest length that has one free, picked by `random`.
    pub(super) fn nameplate(&self, tenant: &str, random: &[u8], now: u64) -> Option<String> {
        if self.nameplates.keys().filter(|(t, _)| t == tenant).count() >= limits::MAX_NAMEPLATES {
            return None;
        }
        let seed = random.iter().take(8).fold(0u64, |n, b| n << 8 | u64::from(*b));
        for digits in 2..=5u32 {
            let (low, high) = (10u64.pow(digits - 1), 10u64.pow(digits));
            let size = high - low;
            let free = (0..size).map(|n| (low + (seed % size + n) % size).to_string()).find(|plate| {
                let key = (tenant.to_owned(), plate.clone());
                !self.nameplates.contains_key(&key) && self.resting.get(&key).is_none_or(|until| *until <= now)
            });
            if free.is_some() {
                return free;
            }
        }
        None
    }

    pub(super) fn release_nameplate(&mut self, id: SessionId, now: u64) {
        if let Some(s) = self.sessions.get_mut(&id)
            && let Some((plate, _)) = s.nameplate.take()
        {
            let key = (s.tenant.clone(), plate);
            self.nameplates.remove(&key);
            self.resting.insert(key, now + limits::NAMEPLATE_REST_SECONDS);
        }
    }
}
