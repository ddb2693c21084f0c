#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| epic_fuzz::page_tokens::check(bytes));
