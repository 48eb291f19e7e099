//! What a tab keeps over a reload: the ticket in the clear, the secrets wrapped under a key that the relay hands out
//! against the ticket. Either alone opens nothing.

use engine::secrecy::LaneKey;
use protocol::kept::Kept;
use web_sys::Storage;

use crate::seal::{Key, SealError};

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        for n in [b >> 4, b & 15] {
            out.push(char::from(if n < 10 { b'0' + n } else { b'a' + n - 10 }));
        }
        out
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    text.as_bytes().chunks(2).map(|c| u8::from_str_radix(std::str::from_utf8(c).ok()?, 16).ok()).collect()
}

/// Keeps state under `name`. `false` where storage is forbidden: the session then lives as long as the page.
pub async fn keep(name: &str, ticket: &str, wrap_key: [u8; 32], state: &Kept) -> bool {
    let Some(storage) = storage() else { return false };
    let Ok(iv) = crate::random::<12>() else { return false };
    let Ok(key) = Key::import(LaneKey { key: wrap_key, iv }).await else { return false };
    let Ok(sealed) = key.seal(0, name.as_bytes(), &state.encode()).await else { return false };
    storage.set_item(name, &format!("{ticket}|{}|{}", hex(&iv), hex(&sealed))).is_ok()
}

/// The ticket that was kept, if any.
#[must_use]
pub fn ticket(name: &str) -> Option<String> {
    let text = storage()?.get_item(name).ok()??;
    text.split('|').next().filter(|t| !t.is_empty()).map(str::to_owned)
}

/// Opens what was kept.
///
/// # Errors
/// [`SealError`] when nothing was, or the key does not fit.
pub async fn recall(name: &str, wrap_key: [u8; 32]) -> Result<Kept, SealError> {
    let text = storage().and_then(|s| s.get_item(name).ok().flatten()).ok_or(SealError)?;
    let mut parts = text.split('|').skip(1);
    let mut next = || parts.next().and_then(unhex).ok_or(SealError);
    let (iv, sealed) = (next()?, next()?);
    let iv = iv.try_into().map_err(|_| SealError)?;
    let key = Key::import(LaneKey { key: wrap_key, iv }).await?;
    let plain = key.open(0, name.as_bytes(), &sealed).await?;
    Kept::decode(&plain).map_err(|_| SealError)
}

/// The number of the next run after `current`, written down before anything is sealed under it: a page that is left in
/// the middle must not have its number used again.
#[must_use]
pub fn next_run(name: &str, current: u32) -> u32 {
    let storage = storage();
    let name = format!("{name}-run");
    let kept = storage.as_ref().and_then(|s| s.get_item(&name).ok().flatten()).and_then(|t| t.parse::<u32>().ok()).unwrap_or(0);
    let next = kept.max(current).saturating_add(1);
    if let Some(storage) = storage {
        let _ = storage.set_item(&name, &next.to_string());
    }
    next
}

/// What is kept beside the state, in the clear and at once: what is sealed is kept too late when a page is left.
#[derive(Clone, Copy, Debug)]
pub enum Beside {
    /// Hashes of what is hidden.
    Echoes,
    /// The version of the policy that the session began under.
    Policy,
    /// How far the chat is, and who was sent away.
    Course,
}

impl Beside {
    fn item(self, name: &str) -> String {
        let what = match self {
            Self::Echoes => "echoes",
            Self::Policy => "policy",
            Self::Course => "course",
        };
        format!("{name}-{what}")
    }
}

/// Keeps something beside the state.
pub fn keep_beside(name: &str, what: Beside, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&what.item(name), text);
    }
}

/// What was kept beside; nothing if nothing was.
#[must_use]
pub fn recall_beside(name: &str, what: Beside) -> String {
    storage().and_then(|s| s.get_item(&what.item(name)).ok().flatten()).unwrap_or_default()
}

/// Forgets what was kept.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&format!("{name}-run"));
        for what in [Beside::Echoes, Beside::Policy, Beside::Course] {
            let _ = storage.remove_item(&what.item(name));
        }
        let _ = storage.remove_item(name);
    }
}
