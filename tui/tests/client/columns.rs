//! The columns of a list.

use epic::{messages::Lang, record::Record};

use crate::support::{records::events, test_client::TestClient};

/// The screen of the account of management with this number of columns, after these keys.
fn screen(width: u16, keys: &str) -> String {
    let mut client = TestClient::signed_in(Lang::En, (width, 30), '1');
    client.keys(keys);
    client.screen()
}

/// The heads of the columns.
fn heads(screen: &str) -> &str {
    let is_heads = |line: &&str| line.contains("Title ") || line.contains("Name ");
    screen.lines().find(is_heads).unwrap()
}

#[test]
fn the_parent_of_a_list_has_no_column() {
    // The whole list, the list of a parent, and the head that only the first has.
    let cases = [
        ("3", "2<down>gt", "Client"),
        ("4", "2<down>ge", "Client"),
        ("4", "3ge", "Client"),
        ("2", "1<down>gc", "Commercial"),
        ("3", "1<down>gt", "Commercial"),
        ("4", "1<down><down>ge", "Support"),
    ];
    for (all, of_parent, head) in cases {
        let whole = screen(200, all);
        assert!(heads(&whole).contains(head), "{all}: {whole}");
        let restricted = screen(200, of_parent);
        assert!(restricted.contains(" of "), "{of_parent}: {restricted}");
        assert!(
            !heads(&restricted).contains(head),
            "{of_parent}: {restricted}"
        );
    }
}

#[test]
fn a_location_is_shown_whole_or_not_at_all() {
    for width in 60..=160 {
        let screen = screen(width, "4");
        let mut rows = screen.lines().filter(|line| line.contains("Séminaire"));
        assert!(
            rows.all(|row| row.contains("Parc floral, Paris") || !row.contains("Parc")),
            "{width}: {screen}"
        );
    }
}

/// It is what the list is read by. The name gives way to it, where beside the pane there is room at all.
#[test]
fn the_column_that_orders_the_list_is_shown_whole() {
    let location = "Château de Chantilly, Oise";
    for width in (80..110).chain(120..=160) {
        let mut client = TestClient::signed_in(Lang::En, (width, 30), '1');
        let mut event = events().remove(0);
        event.location = location.to_owned();
        event.event_title = "Assemblée générale des actionnaires de Dupont".to_owned();
        event.support_name = "Jean-Baptiste de la Fontaine".to_owned();
        event.support_id = Some(5);
        client.server.saved = vec![Record::Event(event)];
        client.keys("4s<home><enter>");
        let screen = client.screen();
        assert!(heads(&screen).contains("Location ↑"), "{width}: {screen}");
        assert!(screen.contains(location), "{width}: {screen}");
    }
}
