//! libFuzzer for the laws of `graph_fuzz::cursor`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| graph_fuzz::cursor::holds(input));
