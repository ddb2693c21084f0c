//! Requests that the server does not answer are sent again, each exactly as it was, whatever the
//! order of failures and replies.

use epic::{
    api::{ApiRequest, ApiResponse},
    app::{Msg, overlay::Overlay},
    client::RequestError,
    keys::KeyContext,
    messages::Lang,
};

use crate::support::test_client::TestClient;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Answered,
    /// It did not reach the server.
    Lost,
    /// The server carried it out; its reply did not arrive.
    Unanswered,
}

const FATES: [Fate; 3] = [Fate::Answered, Fate::Lost, Fate::Unanswered];
const ORDERS: [[usize; 3]; 6] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
];

type Matcher = fn(&ApiRequest) -> bool;

fn is_page(request: &ApiRequest) -> bool {
    matches!(request, ApiRequest::ListClients(r) if r.page_size > 1)
        || matches!(request, ApiRequest::ListEvents(r) if r.order_by == "start_time" && r.page_size == 100)
}

fn is_write(request: &ApiRequest) -> bool {
    request.writes()
}

/// One client and what its server has carried out.
struct Run {
    client: TestClient,
    executed: Vec<ApiRequest>,
}

impl Run {
    fn meet(&mut self, (id, request): (u64, ApiRequest), fate: Fate) {
        let answer = self.client.server.answer(&request);
        if fate != Fate::Lost && is_write(&request) {
            self.executed.push(request);
        }
        let result = match fate {
            Fate::Answered => answer,
            Fate::Lost | Fate::Unanswered => Err(RequestError::Unavailable {
                message: "The server does not answer.".to_owned(),
            }),
        };
        self.client.send(Msg::Response { id, result });
    }

    /// Each of the requests meets its fate, in this order; then the next round, until none is left.
    fn play(&mut self, of: [Matcher; 3], order: [usize; 3], fates: [Fate; 3], rounds: usize) {
        for round in 0..rounds {
            let mut found = of.map(|of| self.client.unhold(of));
            for index in order {
                if let Some(request) = found[index].take() {
                    self.meet(request, fates[(index + round) % 3]);
                }
            }
            self.client.wait();
        }
        while let Some(request) = self.client.unhold(|_| true) {
            self.meet(request, Fate::Answered);
            self.client.wait();
        }
    }

    /// What was carried out is one write, however often.
    fn is_written_once(&self) -> bool {
        let first = self.executed.first();
        first.is_some() && self.executed.iter().all(|it| Some(it) == first)
    }
}

fn every_order(check: impl Fn([usize; 3], [Fate; 3], usize)) {
    for order in ORDERS {
        for fates in (0..27).map(|n| [FATES[n % 3], FATES[n / 3 % 3], FATES[n / 9]]) {
            for rounds in 1..=3 {
                check(order, fates, rounds);
            }
        }
    }
}

fn slow(lang: Lang, digit: char, keys: &str) -> Run {
    let mut client = TestClient::signed_in(lang, (120, 40), digit);
    client.slow = true;
    client.keys(keys);
    Run {
        client,
        executed: Vec::new(),
    }
}

const FILLED: &str = "nZoé Petit<tab>Petit SA<tab>zoe@petit.fr<tab>01 02 03 04 05<ctrl-s>";
const OF_SAVE: [Matcher; 3] = [is_write, is_page, |it| matches!(it, ApiRequest::GetMe(_))];

#[test]
fn a_creation_is_saved_once_in_every_order_of_failures_and_replies() {
    every_order(|order, fates, rounds| {
        let mut run = slow(Lang::En, '2', "2r");
        run.client
            .send(Msg::Changes(vec![epic::client::ChangeEvent::Gap]));
        run.client.keys(FILLED);
        run.play(OF_SAVE, order, fates, rounds);
        let case = format!("{order:?} {fates:?} {rounds}");
        assert!(run.is_written_once(), "{case}");
        assert_eq!(run.client.model.key_context(), KeyContext::List, "{case}");
        assert!(run.client.model.offline.is_none(), "{case}");
        assert!(!run.client.model.list().records.is_empty(), "{case}");
    });
}

#[test]
fn an_assignment_and_its_pick_list_survive_every_order_of_failures_and_replies() {
    let of: [Matcher; 3] = [
        is_write,
        |it| matches!(it, ApiRequest::ListEvents(r) if r.page_size == 200 && r.start_after.is_some()),
        |it| matches!(it, ApiRequest::GetMe(_)),
    ];
    every_order(|order, fates, rounds| {
        let mut run = slow(Lang::En, '1', "4");
        while let Some(request) = run.client.unhold(|_| true) {
            run.meet(request, Fate::Answered);
        }
        run.client.keys("a");
        let choices = run
            .client
            .unhold(|it| matches!(it, ApiRequest::ListCollaborators(_)));
        run.meet(choices.unwrap(), Fate::Answered);
        run.client
            .send(Msg::Changes(vec![epic::client::ChangeEvent::Gap]));
        run.client.keys("lop<enter>");
        run.play(of, order, fates, rounds);
        let case = format!("{order:?} {fates:?} {rounds}");
        assert!(run.is_written_once(), "{case}");
        assert_eq!(run.client.model.key_context(), KeyContext::List, "{case}");
        assert!(run.client.model.offline.is_none(), "{case}");
    });
}

#[test]
fn a_pick_list_over_a_form_gets_its_lines_after_other_replies() {
    let mut run = slow(Lang::En, '1', "3");
    run.client.keys("n<enter>");
    let lines: Matcher = |it| matches!(it, ApiRequest::ListClients(r) if r.page_size == 50);
    let page: Matcher = |it| matches!(it, ApiRequest::ListContracts(r) if r.page_size == 200);
    let (lines, page) = (run.client.unhold(lines), run.client.unhold(page));
    run.meet(lines.unwrap(), Fate::Lost);
    run.meet(page.unwrap(), Fate::Answered);
    while let Some(request) = run.client.unhold(|_| true) {
        run.meet(request, Fate::Answered);
    }
    let Some(Overlay::Picker(picker)) = run.client.model.overlays.last() else {
        panic!("no pick-list");
    };
    assert_eq!(picker.choices().len(), 50);
}

#[test]
fn a_save_that_is_cancelled_is_not_sent_again() {
    for reply_first in [false, true] {
        let mut run = slow(Lang::En, '2', "2r");
        run.client.keys(FILLED);
        let save = run.client.unhold(is_write).unwrap();
        run.meet(save, Fate::Lost);
        run.client.keys("<esc>y");
        assert_eq!(run.client.model.key_context(), KeyContext::List);
        if reply_first {
            let page = run.client.unhold(is_page).unwrap();
            run.meet(page, Fate::Answered);
        }
        run.play(OF_SAVE, ORDERS[0], [Fate::Answered; 3], 1);
        assert!(run.executed.is_empty());
        assert!(run.client.model.offline.is_none());
    }
}

#[test]
fn a_retry_that_is_refused_shows_why_and_keeps_what_is_typed() {
    let mut run = slow(Lang::En, '1', "3");
    run.play([is_page; 3], ORDERS[0], [Fate::Answered; 3], 1);
    run.client.keys("<down>e<tab>Bal<ctrl-s>");
    let save = run.client.unhold(is_write).unwrap();
    run.meet(save, Fate::Lost);
    run.client.server.refuses = Some(epic_events::reason::Reason::Busy);
    run.client.wait();
    let save = run.client.unhold(is_write).unwrap();
    run.meet(save, Fate::Answered);
    let Some(Overlay::Form(form)) = run.client.model.overlays.last() else {
        panic!("no form");
    };
    assert!(!form.busy && form.notice.is_some());
    assert!(run.client.screen().contains("Bal"));
    assert!(run.client.unhold(is_write).is_none());
}

#[test]
fn a_session_that_ends_while_a_save_waits_keeps_the_form_and_its_request() {
    let mut run = slow(Lang::En, '2', "2r");
    run.client.keys(FILLED);
    let save = run.client.unhold(is_write).unwrap();
    run.meet(save, Fate::Unanswered);
    let page = run.client.unhold(is_page).unwrap();
    let (id, result) = (page.0, Err(RequestError::SessionEnded));
    run.client.send(Msg::Response { id, result });
    assert_eq!(run.client.model.key_context(), KeyContext::Login);
    run.client.keys("correct horse battery<enter>");
    while let Some(request) = run.client.unhold(|_| true) {
        run.meet(request, Fate::Answered);
    }
    assert_eq!(run.client.model.key_context(), KeyContext::Form);
    run.client.keys("<ctrl-s>");
    run.play(OF_SAVE, ORDERS[0], [Fate::Answered; 3], 1);
    assert_eq!(run.executed.len(), 2);
    assert!(run.is_written_once());
    assert_eq!(run.client.model.key_context(), KeyContext::List);
}

#[test]
fn signing_out_while_the_server_is_away_drops_what_waits() {
    let mut run = slow(Lang::En, '2', "2r");
    let page = run.client.unhold(is_page).unwrap();
    run.meet(page, Fate::Lost);
    run.client.keys("<ctrl-l>");
    assert_eq!(run.client.model.key_context(), KeyContext::Login);
    assert!(run.client.model.offline.is_none());
    let logout = run.client.unhold(|it| matches!(it, ApiRequest::Logout(_)));
    run.meet(logout.unwrap(), Fate::Lost);
    run.client.calls.clear();
    run.client.wait();
    assert!(run.client.calls.is_empty(), "nothing is sent for nobody");
}

/// A late reply to a request that was cancelled shows that the server is back.
#[test]
fn a_reply_to_a_cancelled_request_ends_the_outage() {
    let mut run = slow(Lang::En, '2', "2r");
    run.client.keys(FILLED);
    let save = run.client.unhold(is_write).unwrap();
    run.meet(save, Fate::Lost);
    run.client.wait();
    let save = run.client.unhold(is_write).unwrap();
    run.client.keys("<esc>y");
    let (id, result) = (save.0, Ok(ApiResponse::Done));
    run.client.send(Msg::Response { id, result });
    assert!(run.client.model.offline.is_none());
}

#[test]
fn the_last_data_stay_readable_while_offline() {
    let mut client = TestClient::signed_in(Lang::En, (120, 40), '1');
    client.keys("3");
    client.server.away = true;
    client.keys("r");
    assert!(client.model.offline.is_some());
    assert!(client.screen().contains("Mariage Dupont"));
    client.server.away = false;
    client.wait();
    assert!(client.model.offline.is_none());
    assert!(client.screen().contains("answers again"));
}
