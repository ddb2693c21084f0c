//! What a pick-list shows: only those who are free, and how many of all.

use epic::{app::overlay::Overlay, keys::Action, view::footer::actions};

use crate::support::test_client::{TestClient, popup_of, popup_text, signed_in};

fn names(client: &TestClient) -> Vec<String> {
    let Some(Overlay::Picker(picker)) = client.model.overlays.front() else {
        panic!("no pick-list");
    };
    picker.choices().iter().map(|it| it.label.clone()).collect()
}

/// The count in the lower frame of the pick-list.
fn count(client: &TestClient) -> String {
    let popup = popup_of(&client.screen());
    let frame = popup.lines().last().unwrap().to_owned();
    let count = frame.trim_end_matches(['─', '╯', ' ']).rsplit('─').next();
    let count = count.unwrap().trim();
    if count.starts_with("Esc") { "" } else { count }.to_owned()
}

#[test]
fn tab_leaves_out_the_busy_ones_and_shows_them_again() {
    let mut client = signed_in('1');
    client.keys("4a");
    let all = ["Omar Diallo", "Marie Lopez", "Martin Roy"];
    assert_eq!(
        (names(&client), count(&client).as_str()),
        (all.map(String::from).to_vec(), "3 of 3")
    );
    client.keys("<tab>");
    assert_eq!(names(&client), all[..2]);
    assert_eq!(count(&client), "2 of 3");
    client.keys("roy");
    assert!(
        popup_text(&client).contains("No match."),
        "{}",
        popup_text(&client)
    );
    client.keys("<tab>");
    assert_eq!(
        (names(&client).len(), count(&client).as_str()),
        (1, "1 of 3")
    );
}

/// The selected support stays selected while it is in the list.
#[test]
fn the_selection_stays_with_its_line() {
    let mut client = signed_in('1');
    client.keys("4a<down><tab>");
    let selected = |client: &TestClient| {
        let popup = popup_of(&client.screen());
        let line = popup.lines().find(|line| line.contains('▌')).unwrap();
        line.contains("Marie Lopez")
    };
    assert!(selected(&client));
    client.keys("<tab>");
    assert!(selected(&client));
}

#[test]
fn other_lists_that_are_typed_into_do_not_offer_it() {
    // The keys that open a list, and whether it has supports of an event.
    let lists = [
        ("4a", true),
        ("2a", false),
        ("3n<enter>", false),
        (":", false),
        ("?", false),
    ];
    for (keys, is_offered) in lists {
        let mut client = signed_in('1');
        client.keys(keys);
        let offered = actions(&client.model);
        let offered = offered.iter().any(|it| it.action == Action::OnlyFree);
        assert_eq!(offered, is_offered, "{keys}");
        let before = client.screen();
        client.keys("<tab>");
        assert_eq!(client.screen() == before, !is_offered, "{keys}");
    }
}

#[test]
fn a_list_of_which_the_server_sends_a_part_is_counted_whole() {
    let mut client = signed_in('1');
    client.keys("3n<enter>");
    assert_eq!(count(&client), "150 of 150");
    client.keys("client 1");
    assert_eq!(count(&client), "", "the answer has not arrived");
    client.run_timers();
    assert_eq!(count(&client), "68 of 150");
}
