//! Ready answers: those of the company, in the customer's language first, with names put in; and the page where they are kept.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

use super::page_head;
use crate::api;
use crate::desk::Signals;
use crate::words::t;

/// Who may change them; the relay decides, this only offers the link.
pub(super) const WRITERS: [&str; 2] = ["admin", "supervisor"];

/// A ready answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Reply {
    /// Language, as two letters.
    pub(crate) language: String,
    /// By what it is called up.
    pub(crate) name: String,
    /// With `{customer}`, `{agent}` and `{company}` where names come.
    pub(crate) text: String,
}

/// Asks the relay for them.
pub(super) fn load() -> RwSignal<Vec<Reply>> {
    let all = RwSignal::new(Vec::new());
    spawn_local(async move {
        if let Ok(replies) = api::get::<Vec<Reply>>("/api/v1/replies").await {
            all.set(replies);
        }
    });
    all
}

/// Those whose name begins with what is wanted, or if there are none whose text holds it: in the customer's language, or if there are none in any.
pub(super) fn fitting(all: &[Reply], wanted: &str, signals: Signals) -> Vec<Reply> {
    let language = signals.known.with(|known| known.as_ref().map(|k| k.facts.language.clone()).unwrap_or_default());
    let short = language.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let is_spoken = all.iter().any(|reply| reply.language == short);
    let spoken = all.iter().filter(|reply| !is_spoken || reply.language == short);
    let (named, rest): (Vec<Reply>, Vec<Reply>) = spoken.cloned().partition(|reply| reply.name.starts_with(wanted));
    let said = |reply: &Reply| reply.name.contains(wanted) || reply.text.to_lowercase().contains(wanted);
    if named.is_empty() { rest.into_iter().filter(said).collect() } else { named }
}

/// Its text with the names put in; where a name is not known the text does without.
pub(super) fn filled(reply: &Reply, signals: Signals) -> String {
    let customer = signals.known.with_untracked(|known| known.as_ref().map(|k| k.facts.name.clone()).unwrap_or_default());
    let me = signals.me.get_untracked().unwrap_or_default();
    let agent = signals.desk(|d| d.name_of(d.me())).flatten().unwrap_or(me.name);
    let text = if customer.is_empty() {
        reply.text.replace(" {customer}", "").replace("{customer}", "")
    } else {
        reply.text.replace("{customer}", &customer)
    };
    text.replace("{agent}", &agent).replace("{company}", &me.company)
}

/// The page where they are kept (`/agent/replies`).
pub(crate) fn screen() -> impl IntoView {
    let rows = RwSignal::new(Vec::<(u32, RwSignal<Reply>)>::new());
    let next = StoredValue::new(0u32);
    let said = RwSignal::new(None::<(bool, String)>);
    let row = move |reply: Reply| {
        let n = next.get_value();
        next.set_value(n + 1);
        (n, RwSignal::new(reply))
    };
    let is_there = RwSignal::new(false);
    spawn_local(async move {
        match api::get::<Vec<Reply>>("/api/v1/replies").await {
            Ok(all) => {
                rows.set(all.into_iter().map(row).collect());
                is_there.set(true);
            }
            Err(api::Failed::Status(401)) => said.set(Some((false, t("report-signed-out")))),
            Err(_) => said.set(Some((false, t("sign-in-unreachable")))),
        }
    });
    let save = move |_| {
        let all: Vec<Reply> =
            rows.with_untracked(|rows| rows.iter().map(|(_, row)| row.get_untracked()).filter(|r| !r.text.trim().is_empty()).collect());
        spawn_local(async move {
            let done = api::ask::<()>("PUT", "/api/v1/replies", Some(serde_json::json!(all))).await;
            said.set(Some(match done {
                Ok(()) => (true, t("replies-saved")),
                Err(refusal) if refusal.title.is_empty() => (false, t("sign-in-unreachable")),
                Err(refusal) => (false, refusal.detail.unwrap_or(refusal.title)),
            }));
        });
    };
    let one = move |(n, reply): (u32, RwSignal<Reply>)| {
        let set = move |change: fn(&mut Reply, String)| move |e: web_sys::Event| reply.update(|r| change(r, event_target_value(&e)));
        view! { class="b",
            <li>
                <div class="line">
                    <label>{t("reply-name")}<input maxlength="24" prop:value=reply.get_untracked().name on:input=set(|r, v| r.name = v)/></label>
                    <label>{t("reply-language")}<input maxlength="2" size="2" prop:value=reply.get_untracked().language on:input=set(|r, v| r.language = v.to_lowercase())/></label>
                    <button type="button" class="bad" on:click=move |_| rows.update(|rows| rows.retain(|(m, _)| *m != n))>{t("reply-remove")}</button>
                </div>
                <label>{t("reply-text")}<textarea rows="2" maxlength="1000" dir="auto" prop:value=reply.get_untracked().text on:input=set(|r, v| r.text = v)></textarea></label>
            </li>
        }
    };
    let language = web_sys::window().and_then(|w| w.navigator().language()).unwrap_or_default();
    let mine = language.split('-').next().unwrap_or("en").to_owned();
    view! { class="b",
        {page_head()}
        <main class="wide-page replies">
            <h1>{t("replies-title")}</h1>
            <p class="quiet">{t("replies-lead")}</p>
            {move || said.get().map(|(fine, text)| view! { class="b", <p class=if fine { "fine" } else { "error" } role="status">{text}</p> })}
            <ul class="findings" hidden=move || rows.with(Vec::is_empty)><For each=move || rows.get() key=|(n, _)| *n let:pair>{one(pair)}</For></ul>
            <div class="row" hidden=move || !is_there.get()>
                <button type="button" class="plain" on:click=move |_| { let made = row(Reply { language: mine.clone(), ..Reply::default() }); rows.update(|rows| rows.push(made)); }>{t("reply-add")}</button>
                <button type="button" class="main" on:click=save>{t("replies-save")}</button>
            </div>
        </main>
    }
}
