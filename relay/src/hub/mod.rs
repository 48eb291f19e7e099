//! Who is in which session, and which frame goes where. Pure: events and time in, commands out.
//!
//! Reads headers, never payloads of what is sealed. Everything a stranger can grow is capped in [`crate::limits`].

mod endings;
mod names;
mod notes;
mod people;

use std::collections::{HashMap, HashSet, VecDeque};

pub use notes::Note;

use protocol::field::Field;
use protocol::session::{
    self, Admit, Admitted, Claim, Claimed, Empty, EndReason, Ended, Joining, Open, Opened, Presence, Refuse, Renewed, Resume, Resumed,
    Welcome,
};
use protocol::{CloseCode, Envelope, Kind, ParticipantId, SessionId, TabId, WireError};

use crate::limits;
use crate::tickets::{RelayKey, Ticket};

/// A socket, by a number the shell gives out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Conn(pub u64);

/// An agent who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Account.
    pub user: i64,
    /// Tenant's short name.
    pub tenant: String,
    /// The company's name.
    pub company: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
}

/// A draft of a policy, which a session tries out. Nobody but whoever makes it may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Account of whoever makes it.
    pub user: i64,
    /// What the page calls it.
    pub name: String,
}

/// What the shell has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Send these bytes.
    Send(Conn, Vec<u8>),
    /// Forward the frame that was just handed in, untouched.
    Forward(Conn),
    /// Close.
    Close(Conn, CloseCode),
    /// A session is over; remember its id so that no ticket brings it back.
    Over(SessionId),
    /// Put this on a session's record.
    Note(SessionId, Note),
}

enum Seat {
    /// Signed in, in no session.
    Waiting(Agent),
    /// In a session.
    Customer(SessionId, TabId),
    /// In a session, admitted or knocking.
    Agent(SessionId, ParticipantId),
}

struct Socket {
    seat: Seat,
    second: u64,
    frames: u32,
    notes: u32,
}

struct AgentSeat {
    agent: Agent,
    conn: Option<Conn>,
    admitted: bool,
    count: u64,
}

struct Session {
    tenant: String,
    origin: String,
    draft: Option<Draft>,
    nonce: [u8; 16],
    tabs: HashMap<TabId, Conn>,
    count: u64,
    agents: HashMap<ParticipantId, AgentSeat>,
    next: u16,
    nameplate: Option<(String, u64)>,
    began: u64,
    /// Agents who are out, and stay out.
    removed: HashSet<ParticipantId>,
    /// Since when nobody of the customer's is there.
    away: Option<u64>,
    /// Stood up from a ticket, so that who was let in is only known when they come.
    restored: bool,
}

/// The hub.
pub struct Hub {
    key: RelayKey,
    pin_seconds: u64,
    sessions: HashMap<SessionId, Session>,
    nameplates: HashMap<(String, String), SessionId>,
    resting: HashMap<(String, String), u64>,
    sockets: HashMap<Conn, Socket>,
    failed: HashMap<i64, (u64, u32)>,
    ended: HashMap<SessionId, u64>,
    out: VecDeque<Command>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hub({} sessions, {} sockets)", self.sessions.len(), self.sockets.len())
    }
}

/// Numbers for metrics and health.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sessions.
    pub sessions: usize,
    /// Sockets.
    pub sockets: usize,
}

impl Hub {
    /// An empty hub that signs tickets with `key`; `ended` are sessions that no ticket may bring back.
    #[must_use]
    pub fn new(key: RelayKey, ended: impl IntoIterator<Item = SessionId>, now: u64) -> Self {
        Self {
            key,
            pin_seconds: protocol::limits::PIN_SECONDS,
            sessions: HashMap::new(),
            nameplates: HashMap::new(),
            resting: HashMap::new(),
            sockets: HashMap::new(),
            failed: HashMap::new(),
            ended: ended.into_iter().map(|id| (id, now)).collect(),
            out: VecDeque::new(),
        }
    }

    /// Lets a PIN live shorter than [`protocol::limits::PIN_SECONDS`]; never longer.
    #[must_use]
    pub fn with_pin_seconds(mut self, seconds: u64) -> Self {
        self.pin_seconds = seconds.clamp(1, protocol::limits::PIN_SECONDS);
        self
    }

    /// The next thing to do.
    pub fn next_command(&mut self) -> Option<Command> {
        self.out.pop_front()
    }

    /// How many there are.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts { sessions: self.sessions.len(), sockets: self.sockets.len() }
    }

    fn send<T: Field>(&mut self, conn: Conn, kind: Kind, message: &T) {
        self.out.push_back(Command::Send(conn, session::frame(kind, message)));
    }

    fn close(&mut self, conn: Conn, code: CloseCode) {
        self.out.push_back(Command::Close(conn, code));
    }

    // ---- sockets come

    /// A customer's first message. The shell has checked the tenant and that the Origin header is on its list and
    /// equals `open.origin`. `draft`: what the page tries out, if it does. `random` is fresh.
    pub fn handle_open(&mut self, conn: Conn, open: Open, draft: Option<Draft>, random: [u8; 32], now: u64) {
        let of_tenant = self.sessions.values().filter(|s| s.tenant == open.tenant).count();
        if of_tenant >= limits::MAX_SESSIONS_PER_TENANT || self.sockets.len() >= limits::MAX_SOCKETS {
            return self.close(conn, CloseCode::Full);
        }
        let (id, rest) = random.split_at(16);
        let Ok(id) = id.try_into().map(SessionId) else { return };
        let Some(nameplate) = self.nameplate(&open.tenant, rest, now) else {
            return self.close(conn, CloseCode::Full);
        };
        let until = now + self.pin_seconds;
        self.nameplates.insert((open.tenant.clone(), nameplate.clone()), id);
        let session = Session {
            tenant: open.tenant,
            origin: open.origin,
            draft,
            nonce: open.nonce,
            tabs: HashMap::from([(open.tab, conn)]),
            count: 0,
            agents: HashMap::new(),
            next: 2,
            nameplate: Some((nameplate.clone(), until)),
            began: now,
            removed: HashSet::new(),
            away: None,
            restored: false,
        };
        self.sessions.insert(id, session);
        self.sockets.insert(conn, Socket { seat: Seat::Customer(id, open.tab), second: now, frames: 0, notes: 0 });
        let Some(ticket) = self.customer_ticket(id, now) else { return };
        let wrap_key = self.key.wrap_key(id, ParticipantId::CUSTOMER, open.tab);
        let seconds = seconds(self.pin_seconds);
        self.send(conn, Kind::OPENED, &Opened { session: id, nameplate, ticket, wrap_key, seconds });
    }

    /// An agent's first message, its ticket redeemed by the shell.
    pub fn handle_agent(&mut self, conn: Conn, agent: Agent, now: u64) {
        if self.sockets.len() >= limits::MAX_SOCKETS {
            return self.close(conn, CloseCode::Full);
        }
        let welcome = Welcome { name: agent.name.clone(), role: agent.role.clone(), tenant: agent.company.clone() };
        self.sockets.insert(conn, Socket { seat: Seat::Waiting(agent), second: now, frames: 0, notes: 0 });
        self.send(conn, Kind::WELCOME, &welcome);
    }

    /// Somebody continues. Works after a restart too: what a ticket says is enough to stand the session up again.
    ///
    /// `origin` is the Origin header of a customer's socket, and `None` for an agent's: a ticket of one is worth
    /// nothing at the other's door.
    pub fn handle_resume(&mut self, conn: Conn, resume: &Resume, origin: Option<&str>, now: u64) {
        let Some(ticket) = self.key.accept(&resume.ticket, now) else {
            return self.close(conn, CloseCode::TicketRefused);
        };
        let expected = (ticket.participant == ParticipantId::CUSTOMER).then_some(&*ticket.origin);
        if origin != expected {
            return self.close(conn, CloseCode::OriginRefused);
        }
        if self.ended.contains_key(&ticket.session) {
            return self.close(conn, CloseCode::Ended);
        }
        let id = ticket.session;
        let of_tenant = self.sessions.values().filter(|s| s.tenant == ticket.tenant).count();
        if self.sockets.len() >= limits::MAX_SOCKETS || !self.sessions.contains_key(&id) && of_tenant >= limits::MAX_SESSIONS_PER_TENANT {
            return self.close(conn, CloseCode::Full);
        }
        let session = self.sessions.entry(id).or_insert_with(|| Session {
            tenant: ticket.tenant.clone(),
            origin: ticket.origin.clone(),
            draft: ticket.draft.clone(),
            nonce: ticket.nonce,
            tabs: HashMap::new(),
            count: 0,
            agents: HashMap::new(),
            next: 2,
            nameplate: None,
            began: now,
            removed: HashSet::new(),
            away: Some(now),
            restored: true,
        });
        if session.removed.contains(&ticket.participant) {
            return self.close(conn, CloseCode::TicketRefused);
        }
        let (tab, replaced, fresh) = if ticket.participant == ParticipantId::CUSTOMER {
            if ticket.count < session.count {
                return self.close(conn, CloseCode::TicketRefused);
            }
            session.count = ticket.count + 1;
            session.away = None;
            self.sockets.insert(conn, Socket { seat: Seat::Customer(id, resume.tab), second: now, frames: 0, notes: 0 });
            (resume.tab, session.tabs.insert(resume.tab, conn), self.customer_ticket(id, now))
        } else {
            let agent = Agent {
                user: 0,
                tenant: ticket.tenant.clone(),
                company: String::new(),
                name: ticket.name.clone(),
                role: ticket.role.clone(),
            };
            session.next = session.next.max(ticket.participant.0.saturating_add(1));
            let seat = session.agents.entry(ticket.participant).or_insert(AgentSeat { agent, conn: None, admitted: true, count: 0 });
            if ticket.count < seat.count || !seat.admitted {
                return self.close(conn, CloseCode::TicketRefused);
            }
            seat.count = ticket.count + 1;
            let old = seat.conn.replace(conn);
            self.sockets.insert(conn, Socket { seat: Seat::Agent(id, ticket.participant), second: now, frames: 0, notes: 0 });
            (TabId(0), old, self.agent_ticket(id, ticket.participant, now))
        };
        if let Some(old) = replaced.filter(|old| *old != conn) {
            self.sockets.remove(&old);
            self.close(old, CloseCode::Replaced);
        }
        let Some(fresh) = fresh else { return };
        let wrap_key = self.key.wrap_key(id, ticket.participant, tab);
        let resumed = Resumed { session: id, participant: ticket.participant, ticket: fresh, wrap_key, continued: false };
        self.send(conn, Kind::RESUMED, &resumed);
        self.tell_presence(id, ticket.participant, tab, true, Some(conn));
        self.tell_who_is_there(id, conn, ticket.participant);
    }

    /// A company has published another policy, or a draft of this name was saved: pages that go by it ask for it.
    pub fn handle_published(&mut self, name: &str) {
        let of_tenant = self.sessions.values().filter(|s| s.tenant == name || s.draft.as_ref().is_some_and(|draft| draft.name == name));
        let mut conns: Vec<Conn> = of_tenant.flat_map(|s| s.tabs.values().copied()).collect();
        conns.sort_unstable();
        let tries = self.sessions.iter().filter(|(_, s)| s.draft.as_ref().is_some_and(|draft| draft.name == name)).map(|(id, _)| *id);
        for id in tries.collect::<Vec<_>>() {
            self.note_deed(id, "draft".to_owned(), "policy-draft-changed");
        }
        for conn in conns {
            self.send(conn, Kind::POLICY, &Empty {});
        }
    }

    /// The session of a customer's ticket, whether it goes on or has ended.
    #[must_use]
    pub fn customers_session(&self, ticket: &str, now: u64) -> Option<SessionId> {
        self.key.accept(ticket, now).filter(|ticket| ticket.participant == ParticipantId::CUSTOMER).map(|ticket| ticket.session)
    }

    /// The sessions that try out a draft.
    pub fn sessions_trying<'a>(&'a self, draft: &'a Draft) -> impl Iterator<Item = SessionId> + 'a {
        self.sessions.iter().filter(move |(_, s)| s.draft.as_ref() == Some(draft)).map(|(id, _)| *id)
    }

    // ---- frames come

    /// A frame of a socket that has said its first message. [`Command::Forward`] means these very bytes.
    pub fn handle_frame(&mut self, conn: Conn, frame: &[u8], random: [u8; 32], now: u64) {
        let Some(socket) = self.sockets.get_mut(&conn) else { return };
        if socket.second != now {
            (socket.second, socket.frames, socket.notes) = (now, 0, 0);
        }
        socket.frames += 1;
        let most = match socket.seat {
            Seat::Customer(..) => limits::CUSTOMER_FRAMES_PER_SECOND,
            Seat::Waiting(_) | Seat::Agent(..) => limits::AGENT_FRAMES_PER_SECOND,
        };
        if socket.frames > most {
            return self.close(conn, CloseCode::Full);
        }
        match self.route(conn, frame, random, now) {
            Ok(()) => {}
            Err(code) => self.close(conn, code),
        }
    }

    fn route(&mut self, conn: Conn, frame: &[u8], random: [u8; 32], now: u64) -> Result<(), CloseCode> {
        let (envelope, payload) = Envelope::decode(frame).map_err(|e| match e {
            WireError::Version(_) => CloseCode::Version,
            _ => CloseCode::BadFrame,
        })?;
        if !envelope.kind.is_known() {
            return Ok(());
        }
        if envelope.kind == Kind::PING {
            self.send(conn, Kind::PONG, &Empty {});
            return Ok(());
        }
        match &self.sockets.get(&conn).ok_or(CloseCode::Ended)?.seat {
            Seat::Waiting(agent) => {
                let agent = agent.clone();
                match envelope.kind {
                    Kind::CLAIM => self.claim(conn, agent, &parse::<Claim>(payload)?, now),
                    _ => Err(CloseCode::NotAllowed),
                }
            }
            Seat::Customer(id, tab) => {
                let (id, tab) = (*id, *tab);
                self.customer_says(conn, id, tab, &envelope, payload, random, now)
            }
            Seat::Agent(id, who) => {
                let (id, who) = (*id, *who);
                self.agent_says(conn, id, who, &envelope, payload, now)
            }
        }
    }

    fn claim(&mut self, conn: Conn, agent: Agent, claim: &Claim, now: u64) -> Result<(), CloseCode> {
        let (hour, failed) = self.failed.get(&agent.user).copied().unwrap_or((now / 3600, 0));
        let barred = hour == now / 3600 && failed >= limits::MAX_FAILED_CLAIMS;
        let found = self.nameplates.get(&(agent.tenant.clone(), claim.nameplate.clone())).copied();
        let is_for = |s: &Session| open_for_claims(s, now) && s.draft.as_ref().is_none_or(|draft| draft.user == agent.user);
        let found = found.filter(|id| !barred && self.sessions.get(id).is_some_and(is_for));
        let Some(id) = found else {
            // Unknown, used, expired, another tenant's, another's draft, too many tries: one answer.
            self.failed_claim(agent.user, now);
            self.send(conn, Kind::NOT_VALID, &Empty {});
            return Ok(());
        };
        let Some(s) = self.sessions.get_mut(&id) else { return Ok(()) };
        let who = ParticipantId(s.next);
        s.next = s.next.saturating_add(1);
        let joining = Joining { participant: who, name: agent.name.clone(), role: agent.role.clone() };
        let claimed = Claimed { session: id, participant: who, nonce: s.nonce, tenant: s.tenant.clone(), origin: s.origin.clone() };
        s.agents.insert(who, AgentSeat { agent, conn: Some(conn), admitted: false, count: 0 });
        let called = s.agents.get(&who).map(AgentSeat::called).unwrap_or_default();
        let customers: Vec<Conn> = s.tabs.values().copied().collect();
        let began = Note::Began { tenant: s.tenant.clone(), origin: s.origin.clone(), at: s.began };
        self.note(id, began);
        self.note_deed(id, called, "asked-to-join");
        if let Some(socket) = self.sockets.get_mut(&conn) {
            socket.seat = Seat::Agent(id, who);
        }
        self.send(conn, Kind::CLAIMED, &claimed);
        for customer in customers {
            self.send(customer, Kind::JOINING, &joining);
        }
        Ok(())
    }

    fn failed_claim(&mut self, user: i64, now: u64) {
        let entry = self.failed.entry(user).or_insert((now / 3600, 0));
        if entry.0 != now / 3600 {
            *entry = (now / 3600, 0);
        }
        entry.1 += 1;
    }

    #[allow(clippy::too_many_arguments, reason = "one frame, its socket, its seat and the world")]
    fn customer_says(
        &mut self,
        conn: Conn,
        id: SessionId,
        tab: TabId,
        envelope: &Envelope,
        payload: &[u8],
        random: [u8; 32],
        now: u64,
    ) -> Result<(), CloseCode> {
        match envelope.kind {
            Kind::RENEW => {
                self.release_nameplate(id, now);
                self.refuse_knocking(id, now);
                let tenant = self.sessions.get(&id).map(|s| s.tenant.clone()).ok_or(CloseCode::Ended)?;
                let nameplate = self.nameplate(&tenant, &random, now).ok_or(CloseCode::Full)?;
                self.nameplates.insert((tenant, nameplate.clone()), id);
                if let Some(s) = self.sessions.get_mut(&id) {
                    s.nameplate = Some((nameplate.clone(), now + self.pin_seconds));
                }
                self.send(conn, Kind::RENEWED, &Renewed { nameplate, seconds: seconds(self.pin_seconds) });
                Ok(())
            }
            Kind::REFUSE => {
                let refuse: Refuse = parse(payload)?;
                self.unseat(id, refuse.participant, if refuse.by_person { Kind::REFUSED } else { Kind::NOT_VALID }, now);
                Ok(())
            }
            Kind::ADMIT => {
                let admit: Admit = parse(payload)?;
                let seat = self.sessions.get_mut(&id).and_then(|s| s.agents.get_mut(&admit.participant));
                let Some(seat) = seat else { return Ok(()) };
                seat.admitted = true;
                let (agent_conn, called) = (seat.conn, seat.called());
                self.note_deed(id, called, "let-in");
                self.release_nameplate(id, now);
                if let (Some(agent_conn), Some(ticket)) = (agent_conn, self.agent_ticket(id, admit.participant, now)) {
                    let wrap_key = self.key.wrap_key(id, admit.participant, TabId(0));
                    self.send(agent_conn, Kind::ADMITTED, &Admitted { ticket, wrap_key });
                }
                Ok(())
            }
            Kind::END => {
                self.end(id, EndReason::Customer, now);
                Ok(())
            }
            Kind::RECORD | Kind::COVERAGE if !self.may_note(conn, id) => Ok(()),
            Kind::RECORD => {
                self.note_record(id, parse(payload)?);
                Ok(())
            }
            // What a draft hits says nothing of the policy.
            Kind::COVERAGE if self.sessions.get(&id).is_some_and(|s| s.draft.is_some()) => Ok(()),
            Kind::COVERAGE => {
                self.note(id, Note::Covered(parse(payload)?));
                Ok(())
            }
            kind if kind.is_forwarded() => {
                if envelope.sender != ParticipantId::CUSTOMER || envelope.tab != tab {
                    return Err(CloseCode::NotAllowed);
                }
                let Some(s) = self.sessions.get(&id) else { return Err(CloseCode::Ended) };
                let clear = [Kind::PAKE_B, Kind::CONFIRM_B].contains(&kind);
                for (who, seat) in &s.agents {
                    let meant = envelope.to == *who || envelope.to == ParticipantId(0);
                    // Before it is admitted an agent gets the handshake and nothing else.
                    let may = seat.admitted || (clear && envelope.to == *who);
                    if let (true, true, Some(conn)) = (meant, may, seat.conn) {
                        self.out.push_back(Command::Forward(conn));
                    }
                }
                Ok(())
            }
            _ => Err(CloseCode::NotAllowed),
        }
    }

    fn agent_says(
        &mut self,
        conn: Conn,
        id: SessionId,
        who: ParticipantId,
        envelope: &Envelope,
        payload: &[u8],
        now: u64,
    ) -> Result<(), CloseCode> {
        let _ = payload;
        let s = self.sessions.get(&id).ok_or(CloseCode::Ended)?;
        let seat = s.agents.get(&who).ok_or(CloseCode::NotAllowed)?;
        match envelope.kind {
            Kind::END if seat.admitted => {
                self.end(id, EndReason::Agent, now);
                Ok(())
            }
            // Gives up while knocking.
            Kind::END => {
                self.leave(conn, id, who);
                Ok(())
            }
            kind if kind.is_forwarded() => {
                if envelope.sender != who || ![ParticipantId::CUSTOMER, ParticipantId(0)].contains(&envelope.to) {
                    return Err(CloseCode::NotAllowed);
                }
                let clear = [Kind::PAKE_A, Kind::CONFIRM_A].contains(&kind);
                let sealed = [Kind::CONTROL, Kind::LIVE].contains(&kind);
                if !(clear || sealed && seat.admitted) {
                    return Err(CloseCode::NotAllowed);
                }
                for conn in s.tabs.values() {
                    self.out.push_back(Command::Forward(*conn));
                }
                Ok(())
            }
            _ => Err(CloseCode::NotAllowed),
        }
    }
}

fn open_for_claims(s: &Session, now: u64) -> bool {
    s.nameplate.as_ref().is_some_and(|(_, until)| now < *until) && !s.tabs.is_empty() && s.agents.len() < limits::MAX_AGENTS
}

fn seconds(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn parse<T: Field>(payload: &[u8]) -> Result<T, CloseCode> {
    session::parse(payload).map_err(|_| CloseCode::BadFrame)
}
