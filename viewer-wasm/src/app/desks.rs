//! Several sessions in one tab: a desk for each, one of them in front, the others going on behind it.

use leptos::prelude::*;

use super::{live, ready, side, sign_in};
use crate::api::{self, Me};
use crate::desk::{Desk, MOST, Phase, Signals};
use crate::words::t;

/// The desks of this tab.
#[derive(Clone, Copy)]
pub(crate) struct Desks {
    all: RwSignal<Vec<Signals>>,
    front: RwSignal<u32>,
}

thread_local! {
    static DESKS: std::cell::Cell<Option<Desks>> = const { std::cell::Cell::new(None) };
}

impl Desks {
    /// Those of this tab.
    fn here() -> Option<Self> {
        DESKS.with(std::cell::Cell::get)
    }

    /// One for each session that the tab kept, and one at least.
    pub(crate) fn open() -> Self {
        let mut ids = Desk::kept_ones();
        if ids.is_empty() {
            ids.push(0);
        }
        let all: Vec<Signals> = ids.iter().filter_map(|id| Desk::open(*id)).collect();
        let desks = Self { front: RwSignal::new(all.first().map_or(0, |signals| signals.id)), all: RwSignal::new(all) };
        DESKS.with(|here| here.set(Some(desks)));
        desks
    }

    /// Continues what was kept, or shows who is signed in, or asks.
    pub(crate) async fn wake(self) {
        match api::me().await {
            Ok(me) => {
                for signals in self.all.get_untracked() {
                    signals.desk(|desk| desk.wake(me.clone()));
                }
            }
            Err(api::Failed::Status(401)) => self.only_one(),
            // What was kept is there when the relay is.
            Err(_) => {
                if let Some(signals) = self.front() {
                    signals.phase.set(Phase::SignedOut);
                }
            }
        }
    }

    /// The one in front.
    pub(crate) fn front(self) -> Option<Signals> {
        let front = self.front.get();
        self.all.with(|all| all.iter().find(|signals| signals.id == front).copied())
    }

    fn is_front(self, id: u32) -> Signal<bool> {
        Signal::derive(move || self.front.get() == id)
    }

    /// A desk to begin at: one at which nobody is helped, or a new one.
    fn another(self, me: &Me) {
        let all = self.all.get_untracked();
        let idle = all.iter().find(|signals| matches!(signals.phase.get_untracked(), Phase::Ready | Phase::Refused));
        if let Some(idle) = idle {
            return self.front.set(idle.id);
        }
        let free = (0..MOST).find(|id| all.iter().all(|signals| signals.id != *id));
        if let Some(signals) = free.and_then(Desk::open) {
            signals.desk(|desk| desk.wake(me.clone()));
            self.all.update(|all| all.push(signals));
            self.front.set(signals.id);
        }
    }

    /// Puts a desk away at which nobody is helped any more.
    fn close(self, id: u32) {
        self.all.update(|all| all.retain(|signals| signals.id != id));
        Desk::close(id);
        if let Some(other) = self.all.with_untracked(|all| all.first().copied()) {
            self.front.set(other.id);
        }
    }

    /// Signed out: sessions end, and one desk is left to sign in at.
    fn only_one(self) {
        for signals in self.all.get_untracked().iter().skip(1) {
            signals.desk(|desk| desk.end());
            self.close(signals.id);
        }
        if let Some(signals) = self.all.get_untracked().first() {
            signals.phase.set(Phase::SignedOut);
        }
    }

    fn go(self, by: isize) {
        let all = self.all.get_untracked();
        let at = all.iter().position(|signals| signals.id == self.front.get_untracked());
        let to = at.and_then(|at| at.checked_add_signed(by)).and_then(|to| all.get(to));
        if let Some(signals) = to {
            self.front.set(signals.id);
        }
    }
}

/// Ends what runs, and has the agent sign in again.
pub(super) fn sign_out() {
    let Some(desks) = Desks::here() else { return };
    if let Some(signals) = desks.all.with_untracked(|all| all.first().copied()) {
        signals.desk(|desk| desk.sign_out());
    }
    desks.only_one();
}

/// The button that opens one more desk.
fn another(desks: Desks, me: Me, class: &'static str) -> impl IntoView {
    view! { class="b",
        <button type="button" class=class data-beside="another" title=t("session-new") aria-label=t("session-new") hidden=move || desks.all.with(|all| all.len() >= MOST as usize)
            on:click=move |_| desks.another(&me)>"+"</button>
    }
}

/// The same, while there is one desk and no row of them.
pub(super) fn first_another(signals: Signals) -> Option<impl IntoView> {
    let desks = Desks::here().filter(|desks| desks.all.with(|all| all.len() == 1))?;
    Some(another(desks, signals.me.get()?, "plain"))
}

/// Whether a desk may be put away, and how: nothing where it is the only one.
pub(super) fn closing(signals: Signals) -> Option<impl Fn()> {
    let desks = Desks::here().filter(|desks| desks.all.with(|all| all.len() > 1))?;
    Some(move || desks.close(signals.id))
}

/// All of them, and the row by which one goes from one to the other.
pub(crate) fn screen(desks: Desks) -> impl IntoView {
    Effect::new(move |_| {
        let Some(root) = web_sys::window().and_then(|w| w.document()).and_then(|d| d.document_element()) else { return };
        let Some(signals) = desks.front() else { return };
        let _ = root.set_attribute("data-beside-state", signals.phase.get().name());
        match signals.error.get() {
            Some("not-valid") => root.set_attribute("data-beside-error", "not-valid").unwrap_or_default(),
            Some(_) | None => root.remove_attribute("data-beside-error").unwrap_or_default(),
        }
    });
    // What is new stands in the name of the browser's tab, too.
    Effect::new(move |_| {
        let unread: usize = desks.all.get().into_iter().map(side::unread).sum();
        let name = if unread > 0 { format!("({unread}) {}", t("product")) } else { t("product") };
        if let Some(document) = web_sys::window().and_then(|w| w.document()) {
            document.set_title(&name);
        }
    });
    let keys = window_event_listener(leptos::ev::keydown, move |e| {
        if e.alt_key() && matches!(&*e.key(), "ArrowUp" | "ArrowDown") {
            e.prevent_default();
            desks.go(if e.key() == "ArrowUp" { -1 } else { 1 });
        }
    });
    on_cleanup(move || keys.remove());
    let is_in = Memo::new(move |_| desks.front().and_then(|signals| signals.me.get()));
    view! { class="b",
        <div class="desks">
            {move || desks.all.with(|all| all.len() > 1).then(|| is_in.get()).flatten().map(|me| rail(desks, me))}
            <div class="seats"><For each=move || desks.all.get() key=|signals| signals.id let:signals>{seat(desks, signals)}</For></div>
        </div>
    }
}

/// One desk. Of those behind only what is live is kept, and laid out as it would be in front.
fn seat(desks: Desks, signals: Signals) -> impl IntoView {
    let front = desks.is_front(signals.id);
    let screen = Memo::new(move |_| match signals.phase.get() {
        Phase::Live | Phase::Paused | Phase::Stale | Phase::Left => 3,
        _ if !front.get() => 0,
        Phase::Loading => 0,
        Phase::SignedOut => 1,
        Phase::Ready | Phase::Knocking | Phase::Waiting | Phase::Refused | Phase::Ended(_) => 2,
    });
    Effect::new(move |_| {
        let name = if front.get() { "replica" } else { "replica-behind" };
        signals.desk(|desk| desk.stage.borrow().frame.set_attribute("data-beside", name).unwrap_or_default());
    });
    let shown = move || match screen.get() {
        0 => ().into_any(),
        1 => sign_in::screen(signals).into_any(),
        2 => ready::screen(signals).into_any(),
        _ => live::screen(signals, front).into_any(),
    };
    view! { class="b", <div class="seat" class:behind=move || !front.get() inert=move || !front.get()>{shown}</div> }
}

/// The row of desks at the left.
fn rail(desks: Desks, me: Me) -> impl IntoView {
    let one = move |signals: Signals| {
        let unread = move || side::unread(signals);
        let name = move || {
            let named = signals.known.with(|known| known.as_ref().map(|k| k.facts.name.clone()).unwrap_or_default());
            match signals.phase.get() {
                Phase::Live | Phase::Paused | Phase::Stale | Phase::Left if named.is_empty() => signals.page.get().title,
                Phase::Live | Phase::Paused | Phase::Stale | Phase::Left => named,
                Phase::Knocking | Phase::Waiting => t("waiting-title"),
                Phase::Ended(_) => t("ended-title"),
                Phase::Loading | Phase::SignedOut | Phase::Ready | Phase::Refused => t("ready-title"),
            }
        };
        let words = move || {
            if unread() > 0 { format!("{} – {}", name(), t("chat-unread").replace("{count}", &unread().to_string())) } else { name() }
        };
        let letter = move || name().chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        view! { class="b",
            <button type="button" class="seat-tab" data-state=move || signals.phase.get().name() title=words aria-label=words
                aria-current=move || if desks.front.get() == signals.id { "true" } else { "false" } on:click=move |_| desks.front.set(signals.id)>
                {letter}
                {move || (unread() > 0).then(|| view! { class="b", <span class="badge">{unread()}</span> })}
            </button>
        }
    };
    view! { class="b",
        <nav class="rail" aria-label=t("sessions")>
            <For each=move || desks.all.get() key=|signals| signals.id let:signals>{one(signals)}</For>
            {another(desks, me, "seat-tab add")}
        </nav>
    }
}
