//! Requests that the server does not answer are sent again unchanged, in every order of failures
//! and responses.

use epic::{
    api::{ApiRequest, ApiResponse, RequestError},
    app::{Msg, Timer, overlay::Overlay},
    keys::KeyContext,
    messages::Lang,
};

use crate::support::test_client::{TestClient, signed_in};

/// The delivery of a request and its response.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Delivery {
    Answered,
    /// The request did not reach the server.
    Lost,
    /// The server executed the request; its response did not arrive.
    Unanswered,
}

const DELIVERIES: [Delivery; 3] = [Delivery::Answered, Delivery::Lost, Delivery::Unanswered];
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

/// Whether the request is for the events at the time of an event, not for those of its week.
fn is_check_of_one_day(request: &ApiRequest) -> bool {
    let ApiRequest::ListEvents(list) = request else {
        return false;
    };
    let period = list.end_after.zip(list.start_before);
    period.is_some_and(|(start, end)| end.seconds - start.seconds < 86_400)
}

fn is_write(request: &ApiRequest) -> bool {
    request.writes()
}

/// A client, and the writes that its server has executed.
struct Scenario {
    client: TestClient,
    executed: Vec<ApiRequest>,
}

impl Scenario {
    fn deliver(&mut self, (id, request): (u64, ApiRequest), delivery: Delivery) {
        let answer = self.client.answer(&request);
        if delivery != Delivery::Lost && is_write(&request) {
            self.executed.push(request);
        }
        let result = match delivery {
            Delivery::Answered => answer,
            Delivery::Lost | Delivery::Unanswered => Err(RequestError::Unavailable(
                "The server does not answer.".to_owned().into(),
            )),
        };
        self.client.send(Msg::Response { id, result });
    }

    /// Delivers the requests in this order and with these deliveries, and the retries in the
    /// following rounds. After these rounds the server answers everything.
    fn run_rounds(
        &mut self,
        matchers: [Matcher; 3],
        order: [usize; 3],
        deliveries: [Delivery; 3],
        rounds: usize,
    ) {
        for round in 0..rounds {
            let mut found = matchers.map(|matcher| self.client.release(matcher));
            for index in order {
                if let Some(request) = found[index].take() {
                    self.deliver(request, deliveries[(index + round) % 3]);
                }
            }
            self.client.run_timers();
        }
        while let Some(request) = self.client.release(|_| true) {
            self.deliver(request, Delivery::Answered);
            self.client.run_timers();
        }
    }

    /// Whether the server has executed a single write, once or several times.
    fn is_written_once(&self) -> bool {
        let first = self.executed.first();
        first.is_some() && self.executed.iter().all(|it| Some(it) == first)
    }
}

fn every_order(check: impl Fn([usize; 3], [Delivery; 3], usize)) {
    for order in ORDERS {
        for deliveries in
            (0..27).map(|n| [DELIVERIES[n % 3], DELIVERIES[n / 3 % 3], DELIVERIES[n / 9]])
        {
            for rounds in 1..=3 {
                check(order, deliveries, rounds);
            }
        }
    }
}

fn with_held_responses(digit: char, keys: &str) -> Scenario {
    let mut client = signed_in(digit);
    client.holds_responses = true;
    client.keys(keys);
    Scenario {
        client,
        executed: Vec::new(),
    }
}

const FILLED: &str = "nZoé Petit<tab>Petit SA<tab>zoe@petit.fr<tab>01 02 03 04 05<ctrl-s>";
const SAVE_MATCHERS: [Matcher; 3] = [is_write, is_page, |it| matches!(it, ApiRequest::GetMe(_))];

#[test]
fn a_creation_is_saved_once_in_every_order_of_failures_and_responses() {
    every_order(|order, deliveries, rounds| {
        let mut scenario = with_held_responses('2', "2r");
        scenario
            .client
            .send(Msg::Changes(vec![epic::api::ChangeEvent::Gap]));
        scenario.client.keys(FILLED);
        scenario.run_rounds(SAVE_MATCHERS, order, deliveries, rounds);
        let case = format!("{order:?} {deliveries:?} {rounds}");
        assert!(scenario.is_written_once(), "{case}");
        assert_eq!(
            scenario.client.model.key_context(),
            KeyContext::List,
            "{case}"
        );
        assert!(scenario.client.model.offline.is_none(), "{case}");
        assert!(!scenario.client.model.list().records.is_empty(), "{case}");
    });
}

#[test]
fn an_assignment_and_its_pick_list_complete_in_every_order_of_failures_and_responses() {
    let matchers: [Matcher; 3] = [is_write, is_check_of_one_day, |it| {
        matches!(it, ApiRequest::GetMe(_))
    }];
    every_order(|order, deliveries, rounds| {
        let mut scenario = with_held_responses('1', "4");
        while let Some(request) = scenario.client.release(|_| true) {
            scenario.deliver(request, Delivery::Answered);
        }
        scenario.client.keys("a");
        let choices = scenario
            .client
            .release(|it| matches!(it, ApiRequest::ListCollaborators(_)));
        scenario.deliver(choices.unwrap(), Delivery::Answered);
        scenario
            .client
            .send(Msg::Changes(vec![epic::api::ChangeEvent::Gap]));
        scenario.client.keys("lop<enter>");
        scenario.run_rounds(matchers, order, deliveries, rounds);
        let case = format!("{order:?} {deliveries:?} {rounds}");
        assert!(scenario.is_written_once(), "{case}");
        assert_eq!(
            scenario.client.model.key_context(),
            KeyContext::List,
            "{case}"
        );
        assert!(scenario.client.model.offline.is_none(), "{case}");
    });
}

#[test]
fn a_pick_list_over_a_form_is_loaded_after_an_outage() {
    let mut scenario = with_held_responses('1', "3");
    scenario.client.keys("n<enter>");
    let choices: Matcher = |it| matches!(it, ApiRequest::ListClients(r) if r.page_size == 50);
    let page: Matcher = |it| matches!(it, ApiRequest::ListContracts(r) if r.page_size == 200);
    let (choices, page) = (
        scenario.client.release(choices),
        scenario.client.release(page),
    );
    scenario.deliver(choices.unwrap(), Delivery::Lost);
    scenario.deliver(page.unwrap(), Delivery::Answered);
    while let Some(request) = scenario.client.release(|_| true) {
        scenario.deliver(request, Delivery::Answered);
    }
    let Some(Overlay::Picker(picker)) = scenario.client.model.overlays.front() else {
        panic!("no pick-list");
    };
    assert_eq!(picker.choices().len(), 50);
}

#[test]
fn a_cancelled_save_is_not_retried() {
    for response_first in [false, true] {
        let mut scenario = with_held_responses('2', "2r");
        scenario.client.keys(FILLED);
        let save = scenario.client.release(is_write).unwrap();
        scenario.deliver(save, Delivery::Lost);
        scenario.client.keys("<esc><ctrl-y>");
        assert_eq!(scenario.client.model.key_context(), KeyContext::List);
        if response_first {
            let page = scenario.client.release(is_page).unwrap();
            scenario.deliver(page, Delivery::Answered);
        }
        scenario.run_rounds(SAVE_MATCHERS, ORDERS[0], [Delivery::Answered; 3], 1);
        assert!(scenario.executed.is_empty());
        assert!(scenario.client.model.offline.is_none());
    }
}

#[test]
fn a_failed_retry_shows_the_error_and_keeps_the_input() {
    let mut scenario = with_held_responses('1', "3");
    scenario.run_rounds([is_page; 3], ORDERS[0], [Delivery::Answered; 3], 1);
    scenario.client.keys("<down>e<tab>Bal<ctrl-s>");
    let save = scenario.client.release(is_write).unwrap();
    scenario.deliver(save, Delivery::Lost);
    scenario.client.server.error = Some(epic_events::reason::Reason::Busy);
    scenario.client.run_timers();
    let save = scenario.client.release(is_write).unwrap();
    scenario.deliver(save, Delivery::Answered);
    let Some(Overlay::Form(form)) = scenario.client.model.overlays.front() else {
        panic!("no form");
    };
    assert!(!form.busy && form.notice.is_some());
    assert!(scenario.client.screen().contains("Bal"));
    assert!(scenario.client.release(is_write).is_none());
}

#[test]
fn the_end_of_the_session_keeps_a_form_with_a_postponed_save() {
    let mut scenario = with_held_responses('2', "2r");
    scenario.client.keys(FILLED);
    let save = scenario.client.release(is_write).unwrap();
    scenario.deliver(save, Delivery::Unanswered);
    let page = scenario.client.release(is_page).unwrap();
    let (id, result) = (page.0, Err(RequestError::SessionEnded));
    scenario.client.send(Msg::Response { id, result });
    assert_eq!(scenario.client.model.key_context(), KeyContext::Login);
    scenario.client.keys("correct horse battery<enter>");
    while let Some(request) = scenario.client.release(|_| true) {
        scenario.deliver(request, Delivery::Answered);
    }
    assert_eq!(scenario.client.model.key_context(), KeyContext::Form);
    scenario.client.keys("<ctrl-s>");
    scenario.run_rounds(SAVE_MATCHERS, ORDERS[0], [Delivery::Answered; 3], 1);
    assert_eq!(scenario.executed.len(), 2);
    assert!(scenario.is_written_once());
    assert_eq!(scenario.client.model.key_context(), KeyContext::List);
}

#[test]
fn signing_out_while_offline_cancels_postponed_requests() {
    let mut scenario = with_held_responses('2', "2r");
    let page = scenario.client.release(is_page).unwrap();
    scenario.deliver(page, Delivery::Lost);
    scenario.client.keys(":sign out<enter>");
    assert_eq!(scenario.client.model.key_context(), KeyContext::Login);
    assert!(scenario.client.model.offline.is_none());
    let logout = scenario
        .client
        .release(|it| matches!(it, ApiRequest::Logout(_)));
    scenario.deliver(logout.unwrap(), Delivery::Lost);
    scenario.client.requests.clear();
    scenario.client.run_timers();
    assert!(
        scenario.client.requests.is_empty(),
        "nothing is sent after the logout"
    );
}

/// A refresh would replace the list without the pages that are still missing.
#[test]
fn a_page_that_waits_is_not_replaced_by_a_refresh() {
    let mut scenario = with_held_responses('2', "2r");
    let page = scenario.client.release(is_page).unwrap();
    scenario.deliver(page, Delivery::Lost);
    scenario
        .client
        .send(Msg::Changes(vec![epic::api::ChangeEvent::Reload]));
    scenario.client.send(Msg::Timer(Timer::Refresh));
    assert!(scenario.client.release(is_page).is_none());
    // The first round sends the page again, the second one refreshes it.
    for _ in 0..2 {
        scenario.client.run_timers();
        let page = scenario.client.release(is_page).unwrap();
        scenario.deliver(page, Delivery::Answered);
    }
    scenario.client.run_timers();
    assert!(scenario.client.release(is_page).is_none());
}

/// A late response to a cancelled request shows that the server is available again.
#[test]
fn a_response_to_a_cancelled_request_ends_the_outage() {
    let mut scenario = with_held_responses('2', "2r");
    scenario.client.keys(FILLED);
    let save = scenario.client.release(is_write).unwrap();
    scenario.deliver(save, Delivery::Lost);
    scenario.client.run_timers();
    let save = scenario.client.release(is_write).unwrap();
    scenario.client.keys("<esc><ctrl-y>");
    let (id, result) = (save.0, Ok(ApiResponse::Done));
    scenario.client.send(Msg::Response { id, result });
    assert!(scenario.client.model.offline.is_none());
}

#[test]
fn loaded_records_stay_visible_while_offline() {
    let mut client = signed_in('1');
    client.keys("3");
    client.server.unavailable = true;
    client.keys("r");
    assert!(client.model.offline.is_some());
    assert!(client.screen().contains("Mariage Dupont"));
    client.server.unavailable = false;
    client.run_timers();
    assert!(client.model.offline.is_none());
    assert!(client.screen().contains("available again"));
}

/// Who signs in for the first time has seen no outage, such as that of a demo that still loads its data.
#[test]
fn the_first_sign_in_reports_no_outage() {
    let mut client = TestClient::new(Lang::En, (80, 24));
    client.server.unavailable = true;
    client.keys("<f1><enter>");
    assert!(client.model.offline.is_some());
    client.server.unavailable = false;
    client.run_timers();
    assert!(client.model.me.is_some());
    assert!(!client.screen().contains("available again"));
}
