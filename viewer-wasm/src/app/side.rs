//! What stands beside the picture: the chat, who is there, what is known of the customer, and notes.

use leptos::prelude::*;
use protocol::control::Facts;

use super::chat;
use crate::desk::{Desk, Signals};
use crate::now;
use crate::words::t;

/// Which of the two panels shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Panel {
    Chat,
    People,
}

impl Panel {
    const fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::People => "people",
        }
    }
}

/// All of it. `folded`: the picture has all the room.
pub(super) fn side(signals: Signals, front: Signal<bool>, folded: RwSignal<bool>, away: Signal<bool>) -> impl IntoView {
    let panel = RwSignal::new(Panel::Chat);
    let shows = move |which: Panel| Signal::derive(move || panel.get() == which && !folded.get() && !away.get());
    let named = move |what: &str, which: Panel| Desk::named(signals.id, &format!("{what}-{}", which.name()));
    let tab = move |which: Panel| {
        let words = move || {
            let unread = if which == Panel::Chat { unread(signals) } else { 0 };
            if unread > 0 { t("chat-unread").replace("{count}", &unread.to_string()) } else { t(which.name()) }
        };
        view! { class="b",
            <button type="button" role="tab" id=named("tab", which) aria-controls=named("panel", which)
                aria-selected=move || if panel.get() == which { "true" } else { "false" } on:click=move |_| panel.set(which)>{words}</button>
        }
    };
    // Arrow keys go from one to the other, as in any row of tabs.
    let arrows = move |e: web_sys::KeyboardEvent| {
        if matches!(&*e.key(), "ArrowLeft" | "ArrowRight") {
            panel.update(|p| *p = if *p == Panel::Chat { Panel::People } else { Panel::Chat });
            focus(&named("tab", panel.get_untracked()));
        }
    };
    view! { class="b",
        <aside class="side" aria-label=t("side") hidden=move || folded.get() || away.get()>
            <div class="tabs" role="tablist" on:keydown=arrows>{tab(Panel::Chat)}{tab(Panel::People)}</div>
            {chat::panel(signals, front, shows(Panel::Chat))}
            <div class="about" role="tabpanel" id=named("panel", Panel::People) aria-labelledby=named("tab", Panel::People) hidden=move || !shows(Panel::People).get()>
                <ul class="people">
                    <li><span class="dot customer"></span>{move || customer(signals)}</li>
                    {move || people(signals)}
                </ul>
                {colleagues(signals)}
                {move || signals.known.get().map(|known| facts(signals, &known.facts, known.at))}
                <label>{t("notes")}<textarea rows="5" maxlength="2000" dir="auto" placeholder=t("notes-help") prop:value=move || signals.notes.get()
                    on:change=move |e| { signals.notes.set(event_target_value(&e)); signals.desk(|d| d.keep_notes()); }></textarea></label>
            </div>
        </aside>
    }
}

pub(super) fn focus(id: &str) {
    use wasm_bindgen::JsCast;
    let found = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id(id));
    if let Some(element) = found.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// How much was said that the agent has not seen.
pub(super) fn unread(signals: Signals) -> usize {
    signals.chat.track();
    signals.desk(|d| d.talk.chat().unread(d.me())).unwrap_or_default()
}

/// The customer as the page named them.
fn customer(signals: Signals) -> String {
    let name = signals.known.with(|known| known.as_ref().map(|k| k.facts.name.clone()).unwrap_or_default());
    if name.is_empty() { t("customer") } else { format!("{name} ({})", t("customer")) }
}

fn people(signals: Signals) -> impl IntoView {
    let me = signals.desk(|d| d.me()).unwrap_or_default();
    let holder = signals.holder.get();
    signals
        .people
        .get()
        .into_iter()
        .map(|p| {
            let is_me = p.id == me;
            let mine = if is_me { format!(" ({})", t("you")) } else { String::new() };
            let dot = format!("dot c{}", p.colour);
            let id = p.id;
            view! { class="b",
                <li>
                    <span class=dot></span>
                    <span class="who">{format!("{}{mine}", p.name)}<span class="small">{t(&format!("role-{}", p.role))}</span>{(holder == id).then(|| view! { class="b", <span class="baton">{t("operates")}</span> })}</span>
                    {(!is_me).then(|| view! { class="b", <button type="button" class="plain" title=t("hand-over-help") on:click=move |_| { signals.desk(|d| d.hand_over(id)); }>{t("hand-over")}</button> })}
                </li>
            }
        })
        .collect_view()
}

/// A code for a colleague, and leaving while they go on.
fn colleagues(signals: Signals) -> impl IntoView {
    let code = move || {
        signals.invitation.get().map(|invitation| {
            let digits: Vec<char> = invitation.pin.chars().collect();
            let groups: Vec<String> = digits.chunks(3).map(|c| c.iter().collect()).collect();
            view! { class="b",
                <output class="code">{groups.join(" ")}</output>
                <p class="small">{t("invite-help").replace("{minutes}", &invitation.minutes.to_string())}</p>
            }
        })
    };
    view! { class="b",
        {code}
        <div class="row colleagues">
            <button type="button" class="plain" data-beside="invite" on:click=move |_| { signals.desk(|d| d.ask_invite()); }>{t("invite")}</button>
            {move || (signals.people.with(Vec::len) > 1).then(|| view! { class="b", <button type="button" class="plain" data-beside="leave" on:click=move |_| { signals.desk(|d| d.leave()); }>{t("leave")}</button> })}
        </div>
    }
}

/// What is known of the customer.
fn facts(signals: Signals, facts: &Facts, told: f64) -> impl IntoView + use<> {
    let began = told - f64::from(facts.since) * 1000.0;
    let minutes = move || {
        // Counted with the picture's age, which changes every second.
        signals.age.track();
        signals.drawn.track();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "minutes of a session")]
        let minutes = ((now() - began) / 60_000.0).max(0.0) as u32;
        t("fact-minutes").replace("{minutes}", &minutes.to_string())
    };
    let row = |name: &str, words: String| (!words.is_empty()).then(|| view! { class="b", <dt>{t(name)}</dt><dd>{words}</dd> });
    view! { class="b",
        <dl class="facts">
            {row("fact-topic", facts.topic.clone())}
            {row("fact-browser", browser(&facts.browser))}
            {row("fact-language", language(&facts.language))}
            <dt>{t("fact-window")}</dt><dd>{move || { let (w, h) = signals.viewport.get(); format!("{w} × {h}") }}</dd>
            <dt>{t("fact-page")}</dt><dd class="at">{move || signals.page.get().address}</dd>
            <dt>{t("fact-time")}</dt><dd>{minutes}</dd>
        </dl>
    }
}

/// A language's name in the agent's.
fn language(tag: &str) -> String {
    let mine = web_sys::window().and_then(|w| w.navigator().language()).unwrap_or_else(|| "en".to_owned());
    let named = || {
        let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let kind: js_sys::Function = js_sys::Reflect::get(&intl, &"DisplayNames".into()).ok()?.into();
        let options = js_sys::Object::new();
        js_sys::Reflect::set(&options, &"type".into(), &"language".into()).ok()?;
        let names = js_sys::Reflect::construct(&kind, &js_sys::Array::of2(&mine.into(), &options)).ok()?;
        let of: js_sys::Function = js_sys::Reflect::get(&names, &"of".into()).ok()?.into();
        of.call1(&names, &tag.into()).ok()?.as_string()
    };
    named().unwrap_or_else(|| tag.to_owned())
}

/// Which browser on what, out of how it names itself. The first that fits counts: most name others beside themselves.
fn browser(agent: &str) -> String {
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Version/", "Safari"),
    ];
    let systems = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = browsers.iter().find_map(|(mark, name)| {
        let (_, rest) = agent.split_once(mark)?;
        Some(format!("{name} {}", rest.split(['.', ' ']).next().unwrap_or_default()))
    });
    let system = systems.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| (*name).to_owned());
    [named, system].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
