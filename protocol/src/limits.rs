//! Every cap of the wire, each with its reason. Beyond a cap input is refused by name.

/// One WebSocket message; the relay reads no more than this at once.
pub const MAX_FRAME: usize = 64 * 1024;
/// Plaintext of one chunk: leaves room for the header and the seal in [`MAX_FRAME`].
pub const MAX_CHUNK: usize = 60 * 1024;
/// What a patch may inflate to: the longest text, and what one slice holds beside it.
pub const MAX_PATCH: usize = 8 << 20;
/// What a keyframe may inflate to.
pub const MAX_KEYFRAME: usize = 64 << 20;
/// Chunks of one message, compressed: a keyframe that does not compress at all still fits.
pub const MAX_CHUNKS: usize = 1200;
/// Nodes of a replica.
pub const MAX_NODES: usize = 500_000;
/// Levels of a document, frames and shadow roots included.
pub const MAX_DEPTH: usize = 4_096;
/// One text node or one style sheet.
pub const MAX_TEXT: usize = 4 << 20;
/// One attribute value.
pub const MAX_ATTR: usize = 64 * 1024;
/// One asset (picture, font).
pub const MAX_ASSET: usize = 20_000_000;
/// All assets of a session.
pub const MAX_ASSETS_TOTAL: usize = 200_000_000;
/// Shapes (element name + attribute names) between two keyframes.
pub const MAX_SHAPES: usize = 65_536;
/// Attributes of one element.
pub const MAX_ATTRS: usize = 256;
/// Ranges of ids in which two trees are compared, so that an answer names few nodes.
pub const MAX_RANGES: usize = 256;
/// Boxes that are compared at once; a dozen points of a window say whether it is laid out alike.
pub const MAX_BOXES: usize = 64;
/// Fonts that are asked for at once; pages use a handful, each in some weights.
pub const MAX_FONTS: usize = 64;
/// Elements that rules of a draft hit, in one answer: what comes then is not told.
pub const MAX_TOUCHED: usize = 4_000;
/// Rules of one style sheet.
pub const MAX_RULES: usize = 50_000;
/// Style sheets of a document tree.
pub const MAX_SHEETS: usize = 4_096;
/// A name of a person, a company, a topic.
pub const MAX_NAME: usize = 120;
/// Short strings of the handshake (origin, tenant, tickets).
pub const MAX_FIELD: usize = 2_048;
/// Points of one stroke; a hand needs a few hundred.
pub const MAX_POINTS: usize = 2_048;
/// Marks that stand at once, all people together.
pub const MAX_MARKS: usize = 400;
/// Bytes of a mark's words.
pub const MAX_NOTE: usize = 400;
/// Bytes of something said in the chat; nobody types more at once.
pub const MAX_SAID: usize = 4_000;
/// Messages of a chat that are kept; what is older goes.
pub const MAX_CHAT: usize = 500;
/// A resume ticket lives this long without its owner, in seconds.
pub const RESUME_SECONDS: u64 = 15 * 60;
/// A PIN lives this long, in seconds.
pub const PIN_SECONDS: u64 = 10 * 60;
/// Wrong tries before a PIN burns; counted in the customer's browser.
pub const PIN_TRIES: u8 = 3;
/// Secret digits of a PIN: 23 bits, see NIST 800-63B on out-of-band secrets (at least 20).
pub const PIN_SECRET_DIGITS: usize = 7;
