use super::*;

/// A frame with this payload.
fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a length");
    let head = [&length.to_be_bytes()[1..], &[kind, flags, 0, 0, 0, 1]].concat();
    [&head, payload].concat()
}

fn headers(block: &[u8]) -> Vec<u8> {
    frame(HEADERS, 4, block)
}

/// `times` frames of another type, each as large as the bytes that a connection may keep without the
/// pool.
fn filler(times: usize) -> Vec<u8> {
    frame(0, 0, &[0x40; RETAINED_FREE]).repeat(times)
}

/// The bytes that a connection keeps after it has received `bytes` in parts of several sizes; `None` if
/// they are refused.
fn kept(bytes: &[u8]) -> Option<usize> {
    let in_parts = |size: usize| {
        let mut check = HeaderTableCheck::new(HeaderPool::default());
        let mut parts = bytes.chunks(size);
        let is_accepted = parts.all(|part| check.read(part).is_ok());
        is_accepted.then_some(check.retained.bytes)
    };
    let all = [1, 2, 3, 7, 1_000].map(in_parts);
    // A part of a block is counted as a whole, so the parts change the result a little.
    let is_same = |it: &Option<usize>| match (it, all[0]) {
        (Some(one), Some(other)) => one.abs_diff(other) < 1_000,
        (one, other) => *one == other,
    };
    assert!(all.iter().all(is_same), "{all:?}");
    all[0]
}

/// Whether the blocks store a header.
fn stores(blocks: &[u8]) -> bool {
    let bytes = [PREFACE, &filler(1)[..], blocks].concat();
    kept(&bytes) != Some(0)
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
fn a_stored_header_keeps_the_buffer_in_which_it_arrived() {
    let fields = [NOT_STORED, NEVER_STORED, INDEXED].concat();
    assert!(!stores(&headers(&fields)));
    for stored in [STORED, STORED_IN_HUFFMAN_CODE] {
        let block = headers(&[&fields, stored].concat());
        assert!(stores(&block));
        let first = [PREFACE, &block[..]].concat();
        assert!(kept(&first).is_some_and(|kept| kept <= first.len()));
        for times in 1..4 {
            let next = [filler(3), block.clone()].concat().repeat(times);
            let expected = times * BUFFER..times * BUFFER + 1_000;
            let kept = kept(&[&first[..], &next].concat()).expect("room");
            assert!(expected.contains(&kept), "{kept}");
        }
    }
}

#[test]
fn a_connection_and_all_together_have_a_limit() {
    let one = [filler(1), headers(STORED)].concat();
    let many = |count: usize| [&PREFACE[..], &one.repeat(count)].concat();
    assert!(kept(&many(RETAINED_MAX / BUFFER - 1)).is_some());
    assert_eq!(kept(&many(RETAINED_MAX / BUFFER + 1)), None);
    let pool = HeaderPool::default();
    let mut open = Vec::new();
    let mut connect = |count: usize| {
        let mut check = HeaderTableCheck::new(pool.clone());
        let result = check.read(&many(count));
        open.push(check);
        result
    };
    for _ in 0..POOL / (8 * BUFFER) {
        connect(9).expect("room");
    }
    assert!(connect(9).is_err());
    connect(1).expect("its own room");
    open.clear();
    assert_eq!(pool.0.load(Ordering::Relaxed), 0);
}

#[test]
fn a_client_without_a_table_stores_nothing() {
    let without = [NO_TABLE, INDEXED, STORED].concat();
    assert!(!stores(&[headers(&without), headers(STORED)].concat()));
    let before = [filler(1), headers(STORED), headers(INDEXED)].concat();
    assert_eq!(
        kept(&[&PREFACE[..], &before, &headers(NO_TABLE)].concat()),
        Some(0)
    );
    // An integer of 31 and 4,065 more: the initial size.
    let again = [NO_TABLE, b"\x3f\xe1\x1f", STORED].concat();
    assert!(stores(&headers(&again)));
}

#[test]
fn the_bytes_of_strings_and_of_other_frames_are_no_fields() {
    // A name of 10 bytes and a value of 132 bytes, each of which would begin a field elsewhere.
    let long = [&b"\x00\x0a"[..], &[0x40; 10], b"\x7f\x05", &[0x40; 132]].concat();
    let place = b"\xff\x00\x82";
    assert!(!stores(&headers(&[&long[..], place].concat())));
    assert!(stores(&headers(&[&long[..], STORED].concat())));
    assert!(!stores(
        &[frame(0, 0, STORED), frame(6, 0, &[0x40; 8])].concat()
    ));
}

#[test]
fn padding_and_priority_are_no_fields() {
    let padded = [&[3][..], INDEXED, &[0x40; 3]].concat();
    assert!(!stores(&frame(HEADERS, PADDED, &padded)));
    let priority = [&[0x40; PRIORITY_SIZE][..], INDEXED].concat();
    assert!(!stores(&frame(HEADERS, PRIORITY, &priority)));
    let both = [&[2][..], &priority, &[0x40; 2]].concat();
    assert!(!stores(&frame(HEADERS, PADDED | PRIORITY, &both)));
    let stored = [&[3][..], STORED, &[0; 3]].concat();
    assert!(stores(&frame(HEADERS, PADDED, &stored)));
    // Padding beyond the end of the payload; an empty payload; only the length of the padding.
    for payload in [&[200, 0x40][..], &[], &[0]] {
        let invalid = frame(HEADERS, PADDED | PRIORITY, payload);
        assert!(!stores(&invalid));
        assert!(stores(&[invalid, headers(STORED)].concat()));
    }
}

#[test]
fn a_block_goes_on_in_the_next_frame() {
    for at in 1..STORED.len() {
        let block = [INDEXED, STORED, INDEXED, STORED].concat();
        let (first, rest) = block.split_at(at);
        let frames = [frame(HEADERS, 0, first), frame(CONTINUATION, 4, rest)];
        assert!(stores(&frames.concat()), "{at}");
        let block = [NO_TABLE, NOT_STORED, STORED].concat();
        let (first, rest) = block.split_at(at);
        let frames = [frame(HEADERS, 0, first), frame(CONTINUATION, 4, rest)];
        assert!(!stores(&frames.concat()), "{at}");
    }
}
