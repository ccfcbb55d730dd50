//! Looks for bytes that the parser of ARM's template language does not stand.

#![no_main]

#[path = "../../tests/fuzzing/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::expression(bytes));
