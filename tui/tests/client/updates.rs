//! What follows from keys and answers.

use epic::{
    api::ApiRequest,
    app::{Msg, overlay::Overlay},
    keys::{self, BINDINGS, KeyContext},
    messages::{Lang, Messages},
    record::Tab,
};
use epic_events::{
    reason::Reason,
    v1::{CreateClientRequest, UpdateContractRequest},
};

use crate::test_client::TestClient;

const SIZE: (u16, u16) = (120, 40);

fn desk(digit: char) -> TestClient {
    TestClient::signed_in(Lang::En, SIZE, digit)
}

#[test]
fn every_key_has_its_words_in_every_language() {
    for lang in Lang::ALL {
        let messages = Messages::new(lang);
        for binding in BINDINGS {
            assert_ne!(messages.get(binding.label), binding.label, "{lang:?}");
            for key in binding.keys {
                let name = key.show(&messages);
                assert!(!name.is_empty() && !name.contains("keyname"), "{key:?}");
            }
        }
        for tab in Tab::ALL {
            let screen = tab.screen();
            let heads = (screen.heads)();
            let fields = screen.create.fields.iter().chain(screen.edit.fields);
            let ids = heads
                .iter()
                .map(|head| head.title)
                .chain(screen.filters.iter().map(|filter| filter.label))
                .chain(screen.orders.iter().map(|(label, _)| *label))
                .chain(fields.map(|field| field.label))
                .chain([screen.title, screen.one, screen.none])
                .chain([screen.create.title, screen.edit.title]);
            for id in ids {
                assert_ne!(messages.get(id), id, "{lang:?}");
            }
        }
    }
}

#[test]
fn no_key_means_two_things_in_one_place() {
    for (index, binding) in BINDINGS.iter().enumerate() {
        for other in &BINDINGS[index + 1..] {
            if binding.context == other.context {
                let twice = binding.keys.iter().find(|key| other.keys.contains(key));
                assert!(twice.is_none(), "{twice:?} in {:?}", binding.context);
            }
        }
    }
}

#[test]
fn what_is_not_allowed_says_why() {
    // Who, keys, what the status line says.
    let cases = [
        ('2', "2<home>a", "gestion"),
        ('1', "2n", "commercial"),
        ('1', "2e", "commercial"),
        ('3', "3n", "gestion"),
        ('3', "1d", "gestion"),
        ('2', "4e", "support"),
        ('1', "2<down>a", "already"),
        ('2', "2<down><down>e", "only sofia rossi, who is in charge,"),
        ('2', "2e", "nobody is in charge"),
        ('3', "4<down>e", "only its support, martin roy,"),
        ('1', "2<down>a", "karim benali is in charge already"),
        ('2', "2<home>a", "only gestion can assign a commercial"),
        ('1', "2d", "clients are not deleted"),
        ('1', "4d", "events are not deleted"),
        ('1', "3w", "only collaborators have passwords"),
        ('1', "3a", "a contract takes its client’s commercial"),
    ];
    for (who, keys, expected) in cases {
        let mut desk = desk(who);
        desk.keys(keys);
        let said = desk.model.status.clone().map(|status| status.text);
        let said = said.unwrap_or_default().to_lowercase();
        assert!(said.contains(expected), "{who} {keys}: {said:?}");
        assert!(
            desk.model.overlays.is_empty(),
            "{who} {keys} opened something"
        );
    }
}

#[test]
fn the_footer_offers_only_what_can_be_done() {
    let labels = |desk: &TestClient| -> Vec<&str> {
        let offers = desk.model.offers();
        offers.iter().map(|binding| binding.label).collect()
    };
    // Who, keys, offered, not offered.
    let cases = [
        ('1', "2", "key-assign", "key-edit"),
        ('2', "2<down>", "key-edit", "key-assign"),
        ('3', "2", "key-go", "key-new"),
        ('1', "1", "key-delete", "key-assign"),
    ];
    for (who, keys, offered, not) in cases {
        let mut desk = desk(who);
        desk.keys(keys);
        let labels = labels(&desk);
        assert!(labels.contains(&offered), "{who} {keys}: {labels:?}");
        assert!(!labels.contains(&not), "{who} {keys}: {labels:?}");
    }
}

#[test]
fn the_selection_belongs_to_the_record() {
    let mut desk = desk('1');
    desk.keys("2<down><down><down>");
    let id = desk.model.selected().unwrap().id();
    for keys in ["r", "s<down><enter>", "s<enter>"] {
        desk.keys(keys);
        assert_eq!(desk.model.selected().unwrap().id(), id, "after {keys}");
    }
    desk.keys("/client 1");
    desk.wait();
    assert_ne!(
        desk.model.selected().unwrap().id(),
        id,
        "it is filtered out"
    );
}

#[test]
fn scrolling_asks_for_pages_and_ends() {
    let mut desk = desk('1');
    assert_eq!(desk.model.list().tab, Tab::Clients);
    for _ in 0..12 {
        desk.keys("<pgdn>");
    }
    assert_eq!(desk.model.list().records.len(), 150);
    assert_eq!(desk.model.list().row, Some(149));
    let pages = desk.calls.len();
    desk.keys("<pgdn><end>");
    assert_eq!(desk.calls.len(), pages, "nothing is asked after the end");
}

#[test]
fn only_the_last_question_is_answered() {
    let mut desk = desk('1');
    desk.slow = true;
    desk.keys("2/zoé");
    desk.wait();
    desk.keys("<esc>/ana");
    desk.wait();
    desk.answer_backwards();
    let names: Vec<_> = desk
        .model
        .list()
        .records
        .iter()
        .map(|r| r.name().to_owned())
        .collect();
    assert_eq!(names, ["Ana García"]);
}

#[test]
fn a_client_is_created_once_however_often_one_tries() {
    let mut desk = desk('2');
    desk.keys("2nZoé Petit<tab>Petit SA<tab>zoe@petit.fr<tab>01 02 03 04 05");
    desk.office.away = true;
    desk.keys("<ctrl-s>");
    assert!(
        matches!(desk.model.overlays.last(), Some(Overlay::Form(_))),
        "nothing is lost"
    );
    desk.office.away = false;
    desk.wait();
    assert!(desk.model.overlays.is_empty());
    let requests: Vec<_> = desk.calls.iter().filter_map(created).collect();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].request_id, requests[1].request_id);
    assert_eq!(requests[1].company, "Petit SA");
    assert_eq!(
        desk.model.selected().unwrap().id(),
        99,
        "one stands on what was added"
    );
}

fn created(call: &ApiRequest) -> Option<CreateClientRequest> {
    match call {
        ApiRequest::CreateClient(request) => Some(request.clone()),
        _ => None,
    }
}

#[test]
fn a_wrong_field_is_not_sent() {
    let mut desk = desk('2');
    desk.keys("2nZoé<tab>Petit SA<tab>zoe<tab>01 02 03 04 05<ctrl-s>");
    assert!(desk.calls.iter().all(|call| created(call).is_none()));
    assert!(desk.screen().contains('✗'));
}

#[test]
fn an_update_sends_what_changed_and_nothing_else() {
    let mut desk = desk('2');
    // Karim may change the amounts of his own contract, not its title: the cursor skips it.
    desk.keys("3<pgdn><home><down><down>");
    let contract = desk
        .model
        .list()
        .records
        .iter()
        .position(|r| r.owner() == Some(2));
    for _ in 0..40 {
        desk.keys("<up>");
    }
    for _ in 0..contract.unwrap() {
        desk.keys("<down>");
    }
    let id = desk.model.selected().unwrap().id();
    desk.keys("e<ctrl-u>9000<ctrl-s>");
    let sent = desk.calls.iter().find_map(updated);
    let expected = UpdateContractRequest {
        id,
        etag: "1".to_owned(),
        total_cents: Some(900_000),
        ..UpdateContractRequest::default()
    };
    assert_eq!(sent, Some(expected));
}

#[test]
fn a_busy_support_is_assigned_only_after_a_question() {
    let mut desk = desk('1');
    let assigned = |desk: &TestClient| {
        desk.calls
            .iter()
            .any(|c| matches!(c, ApiRequest::AssignSupport(_)))
    };
    desk.keys("4aroy<enter>");
    assert!(!assigned(&desk));
    assert_eq!(desk.model.key_context(), KeyContext::Confirm);
    desk.keys("n");
    assert!(!assigned(&desk));
    desk.keys("<enter>y");
    assert!(assigned(&desk));
    assert_eq!(desk.model.key_context(), KeyContext::List);
}

#[test]
fn typing_narrows_by_parts_of_words_without_accents() {
    // What is typed, and who is left of the supports.
    let cases = [
        ("", vec!["Marie Lopez", "Omar Diallo", "Martin Roy"]),
        ("lop", vec!["Marie Lopez"]),
        ("ROY mar", vec!["Martin Roy"]),
        ("díal", vec![]),
        ("mlz", vec![]),
    ];
    for (typed, expected) in cases {
        let mut desk = desk('1');
        desk.keys("4a").keys(typed);
        let Some(Overlay::Picker(picker)) = desk.model.overlays.last() else {
            panic!("no pick-list");
        };
        let names: Vec<_> = picker.choices().iter().map(|c| c.label.as_str()).collect();
        assert_eq!(names, expected, "{typed:?}");
    }
}

#[test]
fn a_secret_is_shown_until_it_is_acknowledged() {
    let mut desk = desk('1');
    desk.keys("1<down>w<enter><esc>");
    assert_eq!(desk.model.key_context(), KeyContext::Secret);
    desk.keys("c");
    assert_eq!(desk.copied, ["kite-ember-42-lotus"]);
    desk.keys("<enter>");
    assert_eq!(desk.model.key_context(), KeyContext::List);
}

#[test]
fn escape_asks_before_it_throws_away() {
    let mut desk = desk('2');
    desk.keys("2n<esc>");
    assert_eq!(
        desk.model.key_context(),
        KeyContext::List,
        "nothing was typed"
    );
    desk.keys("nZ<esc>");
    assert_eq!(desk.model.key_context(), KeyContext::Discard);
    desk.keys("<enter>");
    assert_eq!(
        desk.model.key_context(),
        KeyContext::Form,
        "Enter alone loses nothing"
    );
    desk.keys("<esc>n");
    assert_eq!(desk.model.key_context(), KeyContext::Form);
    desk.keys("<esc>y");
    assert_eq!(desk.model.key_context(), KeyContext::List);
}

#[test]
fn what_is_ticked_in_the_filter_menu_stays_on() {
    // Keys in the menu, and the filters that are on after it.
    let cases = [
        ("<down> <down> <enter>", vec![0, 1]),
        ("<down> <down><enter>", vec![0]),
        ("<down><down><enter>", vec![1]),
        ("<down> <up> <enter>", vec![]),
    ];
    for (keys, expected) in cases {
        let mut desk = desk('1');
        desk.keys("3f").keys(keys);
        assert_eq!(desk.model.key_context(), KeyContext::List);
        assert_eq!(desk.model.list().wanted.filters, expected, "{keys}");
    }
}

#[test]
fn the_filter_that_is_on_is_always_told() {
    for (lang, on) in [
        (Lang::En, "● Signed, no event"),
        (Lang::Fr, "● Signés sans év"),
    ] {
        let mut desk = TestClient::signed_in(lang, (80, 24), '1');
        desk.keys("3f<down><down><down><enter>/mar");
        assert!(desk.screen().contains(on), "{}", desk.screen());
    }
}

#[test]
fn deleting_oneself_says_so_and_signs_out() {
    let mut desk = desk('1');
    desk.keys("1<home>d");
    assert!(desk.screen().contains("This is you"));
    desk.keys("<ctrl-d>");
    assert_eq!(desk.model.key_context(), KeyContext::Login);
    assert!(desk.screen().contains("Your account is deleted"));
}

#[test]
fn ones_own_new_password_is_shown_before_one_is_signed_out() {
    let mut desk = desk('1');
    desk.keys("1<home>w");
    assert!(desk.screen().contains("This is you"));
    desk.slow = true;
    desk.keys("y");
    desk.answer_backwards();
    assert_eq!(desk.model.key_context(), KeyContext::Secret);
    assert!(desk.screen().contains("kite-ember-42-lotus"));
    desk.keys("<enter>");
    assert_eq!(desk.model.key_context(), KeyContext::Login);
    assert!(desk.screen().contains("Sign in with the one you noted"));
    assert!(desk.screen().contains("alice@epic.example"));
}

#[test]
fn a_save_that_waits_says_so_and_can_be_given_up() {
    let mut desk = desk('2');
    desk.keys("2nZoé<tab>Petit SA<tab>zoe@petit.fr<tab>0102030405");
    desk.office.away = true;
    desk.keys("<ctrl-s>");
    assert!(desk.screen().contains("The save waits for the server"));
    desk.keys("<esc>");
    assert!(desk.screen().contains("not answered yet"));
    desk.keys("<enter>");
    assert_eq!(desk.model.key_context(), KeyContext::Form);
    desk.keys("<esc>y");
    assert_eq!(desk.model.key_context(), KeyContext::List);
    desk.calls.clear();
    desk.office.away = false;
    desk.wait();
    let created = desk
        .calls
        .iter()
        .any(|c| matches!(c, ApiRequest::CreateClient(_)));
    assert!(!created, "it was given up");
}

#[test]
fn a_refusal_lands_on_the_field_it_is_about() {
    // Keys to a saved form, why it is refused, the field, and a key that changes that field.
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
            "1<home>e<tab><tab><tab> <ctrl-s>",
            Reason::LastGestion,
            "role",
            " ",
        ),
    ];
    for (keys, reason, name, change) in cases {
        let mut desk = desk('1');
        desk.office.refuses = Some(reason);
        desk.keys(keys);
        let focused = |desk: &TestClient| match desk.model.overlays.last() {
            Some(Overlay::Form(form)) => {
                let field = form.focused();
                (
                    field.spec.name,
                    field.problem.is_some(),
                    form.notice.is_some(),
                )
            }
            _ => panic!("no form"),
        };
        assert_eq!(focused(&desk), (name, true, false), "{reason:?}");
        if !change.is_empty() {
            desk.keys(change);
            assert_eq!(focused(&desk), (name, false, false), "{reason:?}");
        }
    }
}

#[test]
fn a_successor_is_asked_for_with_the_reason() {
    let mut desk = desk('1');
    desk.keys("1<down>e<tab><tab><tab> ");
    assert!(desk.screen().contains("61 clients need a successor"));
}

#[test]
fn a_time_alone_is_on_the_day_of_the_start() {
    // What is typed into start and end, and what the end becomes.
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
        ("<tab>18h", "18h"),
    ];
    for (keys, expected) in cases {
        let mut desk = desk('2');
        desk.keys("4n<tab>").keys(keys).keys("<tab>");
        let Some(Overlay::Form(form)) = desk.model.overlays.last() else {
            panic!("no form");
        };
        assert_eq!(form.fields[2].input.value(), expected, "{keys}");
    }
}

#[test]
fn an_assignment_says_whom_to_what() {
    let mut desk = desk('1');
    desk.keys("4alop<enter>");
    assert!(
        desk.screen()
            .contains("✓ Marie Lopez supports “Séminaire Orange”.")
    );
}

#[test]
fn a_digit_fills_in_another_account_after_a_failed_try() {
    let mut desk = TestClient::new(Lang::En, SIZE);
    let email = |desk: &TestClient| desk.model.login.fields[0].input.value().to_owned();
    desk.keys("1<ctrl-u>wrong");
    desk.keys("2");
    assert_eq!(
        email(&desk),
        "alice@epic.example",
        "digits of a password are typed"
    );
    desk.office.refuses = Some(Reason::LoginFailed);
    desk.keys("<enter>2");
    assert_eq!(email(&desk), "karim@epic.example");
}

#[test]
fn pasting_goes_to_what_one_types_in() {
    let mut desk = desk('2');
    desk.keys("2n");
    desk.send(Msg::Paste("Zoé\nPetit\u{1b}".to_owned()));
    let Some(Overlay::Form(form)) = desk.model.overlays.last() else {
        panic!("no form");
    };
    assert_eq!(form.focused().input.value(), "Zoé Petit");
}

#[test]
fn the_mouse_does_what_keys_do() {
    let mut desk = desk('1');
    let tabs = epic::view::header::tabs(&desk.model);
    desk.click(tabs[2].1.x + 2, 0);
    assert_eq!(desk.model.tab, Tab::Contracts);
    let rows = epic::layout::areas(SIZE).unwrap().rows;
    desk.click(rows.x + 5, rows.y + 3);
    assert_eq!(desk.model.list().row, Some(3));
    let offers = epic::view::footer::offers(&desk.model);
    let new = offers
        .iter()
        .find(|o| o.action == keys::Action::New)
        .unwrap();
    desk.click(new.rect.x, new.rect.y);
    assert_eq!(desk.model.key_context(), KeyContext::Form);
}

#[test]
fn signing_out_leaves_nothing_behind() {
    let mut desk = desk('1');
    desk.keys("3<down><ctrl-l>");
    assert!(matches!(desk.calls.last(), Some(ApiRequest::Logout(_))));
    assert!(desk.model.me.is_none());
    assert!(desk.model.lists.iter().all(|list| list.records.is_empty()));
    assert!(!desk.screen().contains("Mariage"));
}

#[test]
fn a_session_that_ends_keeps_what_was_typed() {
    let mut desk = desk('2');
    desk.keys("2nZoé");
    desk.slow = true;
    desk.keys("<tab>Petit SA<tab>zoe@petit.fr<tab>0102030405<ctrl-s>");
    let id = desk.last_ticket();
    desk.slow = false;
    desk.send(Msg::Response {
        id,
        result: Err(epic::client::RequestError::SessionEnded),
    });
    assert_eq!(desk.model.key_context(), KeyContext::Login);
    desk.keys("correct horse battery<enter>");
    assert_eq!(desk.model.key_context(), KeyContext::Form);
    assert!(desk.screen().contains("Petit SA"));
}

#[test]
fn going_to_a_related_record_stands_on_it() {
    let mut desk = desk('1');
    desk.keys("3");
    let contract = desk.model.selected().unwrap().id();
    desk.keys("ge");
    assert_eq!(desk.model.tab, Tab::Events);
    assert_eq!(desk.model.selected().unwrap().id(), 500);
    desk.keys("g<enter>");
    assert_eq!(desk.model.tab, Tab::Contracts);
    assert_eq!(desk.model.selected().unwrap().id(), contract);
    desk.keys("<down>gg");
    assert_eq!(desk.model.list().row, Some(0));
}

#[test]
fn both_values_are_shown_and_one_is_chosen() {
    let mut desk = desk('1');
    desk.office.outdated = true;
    desk.keys("3<down>e<tab><tab><tab><ctrl-u>100<ctrl-s>");
    let remaining = |desk: &TestClient| match desk.model.overlays.last() {
        Some(Overlay::Form(form)) => form.fields[3].input.value().to_owned(),
        _ => panic!("no form"),
    };
    assert_eq!(remaining(&desk), "100.00");
    desk.keys("<ctrl-t>");
    assert_eq!(remaining(&desk), "2,000.00", "theirs");
    desk.keys("<ctrl-t>");
    assert_eq!(remaining(&desk), "100.00", "mine again");
    desk.keys("<ctrl-s>");
    let etags: Vec<_> = desk
        .calls
        .iter()
        .filter_map(updated)
        .map(|r| r.etag)
        .collect();
    assert_eq!(
        etags,
        ["1", "9"],
        "the second try names the version that was read"
    );
}

fn updated(call: &ApiRequest) -> Option<UpdateContractRequest> {
    match call {
        ApiRequest::UpdateContract(request) => Some(request.clone()),
        _ => None,
    }
}

#[test]
fn an_update_whose_answer_got_lost_is_done() {
    let mut desk = desk('1');
    desk.office.outdated = true;
    // The server has this very amount already: the first try was saved.
    desk.keys("3<down>e<tab><tab><tab><ctrl-u>2000<ctrl-s>");
    assert_eq!(desk.model.key_context(), KeyContext::List);
    assert_eq!(desk.calls.iter().filter_map(updated).count(), 1);
}

#[test]
fn the_server_away_leaves_the_last_data_readable() {
    let mut desk = desk('1');
    desk.keys("3");
    desk.office.away = true;
    desk.keys("r");
    assert!(desk.model.offline.is_some());
    assert!(desk.screen().contains("Mariage Dupont"));
    desk.office.away = false;
    desk.wait();
    assert!(desk.model.offline.is_none());
    assert!(desk.screen().contains("answers again"));
}
