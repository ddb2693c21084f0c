//! A record that leaves the list stays in its row until the selection moves.

use epic::{messages::Lang, record::Record};
use epic_events::v1::{Client, Contract};

use crate::support::{
    changes::{paid, save},
    fake_server::single::supported,
    records::{KARIM, clients, contracts, events},
    test_client::TestClient,
};

/// The lines of the screen that contain the text.
fn lines(client: &TestClient, text: &str) -> Vec<String> {
    let screen = client.screen();
    let lines = screen.lines().filter(|line| line.contains(text));
    lines.map(str::to_owned).collect()
}

/// The text of the row of the list in front that is selected.
fn selected_line(client: &TestClient) -> String {
    lines(client, "▌").swap_remove(0)
}

const KEPT: &str = "no longer in this list";

#[test]
fn an_edited_record_that_leaves_the_list_stays_until_the_selection_moves() {
    let contract = |at: usize| contracts().swap_remove(at);
    let assigned = Client {
        commercial_id: Some(KARIM),
        commercial_name: "Karim Benali".to_owned(),
        etag: "2".to_owned(),
        ..clients().swap_remove(3)
    };
    // Keys that filter, keys that save, and the record as it is stored.
    let cases = [
        (
            "3fj<enter><down>",
            "e<tab><tab><tab><tab><tab> <ctrl-s>",
            Record::Contract(Contract {
                signed: true,
                etag: "2".to_owned(),
                ..contract(3)
            }),
        ),
        (
            "3fjj<enter><down>",
            "e<tab><tab><tab><ctrl-u>0<ctrl-s>",
            Record::Contract(Contract {
                remaining_cents: 0,
                etag: "2".to_owned(),
                ..contract(2)
            }),
        ),
        (
            "2fj<enter><down>",
            "akarim<enter><ctrl-y>",
            Record::Client(assigned),
        ),
        (
            "4fjj<enter>",
            "aomar<enter>",
            Record::Event(supported(events().swap_remove(0), Some(4))),
        ),
    ];
    for size in [(60, 16), (80, 24), (120, 30), (200, 50)] {
        for (filter, change, stored) in cases.clone() {
            let mut client = TestClient::signed_in(Lang::En, size, '1');
            client.keys(filter);
            let before = client.model.list().row;
            let total = client.model.list().total.unwrap().0;
            assert_eq!(client.model.selected().unwrap().id(), stored.id());
            client.server.saved = vec![stored.clone()];
            client.keys(change);
            client.run_timers();
            let list = client.model.list();
            assert_eq!(client.model.selected().unwrap().id(), stored.id());
            assert_eq!((list.row, list.total), (before, Some((total - 1, false))));
            assert!(selected_line(&client).contains(KEPT), "{}", client.screen());
            assert!(selected_line(&client).contains(&stored.name()[..6]));
            let next = list.records.get(before.unwrap() + 1).map(Record::id);
            // A click on the row itself, and a refresh, leave it there.
            client.keys("<down>");
            let list = client.model.list();
            if let Some(next) = next {
                assert_eq!(client.model.selected().unwrap().id(), next, "{filter}");
                assert_eq!(list.row, before, "it has moved up");
                assert!(lines(&client, KEPT).is_empty(), "{}", client.screen());
                assert_eq!(list.records.len() as u64, total - 1);
            }
        }
    }
}

#[test]
fn the_row_above_is_selected_after_a_kept_one() {
    let mut client = TestClient::signed_in(Lang::Fr, (80, 24), '1');
    client.keys("3fj<enter><down><down>");
    let ids: Vec<_> = client.model.list().records.iter().map(Record::id).collect();
    let id = client.model.selected().unwrap().id();
    let at = contracts().iter().position(|it| it.id == id).unwrap();
    save(&mut client, paid(at));
    client.run_timers();
    assert!(
        selected_line(&client).contains("n’est plus dans cette liste"),
        "{}",
        client.screen()
    );
    client.keys("<up>");
    assert_eq!(client.model.selected().unwrap().id(), ids[1]);
    assert_eq!(client.model.list().row, Some(1));
    client.keys("<down>");
    assert_eq!(client.model.selected().unwrap().id(), ids[3]);
}

/// The event that was added to it has taken it out of the list.
#[test]
fn a_contract_that_has_its_event_offers_no_other_one() {
    for (lang, keys) in [
        (Lang::En, "3f<end><up><enter>"),
        (Lang::Fr, "3f<end><up><enter>"),
    ] {
        let mut client = TestClient::signed_in(lang, (120, 30), '2');
        let stored = |event_id, etag: &str| {
            Record::Contract(Contract {
                signed: true,
                event_id,
                etag: etag.to_owned(),
                ..contracts().swap_remove(1)
            })
        };
        client.server.saved = vec![stored(None, "2")];
        client.keys(keys);
        let id = stored(None, "2").id();
        while client.model.selected().unwrap().id() != id {
            client.keys("<down>");
        }
        let offer = client.model.messages.get("key-new-event");
        assert!(client.screen().contains(&offer), "{}", client.screen());
        client.keys("n12/10/2026 18h<tab>23h<tab>Lyon<tab>40");
        client.server.saved = vec![stored(Some(99), "3")];
        client.keys("<ctrl-s><esc>");
        assert_eq!(client.model.selected().unwrap(), &stored(Some(99), "3"));
        let kept = client.model.messages.get("row-kept");
        assert!(
            selected_line(&client).contains(&kept),
            "{}",
            client.screen()
        );
        assert!(!client.screen().contains(&offer), "{}", client.screen());
        client.keys("?");
        let screen = client.screen();
        let new = screen.lines().find(|line| line.contains("  n  "));
        assert!(!new.unwrap_or_default().contains(&offer), "{screen}");
    }
}

/// A search is a filter too; a record that matches again is an ordinary row.
#[test]
fn a_record_that_no_longer_matches_the_search_stays_until_it_matches_again() {
    let mut client = TestClient::signed_in(Lang::En, (120, 30), '2');
    client.keys("2/fontaine");
    client.run_timers();
    client.keys("<enter>");
    let stored = |name: &str, etag: &str| {
        Record::Client(Client {
            name: name.to_owned(),
            etag: etag.to_owned(),
            ..clients().swap_remove(1)
        })
    };
    client.server.saved = vec![stored("Zoé Martin", "2")];
    client.keys("e<ctrl-u>Zoé Martin<ctrl-s>");
    assert!(selected_line(&client).contains("Zoé Martin"));
    assert!(selected_line(&client).contains(KEPT), "{}", client.screen());
    client.server.saved = vec![stored("Zoé Fontaine", "3")];
    client.keys("e<ctrl-u>Zoé Fontaine<ctrl-s>");
    assert!(selected_line(&client).contains("Zoé Fontaine"));
    assert!(lines(&client, KEPT).is_empty(), "{}", client.screen());
    assert_eq!(client.model.list().records.len(), 1);
}

/// The key of its event says what comes before it.
#[test]
fn a_contract_is_signed_before_its_event_is_added() {
    for lang in Lang::ALL {
        let mut client = TestClient::signed_in(lang, (120, 30), '2');
        client.keys("3<home>");
        let user = client.model.me.as_ref().unwrap().id;
        let is_own_unsigned = |client: &TestClient| {
            matches!(client.model.selected(), Some(Record::Contract(it))
                if !it.signed && it.commercial_id == Some(user))
        };
        while !is_own_unsigned(&client) {
            client.keys("<down>");
        }
        client.keys("n");
        let reason = client.model.messages.get("not-applicable-unsigned");
        assert!(client.screen().contains(&reason), "{}", client.screen());
    }
}
