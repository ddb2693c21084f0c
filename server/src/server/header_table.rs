//! Bounds the headers that clients have the server keep.
//!
//! HTTP/2 lets a client store headers in a table of the server (HPACK, RFC 7541). Its 4,096 bytes hold up
//! to 124 of them, of which h2 keeps each one in the whole buffer of 16 KiB in which it arrived: 2 MiB a
//! connection. The server therefore announces a table without room. h2 0.4 leaves it to the client to
//! comply, and a client may store headers until it knows. So the connection itself reads along, and ends
//! when the buffers take too much.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// The first bytes of every client (RFC 9113, section 3.4).
pub(super) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Size of the buffers in which h2 receives.
const BUFFER: usize = 16 * 1024;
/// Bytes of buffers that each connection may keep. Most clients store headers with their first call only.
const KEPT: usize = 16 * 1024;
/// Bytes that a connection may keep while the pool has room: a hundred calls that a client sends at once
/// have less in headers and messages.
const KEPT_MAX: usize = 256 * 1024;
/// Bytes above [`KEPT`] of all connections together.
const POOL: usize = 16 * 1024 * 1024;
/// The size of the table before the client changes it (RFC 9113, section 6.5.2).
const INITIAL_SIZE: usize = 4_096;
/// Size of the head of a frame (RFC 9113, section 4.1).
const FRAME_HEAD: usize = 9;

// Types and flags of frames (RFC 9113, section 6).
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;
/// Size of the priority in front of a header block.
const PRIORITY_SIZE: usize = 5;

/// What the connections keep above [`KEPT`]. Clones share it.
#[derive(Clone, Default)]
pub(super) struct HeaderPool(Arc<AtomicUsize>);

/// What a connection keeps in buffers; released when dropped.
struct Kept {
    bytes: usize,
    pool: HeaderPool,
}

impl Kept {
    /// Adds a buffer. Returns whether there is room.
    fn add(&mut self, bytes: usize) -> bool {
        let before = self.pooled();
        self.bytes += bytes;
        let added = self.pooled() - before;
        let pooled = self.pool.0.fetch_add(added, Ordering::Relaxed) + added;
        self.bytes <= KEPT_MAX && (added == 0 || pooled <= POOL)
    }

    fn pooled(&self) -> usize {
        self.bytes.saturating_sub(KEPT)
    }

    fn release(&mut self) {
        self.pool.0.fetch_sub(self.pooled(), Ordering::Relaxed);
        self.bytes = 0;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.release();
    }
}

/// Reads along with h2, which itself refuses frames and header blocks that are invalid.
pub(super) struct HeaderTableCheck {
    kept: Kept,
    /// Bytes received since a header was stored.
    since_stored: usize,
    /// The head of the next frame as far as it has arrived, with the length of its padding.
    head: [u8; FRAME_HEAD + 1],
    head_size: usize,
    /// What has yet to arrive of the frame: bytes before its part of the header block, that part, and
    /// bytes after it.
    before: usize,
    part: usize,
    after: usize,
    block: HeaderBlock,
}

impl HeaderTableCheck {
    pub(super) fn new(pool: HeaderPool) -> Self {
        Self {
            kept: Kept { bytes: 0, pool },
            since_stored: 0,
            head: [0; FRAME_HEAD + 1],
            head_size: 0,
            before: PREFACE.len(),
            part: 0,
            after: 0,
            block: HeaderBlock::new(),
        }
    }

    /// Reads what has arrived.
    ///
    /// # Errors
    /// `InvalidData` when the headers that the client has stored keep too many buffers.
    pub(super) fn read(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let left = bytes.len();
            if self.before > 0 {
                take(&mut bytes, &mut self.before);
            } else if self.part > 0 {
                let part = take(&mut bytes, &mut self.part);
                let has_stored = self.block.read(part);
                if self.block.table_size == 0 {
                    self.kept.release();
                } else if has_stored {
                    let buffer = (self.since_stored + part.len()).min(BUFFER);
                    if !self.kept.add(buffer) {
                        let why = "the headers that the client stores keep too many buffers";
                        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
                    }
                    self.since_stored = 0;
                    continue;
                }
            } else if self.after > 0 {
                take(&mut bytes, &mut self.after);
            } else {
                self.read_head(&mut bytes);
            }
            self.since_stored = self.since_stored.saturating_add(left - bytes.len());
        }
        Ok(())
    }

    fn read_head(&mut self, bytes: &mut &[u8]) {
        self.head[self.head_size] = bytes[0];
        self.head_size += 1;
        *bytes = &bytes[1..];
        let [a, b, c, kind, flags, .., padding] = self.head;
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        let is_padded = kind == HEADERS && flags & PADDED != 0 && length > 0;
        if self.head_size < FRAME_HEAD + usize::from(is_padded) {
            return;
        }
        let length = length - usize::from(is_padded);
        let has_priority = kind == HEADERS && flags & PRIORITY != 0;
        self.before = match kind {
            HEADERS if has_priority => PRIORITY_SIZE.min(length),
            HEADERS | CONTINUATION => 0,
            _ => length,
        };
        self.after = usize::from(padding).min(length - self.before);
        self.part = length - self.before - self.after;
        if kind == HEADERS {
            self.block.begin();
        }
        self.head = [0; FRAME_HEAD + 1];
        self.head_size = 0;
    }
}

/// Takes up to `count` bytes, and subtracts as many from it.
fn take<'bytes>(bytes: &mut &'bytes [u8], count: &mut usize) -> &'bytes [u8] {
    let (taken, rest) = bytes.split_at(bytes.len().min(*count));
    *bytes = rest;
    *count -= taken.len();
    taken
}

/// Reads header blocks as far as is needed to find the headers that they store (RFC 7541, section 6).
struct HeaderBlock {
    table_size: usize,
    next: Next,
    /// Strings of the field that have yet to begin.
    strings: usize,
}

/// What the next byte of a header block is.
#[derive(Clone, Copy)]
enum Next {
    Field,
    StringLength,
    /// One of that many bytes of a string.
    String(usize),
    /// The rest of an integer, which adds its bits above those.
    Integer(Integer, usize, u32),
}

/// What an integer means.
#[derive(Clone, Copy)]
enum Integer {
    /// The place of a whole field in the tables.
    Field,
    /// The place of a field's name in the tables; zero where a string follows.
    Name,
    TableSize,
    StringLength,
}

impl HeaderBlock {
    fn new() -> Self {
        Self {
            table_size: INITIAL_SIZE,
            next: Next::Field,
            strings: 0,
        }
    }

    fn begin(&mut self) {
        self.next = Next::Field;
    }

    /// Reads a part of a block. Returns whether it stores a header.
    fn read(&mut self, mut bytes: &[u8]) -> bool {
        let mut has_stored = false;
        while let [byte, rest @ ..] = bytes {
            bytes = rest;
            match self.next {
                Next::Field => has_stored |= self.begin_field(*byte),
                Next::StringLength => self.begin_integer(Integer::StringLength, *byte, 7),
                Next::String(left) => {
                    let mut left = left - 1;
                    take(&mut bytes, &mut left);
                    self.skip_string(left);
                }
                Next::Integer(of, value, shift) => {
                    let bits = usize::from(byte & 0x7f);
                    let value = value.saturating_add(bits.checked_shl(shift).unwrap_or(usize::MAX));
                    self.next = Next::Integer(of, value, shift + 7);
                    if byte & 0x80 == 0 {
                        self.end_integer(of, value);
                    }
                }
            }
        }
        has_stored
    }

    /// Returns whether the field is to be stored.
    fn begin_field(&mut self, byte: u8) -> bool {
        let (of, bits) = match byte {
            0x80.. => (Integer::Field, 7),
            0x40.. => (Integer::Name, 6),
            0x20.. => (Integer::TableSize, 5),
            _ => (Integer::Name, 4),
        };
        self.begin_integer(of, byte, bits);
        bits == 6 && self.table_size > 0
    }

    /// Reads an integer, whose first byte has that many bits of it (RFC 7541, section 5.1).
    fn begin_integer(&mut self, of: Integer, byte: u8, bits: u32) {
        let all_ones = (1_usize << bits) - 1;
        let value = usize::from(byte) & all_ones;
        if value == all_ones {
            self.next = Next::Integer(of, value, 0);
        } else {
            self.end_integer(of, value);
        }
    }

    fn end_integer(&mut self, of: Integer, value: usize) {
        match of {
            Integer::Field => self.next = Next::Field,
            Integer::TableSize => {
                self.table_size = value;
                self.next = Next::Field;
            }
            Integer::Name => {
                self.strings = if value == 0 { 2 } else { 1 };
                self.next = Next::StringLength;
            }
            Integer::StringLength => {
                self.strings -= 1;
                self.skip_string(value);
            }
        }
    }

    fn skip_string(&mut self, left: usize) {
        self.next = match (left, self.strings) {
            (0, 0) => Next::Field,
            (0, _) => Next::StringLength,
            (left, _) => Next::String(left),
        };
    }
}

#[cfg(test)]
mod tests;
