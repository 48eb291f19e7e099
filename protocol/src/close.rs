//! How a socket ends. The number says whose doing it was and what to do next.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
        /// Why a WebSocket was closed. 40xx: try again; 44xx: refused; 45xx: over, or your fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum CloseCode { $($(#[$doc])* $name = $number),* }
        impl CloseCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// The reason that travels with the number.
            #[must_use]
            pub const fn reason(self) -> &'static str { match self { $(Self::$name => $text),* } }
        }
    };
}

codes! {
    /// The relay stops or restarts.
    Restarting = 4000, "restarting";
    /// Frames piled up that this side did not read.
    TooSlow = 4001, "too slow";
    /// Nothing was heard for too long.
    Idle = 4002, "idle";
    /// A newer socket of the same participant took over.
    Replaced = 4003, "replaced";
    /// No such tenant.
    UnknownTenant = 4404, "unknown tenant";
    /// The page's origin is not on the tenant's list.
    OriginRefused = 4403, "origin not allowed";
    /// The ticket is unknown, used or too old.
    TicketRefused = 4401, "ticket not valid";
    /// Too many at once.
    Full = 4429, "too many";
    /// The other side speaks another version.
    Version = 4426, "version";
    /// A frame that no honest peer sends.
    BadFrame = 4500, "bad frame";
    /// A frame that this participant may not send.
    NotAllowed = 4501, "not allowed";
    /// The session is over.
    Ended = 4502, "ended";
}

impl CloseCode {
    /// The number in the close frame.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }
    /// The code of a number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.number() == number)
    }
    /// Whether connecting again makes sense. Unknown and plain network endings are worth a retry too.
    #[must_use]
    pub const fn should_retry(number: u16) -> bool {
        number < 4400 && number != 4003
    }
}
