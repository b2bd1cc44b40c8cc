//! libFuzzer for the laws of `graph_fuzz::spec`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| graph_fuzz::spec::holds(input));
