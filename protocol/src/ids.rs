//! Ids, named by what they name; none can be swapped for another.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);
    };
}

id!(/// A node of a document tree. Never changes while the node lives, never comes back after it. 0 is no node.
    NodeId(u32));
id!(/// One browsing context of the customer.
    TabId(u16));
id!(/// One run of the SDK or the viewer: load, reload, duplicate and return from bfcache each make a new one.
    Instance(u32));
id!(/// A person in a session: 0 is the relay, 1 the customer, from 2 on whoever joined.
    ParticipantId(u16));
id!(/// A generation of keys; one counter per session.
    Epoch(u32));
id!(/// Of a document, new at every load.
    Generation(u32));
id!(/// A picture or font as the page names it, before its bytes are known.
    ResId(u32));
id!(/// A style sheet.
    SheetId(u32));

impl NodeId {
    /// No node.
    pub const NONE: Self = Self(0);
    /// The top document.
    pub const ROOT: Self = Self(1);
}
impl ParticipantId {
    /// The relay itself.
    pub const RELAY: Self = Self(0);
    /// The customer.
    pub const CUSTOMER: Self = Self(1);
}

/// 128 random bits that name a session; not a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub [u8; 16]);

/// One ordered lane of frames; each has its own sequence and its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// Clear session messages between a socket and the relay.
    Session,
    /// A handshake's own: clear exchange, then epoch secrets sealed for one agent.
    Pair,
    /// Keyframes and patches: ordered, exactly once within an instance.
    Page,
    /// Pictures and fonts: ordered in itself, yields to page.
    Asset,
    /// Consent, grants, annotations, requests: ordered.
    Control,
    /// Pointers: gaps allowed, older refused, latest wins.
    Live,
}

impl Channel {
    /// All of them, in wire order.
    pub const ALL: [Self; 6] = [Self::Session, Self::Pair, Self::Page, Self::Asset, Self::Control, Self::Live];

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Session => 0,
            Self::Pair => 1,
            Self::Page => 2,
            Self::Asset => 3,
            Self::Control => 4,
            Self::Live => 5,
        }
    }

    /// The channel of a number, if there is one.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.number() == number)
    }

    /// Whether a missing sequence number is an error.
    #[must_use]
    pub const fn allows_gaps(self) -> bool {
        match self {
            Self::Live => true,
            Self::Session | Self::Pair | Self::Page | Self::Asset | Self::Control => false,
        }
    }
}
