//! What a draft changes, and what becomes of it: published, or thrown away.

use leptos::prelude::*;
use protocol::find::put;
use wasm_bindgen_futures::spawn_local;

use crate::draft::{Draft, publish, throw_away, words};
use crate::words::t;

/// Both. `done`: it was published, as this version, or thrown away.
pub(crate) fn fate(draft: RwSignal<Option<Draft>>, done: Callback<Option<i64>>) -> impl IntoView {
    let note = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let is_sure = RwSignal::new(false);
    let press_publish = move |_| {
        let Some(held) = draft.get_untracked() else { return };
        spawn_local(async move {
            match publish(&held, &note.get_untracked()).await {
                Ok(version) => {
                    draft.set(None);
                    done.run(Some(version));
                }
                Err(refusal) => problem.set(Some(words(&refusal))),
            }
        });
    };
    let press_away = move |_| {
        if !is_sure.get_untracked() {
            return is_sure.set(true);
        }
        spawn_local(async move {
            match throw_away().await {
                Ok(()) => {
                    draft.set(None);
                    done.run(None);
                }
                Err(refusal) => problem.set(Some(words(&refusal))),
            }
        });
    };
    move || {
        let held = draft.get()?;
        let is_old = held.based_on != held.held;
        let is_same = held.changes.is_empty();
        let rows = held.changes.into_iter().map(|change| {
            let effect = t(&format!("effect-{}", change.effect));
            view! { class="b", <li data-effect=change.effect><span class="sign">{change.sign}</span><span>{change.what}</span><span class="at">{effect}</span></li> }
        });
        Some(view! { class="b",
            {is_same.then(|| view! { class="b", <p class="quiet">{t("draft-same")}</p> })}
            <ul class="findings changes" data-beside="changes">{rows.collect_view()}</ul>
            {is_old.then(|| view! { class="b", <p class="notice" role="status">{put(&t("draft-old"), "{version}", &held.held.to_string())}</p> })}
            {move || problem.get().map(|text| view! { class="b", <p class="error" role="alert">{text}</p> })}
            {(!is_same).then(|| view! { class="b",
                <label>{t("draft-note")}<input maxlength="300" prop:value=move || note.get() on:input=move |e| note.set(event_target_value(&e))/></label>
            })}
            <div class="row">
                {(!is_same).then(|| view! { class="b", <button class="main" type="button" data-beside="publish" on:click=press_publish>{t("draft-publish")}</button> })}
                <button class="bad" type="button" data-beside="throw-away" on:click=press_away on:blur=move |_| is_sure.set(false)>{move || t(if is_sure.get() { "draft-away-sure" } else { "draft-away" })}</button>
            </div>
        })
    }
}
