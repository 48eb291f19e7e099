//! What is kept of sessions, for those who answer for it: lists, one session's record as JSON or CSV, erasing, the trail.
#![allow(unused_qualifications, reason = "the macros of utoipa qualify what is imported")]

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::auth::{same_origin, with_role};
use super::policy::{ADMINS, READERS};
use crate::limits;
use crate::policy::date;
use crate::shell::{Shell, now, seconds};
use crate::store::{Entry, TrailRow, User};

/// Which sessions.
#[derive(Deserialize, IntoParams)]
pub(super) struct Which {
    /// Only those that began before this time, in seconds since 1970: for the next page of the list.
    before: Option<i64>,
}

/// A session.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// Its name.
    id: String,
    /// The page's origin.
    origin: String,
    /// In UTC (RFC 3339).
    began: String,
    /// The same; absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    /// Who or what ended it: `customer`, `agent`, `away`, `limit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// How it went, as the customer says: 1 badly, 2 so so, 3 well; absent where they did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<i64>,
}

/// Something that was done.
#[derive(Serialize, ToSchema)]
pub(super) struct Deed {
    /// First, in UTC (RFC 3339).
    at: String,
    /// Last.
    last: String,
    /// How often in a row.
    times: i64,
    /// Who: `customer`, or an agent's name and role.
    who: String,
    /// What.
    what: String,
    /// On which element, by its kind and name in the page's code; or a version of the policy.
    element: String,
    /// Why it was refused.
    why: String,
}

impl Deed {
    fn of(e: Entry) -> Self {
        Self { at: date(e.at), last: date(e.last), times: e.times, who: e.who, what: e.what, element: e.element, why: e.why }
    }
}

/// In which form.
#[derive(Deserialize, IntoParams)]
pub(super) struct Form {
    /// `csv`, or JSON where nothing is said.
    #[serde(default)]
    format: String,
}

/// A deed of somebody who is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct Step {
    /// In UTC (RFC 3339).
    at: String,
    /// Who.
    who: String,
    /// What.
    what: String,
    /// About what.
    about: String,
}

fn no_session() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown-session", "No such session is on record. It may have been erased.")
}

async fn step(shell: &Shell, user: &User, what: &str, about: &str) -> Result<(), Problem> {
    let row =
        TrailRow { at: seconds(now()), who: format!("{} <{}>", user.name, user.email), what: what.to_owned(), about: about.to_owned() };
    shell.store.put_trail(&user.tenant, &row).await.map_err(|e| Problem::store(&e))
}

/// The company's sessions, the newest first.
#[utoipa::path(get, path = "/api/v1/sessions", params(Which), responses((status = 200, body = Vec<Session>), (status = 403, body = Problem)))]
pub(super) async fn sessions(
    State(shell): State<Shell>,
    headers: HeaderMap,
    Query(which): Query<Which>,
) -> Result<Json<Vec<Session>>, Problem> {
    let user = with_role(&shell, &headers, &READERS).await?;
    let before = which.before.unwrap_or(i64::MAX);
    let rows = shell.store.sessions(&user.tenant, before, limits::LISTED).await.map_err(|e| Problem::store(&e))?;
    let told = rows.into_iter().map(|r| Session {
        id: r.id,
        origin: r.origin,
        began: date(r.began),
        ended: r.ended.map(date),
        reason: r.reason,
        rating: r.rating,
    });
    Ok(Json(told.collect()))
}

/// What was done in a session: who joined, what was granted, what an agent did and what was refused, by which policy. No
/// content. That it was read is put on the trail.
#[utoipa::path(get, path = "/api/v1/sessions/{session}/records", params(("session" = String, Path), Form),
    responses((status = 200, body = Vec<Deed>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn records(
    State(shell): State<Shell>,
    headers: HeaderMap,
    Path(session): Path<String>,
    Query(form): Query<Form>,
) -> Result<Response, Problem> {
    let user = with_role(&shell, &headers, &READERS).await?;
    let found = shell.store.records(&user.tenant, &session).await.map_err(|e| Problem::store(&e))?;
    let deeds: Vec<Deed> = found.ok_or_else(no_session)?.into_iter().map(Deed::of).collect();
    step(&shell, &user, "record-read", &session).await?;
    if form.format != "csv" {
        return Ok(Json(deeds).into_response());
    }
    let mut csv = csv::Writer::from_writer(Vec::new());
    for mut deed in deeds {
        // Spreadsheets take what begins like this for a formula.
        if deed.who.starts_with(['=', '+', '-', '@']) {
            deed.who.insert(0, '\'');
        }
        if let Err(e) = csv.serialize(deed) {
            tracing::error!("a record could not be written as CSV: {e}");
        }
    }
    let name = format!("attachment; filename=\"beside-{session}.csv\"");
    let body = csv.into_inner().unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response())
}

/// Erases a session with all that was kept of it. That it was done, and by whom, stays on the trail.
#[utoipa::path(delete, path = "/api/v1/sessions/{session}", params(("session" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn erase(State(shell): State<Shell>, headers: HeaderMap, Path(session): Path<String>) -> Result<StatusCode, Problem> {
    same_origin(&headers)?;
    let user = with_role(&shell, &headers, &ADMINS).await?;
    // One that the relay lost without its end being known is over by then.
    let old = seconds(now().saturating_sub(limits::SESSION_SECONDS));
    if !shell.store.erase_session(&user.tenant, &session, old).await.map_err(|e| Problem::store(&e))? {
        let known = shell.store.records(&user.tenant, &session).await.map_err(|e| Problem::store(&e))?;
        let running = || Problem::new(StatusCode::CONFLICT, "running", "This session still runs. Erase it when it is over.");
        return Err(known.map_or_else(no_session, |_| running()));
    }
    step(&shell, &user, "session-erased", &session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was done with the company's policies and records, the newest first.
#[utoipa::path(get, path = "/api/v1/trail", responses((status = 200, body = Vec<Step>), (status = 403, body = Problem)))]
pub(super) async fn trail(State(shell): State<Shell>, headers: HeaderMap) -> Result<Json<Vec<Step>>, Problem> {
    let user = with_role(&shell, &headers, &READERS).await?;
    let rows = shell.store.trail(&user.tenant, limits::LISTED).await.map_err(|e| Problem::store(&e))?;
    Ok(Json(rows.into_iter().map(|r| Step { at: date(r.at), who: r.who, what: r.what, about: r.about }).collect()))
}
