//! How far the company's policy reaches on the pages that its customers were on.
#![allow(unused_qualifications, reason = "the macros of utoipa qualify what is imported")]

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use super::auth::with_role;
use super::policy::READERS;
use crate::coverage::{self, DAYS};
use crate::policy::date;
use crate::shell::{Shell, now, seconds};

/// Something to look at.
#[derive(Serialize, ToSchema)]
pub(super) struct Finding {
    /// `alarm`, `warning` or `note`.
    level: &'static str,
    /// `shown`, `rule-lost`, `caught`, `uncovered-fields`, `rule-idle`, `uncovered-texts` or `page-unseen`.
    kind: &'static str,
    /// Kind of page.
    path: String,
    /// A rule, a detector, or a pattern of pages.
    about: String,
    /// How many.
    n: i64,
    /// When it was seen last, in UTC (RFC 3339); empty where it was not.
    at: String,
}

/// A kind of page.
#[derive(Serialize, ToSchema)]
pub(super) struct Page {
    /// Its path, with `*` for what may be a name or number.
    path: String,
    /// In how many sessions it was seen.
    sessions: i64,
    /// Fields to type in, at most.
    fields: i64,
    /// When last, in UTC (RFC 3339).
    at: String,
}

/// How far the policy reaches.
#[derive(Serialize, ToSchema)]
pub(super) struct Coverage {
    /// Days that are looked back on.
    days: i64,
    /// Sessions that counted.
    sessions: i64,
    /// What to look at, what matters most first.
    findings: Vec<Finding>,
    /// Kinds of pages that were seen.
    pages: Vec<Page>,
}

/// How far the policy that holds reaches: rules that hit nothing any more, pages that show what looks private, fields and texts
/// that no rule reaches, pages that nobody has seen. From counts; nothing of what pages say is known.
#[utoipa::path(get, path = "/api/v1/coverage", responses((status = 200, body = Coverage), (status = 403, body = Problem)))]
pub(super) async fn report(State(shell): State<Shell>, headers: HeaderMap) -> Result<Json<Coverage>, Problem> {
    let user = with_role(&shell, &headers, &READERS).await?;
    let since = seconds(now()) - DAYS * 24 * 3600;
    let (counts, sessions) = shell.store.coverage(&user.tenant, since).await.map_err(|e| Problem::store(&e))?;
    let source = shell.store.tenant(&user.tenant).await.map_err(|e| Problem::store(&e))?.map(|t| t.policy).unwrap_or_default();
    let policy = policies::source::parse(&source).unwrap_or_else(|_| policies::Policy::mask_all());
    let report = coverage::report(&policy, &counts);
    let said = |at: i64| if at == 0 { String::new() } else { date(at) };
    let findings = report.findings.into_iter().map(|f| Finding {
        level: f.level.word(),
        kind: f.kind,
        path: f.path,
        about: f.about,
        n: f.n,
        at: said(f.at),
    });
    let pages = report.pages.into_iter().map(|(path, p)| Page { path, sessions: p.sessions, fields: p.fields, at: said(p.at) });
    Ok(Json(Coverage { days: DAYS, sessions, findings: findings.collect(), pages: pages.collect() }))
}
