//! Drafts by REST: an admin's own next version of the policy, made rule by rule, tried out in sessions with themselves.
#![allow(unused_qualifications, reason = "the macros of utoipa qualify what is imported")]

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use policies::{Otherwise, Policy, source};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::auth::{same_origin, with_role};
use super::policy::{ADMINS, Difference, Number, refused};
use crate::draft::{self, Edit, Held, NotEdited};
use crate::hub;
use crate::policy::{self, NotPublished, Signed};
use crate::shell::{Shell, now, seconds};
use crate::store;
use crate::store::{TrailRow, User};
use crate::{accounts, tickets};

/// A draft, and how it stands to the version that holds.
#[derive(Serialize, ToSchema)]
pub(super) struct Draft {
    /// What comes behind `#beside-` in the address of a page that tries it out.
    name: String,
    /// The file (TOML).
    source: String,
    /// SHA-256 of it, in hex.
    hash: String,
    /// The version it was made from.
    based_on: i64,
    /// The version that holds.
    held: i64,
    /// When it was saved last, in UTC (RFC 3339).
    at: String,
    /// Whether pages may still try it out: within a day after it was saved.
    fresh: bool,
    /// What agents see of the page where no rule speaks: `show` or `mask`.
    default: &'static str,
    /// The same of what people type.
    inputs: &'static str,
    /// All rules it goes by.
    rules: Vec<Held>,
    /// What differs from the version that holds.
    changes: Vec<Difference>,
    /// Where the company's pages are.
    origins: Vec<String>,
    /// Sessions that try it out now.
    sessions: Vec<String>,
}

/// What a draft is to become.
#[derive(Deserialize, ToSchema)]
pub(super) struct Written {
    /// What it says now, as it was read.
    was: String,
    /// The file (TOML).
    source: String,
}

/// What is to be done to a draft.
#[derive(Deserialize, ToSchema)]
pub(super) struct Step {
    /// What it says now, as it was read.
    was: String,
    /// What is done.
    #[serde(flatten)]
    edit: Edit,
}

/// A draft that is to become the next version.
#[derive(Deserialize, ToSchema)]
pub(super) struct Publishing {
    /// What it says now, as it was read.
    was: String,
    /// Why.
    #[serde(default)]
    note: String,
    /// The version that holds, as it was read.
    over: i64,
}

fn no_draft() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no-draft", "You have no draft. Begin one.")
}

fn outdated() -> Problem {
    let what = "Your draft was changed elsewhere meanwhile, perhaps in another window. Load it again.";
    Problem::new(StatusCode::CONFLICT, "outdated", what)
}

async fn admin(shell: &Shell, headers: &HeaderMap) -> Result<User, Problem> {
    same_origin(headers)?;
    with_role(shell, headers, &ADMINS).await
}

async fn told(shell: &Shell, draft: store::Draft) -> Result<Json<Draft>, Problem> {
    let held = shell.store.tenant(&draft.tenant).await.map_err(|e| Problem::store(&e))?.ok_or_else(no_draft)?;
    let policy = source::parse(&draft.source).unwrap_or_else(|_| Policy::mask_all());
    let word = |otherwise| if otherwise == Otherwise::Show { "show" } else { "mask" };
    let changes = policy::diff(("held", &held.policy), ("draft", &draft.source)).unwrap_or_default();
    Ok(Json(Draft {
        name: draft.name(),
        based_on: draft.based_on,
        held: held.version,
        at: policy::date(draft.at),
        fresh: draft.is_fresh(seconds(now())),
        default: word(policy.default),
        inputs: word(policy.inputs),
        rules: draft::rules(&draft.source),
        changes: changes.into_iter().map(Difference::of).collect(),
        origins: held.origins,
        sessions: shell
            .sessions_trying(&hub::Draft { user: draft.user_id, name: draft.name() })
            .iter()
            .map(|id| tickets::hex(&id.0))
            .collect(),
        hash: policy::hash(&draft.source),
        source: draft.source,
    }))
}

/// Your draft.
#[utoipa::path(get, path = "/api/v1/policy/draft",
    responses((status = 200, body = Draft), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn draft(State(shell): State<Shell>, headers: HeaderMap) -> Result<Json<Draft>, Problem> {
    let user = with_role(&shell, &headers, &ADMINS).await?;
    let draft = shell.store.draft(user.id).await.map_err(|e| Problem::store(&e))?;
    told(&shell, draft.ok_or_else(no_draft)?).await
}

/// Begins a draft from the version that holds, or goes on with the one you have; pages may try it out for a day from now.
#[utoipa::path(post, path = "/api/v1/policy/draft", responses((status = 200, body = Draft), (status = 403, body = Problem)))]
pub(super) async fn begin(State(shell): State<Shell>, headers: HeaderMap) -> Result<Json<Draft>, Problem> {
    let user = admin(&shell, &headers).await?;
    let held = shell.store.tenant(&user.tenant).await.map_err(|e| Problem::store(&e))?.ok_or_else(no_draft)?;
    let (key, at) = (accounts::token(), seconds(now()));
    let fresh = store::Draft { user_id: user.id, tenant: user.tenant, key, source: held.policy, based_on: held.version, at };
    let is_new = shell.store.draft(user.id).await.map_err(|e| Problem::store(&e))?.is_none();
    shell.store.begin_draft(&fresh).await.map_err(|e| Problem::store(&e))?;
    if is_new {
        let who = format!("{} <{}>", user.name, user.email);
        let row = TrailRow { at, who, what: "draft-begun".to_owned(), about: format!("version {}", held.version) };
        shell.store.put_trail(&fresh.tenant, &row).await.map_err(|e| Problem::store(&e))?;
    }
    let draft = shell.store.draft(user.id).await.map_err(|e| Problem::store(&e))?;
    told(&shell, draft.ok_or_else(no_draft)?).await
}

/// Does one thing to your draft and saves it. Pages that try it out show it within seconds.
#[utoipa::path(patch, path = "/api/v1/policy/draft", request_body = Step,
    responses((status = 200, body = Draft), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn edit(State(shell): State<Shell>, headers: HeaderMap, Json(step): Json<Step>) -> Result<Json<Draft>, Problem> {
    let user = admin(&shell, &headers).await?;
    let source = draft::edited(&step.was, &step.edit).map_err(|e| match e {
        NotEdited::NoRule => {
            let what = "There is no such rule in your company's own file. Rules of the policy that it extends stay as they are.";
            Problem::new(StatusCode::NOT_FOUND, "no-rule", what)
        }
        NotEdited::Inline => {
            let what =
                "The rules of this policy are written as one list. Write each as [[rule]], by `beside policy`, and publish that first.";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "inline-rules", what)
        }
        NotEdited::Invalid(report) => refused(&NotPublished::Invalid(report)),
    })?;
    save(&shell, &user, &step.was, &source).await
}

/// Saves what you have written of your draft.
#[utoipa::path(put, path = "/api/v1/policy/draft", request_body = Written,
    responses((status = 200, body = Draft), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn write(State(shell): State<Shell>, headers: HeaderMap, Json(new): Json<Written>) -> Result<Json<Draft>, Problem> {
    let user = admin(&shell, &headers).await?;
    if let Some(report) = policy::problems("policy", &new.source) {
        return Err(refused(&NotPublished::Invalid(report)));
    }
    save(&shell, &user, &new.was, &new.source).await
}

async fn save(shell: &Shell, user: &User, was: &str, source: &str) -> Result<Json<Draft>, Problem> {
    let saved = shell.store.save_draft(user.id, was, source, seconds(now())).await.map_err(|e| Problem::store(&e))?;
    let draft = shell.store.draft(user.id).await.map_err(|e| Problem::store(&e))?.ok_or_else(no_draft)?;
    if !saved {
        return Err(outdated());
    }
    told(shell, draft).await
}

/// Publishes your draft, if it still says what you have read and that version still holds, and ends it.
#[utoipa::path(post, path = "/api/v1/policy/draft/publish", request_body = Publishing,
    responses((status = 200, body = Number), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn publish(State(shell): State<Shell>, headers: HeaderMap, Json(step): Json<Publishing>) -> Result<Json<Number>, Problem> {
    let user = admin(&shell, &headers).await?;
    let draft = shell.store.draft(user.id).await.map_err(|e| Problem::store(&e))?.ok_or_else(no_draft)?;
    if draft.source != step.was {
        return Err(outdated());
    }
    let by = format!("{} <{}>", user.name, user.email);
    let signed = Signed { by: &by, note: &step.note };
    let done = policy::publish(&shell.store, &user.tenant, &step.was, signed, Some(step.over), seconds(now())).await;
    let version = done.map_err(|e| refused(&e))?;
    shell.store.drop_draft(user.id, &step.was).await.map_err(|e| Problem::store(&e))?;
    Ok(Json(Number { version }))
}

/// Throws your draft away. Pages that try it out go by the version that holds.
#[utoipa::path(delete, path = "/api/v1/policy/draft", responses((status = 204), (status = 403, body = Problem)))]
pub(super) async fn drop(State(shell): State<Shell>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    let user = admin(&shell, &headers).await?;
    let draft = shell.store.draft(user.id).await.map_err(|e| Problem::store(&e))?.ok_or_else(no_draft)?;
    shell.store.drop_draft(user.id, &draft.source).await.map_err(|e| Problem::store(&e))?;
    Ok(StatusCode::NO_CONTENT)
}
