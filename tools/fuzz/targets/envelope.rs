//! libFuzzer for the laws of `graph_fuzz::envelope`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| graph_fuzz::envelope::holds(input));
