//! The key exchange from a short secret.

use pakery_cpace::{CpaceInitiator, CpaceMode, CpaceResponder, InitiatorState};
use pakery_crypto::CpaceRistretto255;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

/// The exchange failed: a malformed share, or one that would make the key predictable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PakeError;
impl std::fmt::Display for PakeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the key exchange failed")
    }
}
impl std::error::Error for PakeError {}

/// A balanced password-authenticated key exchange: two messages, one guess a run.
pub trait Pake {
    /// What the first side keeps between its two steps.
    type Started;
    /// First side, first step: share and state. `random` is fresh randomness.
    ///
    /// # Errors
    /// [`PakeError`].
    fn start(secret: &[u8], channel: &[u8], session: &[u8], ad_a: &[u8], random: [u8; 32]) -> Result<(Vec<u8>, Self::Started), PakeError>;
    /// Second side: share and key.
    ///
    /// # Errors
    /// [`PakeError`] for a bad share.
    fn respond(
        share: &[u8],
        secret: &[u8],
        channel: &[u8],
        session: &[u8],
        ads: (&[u8], &[u8]),
        random: [u8; 32],
    ) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), PakeError>;
    /// First side, second step: key.
    ///
    /// # Errors
    /// [`PakeError`] for a bad share.
    fn finish(started: Self::Started, share: &[u8], ad_b: &[u8]) -> Result<Zeroizing<Vec<u8>>, PakeError>;
}

/// CPace over ristretto255 with SHA-512, initiator-responder mode.
#[derive(Debug)]
pub struct CPace;

/// Expands given randomness; the engine itself draws none.
struct Given {
    seed: Zeroizing<[u8; 32]>,
    counter: u64,
}

impl Given {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(64) {
            let block = Sha512::new().chain_update(*self.seed).chain_update(self.counter.to_le_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
            self.counter += 1;
        }
    }
}

impl rand_core::TryRng for Given {
    type Error = core::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut b = [0; 4];
        self.fill(&mut b);
        Ok(u32::from_le_bytes(b))
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut b = [0; 8];
        self.fill(&mut b);
        Ok(u64::from_le_bytes(b))
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        self.fill(out);
        Ok(())
    }
}
impl rand_core::TryCryptoRng for Given {}

const MODE: CpaceMode = CpaceMode::InitiatorResponder;

impl Pake for CPace {
    type Started = InitiatorState<CpaceRistretto255>;

    fn start(secret: &[u8], channel: &[u8], session: &[u8], ad_a: &[u8], random: [u8; 32]) -> Result<(Vec<u8>, Self::Started), PakeError> {
        let mut rng = Given { seed: Zeroizing::new(random), counter: 0 };
        CpaceInitiator::start(secret, channel, session, ad_a, &mut rng).map_err(|_| PakeError)
    }

    fn respond(
        share: &[u8],
        secret: &[u8],
        channel: &[u8],
        session: &[u8],
        (ad_a, ad_b): (&[u8], &[u8]),
        random: [u8; 32],
    ) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), PakeError> {
        let mut rng = Given { seed: Zeroizing::new(random), counter: 0 };
        let (share, out) = CpaceResponder::<CpaceRistretto255>::respond(share, secret, channel, session, ad_a, ad_b, MODE, &mut rng)
            .map_err(|_| PakeError)?;
        Ok((share, Zeroizing::new(out.isk.as_bytes().to_vec())))
    }

    fn finish(started: Self::Started, share: &[u8], ad_b: &[u8]) -> Result<Zeroizing<Vec<u8>>, PakeError> {
        let out = started.finish(share, ad_b, MODE).map_err(|_| PakeError)?;
        Ok(Zeroizing::new(out.isk.as_bytes().to_vec()))
    }
}
