//! Writes what is put on record, one after the other: the record is in the order in which things happened.

use protocol::SessionId;
use tokio::sync::mpsc::Receiver;

use crate::coverage;
use crate::hub::Note;
use crate::shell::seconds;
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
    while let Some(Noted { session, note, at }) = waiting.recv().await {
        if let Err(e) = put(&store, &hex(&session.0), note, seconds(at)).await {
            tracing::error!("a session's record has a gap: {e}");
        }
    }
}

async fn put(store: &Store, session: &str, note: Note, at: i64) -> Result<(), StoreError> {
    match note {
        Note::Began { tenant, origin, at } => store.begin_session(session, &tenant, &origin, seconds(at)).await,
        Note::Did { who, what, element, why, is_act } => {
            let entry = Entry { at, last: at, times: 1, who, what: what.to_owned(), element, why: why.to_owned() };
            store.record(session, &entry, is_act).await
        }
        Note::Covered(said) => store.cover(session, &coverage::counts(&said, at)).await,
        Note::Ended(reason) => store.end_session(session, reason, at).await,
    }
}
