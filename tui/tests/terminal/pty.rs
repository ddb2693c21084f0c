//! A program in a pseudo-terminal, whose screen a test reads and to which it sends keys.

use std::{
    env, fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, PtyPair, PtySize, native_pty_system};
use rustix::{
    fs::{Mode, OFlags, open},
    io::ioctl_fionread,
    process::{Pid, Signal, kill_process, kill_process_group},
};
use tempfile::TempDir;

use crate::emulator::Emulator;

/// Timeout of every wait, long enough for a busy machine. No test depends on the duration.
const TIMEOUT: Duration = Duration::from_mins(2);
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// After so many polls without a change, a program is taken to wait.
const STALLED_POLLS: usize = 25;

/// The folder for temporary files, in the program's home folder.
const TEMP_FOLDER: &str = "tmp";

/// Columns and rows of the terminal.
pub(crate) const SIZE: (u16, u16) = (80, 24);

/// A port without a server: the login screen needs none.
pub(crate) const NO_SERVER: &[&str] = &["--server", "http://127.0.0.1:1"];

/// A program in a pseudo-terminal.
pub(crate) struct Pty {
    /// Both ends; `None` after the hang-up.
    pair: Option<PtyPair>,
    emulator: Emulator,
    child: Box<dyn Child + Send + Sync>,
    /// The program's home folder.
    home: TempDir,
    /// The terminal's modes before the program started.
    initial_modes: String,
}

impl Pty {
    /// Starts `epic` in English, with an empty home folder.
    pub(crate) fn epic(args: &[&str]) -> Self {
        Self::epic_of_size(SIZE, args)
    }

    /// Starts a program.
    pub(crate) fn start(program: &str, args: &[&str]) -> Self {
        Self::start_in(program, args, SIZE, SIZE, &[])
    }

    /// Starts `epic` in a terminal of this size.
    pub(crate) fn epic_of_size(size: (u16, u16), args: &[&str]) -> Self {
        Self::start_in(env!("CARGO_BIN_EXE_epic"), args, size, size, &[])
    }

    /// Starts `epic` in a terminal that reports this size, with additional environment variables.
    pub(crate) fn epic_in(said: (u16, u16), env: &[(&str, &str)]) -> Self {
        Self::start_in(env!("CARGO_BIN_EXE_epic"), &[], SIZE, said, env)
    }

    fn start_in(
        program: &str,
        args: &[&str],
        displayed: (u16, u16),
        said: (u16, u16),
        more: &[(&str, &str)],
    ) -> Self {
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
        let output = pair.master.try_clone_reader().unwrap();
        let emulator = Emulator::start(displayed, output, keyboard);
        Self {
            pair: Some(pair),
            emulator,
            child,
            home,
            initial_modes,
        }
    }

    fn pair(&self) -> &PtyPair {
        self.pair.as_ref().unwrap()
    }

    /// The terminal that shows what the program writes.
    pub(crate) const fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// The text on the screen.
    pub(crate) fn text(&self) -> String {
        self.emulator.text()
    }

    /// What the line with this label contains to the right of it.
    pub(crate) fn field(&self, label: &str) -> Option<String> {
        let text = self.text();
        let after = text.lines().find_map(|line| line.split_once(label))?.1;
        let after = after.trim_end_matches([' ', '│']);
        Some(after.trim_start_matches([' ', '▌']).to_owned())
    }

    /// Changes the size of the terminal.
    pub(crate) fn resize(&self, cols: u16, rows: u16) {
        let size = PtySize {
            cols,
            rows,
            ..PtySize::default()
        };
        self.pair().master.resize(size).unwrap();
    }

    /// Sends keys.
    pub(crate) fn keys(&mut self, keys: &str) {
        self.emulator.send(keys.as_bytes());
    }

    /// Sends a key that answers a question, until the screen shows the text. The program counts a frame
    /// shortly after the terminal has displayed it, and refuses an answer in between.
    #[track_caller]
    pub(crate) fn answer(&mut self, key: &str, text: &str) {
        self.keys(key);
        self.wait_until(&format!("“{text}” is displayed"), |pty| {
            if pty
                .text()
                .contains("Not done: the question was not yet on the screen")
            {
                pty.emulator.send(key.as_bytes());
            }
            pty.text().contains(text)
        });
    }

    /// The number of bytes that the program has yet to read.
    fn unread(&self) -> u64 {
        let path = self.pair().master.tty_name().unwrap();
        let flags = OFlags::RDONLY | OFlags::NOCTTY;
        ioctl_fionread(open(path, flags, Mode::empty()).unwrap()).unwrap()
    }

    /// Stops reading the output, and waits until the program can write no more, which shows in keys
    /// that it does not read.
    pub(crate) fn stall(&mut self) {
        const CTRL_L: u8 = 0x0c;
        self.emulator.stall(true);
        let mut counts = Vec::new();
        self.wait_until("no more keys are read", |pty| {
            let unread = pty.unread();
            if unread == 0 {
                // Each of them draws the screen anew.
                pty.emulator.send(&[CTRL_L; 500]);
            }
            counts.push(unread);
            let last = counts.rchunks(STALLED_POLLS).next().unwrap();
            last.len() == STALLED_POLLS && last[0] > 0 && last.iter().all(|it| *it == last[0])
        });
    }

    /// Sends parts of an input, each of which the program has read before the next one is sent.
    pub(crate) fn parts<'a>(&mut self, parts: impl IntoIterator<Item = &'a str>) {
        for part in parts {
            self.keys(part);
            self.wait_until("the program has read the part", |pty| pty.unread() == 0);
        }
    }

    /// Waits until the screen shows the text.
    #[track_caller]
    pub(crate) fn expect_text(&mut self, text: &str) {
        // Between two polls, the program counts the frame as displayed, and accepts answers to it.
        self.wait_until(&format!("“{text}” is displayed"), |pty| {
            pty.text().contains(text)
        });
    }

    /// Waits until the screen satisfies the condition, and returns when the program's output for it was
    /// read.
    #[allow(dead_code)] // Only the benchmark needs the time.
    #[track_caller]
    pub(crate) fn wait_for(
        &self,
        condition: &str,
        holds: impl Fn(&vt100::Screen) -> bool,
    ) -> Instant {
        let read_at = self.emulator.wait_for(TIMEOUT, holds);
        assert!(
            read_at.is_some(),
            "not within 2 minutes: {condition}\n{}",
            self.text()
        );
        read_at.unwrap()
    }

    /// Waits until the line with this label contains exactly this text.
    #[track_caller]
    pub(crate) fn expect_field(&mut self, label: &str, text: &str) {
        self.wait_until(&format!("“{label}” is “{text}”"), |pty| {
            pty.field(label).as_deref() == Some(text)
        });
    }

    /// Waits until the condition holds.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, condition: &str, mut holds: impl FnMut(&Self) -> bool) {
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

    /// Closes the terminal, as a terminal program does when its window is closed.
    pub(crate) fn hang_up(&mut self) {
        self.emulator.close();
        self.pair = None;
    }

    /// Sends the job in the foreground a signal, to each of its processes.
    pub(crate) fn signal_foreground(&self, signal: Signal) {
        let group = self.pair().master.process_group_leader().unwrap();
        kill_process_group(Pid::from_raw(group).unwrap(), signal).unwrap();
    }

    /// The id of the program's process.
    pub(crate) fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = Pid::from_raw(self.process_id().try_into().unwrap()).unwrap();
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

    /// The path of a file in the program's home folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The names of the program's temporary files.
    pub(crate) fn temporary_files(&self) -> Vec<String> {
        let files = fs::read_dir(self.path(TEMP_FOLDER)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
        names.collect()
    }

    /// Whether a full-screen program uses the terminal.
    pub(crate) fn is_full_screen(&self) -> bool {
        self.emulator
            .screen(|screen| screen.alternate_screen() && screen.bracketed_paste())
    }

    /// The line discipline's modes, such as echo, as text to compare.
    pub(crate) fn modes(&self) -> String {
        modes(self.pair())
    }

    /// Waits until the terminal has its initial state: modes, screen, cursor and mouse.
    #[track_caller]
    pub(crate) fn expect_restored(&mut self) {
        self.wait_until("the terminal is restored", |pty| {
            let is_restored = pty.emulator.screen(|screen| {
                !screen.alternate_screen()
                    && !screen.bracketed_paste()
                    && !screen.hide_cursor()
                    && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
            });
            is_restored && pty.modes() == pty.initial_modes
        });
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A failed test must not leave the program running, nor what it has started.
        if self.child.try_wait().is_ok_and(|status| status.is_none())
            && let Some(id) = self.child.process_id()
            && let Some(id) = Pid::from_raw(id.cast_signed())
        {
            let _ = kill_process_group(id, Signal::KILL);
        }
    }
}

/// The line discipline's modes, such as echo, as text to compare.
fn modes(pair: &PtyPair) -> String {
    format!("{:?}", pair.master.get_termios().unwrap())
}
