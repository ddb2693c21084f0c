use super::*;

/// A frame with that payload.
fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a length");
    let head = [&length.to_be_bytes()[1..], &[kind, flags, 0, 0, 0, 1]].concat();
    [&head, payload].concat()
}

fn headers(block: &[u8]) -> Vec<u8> {
    frame(HEADERS, 4, block)
}

/// A connection that is old enough to know the announcement.
fn known() -> Vec<u8> {
    [PREFACE, &frame(0, 0, &[0; UNANNOUNCED])[..]].concat()
}

/// Whether the bytes are accepted, in parts of any size.
fn is_accepted(bytes: &[u8]) -> bool {
    let in_parts = |size: usize| {
        let mut check = HeaderTableCheck::new();
        let mut read = bytes.chunks(size).map(|part| check.read(part));
        read.all(|result| result.is_ok())
    };
    let answers: Vec<bool> = [1, 2, 3, 7, 1_000].map(in_parts).to_vec();
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{bytes:?}"
    );
    answers[0]
}

// Blocks of RFC 7541, appendix C.
const STORED: &[u8] = b"\x40\x0acustom-key\x0dcustom-header";
const NOT_STORED: &[u8] = b"\x04\x0c/sample/path";
const NEVER_STORED: &[u8] = b"\x10\x08password\x06secret";
const INDEXED: &[u8] = b"\x82";
const STORED_IN_HUFFMAN_CODE: &[u8] =
    b"\x82\x86\x84\x41\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff";
/// Sets the size of the table to zero.
const NO_TABLE: &[u8] = b"\x20";

#[test]
fn a_stored_header_is_refused_once_the_client_knows() {
    let fields = [NOT_STORED, NEVER_STORED, INDEXED].concat();
    for stored in [STORED, STORED_IN_HUFFMAN_CODE] {
        let block = headers(&[&fields, stored].concat());
        assert!(is_accepted(&[PREFACE, &block[..]].concat()));
        assert!(!is_accepted(&[known(), block.clone()].concat()));
        assert!(!is_accepted(&[known(), headers(&fields), block].concat()));
    }
    assert!(is_accepted(&[known(), headers(&fields)].concat()));
}

#[test]
fn a_client_without_a_table_stores_nothing() {
    let without = [NO_TABLE, INDEXED, STORED].concat();
    assert!(is_accepted(
        &[known(), headers(&without), headers(STORED)].concat()
    ));
    // A size of 31 and 4,065 more.
    let again = [NO_TABLE, b"\x3f\xe1\x1f", STORED].concat();
    assert!(!is_accepted(&[known(), headers(&again)].concat()));
}

#[test]
fn the_bytes_of_strings_and_of_other_frames_are_no_fields() {
    // A name of 10 bytes, and a value of 127 and 5 more, all of them a field elsewhere.
    let long = [&b"\x00\x0a"[..], &[0x40; 10], b"\x7f\x05", &[0x40; 132]].concat();
    let place = b"\xff\x00\x82";
    assert!(is_accepted(
        &[known(), headers(&[&long[..], place].concat())].concat()
    ));
    assert!(!is_accepted(
        &[known(), headers(&[&long[..], STORED].concat())].concat()
    ));
    assert!(is_accepted(
        &[known(), frame(0, 0, STORED), frame(6, 0, &[0x40; 8])].concat()
    ));
}

#[test]
fn padding_and_priority_are_no_fields() {
    let padded = [&[3][..], INDEXED, &[0x40; 3]].concat();
    assert!(is_accepted(
        &[known(), frame(HEADERS, PADDED, &padded)].concat()
    ));
    let priority = [&[0x40; PRIORITY_SIZE][..], INDEXED].concat();
    assert!(is_accepted(
        &[known(), frame(HEADERS, PRIORITY, &priority)].concat()
    ));
    let both = [&[2][..], &priority, &[0x40; 2]].concat();
    assert!(is_accepted(
        &[known(), frame(HEADERS, PADDED | PRIORITY, &both)].concat()
    ));
    let stored = [&[3][..], STORED, &[0; 3]].concat();
    assert!(!is_accepted(
        &[known(), frame(HEADERS, PADDED, &stored)].concat()
    ));
    // More padding than there is room for; no payload; no byte of padding.
    for payload in [&[200, 0x40][..], &[], &[0]] {
        let invalid = frame(HEADERS, PADDED | PRIORITY, payload);
        assert!(is_accepted(&[known(), invalid.clone()].concat()));
        assert!(!is_accepted(&[known(), invalid, headers(STORED)].concat()));
    }
}

#[test]
fn a_block_goes_on_in_the_next_frame() {
    for at in 1..STORED.len() {
        let block = [INDEXED, STORED, INDEXED, STORED].concat();
        let (first, rest) = block.split_at(at);
        let frames = [frame(HEADERS, 0, first), frame(CONTINUATION, 4, rest)];
        assert!(!is_accepted(&[known(), frames.concat()].concat()), "{at}");
        let block = [NO_TABLE, NOT_STORED, STORED].concat();
        let (first, rest) = block.split_at(at);
        let frames = [frame(HEADERS, 0, first), frame(CONTINUATION, 4, rest)];
        assert!(is_accepted(&[known(), frames.concat()].concat()), "{at}");
    }
}
