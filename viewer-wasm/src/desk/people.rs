//! Colleagues: inviting one, handing over, leaving while they go on.

use protocol::control::{Hand, Invite};

use super::*;

/// A code for a colleague.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invitation {
    pub(crate) pin: String,
    /// For how many minutes it was good when it came.
    pub(crate) minutes: u32,
}

impl Desk {
    /// Asks the customer's browser for a code.
    pub(crate) fn ask_invite(&self) {
        self.signals.invitation.set(None);
        self.control_out(&Control::AskInvite(Nothing {}));
    }

    pub(super) fn invited(&self, invite: Invite) {
        self.signals.invitation.set(Some(Invitation { pin: invite.pin, minutes: invite.seconds.div_ceil(60) }));
    }

    /// Hands what was noted to a colleague, and goes.
    pub(crate) fn hand_over(&self, to: ParticipantId) {
        let mut notes = self.signals.notes.get_untracked();
        while notes.len() > limits::MAX_SAID {
            notes.pop();
        }
        self.control_out(&Control::Hand(Hand { by: self.me(), to, notes }));
        self.leave();
    }

    /// Goes; the others stay.
    pub(crate) fn leave(&self) {
        self.control_out(&Control::Leave(Nothing {}));
    }

    pub(super) fn handed(&self, hand: &Hand) {
        let name = self.name_of(hand.by).unwrap_or_default();
        if !hand.notes.trim().is_empty() {
            self.signals.notes.update(|notes| {
                if !notes.is_empty() {
                    notes.push('\n');
                }
                notes.push_str(&format!("{name}: {}", hand.notes));
            });
            self.keep();
        }
        self.say("handed-over");
    }
}
