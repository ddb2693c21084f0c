//! The records of the fake server.

use epic_events::{
    v1::{Client, Collaborator, Contract, Event, Role, Session},
    value::{wire_date, wire_time},
};
use jiff::{Timestamp, civil::date};

pub(crate) const ALICE: i64 = 1;
pub(crate) const KARIM: i64 = 2;
pub(crate) const MARIE: i64 = 3;

/// The session that ends while the list of sessions is open.
pub(super) const ENDED: &str = "ended";

/// The sessions of a collaborator; without one, of the user.
pub(super) fn sessions(of: Option<i64>) -> Vec<Session> {
    let session = |id: &str, device: &str, address: &str, begun, used| Session {
        id: id.to_owned(),
        device: device.to_owned(),
        address: address.to_owned(),
        create_time: Some(wire_time(begun)),
        last_use_time: Some(wire_time(used)),
        expire_time: None,
        current: id == "current",
    };
    match of {
        None => vec![
            session(
                "current",
                "epic 0.1.0, desk-12",
                "10.0.4.12",
                at(7, 9),
                at(7, 10),
            ),
            session(
                "other",
                "epic 0.1.0, portable-alice",
                "2001:db8::17",
                at(6, 18),
                at(6, 22),
            ),
            session(ENDED, "", "192.0.2.40", at(1, 8), at(2, 17)),
        ],
        Some(KARIM) => vec![session(
            "karim",
            "epic 0.1.0, poste-de-karim-benali-au-deuxieme-etage-du-batiment-principal",
            "10.0.4.31",
            at(3, 9),
            at(7, 8),
        )],
        Some(_) => Vec::new(),
    }
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
        person(KARIM, "Karim Benali", Role::Commercial, 50, 0),
        person(MARIE, "Marie Lopez", Role::Support, 0, 2),
        person(4, "Omar Diallo", Role::Support, 0, 0),
        person(5, "Martin Roy", Role::Support, 0, 1),
        person(6, "Sofia Rossi", Role::Commercial, 50, 0),
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

pub(super) fn client(id: i64) -> Client {
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
                event_start_time: (at % 4 == 0).then(|| wire_time(self::at(20, 16))),
                create_time: Some(wire_time(self::at(1, 9))),
                update_time: Some(wire_time(self::at(2, 10))),
                etag: "1".to_owned(),
            }
        })
        .collect()
}

/// An event of this contract, without a support.
pub(crate) fn event_of(contract: &Contract) -> Event {
    Event {
        id: 500,
        contract_id: contract.id,
        event_title: contract.event_title.clone(),
        client_id: contract.client_id,
        client_name: contract.client_name.clone(),
        client_company: contract.client_company.clone(),
        commercial_id: contract.commercial_id,
        commercial_name: contract.commercial_name.clone(),
        start_time: Some(wire_time(at(12, 18))),
        end_time: Some(wire_time(at(12, 23))),
        support_id: None,
        support_name: String::new(),
        location: "Parc floral, Paris".to_owned(),
        attendees: 1_250,
        note: "Buffet végétarien pour 40\nAccès par la porte nord".to_owned(),
        create_time: Some(wire_time(at(1, 9))),
        update_time: Some(wire_time(at(2, 10))),
        etag: "1".to_owned(),
    }
}

pub(crate) fn events() -> Vec<Event> {
    let event = |id: i64, contract: &Contract, day, support: Option<(i64, &str)>| Event {
        id,
        start_time: Some(wire_time(at(day, 18))),
        end_time: Some(wire_time(at(day, 23))),
        support_id: support.map(|(id, _)| id),
        support_name: support.map_or_else(String::new, |(_, name)| name.to_owned()),
        ..event_of(contract)
    };
    let contracts = contracts();
    vec![
        event(500, &contracts[0], 12, None),
        event(504, &contracts[4], 12, Some((5, "Martin Roy"))),
        event(508, &contracts[8], 10, Some((MARIE, "Marie Lopez"))),
        event(512, &contracts[12], 8, Some((MARIE, "Marie Lopez"))),
    ]
}
