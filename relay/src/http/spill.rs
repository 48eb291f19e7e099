//! Bytes on their way to a reader who may be slow: they hold room until they have been read, and not for ever.

use std::io::{Error, ErrorKind};

use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use crate::limits;

/// Bytes that are handed on at once.
const PIECE: usize = 64 * 1024;

/// A body of these bytes, which holds `room` until all of it has been read, or nobody has read on for
/// [`limits::UNREAD`], or it has taken [`limits::FETCHED_READS`]; then it fails, and the connection with it.
pub(super) fn body(bytes: Vec<u8>, room: OwnedSemaphorePermit) -> Body {
    let (out, read) = mpsc::channel::<Bytes>(1);
    let left = bytes.len();
    tokio::spawn(async move {
        let _room = room;
        let mut rest = Bytes::from(bytes);
        let all = async {
            while !rest.is_empty() {
                // A copy, or what was read would keep all the others.
                let piece = Bytes::copy_from_slice(&rest.split_to(rest.len().min(PIECE)));
                if !matches!(tokio::time::timeout(limits::UNREAD, out.send(piece)).await, Ok(Ok(()))) {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(limits::FETCHED_READS, all).await;
    });
    let pieces = futures_util::stream::unfold((read, left), async |(mut read, left)| {
        let piece = match read.recv().await {
            Some(piece) => Ok(piece),
            None if left == 0 => return None,
            None => Err(Error::from(ErrorKind::TimedOut)),
        };
        let left = piece.as_ref().map_or(0, |piece| left - piece.len());
        Some((piece, (read, left)))
    });
    // Who packs them asks once more after the last.
    Body::from_stream(pieces.fuse())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Semaphore;

    use super::*;

    async fn some() -> (Arc<Semaphore>, Body) {
        let room = Arc::new(Semaphore::new(1000));
        let taken = room.clone().acquire_many_owned(900).await.expect("room");
        (room, body(vec![7; 1_000_000], taken))
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_read_comes_whole_and_gives_its_room_back() {
        let (room, body) = some().await;
        assert_eq!(room.available_permits(), 100);
        assert_eq!(axum::body::to_bytes(body, usize::MAX).await.expect("bytes").len(), 1_000_000);
        tokio::task::yield_now().await;
        assert_eq!(room.available_permits(), 1000);
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_for_ever_is_cut_too() {
        let (room, body) = some().await;
        let mut pieces = body.into_data_stream();
        let mut last = pieces.next().await;
        while let Some(Ok(_)) = last {
            tokio::time::sleep(limits::UNREAD.mul_f32(0.9)).await;
            last = pieces.next().await;
        }
        assert!(matches!(last, Some(Err(_))), "it came whole");
        assert_eq!(room.available_permits(), 1000);
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_reads_gives_its_room_back_and_fails() {
        let (room, body) = some().await;
        tokio::time::sleep(limits::UNREAD * 2).await;
        assert_eq!(room.available_permits(), 1000);
        assert!(axum::body::to_bytes(body, usize::MAX).await.is_err());
    }
}
