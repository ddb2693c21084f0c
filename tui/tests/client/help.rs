//! The help.

use epic::{
    app::overlay::Overlay,
    messages::Lang,
    record::{Record, Tab},
};

use crate::support::{
    records::clients,
    test_client::{TestClient, popup_of, signed_in},
};

/// Every role, list, language and size of screen, on a record that is the user's own and on another one.
#[test]
fn no_reason_in_the_help_is_cut() {
    let mut pages = 0;
    for lang in Lang::ALL {
        for size in [(60, 16), (80, 24), (120, 30)] {
            for account in ['1', '2', '3'] {
                for tab in 1..=Tab::ALL.len() {
                    for select in ["", "<down>", "<down><down>", "/zzz<enter>"] {
                        let mut client = TestClient::signed_in(lang, size, account);
                        client.keys(&format!("{tab}{select}"));
                        client.run_timers();
                        client.keys("?");
                        // What cannot be run is in the first group.
                        for _ in 0..3 {
                            let popup = popup_of(&client.screen());
                            assert!(popup.contains('╭') && !popup.contains('…'), "{popup}");
                            pages += 1;
                            client.keys("<pgdn>");
                        }
                    }
                }
            }
        }
    }
    assert!(pages > 500);
}

/// A name without room is left out, and the sentence below has it whole.
#[test]
fn a_long_name_is_left_out_of_the_few_words() {
    let name = "Marie-Antoinette-Joséphine-Charlotte Delafontaine-Montmorency";
    for (lang, words) in [(Lang::En, "⊘ not yours"), (Lang::Fr, "⊘ pas à vous")] {
        let mut client = TestClient::signed_in(lang, (80, 24), '2');
        let mut record = clients().swap_remove(1);
        record.commercial_id = Some(6);
        record.commercial_name = name.to_owned();
        client.server.saved = vec![Record::Client(record)];
        client.keys("2r<down>?<down><down><down>");
        let popup = popup_of(&client.screen());
        assert!(popup.contains(words) && !popup.contains('…'), "{popup}");
        let text = popup.replace('│', " ");
        let text: Vec<_> = text.split_whitespace().collect();
        assert!(text.join(" ").contains(name), "{popup}");
    }
}

/// The line of the overlay in front that is selected, from its drawing.
fn selected(client: &TestClient) -> String {
    let popup = popup_of(&client.screen());
    let line = popup.lines().find(|line| line.contains('▌'));
    line.unwrap_or_else(|| panic!("{popup}")).to_owned()
}

#[test]
fn home_and_end_go_to_the_first_and_the_last_line_of_a_sheet() {
    // The help, the palette, a pick-list.
    for open in ["?", "<ctrl-p>", "3n<enter>"] {
        let mut client = signed_in('1');
        client.keys("3").keys(open);
        client.run_timers();
        let first = selected(&client);
        client.keys("<end>");
        let last = selected(&client);
        assert_ne!(last, first, "{open}");
        client.keys("<down>");
        assert_eq!(selected(&client), last, "{open}");
        client.keys("<pgup>");
        assert_ne!(selected(&client), last, "{open}");
        client.keys("<home>");
        assert_eq!(selected(&client), first, "{open}");
        client.keys("<up>");
        assert_eq!(selected(&client), first, "{open}");
    }
}

/// In typed text they move the cursor first.
#[test]
fn home_and_end_move_in_typed_text_before_they_move_in_the_list() {
    let mut client = signed_in('1');
    client.keys("?page");
    let cursor = |client: &TestClient| match client.model.overlays.front() {
        Some(Overlay::Help(_)) => client.screen(),
        _ => panic!("no help"),
    };
    let first = selected(&client);
    client.keys("<end>");
    let last = selected(&client);
    assert_ne!(last, first);
    // The cursor goes to the start of the text; the selection stays.
    client.keys("<home>");
    assert_eq!(selected(&client), last);
    client.keys("<home>");
    assert_eq!(selected(&client), first);
    client.keys("<end>");
    assert_eq!(selected(&client), first);
    client.keys(" up");
    assert!(cursor(&client).contains("page up"), "{}", cursor(&client));
}

/// The tallest help that the screen has room for.
#[test]
fn the_help_is_as_high_as_the_screen_has_room() {
    for height in [24, 30, 50] {
        let mut client = TestClient::signed_in(Lang::En, (120, height), '1');
        client.keys("?");
        let popup = popup_of(&client.screen());
        assert_eq!(popup.lines().count() + 2, usize::from(height), "{popup}");
    }
}

/// The line of the help with this action.
fn line(client: &mut TestClient, action: &str) -> String {
    client.keys(&format!("?{action}"));
    let popup = popup_of(&client.screen());
    client.keys("<esc>");
    // Above it is the typed text.
    let line = popup.lines().rfind(|line| line.contains(action));
    line.unwrap_or_else(|| panic!("{popup}")).to_owned()
}

#[test]
fn the_record_is_scrolled_only_if_it_is_longer_than_the_screen() {
    let action = "scroll the record down";
    let mut client = TestClient::signed_in(Lang::En, (120, 40), '1');
    client.keys("4");
    assert!(line(&mut client, action).contains("⊘ nothing to scroll"));
    client.keys("<ctrl-d>");
    assert!(client.screen().contains("There is nothing to scroll."));
    let mut client = TestClient::signed_in(Lang::En, (120, 16), '1');
    client.keys("4");
    assert!(!line(&mut client, action).contains('⊘'));
}

/// The words under which it is looked for, and the label.
#[test]
fn actions_are_found_by_other_words_for_them() {
    let english = [
        ("log out", "sign out"),
        ("logout", "sign out"),
        ("log off", "sign out"),
        ("exit", "quit"),
        ("password", "my password"),
        ("reload", "refresh"),
        ("shortcuts", "help"),
    ];
    let french = [
        ("déconnexion", "se déconnecter"),
        ("deconnecter", "se déconnecter"),
        ("sortir", "quitter"),
        ("changer de mot", "mon mot de passe"),
        ("actualiser", "actualiser"),
    ];
    for (lang, cases) in [(Lang::En, &english[..]), (Lang::Fr, &french[..])] {
        for (typed, label) in cases {
            for open in ["?", ":"] {
                let mut client = TestClient::signed_in(lang, (80, 24), '1');
                client.keys(open).keys(typed);
                client.run_timers();
                let popup = popup_of(&client.screen());
                assert!(popup.contains(label), "{open} {typed}: {popup}");
            }
        }
    }
}
