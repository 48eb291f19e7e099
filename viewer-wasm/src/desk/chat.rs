//! What the agent says and hears. The customer's browser keeps the conversation; here is a copy, and what has not come there yet.

use engine::chat::Chat;
use protocol::control::{AskSaid, Facts, Heard, Said, Typing};

use super::*;

/// Milliseconds for which somebody is taken to write who said so, and between two times of saying so.
const TYPES_FOR: u32 = 5_000;
const TYPES_EVERY: f64 = 2_000.0;

/// What is known of the customer, and when it was told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    pub(crate) facts: Facts,
    pub(crate) at: f64,
}

/// The chat of a session.
#[derive(Default)]
pub(crate) struct Talk {
    chat: RefCell<Chat>,
    /// When was told last that we write.
    typed: Cell<f64>,
    /// Nobody writes any more.
    silent: RefCell<Option<Timeout>>,
}

impl Talk {
    pub(crate) fn chat(&self) -> std::cell::Ref<'_, Chat> {
        self.chat.borrow()
    }

    pub(super) fn restore(&self, chat: Chat) {
        self.chat.replace(chat);
    }
}

impl Desk {
    /// Says something. It stands in the chat at once, and is said again where it did not come.
    pub(crate) fn chat(&self, text: &str) {
        let by = self.me();
        let said = Said { by, number: self.talk.chat().next_number(by), order: 0, at: 0, text: text.to_owned() };
        self.talk.chat.borrow_mut().wait(said);
        self.talk.typed.set(f64::NEG_INFINITY);
        self.say_waiting();
        self.chat_changed();
    }

    /// Everything in the chat is in sight, or not.
    pub(crate) fn follow(&self, is_in_sight: bool) {
        let by = self.me();
        let heard = {
            let mut chat = self.talk.chat.borrow_mut();
            let last = chat.last();
            let (came, seen) = chat.followed(by);
            let heard = Heard { by, came: last, seen: if is_in_sight { last } else { seen } };
            if (came, seen) == (heard.came, heard.seen) {
                return;
            }
            chat.follow(&heard);
            heard
        };
        self.control_out(&Control::Heard(heard));
        self.chat_changed();
    }

    /// We write.
    pub(crate) fn types(&self) {
        if now() - self.talk.typed.get() > TYPES_EVERY {
            self.talk.typed.set(now());
            self.control_out(&Control::Typing(Typing { by: self.me() }));
        }
    }

    fn chat_changed(&self) {
        self.keep();
        self.signals.chat.update(|n| *n += 1);
    }

    /// A new run of the customer's: what was missed is asked for, and what did not come is said again.
    pub(super) fn catch_up(&self) {
        let after = self.talk.chat().whole();
        self.control_out(&Control::AskSaid(AskSaid { after }));
        self.say_waiting();
    }

    /// Says what has no place yet, all of it and in order: what is known already is passed over, and nothing comes before what was
    /// said before it.
    fn say_waiting(&self) {
        let waiting = self.talk.chat().waiting().to_vec();
        for said in waiting {
            self.control_out(&Control::Said(said));
        }
    }

    pub(super) fn said(&self, said: Said) {
        let by = said.by;
        if self.talk.chat.borrow_mut().put(said) {
            if self.signals.writes.get_untracked() == Some(by) {
                self.signals.writes.set(None);
            }
            self.chat_changed();
        }
    }

    pub(super) fn heard(&self, heard: &Heard) {
        if self.talk.chat.borrow_mut().follow(heard) {
            self.chat_changed();
        }
    }

    pub(super) fn types_there(&self, by: ParticipantId) {
        if by == self.me() {
            return;
        }
        self.signals.writes.set(Some(by));
        let writes = self.signals.writes;
        self.talk.silent.replace(Some(Timeout::new(TYPES_FOR, move || writes.set(None))));
    }

    /// Keeps what the agent noted over a reload.
    pub(crate) fn keep_notes(&self) {
        self.keep();
    }

    /// Somebody in the session, by name.
    pub(crate) fn name_of(&self, id: ParticipantId) -> Option<String> {
        self.signals.people.with_untracked(|people| people.iter().find(|p| p.id == id).map(|p| p.name.clone()))
    }
}
