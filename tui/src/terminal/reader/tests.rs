//! Reading, with a socket in place of a terminal.

use std::{io::Write, os::unix::net::UnixStream, sync::Arc, thread};

use crossterm::event::{Event, KeyCode};
use tokio::sync::mpsc::Receiver;

use super::*;

const CAPACITY: usize = 4;

struct Terminal {
    keyboard: UnixStream,
    reader: Arc<Reader>,
    frames: Frames,
    inputs: Receiver<Input>,
}

impl Terminal {
    fn new() -> Self {
        let (keyboard, terminal) = UnixStream::pair().unwrap();
        terminal.set_nonblocking(true).unwrap();
        let reader = Arc::new(Reader::new(terminal.into()));
        let frames = Frames::default();
        let (sender, inputs) = mpsc::channel(CAPACITY);
        let (forwarder, counted) = (Arc::clone(&reader), frames.clone());
        thread::spawn(move || forwarder.forward(&counted, &sender));
        Self {
            keyboard,
            reader,
            frames,
            inputs,
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.keyboard.write_all(bytes).unwrap();
    }

    /// The next key, and the number of frames at its arrival.
    fn key(&mut self) -> (KeyCode, u64) {
        match self.inputs.blocking_recv() {
            Some(Input::Terminal(Event::Key(key), frames)) => (key.code, frames),
            other => panic!("{other:?} is no key"),
        }
    }
}

#[test]
fn a_full_channel_loses_no_input() {
    let mut terminal = Terminal::new();
    let typed = "abcdefghijklmnopqrstuvwxyz".repeat(10);
    terminal.send(typed.as_bytes());
    while terminal.inputs.len() < CAPACITY {
        thread::yield_now();
    }
    for letter in typed.chars() {
        assert_eq!(terminal.key(), (KeyCode::Char(letter), 0));
    }
}

#[test]
fn what_is_there_already_has_arrived_with_the_input_before_it() {
    let mut terminal = Terminal::new();
    // More than a read.
    let count = READ_MAX + 10;
    terminal.send(&vec![b'a'; count]);
    for _ in 0..count {
        assert_eq!(terminal.key(), (KeyCode::Char('a'), 0));
        terminal.frames.add();
    }
}

#[test]
fn an_input_that_was_waited_for_has_arrived_after_the_frame() {
    let mut terminal = Terminal::new();
    terminal.frames.add();
    terminal.send(b"a");
    assert_eq!(terminal.key(), (KeyCode::Char('a'), 1));
    terminal.frames.add();
    // The first ones may arrive before the reader has found that there is no further input.
    let mut sees_frame = || {
        terminal.send(b"b");
        terminal.key() == (KeyCode::Char('b'), 2)
    };
    assert!((0..1_000).any(|_| sees_frame()));
}

#[test]
fn a_sequence_arrives_with_its_first_byte() {
    let mut terminal = Terminal::new();
    terminal.send(b"\x1b[");
    while terminal.reader.lock().timeout().is_none() {
        thread::yield_now();
    }
    terminal.frames.add();
    terminal.send(b"A");
    assert_eq!(terminal.key(), (KeyCode::Up, 0));
}

#[test]
fn a_key_that_begins_like_a_sequence_is_a_key_when_nothing_follows() {
    let mut terminal = Terminal::new();
    for introducer in ['[', ']', '^', '_'] {
        terminal.send(format!("\x1b{introducer}").as_bytes());
        assert_eq!(terminal.key(), (KeyCode::Char(introducer), 0));
    }
    terminal.send(b"\x1b]ab");
    for expected in [']', 'a', 'b'] {
        assert_eq!(terminal.key(), (KeyCode::Char(expected), 0));
    }
}

#[test]
fn esc_is_a_key_when_nothing_follows() {
    let mut terminal = Terminal::new();
    terminal.send(b"\x1b");
    assert_eq!(terminal.key(), (KeyCode::Esc, 0));
}

#[test]
fn a_hang_up_ends_the_events() {
    let mut terminal = Terminal::new();
    terminal.send(b"a");
    drop(terminal.keyboard);
    let input = terminal.inputs.blocking_recv();
    assert!(matches!(input, Some(Input::Terminal(Event::Key(_), 0))));
    assert!(terminal.inputs.blocking_recv().is_none());
}
