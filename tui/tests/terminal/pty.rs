//! A program in a pseudo-terminal, whose screen a test reads and to which it sends keys.

use std::{
    env, fs,
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, PtyPair, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Timeout of every wait, long enough for a busy machine. No test depends on the duration.
const TIMEOUT: Duration = Duration::from_mins(2);
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The folder for temporary files, in the program's home folder.
const TEMP_FOLDER: &str = "tmp";

/// Columns and rows of the terminal.
pub(crate) const SIZE: (u16, u16) = (80, 24);

/// A program in a pseudo-terminal.
pub(crate) struct Pty {
    pair: PtyPair,
    keyboard: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    child: Box<dyn Child + Send + Sync>,
    /// The program's home folder.
    home: TempDir,
    /// The terminal's modes before the program started.
    initial_modes: String,
}

impl Pty {
    /// Starts `epic` in English, with an empty home folder.
    pub(crate) fn epic(args: &[&str]) -> Self {
        Self::start(env!("CARGO_BIN_EXE_epic"), args)
    }

    /// Starts a program.
    pub(crate) fn start(program: &str, args: &[&str]) -> Self {
        Self::start_in(program, args, SIZE, &[])
    }

    /// Starts `epic` in a terminal that reports this size, with additional environment variables.
    pub(crate) fn epic_in(said: (u16, u16), env: &[(&str, &str)]) -> Self {
        Self::start_in(env!("CARGO_BIN_EXE_epic"), &[], said, env)
    }

    fn start_in(program: &str, args: &[&str], said: (u16, u16), more: &[(&str, &str)]) -> Self {
        let (cols, rows) = SIZE;
        let size = PtySize {
            cols: said.0,
            rows: said.1,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let home = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        command.env("PATH", env::var("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "en_GB.UTF-8");
        command.env("EPIC_TIME_ZONE", "Europe/Paris");
        command.env("HOME", home.path());
        for (name, value) in more {
            command.env(name, value);
        }
        let temporary = home.path().join(TEMP_FOLDER);
        fs::create_dir(&temporary).unwrap();
        command.env("TMPDIR", temporary);
        command.cwd(home.path());
        let initial_modes = modes(&pair);
        let child = pair.slave.spawn_command(command).unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let number = |number| NonZeroU16::new(number).unwrap();
        let parser = vt100::Parser::new(number(rows), number(cols), 0);
        let screen = Arc::new(Mutex::new(parser));
        read_output(pair.master.try_clone_reader().unwrap(), &screen);
        Self {
            pair,
            keyboard,
            screen,
            child,
            home,
            initial_modes,
        }
    }

    /// The text on the screen.
    pub(crate) fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Changes the size of the terminal.
    pub(crate) fn resize(&self, cols: u16, rows: u16) {
        let size = PtySize {
            cols,
            rows,
            ..PtySize::default()
        };
        self.pair.master.resize(size).unwrap();
    }

    /// Sends keys.
    pub(crate) fn keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits until the screen shows the text.
    #[track_caller]
    pub(crate) fn expect_text(&mut self, text: &str) {
        self.wait_until(&format!("“{text}” is displayed"), |pty| {
            pty.text().contains(text)
        });
    }

    /// Waits until the condition holds.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, condition: &str, holds: impl Fn(&Self) -> bool) {
        let end = Instant::now() + TIMEOUT;
        while !holds(self) {
            assert!(
                Instant::now() < end,
                "not within 2 minutes: {condition}\n{}",
                self.text()
            );
            thread::sleep(POLL_INTERVAL);
        }
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = self.child.process_id().unwrap();
        let id = Pid::from_raw(id.try_into().unwrap()).unwrap();
        kill_process(id, signal).unwrap();
    }

    /// Waits until the program exits.
    #[track_caller]
    pub(crate) fn wait_for_exit(&mut self) -> ExitStatus {
        let end = Instant::now() + TIMEOUT;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < end,
                "the program does not exit:\n{}",
                self.text()
            );
            thread::sleep(POLL_INTERVAL);
        }
    }

    /// The names of the program's temporary files.
    pub(crate) fn temporary_files(&self) -> Vec<String> {
        let files = fs::read_dir(self.home.path().join(TEMP_FOLDER)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
        names.collect()
    }

    /// Whether a full-screen program uses the terminal.
    pub(crate) fn is_full_screen(&self) -> bool {
        let screen = self.screen.lock().unwrap();
        let screen = screen.screen();
        screen.alternate_screen() && screen.bracketed_paste()
    }

    /// Waits until the terminal has its initial state: modes, screen, cursor and mouse.
    #[track_caller]
    pub(crate) fn expect_restored(&mut self) {
        self.wait_until("the terminal is restored", |pty| {
            let parser = pty.screen.lock().unwrap();
            let screen = parser.screen();
            !screen.alternate_screen()
                && !screen.bracketed_paste()
                && !screen.hide_cursor()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
                && modes(&pty.pair) == pty.initial_modes
        });
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A failed test must not leave the program running.
        let _ = self.child.kill();
    }
}

/// The line discipline's modes, such as echo, as text to compare.
fn modes(pair: &PtyPair) -> String {
    format!("{:?}", pair.master.get_termios().unwrap())
}

/// Feeds the output of the program to the screen's parser.
fn read_output(mut output: Box<dyn Read + Send>, screen: &Arc<Mutex<vt100::Parser>>) {
    let screen = Arc::clone(screen);
    thread::spawn(move || {
        let mut bytes = [0; 4_096];
        while let Ok(count @ 1..) = output.read(&mut bytes) {
            screen.lock().unwrap().process(&bytes[..count]);
        }
    });
}
