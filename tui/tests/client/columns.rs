//! The columns of a list.

use epic::{messages::Lang, record::Record};
use epic_events::v1::{Client, Contract, Event};

use crate::support::{
    records::{clients, contracts, events},
    test_client::{TestClient, popup_of},
};

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
        ("3", "2<down>gt", "Commercial"),
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

/// The heads of the columns, after the list was ordered by the entry of the menu with this number.
fn heads_ordered_by(client: &mut TestClient, entry: usize) -> String {
    client.keys("s<home>");
    client.keys(&"<down>".repeat(entry)).keys("<enter>");
    let row = epic::layout::areas(client.model.size)
        .unwrap()
        .column_headers
        .y;
    let screen = client.screen();
    screen.lines().nth(row.into()).unwrap().to_owned()
}

/// Titles as long as those of real contracts, and the minimum of the column.
#[test]
fn the_name_is_the_last_to_be_cut_beside_the_column_that_orders_the_list() {
    for (lang, (size, entry)) in Lang::ALL.into_iter().flat_map(|lang| {
        let sizes = [(60, 16), (80, 24), (120, 30)];
        sizes
            .into_iter()
            .flat_map(move |size| (0..8).map(move |entry| (lang, (size, entry))))
    }) {
        let mut client = TestClient::signed_in(lang, size, '1');
        let saved = [1, 2, 3].map(|id| {
            Record::Contract(Contract {
                id: 3_000 + id,
                event_title: "Mariage Bertrand-Leclercq".to_owned(),
                client_name: "Maïlys Vigneron".to_owned(),
                total_cents: 12_449_100,
                remaining_cents: 12_449_100,
                ..contracts().swap_remove(0)
            })
        });
        client.server.saved = saved.to_vec();
        client.keys("3");
        heads_ordered_by(&mut client, entry);
        let screen = client.screen();
        let part = if size.0 < 80 {
            "Mariage Bert"
        } else {
            "Mariage Bertrand-Le"
        };
        assert!(screen.contains(part), "{lang:?} {size:?} {entry}: {screen}");
    }
}

/// The number from 150 columns on, and a client's name that is cut before numbers are missing.
#[test]
fn a_list_of_events_uses_the_room_of_a_wide_screen() {
    let mut client = TestClient::signed_in(Lang::En, (170, 30), '1');
    let saved = [1, 2, 3].map(|id| {
        Record::Event(Event {
            id: 3_000 + id,
            event_title: "Lancement de produit".to_owned(),
            location: "Le Grand Rex, Paris".to_owned(),
            client_name: "Maïlys de Vigneron-Lacoste".to_owned(),
            ..events().swap_remove(0)
        })
    });
    client.server.saved = saved.to_vec();
    client.keys("4");
    let screen = client.screen();
    for head in ["Id", "Client", "Location", "Attendees", "Starts"] {
        assert!(heads(&screen).contains(head), "{head}: {screen}");
    }
    assert!(screen.contains("Le Grand Rex, Paris"), "{screen}");
}

/// Every order is seen at the head of its column, also that by number or time, for which there is a column
/// only then.
#[test]
fn the_column_that_the_user_orders_a_list_by_is_shown() {
    for (lang, size) in Lang::ALL
        .into_iter()
        .flat_map(|lang| [(60, 16), (80, 24), (120, 30), (200, 50)].map(|size| (lang, size)))
    {
        for tab in ["1", "2", "3", "4"] {
            let mut client = TestClient::signed_in(lang, size, '1');
            client.keys(tab).keys("s");
            let menu = popup_of(&client.screen());
            let orders = menu.lines().count() - 2;
            client.keys("<esc>");
            let mut titles = Vec::new();
            for entry in 0..orders {
                // Twice, in both directions.
                let heads = heads_ordered_by(&mut client, entry);
                let arrow = heads.find(['↑', '↓']);
                let arrow = arrow.unwrap_or_else(|| panic!("{tab} {entry} {heads}"));
                let title = heads[..arrow].trim_end().rsplit("  ").next().unwrap();
                titles.push(title.to_owned());
                let heads = heads_ordered_by(&mut client, entry);
                assert!(heads.contains(['↑', '↓']), "{tab} {entry} {heads}");
                let newest = client.model.messages.get("order-newest");
                assert!(!client.screen().contains(&newest), "{heads}");
            }
            let count = titles.len();
            titles.sort();
            titles.dedup();
            assert_eq!(titles.len(), count, "{titles:?}");
        }
    }
}

/// Contracts open with the newest first, which the line of the filters says: no column is needed for it.
#[test]
fn the_order_with_which_contracts_open_is_said_in_words() {
    let narrow = screen(120, "3");
    assert!(narrow.contains("newest first"), "{narrow}");
    assert!(!heads(&narrow).contains("Id"), "{narrow}");
    let wide = screen(160, "3");
    assert!(heads(&wide).contains("Id ↓"), "{wide}");
    assert!(!wide.contains("newest first"), "{wide}");
}

#[test]
fn an_email_that_orders_the_list_is_whole_at_80_columns() {
    let email = "jean-baptiste.de-la-fontaine@example.fr";
    for lang in Lang::ALL {
        let mut client = TestClient::signed_in(lang, (80, 24), '1');
        let person = Client {
            name: "Jean-Baptiste de la Fontaine".to_owned(),
            company: "Imprimerie de la Croix-Rouge".to_owned(),
            email: email.to_owned(),
            ..clients().swap_remove(1)
        };
        client.server.saved = vec![Record::Client(person)];
        client.keys("2s<home><down><down><enter>");
        let screen = client.screen();
        assert!(screen.contains(email), "{screen}");
        assert!(screen.contains("Jean-Baptiste d"), "{screen}");
    }
}
