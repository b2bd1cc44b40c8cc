//! libFuzzer for the laws of `graph_fuzz::notification`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| graph_fuzz::notification::holds(input));
