//! The two socket doors. Sockets are accepted and then closed with a named code: a browser shows a refused upgrade as
//! nothing but 1006.

use std::net::SocketAddr;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Problem;
use super::auth::is_same_origin;
use super::rate::PerMinute;
use crate::limits;
use crate::shell::{Door, Shell};

fn upgrade(ws: WebSocketUpgrade) -> WebSocketUpgrade {
    ws.protocols([protocol::SUBPROTOCOL])
        .read_buffer_size(limits::SOCKET_READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(limits::SOCKET_WRITE_BUFFER)
        .max_message_size(protocol::limits::MAX_FRAME)
        .max_frame_size(protocol::limits::MAX_FRAME)
}

static PER_MINUTE: PerMinute = PerMinute::new();

fn too_many() -> Response {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many connections from this address. Wait a minute.").into_response()
}

/// The customer's WebSocket. Frames are those of the sub-protocol `beside.1`; what is refused later closes it by a code.
#[utoipa::path(get, path = "/api/v1/customer",
    responses((status = 101, description = "frames of beside.1 follow"), (status = 429, body = Problem)))]
pub(super) async fn customer(
    State(shell): State<Shell>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    ws: WebSocketUpgrade,
) -> Response {
    if PER_MINUTE.is_over(from.ip(), limits::SOCKETS_PER_MINUTE) {
        return too_many();
    }
    let origin = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()).map(str::to_owned);
    upgrade(ws).on_upgrade(move |socket| shell.serve(socket, Door::Customer(origin)))
}

/// The agent's WebSocket: the first frame holds a one-use ticket.
#[utoipa::path(get, path = "/api/v1/agent",
    responses((status = 101, description = "frames of beside.1 follow"), (status = 403, body = Problem)))]
pub(super) async fn agent(State(shell): State<Shell>, headers: HeaderMap, ws: WebSocketUpgrade) -> Response {
    if !is_same_origin(&headers) {
        return Problem::new(StatusCode::FORBIDDEN, "other-origin", "This socket is the dashboard's own.").into_response();
    }
    upgrade(ws).on_upgrade(move |socket| shell.serve(socket, Door::Agent))
}
