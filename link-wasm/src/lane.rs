//! A lane: one channel of one sender's instance under one key. Numbers are taken at once, sealing runs in order.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use engine::secrecy::{Incoming, LaneKey, Outgoing};
use gloo::timers::future::TimeoutFuture;
use protocol::{Channel, Envelope, Epoch, FLAG_MORE, Instance, Kind, ParticipantId, SessionId, TabId, aad, limits};
use wasm_bindgen_futures::spawn_local;

use crate::seal::Key;

/// Who speaks to whom on a lane.
#[derive(Clone, Copy, Debug)]
pub struct Seats {
    /// The session.
    pub session: SessionId,
    /// Who sends.
    pub sender: ParticipantId,
    /// Whom for; 0 for everybody.
    pub to: ParticipantId,
    /// The customer's tab.
    pub tab: TabId,
    /// The sender's run.
    pub instance: Instance,
    /// Which keys.
    pub epoch: Epoch,
    /// Which channel.
    pub channel: Channel,
}

type Send = Rc<dyn Fn(&[u8])>;
/// Bytes that the socket takes now.
type Room = Rc<dyn Fn() -> u64>;

/// Bytes of a chunk on a slow line: what is small and urgent passes between two of them.
const SMALL_CHUNK: usize = 8 * 1024;
/// Chunks of a message at most, as long as larger ones are allowed: the relay counts frames.
const MOST_SMALL: usize = 256;
/// Milliseconds until a lane without room looks again.
const LOOK_EVERY: u32 = 10;

struct Out {
    seats: Seats,
    lane: LaneKey,
    key: RefCell<Option<Key>>,
    sequence: RefCell<Outgoing>,
    queue: RefCell<VecDeque<(Envelope, Vec<u8>)>>,
    busy: RefCell<bool>,
    send: Send,
    room: Option<Room>,
    closed: Cell<bool>,
}

/// The sender's end.
#[derive(Clone)]
pub struct LaneOut(Rc<Out>);

impl std::fmt::Debug for LaneOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LaneOut({:?})", self.0.seats.channel)
    }
}

impl LaneOut {
    /// A lane that hands sealed frames to `send`.
    #[must_use]
    pub fn new(seats: Seats, lane: LaneKey, send: Send) -> Self {
        Self::make(seats, lane, send, None)
    }

    /// A lane for much: its frames wait here until there is room, and those of other lanes go past them.
    #[must_use]
    pub fn patient(seats: Seats, lane: LaneKey, send: Send, room: Room) -> Self {
        Self::make(seats, lane, send, Some(room))
    }

    fn make(seats: Seats, lane: LaneKey, send: Send, room: Option<Room>) -> Self {
        Self(Rc::new(Out {
            seats,
            lane,
            key: RefCell::default(),
            sequence: RefCell::default(),
            queue: RefCell::default(),
            busy: RefCell::default(),
            send,
            room,
            closed: Cell::default(),
        }))
    }

    /// Sends a message, in as many chunks as it takes. `false` when the lane is used up.
    #[must_use]
    pub fn send(&self, kind: Kind, message: &[u8]) -> bool {
        #[cfg(feature = "tap")]
        if kind != Kind::PAGE {
            crate::tap(&format!("{kind:?}"), message);
        }
        let s = self.0.seats;
        let mut rest = message;
        let room = usize::try_from(self.0.room()).unwrap_or(usize::MAX);
        let size = room.max(SMALL_CHUNK).max(message.len() / MOST_SMALL).min(limits::MAX_CHUNK);
        loop {
            let (chunk, tail) = rest.split_at(rest.len().min(size));
            rest = tail;
            let Ok(seq) = self.0.sequence.borrow_mut().take() else { return false };
            let envelope = Envelope {
                kind,
                channel: s.channel,
                flags: if rest.is_empty() { 0 } else { FLAG_MORE },
                sender: s.sender,
                to: s.to,
                tab: s.tab,
                instance: s.instance,
                epoch: s.epoch,
                seq,
            };
            self.0.queue.borrow_mut().push_back((envelope, chunk.to_vec()));
            if rest.is_empty() {
                break;
            }
        }
        if !self.0.busy.replace(true) {
            let out = self.0.clone();
            spawn_local(async move {
                drain_out(&out).await;
                out.busy.replace(false);
            });
        }
        true
    }

    /// Sends nothing more: what waits is superseded.
    pub fn close(&self) {
        self.0.closed.set(true);
        self.0.queue.borrow_mut().clear();
    }

    /// Frames that have not been handed on yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.queue.borrow().len() + usize::from(*self.0.busy.borrow())
    }
}

impl Out {
    fn room(&self) -> u64 {
        self.room.as_ref().map_or(u64::MAX, |room| room())
    }
}

async fn drain_out(out: &Out) {
    loop {
        let next = out.queue.borrow_mut().pop_front();
        let Some((envelope, plain)) = next else { return };
        let known = out.key.borrow().clone();
        let key = match known {
            Some(key) => key,
            None => match Key::import(out.lane.clone()).await {
                Ok(key) => {
                    out.key.replace(Some(key.clone()));
                    key
                }
                Err(_) => return out.queue.borrow_mut().clear(),
            },
        };
        let header = envelope.encode();
        if let Ok(sealed) = key.seal(envelope.seq, &aad(&header, out.seats.session), &plain).await {
            while out.room() == 0 && !out.closed.get() {
                TimeoutFuture::new(LOOK_EVERY).await;
            }
            if out.closed.get() {
                return;
            }
            (out.send)(&envelope.frame(&sealed));
        }
    }
}

/// What came in on a lane.
#[derive(Debug)]
pub enum Opened {
    /// A whole message.
    Message(Kind, Vec<u8>),
    /// Frames are missing, were touched, or are too many: the lane is dead, a keyframe is needed.
    Broken,
}

struct In {
    session: SessionId,
    channel: Channel,
    lane: LaneKey,
    key: RefCell<Option<Key>>,
    sequence: RefCell<Incoming>,
    queue: RefCell<VecDeque<(Envelope, Vec<u8>)>>,
    partial: RefCell<Vec<u8>>,
    busy: RefCell<bool>,
    dead: RefCell<bool>,
    /// Whether a message has come whole.
    told: Cell<bool>,
    tell: Rc<dyn Fn(Opened)>,
}

/// The receiver's end.
#[derive(Clone)]
pub struct LaneIn(Rc<In>);

impl std::fmt::Debug for LaneIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LaneIn({:?})", self.0.channel)
    }
}

impl LaneIn {
    /// A lane that tells what came in, in order.
    #[must_use]
    pub fn new(session: SessionId, channel: Channel, lane: LaneKey, tell: Rc<dyn Fn(Opened)>) -> Self {
        Self(Rc::new(In {
            session,
            channel,
            lane,
            key: RefCell::default(),
            sequence: RefCell::default(),
            queue: RefCell::default(),
            partial: RefCell::default(),
            busy: RefCell::default(),
            dead: RefCell::default(),
            told: Cell::default(),
            tell,
        }))
    }

    /// Whether its first message is on its way, and can still come.
    #[must_use]
    pub fn is_beginning(&self) -> bool {
        !*self.0.dead.borrow() && !self.0.told.get()
    }

    /// Tells nothing more, also of what has come already: a newer run has begun.
    pub fn close(&self) {
        self.0.dead.replace(true);
        self.0.queue.borrow_mut().clear();
    }

    /// Takes a frame in. Replays are dropped in silence; a gap on an ordered lane kills it.
    pub fn frame(&self, envelope: Envelope, sealed: &[u8]) {
        let lane = &self.0;
        if *lane.dead.borrow() {
            return;
        }
        let checked = lane.sequence.borrow_mut().check(envelope.seq, lane.channel.allows_gaps());
        match checked {
            Ok(()) => {}
            Err(engine::secrecy::SequenceError::Replayed) => return,
            Err(engine::secrecy::SequenceError::Gap | engine::secrecy::SequenceError::Exhausted) => {
                lane.dead.replace(true);
                (lane.tell)(Opened::Broken);
                return;
            }
        }
        lane.queue.borrow_mut().push_back((envelope, sealed.to_vec()));
        if !lane.busy.replace(true) {
            let lane = lane.clone();
            spawn_local(async move {
                drain_in(&lane).await;
                lane.busy.replace(false);
            });
        }
    }
}

async fn drain_in(lane: &In) {
    loop {
        let next = lane.queue.borrow_mut().pop_front();
        let Some((envelope, sealed)) = next else { return };
        let known = lane.key.borrow().clone();
        let key = match known {
            Some(key) => Some(key),
            None => Key::import(lane.lane.clone()).await.ok(),
        };
        let opened = match &key {
            Some(key) => key.open(envelope.seq, &aad(&envelope.encode(), lane.session), &sealed).await.ok(),
            None => None,
        };
        lane.key.replace(key);
        if *lane.dead.borrow() {
            return;
        }
        let too_long = lane.partial.borrow().len() > limits::MAX_CHUNKS * limits::MAX_CHUNK;
        let Some(plain) = opened.filter(|_| !too_long) else {
            if lane.channel.allows_gaps() {
                continue;
            }
            lane.dead.replace(true);
            (lane.tell)(Opened::Broken);
            return;
        };
        lane.partial.borrow_mut().extend_from_slice(&plain);
        if envelope.flags & FLAG_MORE == 0 {
            let message = lane.partial.replace(Vec::new());
            lane.told.set(true);
            (lane.tell)(Opened::Message(envelope.kind, message));
        }
    }
}
