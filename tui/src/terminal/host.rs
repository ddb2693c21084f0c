//! The interface of the event loop to the terminal: the [`Host`], and the stream of inputs.

use std::{
    io::{self, stdout},
    thread,
    time::Duration,
};

use crossterm::{
    clipboard::CopyToClipboard,
    event::{self, Event},
    execute,
};
use futures_util::{Stream, stream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{Guard, Signal, Signals};
use crate::runtime::{Frames, Host, Input};

impl Host for Guard {
    /// Uses OSC 52, which works over ssh; terminals without support ignore it.
    fn copy(&mut self, text: &str) {
        if let Err(error) = execute!(stdout(), CopyToClipboard::to_clipboard_from(text)) {
            tracing::warn!(%error, "the clipboard cannot be written");
        }
    }

    fn has_mouse(&self) -> bool {
        self.mouse
    }

    fn mouse(&mut self, on: bool) {
        if let Err(error) = self.set_mouse(on) {
            tracing::warn!(%error, "the mouse mode cannot be changed");
        }
    }

    fn suspend(&mut self) -> impl Future<Output = io::Result<()>> {
        Self::suspend(self)
    }

    fn resume(&mut self) -> io::Result<()> {
        self.set_up()
    }
}

/// Capacity of the channel with terminal events. When it is full, the thread that reads the
/// terminal waits, and the terminal buffers further input, so that no input is lost.
const EVENT_CAPACITY: usize = 64;

/// The stream of terminal events and signals. It ends when the terminal cannot be read.
///
/// A detached thread reads the terminal: after a hang-up, crossterm reads the end of file in an
/// endless loop, and SIGHUP must still be processed.
///
/// # Errors
/// The signal handlers cannot be registered, or the thread cannot be started.
pub fn inputs(frames: Frames) -> io::Result<impl Stream<Item = Input> + Unpin> {
    let (sender, events) = mpsc::channel(EVENT_CAPACITY);
    thread::Builder::new()
        .name("terminal".to_owned())
        .spawn(move || {
            let is_ready = || event::poll(Duration::ZERO).unwrap_or(false);
            forward(is_ready, event::read, &frames, &sender);
        })?;
    let signals = stream::unfold(Signals::new()?, async |mut signals| {
        let input = match signals.next().await {
            Signal::Quit => Input::Quit,
            Signal::Suspend => Input::Suspend,
            Signal::Resume => Input::Resume,
        };
        Some((input, signals))
    });
    let events = ReceiverStream::new(events);
    Ok(Box::pin(stream::select(events, signals)))
}

/// Forwards terminal events until reading fails, which becomes [`Input::Quit`], or the receiver is
/// dropped. An event that is there already when the one before it was read has arrived with it: a
/// frame that was drawn between them says nothing about what the user saw.
fn forward(
    is_ready: impl Fn() -> bool,
    read: impl Fn() -> io::Result<Event>,
    frames: &Frames,
    sender: &mpsc::Sender<Input>,
) {
    let mut seen = frames.count();
    loop {
        let arrived_before = is_ready();
        let event = read();
        if !arrived_before {
            seen = frames.count();
        }
        let input = event.map_or_else(
            |error| {
                tracing::error!(%error, "the terminal cannot be read");
                Input::Quit
            },
            |event| Input::Terminal(event, seen),
        );
        let is_last = matches!(input, Input::Quit);
        if sender.blocking_send(input).is_err() || is_last {
            return;
        }
    }
}

#[cfg(test)]
#[allow(clippy::panic, clippy::unwrap_used)]
mod tests {
    use std::{cell::Cell, sync::mpsc as queue};

    use super::*;

    #[test]
    fn a_full_channel_loses_no_input() {
        let count = 3 * u16::try_from(EVENT_CAPACITY).unwrap();
        let (terminal, typed) = queue::channel();
        for width in 0..count {
            terminal.send(Event::Resize(width, 24)).unwrap();
        }
        drop(terminal);
        let (sender, mut inputs) = mpsc::channel(EVENT_CAPACITY);
        let read = move || typed.recv().map_err(io::Error::other);
        let reader = thread::spawn(move || forward(|| true, read, &Frames::default(), &sender));
        while inputs.len() < EVENT_CAPACITY {
            thread::sleep(Duration::from_millis(1));
        }
        for expected in 0..count {
            let Some(Input::Terminal(event, _)) = inputs.blocking_recv() else {
                panic!("no event {expected}");
            };
            assert_eq!(event, Event::Resize(expected, 24));
        }
        assert!(matches!(inputs.blocking_recv(), Some(Input::Quit)));
        assert!(inputs.blocking_recv().is_none());
        reader.join().unwrap();
    }

    #[test]
    fn what_is_there_already_has_arrived_with_the_event_before_it() {
        let (sender, mut inputs) = mpsc::channel(EVENT_CAPACITY);
        let frames = Frames::default();
        let (terminal, typed) = queue::channel();
        let waits = [false, true, false, true];
        for width in 0..4 {
            terminal.send(Event::Resize(width, 24)).unwrap();
        }
        drop(terminal);
        let step = Cell::new(0);
        let is_ready = || waits.get(step.get()).copied().unwrap_or(true);
        let read = || {
            step.set(step.get() + 1);
            // A frame is drawn before each event.
            frames.add();
            typed.recv().map_err(io::Error::other)
        };
        forward(is_ready, read, &frames, &sender);
        let mut seen = Vec::new();
        while let Some(Input::Terminal(_, frames)) = inputs.blocking_recv() {
            seen.push(frames);
        }
        assert_eq!(seen, [1, 1, 3, 3]);
    }
}
