//! Sign-in of agents, and the one-use tickets that their sockets begin with.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::rate::PerMinute;
use crate::hub::Agent;
use crate::shell::{Shell, now, seconds};
use crate::store::User;
use crate::{accounts, limits};

static PER_MINUTE: PerMinute = PerMinute::new();

const COOKIE: &str = "beside-sign-in";

/// What an agent types.
#[derive(Deserialize, ToSchema)]
pub(super) struct Credentials {
    /// E-mail.
    email: String,
    /// Password.
    password: String,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    /// Name.
    name: String,
    /// Role.
    role: String,
    /// The company.
    company: String,
}

/// A ticket.
#[derive(Serialize, ToSchema)]
pub(super) struct Ticket {
    /// Good once, for thirty seconds.
    ticket: String,
}

/// A hash of nobody's password, so that unknown e-mails take as long as wrong passwords.
static NOBODY: LazyLock<String> = LazyLock::new(|| accounts::hash(&accounts::token()).unwrap_or_default());

fn wrong() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "wrong-credentials", "E-mail and password don't match.")
}

/// Signs in; sets a cookie that scripts cannot read.
#[utoipa::path(post, path = "/api/v1/sign-in", request_body = Credentials,
    responses((status = 200, body = Me), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn sign_in(
    State(shell): State<Shell>,
    ConnectInfo(from): ConnectInfo<std::net::SocketAddr>,
    headers: HeaderMap,
    Json(credentials): Json<Credentials>,
) -> Result<Response, Problem> {
    same_origin(&headers)?;
    if PER_MINUTE.is_over(from.ip(), limits::SIGN_INS_PER_MINUTE) {
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many attempts from this address. Wait a minute."));
    }
    let user = shell.store.user_by_email(&credentials.email).await.map_err(|e| Problem::store(&e))?;
    let phc = user.as_ref().map_or_else(|| NOBODY.clone(), |u| u.password.clone());
    let fits = tokio::task::spawn_blocking(move || accounts::verify(&credentials.password, &phc)).await.unwrap_or(false);
    let user = user.filter(|_| fits).ok_or_else(wrong)?;
    let token = accounts::token();
    let expires = seconds(now() + limits::SIGN_IN_SECONDS);
    shell.store.put_sign_in(&accounts::token_hash(&token), user.id, expires).await.map_err(|e| Problem::store(&e))?;
    let me = describe(&shell, &user).await?;
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", limits::SIGN_IN_SECONDS, secure(&headers));
    let mut response = Json(me).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// Signs out.
#[utoipa::path(post, path = "/api/v1/sign-out", responses((status = 204)))]
pub(super) async fn sign_out(State(shell): State<Shell>, headers: HeaderMap) -> Result<Response, Problem> {
    same_origin(&headers)?;
    if let Some(token) = token(&headers) {
        shell.store.sign_out(&accounts::token_hash(&token), seconds(now())).await.map_err(|e| Problem::store(&e))?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    response
        .headers_mut()
        .insert(header::SET_COOKIE, HeaderValue::from_static("beside-sign-in=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"));
    Ok(response)
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/me", responses((status = 200, body = Me), (status = 401, body = Problem)))]
pub(super) async fn me(State(shell): State<Shell>, headers: HeaderMap) -> Result<Json<Me>, Problem> {
    let user = signed_in(&shell, &headers).await?;
    Ok(Json(describe(&shell, &user).await?))
}

/// A one-use ticket for the agent's socket: cookies never open one.
#[utoipa::path(post, path = "/api/v1/socket-tickets", responses((status = 200, body = Ticket), (status = 401, body = Problem)))]
pub(super) async fn socket_ticket(State(shell): State<Shell>, headers: HeaderMap) -> Result<Json<Ticket>, Problem> {
    same_origin(&headers)?;
    let user = signed_in(&shell, &headers).await?;
    let me = describe(&shell, &user).await?;
    let agent = Agent { user: user.id, tenant: user.tenant, company: me.company, name: me.name, role: me.role };
    Ok(Json(Ticket { ticket: shell.socket_ticket(agent) }))
}

async fn describe(shell: &Shell, user: &User) -> Result<Me, Problem> {
    let tenant = shell.store.tenant(&user.tenant).await.map_err(|e| Problem::store(&e))?;
    Ok(Me { name: user.name.clone(), role: user.role.clone(), company: tenant.map(|t| t.company).unwrap_or_default() })
}

/// Who is signed in, if they have one of these roles.
pub(super) async fn with_role(shell: &Shell, headers: &HeaderMap, roles: &[&str]) -> Result<User, Problem> {
    let user = signed_in(shell, headers).await?;
    if roles.contains(&&*user.role) {
        return Ok(user);
    }
    let who = roles.join(" or ");
    Err(Problem::new(StatusCode::FORBIDDEN, "role", &format!("Your account may not do this. Ask somebody who is {who}.")))
}

pub(super) async fn signed_in(shell: &Shell, headers: &HeaderMap) -> Result<User, Problem> {
    let signed_out = || Problem::new(StatusCode::UNAUTHORIZED, "signed-out", "You are not signed in.");
    let token = token(headers).ok_or_else(signed_out)?;
    let user = shell.store.signed_in(&accounts::token_hash(&token), seconds(now())).await.map_err(|e| Problem::store(&e))?;
    user.ok_or_else(signed_out)
}

fn token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').filter_map(|c| c.trim().split_once('=')).find(|(k, _)| *k == COOKIE).map(|(_, v)| v.to_owned())
}

/// The dashboard's own origin, as against a page elsewhere that a browser was led to.
pub(super) fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, h)| h == host),
        _ => false,
    }
}

pub(super) fn same_origin(headers: &HeaderMap) -> Result<(), Problem> {
    if is_same_origin(headers) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "other-origin", "This request must come from the dashboard itself."))
}

/// Behind TLS the cookie travels by TLS only.
fn secure(headers: &HeaderMap) -> &'static str {
    let by_tls = headers.get("x-forwarded-proto").is_some_and(|v| v == "https")
        || headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()).is_some_and(|o| o.starts_with("https:"));
    if by_tls { "; Secure" } else { "" }
}
