//! Control messages: sealed, ordered, small.

use crate::field::{List, choices, message};
use crate::live::Anchor;
use crate::{Generation, NodeId, ParticipantId, SheetId};

message! {
    /// Somebody in the session, as the customer's browser vouches for it.
    Person {
        /// Who.
        id: ParticipantId,
        /// Name.
        name: String,
        /// Role.
        role: String,
        /// Which of the eight colours.
        colour: u8,
    }
}
message! {
    /// Everybody who is in; sent at every change.
    Roster {
        /// The customer is not listed.
        people: List<Person, 32>,
    }
}
message! {
    /// Nothing beyond the kind.
    Nothing {}
}
message! {
    /// One point of a mark, as shares of its anchor's box; may lie outside it.
    Point {
        /// From the left.
        x: f32,
        /// From the top.
        y: f32,
    }
}
message! {
    /// A drawing that stays on an element.
    Mark {
        /// Who drew it; an agent's own claim is replaced by the customer's browser.
        by: ParticipantId,
        /// Number of the mark, counted by who drew it.
        number: u32,
        /// One of [`shape`].
        shape: u8,
        /// What it stays on.
        anchor: NodeId,
        /// Its points.
        points: List<Point, { crate::limits::MAX_POINTS }>,
        /// What a note says, or the number of a step; at most [`MAX_NOTE`](crate::limits::MAX_NOTE) bytes.
        text: String,
    }
}
/// The shapes a [`Mark`] may have, and what its points are.
pub mod shape {
    /// A stroke by hand.
    pub const PEN: u8 = 1;
    /// A rectangle, by two corners.
    pub const BOX: u8 = 2;
    /// A wide, see-through stroke by hand.
    pub const HIGHLIGHTER: u8 = 3;
    /// An ellipse, by two corners of the box around it.
    pub const CIRCLE: u8 = 4;
    /// An arrow, from where it begins to its head.
    pub const ARROW: u8 = 5;
    /// Words, where they begin.
    pub const NOTE: u8 = 6;
    /// A number in a disc, by the disc's middle.
    pub const STEP: u8 = 7;
    /// A rectangle, by two corners; all around it is dimmed.
    pub const SPOT: u8 = 8;
    /// A rectangle, by two corners, that one is asked to look at.
    pub const LOOK: u8 = 9;
    /// All of them.
    pub const ALL: [u8; 9] = [PEN, BOX, HIGHLIGHTER, CIRCLE, ARROW, NOTE, STEP, SPOT, LOOK];
}
message! {
    /// Take marks away.
    Clear {
        /// Whose; 0 means everybody's.
        by: ParticipantId,
        /// Which of theirs; 0 means all.
        number: u32,
    }
}
message! {
    /// Why the picture may be stricter than the policy says.
    Notice {
        /// 1 no policy could be loaded, 2 the policy is broken: everything is masked.
        kind: u8,
        /// Which rule, if one is to blame; a rule's name, never content.
        rule: String,
    }
}
message! {
    /// customer → agents: is this tab looked at?
    Visibility {
        /// Whether it is.
        visible: bool,
    }
}
message! {
    /// An asset that a viewer lacks.
    Want {
        /// Its name.
        hash: [u8; 16],
    }
}

message! {
    /// What a style sheet hashes to.
    SheetSum {
        /// Which.
        sheet: SheetId,
        /// Its hash.
        sum: u64,
    }
}
message! {
    /// What a viewer has, as hashes: whatever is otherwise at the customer's is to be told again.
    Compare {
        /// How many ids a range has; the first begins at 0.
        width: u32,
        /// The sum of a tree's hashes for each range.
        sums: List<u64, { crate::limits::MAX_RANGES }>,
        /// Sheets.
        sheets: List<SheetSum, { crate::limits::MAX_SHEETS }>,
    }
}

message! {
    /// What a page asks a browser for letters.
    Font {
        /// A list of families as CSS writes it; empty for what a browser takes by itself, [`CONTROLS`] for what it takes in
        /// controls.
        family: String,
        /// 1 to 1,000; 400 is regular, 700 bold.
        weight: u16,
        /// Whether it is slanted.
        italic: bool,
    }
}
message! {
    /// Fonts whose letters lie elsewhere in a viewer, or might.
    Fonts {
        /// Which.
        fonts: List<Font, { crate::limits::MAX_FONTS }>,
    }
}
/// A [`Font`]'s family where it is that of controls of which no style speaks. No family is called so.
pub const CONTROLS: &str = ":button";
/// The lines of small letters, and of capitals and digits, by which fonts are told apart.
pub const LINES: [&str; 2] = ["the quick brown fox jumps over the lazy dog", "HAMBURGEFONSTIV 0123456789 .,-"];
message! {
    /// How large a font is that a browser has found, in hundredths of a CSS pixel at a size of 100 px.
    Measure {
        /// Of which.
        font: Font,
        /// How wide the first of [`LINES`] is.
        small: u32,
        /// How wide the second one is.
        large: u32,
        /// From the top of a line's letters down to their baseline.
        ascent: u32,
        /// From there to their bottom.
        descent: u32,
        /// From one line to the next.
        line: u32,
    }
}
message! {
    /// How large fonts are at the customer's.
    Measures {
        /// Those that were asked for.
        fonts: List<Measure, { crate::limits::MAX_FONTS }>,
    }
}

message! {
    /// An element that rules of the policy hit.
    Touch {
        /// Which.
        node: NodeId,
        /// The rules, as bits in the order of the policy.
        rules: u64,
    }
}
message! {
    /// What the rules of a draft hit on the page.
    Touched {
        /// The reading of the page that the nodes are of.
        generation: Generation,
        /// SHA-256, in hex, of the source of the policy that the rules are of.
        policy: String,
        /// The elements.
        elements: List<Touch, { crate::limits::MAX_TOUCHED }>,
    }
}

message! {
    /// Who may operate the page now.
    Grant {
        /// Who; 0 is nobody but the customer.
        to: ParticipantId,
        /// Whether for one action only.
        once: bool,
    }
}
message! {
    /// A request to do something in the page, as the customer's own hand would. The customer's browser decides.
    Act {
        /// Counted by who asks; [`Acted`] answers it.
        number: u32,
        /// The reading of the page that the node is of.
        generation: Generation,
        /// Where; for keys and texts the element that has the focus.
        at: Anchor,
        /// What: one of [`deed`].
        deed: u8,
        /// What is typed, or the name of a key.
        text: String,
        /// How far to scroll to the right, in CSS pixels; or which option is chosen.
        x: i32,
        /// How far to scroll down.
        y: i32,
    }
}
/// What an [`Act`] does.
pub mod deed {
    /// A press of the pointer.
    pub const PRESS: u8 = 1;
    /// The second of two.
    pub const DOUBLE: u8 = 2;
    /// Text at the caret.
    pub const TEXT: u8 = 3;
    /// A key that is no text: one of [`KEYS`].
    pub const KEY: u8 = 4;
    /// An option of a list.
    pub const SELECT: u8 = 5;
    /// Scrolling.
    pub const SCROLL: u8 = 6;
    /// Back in the history.
    pub const BACK: u8 = 7;
    /// Forward in the history.
    pub const FORWARD: u8 = 8;
    /// Keys that may be pressed, as `KeyboardEvent.key` names them.
    pub const KEYS: [&str; 11] =
        ["Enter", "Tab", "Escape", "Backspace", "Delete", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
}
message! {
    /// What became of an [`Act`].
    Acted {
        /// Who asked.
        by: ParticipantId,
        /// Which.
        number: u32,
        /// 0 it was done; otherwise why not: a number of `engine::gate::Refusal`.
        refusal: u8,
    }
}

message! {
    /// Something said in the chat.
    Said {
        /// Who says it; an agent's own claim is replaced by the customer's browser.
        by: ParticipantId,
        /// Counted by who says it, so that nothing is said twice where a line breaks.
        number: u32,
        /// Its place in the conversation, from 1 on; given by the customer's browser, 0 until then.
        order: u32,
        /// When, in milliseconds since 1970 by the clock of the customer's browser; 0 until it has a place.
        at: u64,
        /// The words; at most [`MAX_SAID`](crate::limits::MAX_SAID) bytes.
        text: String,
    }
}
message! {
    /// agent → customer: what was said after this place?
    AskSaid {
        /// The last place that is known; 0 if none is.
        after: u32,
    }
}
message! {
    /// How far somebody has followed the chat.
    Heard {
        /// Who; an agent's own claim is replaced by the customer's browser.
        by: ParticipantId,
        /// Everything up to this place came.
        came: u32,
        /// Everything up to this place was in sight.
        seen: u32,
    }
}
message! {
    /// Somebody writes.
    Typing {
        /// Who; an agent's own claim is replaced by the customer's browser.
        by: ParticipantId,
    }
}
message! {
    /// What the customer's browser and the page say of who is there. Only what a helper needs to be understood.
    Facts {
        /// As the page named the person, by `Beside.identify`; empty if it did not.
        name: String,
        /// What it is about, likewise.
        topic: String,
        /// The page's language, as BCP 47 writes it.
        language: String,
        /// Browser and system, as the browser names itself (`navigator.userAgent`).
        browser: String,
        /// Seconds since the session began.
        since: u32,
    }
}

message! {
    /// A code by which a colleague of an agent's comes in. It goes to that agent alone.
    Invite {
        /// All its digits.
        pin: String,
        /// Seconds that it lives.
        seconds: u32,
    }
}
message! {
    /// What an agent noted, handed to a colleague who goes on.
    Hand {
        /// Whose; an agent's own claim is replaced by the customer's browser.
        by: ParticipantId,
        /// For whom.
        to: ParticipantId,
        /// At most [`MAX_SAID`](crate::limits::MAX_SAID) bytes.
        notes: String,
    }
}

choices! {
    /// A control message.
    Control as "control message" {
        /// customer → all.
        Roster(Roster) = 1,
        /// customer → all: the picture stands still because the customer wants it to.
        Paused(Nothing) = 2,
        /// customer → all: it moves again; a keyframe follows.
        Unpaused(Nothing) = 3,
        /// agent → customer → all.
        Mark(Mark) = 4,
        /// agent → customer → all.
        Clear(Clear) = 5,
        /// agent → customer: my picture is broken or new.
        NeedKeyframe(Nothing) = 6,
        /// customer → all.
        Notice(Notice) = 7,
        /// customer → all.
        Visibility(Visibility) = 8,
        /// agent → customer.
        Want(Want) = 9,
        /// customer → all, at the start of every instance: I speak now.
        Hello(Nothing) = 10,
        /// agent → customer: my picture differs; this is what I have.
        Compare(Compare) = 11,
        /// agent → customer: how large are these at yours?
        Fonts(Fonts) = 12,
        /// customer → all.
        Measures(Measures) = 13,
        /// agent → customer: may I operate the page?
        AskGrant(Nothing) = 14,
        /// customer → all.
        Grant(Grant) = 15,
        /// agent → customer.
        Act(Act) = 16,
        /// customer → all.
        Acted(Acted) = 17,
        /// agent → customer: what do the rules hit? Answered only where a draft is tried out.
        AskTouched(Nothing) = 18,
        /// customer → all.
        Touched(Touched) = 19,
        /// agent → customer → all; to one agent who lacks it, on the pair's channel.
        Said(Said) = 20,
        /// agent → customer.
        AskSaid(AskSaid) = 21,
        /// agent → customer → all.
        Heard(Heard) = 22,
        /// agent → customer → all.
        Typing(Typing) = 23,
        /// customer → all.
        Facts(Facts) = 24,
        /// agent → customer: a code for a colleague.
        AskInvite(Nothing) = 25,
        /// customer → one agent, on the pair's channel.
        Invite(Invite) = 26,
        /// agent → customer → one agent, on the pair's channel.
        Hand(Hand) = 27,
        /// agent → customer: I leave, the others stay.
        Leave(Nothing) = 28,
    }
}
