//! The numbers of frames: written by hand, once, never reused.

/// What a frame is. Numbers with the top bit set may be skipped by an older peer.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kind(pub u8);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        impl Kind {
            $($(#[$doc])* pub const $name: Self = Self($number);)*
            /// Every kind there is, with its name.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$name, stringify!($name))),*];
        }
    };
}

kinds! {
    /// customer → relay: begin a session.
    OPEN = 0x01;
    /// relay → customer: the session and its nameplate.
    OPENED = 0x02;
    /// agent → relay: who I am, by one-use ticket.
    HELLO = 0x03;
    /// relay → agent: signed in on this socket.
    WELCOME = 0x04;
    /// agent → relay: a nameplate.
    CLAIM = 0x05;
    /// relay → agent: the session behind it.
    CLAIMED = 0x06;
    /// relay → customer: somebody claims.
    JOINING = 0x07;
    /// relay → agent: that did not work. The same for every reason.
    NOT_VALID = 0x08;
    /// customer → relay: this claim is refused.
    REFUSE = 0x09;
    /// relay → agent: the customer said not now.
    REFUSED = 0x0a;
    /// customer → relay: burn the nameplate, give a new one.
    RENEW = 0x0b;
    /// relay → customer: a new nameplate.
    RENEWED = 0x0c;
    /// either → relay: continue after a lost line.
    RESUME = 0x0d;
    /// relay → either: continued.
    RESUMED = 0x0e;
    /// relay → either: somebody is there, or is not.
    PRESENCE = 0x0f;
    /// either → relay: the session ends.
    END = 0x10;
    /// relay → either: the session has ended.
    ENDED = 0x11;
    /// customer → relay: this agent is admitted.
    ADMIT = 0x12;
    /// either → relay: are you there? Answered by the relay, never by the socket library.
    PING = 0x13;
    /// relay → either: I am.
    PONG = 0x14;
    /// relay → agent: how to come back.
    ADMITTED = 0x15;
    /// customer → relay: for the session's record.
    RECORD = 0x96;
    /// relay → customer: the company has published another policy.
    POLICY = 0x97;
    /// customer → relay: how far the policy reaches on a page.
    COVERAGE = 0x98;

    /// agent → customer: public share and hello (clear).
    PAKE_A = 0x20;
    /// customer → agent: public share and hello (clear).
    PAKE_B = 0x21;
    /// agent → customer: proof (clear).
    CONFIRM_A = 0x22;
    /// customer → agent: proof, only after Allow (clear).
    CONFIRM_B = 0x23;
    /// customer → agent: an epoch's secret, sealed.
    KEY = 0x24;

    /// customer → all: part of a keyframe or patch, sealed.
    PAGE = 0x40;
    /// customer → all: part of an asset message, sealed.
    ASSET = 0x41;
    /// both ways: control message, sealed.
    CONTROL = 0x42;
    /// both ways: pointer, sealed.
    LIVE = 0xc3;
    /// customer → all: what a frame of another origin tells of its page, on the page's channel, sealed.
    JOINED_PAGE = 0xc4;
    /// customer → all: the same of its assets, on the assets' channel, sealed.
    JOINED_ASSET = 0xc5;
}

impl Kind {
    /// Whether an older peer that does not know this number may drop the frame and go on.
    #[must_use]
    pub const fn is_skippable(self) -> bool {
        self.0 & 0x80 != 0
    }
    /// Whether the number is one of [`Kind::ALL`].
    #[must_use]
    pub fn is_known(self) -> bool {
        Self::ALL.iter().any(|(k, _)| *k == self)
    }
    /// Whether the payload is sealed end to end, so that the relay sees only its length.
    #[must_use]
    pub fn is_sealed(self) -> bool {
        [Self::KEY, Self::PAGE, Self::ASSET, Self::CONTROL, Self::LIVE, Self::JOINED_PAGE, Self::JOINED_ASSET].contains(&self)
    }
    /// Whether it passes from person to person (the relay forwards it untouched).
    #[must_use]
    pub fn is_forwarded(self) -> bool {
        self.is_sealed() || [Self::PAKE_A, Self::PAKE_B, Self::CONFIRM_A, Self::CONFIRM_B].contains(&self)
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Self::ALL.iter().find(|(k, _)| k == self) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "Kind(0x{:02x})", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_used_twice() {
        let mut numbers: Vec<u8> = Kind::ALL.iter().map(|(k, _)| k.0).collect();
        numbers.sort_unstable();
        let len = numbers.len();
        numbers.dedup();
        assert_eq!(numbers.len(), len);
    }
}
