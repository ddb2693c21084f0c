//! A pseudo-terminal with somebody in front of it who reads and types.

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

/// So long for anything to happen, on however busy a machine; nothing is judged by how long it
/// took.
const PATIENCE: Duration = Duration::from_mins(2);
const GLANCE: Duration = Duration::from_millis(20);

/// The folder for temporary files, in the program's home.
const TEMPORARY: &str = "tmp";

/// Columns and rows of the smallest terminal that is a first-class one.
const SMALL: (u16, u16) = (80, 24);

/// A program in a pseudo-terminal, and what its screen shows.
pub(crate) struct Pty {
    pair: PtyPair,
    keyboard: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    child: Box<dyn Child + Send + Sync>,
    /// The home that the program sees, gone with it.
    home: TempDir,
    /// How the terminal was before.
    before: String,
}

impl Pty {
    /// Starts `epic` with these arguments, in English, in a terminal and a home of its own.
    pub(crate) fn epic(args: &[&str]) -> Self {
        Self::start(env!("CARGO_BIN_EXE_epic"), args)
    }

    /// Starts a program.
    pub(crate) fn start(program: &str, args: &[&str]) -> Self {
        let (cols, rows) = SMALL;
        let size = PtySize {
            cols,
            rows,
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
        let temporary = home.path().join(TEMPORARY);
        fs::create_dir(&temporary).unwrap();
        command.env("TMPDIR", temporary);
        command.cwd(home.path());
        let before = modes(&pair);
        let child = pair.slave.spawn_command(command).unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let number = |number| NonZeroU16::new(number).unwrap();
        let parser = vt100::Parser::new(number(rows), number(cols), 0);
        let screen = Arc::new(Mutex::new(parser));
        draw(pair.master.try_clone_reader().unwrap(), &screen);
        Self {
            pair,
            keyboard,
            screen,
            child,
            home,
            before,
        }
    }

    /// What the screen shows now.
    pub(crate) fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Types.
    pub(crate) fn keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits until the screen shows the text.
    #[track_caller]
    pub(crate) fn see(&mut self, text: &str) {
        self.wait(&format!("“{text}”"), |pty| pty.text().contains(text));
    }

    /// Waits until something holds.
    #[track_caller]
    pub(crate) fn wait(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(self) {
            assert!(Instant::now() < end, "{what} never came:\n{}", self.text());
            thread::sleep(GLANCE);
        }
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = self.child.process_id().unwrap();
        let id = Pid::from_raw(id.try_into().unwrap()).unwrap();
        kill_process(id, signal).unwrap();
    }

    /// Waits until the program has ended.
    #[track_caller]
    pub(crate) fn end(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "it does not end:\n{}", self.text());
            thread::sleep(GLANCE);
        }
    }

    /// What the program has left among the temporary files.
    pub(crate) fn left_behind(&self) -> Vec<String> {
        let files = fs::read_dir(self.home.path().join(TEMPORARY)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
        names.collect()
    }

    /// Whether a full-screen program has the terminal.
    pub(crate) fn is_taken(&self) -> bool {
        let screen = self.screen.lock().unwrap();
        let screen = screen.screen();
        screen.alternate_screen() && screen.bracketed_paste()
    }

    /// Waits until the terminal is as it was before the program: its modes, its screen, its
    /// cursor, its mouse.
    #[track_caller]
    pub(crate) fn see_given_back(&mut self) {
        self.wait("the terminal as it was", |pty| {
            let parser = pty.screen.lock().unwrap();
            let screen = parser.screen();
            !screen.alternate_screen()
                && !screen.bracketed_paste()
                && !screen.hide_cursor()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
                && modes(&pty.pair) == pty.before
        });
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A test that failed leaves nothing running.
        let _ = self.child.kill();
    }
}

/// The line discipline's modes, such as echo, as text to compare.
fn modes(pair: &PtyPair) -> String {
    format!("{:?}", pair.master.get_termios().unwrap())
}

/// Feeds the screen with what the program writes, until it ends.
fn draw(mut output: Box<dyn Read + Send>, screen: &Arc<Mutex<vt100::Parser>>) {
    let screen = Arc::clone(screen);
    thread::spawn(move || {
        let mut bytes = [0; 4_096];
        while let Ok(count @ 1..) = output.read(&mut bytes) {
            screen.lock().unwrap().process(&bytes[..count]);
        }
    });
}
