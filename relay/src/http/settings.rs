//! What anybody may know of a company: its policy, its name, the words its customers read.
#![allow(unused_qualifications, reason = "the macros of utoipa qualify what is imported")]

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use policies::Policy;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::rate::PerMinute;
use crate::limits;
use crate::policy;
use crate::shell::{Shell, now, seconds};
use crate::texts::{Side, texts};

/// In which language.
#[derive(Deserialize, IntoParams)]
pub(super) struct Language {
    /// A language tag; English where it is unknown.
    #[serde(default)]
    lang: String,
}

/// Under which policy.
#[derive(Deserialize, IntoParams)]
pub(super) struct Since {
    /// The version that a running session began under: what was published since counts only as far as it hides more. Or the name of
    /// a draft that the page tries out, as it is now.
    since: Option<String>,
}

/// Public settings of a company.
#[derive(Serialize, ToSchema)]
pub(super) struct Settings {
    /// Name.
    company: String,
    /// Whether the asking page's origin is on the company's list.
    allowed: bool,
    /// The compiled policy; absent when it is missing or broken, and then everything is masked.
    #[schema(value_type = Option<Object>)]
    policy: Option<Policy>,
    /// Why it is absent.
    policy_problem: Option<String>,
    /// SHA-256, in hex, of the source of the version that was asked for; without one, of the one that holds.
    policy_hash: String,
    /// Its number, or the draft's name.
    policy_version: String,
    /// The number of the version that holds.
    policy_held: String,
    /// Whether a site's own consent prompt counts.
    own_consent: String,
    /// Words, in the language that fits best.
    texts: BTreeMap<String, String>,
}

static PER_MINUTE: PerMinute = PerMinute::new();

/// For what pages of any origin may read.
pub(super) const ANYBODY: [(HeaderName, &str); 1] = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];

/// Public settings of a company, readable from any origin, so that a page can say what is wrong.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant}/settings", params(("tenant" = String, Path), Language, Since),
    responses((status = 200, body = Settings), (status = 404, body = Problem)))]
pub(super) async fn tenant_settings(
    State(shell): State<Shell>,
    Path(tenant): Path<String>,
    Query(language): Query<Language>,
    Query(since): Query<Since>,
    ConnectInfo(from): ConnectInfo<std::net::SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let found = match shell.store.tenant(&tenant).await {
        Ok(found) => found,
        Err(e) => return (ANYBODY, Problem::store(&e)).into_response(),
    };
    let Some(t) = found else {
        let problem =
            Problem::new(StatusCode::NOT_FOUND, "unknown-tenant", "No company of this name. Check data-tenant in the script tag.");
        return (ANYBODY, problem).into_response();
    };
    let origin = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if since.since.is_some() && PER_MINUTE.is_over(from.ip(), limits::PINNED_PER_MINUTE) {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests from this address. Wait a minute.");
        return (ANYBODY, problem).into_response();
    }
    let pinned = match shell.policies.pinned(&shell.store, &t, since.since.as_deref(), seconds(now())).await {
        Ok(pinned) => pinned,
        Err(e) => return (ANYBODY, Problem::store(&e)).into_response(),
    };
    let is_draft = pinned.is_draft();
    let (policy, policy_problem) = match pinned.policy {
        Ok(policy) => (Some(policy), None),
        Err(problem) => (None, Some(problem)),
    };
    let mut texts = texts(Side::Customer, &language.lang);
    if is_draft {
        // Before anybody looks along, and as long as somebody does.
        for (place, said) in [("code-help", "draft"), ("consent-hidden", "draft"), ("bar-sees", "draft-bar")] {
            let said = texts.get(said).cloned().unwrap_or_default();
            texts.insert(place.to_owned(), said);
        }
    }
    let settings = Settings {
        company: t.company,
        allowed: t.origins.iter().any(|o| o == origin),
        policy,
        policy_problem,
        policy_hash: policy::hash(&pinned.source),
        policy_version: pinned.version,
        policy_held: t.version.to_string(),
        // A page's own prompt does not say what ours does of a draft.
        own_consent: if is_draft { "no".to_owned() } else { t.own_consent },
        texts,
    };
    (ANYBODY, Json(settings)).into_response()
}

/// The dashboard's words.
#[utoipa::path(get, path = "/api/v1/texts", params(Language), responses((status = 200, description = "texts by name")))]
pub(super) async fn agent_texts(Query(language): Query<Language>) -> Json<BTreeMap<String, String>> {
    Json(texts(Side::Agent, &language.lang))
}
