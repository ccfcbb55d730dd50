//! Looks for bytes that the whole way of one file, JSON or Bicep does not stand.

#![no_main]

#[path = "../../tests/fuzzing/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::lint(bytes));
