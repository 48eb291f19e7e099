//! How it went, as the customer says at the end. Asked of nobody else: it takes the ticket of the customer's own tab.
#![allow(unused_qualifications, reason = "the macros of utoipa qualify what is imported")]

use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Problem;
use super::rate::PerMinute;
use super::settings::ANYBODY;
use crate::limits;
use crate::shell::Shell;
use crate::tickets::hex;

/// How it went.
#[derive(Deserialize, ToSchema)]
pub(super) struct Rating {
    /// The last ticket of the customer's tab.
    ticket: String,
    /// 1 badly, 2 so so, 3 well.
    rating: u8,
}

static PER_MINUTE: PerMinute = PerMinute::new();

/// Says how a session went; the first word counts. JSON sent as plain text, so that a browser need not ask before it sends.
#[utoipa::path(post, path = "/api/v1/ratings", request_body = Rating, responses((status = 204), (status = 400, body = Problem)))]
pub(super) async fn rate(State(shell): State<Shell>, ConnectInfo(from): ConnectInfo<std::net::SocketAddr>, body: String) -> Response {
    if PER_MINUTE.is_over(from.ip(), limits::RATINGS_PER_MINUTE) {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests from this address. Wait a minute.");
        return (ANYBODY, problem).into_response();
    }
    let said: Option<Rating> = serde_json::from_str(&body).ok().filter(|r: &Rating| (1..=3).contains(&r.rating));
    let session = said.as_ref().and_then(|r| shell.customers_session(&r.ticket));
    let (Some(said), Some(session)) = (said, session) else {
        let problem = Problem::new(StatusCode::BAD_REQUEST, "rating", "This is no rating from 1 to 3 of a session of yours.");
        return (ANYBODY, problem).into_response();
    };
    match shell.store.rate(&hex(&session.0), said.rating).await {
        Ok(()) => (ANYBODY, StatusCode::NO_CONTENT).into_response(),
        Err(e) => (ANYBODY, Problem::store(&e)).into_response(),
    }
}
