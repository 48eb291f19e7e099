//! The wire, once: everything that two parts of Beside say to each other.
//!
//! Pure by promise: no I/O, no clock, no randomness, no browser. Decoders never panic, never recurse by
//! input depth and never allocate by an unchecked length; every refusal is a [`WireError`] with a name.
//!
//! Read it in this order: [`limits`], [`Envelope`] with [`Kind`] and [`Channel`], [`session`] (what the relay
//! may read), then what is sealed: [`pair`], [`page`], [`asset`], [`joined`], [`control`], [`live`].

pub mod asset;
mod bytes;
mod close;
pub mod control;
mod envelope;
pub mod field;
pub mod find;
mod ids;
pub mod joined;
pub mod kept;
mod kind;
pub mod limits;
pub mod live;
pub mod page;
pub mod pair;
pub mod session;

pub use bytes::{Reader, WireError, Writer};
pub use close::CloseCode;
pub use envelope::{Envelope, FLAG_MORE, HEADER_LEN, aad};
pub use ids::{Channel, Epoch, Generation, Instance, NodeId, ParticipantId, ResId, SessionId, SheetId, TabId};
pub use kind::Kind;

/// The WebSocket sub-protocol that names this version of the wire.
pub const SUBPROTOCOL: &str = "beside.1";
/// The version byte of every envelope.
pub const VERSION: u8 = 1;
