//! The short menus of a list.

use epic::{keys::KeyContext, messages::Lang};

use crate::support::test_client::{TestClient, popup_of, signed_in};

#[test]
fn toggled_filters_stay_on() {
    // Keys in the menu, and the filters that are active after them.
    let cases = [
        (
            "3f<down> <down> <enter>",
            vec!["filter-unsigned", "filter-debtor"],
        ),
        ("3f<down> <down><enter>", vec!["filter-unsigned"]),
        ("3f<down><down><enter>", vec!["filter-debtor"]),
        ("3f<down> <up> <enter>", vec![]),
        ("1f<down> <down> <enter>", vec!["filter-commercial"]),
    ];
    for (keys, expected) in cases {
        let mut client = signed_in('1');
        client.keys(keys);
        assert_eq!(client.model.key_context(), KeyContext::List);
        let filters = client.model.list().criteria.filters.iter();
        let labels: Vec<_> = filters.map(|filter| filter.label).collect();
        assert_eq!(labels, expected, "{keys}");
    }
}

#[test]
fn the_active_filter_is_always_shown() {
    for (lang, on) in [(Lang::En, "Signed, no event"), (Lang::Fr, "Signés sans év")] {
        let mut client = TestClient::signed_in(lang, (80, 24), '1');
        client.keys("3f<down><down><down><enter>/mar");
        assert!(client.screen().contains(on), "{}", client.screen());
    }
}

#[test]
fn home_and_end_go_to_the_first_and_the_last_entry() {
    let order = |keys| {
        let mut client = signed_in('1');
        client.keys(keys);
        client.model.list().criteria.order.column
    };
    assert_eq!(order("2s<end><enter>"), "create_time");
    assert_eq!(order("2s<end><home><enter>"), "name");
    let mut client = signed_in('1');
    client.keys("3<down><down>g<end><enter>");
    assert_eq!(client.model.list().row, Some(0), "the top of the list");
    client.keys("f<end><home><enter>");
    assert!(client.model.list().criteria.filters.is_empty());
}

#[test]
fn an_order_stands_once_under_the_head_of_its_column() {
    for lang in Lang::ALL {
        for tab in ["1", "2", "3", "4"] {
            let mut client = TestClient::signed_in(lang, (120, 30), '1');
            client.keys(tab).keys("s");
            let popup = popup_of(&client.screen());
            let entry = |line: &str| line.trim_matches(|it| " │▌✓↑↓".contains(it)).to_owned();
            let entries: Vec<_> = popup.lines().map(entry).collect();
            let count = |id: &str| {
                let text = client.model.messages.get(id);
                entries.iter().filter(|it| **it == text).count()
            };
            for id in ["column-id", "column-updated", "column-created"] {
                assert_eq!(count(id), 1, "{id}: {popup}");
            }
            assert!(popup.contains(['↑', '↓']), "{popup}");
        }
    }
}

/// A number stands for the filters that have no room, and opens the menu that has all of them.
#[test]
fn filters_without_room_are_counted() {
    let mut counted = 0;
    for lang in Lang::ALL {
        for width in 60..=120 {
            for tab in ["1", "2", "3", "4"] {
                let mut client = TestClient::signed_in(lang, (width, 24), '2');
                client.keys(tab);
                let screen = client.screen();
                let line = screen.lines().nth(2).unwrap();
                let filters = client.model.tab.screen().filters.iter();
                let role = client.model.me.as_ref().unwrap().role();
                let labels = filters.filter(|it| (it.for_role)(role)).map(|it| it.label);
                let labels = labels.chain(["filter-all"]);
                let missing = labels.filter(|id| !line.contains(&client.model.messages.get(id)));
                let missing = missing.count();
                let sign = format!("+{missing}");
                assert_eq!(
                    missing > 0,
                    line.contains(&sign),
                    "{tab} at {width}: {line}"
                );
                if missing > 0 {
                    let start = line[..line.find(&sign).unwrap()].chars().count();
                    client.click(u16::try_from(start).unwrap(), 2);
                    assert_eq!(client.model.key_context(), KeyContext::Menu, "{line}");
                    counted += 1;
                }
            }
        }
    }
    assert!(counted >= 5, "{counted}");
}
