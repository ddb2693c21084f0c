//! A day's work, by three people at the keyboard of one demo: from a new client to an event with
//! somebody to run it.

use rustix::process::Signal;

use crate::pty::Pty;

const ENTER: &str = "\r";
const TAB: &str = "\t";
const CTRL_C: &str = "\x03";
const CTRL_L: &str = "\x0c";
const CTRL_S: &str = "\x13";

/// Signs in as the demo's account of that number, and waits for the tabs.
fn sign_in(pty: &mut Pty, number: &str, role: &str) {
    pty.see("press 1, 2 or 3");
    pty.keys(number);
    pty.see("@");
    pty.keys(ENTER);
    pty.see(&format!("{role}  ●"));
}

fn sign_out(pty: &mut Pty) {
    pty.keys(CTRL_L);
    pty.see("You are signed out.");
}

/// Fills in one field after the other, from the one in focus on.
fn fill(pty: &mut Pty, fields: &[&str]) {
    pty.keys(&fields.join(TAB));
}

/// Opens the pick-list of the field in focus, narrows it, and takes the record it then shows; the
/// focus moves on.
fn pick(pty: &mut Pty, typed: &str, shown: &str) {
    pty.keys(ENTER);
    pty.see("Choose");
    pty.keys(typed);
    pty.see(shown);
    pty.keys(ENTER);
    pty.wait("the pick-list closed", |pty| !pty.text().contains("Choose"));
}

/// Goes to the only record of that tab that the search finds.
fn find(pty: &mut Pty, tab: &str, search: &str) {
    pty.keys(tab);
    pty.keys("/");
    pty.keys(search);
    // Not "1 / 1,650", which it was before.
    pty.wait("one record", |pty| {
        pty.text()
            .lines()
            .any(|line| line.trim_end().ends_with(" 1 / 1"))
    });
    pty.keys(ENTER);
}

#[test]
fn from_a_new_client_to_an_event_with_a_support() {
    let mut pty = Pty::epic(&["demo"]);

    sign_in(&mut pty, "2", "commercial");
    pty.keys("2n");
    pty.see("New client");
    let client = [
        "Zoé Quillfeather",
        "Quillfeather & fils",
        "zoe@quillfeather.fr",
        "+33 6 12 34 56 78",
    ];
    fill(&mut pty, &client);
    pty.keys(CTRL_S);
    pty.see("✓ “Zoé Quillfeather” is added.");
    sign_out(&mut pty);

    sign_in(&mut pty, "1", "gestion");
    pty.keys("3n");
    pty.see("New contract");
    pick(&mut pty, "quillf", "Zoé Quillfeather");
    fill(
        &mut pty,
        &["Bal des plumes", "12 400,50", "12.400,50", "1/12/2026"],
    );
    pty.keys(CTRL_S);
    pty.see("✓ “Bal des plumes” is added.");
    sign_out(&mut pty);

    sign_in(&mut pty, "2", "commercial");
    find(&mut pty, "3", "bal des plumes");
    pty.see("– to sign");
    pty.keys("e");
    pty.see("Edit “Bal des plumes”");
    // Past the amounts and the date; the client and the title are gestion's.
    pty.keys(&format!("{TAB}{TAB}{TAB} {CTRL_S}"));
    pty.see("✓ “Bal des plumes” is saved.");
    pty.see("✓ signed");
    pty.keys("4n");
    pty.see("New event");
    pick(&mut pty, "plumes", "Bal des plumes");
    fill(
        &mut pty,
        &[
            "1/12/2026 18h",
            "1/12/2026 23h30",
            "Parc floral, Paris",
            "250",
        ],
    );
    pty.keys(CTRL_S);
    pty.see("✓ “Bal des plumes” is added.");
    sign_out(&mut pty);

    sign_in(&mut pty, "1", "gestion");
    find(&mut pty, "4", "bal des plumes");
    pty.keys("a");
    pty.see("Assign a support to “Bal des plumes”");
    pty.see("free");
    pty.keys(ENTER);
    pty.see("supports “Bal des plumes”.");
    sign_out(&mut pty);

    pty.keys(CTRL_C);
    assert_eq!(pty.end().exit_code(), 0);
    pty.see_given_back();
}

/// Also while the sample data are still on their way.
#[test]
fn a_demo_that_is_told_to_end_leaves_nothing_behind() {
    for signal in [Signal::TERM, Signal::USR1] {
        let mut pty = Pty::epic(&["demo"]);
        pty.see("press 1, 2 or 3");
        pty.signal(signal);
        let code = if signal == Signal::TERM { 0 } else { 101 };
        assert_eq!(pty.end().exit_code(), code);
        pty.see_given_back();
        assert_eq!(pty.left_behind(), Vec::<String>::new());
    }
}
