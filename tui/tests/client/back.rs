//! What Esc ends in a list, and what an empty list says about it.

use epic::{
    messages::Lang,
    record::{Record, Tab},
};

use crate::support::{
    fake_server::single::supported,
    records::events,
    test_client::{TestClient, signed_in},
};

/// What the user sees of a list.
fn view(client: &TestClient) -> (Tab, String, Vec<&'static str>, Option<i64>) {
    let list = client.model.list();
    (
        client.model.tab,
        list.search.value().to_owned(),
        list.criteria.filters.iter().map(|it| it.label).collect(),
        client.model.selected().map(Record::id),
    )
}

/// Esc does what the empty list says, and the record that was selected is selected again.
#[test]
fn esc_ends_what_an_empty_list_says_it_ends() {
    let search = "Esc  ends the search";
    // The keys before, those after which nothing is found, and what the list says.
    let cases = [
        ("2<down><down>", "/zzz<enter>", search),
        ("2f<down><enter><down>", "/zzz<enter>", search),
        ("3f<down><down><enter><down>", "/zzz<enter>", search),
        ("4<down>", "/zzz<enter>", search),
        ("4f<home><enter><down>", "/zzz<enter>", search),
        ("4f<down><down><enter>", "/zzz<enter>", search),
        ("2<down>gt", "/zzz<enter>", search),
        // None of them is signed.
        ("2<down>", "gtf<end><enter>", "Esc  goes back"),
    ];
    for (before, keys, expected) in cases {
        let mut client = signed_in('1');
        client.keys(before);
        let seen = view(&client);
        for part in keys.split_inclusive("<enter>") {
            client.keys(part);
            client.run_timers();
        }
        let screen = client.screen();
        assert!(screen.contains(expected), "{before} {keys}: {screen}");
        client.keys("<esc>");
        client.run_timers();
        assert_eq!(view(&client), seen, "{before} {keys}");
    }
}

/// In the search line too, whatever was found before.
#[test]
fn a_search_that_finds_nothing_leaves_the_selection() {
    for (lang, text) in [
        (Lang::En, "ends the search"),
        (Lang::Fr, "termine la recherche"),
    ] {
        let mut client = TestClient::signed_in(lang, (80, 24), '1');
        client.keys("2<down><down><down>");
        let seen = view(&client);
        for letter in ["/", "c", "l", "i", "z"] {
            client.keys(letter);
            client.run_timers();
        }
        assert!(client.model.selected().is_none());
        assert!(client.screen().contains(text), "{}", client.screen());
        client.keys("<esc>");
        assert_eq!(view(&client), seen);
    }
}

/// The filters of an empty list are removed, back to those with which the tab opens.
#[test]
fn esc_removes_the_filters_of_an_empty_list() {
    let mut client = signed_in('1');
    let event = supported(events().swap_remove(0), Some(4));
    client.server.saved = vec![Record::Event(event)];
    client.keys("4<down>");
    let opened = view(&client);
    client.keys("f<down><enter>");
    let screen = client.screen();
    assert!(screen.contains("Esc  back to “Upcoming”"), "{screen}");
    client.keys("<esc>");
    assert_eq!(view(&client), opened);
}

/// Who has chosen all events sees them also after a search.
#[test]
fn a_search_does_not_take_back_the_choice_of_all() {
    let mut client = signed_in('1');
    client.keys("4f<home><enter>");
    let chosen = view(&client);
    assert!(chosen.2.is_empty());
    client.keys("/gala");
    client.run_timers();
    client.keys("<enter><esc>");
    assert!(view(&client).2.is_empty());
    client.keys("2").keys("4");
    assert!(view(&client).2.is_empty());
    // Without the text, the search is over too.
    client.keys("f<down><enter>/g<back>");
    client.run_timers();
    client.keys("<enter>");
    assert_eq!(view(&client).2, ["filter-upcoming"]);
}
