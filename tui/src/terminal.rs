//! Sets up the terminal and restores it: at exit, on a panic, on a signal, and while the process is
//! suspended. A failed step of the restoration does not prevent the others, and each has a deadline.

mod host;
mod parser;
mod reader;
mod screen;
mod signals;
mod tty;

use std::{
    io::{self, IsTerminal, Write, stdin, stdout},
    panic,
    sync::{
        Arc, Once,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossterm::{
    cursor,
    event::{DisableBracketedPaste, EnableBracketedPaste},
    queue,
    style::Print,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen},
};

pub(crate) use self::screen::styled_row;
pub use self::{
    host::Inputs,
    screen::Screen,
    tty::{Output, Tty},
};

/// How long the restoration waits until the terminal reads the output and answers.
const RESTORE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long it waits for the answer of a terminal that has answered before: a connection that has stalled
/// commonly recovers within this time, and what arrives later is typed into the shell.
const LATE_ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a process that was resumed in the background waits before it stops again: `kill %1` in a
/// shell sends SIGTERM and SIGCONT.
const BACKGROUND_TIME: Duration = Duration::from_millis(100);

/// Asks for reports of buttons and the wheel (1000) in the form of SGR (1006), and of no motion.
const ENABLE_MOUSE: &str = "\x1b[?1000h\x1b[?1006h";
const DISABLE_MOUSE: &str = "\x1b[?1006l\x1b[?1000l";
/// Cancels a sequence that the terminal has received in part.
const CANCEL: &str = "\x18";

/// Whether both standard input and standard output are a terminal.
#[must_use]
pub fn is_available() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// Restores the terminal when dropped.
#[derive(Debug)]
pub struct Guard(Arc<Setup>);

/// The state of the terminal, which the panic hook shares.
#[derive(Debug)]
struct Setup {
    tty: Arc<Tty>,
    /// Whether the terminal is set up.
    is_active: AtomicBool,
    mouse: AtomicBool,
}

impl Guard {
    /// Sets up the terminal: raw mode, alternate screen, bracketed paste, and the mouse on request.
    /// Call it on the thread that draws: a panic of that thread restores the terminal and is
    /// printed, a panic of another thread is only logged, because the screen is still in use.
    ///
    /// # Errors
    /// The terminal cannot be set up; it is restored.
    pub fn new(tty: Arc<Tty>, mouse: bool) -> io::Result<Self> {
        let guard = Self(Arc::new(Setup {
            tty,
            is_active: AtomicBool::new(false),
            mouse: AtomicBool::new(mouse),
        }));
        install_panic_hook(Arc::clone(&guard.0));
        guard.0.apply()?;
        Ok(guard)
    }

    /// Captures the mouse, or releases it for the terminal's own selection.
    ///
    /// # Errors
    /// Writing to the terminal failed.
    fn set_mouse(&mut self, captured: bool) -> io::Result<()> {
        self.0.mouse.store(captured, Ordering::SeqCst);
        let mut out = self.0.tty.output();
        queue!(
            out,
            Print(if captured {
                ENABLE_MOUSE
            } else {
                DISABLE_MOUSE
            })
        )?;
        out.flush()
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
        self.0.restore();
        signals::stop().await?;
        self.resume().await
    }

    /// Sets up the terminal again after another program used it. The caller redraws the screen. Stops
    /// again in the background, unless a signal ends the program.
    ///
    /// # Errors
    /// The terminal cannot be set up.
    async fn resume(&self) -> io::Result<()> {
        while !self.0.tty.reader.is_foreground() {
            tokio::time::sleep(BACKGROUND_TIME).await;
            if self.0.tty.is_ending() {
                return Ok(());
            }
            signals::stop().await?;
        }
        self.0.apply()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.restore();
    }
}

impl Setup {
    /// Sets up the terminal.
    ///
    /// # Errors
    /// The terminal cannot be set up.
    fn apply(&self) -> io::Result<()> {
        // Before the first step, so that a failure restores the terminal.
        self.is_active.store(true, Ordering::SeqCst);
        self.tty.set_raw()?;
        let mut out = self.tty.output();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste)?;
        if self.has_mouse() {
            queue!(out, Print(ENABLE_MOUSE))?;
        }
        out.flush()
    }

    /// Restores the terminal if it is set up. After a stop that could not be prevented, the shell uses it: it
    /// has set the modes of the line itself, and receives what the terminal answers.
    fn restore(&self) {
        if !self.is_active.swap(false, Ordering::SeqCst) {
            return;
        }
        let steps: &[fn(&Self) -> io::Result<()>] = if self.tty.reader.is_foreground() {
            &[Self::leave, Self::discard_reports, Self::reset_modes]
        } else {
            &[Self::leave_unasked]
        };
        for step in steps {
            if let Err(error) = step(self) {
                tracing::error!(%error, "the terminal cannot be restored");
            }
        }
    }

    /// Leaves all modes of the terminal, and drops the mouse reports and answers that arrive before it has
    /// left them.
    fn leave(&self) -> io::Result<()> {
        if !self.has_mouse() && !self.tty.is_asked() {
            return self.leave_unasked();
        }
        let now = Instant::now();
        let (end, late) = (now + RESTORE_TIMEOUT, now + LATE_ANSWER_TIMEOUT);
        self.tty.send_last_and_discard(&leaving()?, end, late)
    }

    /// Leaves all modes of the terminal without a query.
    fn leave_unasked(&self) -> io::Result<()> {
        let end = Instant::now() + RESTORE_TIMEOUT;
        self.tty.send_last(&leaving()?, end)
    }

    /// Drops the mouse reports of a terminal that does not answer.
    fn discard_reports(&self) -> io::Result<()> {
        if self.has_mouse() {
            self.tty.discard_input()?;
        }
        Ok(())
    }

    fn reset_modes(&self) -> io::Result<()> {
        self.tty.reset_modes()
    }

    fn has_mouse(&self) -> bool {
        self.mouse.load(Ordering::SeqCst)
    }
}

/// What leaves all modes of the terminal.
fn leaving() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    queue!(
        bytes,
        Print(CANCEL),
        Print(DISABLE_MOUSE),
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    )?;
    Ok(bytes)
}

fn install_panic_hook(setup: Arc<Setup>) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let drawing_thread = thread::current().id();
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            tracing::error!(%panic, "panicked");
            let is_active = setup.is_active.load(Ordering::SeqCst);
            if thread::current().id() == drawing_thread || !is_active {
                setup.restore();
                print(panic);
            }
        }));
    });
}
