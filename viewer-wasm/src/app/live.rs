//! The desk while a session is live: the picture, its state in one place, the tools, and who is there.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::desks::first_another;
use super::pointer::{Menu, Picture};
use super::policy;
use super::policy::editor::Editor;
use super::side;
use super::tools::{self, Bench, Tool};
use super::view;
use crate::desk::operate::Operating;
use crate::desk::{Desk, Light, Phase, Signals, Size};
use crate::words::t;

/// `front`: whether it is the desk in front.
pub(super) fn screen(signals: Signals, front: Signal<bool>) -> impl IntoView {
    let tool = RwSignal::new(Tool::Pointer);
    let menu = RwSignal::new(None::<Menu>);
    let editor = Editor::new(signals);
    let bench = Bench { tool, menu, picked: editor.picked, note: RwSignal::new(None) };
    let folded = RwSignal::new(false);
    let help = RwSignal::new(false);
    let place = NodeRef::<leptos::html::Div>::new();
    // The hand is there as soon as it is allowed, and no longer.
    Effect::new(move |was: Option<bool>| {
        let mine = matches!(signals.operating.get(), Operating::Me { .. });
        if !mine {
            menu.set(None);
            if tool.get_untracked() == Tool::Hand {
                tool.set(Tool::Pointer);
            }
        } else if was != Some(true) {
            tool.set(Tool::Hand);
        }
        mine
    });
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            Picture::mount(&place, signals, bench, front);
        }
    });
    let keys = window_event_listener(leptos::ev::keydown, move |e| {
        if !front.get_untracked() {
            return;
        }
        let typing = e
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|t| t.matches("input, textarea, select, [role=log], [role=tab]").unwrap_or(false));
        let in_panel =
            e.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()).is_some_and(|t| t.closest(".editor").ok().flatten().is_some());
        if typing || in_panel || e.alt_key() {
            return;
        }
        if e.ctrl_key() || e.meta_key() {
            // As everywhere else.
            let key = if e.shift_key() && e.key().eq_ignore_ascii_case("z") { "y" } else { &e.key() };
            if matches!(key, "z" | "y") && tools::strike(key, signals, bench) {
                e.prevent_default();
            }
            return;
        }
        // Keys are the page's where the hand is; a button of the desk that has the focus keeps its own.
        let at_picture =
            e.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()).is_some_and(|t| t.matches("body, .over").unwrap_or(false));
        if tool.get_untracked() == Tool::Hand && at_picture {
            menu.set(None);
            if signals.desk(|d| d.strike(&e.key())).unwrap_or_default() {
                e.prevent_default();
            }
            return;
        }
        match &*e.key() {
            "?" => help.update(|open| *open = !*open),
            "+" | "=" => view::step(signals, true),
            "-" => view::step(signals, false),
            "g" => view::toggle(signals),
            "p" => folded.update(|folded| *folded = !*folded),
            "m" => {
                folded.set(false);
                side::focus(&Desk::named(signals.id, "chat-field"));
                e.prevent_default();
            }
            "Escape" if help.get_untracked() => help.set(false),
            key => {
                tools::strike(key, signals, bench);
            }
        }
    });
    on_cleanup(move || keys.remove());
    // An admin who tries out a draft came to work on it.
    Effect::new(move |was: Option<bool>| {
        let is = signals.draft.with(Option::is_some);
        match was {
            Some(was) if was == is => {}
            _ if is => tool.set(Tool::Policy),
            _ if tool.get_untracked() == Tool::Policy => tool.set(Tool::Pointer),
            _ => {}
        }
        is
    });
    Effect::new(move |_| {
        if tool.get() != Tool::Policy {
            editor.picked.set(None);
        }
    });
    let state = move || state_of(signals);
    view! { class="b",
        <div class="desk" data-frame=move || state().1 style:--picture=move || format!("{}px", signals.viewport.get().0 + 16)>
            <header class="top">
                <div class="brand"><span class="mark" aria-hidden="true"></span></div>
                <div class="where">
                    <strong>{move || signals.page.get().title}</strong>
                    <span class="quiet">{move || signals.page.get().address}</span>
                </div>
                <span class="grow"></span>
                {move || zoomed(signals)}
                {view::choose(signals)}
                {move || (!signals.customer_looks.get()).then(|| view! { class="b", <span class="quiet">{t("away-tab")}</span> })}
                <span class=move || format!("light {}", state().1) role="status">{move || state().0}</span>
                {move || first_another(signals)}
                <button class="plain" type="button" title=format!("{} (?)", t("keys-title")) aria-label=t("keys-title") aria-expanded=move || if help.get() { "true" } else { "false" } on:click=move |_| help.update(|open| *open = !*open)>"?"</button>
                <button class="plain" type="button" title=format!("{} (p)", t("side")) aria-expanded=move || if folded.get() { "false" } else { "true" } on:click=move |_| folded.update(|f| *f = !*f)>{move || side_words(signals, folded.get())}</button>
                <button class="bad" type="button" data-beside=move || if front.get() { "end" } else { "end-behind" } on:click=move |_| { signals.desk(|d| d.end()); }>{t("end")}</button>
            </header>
            {move || signals.notice.get().map(|rule| view! { class="b", <p class="banner warn" role="alert">{notice(&rule)}</p> })}
            {move || signals.notice_of_policy.get().map(|text| view! { class="b", <p class="banner operated" role="status">{text}</p> })}
            {move || operating(signals)}
            {move || banner(signals).map(|text| view! { class="b", <p class="banner" role="status">{text}</p> })}
            <div class="body">
                <div class="place" node_ref=place class:free=move || signals.size.get() != Size::Fit>{move || menu.get().map(|m| choices(signals, m, menu))}{move || help.get().then(|| tools::keys(help))}{move || tools::note(signals, bench)}</div>
                {move || (tool.get() == Tool::Policy).then(|| policy::panel::panel(editor))}
                {view::map(signals, front)}
                {side::side(signals, front, folded, Signal::derive(move || tool.get() == Tool::Policy))}
            </div>
            {tools::row(signals, bench)}
        </div>
    }
}

/// What the button says that folds the panels away, or brings them back: there, how much is new.
fn side_words(signals: Signals, folded: bool) -> String {
    let unread = side::unread(signals);
    if folded && unread > 0 { t("chat-unread").replace("{count}", &unread.to_string()) } else { t("side") }
}

/// Who operates the page, and what became of the last act that was refused.
fn operating(signals: Signals) -> Option<impl IntoView> {
    let said = signals.said.get().map(t);
    let who = match signals.operating.get() {
        Operating::Nobody | Operating::Asked => None,
        Operating::Me { once: true } => Some(t("operate-me-once")),
        Operating::Me { once: false } => Some(t("operate-me")),
        Operating::Other => Some(t("operate-other")),
    };
    let is_said = said.is_some();
    said.or(who).map(|words| view! { class="b", <p class="banner operated" role="status" data-said=is_said>{words}</p> })
}

/// What a list of the page offers.
fn choices(signals: Signals, menu: Menu, open: RwSignal<Option<Menu>>) -> impl IntoView {
    let node = menu.node;
    let entries = menu
        .choices
        .into_iter()
        .map(|c| {
            let press = move |_| {
                signals.desk(|d| d.choose(node, c.index));
                open.set(None);
            };
            view! { class="b", <button type="button" role="option" aria-selected=if c.chosen { "true" } else { "false" } on:click=press>{c.words}</button> }
        })
        .collect_view();
    view! { class="b", <div class="choices" role="listbox" style:left=format!("{}px", menu.at.0) style:top=format!("{}px", menu.at.1)>{entries}</div> }
}

/// How far the customer has zoomed in: what is seen is a part of the page.
fn zoomed(signals: Signals) -> Option<impl IntoView> {
    let (zoom, ..) = signals.zoom.get();
    let percent = zoom / 10;
    (percent != 100)
        .then(|| view! { class="b", <span class="quiet" data-zoom=percent>{t("zoomed").replace("{percent}", &percent.to_string())}</span> })
}

fn notice(rule: &str) -> String {
    if rule.is_empty() { t("all-masked-none") } else { t("all-masked").replace("{name}", rule) }
}

/// One state, in one place: its words and its class.
fn state_of(signals: Signals) -> (String, &'static str) {
    match signals.phase.get() {
        Phase::Paused => (t("paused"), "paused"),
        Phase::Left => (t("left"), "left"),
        _ if !signals.line.get() => (t("reconnecting"), "stale"),
        Phase::Stale => (t("stale"), "stale"),
        _ if !signals.customer_online.get() => (t("leaving"), "stale"),
        _ if signals.alone.get() => (t("looking-alone"), "alone"),
        _ => match signals.light.get() {
            Light::Same => (t("live"), "same"),
            Light::CatchingUp => (t("catching-up"), "catching"),
            Light::Differs => (t("differs"), "differs"),
        },
    }
}

fn banner(signals: Signals) -> Option<String> {
    match signals.phase.get() {
        Phase::Stale => Some(t("stale-banner").replace("{seconds}", &signals.age.get().to_string())),
        Phase::Left => Some(t("left-banner")),
        Phase::Paused => Some(t("paused-banner")),
        _ => None,
    }
}

/// Calls `f` before every paint until it says no.
pub(super) fn every_frame(mut f: impl FnMut() -> bool + 'static) {
    use std::cell::RefCell;
    use std::rc::Rc;
    type Step = Rc<RefCell<Option<Closure<dyn FnMut()>>>>;
    let step: Step = Rc::default();
    let again = step.clone();
    let request = |step: &Step| {
        if let (Some(window), Some(step)) = (web_sys::window(), &*step.borrow()) {
            let _ = window.request_animation_frame(step.as_ref().unchecked_ref());
        }
    };
    let closure = Closure::<dyn FnMut()>::new(move || {
        if f() {
            request(&again);
        }
    });
    step.replace(Some(closure));
    request(&step);
}
