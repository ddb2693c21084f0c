//! Requests for a single record, for histories and for sessions, and the stored records.

use epic::{
    api::{ApiRequest, ApiResponse, RequestError},
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
    /// The response to a request for a single record, a history or sessions.
    pub(super) fn answer_record(&self, request: &ApiRequest) -> Result<ApiResponse, RequestError> {
        if let Some(error) = self.refusal(request) {
            return Err(RequestError::Api(error));
        }
        let response = self.read(request).or_else(|| self.write(request));
        Ok(response.unwrap_or_else(|| panic!("the fake server does not know {}", request.name())))
    }

    /// Why the request fails.
    fn refusal(&self, request: &ApiRequest) -> Option<ApiError> {
        let is_deleted = |id| self.deleted.contains(&(Tab::Collaborators, id));
        let gone = Some(ApiError::new(Reason::NoSuchRecord));
        match (request, self.error) {
            (ApiRequest::GetCollaborator(r), _) if is_deleted(r.id) => gone,
            (ApiRequest::DeleteCollaborator(r), _) if is_deleted(r.id) => gone,
            (ApiRequest::RevokeSession(r), _) if r.id == ENDED => gone,
            (
                ApiRequest::UpdateContract(_)
                | ApiRequest::UpdateCollaborator(_)
                | ApiRequest::UpdateEvent(_),
                Some(reason),
            ) => {
                let error = ApiError::new(reason);
                Some(match reason {
                    Reason::Internal => error.with_detail(TRACE, A_TRACE),
                    _ => error,
                })
            }
            _ if self.checks_etags && self.is_outdated(request) => {
                Some(ApiError::new(Reason::EtagOutdated).with_detail(CHANGED_BY, "Sofia Rossi"))
            }
            (ApiRequest::UpdateContract(_) | ApiRequest::AssignSupport(_), _) if self.outdated => {
                Some(ApiError::new(Reason::EtagOutdated).with_detail(CHANGED_BY, "Sofia Rossi"))
            }
            // The real server checks the right to assign before the etag.
            (ApiRequest::AssignCommercial(_), _) if self.outdated => {
                Some(ApiError::new(Reason::AlreadyAssigned))
            }
            _ => None,
        }
    }

    /// Whether the request updates another version than the stored one.
    fn is_outdated(&self, request: &ApiRequest) -> bool {
        match request {
            ApiRequest::UpdateContract(r) => {
                only(self.contracts(), |it| it.id == r.id).etag != r.etag
            }
            ApiRequest::UpdateClient(r) => self.client(r.id).etag != r.etag,
            ApiRequest::UpdateEvent(r) => self.event(r.id).etag != r.etag,
            _ => false,
        }
    }

    fn read(&self, request: &ApiRequest) -> Option<ApiResponse> {
        Some(match request {
            ApiRequest::GetCollaborator(r) => {
                saved(Record::Collaborator(only(self.collaborators(), |it| {
                    it.id == r.id
                })))
            }
            ApiRequest::GetClient(r) => saved(Record::Client(self.client(r.id))),
            ApiRequest::GetEvent(r) => saved(Record::Event(self.event(r.id))),
            ApiRequest::GetContract(r) => {
                let contract = only(self.contracts(), |it| it.id == r.id);
                saved(Record::Contract(if contract.etag == "1" {
                    Contract {
                        etag: "9".to_owned(),
                        remaining_cents: 200_000,
                        ..contract
                    }
                } else {
                    contract
                }))
            }
            ApiRequest::ListHistory(request) => self.history(request),
            ApiRequest::ListSessions(request) => {
                ApiResponse::Sessions(sessions(request.collaborator_id))
            }
            _ => return None,
        })
    }

    fn write(&self, request: &ApiRequest) -> Option<ApiResponse> {
        Some(match request {
            ApiRequest::CreateClient(request) => saved(Record::Client(Client {
                id: 99,
                name: request.name.clone(),
                commercial_id: Some(KARIM),
                ..client(99)
            })),
            ApiRequest::ResetPassword(request) => with_one_time_password(request.id),
            ApiRequest::CreateCollaborator(_) => with_one_time_password(KARIM),
            ApiRequest::CreateEvent(request) => {
                let event = Event {
                    id: 99,
                    contract_id: request.contract_id,
                    start_time: request.start_time,
                    end_time: request.end_time,
                    ..events().swap_remove(0)
                };
                *self.created_event.borrow_mut() = Some(event.clone());
                saved(Record::Event(event))
            }
            ApiRequest::AssignSupport(request) => saved(Record::Event(supported(
                self.event(request.id),
                request.support_id,
            ))),
            ApiRequest::AssignCommercial(request) => {
                let commercial = only(self.collaborators(), |it| it.id == request.commercial_id);
                saved(Record::Client(Client {
                    commercial_id: Some(commercial.id),
                    commercial_name: commercial.name,
                    ..self.client(request.id)
                }))
            }
            ApiRequest::UpdateEvent(request) => {
                let event = self.event(request.id);
                saved(Record::Event(Event {
                    start_time: request.start_time.or(event.start_time),
                    end_time: request.end_time.or(event.end_time),
                    location: request.location.clone().unwrap_or(event.location),
                    attendees: request.attendees.unwrap_or(event.attendees),
                    ..event
                }))
            }
            ApiRequest::UpdateContract(request) => {
                let contract = only(self.contracts(), |it| it.id == request.id);
                saved(Record::Contract(Contract {
                    event_title: request.event_title.clone().unwrap_or(contract.event_title),
                    total_cents: request.total_cents.unwrap_or(contract.total_cents),
                    remaining_cents: request.remaining_cents.unwrap_or(contract.remaining_cents),
                    signed: request.signed.unwrap_or(contract.signed),
                    ..contract
                }))
            }
            ApiRequest::UpdateClient(request) => {
                let client = self.client(request.id);
                saved(Record::Client(Client {
                    name: request.name.clone().unwrap_or(client.name),
                    email: request.email.clone().unwrap_or(client.email),
                    phone: request.phone.clone().unwrap_or(client.phone),
                    company: request.company.clone().unwrap_or(client.company),
                    ..client
                }))
            }
            ApiRequest::UpdateCollaborator(request) => {
                let person = only(self.collaborators(), |it| it.id == request.id);
                saved(Record::Collaborator(Collaborator {
                    name: request.name.clone().unwrap_or(person.name),
                    phone: request.phone.clone().unwrap_or(person.phone),
                    ..person
                }))
            }
            ApiRequest::Logout(_)
            | ApiRequest::DeleteCollaborator(_)
            | ApiRequest::RevokeSession(_) => ApiResponse::Done,
            _ => return None,
        })
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
        let created = self.created_event.borrow().clone();
        let all = self.events().into_iter().chain(created);
        only(all.collect(), |it| it.id == id)
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

/// The records, with those that were saved or added in the meantime.
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
