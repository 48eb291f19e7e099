//! Ready answers by REST: read by every helper, written by admins and supervisors, of one company only.

mod common;
mod desk;

use common::relay;
use desk::desk;
use relay::fetch::Fetcher;
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn ready_answers_are_kept_for_a_company() {
    let (address, shell) = relay(String::new(), Fetcher::new(vec![]).expect("certificates")).await;
    let base = format!("http://{address}");
    let (admin, agent) = (desk(&base, &shell, "admin").await, desk(&base, &shell, "agent").await);
    let shipped = agent.get("/api/v1/replies").await;
    assert!(shipped.as_array().is_some_and(|all| all.iter().any(|r| r["name"] == "hello" && r["language"] == "nl")), "{shipped}");

    let own = json!([{ "language": "nl", "name": "groet", "text": "  Dag {customer}  " }]);
    let (status, text) = agent.says(Method::PUT, "/api/v1/replies", Some(own.clone())).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{text}");
    let (status, text) = admin.says(Method::PUT, "/api/v1/replies", Some(own)).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{text}");
    assert_eq!(agent.get("/api/v1/replies").await, json!([{ "language": "nl", "name": "groet", "text": "Dag {customer}" }]));
    assert!(admin.get("/api/v1/trail").await.to_string().contains("replies"));

    let long = "x".repeat(1_001);
    for (wrong, says) in [
        (json!([{ "language": "nl", "name": "Groet!", "text": "x" }]), "needs a short name"),
        (json!([{ "language": "dutch", "name": "a", "text": "x" }]), "as two letters"),
        (json!([{ "language": "nl", "name": "a", "text": " " }]), "needs a text"),
        (json!([{ "language": "nl", "name": "a", "text": long }]), "needs a text"),
        (json!([{ "language": "nl", "name": "a", "text": "x" }, { "language": "nl", "name": "a", "text": "y" }]), "another one"),
    ] {
        let (status, text) = admin.says(Method::PUT, "/api/v1/replies", Some(wrong)).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains(says), "{status} {text}");
    }
    assert_eq!(agent.get("/api/v1/replies").await.as_array().map(Vec::len), Some(1), "what was refused changed nothing");

    // None of one's own is not the same as those that ship.
    let (status, text) = admin.says(Method::PUT, "/api/v1/replies", Some(json!([]))).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{text}");
    assert_eq!(agent.get("/api/v1/replies").await, json!([]));
}
