//! A WebSocket that dies with its owner and tells what happens to it.

use gloo::events::EventListener;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// What happens to a socket.
#[derive(Debug)]
pub enum SocketEvent {
    /// It is open.
    Open,
    /// A frame.
    Frame(Vec<u8>),
    /// It is closed, with this number; nothing follows.
    Closed(u16),
}

/// An open or opening socket.
#[derive(Debug)]
pub struct Socket {
    socket: WebSocket,
    _listeners: [EventListener; 3],
}

impl Socket {
    /// Connects. `None` where the browser refuses the address outright (a page's own policy may).
    pub fn open(url: &str, tell: impl Fn(SocketEvent) + Clone + 'static) -> Option<Self> {
        let socket = WebSocket::new_with_str(url, protocol::SUBPROTOCOL).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let (on_open, on_frame, on_close) = (tell.clone(), tell.clone(), tell);
        let listeners = [
            EventListener::new(&socket, "open", move |_| on_open(SocketEvent::Open)),
            EventListener::new(&socket, "message", move |e| {
                let data = e.dyn_ref::<MessageEvent>().map(MessageEvent::data);
                if let Some(buffer) = data.and_then(|d| d.dyn_into::<ArrayBuffer>().ok()) {
                    on_frame(SocketEvent::Frame(Uint8Array::new(&buffer).to_vec()));
                }
            }),
            EventListener::new(&socket, "close", move |e| {
                on_close(SocketEvent::Closed(e.dyn_ref::<CloseEvent>().map_or(1006, CloseEvent::code)));
            }),
        ];
        Some(Self { socket, _listeners: listeners })
    }

    /// Sends a frame; one that cannot be sent is lost, as on any broken line.
    pub fn send(&self, frame: &[u8]) {
        if self.socket.ready_state() == WebSocket::OPEN {
            let _ = self.socket.send_with_u8_array(frame);
        }
    }

    /// Whether frames go out.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.socket.ready_state() == WebSocket::OPEN
    }

    /// Bytes that wait to go out.
    #[must_use]
    pub fn buffered(&self) -> u32 {
        self.socket.buffered_amount()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = self.socket.close();
    }
}
