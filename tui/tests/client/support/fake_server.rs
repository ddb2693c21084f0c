//! A server in memory. It answers as the real one would, but sorts no list except
//! for reversing that of the clients, and searches
//! only the names of records.

pub(crate) mod single;

use std::{cell::RefCell, time::Duration};

use epic::{
    api::{ApiRequest, ApiResponse, Outage, Page, RequestError},
    record::{Record, Tab},
};
use epic_events::{
    api_error::ApiError,
    fold::fold,
    reason::Reason,
    v1::{
        Contract, Event, HistoryEntry, ListClientsRequest, ListCollaboratorsRequest,
        ListContractsRequest, ListEventsRequest, Me,
    },
    value,
};

use super::{
    prefix::prefixed,
    records::{ALICE, KARIM, MARIE, collaborators},
};

/// The state of the server.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // Each test sets those that it needs.
pub(crate) struct FakeServer {
    /// Every request fails with [`RequestError::Unavailable`].
    pub(crate) unavailable: bool,
    /// The detail of that error.
    pub(crate) outage_detail: &'static str,
    /// Updates of contracts and assignments fail, because the record was saved in the meantime.
    pub(crate) outdated: bool,
    /// Updates fail whose etag is not that of the stored record.
    pub(crate) checks_etags: bool,
    /// The number up to which the records of a list are counted.
    pub(crate) count_limit: Option<u64>,
    /// The number of clients, if not all of them exist.
    pub(crate) clients_max: Option<usize>,
    /// Updates, logins and lists of sessions fail for this reason.
    pub(crate) error: Option<Reason>,
    /// The user has a one-time password.
    pub(crate) one_time: bool,
    /// Records that were saved in the meantime.
    pub(crate) saved: Vec<Record>,
    /// Events in addition to those of every test.
    pub(crate) added_events: Vec<Event>,
    /// The event that was created last. No list contains it.
    pub(crate) created_event: RefCell<Option<Event>>,
    /// Lists of events that are ordered by their start are sorted.
    pub(crate) sorts_events: bool,
    /// Lists of the events at a certain time fail for this reason.
    pub(crate) overlap_error: Option<Reason>,
    /// Records deleted by others: tab and identifier.
    pub(crate) deleted: Vec<(Tab, i64)>,
    /// The history of every record, the latest first.
    pub(crate) history: Vec<HistoryEntry>,
    /// A text before every text of the records, of the sessions and of the user's account.
    pub(crate) prefix: &'static str,
}

/// The trace of an internal error of the server.
pub(crate) const A_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

impl FakeServer {
    /// The response to a request of this collaborator.
    pub(crate) fn answer(
        &self,
        request: &ApiRequest,
        caller: i64,
    ) -> Result<ApiResponse, RequestError> {
        if self.unavailable {
            return Err(RequestError::Unavailable(Outage {
                message: "The server does not answer.".to_owned(),
                detail: self.outage_detail.to_owned(),
            }));
        }
        let answer = self
            .answer_account(request)
            .or_else(|| self.answer_list(request, caller).map(Ok))
            .unwrap_or_else(|| self.answer_record(request));
        answer.map(|response| prefixed(self.prefix, response))
    }

    /// The response to a request about the user's account.
    fn answer_account(&self, request: &ApiRequest) -> Option<Result<ApiResponse, RequestError>> {
        let api_error = |error| Some(Err(RequestError::Api(error)));
        match (request, self.error) {
            (
                ApiRequest::Login(_) | ApiRequest::ChangePassword(_),
                Some(Reason::TooManyAttempts),
            ) => api_error(
                ApiError::new(Reason::TooManyAttempts).with_retry_delay(Duration::from_secs(8)),
            ),
            (ApiRequest::ListSessions(_), Some(reason)) => api_error(ApiError::new(reason)),
            (ApiRequest::Login(_), Some(Reason::LoginFailed)) => {
                api_error(ApiError::new(Reason::LoginFailed))
            }
            (ApiRequest::ListEvents(_), _) if self.one_time => {
                api_error(ApiError::new(Reason::PasswordChangeRequired))
            }
            (ApiRequest::ListEvents(request), _)
                if request.start_before.is_some() && self.overlap_error.is_some() =>
            {
                api_error(ApiError::new(self.overlap_error.unwrap()))
            }
            (ApiRequest::Login(request), _) => Some(self.login(&request.email)),
            (ApiRequest::GetMe(_), _) => Some(self.login("alice@epic.example")),
            (ApiRequest::ChangePassword(_), _) => Some(Ok(ApiResponse::Me(me(ALICE, false)))),
            _ => None,
        }
    }

    /// The response to a request for a page of records. The patterns name every argument, so that a
    /// new filter must be considered here.
    fn answer_list(&self, request: &ApiRequest, caller: i64) -> Option<ApiResponse> {
        let me = Some(caller);
        Some(match request {
            ApiRequest::ListCollaborators(ListCollaboratorsRequest {
                page_size,
                page_token,
                order_by: _,
                query,
                mine,
                role,
            }) => {
                let found = self
                    .collaborators()
                    .into_iter()
                    .filter(|c| !self.deleted.contains(&(Tab::Collaborators, c.id)))
                    .filter(|c| !mine || c.id == caller)
                    .filter(|c| *role == 0 || *role == c.role)
                    .filter(|c| matches_query(&c.name, query));
                self.page(found.map(Record::Collaborator), *page_size, page_token)
            }
            ApiRequest::ListClients(ListClientsRequest {
                page_size,
                page_token,
                order_by,
                query,
                mine,
                unassigned,
                commercial_id,
            }) => {
                let mut clients = self.clients();
                clients.truncate(self.clients_max.unwrap_or(usize::MAX));
                if order_by == "name desc" {
                    clients.reverse();
                }
                let found = clients
                    .into_iter()
                    .filter(|c| !mine || c.commercial_id == me)
                    .filter(|c| !unassigned || c.commercial_id.is_none())
                    .filter(|c| commercial_id.is_none() || *commercial_id == c.commercial_id)
                    .filter(|c| matches_query(&c.name, query));
                self.page(found.map(Record::Client), *page_size, page_token)
            }
            ApiRequest::ListContracts(ListContractsRequest {
                page_size,
                page_token,
                order_by: _,
                query,
                mine,
                unsigned,
                debtor,
                no_event,
                client_id,
                commercial_id,
            }) => {
                let found = self
                    .contracts()
                    .into_iter()
                    .filter(|c| !mine || c.commercial_id == me)
                    .filter(|c| !unsigned || !c.signed)
                    .filter(|c| !debtor || c.remaining_cents > 0)
                    .filter(|c| !no_event || (c.signed && c.event_id.is_none()))
                    .filter(|c| client_id.is_none_or(|id| id == c.client_id))
                    .filter(|c| commercial_id.is_none() || *commercial_id == c.commercial_id)
                    .filter(|c| matches_query(&searched_text(c), query));
                self.page(found.map(Record::Contract), *page_size, page_token)
            }
            ApiRequest::ListEvents(ListEventsRequest {
                page_size,
                page_token,
                order_by,
                query,
                mine,
                no_support,
                start_after,
                start_before,
                end_after,
                client_id,
                contract_id,
                commercial_id,
                support_id,
            }) => {
                let time = |time: &Option<_>| value::time(time.as_ref()).ok();
                let (after, before) = (time(start_after), time(start_before));
                let end_after = time(end_after);
                let found = self
                    .events_in(order_by)
                    .into_iter()
                    .filter(|e| end_after.is_none() || time(&e.end_time) > end_after)
                    .filter(|e| !mine || [e.support_id, e.commercial_id].contains(&me))
                    .filter(|e| !no_support || e.support_id.is_none())
                    .filter(|e| after.is_none() || time(&e.start_time) >= after)
                    .filter(|e| before.is_none() || time(&e.start_time) < before)
                    .filter(|e| client_id.is_none_or(|id| id == e.client_id))
                    .filter(|e| contract_id.is_none_or(|id| id == e.contract_id))
                    .filter(|e| commercial_id.is_none() || *commercial_id == e.commercial_id)
                    .filter(|e| support_id.is_none() || *support_id == e.support_id)
                    .filter(|e| matches_query(&e.event_title, query));
                self.page(found.map(Record::Event), *page_size, page_token)
            }
            _ => return None,
        })
    }

    /// The events in this order, as far as the server sorts.
    fn events_in(&self, order_by: &str) -> Vec<Event> {
        let mut events = self.events();
        if self.sorts_events && order_by.starts_with("start_time") {
            events.sort_by_key(|it| (value::time(it.start_time.as_ref()).ok(), it.id));
            if order_by.ends_with("desc") {
                events.reverse();
            }
        }
        events
    }

    fn page(&self, records: impl Iterator<Item = Record>, size: i32, token: &str) -> ApiResponse {
        let all: Vec<_> = records.collect();
        let from: usize = token.parse().unwrap_or(0);
        let size = usize::try_from(size).unwrap();
        let next = (from + size < all.len()).then(|| (from + size).to_string());
        let total = all.len() as u64;
        ApiResponse::Page(Page {
            total: self.count_limit.map_or(total, |limit| total.min(limit)),
            records: all.into_iter().skip(from).take(size).collect(),
            next_page_token: next.unwrap_or_default(),
            is_lower_bound: self.count_limit.is_some_and(|limit| total > limit),
        })
    }

    fn login(&self, email: &str) -> Result<ApiResponse, RequestError> {
        let id = match email.split('@').next() {
            Some("alice") => ALICE,
            Some("karim") => KARIM,
            Some("marie") => MARIE,
            _ => return Err(RequestError::Api(ApiError::new(Reason::LoginFailed))),
        };
        Ok(ApiResponse::Me(me(id, self.one_time)))
    }
}

fn me(id: i64, must_change_password: bool) -> Me {
    let person = collaborators().into_iter().find(|c| c.id == id).unwrap();
    Me {
        id,
        role: person.role,
        name: person.name,
        email: person.email,
        must_change_password,
    }
}

/// The texts by which a contract is found.
fn searched_text(contract: &Contract) -> String {
    format!("{} {}", contract.event_title, contract.client_company)
}

fn matches_query(text: &str, query: &str) -> bool {
    let text = fold(text);
    fold(query).split(' ').all(|word| text.contains(word))
}
