//! A server that is not there: a small office whose records answer questions as the real one would.

use std::time::Duration;

use epic::{
    api::{ApiRequest, ApiResponse, Page},
    client::RequestError,
    record::{Record, Tab},
};
use epic_events::{
    api_error::{ApiError, CHANGED_BY, TRACE},
    reason::Reason,
    v1::{
        Client, Collaborator, Contract, Event, HistoryEntry, ListHistoryRequest,
        ListHistoryResponse, Me, Role, Session,
    },
    value::{wire_date, wire_time},
};
use jiff::{Timestamp, civil::date};

pub(crate) const ALICE: i64 = 1;
pub(crate) const KARIM: i64 = 2;
pub(crate) const MARIE: i64 = 3;

/// What the next answers are, besides the records.
#[derive(Default)]
pub(crate) struct FakeServer {
    /// The server is away.
    pub(crate) away: bool,
    /// Somebody else saved the record meanwhile.
    pub(crate) outdated: bool,
    /// Every change of a record is refused for this reason.
    pub(crate) refuses: Option<Reason>,
    /// The login has a password that was handed out.
    pub(crate) handed_out: bool,
    /// Contracts as others have saved them.
    pub(crate) saved: Vec<Contract>,
    /// Records that others have deleted, by tab and number.
    pub(crate) deleted: Vec<(Tab, i64)>,
    /// What is noted about every record, the latest first.
    pub(crate) history: Vec<HistoryEntry>,
}

/// What the server has noted a defect as.
pub(crate) const A_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

impl FakeServer {
    pub(crate) fn answer(&self, call: &ApiRequest) -> Result<ApiResponse, RequestError> {
        if self.away {
            return Err(RequestError::Unavailable {
                message: "The server does not answer.".to_owned(),
            });
        }
        self.of_account(call)
            .unwrap_or_else(|| self.of_records(call))
    }

    /// What is asked of one's own account.
    fn of_account(&self, call: &ApiRequest) -> Option<Result<ApiResponse, RequestError>> {
        let refused = |refusal| Some(Err(RequestError::Api(refusal)));
        match (call, self.refuses) {
            (
                ApiRequest::Login(_) | ApiRequest::ChangePassword(_),
                Some(Reason::TooManyAttempts),
            ) => refused(ApiError::new(Reason::TooManyAttempts).after(Duration::from_secs(8))),
            (ApiRequest::ListSessions(_), Some(reason)) => refused(ApiError::new(reason)),
            (ApiRequest::Login(_), Some(Reason::LoginFailed)) => {
                refused(ApiError::new(Reason::LoginFailed))
            }
            (ApiRequest::ListEvents(_), _) if self.handed_out => {
                refused(ApiError::new(Reason::PasswordChangeRequired))
            }
            (ApiRequest::Login(request), _) => Some(self.login(&request.email)),
            (ApiRequest::GetMe(_), _) => Some(self.login("alice@epic.example")),
            (ApiRequest::ChangePassword(_), _) => Some(Ok(ApiResponse::Me(me(ALICE, false)))),
            _ => None,
        }
    }

    #[allow(clippy::too_many_lines)] // One arm for each request.
    fn of_records(&self, call: &ApiRequest) -> Result<ApiResponse, RequestError> {
        match call {
            ApiRequest::ListCollaborators(r) => Ok(page(
                collaborators()
                    .into_iter()
                    .filter(|c| !self.deleted.contains(&(Tab::Collaborators, c.id)))
                    .filter(|c| r.role == 0 || r.role == c.role)
                    .filter(|c| has(&c.name, &r.query))
                    .map(Record::Collaborator),
                r.page_size,
                &r.page_token,
            )),
            ApiRequest::ListClients(r) => Ok(page(
                clients()
                    .into_iter()
                    .filter(|c| !r.unassigned || c.commercial_id.is_none())
                    .filter(|c| !r.mine || c.commercial_id == Some(KARIM))
                    .filter(|c| r.commercial_id.is_none() || r.commercial_id == c.commercial_id)
                    .filter(|c| has(&c.name, &r.query))
                    .map(Record::Client),
                r.page_size,
                &r.page_token,
            )),
            ApiRequest::ListContracts(r) => Ok(page(
                self.contracts()
                    .into_iter()
                    .filter(|c| !r.unsigned || !c.signed)
                    .filter(|c| !r.debtor || c.remaining_cents > 0)
                    .filter(|c| !r.no_event || (c.signed && c.event_id.is_none()))
                    .filter(|c| !r.mine || c.commercial_id == Some(KARIM))
                    .filter(|c| r.client_id.is_none() || r.client_id == Some(c.client_id))
                    .filter(|c| has(&c.event_title, &r.query))
                    .map(Record::Contract),
                r.page_size,
                &r.page_token,
            )),
            ApiRequest::ListEvents(r) => Ok(page(
                events()
                    .into_iter()
                    .filter(|e| !r.no_support || e.support_id.is_none())
                    .filter(|e| r.contract_id.is_none() || r.contract_id == Some(e.contract_id))
                    .filter(|e| r.support_id.is_none() || r.support_id == e.support_id)
                    .filter(|e| has(&e.event_title, &r.query))
                    .map(Record::Event),
                r.page_size,
                &r.page_token,
            )),
            ApiRequest::GetCollaborator(r)
                if self.deleted.contains(&(Tab::Collaborators, r.id)) =>
            {
                Err(RequestError::Api(ApiError::new(Reason::NoSuchRecord)))
            }
            ApiRequest::GetContract(r) => {
                let saved = self.saved.iter().find(|c| c.id == r.id).cloned();
                let contract = saved.unwrap_or_else(|| {
                    let mut contract = contracts().into_iter().find(|c| c.id == r.id).unwrap();
                    contract.etag.replace_range(.., "9");
                    contract.remaining_cents = 200_000;
                    contract
                });
                Ok(ApiResponse::Record(Box::new(Record::Contract(contract))))
            }
            ApiRequest::UpdateContract(_) | ApiRequest::UpdateCollaborator(_)
                if self.refuses.is_some() =>
            {
                let refusal = ApiError::new(self.refuses.unwrap());
                Err(RequestError::Api(match refusal.reason {
                    Reason::Internal => refusal.with(TRACE, A_TRACE),
                    _ => refusal,
                }))
            }
            ApiRequest::UpdateContract(_) if self.outdated => Err(RequestError::Api(
                ApiError::new(Reason::EtagOutdated).with(CHANGED_BY, "Sofia Rossi"),
            )),
            ApiRequest::CreateClient(request) => {
                Ok(ApiResponse::Record(Box::new(Record::Client(Client {
                    id: 99,
                    name: request.name.clone(),
                    commercial_id: Some(KARIM),
                    ..client(99)
                }))))
            }
            ApiRequest::ResetPassword(request) => Ok(handed_out(request.id)),
            ApiRequest::CreateCollaborator(_) => Ok(handed_out(KARIM)),
            ApiRequest::AssignSupport(request) => {
                let mut event = events().into_iter().find(|e| e.id == request.id).unwrap();
                event.support_id = Some(request.support_id);
                event.support_name.replace_range(.., "Marie Lopez");
                Ok(ApiResponse::Record(Box::new(Record::Event(event))))
            }
            ApiRequest::ListHistory(request) => Ok(self.history(request)),
            ApiRequest::ListSessions(request) => {
                Ok(ApiResponse::Sessions(sessions(request.collaborator_id)))
            }
            ApiRequest::RevokeSession(request) if request.id == GONE => {
                Err(RequestError::Api(ApiError::new(Reason::NoSuchRecord)))
            }
            ApiRequest::Logout(_)
            | ApiRequest::DeleteCollaborator(_)
            | ApiRequest::RevokeSession(_) => Ok(ApiResponse::Done),
            _ => Err(RequestError::Api(ApiError::new(Reason::Internal))),
        }
    }

    /// The contracts, those that others have saved or added among them.
    fn contracts(&self) -> Vec<Contract> {
        let mut all = contracts();
        for saved in &self.saved {
            match all.iter_mut().find(|contract| contract.id == saved.id) {
                Some(contract) => contract.clone_from(saved),
                None => all.push(saved.clone()),
            }
        }
        all.sort_by_key(|contract| -contract.id);
        all
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

    fn login(&self, email: &str) -> Result<ApiResponse, RequestError> {
        let id = match email.split('@').next() {
            Some("alice") => ALICE,
            Some("karim") => KARIM,
            Some("marie") => MARIE,
            _ => return Err(RequestError::Api(ApiError::new(Reason::LoginFailed))),
        };
        Ok(ApiResponse::Me(me(id, self.handed_out)))
    }
}

/// The session that ends while its owner looks at it.
const GONE: &str = "gone";

/// Where they are signed in; for oneself, at this very desk too.
fn sessions(of: Option<i64>) -> Vec<Session> {
    let session = |id: &str, device: &str, address: &str, begun, used| Session {
        id: id.to_owned(),
        device: device.to_owned(),
        address: address.to_owned(),
        create_time: Some(wire_time(begun)),
        last_use_time: Some(wire_time(used)),
        expire_time: None,
        current: id == "here",
    };
    match of {
        None => vec![
            session(
                "here",
                "epic 0.1.0 on desk-12",
                "10.0.4.12",
                at(7, 9),
                at(7, 10),
            ),
            session(
                "there",
                "epic 0.1.0 on portable-alice",
                "2001:db8::17",
                at(6, 18),
                at(6, 22),
            ),
            session(GONE, "", "192.0.2.40", at(1, 8), at(2, 17)),
        ],
        Some(KARIM) => vec![session(
            "karim",
            "epic 0.1.0 on poste-de-karim-benali-au-deuxieme-etage-du-batiment-principal",
            "10.0.4.31",
            at(3, 9),
            at(7, 8),
        )],
        Some(_) => Vec::new(),
    }
}

fn handed_out(id: i64) -> ApiResponse {
    let person = collaborators().into_iter().find(|c| c.id == id).unwrap();
    let password = "kite-ember-42-lotus".to_owned();
    ApiResponse::Password(Box::new(Record::Collaborator(person)), password)
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

fn has(text: &str, query: &str) -> bool {
    text.to_lowercase().contains(&query.to_lowercase())
}

fn page(records: impl Iterator<Item = Record>, size: i32, token: &str) -> ApiResponse {
    let all: Vec<_> = records.collect();
    let from: usize = token.parse().unwrap_or(0);
    let size = usize::try_from(size).unwrap();
    let next = (from + size < all.len()).then(|| (from + size).to_string());
    ApiResponse::Page(Page {
        total: all.len() as u64,
        records: all.into_iter().skip(from).take(size).collect(),
        next: next.unwrap_or_default(),
        at_least: false,
    })
}

fn at(day: i8, hour: i8) -> Timestamp {
    let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
    date(2026, 9, day)
        .at(hour, 0, 0, 0)
        .to_zoned(zone)
        .unwrap()
        .timestamp()
}

pub(crate) fn collaborators() -> Vec<Collaborator> {
    let person = |id, name: &str, role: Role, clients, events| Collaborator {
        id,
        name: name.to_owned(),
        email: format!(
            "{}@epic.example",
            name.to_lowercase().split(' ').next().unwrap()
        ),
        phone: "+33 6 12 34 56 78".to_owned(),
        role: role.into(),
        client_count: clients,
        event_count: events,
        must_change_password: id == 5,
        create_time: Some(wire_time(at(1, 9))),
        update_time: Some(wire_time(at(2, 10))),
        etag: "1".to_owned(),
    };
    vec![
        person(ALICE, "Alice Martin", Role::Gestion, 0, 0),
        person(KARIM, "Karim Benali", Role::Commercial, 61, 0),
        person(MARIE, "Marie Lopez", Role::Support, 0, 4),
        person(4, "Omar Diallo", Role::Support, 0, 1),
        person(5, "Martin Roy", Role::Support, 0, 0),
        person(6, "Sofia Rossi", Role::Commercial, 1, 0),
    ]
}

const NAMES: [&str; 6] = [
    "Chloé Dupont",
    "Jean-Baptiste de la Fontaine-Saint-Germain",
    "王小明",
    "Zoé Lefèvre",
    "Orange Événements",
    "Ana García",
];

fn client(id: i64) -> Client {
    let index = usize::try_from(id).unwrap();
    let (commercial_id, commercial_name) = match id % 3 {
        0 => (None, ""),
        1 => (Some(KARIM), "Karim Benali"),
        _ => (Some(6), "Sofia Rossi"),
    };
    Client {
        id,
        name: match index {
            0..6 => NAMES[index].to_owned(),
            _ => format!("Client {index:02}"),
        },
        email: format!("client{id}@example.fr"),
        phone: "01 40 20 53 17".to_owned(),
        company: ["Dupont SARL", "Kéops", "Croix-Rouge"][index % 3].to_owned(),
        commercial_id,
        commercial_name: commercial_name.to_owned(),
        create_time: Some(wire_time(at(1, 9))),
        update_time: Some(wire_time(at(2, 10))),
        etag: "1".to_owned(),
    }
}

pub(crate) fn clients() -> Vec<Client> {
    (0..150).map(client).collect()
}

pub(crate) fn contracts() -> Vec<Contract> {
    let titles = [
        "Séminaire Orange",
        "Mariage Dupont",
        "Gala de la Croix-Rouge française et de ses amis",
        "Lancement K9",
    ];
    (0..40_i64)
        .map(|index| {
            let client = client(index % 6);
            let at = usize::try_from(index).unwrap();
            Contract {
                id: 1043 - index,
                client_id: client.id,
                client_name: client.name,
                client_company: client.company,
                commercial_id: client.commercial_id,
                commercial_name: client.commercial_name,
                event_title: titles[at % 4].to_owned(),
                total_cents: [1_240_000, 820_000, 3_200_000, 1_575_050][at % 4],
                remaining_cents: [0, 410_000, 3_200_000, 0][at % 4],
                date: Some(wire_date(date(2026, 3, 12))),
                signed: at.is_multiple_of(2),
                event_id: (at % 4 == 0).then_some(500 + index),
                create_time: Some(wire_time(self::at(1, 9))),
                update_time: Some(wire_time(self::at(2, 10))),
                etag: "1".to_owned(),
            }
        })
        .collect()
}

pub(crate) fn events() -> Vec<Event> {
    let event = |id: i64, contract: &Contract, day, support: Option<(i64, &str)>| Event {
        id,
        contract_id: contract.id,
        event_title: contract.event_title.clone(),
        client_id: contract.client_id,
        client_name: contract.client_name.clone(),
        client_company: contract.client_company.clone(),
        commercial_id: contract.commercial_id,
        commercial_name: contract.commercial_name.clone(),
        start_time: Some(wire_time(at(day, 18))),
        end_time: Some(wire_time(at(day, 23))),
        support_id: support.map(|(id, _)| id),
        support_name: support.map_or_else(String::new, |(_, name)| name.to_owned()),
        location: "Parc floral, Paris".to_owned(),
        attendees: 1_250,
        note: "Buffet végétarien pour 40\nAccès par la porte nord".to_owned(),
        create_time: Some(wire_time(at(1, 9))),
        update_time: Some(wire_time(at(2, 10))),
        etag: "1".to_owned(),
    };
    let contracts = contracts();
    vec![
        event(500, &contracts[0], 12, None),
        event(504, &contracts[4], 12, Some((5, "Martin Roy"))),
        event(508, &contracts[8], 10, Some((MARIE, "Marie Lopez"))),
        event(512, &contracts[12], 8, Some((MARIE, "Marie Lopez"))),
    ]
}
