//! What fuzzing has found worth keeping is tried with every run: `server/fuzz` looks for more.

use std::{fs, panic::catch_unwind, path::Path};

#[path = "../../fuzz/src/lib.rs"]
mod targets;

fn hold_for_all(target: &str, hold: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let mut tried = 0;
    for file in fs::read_dir(&folder).expect("a corpus") {
        let path = file.expect("a file").path();
        let bytes = fs::read(&path).expect("bytes");
        let outcome = catch_unwind(|| hold(&bytes));
        assert!(outcome.is_ok(), "{}", path.display());
        tried += 1;
    }
    assert!(tried > 0, "nothing in {}", folder.display());
}

#[test]
fn requests_are_checked_whatever_they_are() {
    hold_for_all("drafts", targets::drafts::check);
}

#[test]
fn page_tokens_are_read_whatever_they_are() {
    hold_for_all("page_tokens", targets::page_tokens::check);
}

#[test]
fn access_tokens_are_read_whatever_they_are() {
    hold_for_all("tokens", targets::tokens::check);
}
