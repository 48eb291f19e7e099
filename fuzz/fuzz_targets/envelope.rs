#![no_main]
//! See `targets.rs`: the same function is replayed on its seeds by the engine's tests.
#[path = "../../engine/tests/targets/mod.rs"]
mod targets;
libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::envelope(data));
