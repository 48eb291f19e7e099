//! The relay: routes sealed frames between the browsers of one session and cannot read them; keeps companies,
//! accounts and policies; serves the SDK and the dashboard. One binary, nothing else to install.
//!
//! [`hub`] is pure: it takes events and time and returns commands. Everything with a socket, a clock or a disk is the
//! shell around it.

pub mod accounts;
pub mod coverage;
pub mod demo;
pub mod draft;
pub mod fetch;
pub mod http;
pub mod hub;
pub mod limits;
pub mod policy;
mod records;
pub mod saved;
pub mod serve;
pub mod shell;
pub mod store;
pub mod texts;
pub mod tickets;
