//! Two programs on one server: what one changes, the other shows by itself.

use epic::demo::Demo;
use tokio::runtime::Runtime;

use crate::pty::Pty;

const CTRL_S: &str = "\x13";
const CTRL_U: &str = "\x15";

/// Signs in with one of the demo's accounts, and goes to the contracts.
fn contracts(demo: &Demo, account: usize, role: &str) -> Pty {
    let account = &demo.accounts[account];
    let mut pty = Pty::epic(&["--server", &demo.server.url]);
    pty.see("Password");
    pty.keys(&format!("{}\t{}\r", account.email, account.password));
    pty.see(&format!("{role}  ●"));
    pty.keys("3");
    pty.see(" 1 / 3,300");
    pty
}

/// The row that one stands on.
fn selected(pty: &Pty) -> String {
    let text = pty.text();
    let mut marked = text.lines().filter(|line| line.starts_with('▌'));
    marked.next().unwrap_or_default().to_owned()
}

#[test]
fn what_one_changes_the_other_shows_under_a_selection_that_stays() {
    let runtime = Runtime::new().unwrap();
    let demo = runtime.block_on(Demo::start()).unwrap();
    let mut gestion = contracts(&demo, 0, "gestion");
    let mut support = contracts(&demo, 2, "support");
    support.keys("jjjj");
    support.see(" 5 / 3,300");
    let before = selected(&support);

    gestion.keys("je");
    gestion.see("Edit “");
    gestion.keys(&format!("\t{CTRL_U}Bal des plumes{CTRL_S}"));
    gestion.see("“Bal des plumes” is saved.");

    support.see("Bal des plumes");
    support.see(" 5 / 3,300");
    assert_eq!(selected(&support), before);

    for pty in [&mut gestion, &mut support] {
        pty.keys("q");
        assert_eq!(pty.end().exit_code(), 0);
        pty.see_given_back();
    }
    runtime.block_on(demo.end());
}
