//! The policy without writing code (`/agent/policy`): an admin's draft and how it is tried out, and the versions that were published.

pub(super) mod editor;
mod fate;
pub(super) mod panel;
mod picked;

use leptos::prelude::*;
use protocol::find::put;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::page_head;
use super::report::when;
use crate::api::{self, Failed, Refusal};
use crate::draft::{self, Draft};
use crate::words::t;

#[derive(Clone, Debug, Deserialize)]
struct Version {
    version: i64,
    signed: String,
    note: String,
    at: String,
}

/// All of it.
pub(crate) fn screen() -> impl IntoView {
    let draft = RwSignal::new(None::<Draft>);
    let versions = RwSignal::new(Vec::<Version>::new());
    let failed = RwSignal::new(None::<&'static str>);
    let is_admin = RwSignal::new(false);
    let said = RwSignal::new(None::<String>);
    let problem = RwSignal::new(None::<String>);
    let read = move || {
        spawn_local(async move {
            match api::get("/api/v1/policy/versions").await {
                Ok(all) => versions.set(all),
                Err(Failed::Status(401)) => failed.set(Some("report-signed-out")),
                Err(Failed::Status(403)) => failed.set(Some("report-not-yours")),
                Err(_) => failed.set(Some("sign-in-unreachable")),
            }
        });
    };
    read();
    spawn_local(async move {
        if api::me().await.is_ok_and(|me| me.role == "admin") {
            is_admin.set(true);
            draft.set(draft::read().await.ok());
        }
    });
    let begin = move |_| {
        spawn_local(async move {
            match draft::begin().await {
                Ok(begun) => draft.set(Some(begun)),
                Err(refusal) => problem.set(Some(draft::words(&refusal))),
            }
        });
    };
    let done = Callback::new(move |version: Option<i64>| {
        said.set(Some(match version {
            Some(version) => put(&t("draft-published"), "{version}", &version.to_string()),
            None => t("draft-gone"),
        }));
        read();
    });
    // What was made of it in another window meanwhile.
    let again = window_event_listener(leptos::ev::focus, move |_| {
        if is_admin.get_untracked() {
            spawn_local(async move {
                let now = draft::read().await.ok();
                if draft.with_untracked(|held| *held != now) {
                    draft.set(now);
                }
            });
        }
    });
    on_cleanup(move || again.remove());
    let is_begun = Memo::new(move |_| draft.with(Option::is_some));
    let own = move || {
        if is_begun.get() {
            return (fate::fate(draft, done), try_out(draft, problem), as_text(draft, problem)).into_any();
        }
        view! { class="b", <p class="quiet">{t("draft-lead")}</p><button class="main" type="button" data-beside="begin" on:click=begin>{t("draft-begin")}</button> }.into_any()
    };
    view! { class="b",
        {page_head()}
        <main class="wide-page">
            <h1>{t("policy-title")}</h1>
            {move || failed.get().map(|why| view! { class="b", <p class="notice" role="alert">{t(why)}</p> })}
            {move || said.get().map(|text| view! { class="b", <p class="fine" role="status">{text}</p> })}
            {move || problem.get().map(|text| view! { class="b", <p class="error" role="alert">{text}</p> })}
            {move || is_admin.get().then(|| view! { class="b", <h2>{t("draft-title")}</h2>{own} })}
            {move || failed.get().is_none().then(|| history(versions, is_admin, said, problem, Callback::new(move |()| read())))}
        </main>
    }
}

/// How it is tried out: a page of the company's own under the draft, with oneself as customer and agent.
fn try_out(draft: RwSignal<Option<Draft>>, problem: RwSignal<Option<String>>) -> impl IntoView {
    let first = draft.with_untracked(|d| d.as_ref().and_then(|d| d.origins.first().cloned())).unwrap_or_default();
    let address = RwSignal::new(format!("{first}/"));
    let link = move || {
        let name = draft.with(|d| d.as_ref().map(|d| d.name.clone())).unwrap_or_default();
        let page = address.get();
        format!("{}#beside-{name}", page.split('#').next().unwrap_or_default())
    };
    let renew = move |_| {
        spawn_local(async move {
            match draft::begin().await {
                Ok(again) => draft.set(Some(again)),
                Err(refusal) => problem.set(Some(draft::words(&refusal))),
            }
        });
    };
    view! { class="b",
        <h3>{t("try-title")}</h3>
        <p class="quiet">{t("try-lead")}</p>
        <div class="line">
            <label>{t("try-address")}<input type="url" prop:value=move || address.get() on:input=move |e| address.set(event_target_value(&e))/></label>
            <a class="button" data-beside="try" href=link target="_blank" rel="noopener">{t("try-open")}</a>
        </div>
        <ol class="steps">
            <li>{t("try-1")}</li>
            <li>{t("try-2")}" "<a href="/agent/" target="_blank" rel="noopener">{t("try-desk")}</a></li>
            <li>{t("try-3")}</li>
        </ol>
        {move || draft.with(|d| d.as_ref().is_some_and(|d| !d.fresh)).then(|| view! { class="b",
            <p class="notice" role="status">{t("try-old")}" "<button class="plain" type="button" on:click=renew>{t("try-renew")}</button></p>
        })}
    }
}

/// The file itself, for whoever wants to write it.
fn as_text(draft: RwSignal<Option<Draft>>, problem: RwSignal<Option<String>>) -> impl IntoView {
    let text = RwSignal::new(draft.with_untracked(|d| d.as_ref().map(|d| d.source.clone())).unwrap_or_default());
    let save = move |_| {
        let Some(was) = draft.with_untracked(|d| d.as_ref().map(|d| d.source.clone())) else { return };
        spawn_local(async move {
            let body = json!({ "was": was, "source": text.get_untracked() });
            let saved: Result<Draft, Refusal> = api::ask("PUT", "/api/v1/policy/draft", Some(body)).await;
            match saved {
                Ok(saved) => {
                    problem.set(None);
                    draft.set(Some(saved));
                }
                Err(refusal) => problem.set(Some(draft::words(&refusal))),
            }
        });
    };
    view! { class="b",
        <details>
            <summary>{t("draft-text")}</summary>
            <textarea rows="18" spellcheck="false" aria-label=t("draft-text") prop:value=move || text.get() on:input=move |e| text.set(event_target_value(&e))></textarea>
            <button class="plain" type="button" data-beside="save-text" on:click=save>{t("draft-text-save")}</button>
        </details>
    }
}

fn history(
    versions: RwSignal<Vec<Version>>,
    is_admin: RwSignal<bool>,
    said: RwSignal<Option<String>>,
    problem: RwSignal<Option<String>>,
    again: Callback<()>,
) -> impl IntoView {
    // Which one is about to hold again: it is asked twice.
    let sure = RwSignal::new(None::<i64>);
    let press = move |version: i64| {
        if sure.get_untracked() != Some(version) {
            return sure.set(Some(version));
        }
        sure.set(None);
        spawn_local(async move {
            #[derive(Deserialize)]
            struct Number {
                version: i64,
            }
            let done: Result<Number, Refusal> = api::ask("POST", "/api/v1/policy/rollback", Some(json!({ "version": version }))).await;
            match done {
                Ok(done) => {
                    said.set(Some(put(&t("draft-published"), "{version}", &done.version.to_string())));
                    again.run(());
                }
                Err(refusal) => problem.set(Some(draft::words(&refusal))),
            }
        });
    };
    let rows = move || {
        let row = |(n, v): (usize, Version)| {
            let words = move || t(if sure.get() == Some(v.version) { "version-sure" } else { "version-again" });
            let button = move || {
                (n > 0 && is_admin.get()).then(|| view! { class="b", <button class="plain" type="button" data-again=v.version on:click=move |_| press(v.version) on:blur=move |_| sure.set(None)>{words}</button> })
            };
            view! { class="b", <tr><td class="number">{v.version}</td><td>{when(&v.at)}</td><td>{v.signed}</td><td>{v.note}</td><td>{button}</td></tr> }
        };
        versions.get().into_iter().enumerate().map(row).collect_view()
    };
    view! { class="b",
        <h2>{t("report-versions")}</h2>
        <p class="quiet">{t("report-versions-lead")}</p>
        <table>
            <thead><tr><th>{t("report-version")}</th><th>{t("report-when")}</th><th>{t("report-by")}</th><th>{t("report-why")}</th><th></th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
