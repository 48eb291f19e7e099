//! Asking the relay over HTTP.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

/// Why a request gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// Nobody answered.
    Unreachable,
    /// Answered with this status.
    Status(u16),
}

/// Why the relay did not do something.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// HTTP status; 0 if nobody answered.
    #[serde(default)]
    pub(crate) status: u16,
    /// What is wrong, in the words of the relay.
    #[serde(default)]
    pub(crate) title: String,
    /// All of it, where there is more.
    pub(crate) detail: Option<String>,
}

/// Who is signed in.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
pub(crate) struct Me {
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) company: String,
}

async fn request(method: &str, path: &str, body: Option<String>) -> Result<Response, Failed> {
    let response = sent(method, path, body).await?;
    if response.ok() { Ok(response) } else { Err(Failed::Status(response.status())) }
}

async fn sent(method: &str, path: &str, body: Option<String>) -> Result<Response, Failed> {
    let window = web_sys::window().ok_or(Failed::Unreachable)?;
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        let headers = Headers::new().map_err(|_| Failed::Unreachable)?;
        let _ = headers.set("content-type", "application/json");
        init.set_headers(&headers);
        init.set_body(&body.into());
    }
    let response = JsFuture::from(window.fetch_with_str_and_init(path, &init)).await.map_err(|_| Failed::Unreachable)?;
    response.dyn_into().map_err(|_| Failed::Unreachable)
}

async fn json<T: DeserializeOwned>(response: Response) -> Result<T, Failed> {
    let value = JsFuture::from(response.json().map_err(|_| Failed::Unreachable)?).await.map_err(|_| Failed::Unreachable)?;
    serde_wasm_bindgen::from_value(value).map_err(|_| Failed::Unreachable)
}

pub(crate) async fn sign_in(email: &str, password: &str) -> Result<Me, Failed> {
    let body = serde_json::json!({ "email": email, "password": password }).to_string();
    json(request("POST", "/api/v1/sign-in", Some(body)).await?).await
}

pub(crate) async fn sign_out() {
    let _ = request("POST", "/api/v1/sign-out", None).await;
}

pub(crate) async fn me() -> Result<Me, Failed> {
    get("/api/v1/me").await
}

pub(crate) async fn ticket() -> Result<String, Failed> {
    #[derive(Deserialize)]
    struct Ticket {
        ticket: String,
    }
    Ok(json::<Ticket>(request("POST", "/api/v1/socket-tickets", None).await?).await?.ticket)
}

/// Whatever stands at a path of the relay's.
pub(crate) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Failed> {
    json(request("GET", path, None).await?).await
}

/// Has the relay do something. An answer without a body is read as nothing.
pub(crate) async fn ask<T: DeserializeOwned>(method: &str, path: &str, body: Option<serde_json::Value>) -> Result<T, Refusal> {
    let response = sent(method, path, body.map(|body| body.to_string())).await.map_err(|_| Refusal::default())?;
    if response.status() == 204 {
        return serde_wasm_bindgen::from_value(wasm_bindgen::JsValue::UNDEFINED).map_err(|_| Refusal::default());
    }
    if response.ok() {
        return json(response).await.map_err(|_| Refusal::default());
    }
    Err(json(response).await.unwrap_or_default())
}

pub(crate) async fn texts(language: &str) -> Result<std::collections::HashMap<String, String>, Failed> {
    get(&format!("/api/v1/texts?lang={language}")).await
}
