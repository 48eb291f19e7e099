//! The handshake between one agent and the customer, and what the customer then seals for that agent alone.

use crate::Epoch;
use crate::field::message;

message! {
    /// agent → customer (clear, bound into the key): who asks.
    AgentHello {
        /// Public share of the key exchange.
        share: Vec<u8>,
        /// Must equal the relay's record.
        name: String,
        /// Must equal the relay's record.
        role: String,
        /// The agent's run.
        instance: crate::Instance,
    }
}
message! {
    /// customer → agent (clear, bound into the key): to what.
    CustomerHello {
        /// Public share of the key exchange.
        share: Vec<u8>,
        /// The page's origin.
        origin: String,
        /// Hash of the policy that masks.
        policy_hash: [u8; 32],
        /// Reserved: hash of a recording key; absent means not recorded.
        recording: Option<[u8; 32]>,
        /// Reserved: how the relay is used; 1 is end to end.
        mode: u8,
    }
}
message! {
    /// A proof of the key.
    Confirm {
        /// HMAC-SHA-256 over the transcript.
        mac: [u8; 32],
    }
}
message! {
    /// customer → agent, sealed: the keys of what is broadcast.
    Key {
        /// Their generation.
        epoch: Epoch,
        /// The secret that they are derived from.
        secret: [u8; 32],
    }
}
