//! The fuzz targets of `server/fuzz`: their requests are complete, and their properties hold for every
//! file of the corpus.

use std::{collections::BTreeSet, fs, panic::catch_unwind, path::Path};

use crate::support::descriptor::requests;

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

/// Requests that do not become a draft or a patch: they have no field or a single id or token.
const WITHOUT_DRAFT: [&str; 4] = [
    "LogoutRequest",
    "RefreshSessionRequest",
    "ResetPasswordRequest",
    "RevokeSessionRequest",
];

#[test]
fn every_request_has_a_target() {
    let (mut drafts, mut lists) = (BTreeSet::new(), BTreeSet::new());
    for message in requests().into_values() {
        let name = message.name().to_owned();
        let is_read = ["Get", "List", "Watch"]
            .iter()
            .any(|verb| name.starts_with(verb));
        if message.field.iter().any(|it| it.name() == "page_token") {
            lists.insert(name);
        } else if !is_read && !WITHOUT_DRAFT.contains(&name.as_str()) {
            drafts.insert(name);
        }
    }
    let names = |table: &[&str]| table.iter().map(|&it| it.to_owned()).collect();
    let checked: Vec<_> = targets::drafts::REQUESTS.iter().map(|it| it.0).collect();
    assert_eq!(drafts, names(&checked));
    let checked: Vec<_> = targets::page_tokens::LISTS.iter().map(|it| it.0).collect();
    assert_eq!(lists, names(&checked));
}
