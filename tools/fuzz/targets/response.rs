//! libFuzzer for the laws of `graph_fuzz::response`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| graph_fuzz::response::holds(input));
