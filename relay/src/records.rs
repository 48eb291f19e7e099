//! Writes what is put on record, one after the other: the record is in the order in which things happened.

use protocol::SessionId;
use tokio::sync::mpsc::Receiver;

use crate::coverage;
use crate::hub::Note;
use crate::limits;
use crate::store::{Entry, Store, StoreError};
use crate::tickets::hex;

/// Something for a session's record, and when it was.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    /// The session.
    pub(crate) session: SessionId,
    /// What.
    pub(crate) note: Note,
    /// Seconds since 1970.
    pub(crate) at: u64,
}

/// Writes until nobody is left who could put anything on record.
pub(crate) async fn write(store: Store, mut waiting: Receiver<Noted>) {
    let mut some = Vec::new();
    while waiting.recv_many(&mut some, limits::RECORDS_AT_ONCE).await > 0 {
        // What follows itself is written once: a hand that types makes dozens a second.
        let mut pending: Option<(SessionId, Entry)> = None;
        for Noted { session, note, at } in some.drain(..) {
            let at = i64::try_from(at).unwrap_or(i64::MAX);
            let entry = match note {
                Note::Did { who, what, element, why, is_act } => {
                    Some(Entry { at, last: at, times: 1, who, what: what.to_owned(), element, why: why.to_owned(), is_act })
                }
                Note::Began { tenant, origin, at } => {
                    log(put(&store, pending.take()).await);
                    let at = i64::try_from(at).unwrap_or(i64::MAX);
                    log(store.begin_session(&hex(&session.0), &tenant, &origin, at).await);
                    None
                }
                Note::Covered(said) => {
                    log(store.cover(&hex(&session.0), &coverage::counts(&said, at)).await);
                    None
                }
                Note::Ended(reason) => {
                    log(put(&store, pending.take()).await);
                    log(store.end_session(&hex(&session.0), reason, at).await);
                    None
                }
            };
            let Some(entry) = entry else { continue };
            match &mut pending {
                Some((id, last)) if *id == session && is_same(last, &entry) => {
                    last.times += 1;
                    last.last = entry.last;
                }
                _ => log(put(&store, pending.replace((session, entry))).await),
            }
        }
        log(put(&store, pending).await);
    }
}

fn is_same(a: &Entry, b: &Entry) -> bool {
    a.who == b.who && a.what == b.what && a.element == b.element && a.why == b.why
}

async fn put(store: &Store, entry: Option<(SessionId, Entry)>) -> Result<(), StoreError> {
    match entry {
        Some((session, entry)) => store.record(&hex(&session.0), &entry).await,
        None => Ok(()),
    }
}

fn log(done: Result<(), StoreError>) {
    if let Err(e) = done {
        tracing::error!("a session's record has a gap: {e}");
    }
}
