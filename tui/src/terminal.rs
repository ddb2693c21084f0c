//! The terminal is borrowed, and always given back: at the end, on a panic, on a signal, and for
//! as long as the client is stopped. Every step of giving it back is tried even when one fails.

mod host;
mod signals;

use std::{
    io::{self, IsTerminal, Write, stdin, stdout},
    panic,
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crossterm::{
    Command, cursor,
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture},
    execute, queue,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};

pub use self::{
    host::inputs,
    signals::{Signal, Signals},
};

/// Whether the terminal is ours now. There is one terminal, and a panic must find it too.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether there is a terminal to take: both what is typed and what is drawn.
#[must_use]
pub fn is_there() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// Holds the terminal; dropped, it gives it back.
#[derive(Debug)]
pub struct Guard {
    mouse: bool,
}

impl Guard {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, and the mouse if asked.
    /// Call it on the thread that draws: a panic there gives the terminal back and is printed; one
    /// elsewhere is only logged, since the screen is still in use.
    ///
    /// # Errors
    /// When the terminal cannot be set up; what was done is undone.
    pub fn take(mouse: bool) -> io::Result<Self> {
        install_panic_hook();
        let guard = Self { mouse };
        guard.take_again()?;
        Ok(guard)
    }

    /// Takes the terminal again after somebody else had it. Clear and draw the screen anew.
    ///
    /// # Errors
    /// When the terminal cannot be set up.
    pub fn take_again(&self) -> io::Result<()> {
        // Before the first step, so that whatever was done is undone.
        TAKEN.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        let mut out = stdout();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste)?;
        if self.mouse {
            queue!(out, EnableMouseCapture)?;
        }
        out.flush()
    }

    /// Catches the mouse, or leaves it to the terminal and its own selection.
    ///
    /// # Errors
    /// When the terminal cannot be told.
    pub fn set_mouse(&mut self, caught: bool) -> io::Result<()> {
        self.mouse = caught;
        if caught {
            execute!(stdout(), EnableMouseCapture)
        } else {
            execute!(stdout(), DisableMouseCapture)
        }
    }

    /// Gives the terminal to the shell, stops, and takes it again when the shell says so. Clear and
    /// draw the screen anew afterwards. Without a shell that could ever say so, does nothing.
    ///
    /// # Errors
    /// When the terminal cannot be set up again.
    pub async fn suspend(&self) -> io::Result<()> {
        if !signals::has_shell() {
            return Ok(());
        }
        give_back();
        signals::stop().await?;
        self.take_again()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back, once; nothing when it is not ours.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    attempt(DisableMouseCapture);
    attempt(DisableBracketedPaste);
    attempt(LeaveAlternateScreen);
    attempt(cursor::Show);
    if let Err(error) = disable_raw_mode() {
        tracing::error!(%error, "raw mode stays on");
    }
}

fn attempt(step: impl Command) {
    if let Err(error) = execute!(stdout(), step) {
        tracing::error!(%error, "the terminal is not as it was");
    }
}

fn install_panic_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let drawing = thread::current().id();
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            tracing::error!(%panic, "panicked");
            if thread::current().id() == drawing || !TAKEN.load(Ordering::SeqCst) {
                give_back();
                print(panic);
            }
        }));
    });
}
