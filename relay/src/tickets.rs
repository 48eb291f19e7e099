//! Tickets that the relay signs and later believes, so that a restart loses no session: it keeps none of them.

use hmac::{Hmac, KeyInit, Mac};
use protocol::{ParticipantId, Reader, SessionId, TabId, WireError, Writer, field::Field, limits};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::hub::Draft;

/// The relay's own key, from its data folder.
#[derive(Clone)]
pub struct RelayKey(pub [u8; 32]);
impl std::fmt::Debug for RelayKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RelayKey")
    }
}

/// What a ticket says: this socket belongs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The session.
    pub session: SessionId,
    /// Its tenant.
    pub tenant: String,
    /// The page's origin.
    pub origin: String,
    /// The customer's nonce, for key exchanges to come.
    pub nonce: [u8; 16],
    /// The draft of a policy that the session tries out.
    pub draft: Option<Draft>,
    /// Who holds it.
    pub participant: ParticipantId,
    /// Name of an agent; empty for the customer.
    pub name: String,
    /// Role of an agent.
    pub role: String,
    /// Counts up with each use; an older one is spent.
    pub count: u64,
    /// Seconds since 1970.
    pub expires: u64,
}

impl Field for Ticket {
    fn put(&self, w: &mut Writer) {
        self.session.put(w);
        self.tenant.put(w);
        self.origin.put(w);
        self.nonce.put(w);
        // Accounts are numbered from one.
        self.draft.as_ref().map_or(0, |draft| draft.user.unsigned_abs()).put(w);
        self.draft.as_ref().map_or("", |draft| &draft.name).to_owned().put(w);
        self.participant.put(w);
        self.name.put(w);
        self.role.put(w);
        self.count.put(w);
        self.expires.put(w);
    }
    fn take(r: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            session: Field::take(r)?,
            tenant: Field::take(r)?,
            origin: Field::take(r)?,
            nonce: Field::take(r)?,
            draft: {
                let (user, name) = (u64::take(r)?, String::take(r)?);
                i64::try_from(user).ok().filter(|user| *user > 0).map(|user| Draft { user, name })
            },
            participant: Field::take(r)?,
            name: Field::take(r)?,
            role: Field::take(r)?,
            count: Field::take(r)?,
            expires: Field::take(r)?,
        })
    }
}

impl RelayKey {
    fn mac(&self, label: &str, message: &[u8]) -> [u8; 32] {
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0) else { return [0; 32] };
        for part in [label.as_bytes(), &[0], message] {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Writes a ticket.
    #[must_use]
    pub fn issue(&self, ticket: &Ticket) -> String {
        let mut w = Writer::new();
        ticket.put(&mut w);
        let body = w.into_bytes();
        format!("{}.{}", hex(&body), hex(&self.mac("ticket", &body)))
    }

    /// Reads a ticket that this relay wrote and that still holds.
    #[must_use]
    pub fn accept(&self, text: &str, now: u64) -> Option<Ticket> {
        let (body, mac) = text.split_once('.')?;
        if body.len() > 4 * limits::MAX_FIELD {
            return None;
        }
        let (body, mac) = (unhex(body)?, unhex(mac)?);
        if !bool::from(self.mac("ticket", &body).ct_eq(&mac)) {
            return None;
        }
        let mut r = Reader::new(&body);
        let ticket = Ticket::take(&mut r).ok()?;
        (r.end().is_ok() && ticket.expires > now).then_some(ticket)
    }

    /// The key under which a tab wraps what it keeps; handed out only against a ticket.
    #[must_use]
    pub fn wrap_key(&self, session: SessionId, participant: ParticipantId, tab: TabId) -> [u8; 32] {
        let mut w = Writer::new();
        session.put(&mut w);
        participant.put(&mut w);
        tab.put(&mut w);
        self.mac("wrap", &w.into_bytes())
    }
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        out.extend([b >> 4, b & 15].map(|n| char::from_digit(u32::from(n), 16).unwrap_or('0')));
        out
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes().chunks(2).map(|c| u8::from_str_radix(std::str::from_utf8(c).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket() -> Ticket {
        Ticket {
            session: SessionId([7; 16]),
            tenant: "acme-bank".to_owned(),
            origin: "https://acme.example".to_owned(),
            nonce: [1; 16],
            draft: Some(Draft { user: 7, name: "draft-1".to_owned() }),
            participant: ParticipantId(2),
            name: "Sanne Bakker".to_owned(),
            role: "agent".to_owned(),
            count: 3,
            expires: 1_000,
        }
    }

    #[test]
    fn a_ticket_comes_back_as_it_was() {
        let key = RelayKey([9; 32]);
        assert_eq!(key.accept(&key.issue(&ticket()), 999), Some(ticket()));
    }

    #[test]
    fn what_is_refused() {
        let key = RelayKey([9; 32]);
        let text = key.issue(&ticket());
        assert_eq!(key.accept(&text, 1_000), None, "expired");
        assert_eq!(RelayKey([8; 32]).accept(&text, 1), None, "another relay's");
        for n in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[n] = if bytes[n] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(bytes).expect("ascii");
            assert_eq!(key.accept(&changed, 1), None, "byte {n}");
        }
    }
}
