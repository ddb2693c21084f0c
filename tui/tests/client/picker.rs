//! Pick-lists: filtering, and assigning an owner.

use epic::{api::ApiRequest, app::overlay::Overlay, keys::KeyContext};

use crate::support::test_client::{TestClient, signed_in};

#[test]
fn typing_filters_by_substring_without_accents() {
    // Typed text, and the supports that match.
    let cases = [
        ("", vec!["Marie Lopez", "Omar Diallo", "Martin Roy"]),
        ("lop", vec!["Marie Lopez"]),
        ("ROY mar", vec!["Martin Roy"]),
        ("díal", vec![]),
        ("mlz", vec![]),
    ];
    for (typed, expected) in cases {
        let mut client = signed_in('1');
        client.keys("4a").keys(typed);
        let Some(Overlay::Picker(picker)) = client.model.overlays.front() else {
            panic!("no pick-list");
        };
        let names: Vec<_> = picker.choices().iter().map(|c| c.label.as_str()).collect();
        assert_eq!(names, expected, "{typed:?}");
    }
}

#[test]
fn assigning_a_busy_support_is_confirmed_first() {
    let mut client = signed_in('1');
    let assigned = |client: &TestClient| {
        client
            .requests
            .iter()
            .any(|c| matches!(c, ApiRequest::AssignSupport(_)))
    };
    client.keys("4aroy<enter>");
    assert!(!assigned(&client));
    assert_eq!(client.model.key_context(), KeyContext::Confirm);
    client.keys("n");
    assert!(!assigned(&client));
    client.keys("<enter>y");
    assert!(assigned(&client));
    assert_eq!(client.model.key_context(), KeyContext::List);
}

#[test]
fn the_status_of_an_assignment_names_owner_and_record() {
    let mut client = signed_in('1');
    client.keys("4alop<enter>");
    assert!(
        client
            .screen()
            .contains("✓ Marie Lopez supports “Séminaire Orange”.")
    );
}
