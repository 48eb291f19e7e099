//! A made-up bank. Ordinary pages on an ordinary server: nothing here knows Beside but the script tag.

use std::net::SocketAddr;
use std::process::ExitCode;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use clap::Parser;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "site"]
struct Site;

/// The demo bank.
#[derive(Parser, Clone)]
struct Options {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:7481")]
    listen: SocketAddr,
    /// Address of the script line; without it the bank has no Get help
    #[arg(long)]
    script: Option<String>,
    /// The tenant in the script line
    #[arg(long, default_value = "acme-bank")]
    tenant: String,
}

/// Pages by path; what lies below `/settings` is a single-page app.
const PAGES: [(&str, &str); 8] = [
    ("/", "home.html"),
    ("/login", "login.html"),
    ("/accounts", "accounts.html"),
    ("/payment", "payment.html"),
    ("/card", "card.html"),
    ("/settings", "settings.html"),
    ("/help/travel", "article.html"),
    ("/widgets/rates", "rates.html"),
];

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(|e| e.to_string()).and_then(|r| r.block_on(serve(options)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            #[allow(clippy::print_stderr, reason = "errors go to standard error")]
            {
                eprintln!("The demo bank did not start: {e}.\nChoose another address with --listen.");
            }
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: Options) -> Result<(), String> {
    let listener = tokio::net::TcpListener::bind(options.listen).await.map_err(|e| e.to_string())?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let mut app = Router::new();
    for (path, _) in PAGES {
        app = app.route(path, get(page));
    }
    let app = app
        .route("/settings/{*rest}", get(page))
        .route("/static/{*path}", get(asset))
        .route("/login", post(|| async { Redirect::to("/accounts") }))
        .route("/card/order", post(|| async { Redirect::to("/accounts") }))
        .fallback(|| async { (StatusCode::NOT_FOUND, "This page does not exist.") })
        .with_state(options);
    #[allow(clippy::print_stdout, reason = "says that it is ready")]
    {
        println!("http://{address}/");
    }
    axum::serve(listener, app).await.map_err(|e| e.to_string())
}

/// A page in the customer's language: `<en>…</en><nl>…</nl>` in the source, one of them in the answer.
async fn page(State(options): State<Options>, uri: axum::http::Uri, headers: HeaderMap) -> Response {
    let path = if uri.path().starts_with("/settings") { "/settings" } else { uri.path() };
    let name = PAGES.iter().find(|(p, _)| *p == path).map_or("home.html", |(_, name)| name);
    let chosen = uri.query().unwrap_or_default().split('&').find_map(|p| p.strip_prefix("lang=")).map(str::to_owned);
    let kept = headers
        .get(header::COOKIE)
        .and_then(|v| v.to_str().ok())
        .and_then(|c| c.split("; ").find_map(|c| c.strip_prefix("lang=")))
        .map(str::to_owned);
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("en");
    let language = match chosen.clone().or(kept).as_deref() {
        Some("nl") => "nl",
        Some(_) => "en",
        None if wanted.starts_with("nl") => "nl",
        None => "en",
    };
    let text = |name: &str| Site::get(name).map(|f| String::from_utf8_lossy(&f.data).into_owned()).unwrap_or_default();
    let script =
        options.script.map(|src| format!("<script src=\"{src}\" data-tenant=\"{}\" async></script>", options.tenant)).unwrap_or_default();
    let whole = if name.starts_with("rates") { text(name) } else { text("layout.html").replace("{{content}}", &text(name)) };
    let whole = one_language(&whole.replace("{{beside}}", &script).replace("{{lang}}", language), language);
    let mut response = (StatusCode::OK, whole).into_response();
    let h = response.headers_mut();
    h.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if let Some(lang) = chosen
        && let Ok(v) = HeaderValue::from_str(&format!("lang={}; Path=/; SameSite=Lax", if lang == "nl" { "nl" } else { "en" }))
    {
        h.insert(header::SET_COOKIE, v);
    }
    response
}

fn one_language(text: &str, keep: &str) -> String {
    let drop = if keep == "nl" { "en" } else { "nl" };
    let (open, close) = (format!("<{drop}>"), format!("</{drop}>"));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&open) {
        out.push_str(&rest[..at]);
        rest = rest[at..].find(&close).map_or("", |end| &rest[at + end + close.len()..]);
    }
    out.push_str(rest);
    out.replace(&format!("<{keep}>"), "").replace(&format!("</{keep}>"), "")
}

async fn asset(Path(path): Path<String>) -> Response {
    let Some(file) = Site::get(&format!("static/{path}")) else { return (StatusCode::NOT_FOUND, "not found").into_response() };
    let kind = match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let mut response = Body::from(file.data).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=60"));
    response
}

#[cfg(test)]
mod tests {
    use super::one_language;

    #[test]
    fn one_language_stays() {
        let text = "<h1><en>Hello</en><nl>Hallo</nl></h1><en>a</en>";
        assert_eq!(one_language(text, "en"), "<h1>Hello</h1>a");
        assert_eq!(one_language(text, "nl"), "<h1>Hallo</h1>");
    }
}
