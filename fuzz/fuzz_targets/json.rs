//! Looks for bytes that the JSON parser does not stand.

#![no_main]

#[path = "../../tests/fuzzing/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::json(bytes));
