//! The dashboard. Every `view!` carries a class of its own (`b`): static subtrees are then built by DOM calls instead of
//! `innerHTML`, which the page's own policy forbids.

mod chat;
pub(crate) mod check;
mod live;
mod marks;
mod pointer;
pub(crate) mod policy;
pub(crate) mod preview;
mod ready;
pub(crate) mod replies;
pub(crate) mod report;
mod side;
mod sign_in;
mod tools;

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

use crate::desk::{Desk, Phase, Signals};
use crate::words::t;

thread_local! {
    static DESK: RefCell<Option<Rc<Desk>>> = const { RefCell::new(None) };
}

/// The desk of this page.
pub(crate) fn with_desk<T>(f: impl FnOnce(&Rc<Desk>) -> T) -> Option<T> {
    let desk = DESK.with(|d| d.borrow().clone());
    desk.as_ref().map(f)
}

pub(crate) fn set_up(desk: Rc<Desk>) {
    DESK.with(|d| d.replace(Some(desk)));
}

/// All of it.
pub(crate) fn app(signals: Signals) -> impl IntoView {
    Effect::new(move |_| {
        let root = web_sys::window().and_then(|w| w.document()).and_then(|d| d.document_element());
        if let Some(root) = root {
            let _ = root.set_attribute("data-beside-state", signals.phase.get().name());
            match signals.error.get() {
                Some("not-valid") => root.set_attribute("data-beside-error", "not-valid").unwrap_or_default(),
                Some(_) | None => root.remove_attribute("data-beside-error").unwrap_or_default(),
            }
        }
    });
    let screen = Memo::new(move |_| match signals.phase.get() {
        Phase::Loading => 0,
        Phase::SignedOut => 1,
        Phase::Ready | Phase::Knocking | Phase::Waiting | Phase::Refused | Phase::Ended(_) => 2,
        Phase::Live | Phase::Paused | Phase::Stale | Phase::Left => 3,
    });
    move || match screen.get() {
        0 => ().into_any(),
        1 => sign_in::screen(signals).into_any(),
        2 => ready::screen(signals).into_any(),
        _ => live::screen(signals).into_any(),
    }
}

/// The head of a page of its own, beside the dashboard.
fn page_head() -> impl IntoView {
    view! { class="b",
        <header class="top">
            <div class="brand"><span class="mark" aria-hidden="true"></span>{t("product")}</div>
            <span class="grow"></span>
            <a href="/agent/">{t("check-back")}</a>
        </header>
    }
}

/// What went wrong, where it is read.
fn error_line(signals: Signals) -> impl IntoView {
    move || signals.error.get().map(|name| view! { class="b", <p class="error" role="alert">{t(name)}</p> })
}
