//! What is kept in a tab's storage over a reload, always encrypted under a key that only the relay hands out.

use crate::control::{Heard, Said};
use crate::field::{List, choices, message};
use crate::{Epoch, Instance, ParticipantId, SessionId, TabId};

message! {
    /// An agent, as the customer's browser remembers it.
    KeptAgent {
        /// Who.
        id: ParticipantId,
        /// Name.
        name: String,
        /// Role.
        role: String,
        /// The pair's secret.
        secret: [u8; 32],
        /// The agent's newest run.
        instance: Instance,
        /// What was said before this place in the chat is none of theirs.
        since: u32,
    }
}
message! {
    /// A conversation.
    KeptChat {
        /// What was said.
        said: List<Said, { crate::limits::MAX_CHAT }>,
        /// How far each has followed.
        heard: List<Heard, 33>,
    }
}
message! {
    /// The customer's side.
    KeptCustomer {
        /// The session.
        session: SessionId,
        /// This tab.
        tab: TabId,
        /// The last run in it.
        instance: Instance,
        /// Key generation.
        epoch: Epoch,
        /// Its secret.
        secret: [u8; 32],
        /// Names assets.
        asset_key: [u8; 32],
        /// What the customer made up when the session began; who joins later proves against it, too.
        nonce: [u8; 16],
        /// Whether the customer had paused.
        paused: bool,
        /// Key of the hashes of what is hidden.
        echo_key: [u8; 16],
        /// Who is in.
        agents: List<KeptAgent, 32>,
        /// What was said.
        chat: KeptChat,
        /// When the session began to be watched, in milliseconds since 1970.
        since: u64,
    }
}
message! {
    /// The agent's side.
    KeptViewer {
        /// The session.
        session: SessionId,
        /// Who we are in it.
        participant: ParticipantId,
        /// Our last run.
        instance: Instance,
        /// The pair's secret.
        pair: [u8; 32],
        /// Key generation.
        epoch: Epoch,
        /// Its secret.
        secret: [u8; 32],
        /// What was said.
        chat: KeptChat,
        /// What the agent noted.
        notes: String,
    }
}
choices! {
    /// What is kept.
    Kept as "kept state" {
        /// See [`KeptCustomer`].
        Customer(KeptCustomer) = 1,
        /// See [`KeptViewer`].
        Viewer(KeptViewer) = 2,
    }
}
