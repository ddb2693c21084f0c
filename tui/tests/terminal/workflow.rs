//! A workflow of three roles in one demo: from a new client to an event with an assigned support.

use rustix::process::Signal;

use crate::pty::Pty;

const ENTER: &str = "\r";
const TAB: &str = "\t";
const CTRL_C: &str = "\x03";
const CTRL_S: &str = "\x13";
const CTRL_Y: &str = "\x19";

/// The function keys F1 and F2.
const F1: &str = "\x1bOP";
const F2: &str = "\x1bOQ";

/// Signs in as the demo account of this key, and waits for the tabs.
fn sign_in(pty: &mut Pty, key: &str, role: &str) {
    pty.expect_text("Press a key, then Enter");
    pty.keys(key);
    pty.expect_text("@");
    pty.keys(ENTER);
    pty.expect_text(&format!("{role}  ●"));
}

fn sign_out(pty: &mut Pty) {
    pty.keys(":sign out");
    pty.expect_text("▌ sign out");
    pty.keys(ENTER);
    pty.expect_text("You are signed out.");
}

/// Fills in consecutive fields, starting with the focused one.
fn fill(pty: &mut Pty, fields: &[&str]) {
    pty.keys(&fields.join(TAB));
}

/// Opens the pick-list of the focused field, filters it, and chooses the record that it then shows.
/// The focus moves to the next field.
fn pick(pty: &mut Pty, typed: &str, shown: &str) {
    pty.keys(ENTER);
    pty.expect_text("Choose");
    pty.keys(typed);
    pty.expect_text(shown);
    pty.keys(ENTER);
    pty.wait_until("the pick-list is closed", |pty| {
        !pty.text().contains("Choose")
    });
}

/// Searches a tab, and selects the only record found.
fn find(pty: &mut Pty, tab: &str, search: &str) {
    pty.keys(tab);
    pty.keys("/");
    pty.keys(search);
    // The list initially has "1 of 1,650".
    pty.wait_until("the list has one record", |pty| {
        pty.text()
            .lines()
            .any(|line| line.trim_end().ends_with(" 1 of 1"))
    });
    pty.keys(ENTER);
}

#[test]
fn from_a_new_client_to_an_event_with_a_support() {
    let mut pty = Pty::epic(&["demo"]);

    sign_in(&mut pty, F2, "commercial");
    pty.keys("2n");
    pty.expect_text("New client");
    let client = [
        "Zoé Quillfeather",
        "Quillfeather & fils",
        "zoe@quillfeather.fr",
        "+33 6 12 34 56 78",
    ];
    fill(&mut pty, &client);
    pty.answer(CTRL_S, "✓ “Zoé Quillfeather” is added.");
    sign_out(&mut pty);

    sign_in(&mut pty, F1, "gestion");
    pty.keys("3n");
    pty.expect_text("New contract");
    pick(&mut pty, "quillf", "Zoé Quillfeather");
    fill(
        &mut pty,
        &["Bal des plumes", "12 400,50", "12.400,50", "1/12/2026"],
    );
    pty.answer(CTRL_S, "✓ “Bal des plumes” is added.");
    sign_out(&mut pty);

    sign_in(&mut pty, F2, "commercial");
    find(&mut pty, "3", "bal des plumes");
    pty.expect_text("○ to sign");
    pty.keys("e");
    pty.expect_text("Edit “Bal des plumes”");
    // Skips the amounts and the date; only gestion edits the client and the title.
    pty.keys(&format!("{TAB}{TAB}{TAB} "));
    pty.answer(CTRL_S, "✓ “Bal des plumes” is saved.");
    pty.expect_text("● signed");
    pty.keys("4n");
    pty.expect_text("New event");
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
    pty.answer(CTRL_S, "✓ “Bal des plumes” is added.");
    sign_out(&mut pty);

    sign_in(&mut pty, F1, "gestion");
    find(&mut pty, "4", "bal des plumes");
    pty.keys("a");
    pty.expect_text("Who takes Bal des plumes?");
    pty.expect_text("● free");
    pty.answer(ENTER, "Assign the first of the list?");
    pty.answer(CTRL_Y, "supports “Bal des plumes”.");
    sign_out(&mut pty);

    pty.keys(CTRL_C);
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
    pty.expect_restored();
}

/// Covers signals during the loading of the sample data.
#[test]
fn a_terminated_demo_leaves_no_files_behind() {
    for signal in [Signal::TERM, Signal::USR1] {
        let mut pty = Pty::epic(&["demo"]);
        pty.expect_text("Press a key, then Enter");
        pty.signal(signal);
        let code = if signal == Signal::TERM { 0 } else { 101 };
        assert_eq!(pty.wait_for_exit().exit_code(), code);
        pty.expect_restored();
        assert_eq!(pty.temporary_files(), Vec::<String>::new());
    }
}

#[test]
fn letters_in_one_burst_run_no_command_that_asks() {
    let mut pty = Pty::epic(&["demo"]);
    sign_in(&mut pty, F1, "gestion");
    pty.keys("1");
    pty.expect_text("Aaron Moulin");
    pty.keys("two words\x19");
    pty.expect_text("Not done");
    // Enter is the safe answer.
    pty.keys(ENTER);
    pty.wait_until("the question is closed", |pty| {
        !pty.text().contains("Not done")
    });
    pty.keys("w");
    pty.expect_text("Ctrl-Y  yes");
    assert!(!pty.text().contains("One-time password"));
    pty.answer(CTRL_Y, "One-time password");
}
