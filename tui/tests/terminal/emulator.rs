//! The terminal program of a test: displays the output of the program, and answers its queries.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Condvar, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// The query of what the terminal is (`DA1`), which all terminals answer.
const ATTRIBUTES: &[u8] = b"\x1b[c";
/// The answer of a VT220 with colours.
const ANSWER: &[u8] = b"\x1b[?62;22c";

/// A terminal program.
pub(crate) struct Emulator {
    shared: Arc<Shared>,
    reader: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    /// `State::is_stalled` is no longer set.
    resumed: Condvar,
    /// A part of the output was displayed.
    displayed: Condvar,
    keyboard: Mutex<Option<Box<dyn Write + Send>>>,
}

struct State {
    parser: vt100::Parser,
    /// Everything that was displayed.
    output: Vec<u8>,
    /// When the last part of it was read.
    read_at: Instant,
    /// What the terminal sends after it has displayed a sequence of bytes.
    answers: Vec<(&'static [u8], &'static [u8])>,
    /// The answers that are on their way, while they are held back.
    held: Option<Vec<u8>>,
    is_stalled: bool,
    is_closed: bool,
}

impl Emulator {
    /// Displays the output, and sends keys to the keyboard.
    pub(crate) fn start(
        (cols, rows): (u16, u16),
        output: Box<dyn Read + Send>,
        keyboard: Box<dyn Write + Send>,
    ) -> Self {
        let number = |number| NonZeroU16::new(number).unwrap();
        let state = State {
            parser: vt100::Parser::new(number(rows), number(cols), 0),
            output: Vec::new(),
            read_at: Instant::now(),
            answers: vec![(ATTRIBUTES, ANSWER)],
            held: None,
            is_stalled: false,
            is_closed: false,
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            resumed: Condvar::new(),
            displayed: Condvar::new(),
            keyboard: Mutex::new(Some(keyboard)),
        });
        let reader = Arc::clone(&shared);
        Self {
            shared,
            reader: Some(thread::spawn(move || reader.read(output))),
        }
    }

    /// A property of the screen.
    pub(crate) fn screen<T>(&self, property: impl FnOnce(&vt100::Screen) -> T) -> T {
        property(self.shared.state.lock().unwrap().parser.screen())
    }

    /// Waits until the screen satisfies the condition, and returns when the last part of its output was
    /// read. `None` after the timeout.
    pub(crate) fn wait_for(
        &self,
        timeout: Duration,
        holds: impl Fn(&vt100::Screen) -> bool,
    ) -> Option<Instant> {
        let state = self.shared.state.lock().unwrap();
        let waits = |state: &mut State| !holds(state.parser.screen());
        let (state, waited) = self
            .shared
            .displayed
            .wait_timeout_while(state, timeout, waits)
            .unwrap();
        (!waited.timed_out()).then_some(state.read_at)
    }

    /// The text on the screen.
    pub(crate) fn text(&self) -> String {
        self.screen(vt100::Screen::contents)
    }

    /// Whether these bytes were displayed.
    pub(crate) fn has_displayed(&self, bytes: &[u8]) -> bool {
        self.times_displayed(bytes) > 0
    }

    /// How often these bytes were displayed.
    pub(crate) fn times_displayed(&self, bytes: &[u8]) -> usize {
        let state = self.shared.state.lock().unwrap();
        let parts = state.output.windows(bytes.len());
        parts.filter(|it| *it == bytes).count()
    }

    /// Sends these bytes after the display of those.
    pub(crate) fn answer(&self, displayed: &'static [u8], bytes: &'static [u8]) {
        let mut state = self.shared.state.lock().unwrap();
        state.answers.push((displayed, bytes));
    }

    /// Sends keys.
    pub(crate) fn send(&self, keys: &[u8]) {
        self.shared.send(keys);
    }

    /// Holds back what the terminal answers, as a slow connection does.
    pub(crate) fn hold_answers(&self) {
        self.shared.state.lock().unwrap().held = Some(Vec::new());
    }

    /// Sends the answers that were held back.
    pub(crate) fn release_answers(&self) {
        let held = self.shared.state.lock().unwrap().held.take();
        self.send(&held.unwrap());
    }

    /// Stops reading the output, as a connection does that is cut without notice, or resumes it.
    pub(crate) fn stall(&self, is_stalled: bool) {
        self.shared.state.lock().unwrap().is_stalled = is_stalled;
        self.shared.resumed.notify_all();
    }

    /// Closes both ends that the terminal program has open.
    pub(crate) fn close(&mut self) {
        self.shared.state.lock().unwrap().is_closed = true;
        // The program displays the key, which wakes the thread.
        self.send(b"x");
        self.reader.take().unwrap().join().unwrap();
        *self.shared.keyboard.lock().unwrap() = None;
    }
}

impl Shared {
    fn read(&self, mut output: Box<dyn Read + Send>) {
        let mut bytes = [0; 4_096];
        while let Ok(count @ 1..) = output.read(&mut bytes) {
            let read_at = Instant::now();
            let state = self.state.lock().unwrap();
            let mut state = self
                .resumed
                .wait_while(state, |state| state.is_stalled)
                .unwrap();
            if state.is_closed {
                return;
            }
            state.read_at = read_at;
            let answers = state.display(&bytes[..count]);
            drop(state);
            self.displayed.notify_all();
            self.send(&answers);
        }
    }

    fn send(&self, bytes: &[u8]) {
        if let Some(keyboard) = self.keyboard.lock().unwrap().as_mut() {
            // The program may have ended.
            let _ = keyboard.write_all(bytes).and_then(|()| keyboard.flush());
        }
    }
}

impl State {
    /// Displays a part of the output, and returns the answers to it.
    fn display(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.parser.process(bytes);
        let mut answers = Vec::new();
        for byte in bytes {
            self.output.push(*byte);
            for (displayed, answer) in &self.answers {
                if self.output.ends_with(displayed) {
                    answers.extend_from_slice(answer);
                }
            }
        }
        if let Some(held) = &mut self.held {
            held.append(&mut answers);
        }
        answers
    }
}
