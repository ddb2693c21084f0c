//! What others change is followed, under a selection, a scroll position and typing that stay.

use std::time::Duration;

use epic::{
    api::ApiRequest,
    app::{Msg, Timer, overlay::Overlay},
    client::{Change, ChangeEvent},
    form::Form,
    keys::KeyContext,
    messages::Lang,
    record::{Record, Tab},
};
use epic_events::v1::{Contract, RecordType};

use crate::{
    fake_server::{ALICE, KARIM, MARIE, contracts},
    test_client::TestClient,
};

fn change(deleted: bool, record: RecordType, id: i64, etag: &str) -> ChangeEvent {
    ChangeEvent::Change(Change {
        deleted,
        record,
        id,
        etag: etag.to_owned(),
        actor: "Sofia Rossi".to_owned(),
    })
}

fn saved(record: RecordType, id: i64, etag: &str) -> ChangeEvent {
    change(false, record, id, etag)
}

/// Sofia Rossi has deleted Karim.
fn deleted() -> ChangeEvent {
    change(true, RecordType::Collaborator, KARIM, "")
}

/// Somebody else saves the contract; the news of it comes.
fn save(desk: &mut TestClient, contract: Contract) {
    let news = saved(RecordType::Contract, contract.id, &contract.etag);
    desk.office.saved.push(contract);
    desk.send(Msg::Changes(vec![news]));
}

/// The contract in this row of the whole list, with nothing left to pay.
fn paid(row: usize) -> Contract {
    let mut contract = contracts().swap_remove(row);
    contract.remaining_cents = 0;
    contract.signed = true;
    contract.etag.replace_range(.., "2");
    contract
}

/// Pages of contracts that were asked for since the last time; counts are pages of one.
fn pages(desk: &mut TestClient) -> usize {
    let page = |call: &ApiRequest| matches!(call, ApiRequest::ListContracts(r) if r.page_size > 1);
    let pages = desk.calls.iter().filter(|call| page(call)).count();
    desk.calls.clear();
    pages
}

/// Where one is: the record, its row, the first row on the screen.
fn place(desk: &TestClient) -> (i64, Option<usize>, usize) {
    let list = desk.model.list();
    (desk.model.selected().unwrap().id(), list.row, list.top)
}

fn form(desk: &TestClient) -> &Form {
    match desk.model.overlays.last() {
        Some(Overlay::Form(form)) => form,
        _ => panic!("no form"),
    }
}

#[test]
fn a_list_follows_under_a_selection_that_stays() {
    // Keys to where one is, and the row that somebody else saves there.
    let cases = [
        ("", 1),
        ("<down><down>", 2),
        ("<end>", 30),
        ("<end><up><up><up>", 36),
        ("<pgdn><pgdn><up>", 39),
    ];
    for (keys, row) in cases {
        let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
        desk.keys("3").keys(keys);
        let before = place(&desk);
        pages(&mut desk);
        save(&mut desk, paid(row));
        assert_eq!(pages(&mut desk), 0, "a moment is waited for more");
        desk.wait();
        assert_eq!(pages(&mut desk), 1, "{keys}");
        assert_eq!(place(&desk), before, "{keys}");
        let shown = &desk.model.list().records[row];
        assert_eq!(shown, &Record::Contract(paid(row)), "{keys}");
        let open = desk.model.selected().unwrap();
        assert_eq!(open, &desk.model.list().records[before.1.unwrap()]);
    }
}

#[test]
fn the_open_record_follows() {
    for (size, keys) in [((120, 24), "3<down>"), ((80, 24), "3<down><enter>")] {
        let mut desk = TestClient::signed_in(Lang::En, size, '1');
        desk.keys(keys);
        assert!(desk.screen().contains("4,100.00 €"));
        save(&mut desk, paid(1));
        desk.wait();
        assert!(
            !desk.screen().contains("4,100.00 €  █"),
            "{}",
            desk.screen()
        );
        assert!(desk.screen().contains("0.00 €  ░"), "{}", desk.screen());
    }
}

#[test]
fn what_is_new_comes_in_where_one_is_at_the_top_and_moves_nothing_elsewhere() {
    let new = || Contract {
        id: 2_000,
        ..paid(0)
    };
    // Keys, and how far the selected record and the rows on the screen move down.
    let cases = [
        ("", 1, 0),
        ("<down>", 1, 0),
        ("<end>", 1, 1),
        ("<end><home><down>", 1, 0),
    ];
    for (keys, row, top) in cases {
        let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
        desk.keys("3").keys(keys);
        let before = place(&desk);
        save(&mut desk, new());
        desk.wait();
        let moved = (before.0, before.1.map(|r| r + row), before.2 + top);
        assert_eq!(place(&desk), moved, "{keys}");
        assert_eq!(desk.model.list().total, Some((41, false)));
        assert_eq!(desk.model.list().counts[0], Some((41, false)));
    }
}

#[test]
fn a_burst_costs_one_reading_and_a_flow_few() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    desk.keys("3");
    pages(&mut desk);
    let mut waits = Vec::new();
    for _ in 0..3 {
        for id in 0..500 {
            desk.send(Msg::Changes(vec![saved(RecordType::Contract, id, "7")]));
        }
        let follows = desk
            .timers
            .iter()
            .filter(|(_, timer)| *timer == Timer::Refresh);
        waits.extend(follows.map(|(wait, _)| *wait));
        desk.wait();
        assert_eq!(pages(&mut desk), 1);
    }
    // The first comes soon; after that, the clock standing still, each waits for its turn.
    assert_eq!(waits.len(), 3);
    assert!(waits[0] <= Duration::from_millis(300));
    assert!(waits[1] > waits[0] && waits[1] < Duration::from_secs(1));
}

#[test]
fn a_reading_under_way_is_finished_before_the_next() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    desk.keys("3");
    desk.calls.clear();
    save(&mut desk, paid(2));
    desk.slow = true;
    desk.wait();
    save(&mut desk, paid(3));
    desk.wait();
    assert_eq!(pages(&mut desk), 1, "the first is not given up");
    desk.answer_backwards();
    desk.wait();
    assert_eq!(pages(&mut desk), 1);
    assert_eq!(desk.model.list().records[3], Record::Contract(paid(3)));
}

#[test]
fn nothing_flashes_while_it_is_read_again() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    desk.keys("3<down>");
    let before = desk.screen();
    desk.slow = true;
    save(&mut desk, paid(2));
    desk.wait();
    let later = desk.model.now.checked_add(Duration::from_secs(3)).unwrap();
    desk.send(Msg::Clock(later));
    assert_eq!(desk.screen(), before);
    assert!(desk.model.tick().is_none(), "nothing turns meanwhile");
}

#[test]
fn lists_that_show_something_of_a_record_are_read_when_one_goes_there() {
    use Tab::{Clients, Collaborators, Contracts, Events};
    // What was saved, and the lists that show something of it.
    let cases = [
        (RecordType::Collaborator, Tab::ALL.to_vec()),
        (RecordType::Client, Tab::ALL.to_vec()),
        (RecordType::Contract, vec![Contracts, Events]),
        (RecordType::Event, vec![Collaborators, Contracts, Events]),
        (RecordType::Unspecified, vec![]),
    ];
    for (record, shown_in) in cases {
        let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
        desk.keys("1342");
        desk.send(Msg::Changes(vec![saved(record, 7_777, "9")]));
        desk.calls.clear();
        desk.wait();
        for (key, tab) in [
            ("", Clients),
            ("1", Collaborators),
            ("3", Contracts),
            ("4", Events),
        ] {
            desk.keys(key);
            let asked = !desk.calls.is_empty();
            assert_eq!(asked, shown_in.contains(&tab), "{record:?} in {tab:?}");
            desk.calls.clear();
        }
    }
}

#[test]
fn what_one_saves_oneself_is_not_read_twice() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    desk.keys("4alop<enter>");
    let event = desk.model.selected().unwrap();
    let news = saved(RecordType::Event, event.id(), event.etag());
    desk.timers.clear();
    desk.send(Msg::Changes(vec![news]));
    assert!(desk.timers.is_empty());
}

#[test]
fn a_record_that_leaves_the_list_is_stood_on_until_one_moves() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    desk.keys("3f<down><enter><down><down>");
    let list = desk.model.list();
    let (row, next) = (list.row.unwrap(), list.records[list.row.unwrap() + 1].id());
    let id = desk.model.selected().unwrap().id();
    let at = contracts().iter().position(|c| c.id == id).unwrap();
    save(&mut desk, paid(at));
    desk.wait();
    assert_eq!(desk.model.selected(), Some(&Record::Contract(paid(at))));
    assert_eq!(desk.model.list().row, None, "it is signed now");
    assert!(desk.screen().contains(" – / 19"), "{}", desk.screen());
    desk.keys("<down>");
    assert_eq!(place(&desk), (next, Some(row), 0));
}

#[test]
fn a_record_that_is_deleted_gives_way_to_its_neighbour() {
    for size in [(120, 24), (80, 24)] {
        let mut desk = TestClient::signed_in(Lang::En, size, '1');
        desk.keys("1<down><enter>");
        assert_eq!(desk.model.selected().unwrap().id(), KARIM);
        desk.office.deleted.push((Tab::Collaborators, KARIM));
        desk.send(Msg::Changes(vec![deleted()]));
        assert!(
            desk.screen()
                .contains("Sofia Rossi has deleted “Karim Benali”.")
        );
        assert!(!desk.model.opened);
        assert_eq!(desk.model.selected().unwrap().id(), MARIE);
        desk.wait();
        assert_eq!(place(&desk), (MARIE, Some(1), 0));
        assert_eq!(desk.model.list().total, Some((5, false)));
    }
}

#[test]
fn a_form_says_what_has_become_of_its_record_and_loses_nothing() {
    let mut desk = TestClient::signed_in(Lang::En, (80, 24), '1');
    desk.keys("1<down>e<ctrl-u>Karim Benali-Roy<tab>");
    desk.send(Msg::Changes(vec![saved(
        RecordType::Collaborator,
        MARIE,
        "2",
    )]));
    assert_eq!(form(&desk).meanwhile, None, "that is another record");
    desk.send(Msg::Changes(vec![saved(
        RecordType::Collaborator,
        KARIM,
        "1",
    )]));
    assert_eq!(form(&desk).meanwhile, None, "that version is open");
    desk.send(Msg::Changes(vec![saved(
        RecordType::Collaborator,
        KARIM,
        "2",
    )]));
    assert!(
        desk.screen()
            .contains("Sofia Rossi has just saved this record.")
    );
    desk.keys("x");
    assert!(
        desk.screen()
            .contains("Sofia Rossi has just saved this record.")
    );
    desk.office.deleted.push((Tab::Collaborators, KARIM));
    desk.send(Msg::Changes(vec![deleted()]));
    desk.wait();
    assert_eq!(desk.model.key_context(), KeyContext::Form);
    let screen = desk.screen();
    assert!(screen.contains("Sofia Rossi has just deleted this record."));
    assert!(screen.contains("Karim Benali-Roy"), "{screen}");
    assert_eq!(desk.model.list().selected.as_ref().unwrap().id(), MARIE);
}

#[test]
fn what_is_being_searched_is_not_disturbed() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    desk.keys("3/mar");
    desk.calls.clear();
    desk.timers.clear();
    save(&mut desk, paid(1));
    desk.wait();
    let asked = desk.calls.iter().filter_map(|call| match call {
        ApiRequest::ListContracts(r) if r.page_size > 1 => Some(r.query.as_str()),
        _ => None,
    });
    assert_eq!(
        asked.collect::<Vec<_>>(),
        [""],
        "it is not what is typed yet"
    );
    desk.keys("i");
    desk.wait();
    assert_eq!(desk.model.key_context(), KeyContext::Search);
    assert_eq!(desk.model.list().search.value(), "mari");
    assert_eq!(desk.model.list().total, Some((10, false)));
}

#[test]
fn what_was_missed_is_read_again_as_a_whole() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    desk.keys("34");
    desk.calls.clear();
    desk.send(Msg::Changes(vec![ChangeEvent::Reload]));
    desk.wait();
    assert!(
        desk.calls
            .iter()
            .any(|call| matches!(call, ApiRequest::ListEvents(_)))
    );
    assert_eq!(pages(&mut desk), 0);
    desk.keys("3");
    assert_eq!(pages(&mut desk), 1);
}

#[test]
fn a_session_that_ends_is_told_at_once_and_nothing_typed_is_lost() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    desk.keys("1<down>e<ctrl-u>Karim B");
    desk.send(Msg::Changes(vec![
        ChangeEvent::SessionEnded,
        ChangeEvent::Reload,
    ]));
    assert_eq!(desk.model.key_context(), KeyContext::Login);
    assert_eq!(desk.model.listener(), None);
    assert!(desk.screen().contains("Your session has ended."));
    desk.keys("correct horse battery<enter>");
    assert_eq!(form(&desk).fields[0].input.value(), "Karim B");
}

#[test]
fn ones_own_rights_follow() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    desk.calls.clear();
    desk.send(Msg::Changes(vec![saved(
        RecordType::Collaborator,
        ALICE,
        "2",
    )]));
    let asked = |call: &ApiRequest| matches!(call, ApiRequest::GetMe(_));
    assert!(desk.calls.iter().any(asked));
}

#[test]
fn a_server_that_goes_away_is_told_and_listened_to_anew_when_it_is_back() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    let before = desk.model.listener();
    desk.send(Msg::Changes(vec![ChangeEvent::Gap]));
    assert!(desk.model.offline.is_none(), "it answers");
    assert_eq!(desk.model.listener(), before);
    desk.office.away = true;
    desk.send(Msg::Changes(vec![ChangeEvent::Gap]));
    assert!(desk.screen().contains("The server does not answer."));
    assert_eq!(desk.model.listener(), before);
    desk.office.away = false;
    desk.wait();
    assert!(desk.model.offline.is_none());
    assert_ne!(desk.model.listener(), before);
}

#[test]
fn where_nobody_is_nothing_is_read_until_somebody_comes() {
    let mut desk = TestClient::signed_in(Lang::En, (120, 24), '1');
    desk.keys("3");
    desk.calls.clear();
    let later = desk.model.now.checked_add(Duration::from_hours(3)).unwrap();
    desk.send(Msg::Clock(later));
    save(&mut desk, paid(1));
    desk.send(Msg::Changes(vec![ChangeEvent::Gap, ChangeEvent::Reload]));
    desk.wait();
    assert!(desk.calls.is_empty(), "it would go on for ever");
    desk.keys("<down>");
    desk.wait();
    assert_eq!(pages(&mut desk), 1);
    assert_eq!(desk.model.selected(), Some(&Record::Contract(paid(1))));
}
