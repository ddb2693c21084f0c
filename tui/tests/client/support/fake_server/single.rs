//! Requests of a single record, of histories and of sessions, and the stored records.

use epic::{
    api::{ApiRequest, ApiResponse},
    client::RequestError,
    record::{Record, Tab},
};
use epic_events::{
    api_error::{ApiError, CHANGED_BY, TRACE},
    reason::Reason,
    v1::{Client, Collaborator, Contract, Event, ListHistoryRequest, ListHistoryResponse},
};

use super::{A_TRACE, FakeServer};
use crate::support::records::{
    ENDED, KARIM, client, clients, collaborators, contracts, events, sessions,
};

impl FakeServer {
    /// The response to a request of a single record, of a history or of sessions.
    pub(super) fn answer_record(&self, request: &ApiRequest) -> Result<ApiResponse, RequestError> {
        match request {
            ApiRequest::GetCollaborator(r)
                if self.deleted.contains(&(Tab::Collaborators, r.id)) =>
            {
                Err(RequestError::Api(ApiError::new(Reason::NoSuchRecord)))
            }
            ApiRequest::GetCollaborator(r) => Ok(saved(Record::Collaborator(only(
                self.collaborators(),
                |it| it.id == r.id,
            )))),
            ApiRequest::GetClient(r) => Ok(saved(Record::Client(self.client(r.id)))),
            ApiRequest::GetEvent(r) => Ok(saved(Record::Event(self.event(r.id)))),
            ApiRequest::GetContract(r) => {
                let contract = only(self.contracts(), |it| it.id == r.id);
                Ok(saved(Record::Contract(if contract.etag == "1" {
                    Contract {
                        etag: "9".to_owned(),
                        remaining_cents: 200_000,
                        ..contract
                    }
                } else {
                    contract
                })))
            }
            ApiRequest::UpdateContract(_)
            | ApiRequest::UpdateCollaborator(_)
            | ApiRequest::UpdateEvent(_)
                if self.error.is_some() =>
            {
                let error = ApiError::new(self.error.unwrap());
                Err(RequestError::Api(match error.reason {
                    Reason::Internal => error.with_detail(TRACE, A_TRACE),
                    _ => error,
                }))
            }
            ApiRequest::UpdateContract(_) | ApiRequest::AssignSupport(_) if self.outdated => {
                Err(RequestError::Api(
                    ApiError::new(Reason::EtagOutdated).with_detail(CHANGED_BY, "Sofia Rossi"),
                ))
            }
            // The real server checks the right to assign before the etag.
            ApiRequest::AssignCommercial(_) if self.outdated => {
                Err(RequestError::Api(ApiError::new(Reason::AlreadyAssigned)))
            }
            ApiRequest::CreateClient(request) => Ok(saved(Record::Client(Client {
                id: 99,
                name: request.name.clone(),
                commercial_id: Some(KARIM),
                ..client(99)
            }))),
            ApiRequest::ResetPassword(request) => Ok(with_one_time_password(request.id)),
            ApiRequest::CreateCollaborator(_) => Ok(with_one_time_password(KARIM)),
            ApiRequest::AssignSupport(request) => Ok(saved(Record::Event(supported(
                self.event(request.id),
                request.support_id,
            )))),
            ApiRequest::UpdateEvent(request) => {
                let event = self.event(request.id);
                Ok(saved(Record::Event(Event {
                    start_time: request.start_time.or(event.start_time),
                    end_time: request.end_time.or(event.end_time),
                    ..event
                })))
            }
            ApiRequest::ListHistory(request) => Ok(self.history(request)),
            ApiRequest::ListSessions(request) => {
                Ok(ApiResponse::Sessions(sessions(request.collaborator_id)))
            }
            ApiRequest::RevokeSession(request) if request.id == ENDED => {
                Err(RequestError::Api(ApiError::new(Reason::NoSuchRecord)))
            }
            ApiRequest::DeleteCollaborator(r)
                if self.deleted.contains(&(Tab::Collaborators, r.id)) =>
            {
                Err(RequestError::Api(ApiError::new(Reason::NoSuchRecord)))
            }
            ApiRequest::Logout(_)
            | ApiRequest::DeleteCollaborator(_)
            | ApiRequest::RevokeSession(_) => Ok(ApiResponse::Done),
            _ => Err(RequestError::Api(ApiError::new(Reason::Internal))),
        }
    }

    pub(super) fn collaborators(&self) -> Vec<Collaborator> {
        let saved = self.saved.iter().filter_map(|record| match record {
            Record::Collaborator(it) => Some(it),
            _ => None,
        });
        with_saved(collaborators(), saved, |it| it.id)
    }

    pub(super) fn clients(&self) -> Vec<Client> {
        let saved = self.saved.iter().filter_map(|record| match record {
            Record::Client(it) => Some(it),
            _ => None,
        });
        with_saved(clients(), saved, |it| it.id)
    }

    pub(super) fn contracts(&self) -> Vec<Contract> {
        let saved = self.saved.iter().filter_map(|record| match record {
            Record::Contract(it) => Some(it),
            _ => None,
        });
        let mut all = with_saved(contracts(), saved, |it| it.id);
        all.sort_by_key(|contract| -contract.id);
        all
    }

    pub(super) fn events(&self) -> Vec<Event> {
        let saved = self.saved.iter().filter_map(|record| match record {
            Record::Event(it) => Some(it),
            _ => None,
        });
        let mut all = events();
        all.extend(self.added_events.iter().cloned());
        with_saved(all, saved, |it| it.id)
    }

    fn client(&self, id: i64) -> Client {
        only(self.clients(), |it| it.id == id)
    }

    fn event(&self, id: i64) -> Event {
        only(self.events(), |it| it.id == id)
    }

    fn history(&self, request: &ListHistoryRequest) -> ApiResponse {
        let from: usize = request.page_token.parse().unwrap_or(0);
        let size = usize::try_from(request.page_size).unwrap();
        let entries = self.history.iter().skip(from).take(size).cloned();
        let next = (from + size < self.history.len()).then(|| (from + size).to_string());
        ApiResponse::History(ListHistoryResponse {
            entries: entries.collect(),
            next_page_token: next.unwrap_or_default(),
            total_size: i32::try_from(self.history.len()).unwrap(),
            total_size_is_lower_bound: false,
        })
    }
}

fn with_one_time_password(id: i64) -> ApiResponse {
    let person = collaborators().into_iter().find(|c| c.id == id).unwrap();
    let password = "kite-ember-42-lotus".to_owned();
    ApiResponse::Password(Box::new(Record::Collaborator(person)), password)
}

/// The event with this support.
pub(crate) fn supported(event: Event, support: Option<i64>) -> Event {
    let name = |id| only(collaborators(), |it| it.id == id).name;
    Event {
        support_id: support,
        support_name: support.map_or_else(String::new, name),
        ..event
    }
}

fn saved(record: Record) -> ApiResponse {
    ApiResponse::Record(Box::new(record))
}

fn only<T>(all: Vec<T>, matches: impl Fn(&T) -> bool) -> T {
    all.into_iter().find(|it| matches(it)).unwrap()
}

/// The records, as they were saved since or added.
fn with_saved<'a, T: Clone + 'a>(
    mut all: Vec<T>,
    saved: impl Iterator<Item = &'a T>,
    id: impl Fn(&T) -> i64,
) -> Vec<T> {
    for record in saved {
        match all.iter_mut().find(|it| id(it) == id(record)) {
            Some(it) => it.clone_from(record),
            None => all.push(record.clone()),
        }
    }
    all
}
