//! Files of other hosts that a page's own browser may not read and its company lets the relay fetch.
#![allow(unused_qualifications, reason = "the macros of utoipa qualify what is imported")]

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::rate::PerMinute;
use super::{Problem, spill};
use crate::fetch::CannotFetch;
use crate::limits;
use crate::shell::Shell;

/// Of which file.
#[derive(Deserialize, IntoParams)]
pub(super) struct Address {
    /// Its whole address.
    address: String,
}

static PER_MINUTE: PerMinute = PerMinute::new();

/// A picture, font or sheet from a host that the company's policy lists under `relay_fetches`. For its own pages:
/// browsers ask from no other; a program may, and gets those hosts' files.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant}/assets", params(("tenant" = String, Path), Address),
    responses((status = 200, description = "the file"), (status = 403, body = Problem), (status = 429, body = Problem), (status = 502, body = Problem)))]
pub(super) async fn asset(
    State(shell): State<Shell>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Path(tenant): Path<String>,
    Query(Address { address }): Query<Address>,
    headers: HeaderMap,
) -> Response {
    let origin = headers.get(header::ORIGIN).cloned();
    let answer = if PER_MINUTE.is_over(from.ip(), limits::FETCHES_PER_MINUTE) {
        Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many files were asked for from this address. Wait a minute."))
    } else {
        fetch(&shell, &tenant, origin.as_ref(), &address).await
    };
    let is_there = answer.is_ok();
    let mut response = answer.into_response();
    let said = response.headers_mut();
    said.insert(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        said.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    if is_there {
        said.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=600"));
    }
    response
}

type File = ([(HeaderName, &'static str); 2], Body);

async fn fetch(shell: &Shell, tenant: &str, origin: Option<&HeaderValue>, address: &str) -> Result<File, Problem> {
    let found = shell.store.tenant(tenant).await.map_err(|e| Problem::store(&e))?;
    let asks = origin.zip(found).filter(|(o, t)| t.origins.iter().any(|allowed| allowed.as_bytes() == o.as_bytes()));
    let Some((origin, tenant)) = asks else {
        return Err(Problem::new(StatusCode::FORBIDDEN, "other-origin", "Only pages of a company may ask for its files."));
    };
    let hosts = policies::source::parse(&tenant.policy).map(|p| p.assets.relay_fetches).unwrap_or_default();
    let fetched = shell.fetcher.fetch(address, &hosts, origin).await.map_err(problem)?;
    // Whoever opens the address itself gets a file to keep, never a page of the relay's origin.
    Ok(([(header::CONTENT_TYPE, fetched.mime), (header::CONTENT_DISPOSITION, "attachment")], spill::body(fetched.bytes, fetched.room)))
}

fn problem(why: CannotFetch) -> Problem {
    let (status, kind, title) = match why {
        CannotFetch::BadAddress => (StatusCode::BAD_REQUEST, "bad-address", "This is no address of a file on a named host."),
        CannotFetch::NotListed => {
            (StatusCode::FORBIDDEN, "host-not-listed", "The company's policy does not list this host under relay_fetches.")
        }
        CannotFetch::NotPublic => (
            StatusCode::FORBIDDEN,
            "host-not-public",
            "This host's address is not public. The operator can allow its network with --fetch-inside.",
        ),
        CannotFetch::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Too many files are being fetched. Try again in a moment."),
        CannotFetch::Unreachable => (StatusCode::BAD_GATEWAY, "host-unreachable", "The host does not answer."),
        CannotFetch::Refused(_) => (StatusCode::BAD_GATEWAY, "host-refused", "The host does not give this file."),
        CannotFetch::TooLarge => (StatusCode::BAD_GATEWAY, "too-large", "The file is larger than 20 MB."),
        CannotFetch::NotAnAsset => (StatusCode::BAD_GATEWAY, "not-an-asset", "The file is no picture, font or style sheet."),
        CannotFetch::NotForPage => {
            (StatusCode::FORBIDDEN, "not-for-page", "The font's host does not let this page read it, so that nobody sees it in this font.")
        }
    };
    let mut problem = Problem::new(status, kind, title);
    if let CannotFetch::Refused(status) = why {
        problem.detail = Some(format!("It answered {status}."));
    }
    problem
}
