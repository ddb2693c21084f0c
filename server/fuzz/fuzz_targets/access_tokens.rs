#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| epic_fuzz::access_tokens::check(bytes));
