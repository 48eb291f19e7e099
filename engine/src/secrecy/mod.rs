//! Who can read what: the key exchange from a PIN, the key schedule, and the sequence that keeps nonces apart.
//!
//! CPace (draft-irtf-cfrg-cpace, ristretto255, SHA-512) turns the secret digits into a key;
//! HKDF-SHA-256 derives from it the proofs and one key per direction, instance and channel; what is broadcast is
//! sealed under keys from the epoch's secret, one per (tab, instance, epoch, channel), so that no nonce comes twice.

mod keys;
mod pake;
mod sequence;

pub use keys::{Direction, EpochSecret, LaneKey, PairSecret, Proof, Transcript, asset_name};
pub use pake::{CPace, Pake, PakeError};
pub use sequence::{Incoming, Outgoing, SequenceError};
