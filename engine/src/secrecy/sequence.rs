//! Sequence numbers: taken once, never repeated; checked before a frame is believed.

/// Why a frame was refused before it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SequenceError {
    /// This number, or a later one, was seen before.
    Replayed,
    /// Frames are missing.
    Gap,
    /// The lane is used up; a new epoch is due.
    Exhausted,
}

/// Frames a lane may carry under one key: far below what AES-GCM allows, and a natural point for new keys.
const MAX_FRAMES: u64 = 1 << 24;

/// Gives out numbers.
#[derive(Debug, Default)]
pub struct Outgoing {
    next: u64,
}
impl Outgoing {
    /// The next number.
    ///
    /// # Errors
    /// [`SequenceError::Exhausted`].
    pub fn take(&mut self) -> Result<u64, SequenceError> {
        if self.next >= MAX_FRAMES {
            return Err(SequenceError::Exhausted);
        }
        self.next += 1;
        Ok(self.next - 1)
    }
}

/// Checks numbers.
#[derive(Debug, Default)]
pub struct Incoming {
    next: u64,
}
impl Incoming {
    /// Takes a number in; on ordered lanes a gap is refused and stays refused.
    ///
    /// # Errors
    /// [`SequenceError::Replayed`], [`SequenceError::Gap`].
    pub const fn check(&mut self, seq: u64, gaps: bool) -> Result<(), SequenceError> {
        if seq < self.next {
            return Err(SequenceError::Replayed);
        }
        if seq > self.next && !gaps {
            return Err(SequenceError::Gap);
        }
        self.next = seq + 1;
        Ok(())
    }
    /// Which number is wanted next.
    #[must_use]
    pub const fn wanted(&self) -> u64 {
        self.next
    }
}
