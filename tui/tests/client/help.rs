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
        for size in [(80, 24), (120, 30)] {
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
