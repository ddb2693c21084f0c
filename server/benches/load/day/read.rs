//! Lists, records and searches, with the checks of their replies.

use std::{cmp::Ordering, collections::HashSet};

use epic_events::{
    fold::query_words,
    v1::{
        Client, Contract, Event, ListClientsRequest, ListCollaboratorsRequest,
        ListContractsRequest, ListEventsRequest, ListHistoryRequest, RecordType,
        change_service_client::ChangeServiceClient,
        collaborator_service_client::CollaboratorServiceClient,
    },
};
use rand::{RngExt as _, seq::IndexedRandom as _};

use super::{
    kind::{Kind, end},
    person::Person,
};
use crate::{caller::Result, calls::PAGE};

/// Pages that a person leafs through at most.
const PAGES_MAX: usize = 4;
/// Letters of a searched word at least. The words are of letters only, because the server compares numbers
/// in other ways.
const WORD_MIN: usize = 3;

/// A list as a person shows it.
struct View<K: Kind> {
    request: K::Request,
    order: fn(&K, &K) -> Ordering,
    /// Whether a record belongs to the list.
    holds: Box<dyn Fn(&K) -> bool + Send>,
}

impl<K: Kind> View<K> {
    fn new(request: K::Request, holds: impl Fn(&K) -> bool + Send + 'static) -> Self {
        Self {
            request,
            order: K::usual_order,
            holds: Box::new(holds),
        }
    }
}

fn clients(person: &mut Person) -> View<Client> {
    let me = person.id;
    let request = ListClientsRequest::default();
    match person.random.random_range(0..4) {
        0 => {
            let request = ListClientsRequest {
                mine: true,
                ..request
            };
            View::new(request, move |client: &Client| {
                client.commercial_id == Some(me)
            })
        }
        1 => {
            let request = ListClientsRequest {
                unassigned: true,
                ..request
            };
            View::new(request, |client: &Client| client.commercial_id.is_none())
        }
        2 => View {
            order: |one, other| other.id.cmp(&one.id),
            ..View::new(
                ListClientsRequest {
                    order_by: "id desc".to_owned(),
                    ..request
                },
                |_| true,
            )
        },
        _ => View::new(request, |_| true),
    }
}

fn contracts(person: &mut Person) -> View<Contract> {
    let me = person.id;
    let mut request = ListContractsRequest::default();
    match person.random.random_range(0..5) {
        0 => {
            request.mine = true;
            View::new(request, move |contract: &Contract| {
                contract.commercial_id == Some(me)
            })
        }
        1 => {
            request.unsigned = true;
            View::new(request, |contract: &Contract| !contract.signed)
        }
        2 => {
            request.debtor = true;
            View::new(request, |contract: &Contract| contract.remaining_cents > 0)
        }
        3 => {
            request.no_event = true;
            View::new(request, |contract: &Contract| {
                contract.signed && contract.event_id.is_none()
            })
        }
        _ => View::new(request, |_| true),
    }
}

fn events(person: &mut Person) -> View<Event> {
    let me = person.id;
    let mut request = ListEventsRequest {
        order_by: "start_time desc".to_owned(),
        ..ListEventsRequest::default()
    };
    let holds: Box<dyn Fn(&Event) -> bool + Send> = match person.random.random_range(0..4) {
        0 => {
            request.mine = true;
            Box::new(move |event| event.support_id == Some(me) || event.commercial_id == Some(me))
        }
        1 => {
            request.no_support = true;
            Box::new(|event| event.support_id.is_none())
        }
        2 => {
            let now = jiff::Timestamp::now();
            request.end_after = Some(prost_types::Timestamp {
                seconds: now.as_second(),
                nanos: 0,
            });
            Box::new(move |event| end(event) > (now.as_second(), 0))
        }
        _ => Box::new(|_| true),
    };
    View {
        request,
        order: |one, other| other.usual_order(one),
        holds,
    }
}

/// Reads pages of a list in turn, and one of their records.
async fn browse<K: Kind>(person: &mut Person, view: View<K>) -> Result<()> {
    let mut ids = HashSet::new();
    let mut last: Option<K> = None;
    let mut token = String::new();
    for _ in 0..PAGES_MAX {
        let (records, next) = K::list(person, &view.request, token).await?;
        if records.len() != PAGE && !next.is_empty() || records.len() > PAGE {
            return Err(format!("a page of {} records, and {next:?}", records.len()).into());
        }
        for record in records {
            if !ids.insert(record.id()) || record.etag().is_empty() {
                return Err(format!("a repeated or incomplete record: {record:?}").into());
            }
            if !(view.holds)(&record) {
                return Err(format!("not in this list: {record:?}").into());
            }
            let is_in_order = |last: &K| (view.order)(last, &record).is_lt();
            if !last.as_ref().is_none_or(is_in_order) {
                return Err(format!("{record:?} follows {last:?}").into());
            }
            last = Some(record);
        }
        token = next;
        if token.is_empty() || person.random.random_bool(0.5) {
            break;
        }
    }
    if let Some(record) = last {
        let found = K::get(person, record.id()).await?;
        if found.id() != record.id() || found.name() != record.name() {
            return Err(format!("{record:?} is {found:?}").into());
        }
    }
    Ok(())
}

/// Reads a list with some filter, and a record of it.
pub(super) async fn list(person: &mut Person) -> Result<()> {
    match person.random.random_range(0..3) {
        0 => {
            let view = clients(person);
            browse(person, view).await
        }
        1 => {
            let view = contracts(person);
            browse(person, view).await
        }
        _ => {
            let view = events(person);
            browse(person, view).await
        }
    }
}

/// Searches for a word of the name of a record.
pub(super) async fn search(person: &mut Person) -> Result<()> {
    match person.random.random_range(0..3) {
        0 => find::<Client>(person).await,
        1 => find::<Contract>(person).await,
        _ => find::<Event>(person).await,
    }
}

async fn find<K: Kind>(person: &mut Person) -> Result<()> {
    let (records, _) = K::list(person, &K::Request::default(), String::new()).await?;
    let Some(record) = records.choose(&mut person.random) else {
        return Err("an empty list".into());
    };
    let words = record.name().split(|letter: char| !letter.is_alphabetic());
    let words: Vec<_> = words
        .filter(|word| word.chars().count() >= WORD_MIN)
        .collect();
    let Some(word) = words.choose(&mut person.random) else {
        return Ok(());
    };
    let (found, next) = K::list(person, &K::search((*word).to_owned()), String::new()).await?;
    let words = query_words(word);
    for match_ in &found {
        let searched = match_.searched();
        if !words.iter().all(|word| searched.contains(word)) {
            return Err(format!("{word:?} is not in {match_:?}").into());
        }
    }
    if next.is_empty() && !found.iter().any(|it| it.id() == record.id()) {
        return Err(format!("{word:?} does not find {record:?}").into());
    }
    Ok(())
}

/// Reads the colleagues, or the history of a client.
pub(super) async fn other(person: &mut Person) -> Result<()> {
    if person.random.random() {
        let mut client = CollaboratorServiceClient::new(person.channel());
        let call = client.list_collaborators(person.request(ListCollaboratorsRequest::default())?);
        let reply = person.timed("ListCollaborators", call).await?;
        if reply.collaborators.len() != PAGE {
            return Err(format!("{} colleagues", reply.collaborators.len()).into());
        }
        return Ok(());
    }
    let (clients, _) = Client::list(person, &ListClientsRequest::default(), String::new()).await?;
    let id = clients.choose(&mut person.random).map(|client| client.id);
    history(person, Client::RECORD, id.ok_or("no client")?).await
}

/// Reads the history of a record, the latest change first.
pub(super) async fn history(person: &mut Person, record: RecordType, id: i64) -> Result<()> {
    let request = ListHistoryRequest {
        record: record.into(),
        record_id: Some(id),
        ..ListHistoryRequest::default()
    };
    let mut client = ChangeServiceClient::new(person.channel());
    let call = client.list_history(person.request(request)?);
    let entries = person.timed("ListHistory", call).await?.entries;
    let is_of_record = entries
        .iter()
        .all(|entry| entry.record() == record && entry.record_id == id);
    if entries.is_empty() || !is_of_record || !entries.is_sorted_by(|one, other| one.id > other.id)
    {
        return Err(format!("the history of {record:?} {id} is {entries:?}").into());
    }
    Ok(())
}
