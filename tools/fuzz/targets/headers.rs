//! libFuzzer for the laws of `graph_fuzz::headers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| graph_fuzz::headers::holds(input));
