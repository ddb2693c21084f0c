//! Two programs on one server: one displays the changes of the other.

use epic::demo::Demo;
use tokio::runtime::Runtime;

use crate::pty::Pty;

const CTRL_S: &str = "\x13";
const CTRL_U: &str = "\x15";

/// Signs in with a demo account, and opens the contracts.
fn contracts(demo: &Demo, account: usize, role: &str) -> Pty {
    let account = &demo.accounts[account];
    let mut pty = Pty::epic(&["--server", &demo.server.url]);
    pty.expect_text("Password");
    pty.keys(&format!("{}\t{}\r", account.email, account.password));
    pty.expect_text(&format!("{role}  ●"));
    pty.keys("3");
    pty.expect_text(" 1 of 3,300");
    pty
}

/// The text of the selected row.
fn selected_row(pty: &Pty) -> String {
    let text = pty.text();
    let mut marked = text.lines().filter(|line| line.starts_with('▌'));
    marked.next().unwrap_or_default().to_owned()
}

#[test]
fn displays_the_changes_of_another_client_and_keeps_the_selection() {
    let runtime = Runtime::new().unwrap();
    let demo = runtime.block_on(Demo::start()).unwrap();
    let mut gestion = contracts(&demo, 0, "gestion");
    let mut support = contracts(&demo, 2, "support");
    support.keys("jjjj");
    support.expect_text(" 5 of 3,300");
    let before = selected_row(&support);

    gestion.keys("je");
    gestion.expect_text("Edit “");
    gestion.keys(&format!("\t{CTRL_U}Bal des plumes"));
    gestion.answer(CTRL_S, "“Bal des plumes” is saved.");

    support.expect_text("Bal des plumes");
    support.expect_text(" 5 of 3,300");
    assert_eq!(selected_row(&support), before);

    for pty in [&mut gestion, &mut support] {
        pty.keys("q");
        assert_eq!(pty.wait_for_exit().exit_code(), 0);
        pty.expect_restored();
    }
    runtime.block_on(demo.stop());
}
