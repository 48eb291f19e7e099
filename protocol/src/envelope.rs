//! The part of a frame that the relay may read. Fixed length, so that it is read in place.

use crate::{Channel, Epoch, Instance, Kind, ParticipantId, Reader, SessionId, TabId, VERSION, WireError, Writer};

/// Bytes before the payload.
pub const HEADER_LEN: usize = 24;
/// More chunks of the same message follow.
pub const FLAG_MORE: u8 = 1;

/// The clear header; sealed payloads authenticate it as additional data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// What the payload is.
    pub kind: Kind,
    /// Which lane.
    pub channel: Channel,
    /// [`FLAG_MORE`] or 0.
    pub flags: u8,
    /// Who sends; from the customer to one agent, the agent is named by `to`.
    pub sender: ParticipantId,
    /// Whom it is for: 0 is everybody who was let in.
    pub to: ParticipantId,
    /// The customer's tab; 0 from an agent.
    pub tab: TabId,
    /// The sender's run.
    pub instance: Instance,
    /// Which keys.
    pub epoch: Epoch,
    /// Place in the channel, from 0.
    pub seq: u64,
}

impl Envelope {
    /// Header bytes: version, kind, channel, flags, sender u16, to u16, tab u16, instance u32, epoch u32, seq as
    /// 48 bits; numbers little end first.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let mut w = Writer::new();
        w.u8(VERSION);
        w.u8(self.kind.0);
        w.u8(self.channel.number());
        w.u8(self.flags);
        w.u16(self.sender.0);
        w.u16(self.to.0);
        w.u16(self.tab.0);
        w.u32(self.instance.0);
        w.u32(self.epoch.0);
        w.raw(&self.seq.to_le_bytes()[..6]);
        let mut out = [0; HEADER_LEN];
        out.copy_from_slice(&w.into_bytes());
        out
    }

    /// Splits a frame into header and payload.
    ///
    /// # Errors
    /// [`WireError::Truncated`], [`WireError::Version`], [`WireError::Unknown`] for a channel, a flag, or a kind that
    /// may not be skipped.
    pub fn decode(frame: &[u8]) -> Result<(Self, &[u8]), WireError> {
        let mut r = Reader::new(frame);
        let version = r.u8()?;
        if version != VERSION {
            return Err(WireError::Version(version));
        }
        let kind = Kind(r.u8()?);
        if !kind.is_known() && !kind.is_skippable() {
            return Err(WireError::Unknown("kind", u32::from(kind.0)));
        }
        let number = r.u8()?;
        let channel = Channel::from_number(number).ok_or(WireError::Unknown("channel", u32::from(number)))?;
        let flags = r.u8()?;
        if flags & !FLAG_MORE != 0 {
            return Err(WireError::Unknown("flag", u32::from(flags)));
        }
        let sender = ParticipantId(r.u16()?);
        let to = ParticipantId(r.u16()?);
        let tab = TabId(r.u16()?);
        let instance = Instance(r.u32()?);
        let epoch = Epoch(r.u32()?);
        let mut seq = [0; 8];
        seq[..6].copy_from_slice(r.take(6)?);
        let seq = u64::from_le_bytes(seq);
        Ok((Self { kind, channel, flags, sender, to, tab, instance, epoch, seq }, r.rest()))
    }

    /// Header and payload as one frame.
    #[must_use]
    pub fn frame(&self, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_LEN + payload.len());
        out.extend_from_slice(&self.encode());
        out.extend_from_slice(payload);
        out
    }
}

/// What a sealed payload authenticates besides itself: the header and the session that the socket implies.
#[must_use]
pub fn aad(header: &[u8; HEADER_LEN], session: SessionId) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_LEN + 16);
    out.extend_from_slice(header);
    out.extend_from_slice(&session.0);
    out
}
