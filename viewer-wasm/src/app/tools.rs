//! The agent's tools: what each is called, by which key it is taken up, and the row of them below the picture.

use std::rc::Rc;

use leptos::prelude::*;
use protocol::NodeId;
use protocol::control::shape;

use super::pointer::{Menu, Note};
use crate::desk::operate::Operating;
use crate::desk::{Desk, Signals};
use crate::words::t;

/// What the agent's hand does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Points, and a press makes a ripple.
    Pointer,
    Spot,
    Look,
    Pen,
    Highlighter,
    Box,
    Circle,
    Arrow,
    Note,
    Step,
    Eraser,
    /// Operates the page.
    Hand,
    /// Points at what the policy is to speak of.
    Policy,
}

impl Tool {
    /// In the order in which they lie there; the hand and the policy's have places of their own.
    const ROW: [Self; 11] = [
        Self::Pointer,
        Self::Spot,
        Self::Look,
        Self::Pen,
        Self::Highlighter,
        Self::Box,
        Self::Circle,
        Self::Arrow,
        Self::Note,
        Self::Step,
        Self::Eraser,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Pointer => "pointer",
            Self::Spot => "spot",
            Self::Look => "look",
            Self::Pen => "pen",
            Self::Highlighter => "highlighter",
            Self::Box => "box",
            Self::Circle => "circle",
            Self::Arrow => "arrow",
            Self::Note => "note",
            Self::Step => "step",
            Self::Eraser => "eraser",
            Self::Hand => "operate",
            Self::Policy => "policy",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Pointer => "1",
            Self::Pen => "2",
            Self::Box => "3",
            Self::Hand => "4",
            Self::Policy => "5",
            Self::Spot => "s",
            Self::Look => "l",
            Self::Highlighter => "h",
            Self::Circle => "c",
            Self::Arrow => "a",
            Self::Note => "t",
            Self::Step => "n",
            Self::Eraser => "e",
        }
    }

    /// What it draws from where it is pressed to where it is let go.
    pub(super) const fn draws(self) -> Option<u8> {
        Some(match self {
            Self::Spot => shape::SPOT,
            Self::Look => shape::LOOK,
            Self::Pen => shape::PEN,
            Self::Highlighter => shape::HIGHLIGHTER,
            Self::Box => shape::BOX,
            Self::Circle => shape::CIRCLE,
            Self::Arrow => shape::ARROW,
            Self::Pointer | Self::Note | Self::Step | Self::Eraser | Self::Hand | Self::Policy => return None,
        })
    }

    /// The data of its picture's path, in a square of twenty.
    const fn picture(self) -> &'static str {
        match self {
            Self::Pointer => "M4 3l12 6-5 1.5L8.5 16z",
            Self::Spot => "M10 4a6 6 0 1 0 .01 0M10 8.5a1.5 1.5 0 1 0 .01 0",
            Self::Look => "M2 10c4-6 12-6 16 0-4 6-12 6-16 0M10 8a2 2 0 1 0 .01 0",
            Self::Pen => "M4 16l1-4 8-8 3 3-8 8z",
            Self::Highlighter => "M3 17h8M6 13l7-9 4 3-7 9-4-1z",
            Self::Box => "M3 5h14v10H3z",
            Self::Circle => "M10 4c9 0 9 12 0 12s-9-12 0-12",
            Self::Arrow => "M3 16L16 4M9 4h7v7",
            Self::Note => "M4 5h12M10 5v11",
            Self::Step => "M10 3a7 7 0 1 0 .01 0M8.5 8L10.5 6.5V14",
            Self::Eraser => "M4 13l7-8 5 4-6 7H6zM8 9l5 4",
            Self::Hand => "M5 10V6M8 9V4M11 9V4M14 10V6M5 10c-2 0 1 7 5 7s4-3 4-7",
            Self::Policy => "M10 3l6 2v5c0 4-3 6-6 7-3-1-6-3-6-7V5z",
        }
    }
}

/// What the desk and the picture share of what the agent's hand does.
#[derive(Clone, Copy)]
pub(crate) struct Bench {
    pub(crate) tool: RwSignal<Tool>,
    /// The list of the page that is open.
    pub(crate) menu: RwSignal<Option<Menu>>,
    /// The element of which the policy is to speak.
    pub(crate) picked: RwSignal<Option<NodeId>>,
    /// Where words are about to be written.
    pub(crate) note: RwSignal<Option<Note>>,
}

/// Does what a key stands for. `false` where it stands for nothing.
pub(super) fn strike(key: &str, signals: Signals, bench: Bench) -> bool {
    match key {
        "Escape" => bench.tool.set(Tool::Pointer),
        "0" => {
            signals.desk(|d| d.clear_mine());
        }
        "9" => {
            signals.desk(|d| d.clear_all());
        }
        "z" => {
            signals.desk(|d| d.undo());
        }
        "y" => {
            signals.desk(|d| d.redo());
        }
        "f" => signals.fades.update(|fades| *fades = !*fades),
        key if key == Tool::Hand.key() => {
            signals.desk(|d| d.ask_grant());
        }
        key if key == Tool::Policy.key() => {
            if signals.draft.with_untracked(Option::is_none) {
                return false;
            }
            bench.tool.set(Tool::Policy);
        }
        key => match Tool::ROW.into_iter().find(|tool| tool.key() == key) {
            Some(tool) => bench.tool.set(tool),
            None => return false,
        },
    }
    true
}

/// The row of them.
pub(super) fn row(signals: Signals, bench: Bench) -> impl IntoView {
    let tool = bench.tool;
    let icon = |d: &'static str| view! { class="b", <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d=d/></svg> };
    let drawn = move |name: &'static str, key: &'static str, d: &'static str, deed: fn(&Rc<Desk>)| {
        view! { class="b", <button class="tool drawn" type="button" data-tool=name title=format!("{} ({key})", t(name)) aria-label=t(name) on:click=move |_| { signals.desk(deed); }>{icon(d)}</button> }
    };
    let press = |name: &'static str, key: &'static str, deed: fn(&Rc<Desk>)| {
        view! { class="b", <button class="tool" type="button" data-tool=name title=format!("{} ({key})", t(name)) on:click=move |_| { signals.desk(deed); }>{t(name)}</button> }
    };
    view! { class="b",
        <nav class="tools" aria-label=t("tools")>
            {Tool::ROW.map(|one| button(tool, one)).collect_view()}
            <span class="gap" aria-hidden="true"></span>
            <button class="tool drawn" type="button" data-tool="fades" title=format!("{} (f)", t("fades")) aria-label=t("fades") aria-pressed=move || if signals.fades.get() { "true" } else { "false" }
                on:click=move |_| signals.fades.update(|fades| *fades = !*fades)>{icon("M10 3a7 7 0 1 0 .01 0M10 6v4l3 2")}</button>
            {drawn("undo", "z", "M4 8h8a4 4 0 0 1 0 8H8M7 4.5L3.5 8 7 11.5", |d| d.undo())}
            {drawn("redo", "y", "M16 8H8a4 4 0 0 0 0 8h4M13 4.5L16.5 8 13 11.5", |d| d.redo())}
            {press("clear", "0", |d| d.clear_mine())}
            {press("clear-all", "9", |d| d.clear_all())}
            <span class="gap" aria-hidden="true"></span>
            {move || hand(signals, tool)}
            {move || signals.draft.with(Option::is_some).then(|| button(tool, Tool::Policy))}
        </nav>
    }
}

/// Which key does what.
pub(super) fn keys(open: RwSignal<bool>) -> impl IntoView {
    let deeds = [
        ("z", "undo"),
        ("y", "redo"),
        ("f", "fades"),
        ("0", "clear"),
        ("9", "clear-all"),
        ("m", "key-chat"),
        ("p", "key-side"),
        ("+", "size-larger"),
        ("-", "size-smaller"),
        ("g", "follow-help"),
        ("?", "keys-title"),
    ];
    let all = Tool::ROW.into_iter().chain([Tool::Hand]).map(|tool| (tool.key(), tool.name())).chain(deeds);
    let rows = all.map(|(key, name)| view! { class="b", <dt><kbd>{key.to_uppercase()}</kbd></dt><dd>{t(name)}</dd> }).collect_view();
    view! { class="b",
        <section class="card keys" role="dialog" aria-label=t("keys-title")>
            <h2>{t("keys-title")}</h2>
            <dl>{rows}<dt><kbd>"Esc"</kbd></dt><dd>{t("pointer")}</dd></dl>
            <button class="plain" type="button" on:click=move |_| open.set(false)>{t("close")}</button>
        </section>
    }
}

fn picture(tool: Tool) -> impl IntoView {
    view! { class="b", <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d=tool.picture()/></svg> }
}

fn button(tool: RwSignal<Tool>, mine: Tool) -> impl IntoView {
    let name = mine.name();
    view! { class="b",
        <button class="tool drawn" type="button" data-tool=name title=format!("{} ({})", t(name), mine.key()) aria-label=t(name)
            aria-pressed=move || if tool.get() == mine { "true" } else { "false" } on:click=move |_| tool.set(mine)>{picture(mine)}</button>
    }
}

/// Asks for the hand, or takes it up; with it back and forward.
fn hand(signals: Signals, tool: RwSignal<Tool>) -> impl IntoView {
    let state = signals.operating.get();
    let mine = matches!(state, Operating::Me { .. });
    let words = if state == Operating::Asked { t("operate-asked") } else { t("operate") };
    let press = move |_| {
        if mine {
            tool.set(Tool::Hand);
        } else {
            signals.desk(|d| d.ask_grant());
        }
    };
    let travel = |back: bool, name: &'static str| {
        view! { class="b", <button class="tool" type="button" data-tool=name title=t(name) on:click=move |_| { signals.desk(|d| d.travel(back)); }>{t(name)}</button> }
    };
    view! { class="b",
        <button class="tool" type="button" data-tool="operate" title=format!("{} ({})", t("operate"), Tool::Hand.key()) disabled=state == Operating::Asked || state == Operating::Other
            aria-pressed=move || if tool.get() == Tool::Hand { "true" } else { "false" } on:click=press>{picture(Tool::Hand)}" "{words}</button>
        {mine.then(|| view! { class="b", {travel(true, "back")} {travel(false, "forward")} })}
    }
}

/// The line in which words are written that are to stand on the page.
pub(super) fn note(signals: Signals, bench: Bench) -> Option<impl IntoView> {
    let Note { at, screen } = bench.note.get()?;
    let words = RwSignal::new(String::new());
    let field = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let write = move |e: leptos::ev::SubmitEvent| {
        e.prevent_default();
        let text = words.get_untracked();
        if !text.trim().is_empty() {
            signals.desk(|d| super::marks::make(d, shape::NOTE, &[at], text.trim()));
        }
        bench.note.set(None);
    };
    Some(view! { class="b",
        <form class="note" style:left=format!("{}px", screen.0) style:top=format!("{}px", screen.1) on:submit=write>
            <input node_ref=field maxlength="100" aria-label=t("note-words") placeholder=t("note-words")
                on:input=move |e| words.set(event_target_value(&e)) on:blur=move |_| bench.note.set(None)
                on:keydown=move |e| if e.key() == "Escape" { bench.note.set(None) }/>
        </form>
    })
}
