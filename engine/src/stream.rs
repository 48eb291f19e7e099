//! The deflate stream of a page channel: one dictionary from keyframe to keyframe, a sync flush per message.

use miniz_oxide::deflate::core::CompressorOxide;
use miniz_oxide::deflate::stream::deflate;
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};
use protocol::{WireError, limits};

/// Level of keyframes: half the size of level 1 on real pages, and once per page (`performance.md` measured both).
const KEYFRAME_LEVEL: u8 = 6;
/// Level of patches: speed first.
const PATCH_LEVEL: u8 = 1;

/// Bytes given to the compressor at once, and room for whatever may come of them: what it kept from before, at most 85,196
/// bytes, twice, and the piece. Where room runs out in the midst of a flush it says that all is done and keeps the rest.
const PIECE: usize = 32 * 1024;
const ROOM: usize = 2 * 85_196 + PIECE;

/// The sender's end.
pub struct Deflater {
    state: Box<CompressorOxide>,
    room: Box<[u8]>,
}

impl std::fmt::Debug for Deflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Deflater")
    }
}

impl Default for Deflater {
    fn default() -> Self {
        let mut state = Box::<CompressorOxide>::default();
        state.set_format_and_level(DataFormat::Raw, KEYFRAME_LEVEL);
        Self { state, room: vec![0; ROOM].into_boxed_slice() }
    }
}

impl Deflater {
    /// A new one; its first message must be a keyframe.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Compresses a message; a keyframe begins a new stream.
    pub fn message(&mut self, bytes: &[u8], keyframe: bool) -> Vec<u8> {
        if keyframe {
            self.state.reset();
            self.state.set_format_and_level(DataFormat::Raw, KEYFRAME_LEVEL);
        } else {
            self.state.set_compression_level_raw(PATCH_LEVEL);
        }
        let mut out = Vec::with_capacity(bytes.len() / 3 + 64);
        let mut rest = bytes;
        loop {
            let (piece, after) = rest.split_at(rest.len().min(PIECE));
            let flush = if after.is_empty() { MZFlush::Sync } else { MZFlush::None };
            let step = deflate(&mut self.state, piece, &mut self.room, flush);
            out.extend_from_slice(&self.room[..step.bytes_written]);
            rest = &rest[step.bytes_consumed..];
            if step.status.is_err() || (after.is_empty() && rest.is_empty()) {
                return out;
            }
        }
    }
}

/// The receiver's end: what comes out is bounded while it comes out.
pub struct Inflater {
    state: Box<InflateState>,
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inflater")
    }
}

impl Default for Inflater {
    fn default() -> Self {
        Self { state: InflateState::new_boxed(DataFormat::Raw) }
    }
}

impl Inflater {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Restores a message; a keyframe begins a new stream.
    ///
    /// # Errors
    /// [`WireError::TooBig`] past the limit of its kind, [`WireError::Truncated`] when the stream is broken.
    pub fn message(&mut self, bytes: &[u8], keyframe: bool) -> Result<Vec<u8>, WireError> {
        let max = if keyframe { limits::MAX_KEYFRAME } else { limits::MAX_PATCH };
        if keyframe {
            self.state = InflateState::new_boxed(DataFormat::Raw);
        }
        let mut out = Vec::new();
        let mut chunk = vec![0; 32 * 1024];
        let mut rest = bytes;
        loop {
            let step = inflate(&mut self.state, rest, &mut chunk, MZFlush::Sync);
            rest = &rest[step.bytes_consumed..];
            out.extend_from_slice(&chunk[..step.bytes_written]);
            if out.len() > max {
                return Err(WireError::TooBig(if keyframe { "keyframe" } else { "patch" }));
            }
            match step.status {
                Ok(MZStatus::Ok) => {}
                Ok(MZStatus::StreamEnd | MZStatus::NeedDict) => return Err(WireError::Truncated),
                Err(MZError::Buf) if rest.is_empty() => return Ok(out),
                Err(_) => return Err(WireError::Truncated),
            }
            if step.bytes_written < chunk.len() && rest.is_empty() {
                return Ok(out);
            }
            if step.bytes_written == 0 && step.bytes_consumed == 0 {
                return Err(WireError::Truncated);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_goes_in_comes_out(messages in proptest::collection::vec(("[ab ]{0,300}", any::<bool>()), 1..8)) {
            let (mut d, mut i) = (Deflater::new(), Inflater::new());
            for (n, (text, keyframe)) in messages.iter().enumerate() {
                let keyframe = *keyframe || n == 0;
                let sent = d.message(text.as_bytes(), keyframe);
                prop_assert_eq!(i.message(&sent, keyframe).expect("inflates"), text.as_bytes());
            }
        }

        #[test]
        fn noise_never_panics(noise in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Inflater::new().message(&noise, true);
        }
    }

    // Pages of many words lost the end of a patch here and there.
    #[test]
    fn many_words() {
        let mut x = 11u32;
        let mut next = |n: u32| {
            x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u32::try_from((u64::from(x) * u64::from(n)) >> 32).expect("below n")
        };
        let words: Vec<String> =
            (0..5000).map(|_| (0..2 + next(9)).map(|_| char::from_digit(10 + next(26), 36).expect("a letter")).collect()).collect();
        let (mut d, mut i) = (Deflater::new(), Inflater::new());
        for n in 0..60 {
            let (size, keyframe) = (1000 + next(1_400_000) as usize, n % 20 == 0);
            let mut text = String::new();
            while text.len() < size {
                text.push_str(&words[next(5000) as usize]);
                text.push(' ');
            }
            let sent = d.message(text.as_bytes(), keyframe);
            assert!(i.message(&sent, keyframe).expect("inflates") == text.as_bytes(), "message {n} of {size}");
        }
    }

    #[test]
    fn large_and_incompressible() {
        let mut x = 1u64;
        let noise: Vec<u8> = (0..3_000_000)
            .map(|_| {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                x.to_le_bytes()[0]
            })
            .collect();
        let (mut d, mut i) = (Deflater::new(), Inflater::new());
        for (data, keyframe) in [(&noise, true), (&noise, false), (&vec![7; 4_000_000], false)] {
            let sent = d.message(data, keyframe);
            assert_eq!(&i.message(&sent, keyframe).expect("inflates"), data);
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let mut d = Deflater::new();
        let head = d.message(b"k", true);
        let bomb = d.message(&vec![0; limits::MAX_PATCH + 1], false);
        let mut i = Inflater::new();
        i.message(&head, true).expect("inflates");
        assert_eq!(i.message(&bomb, false), Err(WireError::TooBig("patch")));
    }
}
