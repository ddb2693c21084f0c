//! The writes of each role, and the checks that a write is visible at once on its server.

use epic_events::{
    api_error::ApiError,
    google::r#type::Date,
    reason::Reason,
    v1::{
        AssignCommercialRequest, AssignSupportRequest, Client, Contract, CreateClientRequest,
        CreateContractRequest, CreateEventRequest, Event, ListClientsRequest, ListContractsRequest,
        ListEventsRequest, UpdateClientRequest, UpdateContractRequest, UpdateEventRequest,
        client_service_client::ClientServiceClient, contract_service_client::ContractServiceClient,
        event_service_client::EventServiceClient,
    },
};
use prost_types::Timestamp;
use rand::{RngExt as _, seq::IndexedRandom as _};
use tonic::Status;
use uuid::Uuid;

use super::{kind::Kind, person::Person, read};
use crate::caller::Result;

/// Contracts that a member of gestion remembers.
const CONTRACTS_MAX: usize = 32;
/// The longest page of the server.
const LONG_PAGE: i32 = 200;
const DAY: i64 = 24 * 60 * 60;

/// A random record of the first page of a list; `None` when the list is empty.
async fn any<K: Kind + Clone>(person: &mut Person, request: &K::Request) -> Result<Option<K>> {
    let (records, _) = K::list(person, request, String::new()).await?;
    Ok(records.choose(&mut person.random).cloned())
}

/// Reads a record that the person has written, and its history.
async fn check<K: Kind + PartialEq>(
    person: &mut Person,
    written: &K,
    is_as_written: bool,
) -> Result<()> {
    let found = K::get(person, written.id()).await?;
    if !is_as_written || found.etag() != written.etag() || found.name() != written.name() {
        return Err(format!("the write returned {written:?}, then it is {found:?}").into());
    }
    read::history(person, K::RECORD, written.id()).await
}

fn text(person: &mut Person) -> String {
    format!("Bench {:08x}", person.random.random::<u32>())
}

/// A commercial creates or changes a client, or creates an event.
pub(super) async fn commercial(person: &mut Person) -> Result<()> {
    match person.random.random_range(0..4) {
        0 => create_client(person).await,
        1 => create_event(person).await,
        _ => update_client(person).await,
    }
}

async fn create_client(person: &mut Person) -> Result<()> {
    let request = CreateClientRequest {
        request_id: Uuid::new_v4().to_string(),
        name: text(person),
        email: format!("{}@example.org", Uuid::new_v4().simple()),
        phone: "+33 1 40 20 53 17".to_owned(),
        company: text(person),
    };
    let mut created = Vec::new();
    // As after a lost reply: the second request creates nothing.
    for _ in 0..2 {
        let mut client = ClientServiceClient::new(person.channel());
        let call = client.create_client(person.request(request.clone())?);
        let reply = person.timed("CreateClient", call).await?;
        created.push(reply.client.ok_or("no client")?);
    }
    let is_as_written = created[0] == created[1]
        && created[0].name == request.name
        && created[0].commercial_id == Some(person.id);
    check(person, &created[0], is_as_written).await
}

async fn update_client(person: &mut Person) -> Result<()> {
    let mine = ListClientsRequest {
        mine: true,
        page_size: LONG_PAGE,
        ..ListClientsRequest::default()
    };
    let Some(client) = any::<Client>(person, &mine).await? else {
        return Ok(());
    };
    let company = text(person);
    let request = UpdateClientRequest {
        id: client.id,
        etag: client.etag,
        company: Some(company.clone()),
        ..UpdateClientRequest::default()
    };
    let mut client = ClientServiceClient::new(person.channel());
    let call = client.update_client(person.request(request)?);
    let updated = person.timed("UpdateClient", call).await?.client;
    let updated = updated.ok_or("no client")?;
    check(person, &updated, updated.company == company).await?;
    // The list too, although calls share it.
    let (clients, next) = Client::list(person, &mine, String::new()).await?;
    let listed = clients.iter().find(|client| client.id == updated.id);
    match listed {
        Some(listed) if *listed == updated => Ok(()),
        None if !next.is_empty() => Ok(()),
        _ => Err(format!("{updated:?} is listed as {listed:?}").into()),
    }
}

async fn create_event(person: &mut Person) -> Result<()> {
    let without_event = ListContractsRequest {
        mine: true,
        no_event: true,
        ..ListContractsRequest::default()
    };
    let Some(contract) = any::<Contract>(person, &without_event).await? else {
        return Ok(());
    };
    let start = jiff::Timestamp::now().as_second() + person.random.random_range(0..365) * DAY;
    let time = |seconds| Some(Timestamp { seconds, nanos: 0 });
    let request = CreateEventRequest {
        request_id: Uuid::new_v4().to_string(),
        contract_id: contract.id,
        start_time: time(start),
        end_time: time(start + 3 * 60 * 60),
        location: text(person),
        attendees: 50,
        note: String::new(),
    };
    let mut client = EventServiceClient::new(person.channel());
    let call = client.create_event(person.request(request)?);
    let event = person.timed("CreateEvent", call).await?.event;
    let event = event.ok_or("no event")?;
    // A member of gestion may assign a support before it is read again.
    let found = Event::get(person, event.id).await?;
    if event.contract_id != contract.id || found.location != event.location {
        return Err(format!("{event:?} became {found:?}").into());
    }
    Ok(())
}

/// A member of gestion creates or changes a contract, or assigns a colleague.
pub(super) async fn gestion(person: &mut Person) -> Result<()> {
    match person.random.random_range(0..6) {
        0 | 1 => create_contract(person).await,
        2 | 3 => update_contract(person).await,
        4 => assign_support(person).await,
        _ => assign_commercial(person).await,
    }
}

async fn create_contract(person: &mut Person) -> Result<()> {
    let client = any::<Client>(person, &ListClientsRequest::default()).await?;
    let request = CreateContractRequest {
        request_id: Uuid::new_v4().to_string(),
        client_id: client.ok_or("no client")?.id,
        event_title: text(person),
        total_cents: 1_000_000,
        remaining_cents: 500_000,
        date: Some(Date {
            year: 2026,
            month: 6,
            day: 5,
        }),
        signed: person.random.random(),
    };
    let title = request.event_title.clone();
    let mut client = ContractServiceClient::new(person.channel());
    let call = client.create_contract(person.request(request)?);
    let contract = person.timed("CreateContract", call).await?.contract;
    let contract = contract.ok_or("no contract")?;
    check(person, &contract, contract.event_title == title).await?;
    if person.contracts.len() >= CONTRACTS_MAX {
        person.contracts.remove(0);
    }
    person.contracts.push(contract);
    Ok(())
}

async fn update_contract(person: &mut Person) -> Result<()> {
    let Some(contract) = person.contracts.choose(&mut person.random).cloned() else {
        return create_contract(person).await;
    };
    let request = UpdateContractRequest {
        id: contract.id,
        etag: contract.etag,
        remaining_cents: Some(person.random.random_range(0..1_000_000)),
        ..UpdateContractRequest::default()
    };
    let remaining = request.remaining_cents;
    let mut client = ContractServiceClient::new(person.channel());
    let call = client.update_contract(person.request(request)?);
    let updated = person.timed("UpdateContract", call).await?.contract;
    let updated = updated.ok_or("no contract")?;
    let is_as_written = Some(updated.remaining_cents) == remaining;
    check(person, &updated, is_as_written).await?;
    let known = person.contracts.iter_mut().find(|it| it.id == updated.id);
    *known.ok_or("an unknown contract")? = updated;
    Ok(())
}

async fn assign_support(person: &mut Person) -> Result<()> {
    let unassigned = ListEventsRequest {
        no_support: true,
        ..ListEventsRequest::default()
    };
    let Some(event) = any::<Event>(person, &unassigned).await? else {
        return Ok(());
    };
    let support = *person
        .office
        .clone()
        .supports
        .choose(&mut person.random)
        .ok_or("no support")?;
    let request = AssignSupportRequest {
        id: event.id,
        etag: event.etag,
        support_id: Some(support),
    };
    let mut client = EventServiceClient::new(person.channel());
    let call = client.assign_support(person.request(request)?);
    match person.attempt("AssignSupport", call).await {
        Ok(reply) if reply.event.as_ref().map(|event| event.support_id) == Some(Some(support)) => {
            Ok(())
        }
        Ok(reply) => Err(format!("{support} is not the support of {reply:?}").into()),
        Err(status) => overtaken(person, *status),
    }
}

async fn assign_commercial(person: &mut Person) -> Result<()> {
    let unassigned = ListClientsRequest {
        unassigned: true,
        ..ListClientsRequest::default()
    };
    let Some(client) = any::<Client>(person, &unassigned).await? else {
        return Ok(());
    };
    let commercials = &person.office.clone().commercials;
    let commercial = *commercials
        .choose(&mut person.random)
        .ok_or("no commercial")?;
    let request = AssignCommercialRequest {
        id: client.id,
        etag: client.etag,
        commercial_id: commercial,
    };
    let mut client = ClientServiceClient::new(person.channel());
    let call = client.assign_commercial(person.request(request)?);
    match person.attempt("AssignCommercial", call).await {
        Ok(reply)
            if reply.client.as_ref().map(|client| client.commercial_id)
                == Some(Some(commercial)) =>
        {
            Ok(())
        }
        Ok(reply) => Err(format!("{commercial} is not the commercial of {reply:?}").into()),
        Err(status) => overtaken(person, *status),
    }
}

/// Counts a refusal because a colleague was faster; another one is an error.
fn overtaken(person: &mut Person, status: Status) -> Result<()> {
    match ApiError::from_status(&status).map(|error| error.reason) {
        Some(Reason::EtagOutdated | Reason::AlreadyAssigned) => {
            person.overtaken += 1;
            Ok(())
        }
        _ => Err(status.into()),
    }
}

/// A support changes an event.
pub(super) async fn support(person: &mut Person) -> Result<()> {
    let mine = ListEventsRequest {
        mine: true,
        page_size: LONG_PAGE,
        ..ListEventsRequest::default()
    };
    let Some(event) = any::<Event>(person, &mine).await? else {
        return Ok(());
    };
    let note = text(person);
    let request = UpdateEventRequest {
        id: event.id,
        etag: event.etag,
        note: Some(note.clone()),
        ..UpdateEventRequest::default()
    };
    let mut client = EventServiceClient::new(person.channel());
    let call = client.update_event(person.request(request)?);
    let updated = person.timed("UpdateEvent", call).await?.event;
    let updated = updated.ok_or("no event")?;
    check(person, &updated, updated.note == note).await
}
