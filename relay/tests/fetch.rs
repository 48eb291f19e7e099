//! Fetching for pages, with real hosts on loopback: what comes back, what is refused, and what the host learns.

mod common;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use common::ORIGIN;
use relay::fetch::{CannotFetch, Fetched, Fetcher};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

const TTF: &[u8] = b"\0\x01\0\0\0\x0c\0\x80\0\x03\0\x40";

fn page() -> header::HeaderValue {
    header::HeaderValue::from_static(ORIGIN)
}

/// A host, and every request's headers that reached it.
async fn host() -> (u16, Arc<Mutex<Vec<HeaderMap>>>) {
    let seen: Arc<Mutex<Vec<HeaderMap>>> = Arc::default();
    let log = seen.clone();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let to = |there: String| get(move || async move { Redirect::temporary(&there) });
    let endless = || async {
        let chunk = Bytes::from(vec![0x89; 1 << 20]);
        Body::from_stream(futures_util::stream::repeat_with(move || Ok::<_, std::convert::Infallible>(chunk.clone())))
    };
    let app = Router::new()
        .route("/a.png", get(|| async { PNG }))
        .route("/closed.ttf", get(|| async { TTF }))
        .route("/others.ttf", get(|| async { ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "https://other.example")], TTF) }))
        .route("/own.ttf", get(|| async { ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN)], TTF) }))
        .route("/open.ttf", get(|| async { ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], TTF) }))
        .route("/a.css", get(|| async { ([(header::CONTENT_TYPE, "Text/CSS; charset=utf-8")], "p{color:red}") }))
        .route("/long.css", get(|| async { ([(header::CONTENT_TYPE, "text/css")], "p{color:red}".repeat(9_000)) }))
        .route("/page", get(|| async { ([(header::CONTENT_TYPE, "text/html")], "<script>1</script>") }))
        .route("/lies.png", get(|| async { ([(header::CONTENT_TYPE, "image/png")], "<script>1</script>") }))
        .route("/gone", get(|| async { StatusCode::NOT_FOUND.into_response() }))
        .route("/endless", get(endless))
        .route("/moved", to("/a.png".to_owned()))
        .route("/round", to("/round".to_owned()))
        .route("/metadata", to("http://169.254.169.254/latest/meta-data".to_owned()))
        .route("/loopback", to(format!("http://127.0.0.1:{port}/a.png")))
        .route("/elsewhere", to("http://elsewhere.example/a.png".to_owned()))
        .route("/file", to("file:///etc/passwd".to_owned()))
        .layer(axum::middleware::from_fn(move |request: axum::extract::Request, next: axum::middleware::Next| {
            log.lock().expect("a log").push(request.headers().clone());
            next.run(request)
        }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (port, seen)
}

fn inside() -> Fetcher {
    Fetcher::new(["127.0.0.0/8", "::1/128"].iter().map(|n| n.parse().expect("a network")).collect()).expect("a client")
}

#[tokio::test]
async fn files_come_and_everything_else_is_refused_by_name() {
    let (port, _) = host().await;
    let (fetcher, hosts) = (inside(), [format!("localhost:{port}")]);
    let fetch = async |path: &str| fetcher.fetch(&format!("http://localhost:{port}{path}"), &hosts, &page()).await;
    for (path, mime) in
        [("/a.png", "image/png"), ("/a.css", "text/css"), ("/moved", "image/png"), ("/own.ttf", "font/ttf"), ("/open.ttf", "font/ttf")]
    {
        let Fetched { mime: is, bytes, .. } = fetch(path).await.expect(path);
        assert_eq!(is, mime, "{path}");
        assert!(!bytes.is_empty());
    }
    for (path, why) in [
        ("/page", CannotFetch::NotAnAsset),
        ("/lies.png", CannotFetch::NotAnAsset),
        ("/closed.ttf", CannotFetch::NotForPage),
        ("/others.ttf", CannotFetch::NotForPage),
        ("/gone", CannotFetch::Refused(404)),
        ("/endless", CannotFetch::TooLarge),
        ("/round", CannotFetch::Unreachable),
        ("/metadata", CannotFetch::BadAddress),
        ("/loopback", CannotFetch::BadAddress),
        ("/elsewhere", CannotFetch::NotListed),
        ("/file", CannotFetch::BadAddress),
    ] {
        assert_eq!(fetch(path).await.err(), Some(why), "{path}");
    }
    let over_tls = fetcher.fetch(&format!("https://localhost:{port}/a.png"), &hosts, &page()).await;
    assert_eq!(over_tls.err(), Some(CannotFetch::Unreachable), "no certificate, no file");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_even_called() {
    let (port, seen) = host().await;
    let hosts = [format!("localhost:{port}")];
    let fetcher = Fetcher::new(Vec::new()).expect("a client");
    let refused = fetcher.fetch(&format!("http://localhost:{port}/a.png"), &hosts, &page()).await;
    assert_eq!(refused.err(), Some(CannotFetch::NotPublic));
    assert!(seen.lock().expect("a log").is_empty());
}

#[tokio::test]
async fn a_host_learns_which_site_asks_and_nothing_of_who_looks() {
    let (port, seen) = host().await;
    inside().fetch(&format!("http://localhost:{port}/a.css"), &[format!("localhost:{port}")], &page()).await.expect("a file");
    let seen = seen.lock().expect("a log");
    let names: Vec<&str> = seen[0].keys().map(header::HeaderName::as_str).collect();
    for told in ["cookie", "referer", "authorization", "x-forwarded-for", "forwarded", "via"] {
        assert!(!names.contains(&told), "{told}");
    }
    assert_eq!((&seen[0]["user-agent"], &seen[0]["origin"]), (&header::HeaderValue::from_static("beside-relay"), &page()));
}

#[tokio::test]
async fn only_a_companys_own_pages_ask_and_only_for_its_hosts() {
    let (port, _) = host().await;
    let policy = format!("default = \"show\"\n[assets]\nrelay_fetches = [\"localhost:{port}\"]");
    let (at, _) = common::relay(policy, inside()).await;
    let client = reqwest::Client::new();
    let file = format!("http%3A%2F%2Flocalhost:{port}%2Fa.png");
    for (tenant, origin, address, status) in [
        ("acme-bank", Some(ORIGIN), file.as_str(), 200),
        ("acme-bank", Some("https://other.example"), file.as_str(), 403),
        ("acme-bank", None, file.as_str(), 403),
        ("other", Some(ORIGIN), file.as_str(), 403),
        ("acme-bank", Some(ORIGIN), "http%3A%2F%2Fother.example%2Fa.png", 403),
        ("acme-bank", Some(ORIGIN), "http%3A%2F%2F169.254.169.254%2F", 400),
    ] {
        let mut request = client.get(format!("http://{at}/api/v1/tenants/{tenant}/assets?address={address}"));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{tenant} {origin:?} {address}");
        if status == 200 {
            assert_eq!(answer.headers()["content-type"], "image/png");
            assert_eq!(answer.headers()["access-control-allow-origin"], ORIGIN);
            assert_eq!(answer.headers()["content-disposition"], "attachment");
            assert_eq!(answer.bytes().await.expect("bytes"), PNG);
        } else {
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
        }
    }
    // As browsers ask: what can be packed comes packed, to its end.
    let sheet = format!("http://{at}/api/v1/tenants/acme-bank/assets?address=http%3A%2F%2Flocalhost:{port}%2Flong.css");
    let answer = client.get(&sheet).header("origin", ORIGIN).header("accept-encoding", "gzip").send().await.expect("an answer");
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert!(!answer.bytes().await.expect("all of it").is_empty());
    let answer = client.get(sheet).header("origin", ORIGIN).send().await.expect("an answer");
    assert_eq!(answer.text().await.expect("all of it"), "p{color:red}".repeat(9_000));
}
