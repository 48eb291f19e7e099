//! What a frame of another origin tells that has joined the page around it: messages of its own stream, with the frame
//! in front. Node and resource numbers in them are that frame's own.

use crate::{NodeId, Reader, WireError, Writer};

/// Puts the frame's element in front of a message: of the page if the kind is [`Kind::JOINED_PAGE`](crate::Kind), of an
/// asset if it is [`Kind::JOINED_ASSET`](crate::Kind). An empty page message says that the frame has left.
#[must_use]
pub fn wrap(frame: NodeId, message: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.node(frame);
    w.raw(message);
    w.into_bytes()
}

/// The frame's element, and the message.
///
/// # Errors
/// [`WireError`] when there is no number of an element in front.
pub fn unwrap(bytes: &[u8]) -> Result<(NodeId, &[u8]), WireError> {
    let mut r = Reader::new(bytes);
    let frame = r.node()?;
    Ok((frame, r.rest()))
}
