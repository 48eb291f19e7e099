//! Policies by REST: what holds, what would be wrong with another, publishing, history, differences, going back.
#![allow(unused_qualifications, reason = "the macros of utoipa qualify what is imported")]

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use policies::change::Change;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::auth::{same_origin, with_role};
use crate::limits;
use crate::policy::{self, NotPublished, Signed};
use crate::saved::Saved;
use crate::shell::{Shell, now, seconds};
use crate::store;

static JUDGING: Semaphore = Semaphore::const_new(limits::JUDGED_AT_ONCE);

/// Who may read policies and records.
pub(super) const READERS: [&str; 3] = ["admin", "auditor", "supervisor"];
/// Who may change them.
pub(super) const ADMINS: [&str; 1] = ["admin"];

/// A version of the company's policy.
#[derive(Serialize, ToSchema)]
pub(super) struct Version {
    /// Number, from 1.
    version: i64,
    /// SHA-256 of the source, in hex.
    hash: String,
    /// Who signed it off.
    signed: String,
    /// Why, in their words.
    note: String,
    /// When, in UTC (RFC 3339).
    at: String,
    /// The file (TOML).
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

impl Difference {
    pub(super) fn of(change: Change) -> Self {
        Self { sign: change.sign, effect: change.effect.word(), what: change.what }
    }
}

impl Version {
    fn of(v: store::Version, with_source: bool) -> Self {
        let (hash, at) = (policy::hash(&v.source), policy::date(v.at));
        Self { version: v.number, hash, signed: v.signed, note: v.note, at, source: with_source.then_some(v.source) }
    }
}

/// A policy that may become the next version.
#[derive(Deserialize, ToSchema)]
pub(super) struct Proposal {
    /// The file (TOML).
    source: String,
    /// Why.
    #[serde(default)]
    note: String,
    /// The version that it was made from: if another one holds by now, nothing is published.
    #[serde(default)]
    based_on: Option<i64>,
}

/// What would be wrong with a policy.
#[derive(Serialize, ToSchema)]
pub(super) struct Checked {
    /// Whether it is valid.
    valid: bool,
    /// All problems, with places, as lines to be read.
    report: String,
}

/// The number of a version.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Number {
    /// The number.
    pub(super) version: i64,
}

/// Which versions are compared.
#[derive(Deserialize, IntoParams)]
pub(super) struct Between {
    /// From.
    from: i64,
    /// To; the one that holds, if none is named.
    to: Option<i64>,
}

/// A difference.
#[derive(Serialize, ToSchema)]
pub(super) struct Difference {
    /// `+` added, `-` taken out, `~` changed.
    sign: char,
    /// What.
    what: String,
    /// `stricter`, `looser`, `either` or `same`, as agents see it.
    effect: &'static str,
}

/// What is to be explained.
#[derive(Deserialize, ToSchema)]
pub(super) struct Question {
    /// The page, saved as HTML.
    html: String,
    /// Its path.
    #[serde(default)]
    path: String,
    /// CSS selector of the elements.
    selector: String,
    /// A policy that may become the next version; without one the version that holds is asked.
    #[serde(default)]
    source: Option<String>,
}

/// An element, and why it is seen as it is.
#[derive(Serialize, ToSchema)]
pub(super) struct Explained {
    /// The element, as a short tag.
    element: String,
    /// `shown`, `partly`, `masked`, `blocked` or `left-out`.
    seen: &'static str,
    /// Whether only the customer may operate it.
    customer_only: bool,
    /// Why, in sentences.
    because: Vec<String>,
}

fn no_version() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown-version", "There is no such version. The history names those there are.")
}

pub(super) fn refused(e: &NotPublished) -> Problem {
    match e {
        NotPublished::Invalid(report) => {
            let mut problem =
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "policy", "The policy is not valid; the last one still holds.");
            problem.detail = Some(report.clone());
            problem
        }
        NotPublished::Outdated(held) => {
            let what = format!("Version {held} was published meanwhile. Look at the differences, then publish again.");
            Problem::new(StatusCode::CONFLICT, "outdated", &what)
        }
        NotPublished::NoTenant => Problem::new(StatusCode::NOT_FOUND, "unknown-tenant", "No company of this name."),
        NotPublished::NoVersion => no_version(),
        NotPublished::Unsigned => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unsigned", "A name is missing, or the note is too long."),
        NotPublished::Store(e) => Problem::store(e),
    }
}

/// The policy that holds.
#[utoipa::path(get, path = "/api/v1/policy", responses((status = 200, body = Version), (status = 403, body = Problem)))]
pub(super) async fn held(State(shell): State<Shell>, headers: HeaderMap) -> Result<Json<Version>, Problem> {
    let user = with_role(&shell, &headers, &READERS).await?;
    let number = shell.store.tenant(&user.tenant).await.map_err(|e| Problem::store(&e))?.map_or(0, |t| t.version);
    one(&shell, &user.tenant, number).await
}

async fn one(shell: &Shell, tenant: &str, number: i64) -> Result<Json<Version>, Problem> {
    let found = shell.store.policy_version(tenant, number).await.map_err(|e| Problem::store(&e))?;
    found.map(|v| Json(Version::of(v, true))).ok_or_else(no_version)
}

/// Publishes a policy. Sessions that run keep theirs, tightened by what this one hides more.
#[utoipa::path(put, path = "/api/v1/policy", request_body = Proposal,
    responses((status = 200, body = Number), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn publish(State(shell): State<Shell>, headers: HeaderMap, Json(new): Json<Proposal>) -> Result<Json<Number>, Problem> {
    same_origin(&headers)?;
    let user = with_role(&shell, &headers, &ADMINS).await?;
    let by = format!("{} <{}>", user.name, user.email);
    let signed = Signed { by: &by, note: &new.note };
    let done = policy::publish(&shell.store, &user.tenant, &new.source, signed, new.based_on, seconds(now())).await;
    done.map(|version| Json(Number { version })).map_err(|e| refused(&e))
}

/// Says what would be wrong with a policy; publishes nothing.
#[utoipa::path(post, path = "/api/v1/policy/check", request_body = Proposal,
    responses((status = 200, body = Checked), (status = 403, body = Problem)))]
pub(super) async fn check(State(shell): State<Shell>, headers: HeaderMap, Json(new): Json<Proposal>) -> Result<Json<Checked>, Problem> {
    same_origin(&headers)?;
    with_role(&shell, &headers, &ADMINS).await?;
    let report = policy::problems("policy", &new.source);
    Ok(Json(Checked { valid: report.is_none(), report: report.unwrap_or_default() }))
}

/// Says why elements of a saved page are hidden, shown, or the customer's to press. The page is not kept.
#[utoipa::path(post, path = "/api/v1/policy/explain", request_body = Question,
    responses((status = 200, body = Vec<Explained>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn explain(
    State(shell): State<Shell>,
    headers: HeaderMap,
    Json(question): Json<Question>,
) -> Result<Json<Vec<Explained>>, Problem> {
    same_origin(&headers)?;
    let user = with_role(&shell, &headers, &READERS).await?;
    let source = match question.source {
        Some(source) => source,
        None => shell.store.tenant(&user.tenant).await.map_err(|e| Problem::store(&e))?.map(|t| t.policy).unwrap_or_default(),
    };
    // A large page takes a moment, in which others are to be served.
    let _turn = JUDGING.acquire().await;
    let done = tokio::task::spawn_blocking(move || {
        let invalid = |_| refused(&NotPublished::Invalid(policy::problems("policy", &source).unwrap_or_default()));
        let policy = policies::source::parse(&source).map_err(invalid)?;
        let saved = Saved::read(&question.html);
        if saved.is_too_large() {
            let what = "The page is too large to be judged here. `beside policy explain` has no such limit.";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too-large", what));
        }
        let explained = saved.judge(&policy, &question.path).and_then(|verdicts| verdicts.explain(&question.selector));
        let explained = explained.map_err(|e| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "selector", &format!("{e}.")))?;
        let told = explained.into_iter().map(|e| Explained {
            element: e.element,
            seen: e.seen.word(),
            customer_only: e.customer_only,
            because: e.because,
        });
        Ok(Json(told.collect()))
    });
    done.await.unwrap_or_else(|_| Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "explain", "The page could not be judged.")))
}

/// All versions, the newest first, without their sources.
#[utoipa::path(get, path = "/api/v1/policy/versions", responses((status = 200, body = Vec<Version>), (status = 403, body = Problem)))]
pub(super) async fn history(State(shell): State<Shell>, headers: HeaderMap) -> Result<Json<Vec<Version>>, Problem> {
    let user = with_role(&shell, &headers, &READERS).await?;
    let all = shell.store.policy_versions(&user.tenant, 1).await.map_err(|e| Problem::store(&e))?;
    Ok(Json(all.into_iter().rev().map(|v| Version::of(v, false)).collect()))
}

/// One version.
#[utoipa::path(get, path = "/api/v1/policy/versions/{version}", params(("version" = i64, Path)),
    responses((status = 200, body = Version), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn version(State(shell): State<Shell>, headers: HeaderMap, Path(number): Path<i64>) -> Result<Json<Version>, Problem> {
    let user = with_role(&shell, &headers, &READERS).await?;
    one(&shell, &user.tenant, number).await
}

/// What differs between two versions, and what that does.
#[utoipa::path(get, path = "/api/v1/policy/diff", params(Between),
    responses((status = 200, body = Vec<Difference>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn diff(
    State(shell): State<Shell>,
    headers: HeaderMap,
    Query(between): Query<Between>,
) -> Result<Json<Vec<Difference>>, Problem> {
    let user = with_role(&shell, &headers, &READERS).await?;
    let held = shell.store.tenant(&user.tenant).await.map_err(|e| Problem::store(&e))?.map_or(0, |t| t.version);
    let mut sources = Vec::new();
    for number in [between.from, between.to.unwrap_or(held)] {
        let found = shell.store.policy_version(&user.tenant, number).await.map_err(|e| Problem::store(&e))?;
        sources.push(found.ok_or_else(no_version)?.source);
    }
    let changes = policy::diff(("from", &sources[0]), ("to", &sources[1])).map_err(|report| refused(&NotPublished::Invalid(report)))?;
    Ok(Json(changes.into_iter().map(Difference::of).collect()))
}

/// Makes an earlier version hold again, as the next one.
#[utoipa::path(post, path = "/api/v1/policy/rollback", request_body = Number,
    responses((status = 200, body = Number), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn roll_back(State(shell): State<Shell>, headers: HeaderMap, Json(to): Json<Number>) -> Result<Json<Number>, Problem> {
    same_origin(&headers)?;
    let user = with_role(&shell, &headers, &ADMINS).await?;
    let by = format!("{} <{}>", user.name, user.email);
    let done = policy::roll_back(&shell.store, &user.tenant, to.version, &by, seconds(now())).await;
    done.map(|version| Json(Number { version })).map_err(|e| refused(&e))
}
