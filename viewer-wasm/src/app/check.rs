//! The page check: a page of the company's is opened beside this one, and says by itself what an agent would lack of it.
//! A document of its own (`/agent/check`), since the page must be able to answer whoever opened it.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use web_sys::MessageEvent;

use super::page_head;
use crate::words::t;

/// The name by which the script line knows that it is to check.
const WINDOW: &str = "beside-check";
/// Milliseconds until a page that says nothing has no script line, or may not answer.
const PATIENCE: u32 = 20_000;
/// A page answers with a few dozen; what is beyond this is not a page's answer.
const MOST: usize = 500;

/// What is lacking, where, and the line that mends it.
#[derive(Clone, Debug, Deserialize)]
struct Finding {
    fault: String,
    #[serde(rename = "where")]
    place: String,
    mend: String,
}

#[derive(Deserialize)]
struct Answer {
    beside: String,
    page: String,
    found: Vec<Finding>,
}

#[derive(Clone, Debug)]
enum Asked {
    Nothing,
    NoAddress,
    Waiting,
    NoAnswer,
    Answered(String, Vec<Finding>),
}

/// All of it.
pub(crate) fn screen() -> impl IntoView {
    let asked = RwSignal::new(Asked::Nothing);
    let address = NodeRef::<leptos::html::Input>::new();
    let clock = StoredValue::new_local(None::<Timeout>);
    let ears = StoredValue::new_local(None::<EventListener>);
    let submit = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        let (Some(input), Some(window)) = (address.get_untracked(), web_sys::window()) else { return };
        let Some(url) = whole(&input.value()) else { return asked.set(Asked::NoAddress) };
        // A page that is open under this name is loaded anew.
        let Ok(Some(opened)) = window.open_with_url_and_target(&url.href(), WINDOW) else { return asked.set(Asked::NoAnswer) };
        asked.set(Asked::Waiting);
        clock.set_value(Some(Timeout::new(PATIENCE, move || asked.set(Asked::NoAnswer))));
        ears.set_value(Some(EventListener::new(&window, "message", move |e| {
            let Some(e) = e.dyn_ref::<MessageEvent>() else { return };
            let is_it = e.source().is_some_and(|source| js_sys::Object::is(&source, &opened));
            let answer = serde_wasm_bindgen::from_value::<Answer>(e.data()).ok();
            if let Some(answer) = answer.filter(|a| is_it && a.beside == "check") {
                clock.set_value(None);
                asked.set(Asked::Answered(answer.page, answer.found.into_iter().take(MOST).collect()));
            }
        })));
    };
    view! { class="b",
        {page_head()}
        <main class="wide-page">
            <h1>{t("check-title")}</h1>
            <p class="quiet">{t("check-lead")}</p>
            <form class="line" on:submit=submit>
                <label>{t("check-address")}<input node_ref=address name="address" type="text" inputmode="url" autocomplete="url" placeholder="https://www.example.com/account" autofocus=true/></label>
                <button class="main" type="submit">{t("check-go")}</button>
            </form>
            <div role="status">{move || match asked.get() {
                Asked::Nothing => ().into_any(),
                Asked::NoAddress => view! { class="b", <p class="error">{t("check-no-address")}</p> }.into_any(),
                Asked::Waiting => view! { class="b", <p class="quiet">{t("check-waiting")}</p> }.into_any(),
                Asked::NoAnswer => view! { class="b", <p class="notice">{t("check-no-answer")}</p> }.into_any(),
                Asked::Answered(page, found) => answered(&page, found).into_any(),
            }}</div>
        </main>
    }
}

fn answered(page: &str, found: Vec<Finding>) -> impl IntoView {
    let page = page.to_owned();
    if found.is_empty() {
        return view! { class="b", <p class="fine">{t("check-fine")}</p><p class="small">{page}</p> }.into_any();
    }
    let rows = found.into_iter().map(|f| {
        let name = t(&format!("fault-{}", f.fault));
        view! { class="b",
            <li data-fault=f.fault>
                <strong>{name}</strong>
                <span class="at">{f.place}</span>
                <span class="mend">{f.mend}</span>
            </li>
        }
    });
    view! { class="b", <p class="small">{page}</p><ol class="findings">{rows.collect_view()}</ol> }.into_any()
}

/// An address as people type it: without its scheme too.
fn whole(typed: &str) -> Option<web_sys::Url> {
    let typed = typed.trim();
    // Some engines take a space into a host name.
    if typed.is_empty() || typed.contains(char::is_whitespace) {
        return None;
    }
    let url = web_sys::Url::new(typed).ok().filter(is_page).or_else(|| web_sys::Url::new(&format!("https://{typed}")).ok());
    url.filter(is_page)
}

fn is_page(url: &web_sys::Url) -> bool {
    matches!(url.protocol().as_str(), "http:" | "https:")
}
