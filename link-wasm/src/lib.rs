//! The line from a browser tab to its peers: the socket, sealing by WebCrypto, order in each channel, and what is
//! kept in the tab over a reload. Shared by the customer's and the agent's side; knows nothing of pages.

mod clock;
mod keep;
mod lane;
mod seal;
mod socket;

pub use clock::clock;
pub use keep::{Beside, forget, keep, keep_beside, next_run, recall, recall_beside, ticket};
pub use lane::{LaneIn, LaneOut, Opened, Seats};
pub use seal::{Key, SealError};
pub use socket::{Socket, SocketEvent};

/// Does something once, after so many milliseconds; then nothing of it is left. A timer that is forgotten leaves its function
/// behind in the page, each time.
pub fn later(ms: u32, then: impl FnOnce() + 'static) {
    wasm_bindgen_futures::spawn_local(async move {
        gloo::timers::future::TimeoutFuture::new(ms).await;
        then();
    });
}

/// Hands plaintext to the page's own test harness; gives what the harness puts in its place, as a defect would. Exists
/// only in the artefact that tests use.
#[cfg(feature = "tap")]
pub fn tap(what: &str, plain: &[u8]) -> Option<Vec<u8>> {
    use wasm_bindgen::JsCast;
    let tap = js_sys::Reflect::get(&js_sys::global(), &"__besideTap".into()).ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok());
    let instead = tap?.call2(&wasm_bindgen::JsValue::NULL, &what.into(), &js_sys::Uint8Array::from(plain)).ok()?;
    instead.dyn_into::<js_sys::Uint8Array>().ok().map(|bytes| bytes.to_vec())
}

/// Fresh random bytes. The browser's generator does not fail in a page that can run WASM at all; should it, the
/// bytes are refused rather than predictable.
///
/// # Errors
/// [`SealError`].
pub fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut out = [0; N];
    getrandom::fill(&mut out).map_err(|_| SealError)?;
    Ok(out)
}

/// Decimal digits, each equally likely (bytes of 250 and more are thrown away).
///
/// # Errors
/// [`SealError`].
pub fn random_digits(n: usize) -> Result<String, SealError> {
    let mut out = String::with_capacity(n);
    while out.len() < n {
        for b in random::<32>()? {
            if b < 250 && out.len() < n {
                out.push(char::from(b'0' + b % 10));
            }
        }
    }
    Ok(out)
}
