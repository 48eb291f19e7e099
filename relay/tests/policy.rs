//! Policies and records by REST, as an admin's tools and a company's own CI use them.

mod common;
mod desk;

use common::relay;
use desk::{Desk, desk};
use relay::fetch::Fetcher;
use relay::store::{Entry, Tenant};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const POLICY: &str = "default = \"show\"\n[[rule]]\nname = \"amounts\"\nmatch = [\".amount\"]\ndo = \"mask\"\n";
const TIGHTER: &str = "default = \"show\"\n[[rule]]\nname = \"names\"\nmatch = [\".name\"]\ndo = \"mask\"\n";

async fn stand() -> (String, relay::shell::Shell) {
    let (address, shell) = relay(POLICY.to_owned(), Fetcher::new(vec![]).expect("certificates")).await;
    (format!("http://{address}"), shell)
}

#[tokio::test]
async fn a_policy_is_published_compared_and_rolled_back() {
    let (base, shell) = stand().await;
    let admin = desk(&base, &shell, "admin").await;
    assert_eq!(admin.get("/api/v1/policy").await["version"], 1);

    let (status, text) = admin.says(Method::PUT, "/api/v1/policy", Some(json!({ "source": "default = \"shwo\"" }))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text.contains("policy:1"), "{text}");
    assert_eq!(admin.get("/api/v1/policy").await["version"], 1, "what is not valid changes nothing");

    let new = json!({ "source": TIGHTER, "note": "names, too", "based_on": 1 });
    assert_eq!(admin.says(Method::PUT, "/api/v1/policy", Some(new.clone())).await, (StatusCode::OK, "{\"version\":2}".to_owned()));
    let (status, text) = admin.says(Method::PUT, "/api/v1/policy", Some(new)).await;
    assert_eq!(status, StatusCode::CONFLICT, "{text}");

    let diff = admin.get("/api/v1/policy/diff?from=1").await;
    assert_eq!(diff[0], json!({ "sign": "+", "what": "rule \"names\": mask .name", "effect": "stricter" }));
    assert_eq!(diff[1]["effect"], "looser");
    assert_eq!(admin.says(Method::POST, "/api/v1/policy/rollback", Some(json!({ "version": 1 }))).await.1, "{\"version\":3}");
    assert_eq!(admin.get("/api/v1/policy").await["source"], POLICY);
    let history = admin.get("/api/v1/policy/versions").await;
    assert_eq!(history[0]["note"], "back to version 1");
    assert_eq!(history[1]["signed"], "Noor Jansen <admin@acme.example>");
    assert_eq!(admin.get("/api/v1/trail").await[0]["about"], "version 3");

    let question = json!({ "html": "<p class=amount>1</p>", "selector": ".amount" });
    let (_, text) = admin.says(Method::POST, "/api/v1/policy/explain", Some(question)).await;
    assert!(text.contains("\"seen\":\"masked\"") && text.contains("amounts"), "{text}");
}

#[tokio::test]
async fn a_session_keeps_its_policy_and_takes_only_what_is_stricter() {
    let (base, shell) = stand().await;
    let admin = desk(&base, &shell, "admin").await;
    admin.says(Method::PUT, "/api/v1/policy", Some(json!({ "source": TIGHTER }))).await;
    let names = |settings: Value| -> Vec<String> {
        let rules = settings["policy"]["rules"].as_array().expect("rules").clone();
        rules.iter().map(|r| r["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(admin.get("/api/v1/tenants/acme-bank/settings").await), ["names"]);
    let pinned = admin.get("/api/v1/tenants/acme-bank/settings?since=1").await;
    assert_eq!((&pinned["policy_version"], &pinned["policy_held"]), (&json!("1"), &json!("2")));
    assert_eq!(pinned["policy_hash"], json!(relay::policy::hash(POLICY)));
    assert_eq!(names(pinned), ["amounts", "names"]);
    admin.says(Method::POST, "/api/v1/policy/rollback", Some(json!({ "version": 1 }))).await;
    let later = admin.get("/api/v1/tenants/acme-bank/settings?since=1").await;
    assert_eq!(names(later), ["amounts", "names"], "what was stricter for a while stays so until the session is over");
    assert_eq!(names(admin.get("/api/v1/tenants/acme-bank/settings?since=99").await), ["amounts"]);
}

#[tokio::test]
async fn records_are_read_exported_and_erased_by_those_who_may() {
    let (base, shell) = stand().await;
    let (admin, agent) = (desk(&base, &shell, "admin").await, desk(&base, &shell, "agent").await);
    shell.store.begin_session("aa", "acme-bank", "https://acme.example", 1_000).await.expect("stored");
    let entry = |what: &str, why: &str| Entry {
        at: 1_001,
        last: 1_001,
        times: 1,
        who: "Sanne Bakker (agent)".to_owned(),
        what: what.to_owned(),
        element: "button#pay".to_owned(),
        why: why.to_owned(),
    };
    for one in [entry("press", ""), entry("press", ""), entry("press", "customer-only")] {
        shell.store.record("aa", &one, true).await.expect("stored");
    }
    let now = i64::try_from(relay::shell::now()).expect("fits");
    shell.store.begin_session("bb", "acme-bank", "https://acme.example", now).await.expect("stored");
    assert_eq!(admin.says(Method::DELETE, "/api/v1/sessions/bb", None).await.0, StatusCode::CONFLICT, "it still runs");
    shell.store.end_session("aa", "customer", 1_100).await.expect("stored");
    for path in ["/api/v1/sessions", "/api/v1/sessions/aa/records", "/api/v1/policy", "/api/v1/trail"] {
        assert_eq!(agent.says(Method::GET, path, None).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(agent.says(Method::DELETE, "/api/v1/sessions/aa", None).await.0, StatusCode::FORBIDDEN);
    let all = admin.get("/api/v1/sessions").await;
    assert_eq!((&all[1]["id"], &all[1]["began"], &all[1]["reason"]), (&json!("aa"), &json!("1970-01-01T00:16:40Z"), &json!("customer")));
    let records = admin.get("/api/v1/sessions/aa/records").await;
    assert_eq!((&records[0]["times"], &records[1]["why"]), (&json!(2), &json!("customer-only")));
    let (_, csv) = admin.says(Method::GET, "/api/v1/sessions/aa/records?format=csv", None).await;
    assert_eq!(csv.lines().next(), Some("at,last,times,who,what,element,why"));
    assert_eq!(csv.lines().count(), 3);
    assert_eq!(admin.says(Method::DELETE, "/api/v1/sessions/aa", None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(admin.says(Method::GET, "/api/v1/sessions/aa/records", None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(admin.get("/api/v1/trail").await[0]["what"], "session-erased");
}

#[tokio::test]
async fn nothing_crosses_from_company_to_company_or_from_another_page() {
    let (base, shell) = stand().await;
    let admin = desk(&base, &shell, "admin").await;
    let other = Tenant {
        name: "other-shop".to_owned(),
        company: "Other Shop".to_owned(),
        policy: TIGHTER.to_owned(),
        version: 0,
        own_consent: "no".to_owned(),
        origins: vec![],
    };
    shell.store.put_tenant(&other, 0).await.expect("stored");
    shell.store.begin_session("cc", "other-shop", "https://other.example", 1_000).await.expect("stored");
    shell.store.end_session("cc", "customer", 1_100).await.expect("stored");
    assert_eq!(admin.get("/api/v1/sessions").await, json!([]));
    assert_eq!(admin.says(Method::GET, "/api/v1/sessions/cc/records", None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(admin.says(Method::DELETE, "/api/v1/sessions/cc", None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(admin.get("/api/v1/policy").await["source"], POLICY);
    assert_eq!(admin.get("/api/v1/coverage").await["sessions"], 0);
    let foreign = Desk { client: admin.client.clone(), base: base.clone(), cookie: admin.cookie.clone() };
    for (method, path, body) in [
        (Method::PUT, "/api/v1/policy", json!({ "source": TIGHTER })),
        (Method::POST, "/api/v1/policy/rollback", json!({ "version": 1 })),
        (Method::DELETE, "/api/v1/sessions/cc", json!({})),
    ] {
        let request = foreign.client.request(method, format!("{base}{path}")).header("origin", "https://evil.example");
        let request = request.header("cookie", &foreign.cookie).header("content-type", "application/json").body(body.to_string());
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(admin.get("/api/v1/policy").await["version"], 1);
}

#[tokio::test]
async fn a_full_record_says_so_and_keeps_room_for_grants() {
    let (_, shell) = stand().await;
    shell.store.begin_session("aa", "acme-bank", "https://acme.example", 1_000).await.expect("stored");
    let entry = |element: String, what: &str| Entry {
        at: 1,
        last: 1,
        times: 1,
        who: "Sanne Bakker (agent)".to_owned(),
        what: what.to_owned(),
        element,
        why: String::new(),
    };
    for n in 0..relay::limits::MAX_RECORDS + 5 {
        shell.store.record("aa", &entry(format!("b{n}"), "press"), true).await.expect("stored");
    }
    shell.store.record("aa", &entry(String::new(), "control-ended"), false).await.expect("stored");
    let all = shell.store.records("acme-bank", "aa").await.expect("read").expect("a session");
    let last: Vec<&str> = all.iter().rev().take(3).map(|e| &*e.what).collect();
    assert_eq!(last, ["control-ended", "record-full", "press"]);
}
