//! An agent's act in the page: gathered by the glue, decided by the gate, done event by event.

use std::cell::Cell;
use std::rc::Rc;

use engine::gate::{self, Refusal, Scene, Touched};
use js_sys::Uint32Array;
#[cfg(feature = "tap")]
use protocol::Generation;
use protocol::NodeId;
use protocol::control::Act;
use wasm_bindgen::prelude::*;

use super::Page;
use crate::glue::Guard;

impl Page {
    /// Does what an agent asks for, if the gate lets it through: asked before each event of it, of the page as it is then.
    ///
    /// # Errors
    /// Why nothing was begun; within, why it was not done to its end.
    pub(crate) fn act(
        self: &Rc<Self>,
        act: &Act,
        granted: &Rc<Cell<bool>>,
        recent: usize,
        guard: &Guard,
    ) -> Result<Result<(), Refusal>, Refusal> {
        // What will be refused in any case costs the page nothing.
        if recent >= gate::MAX_PER_SECOND {
            return Err(Refusal::TooFast);
        }
        if guard.idle() < gate::CUSTOMERS_TURN {
            return Err(Refusal::CustomersTurn);
        }
        // What is hidden is known of the page as it was read last; while the line is full it is not read.
        if !self.flush() {
            return Err(Refusal::Stale);
        }
        self.allows(act, granted.get(), recent, guard.idle())?;
        if !guard.act() {
            return Err(Refusal::NotGranted);
        }
        let refusal = Rc::new(Cell::new(None));
        let (page, own, granted, why, idle) = (self.clone(), act.clone(), granted.clone(), refusal.clone(), guard.clone());
        let again = Closure::<dyn FnMut() -> bool>::new(move || {
            why.set(page.allows(&own, granted.get(), recent, idle.idle()).err());
            why.get().is_none()
        });
        let done = self.hands.perform(act.deed, &act.text, act.x, act.y, again.as_ref().unchecked_ref());
        match (done, refusal.get()) {
            (Ok(true), _) => Ok(Ok(())),
            (_, Some(why)) => Ok(Err(why)),
            _ => Ok(Err(Refusal::NotHere)),
        }
    }

    /// What the session's record calls an element.
    pub(crate) fn on_record(&self, id: NodeId) -> String {
        self.recorder.borrow().on_record(id)
    }

    #[cfg(feature = "tap")]
    pub(crate) fn generation(&self) -> Generation {
        self.recorder.borrow().generation()
    }

    fn allows(&self, act: &Act, granted: bool, recent: usize, idle: f64) -> Result<gate::Permit, Refusal> {
        // What cannot be known is not done.
        let parts = self.hands.gather(act.at.node.0, act.at.x, act.at.y, act.deed, &act.text, act.x).map_err(|_| Refusal::NotHere)?;
        let numbers = Uint32Array::from(parts.get(0)).to_vec();
        let strings = parts.get(1).as_string().unwrap_or_default();
        let mut strings = strings.split('\0');
        let recorder = self.recorder.borrow();
        let mut touched = Vec::new();
        for part in numbers.get(2..).unwrap_or_default().chunks_exact(4) {
            let id = NodeId(part[0]);
            touched.push(Touched {
                flags: part[1],
                rules: u64::from(part[2]) | u64::from(part[3]) << 32,
                hidden: recorder.is_hidden(id),
                kind: strings.next().unwrap_or_default(),
                autocomplete: strings.next().unwrap_or_default(),
            });
        }
        let current = act.generation == recorder.generation();
        gate::decide(&self.policy, act, &Scene { granted, current, idle, recent, flags: numbers.first().copied().unwrap_or(0), touched })
    }
}
