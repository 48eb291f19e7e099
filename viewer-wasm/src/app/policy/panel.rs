//! The editor's panel beside the replica.

use leptos::prelude::*;
use protocol::find::put;

use super::editor::{Choice, Deed, Editor};
use super::fate::fate;
use super::picked::{Seen, hits};
use crate::draft::Edit;
use crate::words::t;

/// The panel.
pub(crate) fn panel(editor: Editor) -> impl IntoView {
    let signals = editor.signals;
    let published = Callback::new(move |version: Option<i64>| {
        editor.picked.set(None);
        signals.notice_of_policy.set(Some(match version {
            Some(version) => put(&t("draft-published"), "{version}", &version.to_string()),
            None => t("draft-gone"),
        }));
    });
    view! { class="b",
        <aside class="side editor" aria-label=t("edit-title") data-beside="editor">
            <h2>{t("edit-title")}</h2>
            {move || if editor.picked.get().is_some() { picked(editor).into_any() } else { view! { class="b", <p class="quiet">{t("edit-point")}</p> }.into_any() }}
            {move || editor.said.get().map(|text| view! { class="b", <p class="fine" role="status">{text}</p> })}
            {move || editor.problem.get().map(|text| view! { class="b", <p class="error" role="alert">{text}</p> })}
            <details>
                <summary>{t("edit-rules")}</summary>
                {move || rules(editor)}
            </details>
            <h2>{t("draft-changes")}</h2>
            {fate(signals.draft, published)}
        </aside>
    }
}

fn picked(editor: Editor) -> impl IntoView {
    let crumbs = move || {
        let around = editor.about.get().around;
        let buttons = around.into_iter().enumerate().map(|(n, (id, tag))| {
            view! { class="b", <button type="button" class="crumb" aria-pressed=if n == 0 { "true" } else { "false" } on:click=move |_| editor.picked.set(Some(id))>{tag}</button> }
        });
        buttons.collect_view()
    };
    let state = move || {
        let now = editor.about.get();
        let because = now.because.into_iter().map(|why| view! { class="b", <li>{why}</li> }).collect_view();
        view! { class="b", <p class="state" data-seen=now.seen.name()>{t(now.seen.name())}</p><ul class="because">{because}</ul> }
    };
    let deeds = move || {
        let now = editor.about.get();
        let can_show = now.is_by_default || !now.uncover.is_empty();
        let buttons = Deed::ALL.map(|deed| {
            let is_off = if deed == Deed::Show { !can_show } else { now.seen == Seen::Hidden && deed != Deed::CustomerOnly };
            view! { class="b",
                <button class="plain wide" type="button" data-deed=deed.name() disabled=is_off
                    aria-pressed=move || if editor.deed.get() == Some(deed) { "true" } else { "false" } on:click=move |_| editor.choose(deed)>{t(deed.name())}</button>
            }
        });
        let why = now.not_here.map(|why| view! { class="b", <p class="small" data-beside="not-here">{why}</p> });
        (buttons.collect_view(), why)
    };
    view! { class="b",
        <p class="small">{t("edit-around")}</p>
        <div class="crumbs">{crumbs}</div>
        {state}
        <div class="deeds">{deeds}</div>
        {move || editor.deed.get().map(|deed| proposal(editor, deed))}
    }
}

fn proposal(editor: Editor, deed: Deed) -> impl IntoView {
    let uncover: Vec<String> = editor.about.get_untracked().uncover.into_iter().map(|(_, says)| says).collect();
    let takes_out = deed == Deed::Show && !uncover.is_empty();
    let choices = editor.choices.get_untracked();
    let is_none = choices.is_empty() && !takes_out;
    let rows = choices.into_iter().enumerate().map(|(n, choice)| {
        let (what, count, why, sure) = match choice {
            Choice::Selector(p) => (p.selector, p.hits, t(&format!("by-{}", p.by.word())), p.sure.word()),
            Choice::Words(words, count) => (format!("“{words}”"), count, t("by-words"), "likely"),
        };
        let count = put(&t("edit-hits"), "{parts}", &count.to_string());
        view! { class="b",
            <label class="choice">
                <input type="radio" name="selector" prop:checked=move || editor.chosen.get() == n on:change=move |_| editor.choose_by(n)/>
                <span><code>{what}</code><span class="small"><b data-sure=sure>{t(&format!("sure-{sure}"))}</b>" "{why}</span><span class="small">{count}</span></span>
            </label>
        }
    });
    let rows = rows.collect_view();
    let places = editor.places().into_iter().enumerate().map(|(n, on)| {
        let words = match &on[..] {
            [] => t("edit-everywhere"),
            [one, ..] => put(&t("edit-on"), "{page}", one),
        };
        view! { class="b", <option value=n.to_string() selected=move || editor.place.get() == n>{words}</option> }
    });
    let places = places.collect_view();
    view! { class="b",
        <form class="proposal" on:submit=move |e| { e.prevent_default(); editor.save(); }>
            {is_none.then(|| view! { class="b", <p class="notice" role="status">{t(if deed == Deed::HideAlike { "edit-none-alike" } else { "edit-none" })}</p> })}
            {takes_out.then(|| uncover.into_iter().map(|says| view! { class="b", <p class="quiet">{says}</p> }).collect_view())}
            {(!takes_out && !is_none).then(|| view! { class="b",
                <fieldset><legend>{t("edit-by")}</legend>{rows}</fieldset>
                <label>{t("edit-where")}<select on:change=move |e| editor.place.set(event_target_value(&e).parse().unwrap_or(0))>{places}</select></label>
                <label>{t("edit-name")}<input maxlength="60" required=true prop:value=move || editor.name.get() on:input=move |e| editor.name.set(event_target_value(&e))/></label>
            })}
            {(!is_none).then(|| view! { class="b", <button class="main wide" type="submit" data-beside="save-rule" disabled=move || editor.is_saving.get()>{t("edit-save")}</button> })}
        </form>
    }
}

/// The company's own rules, what each touches here, and taking one out.
fn rules(editor: Editor) -> impl IntoView {
    let signals = editor.signals;
    // What each hits is another thing on each reading of the page.
    signals.touched.track();
    let held = signals.draft.get().map(|draft| draft.rules).unwrap_or_default();
    let own = held.into_iter().enumerate().filter_map(|(n, held)| held.at.map(|at| (n, at, held)));
    let rows = own.map(|(n, at, held)| {
        let count = signals.desk(|d| hits(d, n).len()).unwrap_or_default();
        let (name, action) = (held.rule.name.clone(), t(&format!("do-{}", held.rule.action)));
        let count = put(&t("edit-hits"), "{parts}", &count.to_string());
        let label = put(&t("edit-remove-of"), "{name}", &name);
        view! { class="b",
            <li>
                <button type="button" class="crumb" on:click=move |_| editor.point_out(n)>{name}</button>
                <span class="small">{action}" · "{count}</span>
                <button type="button" class="bad" aria-label=label on:click=move |_| editor.edit(vec![Edit::Remove { at }], None)>{t("edit-remove")}</button>
            </li>
        }
    });
    view! { class="b", <ul class="rules">{rows.collect_view()}</ul> }
}
