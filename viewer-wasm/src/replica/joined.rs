//! Frames of another origin that have joined the page: in each a stage of its own, with numbers of its own.

use std::rc::Rc;

use engine::replica::{Applied, Refused};
use protocol::NodeId;
use protocol::page::state;
use web_sys::HtmlIFrameElement;

use super::{Stage, kinds};

impl Stage {
    /// Takes a message of a frame's own stream: whether it is a keyframe, and what is deflated; an empty one says that the
    /// frame has left. `None` when there is nothing to show it in.
    ///
    /// # Errors
    /// [`Refused`]: a keyframe is needed.
    pub(crate) fn joined(&mut self, id: NodeId, message: &[u8]) -> Result<Option<Applied>, Refused> {
        let Some((keyframe, body)) = message.split_first() else {
            if let Some(stage) = self.joined.remove(&id) {
                stage.borrow_mut().reset();
            }
            self.dress_again(id);
            return Ok(None);
        };
        let keyframe = *keyframe == 1;
        let frame = self.element(id).and_then(|e| kinds::html::<HtmlIFrameElement>(&e, "iframe"));
        let Some(frame) = frame else { return Ok(None) };
        let stands = self.joined.get(&id).filter(|stage| stage.borrow().frame.is_same_node(Some(&frame))).cloned();
        let stage = match stands {
            Some(stage) => stage,
            // One that was built again shows nothing yet.
            None if !keyframe => return if self.joined.remove(&id).is_some() { Err(Refused::NoKeyframe) } else { Ok(None) },
            None => {
                let stage = Self::new(frame, Rc::new(|_| {}));
                stage.borrow_mut().is_joined = true;
                self.joined.insert(id, stage.clone());
                self.dress_again(id);
                stage
            }
        };
        let applied = stage.borrow_mut().message(body, keyframe);
        self.dropped.extend(stage.borrow_mut().take_dropped());
        applied.map(Some)
    }

    /// A resource of a joined frame has bytes.
    pub(crate) fn asset_of(&self, id: NodeId, res: u32, url: &str) {
        if let Some(stage) = self.joined.get(&id) {
            let mut stage = stage.borrow_mut();
            stage.asset(res, url);
            stage.settle();
        }
    }

    /// As a labelled box while nobody has joined there, and without it while somebody has.
    fn dress_again(&mut self, id: NodeId) {
        let Some(element) = self.element(id) else { return };
        let model = std::mem::take(&mut self.model);
        if let Some(node) = model.tree().get(id) {
            match node.attr(state::PLACEHOLDER).filter(|_| !self.joined.contains_key(&id)) {
                Some(kind) => drop(element.set_attribute("data-beside-stands-for", kind)),
                None => drop(element.remove_attribute("data-beside-stands-for")),
            }
            self.style(&element, id, node);
        }
        self.model = model;
    }
}
