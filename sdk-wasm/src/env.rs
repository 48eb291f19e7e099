//! What the loader hands over, and what the relay says about the company.

use std::collections::HashMap;

use js_sys::{Function, JsString, Object, Promise, Reflect};
use policies::Policy;
use protocol::find::put;
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, Response, ShadowRoot};

#[wasm_bindgen]
extern "C" {
    /// The loader's side of the border.
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone, Debug)]
    pub type Host;
    #[wasm_bindgen(method, getter)]
    pub fn base(this: &Host) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn tenant(this: &Host) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn language(this: &Host) -> String;
    /// Origins of frames that may join this page.
    #[wasm_bindgen(method, getter)]
    pub fn frames(this: &Host) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn kept(this: &Host) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn natives(this: &Host) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub fn closed(this: &Host) -> JsValue;
    /// Weak references to what was scrolled before the session.
    #[wasm_bindgen(method, getter)]
    pub fn scrolled(this: &Host) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub fn host(this: &Host) -> HtmlElement;
    #[wasm_bindgen(method, getter)]
    pub fn root(this: &Host) -> ShadowRoot;
    #[wasm_bindgen(method, getter)]
    pub fn hooks(this: &Host) -> Object;
    #[wasm_bindgen(method)]
    pub fn emit(this: &Host, kind: &str, detail: &JsValue);
    /// As the page named who is there.
    #[wasm_bindgen(method)]
    pub fn person(this: &Host) -> Object;
    #[wasm_bindgen(method)]
    pub fn raise(this: &Host);
    #[wasm_bindgen(method)]
    pub fn attached(this: &Host, f: &Function);
}

/// The company's public settings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// Its name as people know it.
    pub(crate) company: String,
    /// Whether this page's origin is on its list.
    pub(crate) allowed: bool,
    /// Its policy; absent when there is none or it is broken.
    pub(crate) policy: Option<Policy>,
    /// Why it is absent.
    pub(crate) policy_problem: Option<String>,
    /// SHA-256 of the policy, in hex.
    pub(crate) policy_hash: String,
    /// The version's number.
    pub(crate) policy_version: String,
    /// The number of the version that holds, which may be a later one.
    pub(crate) policy_held: String,
    /// Whether a site's own prompt counts: `no`, `pressed`, `any`.
    pub(crate) own_consent: String,
    /// Words in the customer's language.
    pub(crate) texts: HashMap<String, String>,
}

impl Settings {
    /// A text, from the relay; where it does not answer, one of the few that say so.
    pub(crate) fn text(&self, name: &str) -> String {
        self.texts.get(name).cloned().unwrap_or_else(|| built_in(name))
    }
    /// A text with the agent's and the company's name put in.
    pub(crate) fn text_about(&self, name: &str, agent: &str) -> String {
        put(&put(&self.text(name), "{agent}", agent), "{company}", &self.company)
    }
    /// Whether the page tries out somebody's draft.
    pub(crate) fn is_draft(&self) -> bool {
        self.policy_version.starts_with(DRAFT)
    }
    /// The same while it is not known what the policy is.
    pub(crate) fn without_policy(&self) -> Self {
        Self { policy: None, policy_problem: Some("the relay does not say what it is".to_owned()), ..self.clone() }
    }
    /// The policy's hash for the handshake; zeros stand for "none".
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut out = [0; 32];
        for (n, b) in out.iter_mut().enumerate() {
            let Some(pair) = self.policy_hash.get(n * 2..n * 2 + 2) else { return [0; 32] };
            *b = u8::from_str_radix(pair, 16).unwrap_or(0);
        }
        out
    }
}

const ENGLISH: &str = include_str!("../../relay/texts/customer-alone.en.ftl");
const DUTCH: &str = include_str!("../../relay/texts/customer-alone.nl.ftl");

/// Without the relay there must still be words that say so; they name nobody.
fn built_in(name: &str) -> String {
    let language = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.document_element())
        .and_then(|e| e.get_attribute("lang"))
        .or_else(|| web_sys::window().and_then(|w| w.navigator().language()))
        .unwrap_or_default();
    let file = if language.get(..2).is_some_and(|l| l.eq_ignore_ascii_case("nl")) { DUTCH } else { ENGLISH };
    let line = file.lines().find_map(|l| l.strip_prefix(name).and_then(|rest| rest.strip_prefix(" = ")));
    line.unwrap_or(name).to_owned()
}

/// How the names of drafts begin.
const DRAFT: &str = "draft-";

/// Why there are no settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSettings {
    /// Nobody answered.
    Unreachable,
    /// The relay knows no such company.
    UnknownTenant,
}

/// Fetches the settings. Readable from any origin, so that what is wrong can be said in words. `since`: the version of the policy
/// that a session began under, or the name of a draft, or nothing.
pub(crate) async fn settings(host: &Host, since: &str) -> Result<Settings, NoSettings> {
    let window = web_sys::window().ok_or(NoSettings::Unreachable)?;
    let mut url = format!("{}/api/v1/tenants/{}/settings?lang={}", host.base(), host.tenant(), host.language());
    if !since.is_empty() {
        url.push_str("&since=");
        url.push_str(since);
    }
    let unreachable = |_| NoSettings::Unreachable;
    let response = JsFuture::from(window.fetch_with_str(&url)).await.map_err(unreachable)?;
    let response: Response = response.dyn_into().map_err(unreachable)?;
    if response.status() == 404 {
        return Err(NoSettings::UnknownTenant);
    }
    if !response.ok() {
        return Err(NoSettings::Unreachable);
    }
    let json = JsFuture::from(response.json().map_err(unreachable)?).await.map_err(unreachable)?;
    crate::glue::allow(&host.base(), &host.tenant(), &json);
    crate::json::read(json).map_err(|_| NoSettings::Unreachable)
}

/// The draft of a policy that the page's address asks for, behind `#beside-`: an admin tries it out.
pub(crate) fn draft() -> String {
    let hash = web_sys::window().and_then(|w| w.location().hash().ok()).unwrap_or_default();
    let name = hash
        .strip_prefix("#beside-")
        .filter(|name| name.starts_with(DRAFT) && name.bytes().all(|b| b == b'-' || b.is_ascii_alphanumeric()));
    name.unwrap_or_default().to_owned()
}

/// Asks the site's own prompt, where there is one and the company lets it count. `None`: ask ours.
pub(crate) async fn own_consent(host: &Host, settings: &Settings, hook: &str, agent: &str, role: &str) -> Option<bool> {
    let hook = Reflect::get(&host.hooks(), &hook.into()).ok()?.dyn_into::<Function>().ok()?;
    if settings.own_consent != "any" && settings.own_consent != "pressed" {
        warn("this company's settings do not let a page's own prompt count; ours is shown.");
        return None;
    }
    let request = Object::new();
    let who = Object::new();
    let set = |o: &Object, k: &str, v: &JsValue| Reflect::set(o, &JsString::from(k), v).is_ok();
    let built = set(&who, "name", &agent.into())
        && set(&who, "role", &role.into())
        && set(&request, "company", &settings.company.as_str().into())
        && set(&request, "agent", &who);
    if !built {
        return None;
    }
    let answer = hook.call1(&JsValue::NULL, &request).ok()?;
    let answer = JsFuture::from(Promise::resolve(&answer)).await.ok()?;
    if settings.own_consent == "pressed" && !user_is_active() {
        warn("the page's own prompt answered without a press; ours is shown.");
        return None;
    }
    Some(answer.as_bool() == Some(true))
}

fn user_is_active() -> bool {
    web_sys::window()
        .and_then(|w| Reflect::get(&w.navigator(), &"userActivation".into()).ok())
        .and_then(|a| Reflect::get(&a, &"isActive".into()).ok())
        .and_then(|v| v.as_bool())
        .unwrap_or(false)
}

/// One plain line in the console.
pub(crate) fn warn(text: &str) {
    web_sys::console::warn_1(&format!("Beside: {text}").into());
}

/// Tells the relay something that need not be answered.
pub(crate) fn post(url: &str, body: &str) {
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    if let Some(window) = web_sys::window() {
        let sent = window.fetch_with_str_and_init(url, &init);
        wasm_bindgen_futures::spawn_local(async move {
            // Where it does not come, nothing is lost but a word.
            let _ = JsFuture::from(sent).await;
        });
    }
}
