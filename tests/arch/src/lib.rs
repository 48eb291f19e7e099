//! Nothing here; the laws are in `tests/laws.rs`.
