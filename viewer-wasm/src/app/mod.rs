//! The dashboard. Every `view!` carries a class of its own (`b`): static subtrees are then built by DOM calls instead of
//! `innerHTML`, which the page's own policy forbids.

mod chat;
pub(crate) mod check;
pub(crate) mod desks;
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
mod view;

use leptos::prelude::*;

use crate::desk::Signals;
use crate::words::t;

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
