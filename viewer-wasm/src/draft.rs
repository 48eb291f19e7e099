//! A draft of the policy, as the relay keeps it: asking for it, changing it, publishing it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api::{self, Refusal};
use crate::words::t;

const DRAFT: &str = "/api/v1/policy/draft";

/// A rule.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) on: Vec<String>,
    #[serde(rename = "match")]
    pub(crate) selectors: Vec<String>,
    pub(crate) labels: Vec<String>,
    #[serde(rename = "do")]
    pub(crate) action: String,
}

/// A rule that the draft goes by, and where in the company's own file it stands.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Held {
    #[serde(flatten)]
    pub(crate) rule: Rule,
    pub(crate) at: Option<usize>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) sign: char,
    pub(crate) what: String,
    pub(crate) effect: String,
}

/// The draft.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) hash: String,
    pub(crate) based_on: i64,
    pub(crate) held: i64,
    pub(crate) fresh: bool,
    pub(crate) default: String,
    pub(crate) inputs: String,
    pub(crate) rules: Vec<Held>,
    pub(crate) changes: Vec<Change>,
    pub(crate) origins: Vec<String>,
    pub(crate) sessions: Vec<String>,
}

/// What is done to the company's own file.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub(crate) enum Edit {
    Add { rule: Rule },
    Change { at: usize, rule: Rule },
    Remove { at: usize },
}

/// Your draft, if you have one.
pub(crate) async fn read() -> Result<Draft, Refusal> {
    api::ask("GET", DRAFT, None).await
}

/// Begins one, or goes on with the one you have.
pub(crate) async fn begin() -> Result<Draft, Refusal> {
    api::ask("POST", DRAFT, None).await
}

/// Does things to it, one after the other; it is told after each what it says now.
pub(crate) async fn edit(held: RwSignal<Option<Draft>>, edits: Vec<Edit>) -> Result<(), Refusal> {
    for edit in edits {
        let Some(was) = held.with_untracked(|draft| draft.as_ref().map(|draft| draft.source.clone())) else { break };
        let mut body = serde_json::to_value(edit).map_err(|_| Refusal::default())?;
        body["was"] = json!(was);
        held.set(Some(api::ask("PATCH", DRAFT, Some(body)).await?));
    }
    Ok(())
}

/// Throws it away.
pub(crate) async fn throw_away() -> Result<(), Refusal> {
    api::ask("DELETE", DRAFT, None).await
}

/// Publishes it in place of the version that holds, which ends it, and gives the new one's number.
pub(crate) async fn publish(draft: &Draft, note: &str) -> Result<i64, Refusal> {
    #[derive(Deserialize)]
    struct Number {
        version: i64,
    }
    let body = json!({ "was": draft.source, "note": note, "over": draft.held });
    let done: Number = api::ask("POST", "/api/v1/policy/draft/publish", Some(body)).await?;
    Ok(done.version)
}

/// What went wrong, in words.
pub(crate) fn words(refusal: &Refusal) -> String {
    match refusal.status {
        0 => t("sign-in-unreachable"),
        401 => t("report-signed-out"),
        403 => t("policy-not-yours"),
        409 => t("draft-outdated"),
        _ => refusal.detail.clone().unwrap_or_else(|| refusal.title.clone()),
    }
}
