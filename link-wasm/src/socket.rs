//! A WebSocket that dies with its owner and tells what happens to it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use engine::flow::Flow;
use gloo::events::EventListener;
use js_sys::{ArrayBuffer, Uint8Array};
use protocol::{Kind, session};
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

/// Beats without a word after which a line is taken for dead.
const UNHEARD: u32 = 2;

/// An open or opening socket.
#[derive(Debug)]
pub struct Socket {
    socket: WebSocket,
    flow: RefCell<Flow>,
    /// Beats since something was heard. Counted, not timed: while a page is busy neither is a question sent nor an answer heard.
    unheard: Rc<Cell<u32>>,
    _listeners: [EventListener; 3],
}

impl Socket {
    /// Connects. `None` where the browser refuses the address outright (a page's own policy may).
    pub fn open(url: &str, tell: impl Fn(SocketEvent) + Clone + 'static) -> Option<Self> {
        let socket = WebSocket::new_with_str(url, protocol::SUBPROTOCOL).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let unheard = Rc::<Cell<u32>>::default();
        let heard = unheard.clone();
        let (on_open, on_frame, on_close) = (tell.clone(), tell.clone(), tell);
        let listeners = [
            EventListener::new(&socket, "open", move |_| on_open(SocketEvent::Open)),
            EventListener::new(&socket, "message", move |e| {
                heard.set(0);
                let data = e.dyn_ref::<MessageEvent>().map(MessageEvent::data);
                if let Some(buffer) = data.and_then(|d| d.dyn_into::<ArrayBuffer>().ok()) {
                    on_frame(SocketEvent::Frame(Uint8Array::new(&buffer).to_vec()));
                }
            }),
            EventListener::new(&socket, "close", move |e| {
                on_close(SocketEvent::Closed(e.dyn_ref::<CloseEvent>().map_or(1006, CloseEvent::code)));
            }),
        ];
        Some(Self { socket, flow: RefCell::default(), unheard, _listeners: listeners })
    }

    /// Sends a frame; one that cannot be sent is lost, as on any broken line.
    pub fn send(&self, frame: &[u8]) {
        if !self.is_open() {
            return;
        }
        let _ = self.socket.send_with_u8_array(frame);
        self.flow.borrow_mut().sent(frame.len());
        if self.flow.borrow().should_ask() {
            self.ask();
        }
    }

    /// Asks the relay whether it is there; not before the first message, which decides what the socket is.
    fn ask(&self) {
        if self.is_open() && self.flow.borrow().has_begun() {
            self.flow.borrow_mut().ask(now());
            let _ = self.socket.send_with_u8_array(&session::frame(Kind::PING, &session::Empty {}));
        }
    }

    /// One beat of a steady clock: asks whether the relay is there. `false` when nothing was heard for so many beats that the
    /// line is dead, whatever the browser says.
    #[must_use]
    pub fn beat(&self) -> bool {
        if !self.is_open() {
            return true;
        }
        self.ask();
        self.unheard.set(self.unheard.get() + 1);
        self.unheard.get() <= UNHEARD
    }

    /// The relay has answered: all that was sent before the question has arrived.
    pub fn answered(&self) {
        self.flow.borrow_mut().answered(now());
    }

    /// Whether frames go out.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.socket.ready_state() == WebSocket::OPEN
    }

    /// Bytes that should be sent now at most; any number on a socket that is not open, where frames are lost at once.
    #[must_use]
    pub fn room(&self) -> u64 {
        if self.is_open() { self.flow.borrow().room() } else { u64::MAX }
    }
}

fn now() -> f64 {
    web_sys::window().and_then(|w| w.performance()).map_or(0.0, |p| p.now())
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = self.socket.close();
    }
}
