//! What a socket and the relay say to each other in the clear. Free of page content, PINs and keys.

use crate::field::{Field, List, message};
use crate::{Envelope, Kind, ParticipantId, Reader, SessionId, TabId, WireError, Writer};

message! {
    /// customer → relay: begin.
    Open {
        /// The tenant's short name.
        tenant: String,
        /// The page's origin as the customer's browser knows it; the relay compares it with the header.
        origin: String,
        /// Fresh randomness of the customer.
        nonce: [u8; 16],
        /// Which tab.
        tab: TabId,
        /// The version of the policy that the page goes by, or the name of a draft that it tries out.
        policy: String,
    }
}
message! {
    /// relay → customer: the session stands.
    Opened {
        /// Its name.
        session: SessionId,
        /// The first digits of the PIN.
        nameplate: String,
        /// Hands the session back after a lost line.
        ticket: String,
        /// Encrypts what is kept over a reload; known to the relay alone while the page is away.
        wrap_key: [u8; 32],
        /// Life of the nameplate in seconds.
        seconds: u32,
    }
}
message! {
    /// agent → relay: first message of an agent's socket.
    Hello {
        /// One-use ticket from `POST /api/v1/socket-tickets`.
        ticket: String,
    }
}
message! {
    /// relay → agent: who you are here.
    Welcome {
        /// Name as the customer will see it.
        name: String,
        /// Role as the customer will see it.
        role: String,
        /// The company.
        tenant: String,
    }
}
message! {
    /// agent → relay.
    Claim {
        /// The digits before the last seven.
        nameplate: String,
    }
}
message! {
    /// relay → agent: what the key exchange binds.
    Claimed {
        /// The session.
        session: SessionId,
        /// What the agent is in it.
        participant: ParticipantId,
        /// The customer's nonce.
        nonce: [u8; 16],
        /// The tenant.
        tenant: String,
        /// The page's origin.
        origin: String,
    }
}
message! {
    /// relay → customer: an agent claims; answering is a try.
    Joining {
        /// The agent.
        participant: ParticipantId,
        /// The relay's record of the name.
        name: String,
        /// The relay's record of the role.
        role: String,
    }
}
message! {
    /// customer → relay: do not let this one in; or, who is in already, any longer.
    Refuse {
        /// The agent.
        participant: ParticipantId,
        /// The person said *not now* (as against: the proof was wrong).
        by_person: bool,
    }
}
message! {
    /// customer → relay: this one is in.
    Admit {
        /// The agent.
        participant: ParticipantId,
    }
}
message! {
    /// relay → customer: a fresh nameplate.
    Renewed {
        /// The first digits of the PIN.
        nameplate: String,
        /// Its life in seconds.
        seconds: u32,
    }
}
message! {
    /// either → relay: first message of a socket that continues.
    Resume {
        /// From [`Opened`], [`Resumed`] or [`Presence`].
        ticket: String,
        /// Which tab (0 for an agent).
        tab: TabId,
        /// The newest frame that was received in each channel of each peer: the relay may send what follows.
        received: List<Received, 64>,
    }
}
message! {
    /// A place in a channel: everything up to it was received.
    Received {
        /// Whose channel.
        sender: ParticipantId,
        /// The sender's run.
        instance: crate::Instance,
        /// Channel number.
        channel: u8,
        /// Key generation.
        epoch: crate::Epoch,
        /// Next sequence number that is wanted.
        next: u64,
    }
}
message! {
    /// relay → either: you are back.
    Resumed {
        /// The session.
        session: SessionId,
        /// Who you are in it.
        participant: ParticipantId,
        /// The next ticket; the old one is spent.
        ticket: String,
        /// Opens what was kept.
        wrap_key: [u8; 32],
        /// Whether the relay had the frames that were missed; if not, a keyframe is needed.
        continued: bool,
    }
}
message! {
    /// relay → everybody in a session.
    Presence {
        /// Who.
        participant: ParticipantId,
        /// Which tab of the customer; 0 for an agent.
        tab: TabId,
        /// Whether a socket is open.
        online: bool,
    }
}
message! {
    /// relay → agent, right after the customer let it in: how to come back after a lost line.
    Admitted {
        /// The ticket.
        ticket: String,
        /// Encrypts what is kept over a reload.
        wrap_key: [u8; 32],
    }
}
message! {
    /// relay → everybody.
    Ended {
        /// See [`EndReason`].
        reason: u8,
    }
}
message! {
    /// customer → relay: what the customer's browser saw to, for the session's record. Free of content.
    Record {
        /// One of [`record`].
        what: u8,
        /// Who did it, or to whom it was done.
        by: ParticipantId,
        /// Of [`record::ACT`]: one of `control::deed`.
        deed: u8,
        /// Of [`record::ACT`]: why it was refused, as in `control::Acted`; 0 if it was done.
        refusal: u8,
        /// Of [`record::ACT`]: kind and name in the page's code, like `button#pay`; of [`record::POLICY`]: the version's number.
        /// Of nothing but names that are plain ([`is_plain_name`]).
        element: String,
    }
}

message! {
    /// What a rule of the policy hit on a page.
    RuleHits {
        /// Its name in the policy.
        name: String,
        /// Elements that it hit.
        hits: u32,
    }
}
message! {
    /// customer → relay: how far the policy reaches on a page. Counts, and nothing that the page says.
    Coverage {
        /// The page's path, with `*` for whatever may be a name or number.
        path: String,
        /// Fields to type in.
        fields: u32,
        /// Of these, such as no rule reaches.
        uncovered_fields: u32,
        /// Long texts that no rule reaches.
        uncovered_texts: u32,
        /// The rules that the session goes by.
        rules: List<RuleHits, 64>,
        /// What each detector that the policy uses found where no rule reaches, and hid: in the order of `policies::Detect::NAMES`.
        caught: List<u32, 16>,
        /// What each that it does not use would have found there: agents see it.
        shown: List<u32, 16>,
    }
}

/// Whether a name out of a page's code may stand on record: no longer than names are, and with no more digits than `step-12` has.
#[must_use]
pub fn is_plain_name(name: &str) -> bool {
    name.len() <= 40
        && name.bytes().filter(u8::is_ascii_digit).count() <= 2
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Whether a part of a path is plainly a word of the site's: small letters in words of at most fifteen, numbers below a hundred.
/// Tokens and most names are not.
#[must_use]
pub fn is_plain_part(part: &str) -> bool {
    let is_word = |word: &str| match word.len() {
        0 => false,
        1 | 2 if word.bytes().all(|b| b.is_ascii_digit()) => true,
        n => n <= 15 && word.bytes().all(|b| b.is_ascii_lowercase()),
    };
    part.is_empty() || part.len() <= 40 && part.split(['-', '_', '.']).all(is_word)
}

/// Numbers of [`Record::what`].
pub mod record {
    /// The session goes by this version of the policy.
    pub const POLICY: u8 = 1;
    /// An agent asked to operate the page.
    pub const ASKED: u8 = 2;
    /// The customer let it, for the session.
    pub const GRANTED: u8 = 3;
    /// The customer let it, for one action.
    pub const GRANTED_ONCE: u8 = 4;
    /// The customer did not.
    pub const DECLINED: u8 = 5;
    /// It was taken back, or is over.
    pub const TAKEN_BACK: u8 = 6;
    /// The agent acted, or tried to.
    pub const ACT: u8 = 7;
    /// The page itself was about to press what is the customer's, after an agent's act, and was kept from it.
    pub const KEPT: u8 = 8;
    /// The session goes by a stricter policy from here on: this version was published.
    pub const TIGHTENED: u8 = 9;
    /// An agent was given a code for a colleague.
    pub const INVITED: u8 = 10;
    /// The customer sent an agent away.
    pub const REMOVED: u8 = 11;
    /// An agent left, others stayed.
    pub const LEFT: u8 = 12;
}

message! {
    /// Nothing to say beyond the kind.
    Empty {}
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The customer ended it.
    Customer,
    /// An agent ended it.
    Agent,
    /// Nobody came back.
    Away,
    /// Its time is over.
    Limit,
    /// It goes on, without whoever is told: they left, or the customer does not want them any more.
    Removed,
}
impl EndReason {
    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Customer => 1,
            Self::Agent => 2,
            Self::Away => 3,
            Self::Limit => 4,
            Self::Removed => 5,
        }
    }
    /// The reason of a number.
    #[must_use]
    pub fn from_number(n: u8) -> Option<Self> {
        [Self::Customer, Self::Agent, Self::Away, Self::Limit, Self::Removed].into_iter().find(|r| r.number() == n)
    }
}

/// A message's bytes, without an envelope.
#[must_use]
pub fn body<T: Field>(message: &T) -> Vec<u8> {
    let mut w = Writer::new();
    message.put(&mut w);
    w.into_bytes()
}

/// Calls `f` with what a payload says; one that cannot be read is passed over.
pub fn hear<T: Field>(payload: &[u8], f: impl FnOnce(T)) {
    if let Ok(message) = parse(payload) {
        f(message);
    }
}

/// A session message as a whole frame: relay traffic has no tab, instance, epoch or sequence.
#[must_use]
pub fn frame<T: Field>(kind: Kind, message: &T) -> Vec<u8> {
    let mut w = Writer::new();
    message.put(&mut w);
    Envelope {
        kind,
        channel: crate::Channel::Session,
        flags: 0,
        sender: ParticipantId::RELAY,
        to: ParticipantId::RELAY,
        tab: TabId(0),
        instance: crate::Instance(0),
        epoch: crate::Epoch(0),
        seq: 0,
    }
    .frame(&w.into_bytes())
}

/// The message of a payload, all of it.
///
/// # Errors
/// Whatever its form does not allow.
pub fn parse<T: Field>(payload: &[u8]) -> Result<T, WireError> {
    let mut r = Reader::new(payload);
    let v = T::take(&mut r)?;
    r.end()?;
    Ok(v)
}
