//! Between sessions: where the code is typed, and what happens until the customer allows.

use leptos::prelude::*;
use protocol::session::EndReason;

use super::desks::{closing, sign_out};
use super::replies::WRITERS;
use super::report::READERS;
use super::{error_line, t};
use crate::desk::{Phase, Signals};

pub(super) fn screen(signals: Signals) -> impl IntoView {
    let who = move || signals.me.get().map(|me| format!("{} · {}", me.name, me.company));
    view! { class="b",
        <header class="top">
            <div class="brand"><span class="mark" aria-hidden="true"></span>{t("product")}</div>
            <span class="grow"></span>
            {move || signals.me.get().is_some_and(|me| READERS.contains(&&*me.role)).then(|| view! { class="b", <a href="/agent/policy">{t("policy-title")}</a>" "<a href="/agent/report">{t("report-title")}</a> })}
            {move || signals.me.get().is_some_and(|me| WRITERS.contains(&&*me.role)).then(|| view! { class="b", <a href="/agent/replies">{t("replies-title")}</a> })}
            <a href="/agent/check">{t("check-title")}</a>
            <span class="quiet">{who}</span>
            <button class="plain" type="button" on:click=move |_| { sign_out(); }>{t("sign-out")}</button>
        </header>
        <main class="center">
            {move || match signals.phase.get() {
                Phase::Knocking | Phase::Waiting => waiting(signals).into_any(),
                Phase::Ended(reason) => ended(reason, signals).into_any(),
                _ => entry(signals).into_any(),
            }}
        </main>
    }
}

fn entry(signals: Signals) -> impl IntoView {
    let pin = NodeRef::<leptos::html::Input>::new();
    // `autofocus` counts once in a document, and the sign-in has had it.
    Effect::new(move |_| {
        if let Some(pin) = pin.get() {
            let _ = pin.focus();
        }
    });
    let submit = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        if let Some(pin) = pin.get_untracked() {
            signals.desk(|d| d.join(&pin.value()));
        }
    };
    // Digits in groups of three as they are read out.
    let tidy = move |_| {
        if let Some(pin) = pin.get_untracked() {
            let digits: Vec<char> = pin.value().chars().filter(char::is_ascii_digit).take(15).collect();
            let groups: Vec<String> = digits.chunks(3).map(|c| c.iter().collect()).collect();
            pin.set_value(&groups.join(" "));
        }
    };
    view! { class="b",
        <form class="card" on:submit=submit>
            <h1>{t("ready-title")}</h1>
            <p class="quiet">{t("ready-lead")}</p>
            {move || (signals.phase.get() == Phase::Refused).then(|| view! { class="b", <p class="notice" role="status">{t("refused")}</p> })}
            <label>{t("pin")}<input node_ref=pin class="pin" name="pin" inputmode="numeric" autocomplete="off" placeholder="000 000 000" on:input=tidy/></label>
            <p class="small">{t("pin-help")}</p>
            {error_line(signals)}
            <button class="main wide" type="submit">{t("join")}</button>
            <ol class="steps">
                <li>{t("recent-1")}</li>
                <li>{t("recent-2")}</li>
                <li>{t("recent-3")}</li>
            </ol>
        </form>
    }
}

fn waiting(signals: Signals) -> impl IntoView {
    view! { class="b",
        <section class="card" role="status">
            <div class="pulse" aria-hidden="true"></div>
            <h1>{t("waiting-title")}</h1>
            <p class="quiet">{move || if signals.phase.get() == Phase::Knocking { t("waiting-knock") } else { t("waiting-lead") }}</p>
            <button class="plain wide" type="button" on:click=move |_| { signals.desk(|d| d.give_up()); }>{t("give-up")}</button>
        </section>
    }
}

fn ended(reason: Option<EndReason>, signals: Signals) -> impl IntoView {
    let notes = signals.notes.get_untracked();
    let why = match reason {
        Some(EndReason::Customer) => "ended-customer",
        Some(EndReason::Agent) => "ended-agent",
        Some(EndReason::Removed) => "ended-removed",
        Some(EndReason::Away | EndReason::Limit) | None => "ended-away",
    };
    view! { class="b",
        <section class="card" role="status">
            <h1>{t("ended-title")}</h1>
            <p class="quiet">{t(why)}</p>
            {(!notes.is_empty()).then(|| {
                let copied = notes.clone();
                let copy = move |_| {
                    if let Some(window) = web_sys::window() {
                        let _ = window.navigator().clipboard().write_text(&copied);
                    }
                };
                view! { class="b", <p class="notes">{notes}</p><p><button class="plain wide" type="button" on:click=copy>{t("notes-copy")}</button></p> }
            })}
            <button class="main wide" type="button" on:click=move |_| { signals.desk(|d| d.ready()); }>{t("back-to-start")}</button>
            {closing(signals).map(|close| view! { class="b", <p></p><button class="plain wide" type="button" on:click=move |_| close()>{t("close")}</button> })}
        </section>
    }
}
