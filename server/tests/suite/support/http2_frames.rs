//! HTTP/2 frames written byte by byte (RFC 9113), so that a test can send invalid ones.

use epic_events::policy::Rpc;

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;
pub const DATA: u8 = 0;

pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;

pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len())
        .expect("a short frame")
        .to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// The largest flow-control window.
const WINDOW_MAX: u32 = i32::MAX as u32;

/// The connection preface of a client with the largest flow-control windows.
pub fn connection_preface() -> Vec<u8> {
    connection_preface_with(WINDOW_MAX)
}

/// The connection preface of a client with this flow-control window for each reply.
pub fn connection_preface_with(stream_window: u32) -> Vec<u8> {
    // SETTINGS_INITIAL_WINDOW_SIZE is number 4; a connection starts with a window of 65,535.
    let window = [&[0, 4][..], &stream_window.to_be_bytes()].concat();
    [
        PREFACE.to_vec(),
        frame(SETTINGS, 0, 0, &window),
        frame(WINDOW_UPDATE, 0, 0, &(WINDOW_MAX - 65_535).to_be_bytes()),
    ]
    .concat()
}

/// A gRPC message with the declared length `declared`, which may be wrong.
pub fn message(declared: usize, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(declared).expect("a length").to_be_bytes();
    [&[0][..], &length, body].concat()
}

/// A call with an empty message, which ends its stream.
pub fn call(id: u32, rpc: Rpc) -> Vec<u8> {
    call_as(id, rpc, "")
}

/// A call with a token and an empty message, which ends its stream.
pub fn call_as(id: u32, rpc: Rpc, token: &str) -> Vec<u8> {
    call_with(id, &headers(rpc.path(), token), &[])
}

/// A call with these headers and the message `request`, which ends its stream.
pub fn call_with(id: u32, head: &[u8], request: &[u8]) -> Vec<u8> {
    [
        frame(HEADERS, END_HEADERS, id, head),
        frame(DATA, END_STREAM, id, &message(request.len(), request)),
    ]
    .concat()
}

/// The header block of a call, each field as a literal without indexing (RFC 7541, section 6.2.2).
pub fn headers(path: &str, token: &str) -> Vec<u8> {
    headers_with(path, token, &[])
}

/// The header block of a call with further fields.
pub fn headers_with(path: &str, token: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let authorization = format!("Bearer {token}");
    let fields = [
        (":method", "POST"),
        (":scheme", "http"),
        (":authority", "localhost"),
        (":path", path),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("authorization", &authorization),
    ];
    let mut block = Vec::new();
    for &(name, value) in fields.iter().chain(more) {
        block.push(0);
        for text in [name, value] {
            write_length(&mut block, text.len());
            block.extend(text.as_bytes());
        }
    }
    block
}

/// Writes a length with a prefix of seven bits (RFC 7541, section 5.1).
fn write_length(block: &mut Vec<u8>, mut length: usize) {
    if length < 127 {
        block.push(u8::try_from(length).expect("seven bits"));
        return;
    }
    block.push(127);
    length -= 127;
    while length >= 128 {
        block.push(u8::try_from(length % 128).expect("seven bits") | 128);
        length /= 128;
    }
    block.push(u8::try_from(length).expect("seven bits"));
}

/// The identifiers of a client's first streams.
pub fn stream_ids(count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(|number| 2 * number + 1)
}
