//! Limits the memory of the headers that clients store on the server.
//!
//! HTTP/2 lets a client store headers in a table of the server (HPACK, RFC 7541). Its 4,096 bytes hold up
//! to 124 headers, and for each of them h2 keeps the whole 16 KiB buffer in which it arrived: 2 MiB per
//! connection. The server therefore announces a table of size zero. h2 0.4 does not enforce this, and a
//! client may store headers until it receives the announcement. So each connection parses the frames that
//! it receives, and ends when the kept buffers take too much memory.

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
/// Bytes of buffers that each connection may keep. Most clients store headers only with their first call.
const RETAINED_FREE: usize = 16 * 1024;
/// Bytes that a connection may keep while the pool has room: the headers and messages of a hundred calls
/// that a client sends at once are smaller.
const RETAINED_MAX: usize = 256 * 1024;
/// Bytes that all connections together may keep above [`RETAINED_FREE`].
const POOL: usize = 16 * 1024 * 1024;
/// The size of the table before the client changes it (RFC 9113, section 6.5.2).
const INITIAL_SIZE: usize = 4_096;
/// Size of the head of a frame (RFC 9113, section 4.1).
const FRAME_HEAD: usize = 9;

// Types and flags of frames (RFC 9113, section 6).
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;
/// Size of the priority in front of a header block.
const PRIORITY_SIZE: usize = 5;

/// Counts the bytes that the connections keep above [`RETAINED_FREE`]. All clones share the count.
#[derive(Clone, Default)]
pub(super) struct HeaderPool(Arc<AtomicUsize>);

/// Counts the bytes that a connection keeps in buffers; released when dropped.
struct RetainedBytes {
    bytes: usize,
    pool: HeaderPool,
}

impl RetainedBytes {
    /// Adds a buffer. Returns whether there is room.
    fn add(&mut self, bytes: usize) -> bool {
        let before = self.pooled();
        self.bytes += bytes;
        let added = self.pooled() - before;
        let pooled = self.pool.0.fetch_add(added, Ordering::Relaxed) + added;
        self.bytes <= RETAINED_MAX && (added == 0 || pooled <= POOL)
    }

    fn pooled(&self) -> usize {
        self.bytes.saturating_sub(RETAINED_FREE)
    }

    fn release(&mut self) {
        self.pool.0.fetch_sub(self.pooled(), Ordering::Relaxed);
        self.bytes = 0;
    }
}

impl Drop for RetainedBytes {
    fn drop(&mut self) {
        self.release();
    }
}

/// Parses received frames in parallel to h2, which itself refuses invalid frames and header blocks.
pub(super) struct HeaderTableCheck {
    retained: RetainedBytes,
    /// Bytes received since a header was stored.
    since_stored: usize,
    /// The head of the next frame as far as it has arrived, and the length of its padding.
    head: [u8; FRAME_HEAD + 1],
    head_size: usize,
    /// Bytes of the frame that have not arrived: before its part of the header block, in that part, and
    /// after it.
    before: usize,
    part: usize,
    after: usize,
    block: HeaderBlock,
    /// Whether a header block has begun and not ended.
    is_block_open: bool,
    /// Bytes received of the frame or header block that is incomplete.
    incomplete: usize,
}

impl HeaderTableCheck {
    pub(super) fn new(pool: HeaderPool) -> Self {
        Self {
            retained: RetainedBytes { bytes: 0, pool },
            since_stored: 0,
            head: [0; FRAME_HEAD + 1],
            head_size: 0,
            before: PREFACE.len(),
            part: 0,
            after: 0,
            block: HeaderBlock::new(),
            is_block_open: false,
            incomplete: 0,
        }
    }

    /// Bytes that h2 holds because a frame or a header block is incomplete, with the rest of the frame, for
    /// which it has room.
    pub(super) fn incomplete(&self) -> usize {
        match self.incomplete {
            0 => 0,
            received => received + self.before + self.part + self.after,
        }
    }

    /// Counts received bytes of a frame or header block.
    fn count_incomplete(&mut self, bytes: usize) {
        let is_frame_open = self.head_size + self.before + self.part + self.after > 0;
        self.incomplete = if is_frame_open || self.is_block_open {
            self.incomplete.saturating_add(bytes)
        } else {
            0
        };
    }

    /// Parses received bytes.
    ///
    /// # Errors
    /// `InvalidData` when the headers that the client has stored keep too many buffers.
    pub(super) fn read(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let left = bytes.len();
            if self.before > 0 {
                split_prefix(&mut bytes, &mut self.before);
            } else if self.part > 0 {
                let part = split_prefix(&mut bytes, &mut self.part);
                let has_stored = self.block.read(part);
                if self.block.table_size == 0 {
                    self.retained.release();
                } else if has_stored {
                    let buffer = (self.since_stored + part.len()).min(BUFFER);
                    if !self.retained.add(buffer) {
                        let why = "the headers that the client stores keep too many buffers";
                        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
                    }
                    self.since_stored = 0;
                    self.count_incomplete(left - bytes.len());
                    continue;
                }
            } else if self.after > 0 {
                split_prefix(&mut bytes, &mut self.after);
            } else {
                self.read_head(&mut bytes);
            }
            self.since_stored = self.since_stored.saturating_add(left - bytes.len());
            self.count_incomplete(left - bytes.len());
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
        if matches!(kind, HEADERS | CONTINUATION) {
            self.is_block_open = flags & END_HEADERS == 0;
        }
        if kind == HEADERS {
            self.block.begin();
        }
        self.head = [0; FRAME_HEAD + 1];
        self.head_size = 0;
    }
}

/// Takes up to `count` bytes, and subtracts as many from it.
fn split_prefix<'bytes>(bytes: &mut &'bytes [u8], count: &mut usize) -> &'bytes [u8] {
    let (taken, rest) = bytes.split_at(bytes.len().min(*count));
    *bytes = rest;
    *count -= taken.len();
    taken
}

/// Parses header blocks as far as is needed to detect stored headers (RFC 7541, section 6).
struct HeaderBlock {
    table_size: usize,
    next: Next,
    /// Strings of the field that have not begun.
    strings: usize,
}

/// The meaning of the next byte of a header block.
#[derive(Clone, Copy)]
enum Next {
    Field,
    StringLength,
    /// A byte of a string, of which this many bytes remain.
    String(usize),
    /// The next byte of an integer: its meaning, its value so far, and the position of the next bits.
    Integer(Integer, usize, u32),
}

/// The meaning of an integer.
#[derive(Clone, Copy)]
enum Integer {
    /// The index of a whole field in the tables.
    Field,
    /// The index of a field's name in the tables; zero if the name follows as a string.
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

    /// Parses a part of a block. Returns whether it stores a header.
    fn read(&mut self, mut bytes: &[u8]) -> bool {
        let mut has_stored = false;
        while let [byte, rest @ ..] = bytes {
            bytes = rest;
            match self.next {
                Next::Field => has_stored |= self.begin_field(*byte),
                Next::StringLength => self.begin_integer(Integer::StringLength, *byte, 7),
                Next::String(left) => {
                    let mut left = left - 1;
                    split_prefix(&mut bytes, &mut left);
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

    /// Begins a field. Returns whether it is to be stored.
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

    /// Begins an integer with the low `bits` bits of its first byte (RFC 7541, section 5.1).
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
