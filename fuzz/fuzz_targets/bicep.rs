//! Looks for bytes that the Bicep parser and what lowers its tree does not stand.

#![no_main]

#[path = "../../tests/fuzzing/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::bicep(bytes));
