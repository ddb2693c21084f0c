//! The session is stored on a full disk, and remains valid on a disk that cannot be written to.

use epic::demo::Demo;
use tokio::runtime::Runtime;

use crate::pty::Pty;

/// The folder of the session's file, in the home folder.
const FOLDER: &str = ".local/state";
const SIGNED_IN: &str = "gestion  ●";
const NOT_KEPT: &str = "session is not stored";

/// A shell that may mount file systems, in its home folder.
struct Shell(Pty);

impl Shell {
    fn start() -> Self {
        let namespace = ["--user", "--map-root-user", "--mount", "sh", "-i"];
        let mut shell = Self(Pty::start("unshare", &namespace));
        shell.0.keys("PS1='ready> '\r");
        shell.expect_prompt();
        shell
    }

    fn run(&mut self, command: &str) {
        self.0.keys(&format!("clear; {command}; echo status=$?\r"));
        self.0.expect_text("status=0");
        self.expect_prompt();
    }

    fn expect_prompt(&mut self) {
        self.0.wait_until("the shell has the terminal", |pty| {
            !pty.is_full_screen() && pty.text().trim_end().ends_with("ready>")
        });
    }

    /// Starts `epic`, and waits until it shows `text`.
    fn epic(&mut self, demo: &Demo, text: &str) {
        let (program, server) = (env!("CARGO_BIN_EXE_epic"), &demo.server.url);
        self.0
            .keys(&format!("clear; {program} --server {server}\r"));
        self.0
            .wait_until("epic has the terminal", Pty::is_full_screen);
        self.0.expect_text(text);
    }

    fn sign_in(&mut self, demo: &Demo) {
        let account = &demo.accounts[0];
        let input = format!("{}\t{}\r", account.email, account.password);
        self.0.keys(&input);
        self.0.expect_text(SIGNED_IN);
    }

    fn quit(&mut self) {
        self.0.keys("q");
        self.expect_prompt();
    }
}

#[test]
fn a_full_disk_keeps_the_session_and_one_that_cannot_be_written_does_not_spoil_it() {
    let runtime = Runtime::new().unwrap();
    let demo = runtime.block_on(Demo::start()).unwrap();
    let mut shell = Shell::start();
    shell.run(&format!(
        "mkdir -p {FOLDER} && mount -t tmpfs -o size=64k none {FOLDER}"
    ));
    shell.epic(&demo, "Password");
    shell.sign_in(&demo);
    shell.quit();

    // The command fails when the disk is full.
    shell.run(&format!("! cat /dev/zero >{FOLDER}/fill"));
    for _ in 0..2 {
        shell.epic(&demo, SIGNED_IN);
        assert!(!shell.0.text().contains(NOT_KEPT));
        shell.quit();
    }

    // Without an access token, as after ten minutes, the client has to renew the session.
    shell.run(&format!("rm {FOLDER}/fill"));
    shell.run(&format!(
        "sed -i /access_token/d {FOLDER}/epic/session-*.toml"
    ));
    shell.run(&format!("mount -o remount,ro {FOLDER}"));
    shell.epic(&demo, NOT_KEPT);
    shell.sign_in(&demo);
    shell.quit();
    shell.run(&format!("mount -o remount,rw {FOLDER}"));
    shell.epic(&demo, SIGNED_IN);
    shell.quit();

    // Without a previous file, a full disk cannot store a session.
    shell.run(&format!("rm {FOLDER}/epic/session-*"));
    shell.run(&format!("! cat /dev/zero >{FOLDER}/fill"));
    shell.epic(&demo, "Password");
    shell.sign_in(&demo);
    shell.0.expect_text(NOT_KEPT);
    shell.0.expect_text("the disk is full");
    shell.quit();
    runtime.block_on(demo.stop());
}
