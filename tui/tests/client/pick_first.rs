//! The first line of a pick-list is the best one, and is not assigned by accident.

use epic::{app::overlay::Overlay, keys::KeyContext, messages::Lang, record::Record};
use epic_events::v1::{Collaborator, Role};

use crate::support::{
    records::collaborators,
    test_client::{TestClient, popup_of, popup_text, signed_in},
};

fn writes(client: &TestClient) -> usize {
    client.requests.iter().filter(|it| it.writes()).count()
}

fn names(client: &TestClient) -> Vec<String> {
    let Some(Overlay::Picker(picker)) = client.model.overlays.front() else {
        panic!("no pick-list");
    };
    picker.choices().iter().map(|it| it.label.clone()).collect()
}

/// The keys that open a pick-list of supports and of commercials.
const LISTS: [&str; 2] = ["4<down>a", "2a"];

#[test]
fn enter_on_an_untouched_list_asks_once() {
    for open in LISTS {
        let mut client = signed_in('1');
        client.keys(open).keys("<enter>");
        assert_eq!(client.model.key_context(), KeyContext::Confirm, "{open}");
        assert_eq!(writes(&client), 0, "{open}");
        // "No" goes back to the list.
        client.keys("<enter>");
        assert_eq!(client.model.key_context(), KeyContext::Picker, "{open}");
        client.keys("<enter><ctrl-y>");
        assert_eq!(writes(&client), 1, "{open}");
        assert_eq!(client.model.key_context(), KeyContext::List, "{open}");
    }
}

#[test]
fn a_chosen_support_is_assigned_without_a_question_and_a_commercial_with_one() {
    for open in LISTS {
        for choose in ["<down><up>", "<down>"] {
            let mut client = signed_in('1');
            client.keys(open).keys(choose).keys("<enter>");
            // The supports are free; a commercial stays with the client.
            let asks = client.model.key_context() == KeyContext::Confirm;
            assert_eq!(asks, open == LISTS[1], "{open} {choose}");
            assert_eq!(writes(&client), usize::from(!asks), "{open} {choose}");
        }
    }
}

#[test]
fn those_with_the_least_work_come_first() {
    let mut client = signed_in('1');
    let person = |id, name: &str, client_count| {
        let all = collaborators().into_iter();
        let mut commercials = all.filter(|it| it.role() == Role::Commercial);
        Record::Collaborator(Collaborator {
            id,
            name: name.to_owned(),
            client_count,
            ..commercials.next().unwrap()
        })
    };
    client.server.saved = vec![person(101, "Ada", 90), person(102, "Zoé", 0)];
    client.keys("2a");
    let shown = names(&client);
    assert_eq!(shown.first().map(String::as_str), Some("Zoé"));
    assert_eq!(shown.last().map(String::as_str), Some("Ada"));
}

#[test]
fn a_list_is_touched_while_text_is_typed_in_it_or_after_a_move() {
    // Keys before Enter, and whether Enter asks.
    let cases = [
        ("x<back>", true),
        ("mar<back><back><back><home>", true),
        ("<end>", false),
        ("<down>x<back>", true),
        ("<up>", true),
        ("<tab>", true),
        ("mar", false),
        ("<down>", false),
        ("x<back><down>", false),
    ];
    for (keys, asks) in cases {
        let mut client = signed_in('1');
        client.keys("4<down>a").keys(keys).keys("<enter>");
        let found = client.model.key_context() == KeyContext::Confirm;
        assert_eq!(found, asks, "{keys}");
        assert_eq!(writes(&client), usize::from(!asks), "{keys}");
    }
}

#[test]
fn typed_text_keeps_the_order_by_work() {
    let mut client = signed_in('1');
    // Martin has an event at that time, Marie one in that week, Omar none.
    client.keys("4a");
    assert_eq!(names(&client), ["Omar Diallo", "Marie Lopez", "Martin Roy"]);
    client.keys("mar");
    assert_eq!(names(&client), ["Omar Diallo", "Marie Lopez", "Martin Roy"]);
    client.keys("i");
    assert_eq!(names(&client), ["Marie Lopez"]);
}

#[test]
fn a_contract_is_listed_by_its_name_and_then_its_number() {
    let mut client = signed_in('1');
    client.keys("<log-out>").keys("<f2><enter>4n<enter>");
    let popup = popup_of(&client.screen());
    assert!(
        popup.contains("Gala de la Croix-Rouge française et … · 1033  "),
        "{popup}"
    );
}

/// Lines below the list have two columns less than its items.
#[test]
fn what_a_choice_means_is_displayed_in_full() {
    for (lang, consequence) in [
        (
            Lang::En,
            "stays with this client: this cannot be changed later.",
        ),
        (Lang::Fr, "Ce client restera suivi par"),
        (Lang::Fr, "ce choix est définitif."),
    ] {
        for width in 60..=90 {
            let mut client = TestClient::signed_in(lang, (width, 16), '1');
            client.keys("2a<down>");
            let text = popup_text(&client);
            assert!(text.contains(consequence), "{width}: {text}");
        }
    }
}
