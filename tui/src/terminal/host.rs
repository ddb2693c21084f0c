//! The interface of the event loop to the terminal: the [`Host`], and the stream of inputs.

use std::{
    io::{self, Write},
    sync::Arc,
    thread,
};

use crossterm::{clipboard::CopyToClipboard, event::Event, queue};
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{
    Guard, Tty,
    signals::{EndSignals, Signal, Signals},
};
use crate::runtime::{Frames, Host, Input};

impl Host for Guard {
    /// Uses OSC 52, which works over ssh; terminals without support ignore it.
    fn copy(&mut self, text: &str) {
        let mut out = self.0.tty.output();
        let copied = queue!(out, CopyToClipboard::to_clipboard_from(text));
        if let Err(error) = copied.and_then(|()| out.flush()) {
            tracing::warn!(%error, "the clipboard cannot be written");
        }
    }

    fn has_mouse(&self) -> bool {
        self.0.has_mouse()
    }

    fn mouse(&mut self, on: bool) {
        if let Err(error) = self.set_mouse(on) {
            tracing::warn!(%error, "the mouse mode cannot be changed");
        }
    }

    fn suspend(&mut self) -> impl Future<Output = io::Result<()>> {
        Self::suspend(self)
    }

    fn resume(&mut self) -> impl Future<Output = io::Result<()>> {
        Self::resume(self)
    }
}

/// Capacity of the channel with terminal events. When it is full, the thread that reads the terminal
/// waits, and the terminal buffers further input, so that no input is lost.
const EVENT_CAPACITY: usize = 64;

/// The signals, from their registration on.
#[derive(Debug)]
pub struct Inputs {
    tty: Arc<Tty>,
    signals: Signals,
    ends: mpsc::Receiver<Input>,
}

impl Inputs {
    /// Registers the signals. Call it before the terminal is set up, so that none ends the program
    /// without its restoration.
    ///
    /// # Errors
    /// The signal handlers cannot be registered.
    pub fn register(tty: &Arc<Tty>) -> io::Result<Self> {
        let (sender, ends) = mpsc::channel(1);
        tokio::spawn(end(EndSignals::new()?, Arc::clone(tty), sender));
        Ok(Self {
            tty: Arc::clone(tty),
            signals: Signals::new()?,
            ends,
        })
    }

    /// The stream of terminal events and signals. After the last event it yields [`Input::Quit`].
    ///
    /// A thread reads the terminal, and a task waits for the signals that end the program. Neither
    /// waits for the event loop to draw, which blocks while the terminal reads no output.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn read(self, frames: Frames) -> io::Result<impl Stream<Item = Input> + Unpin> {
        let Self { tty, signals, ends } = self;
        let (sender, events) = mpsc::channel(EVENT_CAPACITY);
        let (reader, counted) = (Arc::clone(&tty.reader), frames.clone());
        // Detached: it may wait for a key when the program ends.
        thread::Builder::new()
            .name("terminal".to_owned())
            .spawn(move || {
                if let Err(error) = reader.forward(&counted, &sender) {
                    tracing::error!(%error, "the terminal cannot be read");
                }
            })?;
        let events = ReceiverStream::new(events).chain(stream::once(async { Input::Quit }));
        let state = (signals, tty, frames);
        let signals = stream::unfold(state, async |(mut signals, tty, frames)| {
            let input = next(&mut signals, &tty, &frames).await;
            Some((input, (signals, tty, frames)))
        });
        let signals = stream::select(ReceiverStream::new(ends), signals);
        Ok(Box::pin(stream::select(events, signals)))
    }
}

/// Waits for a signal that ends the program. Ends writes that wait, then the event loop.
async fn end(mut signals: EndSignals, tty: Arc<Tty>, sender: mpsc::Sender<Input>) {
    signals.wait().await;
    tty.end();
    let _ = sender.send(Input::Quit).await;
}

/// The next signal that does not end the program, as an input.
async fn next(signals: &mut Signals, tty: &Tty, frames: &Frames) -> Input {
    loop {
        match signals.next().await {
            Signal::Suspend => return Input::Suspend,
            Signal::Resume => return Input::Resume,
            Signal::Resize => match tty.size() {
                Ok((width, height)) => {
                    return Input::Terminal(Event::Resize(width, height), frames.count());
                }
                Err(error) => tracing::warn!(%error, "the size of the terminal is unknown"),
            },
        }
    }
}
