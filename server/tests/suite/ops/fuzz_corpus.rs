//! The corpus of `server/fuzz`, which every run of the tests checks without fuzzing.

use std::{fs, panic::catch_unwind, path::Path};

#[path = "../../../fuzz/src/lib.rs"]
mod targets;

/// Runs a fuzz target on every file of its corpus.
fn assert_holds_for_corpus(target: &str, hold: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let mut count = 0;
    for file in fs::read_dir(&folder).expect("a corpus") {
        let path = file.expect("a file").path();
        let bytes = fs::read(&path).expect("bytes");
        let outcome = catch_unwind(|| hold(&bytes));
        assert!(outcome.is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count > 0, "no file in {}", folder.display());
}

#[test]
fn drafts_of_any_bytes() {
    assert_holds_for_corpus("drafts", targets::drafts::check);
}

#[test]
fn page_tokens_of_any_bytes() {
    assert_holds_for_corpus("page_tokens", targets::page_tokens::check);
}

#[test]
fn access_tokens_of_any_bytes() {
    assert_holds_for_corpus("access_tokens", targets::access_tokens::check);
}
