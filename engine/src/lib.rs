//! Capture, privacy and replica as machines over plain data. No browser, no clock, no randomness: time and random
//! bytes come in as arguments, so that everything here runs natively in tests and fuzzers.
//!
//! The way of a page: an adapter packs what it read into [`pack`]; [`recorder`] diffs it against its mirror (a
//! [`tree::Tree`]), asks [`privacy`] about every text, and writes operations; [`stream`] compresses them;
//! [`secrecy`] holds the keys they are sealed with. At the other end [`replica`] checks every operation against its
//! own tree before a viewer touches a document. [`css`] reads style sheets at both ends; [`flow`]
//! keeps a slow line from filling up.

pub mod attributes;
pub mod by_id;
pub mod chat;
pub mod css;
pub mod decimal;
pub mod echo;
pub mod flow;
pub mod gate;
pub mod marks;
pub mod media;
pub mod order;
pub mod pack;
pub mod privacy;
pub mod protections;
pub mod recorder;
pub mod replica;
pub mod secrecy;
pub mod stream;
pub mod sums;
pub mod tree;
