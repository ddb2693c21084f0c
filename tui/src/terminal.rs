//! Sets up the terminal and restores it: at exit, on a panic, on a signal, and while the process is
//! suspended. A failed step of the restoration does not prevent the others.

mod host;
mod screen;
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

use self::signals::{Signal, Signals};
pub use self::{host::inputs, screen::Screen};

/// Whether the terminal is set up. Static, because the panic hook needs it.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// Whether both standard input and standard output are a terminal.
#[must_use]
pub fn is_available() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// Restores the terminal when dropped.
#[derive(Debug)]
pub struct Guard {
    mouse: bool,
}

impl Guard {
    /// Sets up the terminal: raw mode, alternate screen, bracketed paste, and the mouse on request.
    /// Call it on the thread that draws: a panic of that thread restores the terminal and is
    /// printed, a panic of another thread is only logged, because the screen is still in use.
    ///
    /// # Errors
    /// The terminal cannot be set up; it is restored.
    pub fn new(mouse: bool) -> io::Result<Self> {
        install_panic_hook();
        let guard = Self { mouse };
        guard.set_up()?;
        Ok(guard)
    }

    /// Sets up the terminal again after another program used it. The caller redraws the screen.
    ///
    /// # Errors
    /// The terminal cannot be set up.
    fn set_up(&self) -> io::Result<()> {
        // Before the first step, so that a failure restores the terminal.
        ACTIVE.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        let mut out = stdout();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste)?;
        if self.mouse {
            queue!(out, EnableMouseCapture)?;
        }
        out.flush()
    }

    /// Captures the mouse, or releases it for the terminal's own selection.
    ///
    /// # Errors
    /// Writing to the terminal failed.
    fn set_mouse(&mut self, captured: bool) -> io::Result<()> {
        self.mouse = captured;
        if captured {
            execute!(stdout(), EnableMouseCapture)
        } else {
            execute!(stdout(), DisableMouseCapture)
        }
    }

    /// Restores the terminal, suspends the process, and sets the terminal up again when the shell
    /// resumes the process. The caller redraws the screen. Does nothing without a shell, which
    /// alone could resume the process.
    ///
    /// # Errors
    /// The terminal cannot be set up again.
    async fn suspend(&self) -> io::Result<()> {
        if !signals::has_shell() {
            return Ok(());
        }
        restore();
        signals::stop().await?;
        self.set_up()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Restores the terminal, if it is set up.
fn restore() {
    if !ACTIVE.swap(false, Ordering::SeqCst) {
        return;
    }
    attempt(DisableMouseCapture);
    attempt(DisableBracketedPaste);
    attempt(LeaveAlternateScreen);
    attempt(cursor::Show);
    if let Err(error) = disable_raw_mode() {
        tracing::error!(%error, "raw mode cannot be disabled");
    }
}

fn attempt(step: impl Command) {
    if let Err(error) = execute!(stdout(), step) {
        tracing::error!(%error, "the terminal cannot be restored");
    }
}

fn install_panic_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let drawing_thread = thread::current().id();
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            tracing::error!(%panic, "panicked");
            if thread::current().id() == drawing_thread || !ACTIVE.load(Ordering::SeqCst) {
                restore();
                print(panic);
            }
        }));
    });
}
