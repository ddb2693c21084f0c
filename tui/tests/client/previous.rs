//! The way back from a related record or list.

use epic::{
    keys::Action,
    record::{Record, Tab},
};

use crate::support::test_client::{TestClient, signed_in};

/// What the user sees of a list.
fn view(client: &TestClient) -> (Tab, String, Vec<&'static str>, Option<i64>, usize) {
    let list = client.model.list();
    (
        client.model.tab,
        list.search.value().to_owned(),
        list.criteria.filters.iter().map(|it| it.label).collect(),
        client.model.selected().map(Record::id),
        list.top,
    )
}

#[test]
fn ctrl_o_and_esc_go_back_to_what_was_on_the_screen() {
    // The keys before the link, and those that open it.
    let cases = [
        ("2<down><down>", "gt"),
        ("2/dupont<enter><down>", "gt"),
        ("3f<down><enter><down>", "gc"),
        ("4<down>", "gt"),
        ("2<end>", "gt"),
    ];
    for (before, link) in cases {
        for back in ["<ctrl-o>", "<esc>"] {
            let mut client = signed_in('1');
            client.keys(before);
            client.run_timers();
            let seen = view(&client);
            client.keys(link);
            assert_ne!(view(&client).0, seen.0, "{before}");
            client.keys(back);
            assert_eq!(view(&client), seen, "{before} {back}");
        }
    }
}

/// The list that a link narrows has been scrolled far below what it then contains.
#[test]
fn a_scrolled_list_is_narrowed_again_and_again() {
    for (scrolled, link) in [
        ("3<end><pgup>", "gt"),
        ("4<end>", "ge"),
        ("3<pgdn><pgdn>", "gt"),
    ] {
        let mut client = signed_in('1');
        client.keys(scrolled);
        client.run_timers();
        let seen = view(&client);
        for _ in 0..3 {
            client.keys("2<home>");
            client.keys(link);
            client.screen();
            client.keys("<esc>");
            client.screen();
        }
        client.keys(&scrolled[..1]);
        client.screen();
        assert_eq!(view(&client), seen, "{scrolled}");
    }
}

#[test]
fn links_are_left_in_reverse_order() {
    let mut client = signed_in('1');
    client.keys("2<down><down>");
    let first = view(&client);
    client.keys("gt<down>");
    let second = view(&client);
    client.keys("gc");
    assert_eq!(client.model.tab, Tab::Clients);
    client.keys("<ctrl-o>");
    assert_eq!(view(&client), second);
    client.keys("<ctrl-o>");
    assert_eq!(view(&client), first);
    client.keys("<ctrl-o>");
    let status = client.model.status.as_ref().map(|it| it.text.as_str());
    assert_eq!(status, Some("There is nothing to go back to."));
}

#[test]
fn another_user_cannot_go_back_to_the_lists_of_the_previous_one() {
    let mut client = signed_in('1');
    client.keys("2<down>gt<log-out>");
    client.keys("<ctrl-u><tab><ctrl-u><f2><enter>");
    assert!(client.model.me.is_some());
    let available = client.model.footer_bindings();
    assert!(available.iter().all(|it| it.action != Action::GoBack));
    let before = view(&client);
    client.keys("<ctrl-o>");
    assert_eq!(view(&client), before);
}
