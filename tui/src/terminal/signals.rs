//! Signals that are about the terminal, as things to wait for.

use std::io;

/// What the system asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End: SIGTERM, SIGINT or SIGHUP.
    Quit,
    /// Call [`Guard::suspend`](super::Guard::suspend): SIGTSTP. The key Ctrl-Z asks for the same,
    /// but comes as a key, since raw mode takes its signal away.
    Suspend,
    /// Call [`Guard::take_again`](super::Guard::take_again) and draw anew: SIGCONT.
    Resume,
}

#[cfg(unix)]
pub use self::unix::Signals;
#[cfg(unix)]
pub(super) use self::unix::{has_shell, stop};

#[cfg(unix)]
mod unix {
    use rustix::process::{self, Signal as Number};
    use tokio::signal::unix::{self, SignalKind};

    use super::{Signal, io};

    /// Signals as they come in. From when it is made, none of them ends the process by itself.
    #[derive(Debug)]
    pub struct Signals {
        terminate: unix::Signal,
        interrupt: unix::Signal,
        hang_up: unix::Signal,
        suspend: unix::Signal,
        resume: unix::Signal,
    }

    impl Signals {
        /// Listens from now on.
        ///
        /// # Errors
        /// When the system lets nobody listen.
        pub fn new() -> io::Result<Self> {
            Ok(Self {
                terminate: unix::signal(SignalKind::terminate())?,
                interrupt: unix::signal(SignalKind::interrupt())?,
                hang_up: unix::signal(SignalKind::hangup())?,
                suspend: unix::signal(SignalKind::from_raw(Number::TSTP.as_raw()))?,
                resume: continued()?,
            })
        }

        /// The next signal. Waiting can be given up without losing one.
        pub async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.terminate.recv() => Signal::Quit,
                _ = self.interrupt.recv() => Signal::Quit,
                _ = self.hang_up.recv() => Signal::Quit,
                _ = self.suspend.recv() => Signal::Suspend,
                _ = self.resume.recv() => Signal::Resume,
            }
        }
    }

    /// Whether a shell runs us as one of its jobs. The first program of a terminal (`ssh -t host
    /// epic`, a container's) would stop for ever: nobody is there to wake it.
    pub(in super::super) fn has_shell() -> bool {
        process::getsid(None).is_ok_and(|session| session != process::getpgrp())
    }

    /// Stops until somebody continues us; the whole job, as Ctrl-Z does, so that the shell notices
    /// also when something else (`cargo run`) started us.
    pub(in super::super) async fn stop() -> io::Result<()> {
        // Signals are asynchronous: only the one that continues us tells that the stop is over.
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

    /// Signals as they come in; this system has only Ctrl-C.
    #[derive(Debug)]
    pub struct Signals;

    impl Signals {
        /// Listens from now on.
        ///
        /// # Errors
        /// Never, here.
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// The next signal.
        pub async fn next(&mut self) -> Signal {
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
pub use self::other::Signals;
#[cfg(not(unix))]
pub(super) use self::other::{has_shell, stop};
