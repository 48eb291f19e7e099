//! Ready answers: every helper reads them, admins and supervisors write them.
#![allow(unused_qualifications, reason = "the macros of utoipa qualify what is imported")]

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::auth::{same_origin, signed_in, with_role};
use crate::limits;
use crate::shell::{Shell, now, seconds};
use crate::store::{self, TrailRow};
use crate::texts;

/// Who writes them.
const WRITERS: [&str; 2] = ["admin", "supervisor"];

/// A ready answer.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Reply {
    /// Language, as two small letters.
    language: String,
    /// By what it is called up: small letters, digits and `-`, at most 24.
    name: String,
    /// What it says, with `{customer}`, `{agent}` and `{company}` where names come; at most 1,000 letters.
    text: String,
}

/// The company's ready answers; those that ship, where it has none of its own.
#[utoipa::path(get, path = "/api/v1/replies", responses((status = 200, body = Vec<Reply>), (status = 401, body = Problem)))]
pub(super) async fn replies(State(shell): State<Shell>, headers: HeaderMap) -> Result<Json<Vec<Reply>>, Problem> {
    let user = signed_in(&shell, &headers).await?;
    let own = shell.store.replies(&user.tenant).await.map_err(|e| Problem::store(&e))?;
    let replies = match own {
        Some(own) => own.into_iter().map(|r| Reply { language: r.language, name: r.name, text: r.words }).collect(),
        None => texts::replies().into_iter().map(|(language, name, text)| Reply { language: language.to_owned(), name, text }).collect(),
    };
    Ok(Json(replies))
}

/// Puts others in their place, all at once.
#[utoipa::path(put, path = "/api/v1/replies", request_body = Vec<Reply>,
    responses((status = 204), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn write(State(shell): State<Shell>, headers: HeaderMap, Json(all): Json<Vec<Reply>>) -> Result<StatusCode, Problem> {
    same_origin(&headers)?;
    let user = with_role(&shell, &headers, &WRITERS).await?;
    for (n, reply) in all.iter().enumerate() {
        if let Some(wrong) = wrong_with(reply, all.iter().take(n)) {
            let title = format!("Nothing was saved: answer {} (\"{}\") {wrong}", n + 1, reply.name.chars().take(24).collect::<String>());
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "reply", &title));
        }
    }
    if all.len() > limits::MAX_REPLIES {
        let title = format!("Nothing was saved: {} answers are more than the {} that are kept.", all.len(), limits::MAX_REPLIES);
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "reply", &title));
    }
    let about = format!("{} answers", all.len());
    let rows: Vec<store::Reply> =
        all.into_iter().map(|r| store::Reply { language: r.language, name: r.name, words: r.text.trim().to_owned() }).collect();
    shell.store.put_replies(&user.tenant, &rows).await.map_err(|e| Problem::store(&e))?;
    let row = TrailRow { at: seconds(now()), who: user.email, what: "replies".to_owned(), about };
    shell.store.put_trail(&user.tenant, &row).await.map_err(|e| Problem::store(&e))?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is wrong with one, for whoever wrote it.
fn wrong_with<'a>(reply: &Reply, mut before: impl Iterator<Item = &'a Reply>) -> Option<&'static str> {
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if reply.name.is_empty() || reply.name.len() > 24 || !reply.name.bytes().all(is_name) {
        return Some("needs a short name of small letters, digits and dashes, such as \"hello\".");
    }
    if reply.language.len() != 2 || !reply.language.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some("needs its language as two letters, such as \"en\".");
    }
    if reply.text.trim().is_empty() || reply.text.chars().count() > 1_000 {
        return Some("needs a text of 1,000 letters at most.");
    }
    before
        .any(|other| other.name == reply.name && other.language == reply.language)
        .then_some("has the name of another one in its language.")
}
