//! What is put on record of a session: words of a closed list and names that the relay knows or has checked; no content.

use protocol::session::{Coverage, EndReason, Record, is_plain_name, record};
use protocol::{ParticipantId, SessionId};

use super::{AgentSeat, Command, Conn, Hub};
use crate::limits;

/// Something for the record of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// It began, as is known once somebody who is signed in asks to join.
    Began {
        /// The company.
        tenant: String,
        /// The page's origin.
        origin: String,
        /// When, in seconds since 1970.
        at: u64,
    },
    /// Somebody did something.
    Did {
        /// `customer`, or an agent's name and role.
        who: String,
        /// One of the words below.
        what: &'static str,
        /// An element's kind and name in the page's code, a version, or nothing.
        element: String,
        /// Why it was refused, or nothing.
        why: &'static str,
        /// Whether an agent did it on the page.
        is_act: bool,
    },
    /// How far the policy reaches on a page.
    Covered(Coverage),
    /// It ended.
    Ended(&'static str),
}

/// By number of `control::deed`.
const DEEDS: [&str; 9] = ["act", "press", "double-press", "type", "key", "select", "scroll", "back", "forward"];
/// By number of `control::Acted::refusal`.
const REFUSALS: [&str; 14] = [
    "",
    "not-granted",
    "stale",
    "gone",
    "covered",
    "customer-only",
    "hidden",
    "forbidden",
    "disabled",
    "away",
    "customers-turn",
    "too-fast",
    "not-here",
    "unseen",
];

/// Names in an element's description: its kind, its type and what is around that, its own.
const MAX_PARTS: usize = 6;

impl Hub {
    pub(super) fn note(&mut self, id: SessionId, note: Note) {
        self.out.push_back(Command::Note(id, note));
    }

    pub(super) fn note_deed(&mut self, id: SessionId, who: String, what: &'static str) {
        self.note(id, Note::Did { who, what, element: String::new(), why: "", is_act: false });
    }

    /// Whether anything may be put on record: only where somebody who is signed in was let in, and not too much at once.
    pub(super) fn may_note(&mut self, conn: Conn, id: SessionId) -> bool {
        let is_seen = self.sessions.get(&id).is_some_and(|s| s.agents.values().any(|a| a.admitted));
        let Some(socket) = self.sockets.get_mut(&conn).filter(|_| is_seen) else { return false };
        socket.notes += 1;
        socket.notes <= limits::NOTES_PER_SECOND
    }

    /// What a customer's browser says for the record. Words that are not known are left out of it.
    pub(super) fn note_record(&mut self, id: SessionId, said: Record) {
        let Some(s) = self.sessions.get(&id) else { return };
        let agent = s.agents.get(&said.by).map(AgentSeat::called);
        let by_agent = || agent.clone().unwrap_or_else(|| format!("participant {}", said.by.0));
        let customer = || "customer".to_owned();
        let (who, what) = match said.what {
            record::POLICY => (customer(), if s.draft.is_some() { "policy-draft" } else { "policy" }),
            record::TIGHTENED => (customer(), "policy-tightened"),
            record::ASKED => (by_agent(), "asked-control"),
            record::GRANTED => (customer(), "granted-control"),
            record::GRANTED_ONCE => (customer(), "granted-one-action"),
            record::DECLINED => (customer(), "declined-control"),
            record::TAKEN_BACK => (if said.by == ParticipantId::CUSTOMER { customer() } else { by_agent() }, "control-ended"),
            record::ACT => (by_agent(), DEEDS.get(usize::from(said.deed)).copied().unwrap_or("act")),
            record::INVITED => (by_agent(), "invited-colleague"),
            record::REMOVED => (customer(), "sent-away"),
            record::LEFT => (by_agent(), "left"),
            record::KEPT => (by_agent(), "page-kept-from-pressing"),
            _ => return,
        };
        let why = REFUSALS.get(usize::from(said.refusal)).copied().unwrap_or("refused");
        let element = if is_plain(&said.element) { said.element } else { String::new() };
        self.note(id, Note::Did { who, what, element, why, is_act: said.what == record::ACT });
    }
}

impl AgentSeat {
    pub(super) fn called(&self) -> String {
        format!("{} ({})", self.agent.name, self.agent.role)
    }
}

/// Whether an element's description holds nothing but names out of a page's code: a customer's browser is not believed either.
fn is_plain(element: &str) -> bool {
    let mut parts = element.split(['[', ']', '=', '#']);
    parts.clone().count() <= MAX_PARTS && parts.all(is_plain_name) && !element.starts_with(['=', '-'])
}

/// An end's word.
pub(super) const fn ending(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Customer => "customer",
        EndReason::Agent => "agent",
        EndReason::Away => "away",
        EndReason::Limit => "limit",
        EndReason::Removed => "removed",
    }
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn elements_on_record() {
        for (element, passes) in [
            ("button#pay", true),
            ("input[type=text]#step-2", true),
            ("a", true),
            ("", true),
            ("button#pay now", false),
            ("input#NL91ABNA0417164300", false),
            ("p#ann@example.com", false),
            ("=1", false),
        ] {
            assert_eq!(is_plain(element), passes, "{element}");
        }
    }
}
