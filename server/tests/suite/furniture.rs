//! What stands in a house: a few records of each kind, and requests that are right, so that a test
//! says only what matters to it.

use epic_events::{
    google::r#type::Date,
    v1::{
        CreateClientRequest, CreateCollaboratorRequest, CreateContractRequest, CreateEventRequest,
        Role,
    },
};
use prost_types::Timestamp;
use uuid::Uuid;

/// Ids of the people that every house has.
pub const GESTION1: i64 = 1;
pub const COMMERCIAL1: i64 = 3;
pub const COMMERCIAL2: i64 = 4;
pub const SUPPORT1: i64 = 5;
pub const SUPPORT2: i64 = 6;

/// Three clients: of `commercial1`, of `commercial2`, of nobody. Six contracts, two events.
///
/// | contract | client | signed | remaining | event, support |
/// |---|---|---|---|---|
/// | 1 | 1 | yes | 0 | 1, `support1` |
/// | 2 | 1 | yes | 500 | |
/// | 3 | 1 | no | 1000 | |
/// | 4 | 2 | yes | 1000 | 2, nobody |
/// | 5 | 3 | no | 0 | |
/// | 6 | 2 | yes | 0 | |
pub const FURNITURE: &str = "
    insert into clients (request_id, name, email, phone, company, commercial_id) values
        (gen_random_uuid(), 'Élodie Lefèvre', 'elodie@coeur.example', '+33 6 00 00 00 01',
            'Cœur de Ville', 3),
        (gen_random_uuid(), 'Jürgen Groß', 'groß@stra.example', '+49 30 00 00 02',
            '100% Straße_GmbH', 4),
        (gen_random_uuid(), 'Noël François', 'noel@garcon.example', '01.00.00.00.03',
            'Garçon \\ Fils', null);
    insert into contracts
        (request_id, client_id, event_title, total_cents, remaining_cents, date, signed) values
        (gen_random_uuid(), 1, 'Gala d''été', 1000, 0, '2026-01-01', true),
        (gen_random_uuid(), 1, 'Vœux', 1000, 500, '2026-01-02', true),
        (gen_random_uuid(), 1, 'Séminaire', 1000, 1000, '2026-01-03', false),
        (gen_random_uuid(), 2, 'Lancement', 1000, 1000, '2026-01-04', true),
        (gen_random_uuid(), 3, 'Anniversaire', 1000, 0, '2026-01-05', false),
        (gen_random_uuid(), 2, 'Congrès', 1000, 0, '2026-01-06', true);
    insert into events
        (request_id, contract_id, start_time, end_time, support_id, location, attendees, note)
    values
        (gen_random_uuid(), 1, '2026-06-01 10:00Z', '2026-06-01 12:00Z', 5, 'Île de Ré', 10,
            'Traiteur à confirmer'),
        (gen_random_uuid(), 4, '2026-07-01 10:00Z', '2026-07-01 12:00Z', null, 'Köln', 20, '');";

pub fn new_id() -> String {
    Uuid::new_v4().to_string()
}

pub fn collaborator() -> CreateCollaboratorRequest {
    CreateCollaboratorRequest {
        request_id: new_id(),
        name: "Nadia Benali".to_owned(),
        email: format!("{}@staff.example", new_id()),
        phone: "+33 1 23 45 67 89".to_owned(),
        role: Role::Support.into(),
    }
}

pub fn client() -> CreateClientRequest {
    CreateClientRequest {
        request_id: new_id(),
        name: "Kevin Casey".to_owned(),
        email: format!("{}@client.example", new_id()),
        phone: "+33 6 78 12 34 56".to_owned(),
        company: "Cool Startup".to_owned(),
    }
}

pub fn contract(client_id: i64) -> CreateContractRequest {
    CreateContractRequest {
        request_id: new_id(),
        client_id,
        event_title: "Conférence".to_owned(),
        total_cents: 100_000,
        remaining_cents: 50_000,
        date: Some(date(2026, 5, 6)),
        signed: true,
    }
}

pub fn event(contract_id: i64) -> CreateEventRequest {
    CreateEventRequest {
        request_id: new_id(),
        contract_id,
        start_time: Some(time(1_790_000_000)),
        end_time: Some(time(1_790_003_600)),
        location: "Lyon".to_owned(),
        attendees: 75,
        note: String::new(),
    }
}

pub const fn date(year: i32, month: i32, day: i32) -> Date {
    Date { year, month, day }
}

pub const fn time(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}
