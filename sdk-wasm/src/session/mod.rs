//! The customer's side of a session: who is let in, what is sealed for whom, what happens when the line breaks.

mod chat;
mod coverage;
mod door;
mod frames;
mod line;
mod live;
mod marks;
mod operate;
mod people;
mod policy;
mod preview;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use engine::chat::Chat;
use engine::echo::Echoes;
use engine::marks::Marks;
use engine::secrecy::{CPace, Direction, EpochSecret, PairSecret, Pake, Transcript};
use gloo::events::EventListener;
use gloo::timers::callback::{Interval, Timeout};
use gloo::timers::future::TimeoutFuture;
use link_wasm::{Beside, LaneIn, LaneOut, Opened, Seats, Socket, SocketEvent};
use policies::Policy;
use protocol::asset::Asset;
use protocol::control::{Act, Acted, Clear, Control, Facts, Grant, Mark, Measures, Nothing, Notice, Person, Roster, Visibility};
use protocol::field::{Field, List};
use protocol::kept::{Kept, KeptAgent, KeptCustomer};
use protocol::live::{Anchor, Live};
use protocol::pair::{AgentHello, Confirm, CustomerHello, Key};
use protocol::session::{
    self, Admit, Coverage, Empty, Ended, Joining, Open, Opened as SessionOpened, Presence, Record, Refuse, Renewed, Resume, Resumed, record,
};
use protocol::{Channel, CloseCode, Envelope, Epoch, Generation, Instance, Kind, ParticipantId, SessionId, TabId, limits};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::PageTransitionEvent;

use crate::assets::{Assets, Way};
use crate::env::{Host, NoSettings, Settings, draft, own_consent, settings, warn};
use crate::page::{Line, Page};
use crate::ui::{Bar, Ui, View};

/// What the page is told of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Idle,
    Pending,
    Authorizing,
    Active,
    Paused,
    Ended,
}

impl State {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Pending => "pending",
            Self::Authorizing => "authorizing",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

/// Milliseconds between beats.
const PING_EVERY: u32 = 2_000;
/// New runs on request are at least this many milliseconds apart.
const ANEW_EVERY: f64 = 1_000.0;
/// Milliseconds between two places of the pointer on a slow line.
const POINTER_EVERY: f64 = 100.0;
/// Longest wait between two tries to reconnect, in milliseconds.
const RETRY_MOST: u32 = 3_000;

struct Candidate {
    name: String,
    role: String,
    hello: Option<(PairSecret, [u8; 32], Instance)>,
}

struct Agent {
    name: String,
    role: String,
    pair: PairSecret,
    instance: Instance,
    lanes: HashMap<Channel, LaneIn>,
    online: bool,
    /// What was said before this place in the chat is none of theirs.
    since: u32,
    /// What is sealed for this one alone, in one run of ours.
    told: Option<(Instance, LaneOut)>,
}

/// What goes out to everybody.
struct Broadcast {
    page: LaneOut,
    asset: LaneOut,
    control: LaneOut,
    live: LaneOut,
}

impl Drop for Broadcast {
    fn drop(&mut self) {
        self.page.close();
        self.asset.close();
    }
}

struct Inner {
    state: State,
    settings: Rc<Settings>,
    policy: Policy,
    socket: Option<Rc<Socket>>,
    session: Option<SessionId>,
    nonce: [u8; 16],
    nameplate: String,
    secret: String,
    tries: u8,
    until: f64,
    ticket: String,
    wrap_key: [u8; 32],
    tab: TabId,
    instance: Instance,
    epoch: Epoch,
    epoch_secret: EpochSecret,
    asset_key: [u8; 32],
    /// What is hidden, to be hidden where it is repeated.
    echoes: Rc<RefCell<Echoes>>,
    candidates: HashMap<ParticipantId, Candidate>,
    agents: HashMap<ParticipantId, Agent>,
    broadcast: Option<Broadcast>,
    page: Option<Rc<Page>>,
    frames: Option<frames::Joined>,
    assets: Option<Rc<Assets>>,
    marks: Marks,
    look: Option<marks::Look>,
    talk: chat::Talk,
    /// Who was given a code for a colleague; and who asks to be let in beside those who are.
    invites: Option<ParticipantId>,
    knocks: Option<ParticipantId>,
    /// Who was in and is not any more.
    out: Vec<ParticipantId>,
    /// Who was said to be there before it was known who is in.
    early: Vec<Presence>,
    /// When it began to be watched, in milliseconds since 1970.
    since: u64,
    operate: operate::Operate,
    preview: Option<preview::Preview>,
    covered: coverage::Covered,
    asking: policy::Asking,
    paused: bool,
    /// The page at which it was last decided whether a session goes on there; and whether it was paused by that.
    stood_at: String,
    by_itself: bool,
    /// When the last new run began because somebody asked.
    anew: f64,
    retry: u32,
    timers: Vec<Interval>,
    later: Option<Timeout>,
    started: Option<(js_sys::Function, js_sys::Function)>,
    live_bytes: u64,
    /// Where the pointer was last told to be; who comes late is told so too.
    at: Option<Anchor>,
    /// When the pointer's place was last sent.
    pointed: f64,
}

/// Hands a frame to the socket, or loses it.
type Send = Rc<dyn Fn(&[u8])>;

/// The session of this tab.
pub(crate) struct Session {
    host: Host,
    pub(crate) ui: Ui,
    inner: RefCell<Inner>,
    /// Resolves when the texts of the page's sheets are there.
    prepared: js_sys::Promise,
    _listeners: Option<[EventListener; 2]>,
}

fn empty(settings: Rc<Settings>) -> Inner {
    Inner {
        state: State::Idle,
        settings,
        policy: Policy::mask_all(),
        socket: None,
        session: None,
        nonce: [0; 16],
        nameplate: String::new(),
        secret: String::new(),
        tries: 0,
        until: 0.0,
        ticket: String::new(),
        wrap_key: [0; 32],
        tab: TabId(1),
        instance: Instance(1),
        epoch: Epoch(1),
        epoch_secret: EpochSecret::from_bytes([0; 32]),
        asset_key: [0; 32],
        echoes: Rc::default(),
        candidates: HashMap::new(),
        agents: HashMap::new(),
        broadcast: None,
        page: None,
        frames: None,
        assets: None,
        marks: Marks::default(),
        look: None,
        talk: chat::Talk::default(),
        invites: None,
        knocks: None,
        out: Vec::new(),
        early: Vec::new(),
        since: 0,
        operate: operate::Operate::default(),
        preview: None,
        covered: coverage::Covered::default(),
        asking: policy::Asking::default(),
        paused: false,
        stood_at: String::new(),
        by_itself: false,
        anew: f64::NEG_INFINITY,
        retry: 0,
        timers: Vec::new(),
        later: None,
        started: None,
        live_bytes: 0,
        at: None,
        pointed: f64::NEG_INFINITY,
    }
}

impl Session {
    pub(crate) fn new(host: Host) -> Rc<Self> {
        let ui = Ui::new(&host);
        Rc::new_cyclic(|weak: &Weak<Self>| {
            let (hides, shows) = (weak.clone(), weak.clone());
            let listeners = web_sys::window().map(|window| {
                [
                    EventListener::new(&window, "pagehide", move |_| {
                        if let Some(this) = hides.upgrade() {
                            this.asleep();
                        }
                    }),
                    EventListener::new(&window, "pageshow", move |e| {
                        let kept = e.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted);
                        if let Some(this) = shows.upgrade().filter(|_| kept) {
                            this.awake();
                        }
                    }),
                ]
            });
            Self { host, ui, inner: RefCell::new(empty(Rc::default())), prepared: crate::glue::prepare(), _listeners: listeners }
        })
    }

    pub(crate) fn state(&self) -> State {
        self.inner.borrow().state
    }

    /// Whether nobody is helped here now.
    pub(crate) fn may_begin(&self) -> bool {
        matches!(self.state(), State::Idle | State::Ended)
    }

    pub(crate) fn pin(&self) -> String {
        let inner = self.inner.borrow();
        format!("{}{}", inner.nameplate, inner.secret)
    }

    fn set_state(&self, state: State) {
        let changed = std::mem::replace(&mut self.inner.borrow_mut().state, state) != state;
        if changed {
            self.host.emit("state", &state.name().into());
        }
    }

    // ---- beginning

    pub(crate) fn settings(&self) -> Rc<Settings> {
        self.inner.borrow().settings.clone()
    }

    /// Begins; the first function is called with `{pin}`, the second with a reason.
    pub(crate) fn start(self: &Rc<Self>, tell: Option<(js_sys::Function, js_sys::Function)>) {
        match self.state() {
            State::Idle | State::Ended => {}
            State::Pending | State::Authorizing | State::Active | State::Paused => {
                if let Some((done, _)) = tell {
                    let _ = done.call1(&JsValue::NULL, &self.answer_of_start());
                }
                return;
            }
        }
        self.inner.replace(empty(Rc::default()));
        self.inner.borrow_mut().started = tell;
        self.set_state(State::Pending);
        self.show(View::Loading);
        let this = self.clone();
        spawn_local(async move {
            match settings(&this.host, &draft()).await {
                Ok(settings) if settings.allowed => {
                    this.ready(settings);
                    this.connect();
                }
                Ok(settings) => {
                    this.inner.borrow_mut().settings = Rc::new(settings);
                    warn("this page's origin is not on the company's list of allowed origins; add it in the company's settings.");
                    this.fail("origin", "problem-origin");
                }
                Err(NoSettings::UnknownTenant) => {
                    warn(&format!("the relay knows no company \"{}\"; check data-tenant in the script tag.", this.host.tenant()));
                    this.fail("tenant", "problem-origin");
                }
                Err(NoSettings::Unreachable) => {
                    warn(&format!("the relay at {} does not answer.", this.host.base()));
                    this.fail("unreachable", "problem-unreachable");
                }
            }
        });
    }

    fn ready(&self, settings: Settings) {
        let mut inner = self.inner.borrow_mut();
        if let Some(problem) = &settings.policy_problem {
            warn(&format!("the company's masking policy is not usable ({problem}); everything is masked."));
        }
        let pause = std::mem::take(&mut inner.policy.pause);
        // Pages at which it pauses stay so while nobody says what the policy is.
        inner.policy = settings.policy.clone().unwrap_or_else(|| Policy { pause, ..Policy::mask_all() });
        inner.settings = Rc::new(settings);
    }

    fn fail(&self, reason: &str, text: &'static str) {
        let old = self.let_go();
        if let Some((_, failed)) = &old.started {
            let _ = failed.call1(&JsValue::NULL, &reason.into());
        }
        self.set_state(State::Ended);
        drop(old);
        self.show(View::Problem(text));
    }

    /// Keys, buffers, hooks and clocks of a session, for the caller to drop; only the settings stay.
    fn let_go(&self) -> Inner {
        let settings = self.inner.borrow().settings.clone();
        self.ui.overlay.clear();
        self.ui.overlay.operated(false);
        self.ui.overlay.unwatch();
        self.ui.put_away();
        self.inner.replace(empty(settings))
    }

    // ---- frames

    fn on_frame(self: &Rc<Self>, envelope: Envelope, payload: &[u8]) {
        match envelope.kind {
            Kind::OPENED => session::hear(payload, |m: SessionOpened| self.opened(m)),
            Kind::RENEWED => session::hear(payload, |m: Renewed| self.renewed(m)),
            Kind::JOINING => session::hear(payload, |m: Joining| self.joining(m)),
            Kind::RESUMED => session::hear(payload, |m: Resumed| self.resumed(m)),
            Kind::PRESENCE => session::hear(payload, |m: Presence| self.presence(m)),
            Kind::POLICY => self.published(),
            Kind::PONG => {
                if let Some(socket) = &self.inner.borrow().socket {
                    socket.answered();
                }
            }
            Kind::ENDED => session::hear(payload, |m: Ended| {
                let text = match session::EndReason::from_number(m.reason) {
                    Some(session::EndReason::Agent) => "ended-agent",
                    Some(session::EndReason::Customer) => "ended-customer",
                    Some(session::EndReason::Away | session::EndReason::Limit | session::EndReason::Removed) | None => "ended-away",
                };
                self.over(text);
            }),
            Kind::PAKE_A => session::hear(payload, |m: AgentHello| self.pake(envelope.sender, m)),
            Kind::CONFIRM_A => session::hear(payload, |m: Confirm| self.confirm(envelope.sender, m)),
            Kind::CONTROL | Kind::LIVE => self.from_agent(envelope, payload),
            _ => {}
        }
    }

    fn send<T: Field>(&self, kind: Kind, message: &T) {
        if let Some(socket) = &self.inner.borrow().socket {
            socket.send(&session::frame(kind, message));
        }
    }

    /// Puts something on the session's record.
    fn record(&self, what: u8, by: ParticipantId) {
        self.record_about(what, by, String::new());
    }

    /// The same, about an element or a version.
    fn record_about(&self, what: u8, by: ParticipantId, element: String) {
        self.send(Kind::RECORD, &Record { what, by, deed: 0, refusal: 0, element });
    }

    fn way(&self, inner: &Inner) -> Send {
        let socket = inner.socket.as_ref().map(Rc::downgrade);
        Rc::new(move |frame| {
            if let Some(socket) = socket.as_ref().and_then(Weak::upgrade) {
                socket.send(frame);
            }
        })
    }

    pub(crate) fn page(&self) -> Option<Rc<Page>> {
        self.inner.borrow().page.clone()
    }

    // ---- what is shown

    fn show(&self, view: View) {
        let settings = self.inner.borrow().settings.clone();
        self.ui.show(view, &settings);
    }

    fn show_code(&self) {
        self.show(View::Code { pin: self.pin() });
    }

    /// Seconds that the code still lives.
    pub(crate) fn code_seconds(&self) -> f64 {
        ((self.inner.borrow().until - crate::page::now()) / 1000.0).max(0.0)
    }

    fn show_bar(&self) {
        let state = self.state();
        if !matches!(state, State::Active | State::Paused) {
            return;
        }
        if let Some(view) = self.asks_to_join().or_else(|| self.asks_to_operate()) {
            return self.show(view);
        }
        let (online, paused, by_itself) = {
            let inner = self.inner.borrow();
            (inner.socket.is_some() && inner.agents.values().any(|a| a.online), inner.paused, inner.by_itself)
        };
        let (operates, remark) = self.operates();
        let many = self.inner.borrow().agents.len() > 1;
        self.show(View::Bar(Bar {
            agents: self.names(),
            many,
            paused,
            by_itself,
            online,
            previewed: self.is_previewed(),
            operates,
            remark,
            look: self.to_look_at(),
            chat: self.chat_button(),
            draws: self.ui.draws(),
            people: self.people(),
        }));
    }

    /// Who sees the page.
    fn names(&self) -> String {
        self.inner.borrow().agents.values().map(|a| a.name.clone()).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn stats(&self) -> (State, Option<Rc<Page>>, u64) {
        let inner = self.inner.borrow();
        (inner.state, inner.page.clone(), inner.live_bytes)
    }
}

/// The way of assets: their own lane, yielding to the page.
struct AssetWay(Weak<Session>);

impl Way for AssetWay {
    fn send(&self, asset: &Asset) {
        let Some(session) = self.0.upgrade() else { return };
        // Whoever looks on is given files whole.
        let is_shown = !matches!(asset, Asset::Piece(_));
        session.inner.borrow().tell_asset(Kind::ASSET, &asset.encode(), is_shown);
    }
    fn is_busy(&self) -> bool {
        self.0.upgrade().is_some_and(|s| s.inner.borrow().broadcast.as_ref().is_some_and(|b| b.asset.waiting() > 0))
    }
    fn failed(&self, address: &str) {
        if let Some(page) = self.0.upgrade().and_then(|s| s.page()) {
            page.capture.failed(address);
        }
    }
    fn drawn(&self, address: &str) -> Option<js_sys::Promise> {
        Some(self.0.upgrade()?.page()?.capture.drawn(address))
    }
}

/// One of the eight colours, by person.
const fn colour(id: ParticipantId) -> u8 {
    #[allow(clippy::cast_possible_truncation, reason = "modulo eight")]
    let n = (id.0 % 8) as u8;
    n
}

fn is_visible() -> bool {
    web_sys::window().and_then(|w| w.document()).is_none_or(|d| d.visibility_state() == web_sys::VisibilityState::Visible)
}
