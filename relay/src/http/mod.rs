//! HTTP: the API under `/api/v1`, the two socket doors, and the files that browsers load.

mod assets;
mod auth;
mod coverage;
mod draft;
mod files;
mod policy;
mod problem;
mod rate;
mod ratings;
mod records;
mod replies;
mod settings;
mod sockets;
mod spill;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;

pub use files::serve_from;
pub use problem::Problem;

use crate::limits;
use crate::shell::Shell;

/// The API's description, made from the code.
#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "Beside", description = "The relay's API. Errors are problem+json (RFC 9457)."),
    paths(
        auth::sign_in,
        auth::sign_out,
        auth::me,
        auth::socket_ticket,
        settings::tenant_settings,
        settings::agent_texts,
        assets::asset,
        coverage::report,
        policy::held,
        policy::publish,
        policy::check,
        policy::explain,
        policy::history,
        policy::version,
        policy::diff,
        policy::roll_back,
        draft::draft,
        draft::begin,
        draft::edit,
        draft::write,
        draft::drop,
        draft::publish,
        records::sessions,
        records::records,
        records::erase,
        records::trail,
        ratings::rate,
        replies::replies,
        replies::write,
        sockets::customer,
        sockets::agent,
        ready
    ),
    components(schemas(Problem))
)]
pub struct Api;

/// All routes.
pub fn router(shell: Shell) -> Router {
    let header = |name: HeaderName, value: &'static str| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .route("/api/v1/sign-in", post(auth::sign_in))
        .route("/api/v1/sign-out", post(auth::sign_out))
        .route("/api/v1/me", get(auth::me))
        .route("/api/v1/socket-tickets", post(auth::socket_ticket))
        .route("/api/v1/tenants/{tenant}/settings", get(settings::tenant_settings))
        .route("/api/v1/tenants/{tenant}/assets", get(assets::asset))
        .route("/api/v1/policy", get(policy::held).put(policy::publish))
        .route("/api/v1/policy/check", post(policy::check))
        .route("/api/v1/policy/explain", post(policy::explain))
        .route("/api/v1/policy/versions", get(policy::history))
        .route("/api/v1/policy/versions/{version}", get(policy::version))
        .route("/api/v1/policy/diff", get(policy::diff))
        .route("/api/v1/policy/rollback", post(policy::roll_back))
        .route("/api/v1/policy/draft", get(draft::draft).post(draft::begin).patch(draft::edit).put(draft::write).delete(draft::drop))
        .route("/api/v1/policy/draft/publish", post(draft::publish))
        .route("/api/v1/sessions", get(records::sessions))
        .route("/api/v1/sessions/{session}", delete(records::erase))
        .route("/api/v1/sessions/{session}/records", get(records::records))
        .route("/api/v1/coverage", get(coverage::report))
        .route("/api/v1/trail", get(records::trail))
        .route("/api/v1/ratings", post(ratings::rate))
        .route("/api/v1/replies", get(replies::replies).put(replies::write))
        .route("/api/v1/texts", get(settings::agent_texts))
        .route("/api/v1/openapi.json", get(|| async { axum::Json(Api::openapi()) }))
        .route("/api/v1/customer", get(sockets::customer))
        .route("/api/v1/agent", get(sockets::agent))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/beside.js", get(files::loader))
        .route("/sdk/{*path}", get(files::sdk))
        .route("/agent/", get(files::dashboard))
        .route("/agent/check", get(files::page_check))
        .route("/agent/report", get(files::dashboard))
        .route("/agent/policy", get(files::dashboard))
        .route("/agent/replies", get(files::dashboard))
        .route("/agent/preview", get(files::preview))
        .route("/agent/{*path}", get(files::agent))
        .route("/", get(|| async { axum::response::Redirect::temporary("/agent/") }))
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not-found", "There is nothing at this address.") })
        .layer(RequestBodyLimitLayer::new(limits::MAX_BODY))
        .layer(CompressionLayer::new())
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(header(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(header(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), display-capture=()"))
        .layer(header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"))
        .with_state(shell)
}

/// Whether the relay can serve: its database answers.
#[utoipa::path(get, path = "/readyz", responses((status = 200, description = "ready"), (status = 503, description = "not ready")))]
async fn ready(State(shell): State<Shell>) -> axum::response::Response {
    if shell.store.is_ready().await {
        return "ready".into_response();
    }
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", "The database does not answer.").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_names_every_route_that_takes_a_request() {
        let json = Api::openapi().to_json().expect("serialises");
        for path in [
            "/api/v1/sign-in",
            "/api/v1/sign-out",
            "/api/v1/me",
            "/api/v1/socket-tickets",
            "/api/v1/tenants/{tenant}/settings",
            "/api/v1/tenants/{tenant}/assets",
            "/api/v1/policy",
            "/api/v1/policy/check",
            "/api/v1/policy/explain",
            "/api/v1/policy/versions",
            "/api/v1/policy/versions/{version}",
            "/api/v1/policy/diff",
            "/api/v1/policy/rollback",
            "/api/v1/policy/draft",
            "/api/v1/policy/draft/publish",
            "/api/v1/sessions",
            "/api/v1/sessions/{session}",
            "/api/v1/sessions/{session}/records",
            "/api/v1/coverage",
            "/api/v1/trail",
            "/api/v1/ratings",
            "/api/v1/replies",
            "/api/v1/texts",
            "/api/v1/customer",
            "/api/v1/agent",
        ] {
            assert!(json.contains(path), "{path}");
        }
    }
}
