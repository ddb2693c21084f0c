//! Requests that the server does not answer are sent again, each exactly as it was, whatever the
//! order of failures and replies.

use epic::{
    api::{ApiRequest, ApiResponse},
    app::{Msg, overlay::Overlay},
    client::RequestError,
    keys::KeyContext,
    messages::Lang,
};

use crate::test_client::TestClient;

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
    desk: TestClient,
    executed: Vec<ApiRequest>,
}

impl Run {
    fn meet(&mut self, (id, request): (u64, ApiRequest), fate: Fate) {
        let answer = self.desk.office.answer(&request);
        if fate != Fate::Lost && is_write(&request) {
            self.executed.push(request);
        }
        let result = match fate {
            Fate::Answered => answer,
            Fate::Lost | Fate::Unanswered => Err(RequestError::Unavailable {
                message: "The server does not answer.".to_owned(),
            }),
        };
        self.desk.send(Msg::Response { id, result });
    }

    /// Each of the requests meets its fate, in this order; then the next round, until none is left.
    fn play(&mut self, of: [Matcher; 3], order: [usize; 3], fates: [Fate; 3], rounds: usize) {
        for round in 0..rounds {
            let mut found = of.map(|of| self.desk.unhold(of));
            for index in order {
                if let Some(request) = found[index].take() {
                    self.meet(request, fates[(index + round) % 3]);
                }
            }
            self.desk.wait();
        }
        while let Some(request) = self.desk.unhold(|_| true) {
            self.meet(request, Fate::Answered);
            self.desk.wait();
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
    let mut desk = TestClient::signed_in(lang, (120, 40), digit);
    desk.slow = true;
    desk.keys(keys);
    Run {
        desk,
        executed: Vec::new(),
    }
}

const FILLED: &str = "nZoé Petit<tab>Petit SA<tab>zoe@petit.fr<tab>01 02 03 04 05<ctrl-s>";
const OF_SAVE: [Matcher; 3] = [is_write, is_page, |it| matches!(it, ApiRequest::GetMe(_))];

#[test]
fn a_creation_is_saved_once_in_every_order_of_failures_and_replies() {
    every_order(|order, fates, rounds| {
        let mut run = slow(Lang::En, '2', "2r");
        run.desk
            .send(Msg::Changes(vec![epic::client::ChangeEvent::Gap]));
        run.desk.keys(FILLED);
        run.play(OF_SAVE, order, fates, rounds);
        let case = format!("{order:?} {fates:?} {rounds}");
        assert!(run.is_written_once(), "{case}");
        assert_eq!(run.desk.model.key_context(), KeyContext::List, "{case}");
        assert!(run.desk.model.offline.is_none(), "{case}");
        assert!(!run.desk.model.list().records.is_empty(), "{case}");
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
        while let Some(request) = run.desk.unhold(|_| true) {
            run.meet(request, Fate::Answered);
        }
        run.desk.keys("a");
        let choices = run
            .desk
            .unhold(|it| matches!(it, ApiRequest::ListCollaborators(_)));
        run.meet(choices.unwrap(), Fate::Answered);
        run.desk
            .send(Msg::Changes(vec![epic::client::ChangeEvent::Gap]));
        run.desk.keys("lop<enter>");
        run.play(of, order, fates, rounds);
        let case = format!("{order:?} {fates:?} {rounds}");
        assert!(run.is_written_once(), "{case}");
        assert_eq!(run.desk.model.key_context(), KeyContext::List, "{case}");
        assert!(run.desk.model.offline.is_none(), "{case}");
    });
}

#[test]
fn a_pick_list_over_a_form_gets_its_lines_after_other_replies() {
    let mut run = slow(Lang::En, '1', "3");
    run.desk.keys("n<enter>");
    let lines: Matcher = |it| matches!(it, ApiRequest::ListClients(r) if r.page_size == 50);
    let page: Matcher = |it| matches!(it, ApiRequest::ListContracts(r) if r.page_size == 200);
    let (lines, page) = (run.desk.unhold(lines), run.desk.unhold(page));
    run.meet(lines.unwrap(), Fate::Lost);
    run.meet(page.unwrap(), Fate::Answered);
    while let Some(request) = run.desk.unhold(|_| true) {
        run.meet(request, Fate::Answered);
    }
    let Some(Overlay::Picker(picker)) = run.desk.model.overlays.last() else {
        panic!("no pick-list");
    };
    assert_eq!(picker.choices().len(), 50);
}

#[test]
fn a_save_that_is_cancelled_is_not_sent_again() {
    for reply_first in [false, true] {
        let mut run = slow(Lang::En, '2', "2r");
        run.desk.keys(FILLED);
        let save = run.desk.unhold(is_write).unwrap();
        run.meet(save, Fate::Lost);
        run.desk.keys("<esc>y");
        assert_eq!(run.desk.model.key_context(), KeyContext::List);
        if reply_first {
            let page = run.desk.unhold(is_page).unwrap();
            run.meet(page, Fate::Answered);
        }
        run.play(OF_SAVE, ORDERS[0], [Fate::Answered; 3], 1);
        assert!(run.executed.is_empty());
        assert!(run.desk.model.offline.is_none());
    }
}

#[test]
fn a_retry_that_is_refused_shows_why_and_keeps_what_is_typed() {
    let mut run = slow(Lang::En, '1', "3");
    run.play([is_page; 3], ORDERS[0], [Fate::Answered; 3], 1);
    run.desk.keys("<down>e<tab>Bal<ctrl-s>");
    let save = run.desk.unhold(is_write).unwrap();
    run.meet(save, Fate::Lost);
    run.desk.office.refuses = Some(epic_events::reason::Reason::Busy);
    run.desk.wait();
    let save = run.desk.unhold(is_write).unwrap();
    run.meet(save, Fate::Answered);
    let Some(Overlay::Form(form)) = run.desk.model.overlays.last() else {
        panic!("no form");
    };
    assert!(!form.busy && form.notice.is_some());
    assert!(run.desk.screen().contains("Bal"));
    assert!(run.desk.unhold(is_write).is_none());
}

#[test]
fn a_session_that_ends_while_a_save_waits_keeps_the_form_and_its_request() {
    let mut run = slow(Lang::En, '2', "2r");
    run.desk.keys(FILLED);
    let save = run.desk.unhold(is_write).unwrap();
    run.meet(save, Fate::Unanswered);
    let page = run.desk.unhold(is_page).unwrap();
    let (id, result) = (page.0, Err(RequestError::SessionEnded));
    run.desk.send(Msg::Response { id, result });
    assert_eq!(run.desk.model.key_context(), KeyContext::Login);
    run.desk.keys("correct horse battery<enter>");
    while let Some(request) = run.desk.unhold(|_| true) {
        run.meet(request, Fate::Answered);
    }
    assert_eq!(run.desk.model.key_context(), KeyContext::Form);
    run.desk.keys("<ctrl-s>");
    run.play(OF_SAVE, ORDERS[0], [Fate::Answered; 3], 1);
    assert_eq!(run.executed.len(), 2);
    assert!(run.is_written_once());
    assert_eq!(run.desk.model.key_context(), KeyContext::List);
}

#[test]
fn signing_out_while_the_server_is_away_drops_what_waits() {
    let mut run = slow(Lang::En, '2', "2r");
    let page = run.desk.unhold(is_page).unwrap();
    run.meet(page, Fate::Lost);
    run.desk.keys("<ctrl-l>");
    assert_eq!(run.desk.model.key_context(), KeyContext::Login);
    assert!(run.desk.model.offline.is_none());
    let logout = run.desk.unhold(|it| matches!(it, ApiRequest::Logout(_)));
    run.meet(logout.unwrap(), Fate::Lost);
    run.desk.calls.clear();
    run.desk.wait();
    assert!(run.desk.calls.is_empty(), "nothing is sent for nobody");
}

/// A late reply to a request that was cancelled shows that the server is back.
#[test]
fn a_reply_to_a_cancelled_request_ends_the_outage() {
    let mut run = slow(Lang::En, '2', "2r");
    run.desk.keys(FILLED);
    let save = run.desk.unhold(is_write).unwrap();
    run.meet(save, Fate::Lost);
    run.desk.wait();
    let save = run.desk.unhold(is_write).unwrap();
    run.desk.keys("<esc>y");
    let (id, result) = (save.0, Ok(ApiResponse::Done));
    run.desk.send(Msg::Response { id, result });
    assert!(run.desk.model.offline.is_none());
}
