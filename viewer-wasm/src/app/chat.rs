//! The chat beside the picture: what was said, a line to write in, ready answers, and a word of warning before something is asked
//! that no helper may ask.

use engine::chat::{Part, Stage, asks_for_secret, parts, tells};
use leptos::prelude::*;
use protocol::ParticipantId;
use protocol::control::Said;

use super::replies::{self, Reply};
use crate::desk::{Desk, Signals};
use crate::words::t;

/// Signs of the face and hand that a helper may need.
const EMOJI: [&str; 16] = ["🙂", "😀", "😅", "🤔", "😕", "🙏", "👍", "👋", "👏", "✅", "❌", "⚠️", "🎉", "☎️", "⏳", "❤️"];
/// Letters of a message at most: four bytes each are within what the wire takes.
const LETTERS: &str = "1000";

/// What lies open over the line in which is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Replies,
    Emoji,
    /// A warning about what was to be sent.
    Warning(&'static str),
}

/// The panel. `in_sight`: whether it is the one that shows.
/// `front`: whether the desk is.
pub(super) fn panel(signals: Signals, front: Signal<bool>, in_sight: Signal<bool>) -> impl IntoView {
    let log = NodeRef::<leptos::html::Div>::new();
    let looked = RwSignal::new(0u32);
    let back = window_event_listener_untyped("visibilitychange", move |_| looked.update(|n| *n += 1));
    on_cleanup(move || back.remove());
    Effect::new(move |_| {
        signals.chat.track();
        looked.track();
        let visible =
            web_sys::window().and_then(|w| w.document()).is_some_and(|d| d.visibility_state() == web_sys::VisibilityState::Visible);
        let seen = in_sight.get() && front.get() && visible;
        signals.desk(|d| d.follow(seen));
    });
    Effect::new(move |_| {
        signals.chat.track();
        if let (Some(log), true) = (log.get(), in_sight.get()) {
            request_animation_frame(move || log.set_scroll_top(log.scroll_height()));
        }
    });
    view! { class="b",
        <div class="chat" hidden=move || !in_sight.get() role="tabpanel" id=Desk::named(signals.id, "panel-chat") aria-labelledby=Desk::named(signals.id, "tab-chat")>
            <div class="log" node_ref=log role="log" tabindex="0" aria-label=t("chat")>
                {move || said(signals).is_empty().then(|| view! { class="b", <p class="quiet">{t("chat-none")}</p> })}
                <For each=move || said(signals) key=|line| (line.by, line.number, line.order > 0) let:line>{bubble(signals, &line)}</For>
            </div>
            <p class="small state" data-beside="chat-state">{move || state(signals)}</p>
            {writing(signals)}
        </div>
    }
}

#[derive(Clone, PartialEq)]
struct Line {
    by: ParticipantId,
    number: u32,
    order: u32,
    at: u64,
    text: String,
}

fn said(signals: Signals) -> Vec<Line> {
    signals.chat.track();
    let line = |said: &Said| Line { by: said.by, number: said.number, order: said.order, at: said.at, text: said.text.clone() };
    signals.desk(|d| d.talk.chat().all().map(line).collect()).unwrap_or_default()
}

fn bubble(signals: Signals, line: &Line) -> impl IntoView + use<> {
    let me = signals.desk(|d| d.me()).unwrap_or_default();
    let class = if line.by == me { "line mine" } else { "line" };
    let (by, order, at) = (line.by, line.order, line.at);
    // Names may come after what was said.
    let head = move || {
        let name = if by == me {
            t("you-said")
        } else if by == ParticipantId::CUSTOMER {
            let named = signals.known.with(|known| known.as_ref().map(|k| k.facts.name.clone()).unwrap_or_default());
            if named.is_empty() { t("customer") } else { named }
        } else {
            let named = signals.people.with(|people| people.iter().find(|p| p.id == by).map(|p| p.name.clone()));
            named.unwrap_or_else(|| t("left-colleague"))
        };
        if order > 0 { format!("{name} · {}", link_wasm::clock(at, &language())) } else { format!("{name} · {}", t("chat-sending")) }
    };
    let words = parts(&line.text)
        .into_iter()
        .map(|part| match part {
            Part::Words(text) => view! { class="b", <span>{text.to_owned()}</span> }.into_any(),
            // Nothing of what the customer looked at is told to whoever is there.
            Part::Link(address) => {
                let address = address.to_owned();
                view! { class="b", <a dir="ltr" href=address.clone() target="_blank" rel="noopener noreferrer">{address.clone()}</a> }
                    .into_any()
            }
        })
        .collect_view();
    view! { class="b",
        <div class=class data-by=line.by.0><div class="small">{head}</div><div class="words" dir="auto">{words}</div></div>
    }
}

/// How far the last message of ours has come, or who writes.
fn state(signals: Signals) -> String {
    signals.chat.track();
    if let Some(who) = signals.writes.get() {
        let name = signals.desk(|d| d.name_of(who)).flatten().unwrap_or_else(|| t("customer"));
        return t("chat-types").replace("{name}", &name);
    }
    let stage = signals.desk(|d| {
        let me = d.me();
        let chat = d.talk.chat();
        chat.all().filter(|said| said.by == me).last().map(|said| chat.stage(said))
    });
    match stage.flatten() {
        None => String::new(),
        Some(Stage::Sending) => t("chat-sending"),
        Some(Stage::Sent | Stage::Delivered) => t("chat-delivered"),
        Some(Stage::Seen) => t("chat-seen"),
    }
}

fn writing(signals: Signals) -> impl IntoView {
    let field = NodeRef::<leptos::html::Textarea>::new();
    let open = RwSignal::new(Open::Nothing);
    let wanted = RwSignal::new(String::new());
    let all = replies::load();
    let focus = move || {
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    let send = move |anyway: bool| {
        let Some(field) = field.get_untracked() else { return };
        let text = field.value();
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !anyway {
            let warning = if tells(text, &[]).is_some() {
                Some("chat-warn-number")
            } else if asks_for_secret(text) {
                Some("chat-warn-asks")
            } else {
                None
            };
            if let Some(warning) = warning {
                return open.set(Open::Warning(warning));
            }
        }
        signals.desk(|d| d.chat(text));
        field.set_value("");
        open.set(Open::Nothing);
    };
    let put = move |text: String| {
        if let Some(field) = field.get_untracked() {
            field.set_value(&text);
            let _ = field.focus();
        }
        open.set(Open::Nothing);
    };
    let add = move |sign: &'static str| {
        if let Some(field) = field.get_untracked() {
            let _ = field.set_range_text(sign);
            let end =
                field.selection_start().ok().flatten().unwrap_or_default() + u32::try_from(sign.encode_utf16().count()).unwrap_or_default();
            let _ = field.set_selection_range(end, end);
            let _ = field.focus();
        }
        open.set(Open::Nothing);
    };
    let typed = move |_| {
        signals.desk(|d| d.types());
        let text = field.get_untracked().map(|f| f.value()).unwrap_or_default();
        match text.strip_prefix('/') {
            Some(rest) => {
                wanted.set(rest.to_lowercase());
                open.set(Open::Replies);
            }
            None if open.get_untracked() != Open::Nothing => open.set(Open::Nothing),
            None => {}
        }
    };
    let found = move || replies::fitting(&all.get(), &wanted.get(), signals);
    let keys = move |e: web_sys::KeyboardEvent| match &*e.key() {
        "Enter" if !e.shift_key() && !e.is_composing() => {
            e.prevent_default();
            match (open.get_untracked(), found().into_iter().next()) {
                (Open::Replies, Some(first)) => put(replies::filled(&first, signals)),
                _ => send(false),
            }
        }
        "Escape" => open.set(Open::Nothing),
        _ => {}
    };
    let toggle = move |what: Open| {
        wanted.set(String::new());
        open.update(|open| *open = if *open == what { Open::Nothing } else { what });
    };
    let list = move |reply: Reply| {
        let text = replies::filled(&reply, signals);
        let picked = text.clone();
        view! { class="b", <button type="button" class="reply" on:click=move |_| put(picked.clone())><b>{format!("/{}", reply.name)}</b><span>{text}</span></button> }
    };
    let expanded = move |what: Open| move || if open.get() == what { "true" } else { "false" };
    view! { class="b",
        {move || match open.get() {
            Open::Nothing => ().into_any(),
            Open::Emoji => view! { class="b", <div class="over-write emoji" role="group" aria-label=t("chat-emoji")>{EMOJI.map(|sign| view! { class="b", <button type="button" on:click=move |_| add(sign)>{sign}</button> }).collect_view()}</div> }.into_any(),
            Open::Replies => {
                let found = found();
                let none = found.is_empty().then(|| view! { class="b", <p class="quiet">{t("reply-none")}</p> });
                view! { class="b", <div class="over-write" role="group" aria-label=t("replies")>{none}{found.into_iter().map(list).collect_view()}</div> }.into_any()
            }
            Open::Warning(name) => view! { class="b",
                <div class="notice" role="alert"><p>{t(name)}</p>
                    <div class="row">
                        <button type="button" class="main" on:click=move |_| { open.set(Open::Nothing); focus(); }>{t("chat-change")}</button>
                        <button type="button" class="plain" on:click=move |_| send(true)>{t("chat-anyway")}</button>
                    </div>
                </div> }.into_any(),
        }}
        <form class="write" on:submit=move |e| { e.prevent_default(); send(false); }>
            <textarea node_ref=field id=Desk::named(signals.id, "chat-field") rows="2" maxlength=LETTERS dir="auto" aria-label=t("chat-write") placeholder=t("chat-write") on:input=typed on:keydown=keys></textarea>
            <div class="row">
                <button type="button" class="plain" aria-expanded=expanded(Open::Replies) on:click=move |_| toggle(Open::Replies)>{t("replies")}</button>
                <button type="button" class="plain drawn" aria-expanded=expanded(Open::Emoji) aria-label=t("chat-emoji") title=t("chat-emoji") on:click=move |_| toggle(Open::Emoji)><svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path d="M10 3a7 7 0 1 0 .01 0M7.5 8v.5M12.5 8v.5M6.5 12c2 3 5 3 7 0"/></svg></button>
                <span class="grow"></span>
                <button class="main" type="submit">{t("chat-send")}</button>
            </div>
        </form>
    }
}

fn language() -> String {
    web_sys::window().and_then(|w| w.navigator().language()).unwrap_or_default()
}
