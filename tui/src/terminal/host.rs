//! The interface of the event loop to the terminal: the [`Host`], and the stream of inputs.

use std::{
    io::{self, stdout},
    thread,
};

use crossterm::{clipboard::CopyToClipboard, event, execute};
use futures_util::{Stream, stream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;

use super::{Guard, Signal, Signals};
use crate::runtime::{Host, Input};

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

/// The stream of terminal events and signals. It ends when the terminal cannot be read.
///
/// A detached thread reads the terminal: after a hang-up crossterm reads the end of file for ever,
/// and SIGHUP must still be processed.
///
/// # Errors
/// The signal handlers cannot be registered, or the thread cannot be started.
pub fn inputs() -> io::Result<impl Stream<Item = Input> + Unpin> {
    let (sender, events) = mpsc::unbounded_channel();
    thread::Builder::new()
        .name("terminal".to_owned())
        .spawn(move || {
            loop {
                let input = event::read().map_or_else(
                    |error| {
                        tracing::error!(%error, "the terminal cannot be read");
                        Input::Quit
                    },
                    Input::Terminal,
                );
                let is_last = matches!(input, Input::Quit);
                if sender.send(input).is_err() || is_last {
                    return;
                }
            }
        })?;
    let signals = stream::unfold(Signals::new()?, async |mut signals| {
        let input = match signals.next().await {
            Signal::Quit => Input::Quit,
            Signal::Suspend => Input::Suspend,
            Signal::Resume => Input::Resume,
        };
        Some((input, signals))
    });
    let events = UnboundedReceiverStream::new(events);
    Ok(Box::pin(stream::select(events, signals)))
}
