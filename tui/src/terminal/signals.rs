//! Signals that affect the terminal, as asynchronous sources.

use std::io;

use rustix::process::{self, Signal as Number};
use tokio::signal::unix::{Signal as Listener, SignalKind, signal};

/// A signal that does not end the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// SIGTSTP: call [`Guard::suspend`](super::Guard::suspend). In raw mode Ctrl-Z is a key event
    /// and sends no signal.
    Suspend,
    /// SIGCONT: call [`Guard::resume`](super::Guard::resume) and redraw.
    Resume,
    /// SIGWINCH: the size of the terminal has changed.
    Resize,
}

/// The signals that do not end the program.
#[derive(Debug)]
pub(super) struct Signals {
    suspend: Listener,
    resume: Listener,
    resize: Listener,
}

impl Signals {
    /// Registers their handlers.
    ///
    /// # Errors
    /// The handlers cannot be registered.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            suspend: listener(Number::TSTP)?,
            resume: listener(Number::CONT)?,
            resize: listener(Number::WINCH)?,
        })
    }

    /// The next signal. Cancel safe.
    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.suspend.recv() => Signal::Suspend,
            _ = self.resume.recv() => Signal::Resume,
            _ = self.resize.recv() => Signal::Resize,
        }
    }
}

/// The signals that end the program: SIGTERM, SIGINT, SIGHUP and SIGQUIT. Once they are registered, none
/// of them ends the process by itself.
#[derive(Debug)]
pub(super) struct EndSignals([Listener; 4]);

impl EndSignals {
    /// Registers their handlers.
    ///
    /// # Errors
    /// The handlers cannot be registered.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self([
            listener(Number::TERM)?,
            listener(Number::INT)?,
            listener(Number::HUP)?,
            listener(Number::QUIT)?,
        ]))
    }

    /// Waits for one of them.
    pub(super) async fn wait(&mut self) {
        let Self([terminate, interrupt, hang_up, quit]) = self;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
            _ = quit.recv() => {}
        }
    }
}

/// Whether a shell runs the process as a job. The first process of a terminal (`ssh -t host
/// epic`, a container's) could not be resumed.
pub(super) fn has_shell() -> bool {
    process::getsid(None).is_ok_and(|session| session != process::getpgrp())
}

/// Suspends the whole process group until SIGCONT, as Ctrl-Z does. The shell notices the
/// suspension even if its child is another process of the group, such as `cargo run`.
///
/// # Errors
/// The handler of SIGCONT cannot be registered, or the signal cannot be sent.
pub(super) async fn stop() -> io::Result<()> {
    // Signals are asynchronous: only SIGCONT shows that the process was resumed.
    let mut continued = listener(Number::CONT)?;
    process::kill_current_process_group(Number::STOP)?;
    continued.recv().await;
    Ok(())
}

fn listener(number: Number) -> io::Result<Listener> {
    signal(SignalKind::from_raw(number.as_raw()))
}
