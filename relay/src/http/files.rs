//! What browsers load: the script line, the SDK, the dashboard. Embedded in the binary.

use std::path::PathBuf;
use std::sync::OnceLock;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::Problem;

#[derive(RustEmbed)]
#[folder = "$BESIDE_WEB"]
struct Web;

/// What the dashboard may do. Styles, scripts and sockets of its own only; the replica has a policy of its own on top.
const DASHBOARD_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; font-src blob: data:; connect-src 'self'; frame-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'; require-trusted-types-for 'script'; trusted-types beside";

static PREVIEW_POLICY: OnceLock<String> = OnceLock::new();
static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// Serves from a folder from now on.
pub fn serve_from(folder: PathBuf) {
    let _ = FOLDER.set(folder);
}

/// Bytes of a file and a tag that changes with them.
fn load(path: &str) -> Option<(Vec<u8>, String)> {
    if path.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return None;
    }
    let bytes = match FOLDER.get() {
        Some(folder) => std::fs::read(folder.join(path)).ok()?,
        None => Web::get(path)?.data.into_owned(),
    };
    let tag = format!("\"{}\"", crate::tickets::hex(&Sha256::digest(&bytes)[..12]));
    Some((bytes, tag))
}

fn file(path: &str, more: &[(HeaderName, &'static str)]) -> Response {
    let Some((bytes, etag)) = load(path) else {
        return Problem::new(StatusCode::NOT_FOUND, "not-found", "There is no such file in this build. Run cargo xtask build.")
            .into_response();
    };
    let kind = match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    if let Ok(etag) = etag.parse() {
        headers.insert(header::ETAG, etag);
    }
    for (name, value) in more {
        headers.insert(name.clone(), header::HeaderValue::from_static(value));
    }
    response
}

/// Pages of any origin load these; they hold nothing of anybody.
const FOR_PAGES: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    (header::CACHE_CONTROL, "public, max-age=300"),
];

pub(super) async fn loader() -> Response {
    file("sdk/beside.js", &FOR_PAGES)
}

pub(super) async fn sdk(Path(path): Path<String>) -> Response {
    file(&format!("sdk/{path}"), &FOR_PAGES)
}

pub(super) async fn dashboard() -> Response {
    file("agent/index.html", &[(header::CONTENT_SECURITY_POLICY, DASHBOARD_POLICY)])
}

/// The page check. What it opens must be able to answer it, so it does not cut that tie; it holds nothing of a session.
pub(super) async fn page_check() -> Response {
    let opens = (HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups");
    file("agent/index.html", &[(header::CONTENT_SECURITY_POLICY, DASHBOARD_POLICY), opens])
}

/// What an agent sees, drawn in a frame on the customer's page from what that page hands over. It says nothing to the relay.
pub(super) async fn preview() -> Response {
    let policy = PREVIEW_POLICY.get_or_init(|| DASHBOARD_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *"));
    let embedded = [
        (header::CONTENT_SECURITY_POLICY, &**policy),
        (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    file("agent/index.html", &embedded)
}

pub(super) async fn agent(Path(path): Path<String>) -> Response {
    file(&format!("agent/{path}"), &[(HeaderName::from_static("cross-origin-resource-policy"), "same-origin")])
}
