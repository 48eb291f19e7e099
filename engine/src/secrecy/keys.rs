//! The key schedule. Every label begins with `beside.1`; every input to a hash is length-prefixed.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use protocol::{Channel, Epoch, Instance, SessionId, TabId};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

const SUITE: &str = "beside.1 CPace-ristretto255-SHA512 HKDF-SHA256 AES256-GCM";

/// A key and a nonce base of one lane.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct LaneKey {
    /// AES-256 key.
    pub key: [u8; 32],
    /// XORed with the sequence number.
    pub iv: [u8; 12],
}
impl std::fmt::Debug for LaneKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LaneKey")
    }
}
impl LaneKey {
    /// The nonce of a frame.
    #[must_use]
    pub fn nonce(&self, seq: u64) -> [u8; 12] {
        let mut nonce = self.iv;
        for (n, s) in nonce[4..].iter_mut().zip(seq.to_be_bytes()) {
            *n ^= s;
        }
        nonce
    }
}

/// What both sides saw of the handshake.
#[derive(Clone, Debug)]
pub struct Transcript<'a> {
    /// Tenant.
    pub tenant: &'a str,
    /// The page's origin.
    pub origin: &'a str,
    /// The nameplate of the PIN.
    pub nameplate: &'a str,
    /// How the relay is used.
    pub mode: u8,
    /// The session.
    pub session: SessionId,
    /// The customer's nonce.
    pub nonce: [u8; 16],
    /// The agent's hello as it travelled.
    pub agent_hello: &'a [u8],
    /// The customer's hello as it travelled; empty before it is known.
    pub customer_hello: &'a [u8],
}

fn prefixed(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.extend_from_slice(&(part.len() as u64).to_le_bytes());
        out.extend_from_slice(part);
    }
    out
}

impl Transcript<'_> {
    /// The channel identifier of the key exchange.
    #[must_use]
    pub fn channel(&self) -> Vec<u8> {
        prefixed(&[b"beside.1", self.tenant.as_bytes(), self.origin.as_bytes(), self.nameplate.as_bytes(), &[self.mode]])
    }
    /// The session identifier of the key exchange.
    #[must_use]
    pub fn session(&self) -> Vec<u8> {
        [self.session.0, self.nonce].concat()
    }
    /// The hash that salts the key and that the proofs cover.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let parts = prefixed(&[SUITE.as_bytes(), &self.channel(), &self.session(), self.agent_hello, self.customer_hello]);
        Sha256::digest(parts).into()
    }
}

/// Which way a pair key seals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From agent to customer.
    AgentToCustomer,
    /// From customer to agent.
    CustomerToAgent,
}
impl Direction {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::AgentToCustomer => b"a2c",
            Self::CustomerToAgent => b"c2a",
        }
    }
}

fn expand<const N: usize>(kdf: &Hkdf<Sha256>, info: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    // HKDF refuses only lengths over 8,160 bytes; ours are 32 and 12.
    let _ = kdf.expand(&prefixed(info), &mut out);
    out
}

/// A proof that its sender derived the same key.
pub type Proof = [u8; 32];

/// What one agent and the customer share.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PairSecret([u8; 32]);
impl std::fmt::Debug for PairSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PairSecret")
    }
}

impl PairSecret {
    /// From the exchange's key and the transcript's hash.
    #[must_use]
    pub fn derive(isk: &[u8], transcript: &[u8; 32]) -> Self {
        let (prk, _) = Hkdf::<Sha256>::extract(Some(transcript), isk);
        Self(prk.into())
    }
    /// From storage.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    /// For storage, wrapped by the caller.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
    fn kdf(&self) -> Option<Hkdf<Sha256>> {
        Hkdf::from_prk(&self.0).ok()
    }
    /// The proof of one side over the transcript.
    #[must_use]
    pub fn proof(&self, by: Direction, transcript: &[u8; 32]) -> Proof {
        let key: [u8; 32] = self.kdf().map_or([0; 32], |kdf| expand(&kdf, &[b"beside.1 confirm", by.label()]));
        mac(&key, transcript)
    }
    /// Compares a proof in constant time.
    #[must_use]
    pub fn proves(&self, by: Direction, transcript: &[u8; 32], proof: &Proof) -> bool {
        let expected = self.proof(by, transcript);
        expected.iter().zip(proof).fold(0, |d, (a, b)| d | (a ^ b)) == 0
    }
    /// The key of one lane of the pair.
    #[must_use]
    pub fn lane(&self, way: Direction, instance: Instance, channel: Channel) -> LaneKey {
        let Some(kdf) = self.kdf() else { return LaneKey { key: [0; 32], iv: [0; 12] } };
        let lane: [&[u8]; 3] = [way.label(), &instance.0.to_le_bytes(), &[channel.number()]];
        let info = |what: &'static [u8]| [what, lane[0], lane[1], lane[2]];
        LaneKey { key: expand(&kdf, &info(b"beside.1 pair key")), iv: expand(&kdf, &info(b"beside.1 pair iv")) }
    }
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    match <Hmac<Sha256> as KeyInit>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(message);
            mac.finalize().into_bytes().into()
        }
        Err(_) => [0; 32],
    }
}

/// What the customer's browser makes for an epoch; everybody who was let in knows it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct EpochSecret([u8; 32]);
impl std::fmt::Debug for EpochSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EpochSecret")
    }
}

impl EpochSecret {
    /// From fresh randomness, the wire, or storage.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    /// For the wire and storage, sealed by the caller.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
    /// The key of one lane of what is broadcast.
    #[must_use]
    pub fn lane(&self, session: SessionId, tab: TabId, instance: Instance, epoch: Epoch, channel: Channel) -> LaneKey {
        let kdf = Hkdf::<Sha256>::new(Some(&session.0), &self.0);
        let (tab, instance, epoch) = (tab.0.to_le_bytes(), instance.0.to_le_bytes(), epoch.0.to_le_bytes());
        let lane: [&[u8]; 4] = [&tab, &instance, &epoch, &[channel.number()]];
        let info = |what: &'static [u8]| [what, lane[0], lane[1], lane[2], lane[3]];
        LaneKey { key: expand(&kdf, &info(b"beside.1 stream key")), iv: expand(&kdf, &info(b"beside.1 stream iv")) }
    }
}

/// The name of an asset: a keyed hash, so that the relay cannot recognise a known file and the name holds over pages
/// of one session. `key` is kept as long as the session.
#[must_use]
pub fn asset_name(key: &[u8; 32], bytes: &[u8]) -> [u8; 16] {
    let full = mac(key, bytes);
    let mut name = [0; 16];
    name.copy_from_slice(&full[..16]);
    name
}
