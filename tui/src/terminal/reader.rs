//! Reads the terminal.

use std::{
    io,
    os::fd::OwnedFd,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    process::getpgrp,
    termios::tcgetpgrp,
};
use tokio::sync::mpsc;

use super::parser::{Parser, Received};
use crate::runtime::{Frames, Input};

/// Bytes that are read at once.
const READ_MAX: usize = 4_096;
/// How often a process in the background checks whether it is in the foreground and may read.
const BACKGROUND_INTERVAL: Duration = Duration::from_millis(100);

/// The terminal with the state of its input.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) fd: OwnedFd,
    /// Locked while bytes are read and parsed, so that they are parsed in their order.
    parser: Mutex<Parser>,
    /// How often the terminal has told its attributes (`DA1`).
    answers: AtomicUsize,
}

impl Reader {
    pub(super) fn new(fd: OwnedFd) -> Self {
        Self {
            fd,
            parser: Mutex::default(),
            answers: AtomicUsize::new(0),
        }
    }

    /// Waits for other threads that read, and keeps them from reading while the guard exists.
    pub(super) fn lock(&self) -> MutexGuard<'_, Parser> {
        self.parser.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads and parses the bytes that have arrived, without waiting for any.
    ///
    /// # Errors
    /// `WouldBlock` without input; `UnexpectedEof` or an error of the system after a hang-up.
    pub(super) fn read(&self, parser: &mut Parser) -> io::Result<Vec<Received>> {
        let state = self.poll(PollFlags::IN, Some(Duration::ZERO))?;
        // A read of an inherited description waits.
        if state.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut bytes = [0; READ_MAX];
        match rustix::io::read(&self.fd, &mut bytes)? {
            0 if state.contains(PollFlags::HUP) => Err(io::ErrorKind::UnexpectedEof.into()),
            // Ctrl-D while the terminal is not in raw mode.
            0 => Err(io::ErrorKind::WouldBlock.into()),
            count => {
                let received = parser.feed(&bytes[..count]);
                let is_answer = |it: &&Received| **it == Received::Attributes;
                let answers = received.iter().filter(is_answer).count();
                self.answers.fetch_add(answers, Ordering::SeqCst);
                Ok(received)
            }
        }
    }

    /// How often the terminal has told its attributes (`DA1`).
    pub(super) fn answers(&self) -> usize {
        self.answers.load(Ordering::SeqCst)
    }

    /// Whether the shell lets the process use the terminal. The system would stop a process in the
    /// background that reads it or changes its modes.
    pub(super) fn is_foreground(&self) -> bool {
        // A terminal without job control has no foreground.
        tcgetpgrp(&self.fd).map_or(true, |group| group == getpgrp())
    }

    /// Waits until the terminal can be read or written, or has hung up. The result is empty after
    /// `time`, and after a signal.
    pub(super) fn poll(&self, flags: PollFlags, time: Option<Duration>) -> io::Result<PollFlags> {
        let time = time.map(Timespec::try_from).transpose();
        let time = time.map_err(io::Error::other)?;
        let mut fds = [PollFd::new(&self.fd, flags)];
        match poll(&mut fds, time.as_ref()) {
            Ok(_) => Ok(fds[0].revents()),
            Err(Errno::INTR) => Ok(PollFlags::empty()),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends the events of the terminal to the event loop, until the receiver is dropped.
    ///
    /// # Errors
    /// The terminal cannot be read, as after a hang-up.
    pub(super) fn forward(&self, frames: &Frames, sender: &mpsc::Sender<Input>) -> io::Result<()> {
        let mut seen = 0;
        // Bytes that can be read immediately after other bytes arrived together with them. A frame that
        // was drawn between the two reads was not seen by the user before the later bytes were sent.
        let mut arrived_before = false;
        let unread = self.lock().feed(&[]);
        if !send_events(unread, seen, sender) {
            return Ok(());
        }
        loop {
            let (timeout, is_incomplete) = {
                let parser = self.lock();
                (parser.timeout(), parser.is_incomplete())
            };
            let time = if arrived_before {
                Some(Duration::ZERO)
            } else {
                timeout
            };
            let state = self.poll(PollFlags::IN, time)?;
            let is_ready = !state.is_empty();
            if is_ready && !state.contains(PollFlags::HUP) && !self.is_foreground() {
                thread::sleep(BACKGROUND_INTERVAL);
                continue;
            }
            if !arrived_before && !is_incomplete {
                seen = frames.count();
            }
            let received = if is_ready {
                self.read(&mut self.lock())
            } else if arrived_before || timeout.is_none() {
                Ok(Vec::new())
            } else {
                Ok(self.lock().expire())
            };
            arrived_before = is_ready;
            let received = match received {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                received => received?,
            };
            if !send_events(received, seen, sender) {
                return Ok(());
            }
        }
    }
}

/// Sends events that arrived after this number of frames. Returns whether the receiver exists.
fn send_events(received: Vec<Received>, seen: u64, sender: &mpsc::Sender<Input>) -> bool {
    received.into_iter().all(|received| match received {
        Received::Event(event) => sender.blocking_send(Input::Terminal(event, seen)).is_ok(),
        Received::Attributes | Received::Background(_) => true,
    })
}

#[cfg(test)]
#[allow(clippy::panic, clippy::unwrap_used)]
mod tests;
