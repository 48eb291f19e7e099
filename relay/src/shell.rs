//! Sockets, time and the hub between them.
//!
//! One task a socket: it reads what is there, hands it to the hub, and writes what waits. Bytes go through untouched.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{SinkExt, StreamExt};
use protocol::session::{self, Hello, Open, Resume};
use protocol::{CloseCode, Envelope, Kind, SessionId};
use tokio::sync::mpsc::{Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};

use crate::fetch::Fetcher;
use crate::hub::{Agent, Command, Conn, Counts, Draft, Hub};
use crate::policy::Ready;
use crate::records::{self, Noted};
use crate::store::{DRAFT, Store};
use crate::{accounts, limits, tickets};

enum Out {
    Frame(Bytes),
    Close(CloseCode),
}

struct Line {
    to: UnboundedSender<Out>,
    queued: Arc<AtomicUsize>,
}

struct State {
    hub: Hub,
    lines: HashMap<Conn, Line>,
    tickets: HashMap<String, (Agent, u64)>,
}

/// The running relay.
#[derive(Clone)]
pub struct Shell {
    state: Arc<Mutex<State>>,
    /// What is kept.
    pub store: Store,
    /// What fetches files for pages.
    pub fetcher: Arc<Fetcher>,
    /// Policies of running sessions.
    pub policies: Arc<Ready>,
    next: Arc<AtomicU64>,
    notes: Sender<Noted>,
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shell")
    }
}

/// Seconds since 1970.
#[must_use]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// Seconds since 1970 as the database keeps them.
#[must_use]
pub fn seconds(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Which door a socket came through, and from where.
#[derive(Clone, Debug)]
pub enum Door {
    /// A customer's page, with the Origin header the browser sent.
    Customer(Option<String>),
    /// The dashboard.
    Agent,
}

impl Shell {
    /// A shell around a hub. Needs a running tokio.
    #[must_use]
    pub fn new(hub: Hub, store: Store, fetcher: Fetcher) -> Self {
        let state = State { hub, lines: HashMap::new(), tickets: HashMap::new() };
        let (notes, waiting) = channel(limits::RECORDS_WAIT);
        tokio::spawn(records::write(store.clone(), waiting));
        Self {
            state: Arc::new(Mutex::new(state)),
            store,
            fetcher: Arc::new(fetcher),
            policies: Arc::default(),
            next: Arc::default(),
            notes,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much there is.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.lock().hub.counts()
    }

    /// The sessions that try out a draft.
    #[must_use]
    pub fn sessions_trying(&self, draft: &Draft) -> Vec<SessionId> {
        self.lock().hub.sessions_trying(draft).collect()
    }

    /// The session of a customer's ticket, also of one that has ended.
    #[must_use]
    pub fn customers_session(&self, ticket: &str) -> Option<SessionId> {
        self.lock().hub.customers_session(ticket, now())
    }

    /// A one-use ticket for an agent's socket.
    #[must_use]
    pub fn socket_ticket(&self, agent: Agent) -> String {
        let ticket = accounts::token();
        let mut state = self.lock();
        let now = now();
        state.tickets.retain(|_, (_, until)| *until > now);
        state.tickets.insert(accounts::token_hash(&ticket), (agent, now + limits::SOCKET_TICKET_SECONDS));
        ticket
    }

    /// Once a second.
    pub fn tick(&self) {
        let mut state = self.lock();
        state.hub.handle_timeout(now());
        self.carry_out(&mut state, None);
    }

    /// Looks whether policies were published or drafts saved, from wherever: pages in sessions that go by them ask for them. `held`
    /// is what the last look found.
    pub async fn look_for_policies(&self, held: &mut HashMap<String, i64>) {
        let now = match self.store.policies_held().await {
            Ok(now) => now,
            Err(e) => return tracing::error!("{e}"),
        };
        let mut state = self.lock();
        for (name, was) in &*held {
            if now.get(name) != Some(was) {
                state.hub.handle_published(name);
            }
        }
        self.carry_out(&mut state, None);
        *held = now;
    }

    /// Everybody is asked to come back.
    pub fn stop(&self) {
        let mut state = self.lock();
        state.hub.handle_stop();
        self.carry_out(&mut state, None);
    }

    fn carry_out(&self, state: &mut State, frame: Option<&Bytes>) {
        while let Some(command) = state.hub.next_command() {
            match command {
                Command::Send(conn, bytes) => push(state, conn, Bytes::from(bytes)),
                Command::Forward(conn) => {
                    if let Some(frame) = frame {
                        push(state, conn, frame.clone());
                    }
                }
                Command::Close(conn, code) => {
                    if let Some(line) = state.lines.get(&conn) {
                        let _ = line.to.send(Out::Close(code));
                    }
                }
                Command::Over(id) => self.remember_ended(id),
                Command::Note(session, note) => {
                    if self.notes.try_send(Noted { session, note, at: now() }).is_err() {
                        tracing::error!("a session's record has a gap: the database does not keep up");
                    }
                }
            }
        }
    }

    fn remember_ended(&self, id: SessionId) {
        let store = self.store.clone();
        tokio::spawn(async move {
            #[allow(clippy::cast_possible_wrap, reason = "seconds since 1970 fit")]
            let done = store.put_ended(&tickets::hex(&id.0), now() as i64, limits::SESSION_SECONDS as i64).await;
            if let Err(e) = done {
                tracing::error!("an ended session could not be remembered: {e}");
            }
        });
    }

    /// Serves a socket until it ends.
    pub async fn serve(self, mut socket: WebSocket, door: Door) {
        let first = tokio::time::timeout(limits::FIRST_MESSAGE, socket.recv()).await;
        let Ok(Some(Ok(Message::Binary(first)))) = first else {
            return refuse(socket, CloseCode::BadFrame).await;
        };
        let conn = Conn(self.next.fetch_add(1, Ordering::Relaxed));
        let (to, waiting) = unbounded_channel();
        let queued = Arc::new(AtomicUsize::new(0));
        self.lock().lines.insert(conn, Line { to, queued: queued.clone() });
        let admitted = self.first(conn, &door, &first).await;
        match admitted {
            Ok(()) => self.pump(conn, socket, waiting, queued).await,
            Err(code) => {
                tracing::info!(conn = conn.0, code = code.number(), "refused: {}", code.reason());
                refuse(socket, code).await;
            }
        }
        let mut state = self.lock();
        state.lines.remove(&conn);
        state.hub.handle_gone(conn, now());
        self.carry_out(&mut state, None);
    }

    /// The first message decides what a socket is.
    async fn first(&self, conn: Conn, door: &Door, frame: &Bytes) -> Result<(), CloseCode> {
        let (envelope, payload) = Envelope::decode(frame).map_err(|e| match e {
            protocol::WireError::Version(_) => CloseCode::Version,
            _ => CloseCode::BadFrame,
        })?;
        let now = now();
        match (door, envelope.kind) {
            (Door::Customer(origin), Kind::OPEN) => {
                let open: Open = session::parse(payload).map_err(|_| CloseCode::BadFrame)?;
                let tenant = self.store.tenant(&open.tenant).await.map_err(|_| CloseCode::Restarting)?.ok_or(CloseCode::UnknownTenant)?;
                let known = origin.as_deref() == Some(&*open.origin) && tenant.origins.contains(&open.origin);
                if !known {
                    return Err(CloseCode::OriginRefused);
                }
                let draft = self.store.draft_called(&open.tenant, &open.policy, seconds(now)).await.map_err(|_| CloseCode::Restarting)?;
                // Nobody but its owner may see a draft, also where it was thrown away just now.
                if draft.is_none() && open.policy.starts_with(DRAFT) {
                    return Err(CloseCode::NotAllowed);
                }
                let mut state = self.lock();
                state.hub.handle_open(
                    conn,
                    open,
                    draft.map(|draft| Draft { user: draft.user_id, name: draft.name() }),
                    rand::random(),
                    now,
                );
                self.carry_out(&mut state, None);
            }
            (Door::Customer(origin), Kind::RESUME) => {
                let resume: Resume = session::parse(payload).map_err(|_| CloseCode::BadFrame)?;
                let mut state = self.lock();
                state.hub.handle_resume(conn, &resume, origin.as_deref(), now);
                self.carry_out(&mut state, None);
            }
            (Door::Agent, Kind::RESUME) => {
                let resume: Resume = session::parse(payload).map_err(|_| CloseCode::BadFrame)?;
                let mut state = self.lock();
                state.hub.handle_resume(conn, &resume, None, now);
                self.carry_out(&mut state, None);
            }
            (Door::Agent, Kind::HELLO) => {
                let hello: Hello = session::parse(payload).map_err(|_| CloseCode::BadFrame)?;
                let mut state = self.lock();
                let (agent, until) = state.tickets.remove(&accounts::token_hash(&hello.ticket)).ok_or(CloseCode::TicketRefused)?;
                if until <= now {
                    return Err(CloseCode::TicketRefused);
                }
                state.hub.handle_agent(conn, agent, now);
                self.carry_out(&mut state, None);
            }
            _ => return Err(CloseCode::NotAllowed),
        }
        Ok(())
    }

    async fn pump(&self, conn: Conn, socket: WebSocket, mut waiting: UnboundedReceiver<Out>, queued: Arc<AtomicUsize>) {
        let (mut sink, mut stream) = socket.split();
        loop {
            tokio::select! {
                biased;
                out = waiting.recv() => {
                    // Everything that waits goes out with one flush: most of the cost is a syscall a frame.
                    let mut next = out;
                    let mut ending = None;
                    while let Some(out) = next.take() {
                        match out {
                            Out::Frame(bytes) => {
                                queued.fetch_sub(bytes.len(), Ordering::Relaxed);
                                if !in_time(sink.feed(Message::Binary(bytes))).await {
                                    return;
                                }
                            }
                            Out::Close(code) => { ending = Some(code); break; }
                        }
                        next = waiting.try_recv().ok();
                    }
                    if !in_time(sink.flush()).await {
                        return;
                    }
                    if let Some(code) = ending {
                        tracing::info!(conn = conn.0, code = code.number(), "closed: {}", code.reason());
                        let _ = sink.send(close(code)).await;
                        let _ = tokio::time::timeout(limits::DRAIN, async { while stream.next().await.is_some_and(|m| m.is_ok()) {} }).await;
                        return;
                    }
                }
                message = tokio::time::timeout(limits::SILENT, stream.next()) => match message {
                    Ok(Some(Ok(Message::Binary(frame)))) => {
                        let mut state = self.lock();
                        state.hub.handle_frame(conn, &frame, rand::random(), now());
                        self.carry_out(&mut state, Some(&frame));
                    }
                    Ok(Some(Ok(Message::Text(_)))) => {
                        tracing::info!(conn = conn.0, code = CloseCode::BadFrame.number(), "closed: text frame");
                        let _ = sink.send(close(CloseCode::BadFrame)).await;
                        return;
                    }
                    Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
                    Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => return,
                    Err(_) => {
                        let _ = sink.send(close(CloseCode::Idle)).await;
                        return;
                    }
                },
            }
        }
    }
}

/// A peer that does not read holds nothing for long.
async fn in_time<E>(sending: impl Future<Output = Result<(), E>>) -> bool {
    matches!(tokio::time::timeout(limits::UNREAD, sending).await, Ok(Ok(())))
}

fn push(state: &mut State, conn: Conn, bytes: Bytes) {
    let Some(line) = state.lines.get(&conn) else { return };
    let waiting = line.queued.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len();
    if waiting <= limits::MAX_QUEUED_BYTES {
        let _ = line.to.send(Out::Frame(bytes));
        return;
    }
    // Too slow: nothing more is queued for it, and it comes back to a keyframe.
    if let Some(line) = state.lines.remove(&conn) {
        let _ = line.to.send(Out::Close(CloseCode::TooSlow));
    }
}

fn close(code: CloseCode) -> Message {
    Message::Close(Some(CloseFrame { code: code.number(), reason: code.reason().into() }))
}

async fn refuse(mut socket: WebSocket, code: CloseCode) {
    let _ = socket.send(close(code)).await;
    let _ = tokio::time::timeout(limits::DRAIN, async { while socket.recv().await.is_some_and(|m| m.is_ok()) {} }).await;
}
