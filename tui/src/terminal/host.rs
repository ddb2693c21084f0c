//! The terminal as the loop uses it: a host that suspends and resumes, and a stream of what comes
//! from it.

use std::io::{self, stdout};

use crossterm::{clipboard::CopyToClipboard, event::EventStream, execute};
use futures_util::{Stream, StreamExt, stream};

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
/// # Errors
/// When the system lets nobody listen to signals.
pub fn inputs() -> io::Result<impl Stream<Item = Input> + Unpin> {
    let events = EventStream::new().filter_map(async |event| match event {
        Ok(event) => Some(Input::Terminal(event)),
        Err(error) => {
            tracing::error!(%error, "the terminal cannot be read");
            Some(Input::Quit)
        }
    });
    let signals = stream::unfold(Signals::new()?, async |mut signals| {
        let input = match signals.next().await {
            Signal::Quit => Input::Quit,
            Signal::Suspend => Input::Suspend,
            Signal::Resume => Input::Resume,
        };
        Some((input, signals))
    });
    Ok(Box::pin(stream::select(events, signals)))
}
