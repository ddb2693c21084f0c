//! A record of each kind, for unit tests.
#![allow(clippy::unwrap_used)]

use epic_events::{
    policy::Actor,
    v1::{Client, Collaborator, Contract, Event, Role},
    value::{wire_date, wire_time},
};
use jiff::{Timestamp, Zoned, civil::Date};

use super::Record;

/// Identifier of the commercial in charge of [`client`] and [`contract`].
pub(crate) const KARIM: i64 = 2;
/// Identifier of the support of [`event`].
pub(crate) const MARIE: i64 = 3;

pub(crate) const GESTION: Actor = Actor {
    id: 1,
    role: Role::Gestion,
};
pub(crate) const COMMERCIAL: Actor = Actor {
    id: KARIM,
    role: Role::Commercial,
};
pub(crate) const SUPPORT: Actor = Actor {
    id: MARIE,
    role: Role::Support,
};

/// Monday 7 September 2026, 10:30 in Paris.
pub(crate) fn now() -> Zoned {
    "2026-09-07T10:30[Europe/Paris]".parse().unwrap()
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A record of each tab, in the order of the tabs.
pub(crate) fn records() -> [Record; 4] {
    [
        Record::Collaborator(collaborator()),
        Record::Client(client()),
        Record::Contract(contract()),
        Record::Event(event()),
    ]
}

pub(crate) fn collaborator() -> Collaborator {
    Collaborator {
        id: KARIM,
        name: "Karim Roy".to_owned(),
        email: "karim@epic.example".to_owned(),
        phone: "+33 6 12 34 56 78".to_owned(),
        role: Role::Commercial.into(),
        client_count: 61,
        create_time: Some(wire_time(time("2025-01-06T08:00:00Z"))),
        update_time: Some(wire_time(time("2026-03-12T09:00:00Z"))),
        etag: "4".to_owned(),
        ..Collaborator::default()
    }
}

pub(crate) fn client() -> Client {
    Client {
        id: 31,
        name: "Zoé Lac".to_owned(),
        email: "zoe@lac.example".to_owned(),
        phone: "0102030405".to_owned(),
        company: "Lac & fils".to_owned(),
        commercial_id: Some(KARIM),
        commercial_name: "Karim Roy".to_owned(),
        create_time: Some(wire_time(time("2025-01-06T08:00:00Z"))),
        update_time: Some(wire_time(time("2026-03-12T09:00:00Z"))),
        etag: "5".to_owned(),
    }
}

pub(crate) fn contract() -> Contract {
    Contract {
        id: 1042,
        client_id: 31,
        client_name: "Zoé Lac".to_owned(),
        client_company: "Lac & fils".to_owned(),
        commercial_id: Some(KARIM),
        commercial_name: "Karim Roy".to_owned(),
        event_title: "Mariage".to_owned(),
        total_cents: 1_240_000,
        remaining_cents: 410_000,
        date: Some(wire_date(Date::constant(2026, 3, 12))),
        signed: true,
        event_id: Some(77),
        event_start_time: Some(wire_time(time("2026-09-12T16:00:00Z"))),
        update_time: Some(wire_time(time("2026-03-12T09:00:00Z"))),
        etag: "6".to_owned(),
        ..Contract::default()
    }
}

pub(crate) fn event() -> Event {
    Event {
        id: 77,
        contract_id: 1042,
        event_title: "Mariage".to_owned(),
        client_id: 31,
        client_name: "Zoé Lac".to_owned(),
        client_company: "Lac & fils".to_owned(),
        commercial_id: Some(KARIM),
        commercial_name: "Karim Roy".to_owned(),
        start_time: Some(wire_time(time("2026-09-12T16:00:25Z"))),
        end_time: Some(wire_time(time("2026-09-12T21:30:00Z"))),
        support_id: Some(MARIE),
        support_name: "Marie Lopez".to_owned(),
        location: "Parc floral, Paris".to_owned(),
        attendees: 1_250,
        update_time: Some(wire_time(time("2026-03-12T09:00:00Z"))),
        etag: "7".to_owned(),
        ..Event::default()
    }
}
