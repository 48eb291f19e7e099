//! A draft of the policy, as the relay keeps it: asking for it, changing it, publishing it.

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

/// Does things to it, one after the other.
pub(crate) async fn edit(mut draft: Draft, edits: Vec<Edit>) -> Result<Draft, Refusal> {
    for edit in edits {
        let mut body = serde_json::to_value(edit).map_err(|_| Refusal::default())?;
        body["was"] = json!(draft.source);
        draft = api::ask("PATCH", DRAFT, Some(body)).await?;
    }
    Ok(draft)
}

/// Throws it away.
pub(crate) async fn throw_away() -> Result<(), Refusal> {
    api::ask("DELETE", DRAFT, None).await
}

/// Publishes it in place of the version that holds, and gives the new one's number.
pub(crate) async fn publish(draft: &Draft, note: &str) -> Result<i64, Refusal> {
    #[derive(Deserialize)]
    struct Number {
        version: i64,
    }
    let body = json!({ "source": draft.source, "note": note, "based_on": draft.held });
    let done: Number = api::ask("PUT", "/api/v1/policy", Some(body)).await?;
    // It is the version that holds now, so that pages that tried it out go on as they are.
    throw_away().await?;
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
