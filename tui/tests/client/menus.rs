//! The menu of filters.

use epic::{keys::KeyContext, messages::Lang};

use crate::support::test_client::{TestClient, signed_in};

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
