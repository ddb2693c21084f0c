//! The terminal as a file: its modes, and output that cannot block the program for ever.

use std::{
    ffi::CString,
    io::{self, Write, stdout},
    mem,
    os::fd::OwnedFd,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rustix::{
    event::PollFlags,
    fs::{Mode, OFlags, open},
    io::{Errno, dup, write},
    termios::{
        OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcgetwinsize, tcsetattr,
        ttyname,
    },
};

use super::{
    parser::{Parser, Received},
    reader::Reader,
};
use crate::theme::color::Rgb;

/// How often a write that waits checks whether the program ends.
const END_INTERVAL: Duration = Duration::from_millis(100);

/// Asks for the attributes of the terminal (`DA1`). Terminals answer after they have processed the
/// output before it.
const QUERY_ATTRIBUTES: &[u8] = b"\x1b[c";
/// Asks for the colour of the background (`OSC 11`).
const QUERY_BACKGROUND: &[u8] = b"\x1b]11;?\x1b\\";
/// How long to wait for an answer before the first frame: a terminal on this machine answers within a
/// few milliseconds, and nobody notices this delay.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(50);

/// The terminal of the process.
#[derive(Debug)]
pub struct Tty {
    pub(super) reader: Arc<Reader>,
    /// The modes to restore, while raw mode is set.
    modes: Mutex<Option<Termios>>,
    /// How often the attributes of the terminal were asked for (`DA1`).
    queries: AtomicUsize,
    is_ending: AtomicBool,
}

impl Tty {
    /// Opens the terminal that standard output is.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn open() -> io::Result<Self> {
        // Standard output shares its description with the shell, which would inherit `NONBLOCK`.
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let open = |path: CString| open(path, flags, Mode::empty());
        let fd = ttyname(stdout(), Vec::new())
            .and_then(open)
            // The file may belong to another user, after `su`.
            .or_else(|_| open(c"/dev/tty".to_owned()))
            .or_else(|_| dup(stdout()))?;
        Ok(Self {
            reader: Arc::new(Reader::new(fd)),
            modes: Mutex::default(),
            queries: AtomicUsize::new(0),
            is_ending: AtomicBool::new(false),
        })
    }

    /// A writer to the terminal.
    #[must_use]
    pub fn output(self: &Arc<Self>) -> Output {
        Output {
            tty: Arc::clone(self),
            bytes: Vec::new(),
        }
    }

    fn fd(&self) -> &OwnedFd {
        &self.reader.fd
    }

    /// Makes each [`Output`] discard its bytes from now on, also one that waits for the terminal.
    pub(super) fn end(&self) {
        self.is_ending.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = tcgetwinsize(self.fd())?;
        Ok((size.ws_col, size.ws_row))
    }

    /// Sets raw mode, also after another program has changed the modes.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(super) fn set_raw(&self) -> io::Result<()> {
        let mut saved = self.modes.lock().unwrap_or_else(PoisonError::into_inner);
        let modes = tcgetattr(self.fd())?;
        let mut raw = modes.clone();
        raw.make_raw();
        tcsetattr(self.fd(), OptionalActions::Now, &raw)?;
        if saved.is_none() || modes.local_modes != raw.local_modes {
            *saved = Some(modes);
        }
        Ok(())
    }

    /// Sets the modes that the terminal had before [`Tty::set_raw`].
    ///
    /// # Errors
    /// The terminal is gone.
    pub(super) fn reset_modes(&self) -> io::Result<()> {
        let mut saved = self.modes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(modes) = saved.take() {
            tcsetattr(self.fd(), OptionalActions::Now, &modes)?;
        }
        Ok(())
    }

    /// Drops the input that has not been read.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(super) fn discard_input(&self) -> io::Result<()> {
        Ok(tcflush(self.fd(), QueueSelector::IFlush)?)
    }

    /// Writes before `end`; a terminal that has not read earlier output by then loses that output
    /// instead.
    ///
    /// # Errors
    /// The terminal is gone, or accepts nothing.
    pub(super) fn send_last(&self, bytes: &[u8], end: Instant) -> io::Result<()> {
        match self.send(bytes, || Instant::now() >= end) {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => self.replace_output(bytes),
            result => result,
        }
    }

    /// Whether the terminal owes an answer.
    pub(super) fn is_asked(&self) -> bool {
        self.reader.answers() < self.queries.load(Ordering::SeqCst)
    }

    /// Sends `bytes` and a query for the attributes (`DA1`), and discards the input up to the answers to this
    /// and earlier queries. A terminal that has answered before has until `late` to do so, unless a signal
    /// ends the program, any other until `end`. Without an answer, it removes the query from the output if
    /// the terminal has not read it yet, because the shell would receive the answer.
    ///
    /// # Errors
    /// The terminal is gone, or accepts nothing.
    pub(super) fn send_last_and_discard(
        &self,
        bytes: &[u8],
        end: Instant,
        late: Instant,
    ) -> io::Result<()> {
        // Before the query, so that the other thread does not read the answer.
        let mut parser = self.reader.lock();
        let query = [bytes, QUERY_ATTRIBUTES].concat();
        let is_patient = self.reader.answers() > 0;
        self.queries.fetch_add(1, Ordering::SeqCst);
        let answer = self.send(&query, || Instant::now() >= end).and_then(|()| {
            self.discard_until_answered(&mut parser, || {
                let now = Instant::now();
                now >= late || now >= end && (!is_patient || self.is_ending())
            })
        });
        match answer {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => self.replace_output(bytes),
            result => result,
        }
    }

    /// Asks for the background of the terminal, in raw mode and before anything else reads the terminal.
    /// Keys that are typed meanwhile are kept. `None` if the terminal does not say.
    ///
    /// The query for the attributes ends the wait: terminals answer it even if they do not know the
    /// other one. An answer that comes later is dropped by its form.
    pub fn query_background(&self) -> Option<Rgb> {
        let end = Instant::now() + ANSWER_TIMEOUT;
        let mut parser = self.reader.lock();
        let query = [QUERY_BACKGROUND, QUERY_ATTRIBUTES].concat();
        self.queries.fetch_add(1, Ordering::SeqCst);
        self.send(&query, || Instant::now() >= end).ok()?;
        let mut background = None;
        let mut typed = Vec::new();
        let mut has_ended = false;
        while !has_ended && !end.saturating_duration_since(Instant::now()).is_zero() {
            let left = end.saturating_duration_since(Instant::now());
            let received = self
                .reader
                .poll(PollFlags::IN, Some(left))
                .and_then(|_| self.reader.read(&mut parser));
            match received {
                Ok(received) => {
                    for part in received {
                        match part {
                            Received::Background(color) => background = Some(color),
                            Received::Attributes => has_ended = true,
                            Received::Event(_) => typed.push(part),
                        }
                    }
                }
                Err(error) => has_ended = error.kind() != io::ErrorKind::WouldBlock,
            }
        }
        parser.unread(typed);
        background
    }

    fn discard_until_answered(
        &self,
        parser: &mut Parser,
        stops: impl Fn() -> bool,
    ) -> io::Result<()> {
        while self.is_asked() {
            if stops() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.reader.poll(PollFlags::IN, Some(END_INTERVAL))?;
            match self.reader.read(parser) {
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes without waiting, in place of the output that the terminal has not read.
    fn replace_output(&self, bytes: &[u8]) -> io::Result<()> {
        // After a suspension, the shell has received what came later.
        self.queries.store(self.reader.answers(), Ordering::SeqCst);
        tcflush(self.fd(), QueueSelector::OFlush)?;
        self.send(bytes, || true)
    }

    /// Writes all bytes.
    ///
    /// # Errors
    /// `TimedOut` when the terminal accepts no further bytes and `stops` returns true.
    fn send(&self, mut bytes: &[u8], stops: impl Fn() -> bool) -> io::Result<()> {
        while !bytes.is_empty() {
            match write(self.fd(), bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if stops() => return Err(io::ErrorKind::TimedOut.into()),
                Err(Errno::AGAIN) => {
                    self.reader.poll(PollFlags::OUT, Some(END_INTERVAL))?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// A buffered writer to the terminal.
#[derive(Debug)]
pub struct Output {
    tty: Arc<Tty>,
    bytes: Vec<u8>,
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Waits until the terminal has accepted all bytes, or the program ends.
    fn flush(&mut self) -> io::Result<()> {
        let bytes = mem::take(&mut self.bytes);
        let tty = &self.tty;
        if tty.is_ending() {
            return Ok(());
        }
        match tty.send(&bytes, || tty.is_ending()) {
            Err(error) if tty.is_ending() && error.kind() == io::ErrorKind::TimedOut => Ok(()),
            result => result,
        }
    }
}
