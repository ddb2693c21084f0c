//! Accounts, records and requests, each with defaults for the fields that a test does not specify.
//!
//! A new field of a record gets its default in [`insert`]'s table and in the request of that record
//! below; only tests of the field itself change.

use std::sync::OnceLock;

use epic_events::{
    google::r#type::Date,
    password::Password,
    role::role_name,
    v1::{
        CreateClientRequest, CreateCollaboratorRequest, CreateContractRequest, CreateEventRequest,
        LoginRequest, Role, UpdateClientRequest, UpdateCollaboratorRequest, UpdateContractRequest,
        UpdateEventRequest,
    },
};
use epic_server::auth::password;
use prost_types::Timestamp;
use uuid::Uuid;

/// The password of every account.
pub const PASSWORD: &str = "a password for tests";

/// The ids of [`accounts`].
pub const GESTION1: i64 = 1;
pub const GESTION2: i64 = 2;
pub const COMMERCIAL1: i64 = 3;
pub const COMMERCIAL2: i64 = 4;
pub const SUPPORT1: i64 = 5;
pub const SUPPORT2: i64 = 6;

/// Columns and SQL expressions for the columns that an [`insert`] does not name. The email
/// addresses contain no digits: a search for a number must not find them by chance.
const DEFAULTS: [(&str, &[(&str, &str)]); 4] = [
    (
        "collaborators",
        &[
            ("request_id", "gen_random_uuid()"),
            ("name", "'Nadia Benali'"),
            (
                "email",
                "translate(gen_random_uuid()::text, '0123456789', 'qwxzjkvyhu') || '@staff.example'",
            ),
            ("phone", "'0102030405'"),
            ("role", "'support'"),
            ("password_hash", "'$argon2id$'"),
            ("must_change_password", "true"),
        ],
    ),
    (
        "clients",
        &[
            ("request_id", "gen_random_uuid()"),
            ("name", "'Kevin Casey'"),
            (
                "email",
                "translate(gen_random_uuid()::text, '0123456789', 'qwxzjkvyhu') || '@client.example'",
            ),
            ("phone", "'0102030405'"),
            ("company", "'Cool Startup'"),
        ],
    ),
    (
        "contracts",
        &[
            ("request_id", "gen_random_uuid()"),
            ("client_id", "1"),
            ("event_title", "'Conférence'"),
            ("total_cents", "1000"),
            ("remaining_cents", "0"),
            ("date", "date '2026-01-01'"),
            ("signed", "true"),
        ],
    ),
    (
        "events",
        &[
            ("request_id", "gen_random_uuid()"),
            ("start_time", "timestamptz '2026-06-01 10:00Z'"),
            ("end_time", "timestamptz '2026-06-01 12:00Z'"),
            ("location", "'Lyon'"),
            ("attendees", "10"),
            ("note", "''"),
        ],
    ),
];

/// An SQL statement that inserts the rows of a query (`select …` or `values …`) into `columns` of a
/// table, and defaults into the others.
pub fn insert(table: &str, columns: &str, rows: &str) -> String {
    let defaults = DEFAULTS.iter().find(|(name, _)| *name == table);
    let (_, defaults) = defaults.expect("a table of records");
    let named: Vec<_> = columns.split(", ").collect();
    let (mut columns, mut values) = (columns.to_owned(), "given.*".to_owned());
    for (column, value) in defaults.iter().filter(|(name, _)| !named.contains(name)) {
        columns = format!("{columns}, {column}");
        values = format!("{values}, {value}");
    }
    format!("insert into {table} ({columns}) select {values} from ({rows}) given;")
}

/// Two accounts of each department, with the ids 1 to 6 in this order: `gestion1`, `gestion2`,
/// `commercial1`, `commercial2`, `support1`, `support2`, each `@test.example`.
pub fn accounts() -> String {
    // Hashed once per run.
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = HASH.get_or_init(|| {
        let password = Password::parse(PASSWORD).expect("a password");
        password::hash(&password).expect("a hash").into_string()
    });
    let rows: Vec<_> = [Role::Gestion, Role::Commercial, Role::Support]
        .into_iter()
        .flat_map(|role| [1, 2].map(|number| (role_name(role), number)))
        .map(|(role, number)| {
            format!(
                "('{role} {number}', '{role}{number}@test.example', '01 02 03 04 0{number}', \
                 '{role}', '{hash}', false)"
            )
        })
        .collect();
    insert(
        "collaborators",
        "name, email, phone, role, password_hash, must_change_password",
        &format!("values {}", rows.join(", ")),
    )
}

/// Three clients: of `commercial1`, of `commercial2`, of no commercial. Six contracts, two events.
///
/// | contract | client | signed | remaining | event, support |
/// |---|---|---|---|---|
/// | 1 | 1 | yes | 0 | 1, `support1` |
/// | 2 | 1 | yes | 500 | |
/// | 3 | 1 | no | 1000 | |
/// | 4 | 2 | yes | 1000 | 2, none |
/// | 5 | 3 | no | 0 | |
/// | 6 | 2 | yes | 0 | |
pub fn sample_records() -> String {
    let clients = insert(
        "clients",
        "name, email, phone, company, commercial_id",
        "values ('Élodie Lefèvre', 'elodie@coeur.example', '+33 6 00 00 00 01', 'Cœur de Ville', 3),
            ('Jürgen Groß', 'groß@stra.example', '+49 30 00 00 02', '100% Straße_GmbH', 4),
            ('Noël François', 'noel@garcon.example', '01.00.00.00.03', 'Garçon \\ Fils', null)",
    );
    let contracts = insert(
        "contracts",
        "client_id, event_title, remaining_cents, date, signed",
        "values (1, 'Gala d''été', 0, date '2026-01-01', true),
            (1, 'Vœux', 500, '2026-01-02', true),
            (1, 'Séminaire', 1000, '2026-01-03', false),
            (2, 'Lancement', 1000, '2026-01-04', true),
            (3, 'Anniversaire', 0, '2026-01-05', false),
            (2, 'Congrès', 0, '2026-01-06', true)",
    );
    let events = insert(
        "events",
        "contract_id, start_time, end_time, support_id, location, attendees, note",
        "values (1, timestamptz '2026-06-01 10:00Z', timestamptz '2026-06-01 12:00Z', 5,
                'Île de Ré', 10, 'Traiteur à confirmer'),
            (4, '2026-07-01 10:00Z', '2026-07-01 12:00Z', null, 'Köln', 20, '')",
    );
    clients + &contracts + &events
}

pub fn new_request_id() -> String {
    Uuid::new_v4().to_string()
}

/// The login of `gestion1`.
pub fn login_request() -> LoginRequest {
    LoginRequest {
        email: "gestion1@test.example".to_owned(),
        password: PASSWORD.to_owned(),
        device: String::new(),
    }
}

/// A new collaborator of support.
pub fn collaborator_request() -> CreateCollaboratorRequest {
    let request_id = new_request_id();
    CreateCollaboratorRequest {
        name: "Nadia Benali".to_owned(),
        email: format!("{request_id}@staff.example"),
        phone: "+33 1 23 45 67 89".to_owned(),
        role: Role::Support.into(),
        request_id,
    }
}

pub fn client_request() -> CreateClientRequest {
    let request_id = new_request_id();
    CreateClientRequest {
        name: "Kevin Casey".to_owned(),
        email: format!("{request_id}@client.example"),
        phone: "+33 6 78 12 34 56".to_owned(),
        company: "Cool Startup".to_owned(),
        request_id,
    }
}

/// A new signed contract.
pub fn contract_request(client_id: i64) -> CreateContractRequest {
    CreateContractRequest {
        request_id: new_request_id(),
        client_id,
        event_title: "Conférence".to_owned(),
        total_cents: 100_000,
        remaining_cents: 50_000,
        date: Some(date(2026, 5, 6)),
        signed: true,
    }
}

/// A new event of one hour, which begins at the second 1,790,000,000.
pub fn event_request(contract_id: i64) -> CreateEventRequest {
    CreateEventRequest {
        request_id: new_request_id(),
        contract_id,
        start_time: Some(time(1_790_000_000)),
        end_time: Some(time(1_790_003_600)),
        location: "Lyon".to_owned(),
        attendees: 75,
        note: String::new(),
    }
}

macro_rules! first_update {
    ($($(#[$doc:meta])* $name:ident $request:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(id: i64) -> $request {
            $request { id, etag: "1".to_owned(), ..$request::default() }
        }
    )*};
}

first_update! {
    /// An update of the first version of a collaborator, without a field.
    collaborator_update UpdateCollaboratorRequest;
    /// An update of the first version of a client, without a field.
    client_update UpdateClientRequest;
    /// An update of the first version of a contract, without a field.
    contract_update UpdateContractRequest;
    /// An update of the first version of an event, without a field.
    event_update UpdateEventRequest;
}

pub const fn date(year: i32, month: i32, day: i32) -> Date {
    Date { year, month, day }
}

/// The time `seconds` after the beginning of 1970, in UTC.
pub const fn time(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}
