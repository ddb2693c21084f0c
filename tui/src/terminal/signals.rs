//! Signals that affect the terminal, as an asynchronous source.

use std::io;

/// A request by signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// SIGTERM, SIGINT or SIGHUP: exit.
    Quit,
    /// SIGTSTP: call [`Guard::suspend`](super::Guard::suspend). In raw mode Ctrl-Z is a key event
    /// and sends no signal.
    Suspend,
    /// SIGCONT: call [`Guard::set_up`](super::Guard::set_up) and redraw.
    Resume,
}

#[cfg(unix)]
pub(super) use self::unix::Signals;
#[cfg(unix)]
pub(super) use self::unix::{has_shell, stop};

#[cfg(unix)]
mod unix {
    use rustix::process::{self, Signal as Number};
    use tokio::signal::unix::{self, SignalKind};

    use super::{Signal, io};

    /// The source of signals. While it exists, none of them ends the process.
    #[derive(Debug)]
    pub(in super::super) struct Signals {
        terminate: unix::Signal,
        interrupt: unix::Signal,
        hang_up: unix::Signal,
        suspend: unix::Signal,
        resume: unix::Signal,
    }

    impl Signals {
        /// Registers handlers for all signals.
        ///
        /// # Errors
        /// The handlers cannot be registered.
        pub(in super::super) fn new() -> io::Result<Self> {
            Ok(Self {
                terminate: unix::signal(SignalKind::terminate())?,
                interrupt: unix::signal(SignalKind::interrupt())?,
                hang_up: unix::signal(SignalKind::hangup())?,
                suspend: unix::signal(SignalKind::from_raw(Number::TSTP.as_raw()))?,
                resume: continued()?,
            })
        }

        /// The next signal. Cancel safe.
        pub(in super::super) async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.terminate.recv() => Signal::Quit,
                _ = self.interrupt.recv() => Signal::Quit,
                _ = self.hang_up.recv() => Signal::Quit,
                _ = self.suspend.recv() => Signal::Suspend,
                _ = self.resume.recv() => Signal::Resume,
            }
        }
    }

    /// Whether a shell runs the process as a job. The first process of a terminal (`ssh -t host
    /// epic`, a container's) could not be resumed.
    pub(in super::super) fn has_shell() -> bool {
        process::getsid(None).is_ok_and(|session| session != process::getpgrp())
    }

    /// Suspends the whole process group until SIGCONT, as Ctrl-Z does. The shell notices the
    /// suspension even if its child is another process of the group, such as `cargo run`.
    pub(in super::super) async fn stop() -> io::Result<()> {
        // Signals are asynchronous: only SIGCONT shows that the process was resumed.
        let mut continued = continued()?;
        process::kill_current_process_group(Number::STOP)?;
        continued.recv().await;
        Ok(())
    }

    fn continued() -> io::Result<unix::Signal> {
        unix::signal(SignalKind::from_raw(Number::CONT.as_raw()))
    }
}

#[cfg(not(unix))]
mod other {
    use super::{Signal, io};

    /// The source of signals; on this system only Ctrl-C.
    #[derive(Debug)]
    pub(in super::super) struct Signals;

    impl Signals {
        /// Does nothing: the handler is registered by the first wait.
        ///
        /// # Errors
        /// None on this system.
        pub(in super::super) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// The next signal.
        pub(in super::super) async fn next(&mut self) -> Signal {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Signal::Quit
        }
    }

    pub(in super::super) fn has_shell() -> bool {
        false
    }

    pub(in super::super) async fn stop() -> io::Result<()> {
        Ok(())
    }
}
#[cfg(not(unix))]
pub(super) use self::other::Signals;
#[cfg(not(unix))]
pub(super) use self::other::{has_shell, stop};
