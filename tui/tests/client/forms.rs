//! Forms: requests, errors and closing.

use epic::{
    api::ApiRequest,
    app::{Msg, overlay::Overlay},
    keys::KeyContext,
    messages::Lang,
};
use epic_events::{
    reason::Reason,
    v1::{CreateClientRequest, UpdateContractRequest},
};

use crate::support::test_client::{TestClient, popup_of, signed_in};

fn created(request: &ApiRequest) -> Option<CreateClientRequest> {
    match request {
        ApiRequest::CreateClient(request) => Some(request.clone()),
        _ => None,
    }
}

fn updated(request: &ApiRequest) -> Option<UpdateContractRequest> {
    match request {
        ApiRequest::UpdateContract(request) => Some(request.clone()),
        _ => None,
    }
}

#[test]
fn a_retried_creation_has_the_same_request_id() {
    let mut client = signed_in('2');
    client.keys("2nZoé Petit<tab>Petit SA<tab>zoe@petit.fr<tab>01 02 03 04 05");
    client.server.unavailable = true;
    client.keys("<ctrl-s>");
    assert!(
        matches!(client.model.overlays.front(), Some(Overlay::Form(_))),
        "nothing is lost"
    );
    client.server.unavailable = false;
    client.run_timers();
    assert!(client.model.overlays.is_empty());
    let requests: Vec<_> = client.requests.iter().filter_map(created).collect();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].request_id, requests[1].request_id);
    assert_eq!(requests[1].company, "Petit SA");
    assert_eq!(
        client.model.selected().unwrap().id(),
        99,
        "the new record is selected"
    );
}

#[test]
fn an_invalid_form_is_not_sent() {
    let mut client = signed_in('2');
    client.keys("2nZoé<tab>Petit SA<tab>zoe<tab>01 02 03 04 05<ctrl-s>");
    assert!(
        client
            .requests
            .iter()
            .all(|request| created(request).is_none())
    );
    assert!(client.screen().contains('✗'));
}

#[test]
fn an_update_sends_only_changed_fields() {
    let mut client = signed_in('2');
    // Karim may change the amounts of his own contract, not its title: the focus skips it.
    client.keys("3<pgdn><home><down><down>");
    let contract = client
        .model
        .list()
        .records
        .iter()
        .position(|r| r.owner() == Some(2));
    for _ in 0..40 {
        client.keys("<up>");
    }
    for _ in 0..contract.unwrap() {
        client.keys("<down>");
    }
    let id = client.model.selected().unwrap().id();
    client.keys("e<ctrl-u>9000<ctrl-s>");
    let sent = client.requests.iter().find_map(updated);
    let expected = UpdateContractRequest {
        id,
        etag: "1".to_owned(),
        total_cents: Some(900_000),
        ..UpdateContractRequest::default()
    };
    assert_eq!(sent, Some(expected));
}

#[test]
fn escape_confirms_before_it_discards() {
    let mut client = signed_in('2');
    client.keys("2n<esc>");
    assert_eq!(
        client.model.key_context(),
        KeyContext::List,
        "nothing was typed"
    );
    client.keys("nZ<esc>");
    assert_eq!(client.model.key_context(), KeyContext::Discard);
    client.keys("<enter>");
    assert_eq!(
        client.model.key_context(),
        KeyContext::Form,
        "Enter alone discards nothing"
    );
    client.keys("<esc>n");
    assert_eq!(client.model.key_context(), KeyContext::Form);
    client.keys("<esc><ctrl-y>");
    assert_eq!(client.model.key_context(), KeyContext::List);
}

#[test]
fn a_postponed_save_can_be_cancelled() {
    let mut client = signed_in('2');
    client.keys("2nZoé<tab>Petit SA<tab>zoe@petit.fr<tab>0102030405");
    client.server.unavailable = true;
    client.keys("<ctrl-s>");
    assert!(client.screen().contains("The save waits for the server"));
    client.keys("<esc>");
    assert!(client.screen().contains("The save has no answer yet"));
    client.keys("<enter>");
    assert_eq!(client.model.key_context(), KeyContext::Form);
    client.keys("<esc><ctrl-y>");
    assert_eq!(client.model.key_context(), KeyContext::List);
    client.requests.clear();
    client.server.unavailable = false;
    client.run_timers();
    let created = client
        .requests
        .iter()
        .any(|c| matches!(c, ApiRequest::CreateClient(_)));
    assert!(!created, "the save was cancelled");
}

#[test]
fn an_error_is_shown_at_its_field() {
    // Keys that save a form, the error, its field, and a key that changes the field.
    let cases = [
        (
            "3<down>e<tab><tab><tab><tab><tab> <ctrl-s>",
            Reason::ContractHasEvent,
            "signed",
            " ",
        ),
        (
            "1<down>e<tab><tab><tab> <ctrl-s>",
            Reason::StillInCharge,
            "successor_id",
            "",
        ),
        (
            "1<home>e<tab><tab><tab> <ctrl-s><ctrl-y>",
            Reason::LastGestion,
            "role",
            " ",
        ),
    ];
    for (keys, reason, name, change) in cases {
        let mut client = signed_in('1');
        client.server.error = Some(reason);
        client.keys(keys);
        let focused = |client: &TestClient| match client.model.overlays.front() {
            Some(Overlay::Form(form)) => {
                let field = form.focused();
                (
                    field.spec.name,
                    field.error.is_some(),
                    form.notice.is_some(),
                )
            }
            _ => panic!("no form"),
        };
        assert_eq!(focused(&client), (name, true, false), "{reason:?}");
        if !change.is_empty() {
            client.keys(change);
            assert_eq!(focused(&client), (name, false, false), "{reason:?}");
        }
    }
}

#[test]
fn the_successor_field_gives_its_reason() {
    let mut client = signed_in('1');
    client.keys("1<down>e<tab><tab><tab> ");
    assert!(client.screen().contains("50 clients need a successor"));
}

#[test]
fn a_time_without_a_date_has_the_date_of_the_start() {
    // Typed start and end, and the normalized end.
    let cases = [
        ("12/9 18h<tab>23h", "12/09/2026 23:00"),
        (
            "12/9 18h<tab>13/9 2h<backtab><tab><ctrl-u>3h",
            "13/09/2026 03:00",
        ),
        (
            "12/9 18h<tab>23h<backtab><ctrl-u>14/9 18h<tab><ctrl-u>22:30",
            "14/09/2026 22:30",
        ),
        ("12/9 22h<tab>2h", "13/09/2026 02:00"),
        ("12/9 18h<tab>minuit", "13/09/2026 00:00"),
        ("12/9 18h<tab>+5h", "12/09/2026 23:00"),
        (
            "12/9 18h<tab>23h<backtab><ctrl-u>14/9 18h<tab>",
            "14/09/2026 23:00",
        ),
        ("<tab>18h", "18h"),
    ];
    for (keys, expected) in cases {
        let mut client = signed_in('2');
        client.keys("4n<tab>").keys(keys).keys("<tab>");
        let Some(Overlay::Form(form)) = client.model.overlays.front() else {
            panic!("no form");
        };
        assert_eq!(form.fields[2].input.value(), expected, "{keys}");
    }
}

/// The end moves when the focus leaves the start, and a hint reports it.
#[test]
fn the_end_of_an_event_moves_with_its_start() {
    let mut client = signed_in('3');
    client.keys("4<down><down>e");
    assert!(client.screen().contains("5 h"));
    client.keys("<ctrl-u>20/12 18h<tab>");
    let screen = client.screen();
    assert!(screen.contains("20/12/2026 23:00"), "{screen}");
    assert!(screen.contains("5 h, moved with the start"), "{screen}");
    client.keys("<ctrl-u>+2j<tab>");
    let screen = client.screen();
    assert!(
        screen.contains("22/12/2026 18:00") && screen.contains("2 d"),
        "{screen}"
    );
}

#[test]
fn pasted_text_is_inserted_into_the_focused_field() {
    let mut client = signed_in('2');
    client.keys("2n");
    client.send(Msg::Paste("Zoé\nPetit\u{1b}".to_owned()));
    let Some(Overlay::Form(form)) = client.model.overlays.front() else {
        panic!("no form");
    };
    assert_eq!(form.focused().input.value(), "Zoé Petit");
}

#[test]
fn a_paste_is_cut_at_the_limit_of_the_field_and_says_so() {
    let long = "é".repeat(20_000);
    // A name, a note and the search, each with a letter after the cursor.
    for (keys, limit) in [
        ("2n", 120),
        ("4n<tab><tab><tab><tab><tab>", 4_000),
        ("2/", 200),
    ] {
        let mut client = signed_in('2');
        client.keys(keys);
        client.keys("Z<left>");
        client.send(Msg::Paste(long.clone()));
        let model = &mut client.model;
        let input = match model.overlays.front() {
            Some(Overlay::Form(form)) => form.focused().input.clone(),
            Some(_) => panic!("no form"),
            None => model.list().search.clone(),
        };
        let expected = format!("{}Z", "é".repeat(limit - 1));
        assert!(input.value() == expected, "{keys}: {}", input.value().len());
        assert_eq!(input.cursor(), limit - 1, "{keys}");
        let said = model.status.as_ref().map_or("", |status| &status.text);
        assert!(said.contains("the rest is not pasted"), "{keys}: {said}");
    }
    let mut client = signed_in('2');
    client.keys("2n");
    client.send(Msg::Paste("x".repeat(120)));
    assert!(client.model.status.is_none());
}

/// Text that is pasted without brackets arrives as keys, and each costs as much as the text is long.
#[test]
fn a_typed_text_ends_at_the_limit_of_the_field_and_says_so() {
    for (keys, limit) in [("2n", 120), ("2/", 200), ("<ctrl-p>", 200)] {
        let mut client = signed_in('2');
        client.keys(keys);
        client.keys(&"x".repeat(limit));
        assert!(client.model.status.is_none(), "{keys}");
        client.keys("yz");
        let said = client.model.status.as_ref().map_or("", |it| &it.text);
        assert_eq!(said, format!("Only {limit} characters fit here."), "{keys}");
        client.keys("<back>");
        assert!(client.model.status.is_none(), "{keys}");
        client.keys("y");
        assert!(client.model.status.is_none(), "{keys}");
    }
}

#[test]
fn a_conflict_offers_both_values() {
    let mut client = signed_in('1');
    client.server.outdated = true;
    client.keys("3<down>e<tab><tab><tab><ctrl-u>100<ctrl-s>");
    let remaining = |client: &TestClient| match client.model.overlays.front() {
        Some(Overlay::Form(form)) => form.fields[3].input.value().to_owned(),
        _ => panic!("no form"),
    };
    assert_eq!(remaining(&client), "100.00");
    client.keys("<ctrl-t>");
    assert_eq!(remaining(&client), "2,000.00", "the saved value");
    client.keys("<ctrl-t>");
    assert_eq!(remaining(&client), "100.00", "the input again");
    client.keys("<ctrl-s>");
    let etags: Vec<_> = client
        .requests
        .iter()
        .filter_map(updated)
        .map(|r| r.etag)
        .collect();
    assert_eq!(etags, ["1", "9"], "the second save has the loaded version");
}

/// Lines of a note that are above or below its box are seen at the track beside it.
#[test]
fn a_long_note_has_a_scroll_bar() {
    // The size of the screen, and the lines of the note that it shows.
    for (size, shown) in [((60, 16), 4), ((120, 40), 12)] {
        let mut client = TestClient::signed_in(Lang::En, size, '2');
        client.keys("4n<tab><tab><tab><tab><tab>");
        let note: Vec<_> = (1..=40).map(|line| format!("line {line}.")).collect();
        client.send(Msg::Paste(note.join("\n")));
        let popup = popup_of(&client.screen());
        let lines: Vec<_> = popup.lines().filter(|it| it.contains("line ")).collect();
        assert_eq!(lines.len(), shown, "{popup}");
        assert!(lines[shown - 1].contains("line 40."), "{popup}");
        assert!(lines[shown - 1].contains('┃'), "{popup}");
        assert!(!lines[0].contains('┃'), "{popup}");
    }
}
