//! The columns of a list.

use epic::messages::Lang;

use crate::support::test_client::TestClient;

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
