//! The terminal as the loop uses it: a host that suspends and resumes, and a stream of what comes
//! from it.

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
    /// Through the terminal (OSC 52), so that it works over ssh too; one that does not know how
    /// ignores it.
    fn copy(&mut self, text: &str) {
        if let Err(error) = execute!(stdout(), CopyToClipboard::to_clipboard_from(text)) {
            tracing::warn!(%error, "the clipboard cannot be reached");
        }
    }

    fn has_mouse(&self) -> bool {
        self.mouse
    }

    fn mouse(&mut self, on: bool) {
        if let Err(error) = self.set_mouse(on) {
            tracing::warn!(%error, "the mouse stays as it was");
        }
    }

    fn suspend(&mut self) -> impl Future<Output = io::Result<()>> {
        Self::suspend(self)
    }

    fn resume(&mut self) -> io::Result<()> {
        self.take_again()
    }
}

/// What comes from outside: keys and the like, and signals. It ends when the terminal is gone.
///
/// The terminal is read in a thread of its own, which the end does not wait for: when the terminal
/// hangs up, crossterm reads its end of file again and again and comes back no more, and the signal
/// that tells of it must be heard all the same.
///
/// # Errors
/// When the system lets nobody listen to signals, or there is no thread to be had.
pub fn inputs() -> io::Result<impl Stream<Item = Input> + Unpin> {
    let (read, events) = mpsc::unbounded_channel();
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
                let over = matches!(input, Input::Quit);
                if read.send(input).is_err() || over {
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
