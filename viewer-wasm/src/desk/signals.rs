//! What the interface shows of a desk, as signals.

use super::*;

/// Where the desk stands; the names are what automation reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Loading,
    SignedOut,
    Ready,
    Knocking,
    Waiting,
    Refused,
    Live,
    Paused,
    Stale,
    Left,
    Ended(Option<EndReason>),
}

impl Phase {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::SignedOut => "signed-out",
            Self::Ready => "ready",
            Self::Knocking | Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Stale => "stale",
            Self::Left => "left",
            Self::Ended(_) => "ended",
        }
    }
    pub(crate) const fn has_picture(self) -> bool {
        matches!(self, Self::Live | Self::Paused | Self::Stale | Self::Left)
    }
}

/// How the picture stands against the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Light {
    Same,
    CatchingUp,
    Differs,
}

/// How large the picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// As large as there is room, and never larger than life.
    Fit,
    /// Of the customer's, in percent.
    Percent(u16),
}

/// What the drawing of the replica's surroundings needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageInfo {
    pub(crate) title: String,
    pub(crate) address: String,
}

thread_local! {
    /// Signals live as long as the page: a desk may be opened from a part of the interface that goes before it.
    pub(super) static OWNER: Owner = Owner::new();
    pub(super) static DESKS: RefCell<Vec<Rc<Desk>>> = const { RefCell::new(Vec::new()) };
}

/// Everything the interface shows of a desk, as signals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signals {
    /// Which desk's.
    pub(crate) id: u32,
    pub(crate) phase: RwSignal<Phase>,
    pub(crate) me: RwSignal<Option<Me>>,
    pub(crate) error: RwSignal<Option<&'static str>>,
    pub(crate) page: RwSignal<PageInfo>,
    pub(crate) viewport: RwSignal<(u32, u32)>,
    /// Zoomed in with two fingers: scale × 1000, left, top.
    pub(crate) zoom: RwSignal<(u32, u32, u32)>,
    pub(crate) light: RwSignal<Light>,
    pub(crate) customer_online: RwSignal<bool>,
    pub(crate) customer_looks: RwSignal<bool>,
    pub(crate) line: RwSignal<bool>,
    pub(crate) age: RwSignal<u32>,
    pub(crate) people: RwSignal<Vec<Person>>,
    pub(crate) notice: RwSignal<Option<String>>,
    pub(crate) operating: RwSignal<Operating>,
    /// A word about operating, for a while.
    pub(crate) said: RwSignal<Option<&'static str>>,
    /// The draft that this session tries out, if it is of whoever is signed in.
    pub(crate) draft: RwSignal<Option<Draft>>,
    /// What became of it.
    pub(crate) notice_of_policy: RwSignal<Option<String>>,
    /// Counts up with every answer about what the draft's rules hit.
    pub(crate) touched: RwSignal<u32>,
    /// Counts up with every change of the picture.
    pub(crate) drawn: RwSignal<u32>,
    /// Whether marks that are made go by themselves after a while.
    pub(crate) fades: RwSignal<bool>,
    /// How large the picture is, and whether the agent looks around alone.
    pub(crate) size: RwSignal<Size>,
    pub(crate) alone: RwSignal<bool>,
    /// Counts up with every change of the chat.
    pub(crate) chat: RwSignal<u32>,
    /// Who writes.
    pub(crate) writes: RwSignal<Option<ParticipantId>>,
    /// What is known of the customer.
    pub(crate) known: RwSignal<Option<chat::Known>>,
    /// A code for a colleague, and who operates the page besides the customer.
    pub(crate) invitation: RwSignal<Option<people::Invitation>>,
    pub(crate) holder: RwSignal<ParticipantId>,
    /// What the agent notes.
    pub(crate) notes: RwSignal<String>,
}

impl Signals {
    /// The desk whose they are; nothing once that is put away.
    pub(crate) fn desk<T>(self, f: impl FnOnce(&Rc<Desk>) -> T) -> Option<T> {
        let desk = DESKS.with(|all| all.borrow().iter().find(|desk| desk.signals.id == self.id).cloned());
        desk.as_ref().map(f)
    }

    pub(super) fn new(id: u32) -> Self {
        Self {
            id,
            phase: RwSignal::new(Phase::Loading),
            me: RwSignal::new(None),
            error: RwSignal::new(None),
            page: RwSignal::new(PageInfo::default()),
            viewport: RwSignal::new((1280, 800)),
            zoom: RwSignal::new(NOT_ZOOMED),
            light: RwSignal::new(Light::CatchingUp),
            customer_online: RwSignal::new(true),
            customer_looks: RwSignal::new(true),
            line: RwSignal::new(true),
            age: RwSignal::new(0),
            people: RwSignal::new(Vec::new()),
            notice: RwSignal::new(None),
            operating: RwSignal::new(Operating::Nobody),
            said: RwSignal::new(None),
            draft: RwSignal::new(None),
            touched: RwSignal::new(0),
            notice_of_policy: RwSignal::new(None),
            drawn: RwSignal::new(0),
            fades: RwSignal::new(false),
            size: RwSignal::new(Size::Fit),
            alone: RwSignal::new(false),
            chat: RwSignal::new(0),
            writes: RwSignal::new(None),
            known: RwSignal::new(None),
            invitation: RwSignal::new(None),
            holder: RwSignal::new(ParticipantId::CUSTOMER),
            notes: RwSignal::new(String::new()),
        }
    }
}
