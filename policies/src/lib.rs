//! The policy language: what the agent may see, said by a company and decided before anything leaves the browser.
//!
//! A policy is written as TOML, read by [`source::parse`], and carried as a [`Policy`]. [`judge`] is the one place
//! where it is decided what a node shows: facts in, verdict out, no browser, no clock. What is missing, broken or
//! unknown is masked ([`Policy::mask_all`]).
//!
//! Where somebody points at an element, [`propose`] finds a selector that goes on meaning it.
//!
//! The files that ship stand beside this crate (`*.toml`); each is loaded by a test. The truth table of verdicts is
//! `verdicts.txt`.

#[cfg(feature = "source")]
pub mod change;
pub mod detect;
mod floor;
mod judge;
mod page;
mod policy;
#[cfg(feature = "propose")]
pub mod propose;
#[cfg(feature = "source")]
pub mod source;

pub use floor::{InputFacts, is_floor};
pub use judge::{Cover, Facts, Hide, Judged, Part, judge};
pub use page::path_matches;
#[cfg(feature = "propose")]
pub use policy::label;
pub use policy::{Action, Assets, Default as Otherwise, Detect, MAX_RULES, Pattern, Policy, Rule};
