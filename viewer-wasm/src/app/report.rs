//! What an admin looks after (`/agent/report`): how far the policy reaches, and the record of sessions.

use leptos::prelude::*;
use protocol::find::put;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::page_head;
use crate::api::{self, Failed};
use crate::words::t;

/// Who may read it; the relay decides, this only offers the link.
pub(super) const READERS: [&str; 3] = ["admin", "auditor", "supervisor"];
/// Sessions that are listed.
const LISTED: usize = 50;

#[derive(Clone, Debug, Deserialize)]
struct Coverage {
    days: i64,
    sessions: i64,
    findings: Vec<Finding>,
    pages: Vec<Page>,
}

#[derive(Clone, Debug, Deserialize)]
struct Finding {
    level: String,
    kind: String,
    path: String,
    about: String,
    n: i64,
    at: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Page {
    path: String,
    sessions: i64,
    fields: i64,
}

#[derive(Clone, Debug, Deserialize)]
struct Session {
    id: String,
    origin: String,
    began: String,
    ended: Option<String>,
    rating: Option<i64>,
}

type All = (Coverage, Vec<Session>);

#[derive(Clone, Debug)]
enum Read {
    Waiting,
    Failed(&'static str),
    Done(Box<All>),
}

async fn read() -> Result<All, Failed> {
    Ok((api::get("/api/v1/coverage").await?, api::get("/api/v1/sessions").await?))
}

/// All of it.
pub(crate) fn screen() -> impl IntoView {
    let all = RwSignal::new(Read::Waiting);
    spawn_local(async move {
        all.set(match read().await {
            Ok(done) => Read::Done(Box::new(done)),
            Err(Failed::Status(401)) => Read::Failed("report-signed-out"),
            Err(Failed::Status(403)) => Read::Failed("report-not-yours"),
            Err(_) => Read::Failed("sign-in-unreachable"),
        });
    });
    view! { class="b",
        {page_head()}
        <main class="wide-page">
            <h1>{t("report-title")}</h1>
            {move || match all.get() {
                Read::Waiting => view! { class="b", <p class="quiet" role="status">{t("report-waiting")}</p> }.into_any(),
                Read::Failed(why) => view! { class="b", <p class="notice" role="alert">{t(why)}</p> }.into_any(),
                Read::Done(all) => {
                    let (coverage, sessions) = *all;
                    (findings(coverage), records(sessions)).into_any()
                }
            }}
        </main>
    }
}

/// Date and time without seconds, as written.
pub(super) fn when(at: &str) -> String {
    at.get(..16).unwrap_or(at).replace('T', " ")
}

fn findings(coverage: Coverage) -> impl IntoView {
    let lead = put(&put(&t("report-lead"), "{days}", &coverage.days.to_string()), "{sessions}", &coverage.sessions.to_string());
    let rows = coverage.findings.into_iter().map(|f| {
        let text = put(&put(&t(&format!("cover-{}", f.kind)), "{name}", &f.about), "{page}", &f.path);
        let text = put(&text, "{parts}", &f.n.to_string());
        let level = t(&format!("level-{}", f.level));
        view! { class="b",
            <li data-level=f.level data-kind=f.kind>
                <strong>{level}</strong>
                <span>{text}</span>
                <span class="at">{when(&f.at)}</span>
                <span class="mend">{t(&format!("mend-{}", f.kind))}</span>
            </li>
        }
    });
    let rows = rows.collect_view();
    let is_fine = rows.is_empty();
    let pages = coverage.pages.into_iter().map(|p| {
        view! { class="b", <tr><td>{p.path}</td><td class="number">{p.sessions}</td><td class="number">{p.fields}</td></tr> }
    });
    let pages = pages.collect_view();
    view! { class="b",
        <h2>{t("report-cover")}</h2>
        <p class="quiet">{lead}</p>
        {is_fine.then(|| view! { class="b", <p class="fine">{t("report-fine")}</p> })}
        <ol class="findings levels">{rows}</ol>
        <details>
            <summary>{t("report-pages")}</summary>
            <table><thead><tr><th>{t("report-page")}</th><th>{t("report-sessions")}</th><th>{t("report-fields")}</th></tr></thead><tbody>{pages}</tbody></table>
        </details>
    }
}

fn records(sessions: Vec<Session>) -> impl IntoView {
    let is_none = sessions.is_empty();
    let rows = sessions.into_iter().take(LISTED).map(|s| {
        let file = format!("/api/v1/sessions/{}/records?format=csv", s.id);
        let host = s.origin.split_once("://").map_or(s.origin.clone(), |(_, host)| host.to_owned());
        let label = put(&t("report-csv-of"), "{name}", &when(&s.began));
        view! { class="b",
            <tr><td>{when(&s.began)}</td><td>{s.ended.map_or_else(|| t("report-running"), |at| when(&at))}</td><td>{host}</td><td>{s.rating.map(|r| t(&format!("rating-{r}")))}</td><td><a href=file download="" aria-label=label>"CSV"</a></td></tr>
        }
    });
    view! { class="b",
        <h2>{t("report-records")}</h2>
        <p class="quiet">{t("report-records-lead")}</p>
        {is_none.then(|| view! { class="b", <p class="quiet">{t("report-none")}</p> })}
        <table>
            <thead><tr><th>{t("report-began")}</th><th>{t("report-ended")}</th><th>{t("report-page")}</th><th>{t("report-rating")}</th><th>{t("report-record")}</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
