//! A company in which every kind of record is in everybody's hands: one's own, another's, nobody's.
//! It can be put back as it was, and tells whether anything in it changed.

use epic_events::{
    policy::{Actor, Rpc},
    v1::Role,
};
use epic_server::auth::session::Session;
use tonic::Status;

use crate::{
    house::{House, people},
    raw,
};

pub const GESTION1: i64 = 1;
pub const GESTION2: i64 = 2;
pub const COMMERCIAL1: i64 = 3;
pub const COMMERCIAL2: i64 = 4;
pub const SUPPORT1: i64 = 5;
pub const SUPPORT2: i64 = 6;
/// A gestion account that was deleted while signed in.
pub const LEAVER: i64 = 7;
/// A gestion account whose password is the one handed out.
pub const NEWCOMER: i64 = 8;
/// A gestion account that is signed out.
pub const ABSENT: i64 = 9;
/// A gestion account whose session was begun too long ago.
pub const IDLE: i64 = 10;

/// Of each kind of record, 1 is `commercial1`'s or `support1`'s, 2 is `commercial2`'s or
/// `support2`'s, 3 is nobody's. Contracts 1 to 3 are signed and have no event, 4 to 6 are signed
/// and have events 1 to 3, 7 to 9 are not signed; they belong to clients 1 to 3 in turn.
const RECORDS: &str = "
    insert into collaborators
        (request_id, name, email, phone, role, password_hash, must_change_password)
    select gen_random_uuid(), who, who || '@test.example', '01 02 03 04 05', 'gestion',
        password_hash, who = 'newcomer'
    from collaborators, unnest(array['leaver', 'newcomer', 'absent', 'idle']) who
    where id = 1;
    insert into sessions (id, collaborator_id, refresh_hash, address, end_time, expire_time)
    select ('00000000-0000-4000-8000-' || lpad(id::text, 12, '0'))::uuid, id,
        sha256(decode(repeat(lpad(to_hex(id), 2, '0'), 32), 'hex')), '127.0.0.1',
        now() + interval '1 day',
        now() + case when name = 'idle' then interval '-1 second' else interval '1 day' end
    from collaborators;
    delete from collaborators where name = 'leaver';
    delete from sessions using collaborators
        where collaborators.id = collaborator_id and name = 'absent';

    insert into clients (request_id, name, email, phone, company, commercial_id)
    select gen_random_uuid(), 'client ' || n, 'client' || n || '@client.example', '0102030405',
        'company ' || n, case n when 1 then 3 when 2 then 4 end
    from generate_series(1, 3) n;
    insert into contracts
        (request_id, client_id, event_title, total_cents, remaining_cents, date, signed)
    select gen_random_uuid(), (n - 1) % 3 + 1, 'contract ' || n, 10000, 5000, '2026-06-01', n < 7
    from generate_series(1, 9) n;
    insert into events
        (request_id, contract_id, start_time, end_time, support_id, location, attendees, note)
    select gen_random_uuid(), n + 3, '2026-06-01 10:00Z', '2026-06-01 12:00Z',
        case n when 1 then 5 when 2 then 6 end, 'place ' || n, 10, ''
    from generate_series(1, 3) n;
";

/// Tables, and which of their columns count as contents: a session may be used without a change.
const TABLES: [(&str, &str); 6] = [
    ("collaborators", "t"),
    ("sessions", "(t.id, t.collaborator_id, t.refresh_hash)"),
    ("clients", "t"),
    ("contracts", "t"),
    ("events", "t"),
    ("history", "t"),
];

/// All that a fresh database needs to become a stage.
pub fn furniture() -> String {
    format!("{}{RECORDS}", people())
}

pub struct Stage {
    pub house: House,
    before: String,
}

impl Stage {
    pub async fn new() -> Self {
        let mut stage = Self {
            house: House::furnished(RECORDS).await,
            before: String::new(),
        };
        stage.before = stage.contents().await;
        stage
    }

    /// The same, after that SQL has run.
    pub async fn after(sql: &str) -> Self {
        let mut stage = Self::new().await;
        stage.house.sql(sql).await;
        stage.before = stage.contents().await;
        stage
    }

    /// Whether any row of any table is not as it was; if so, everything is put back.
    pub async fn changed(&mut self) -> bool {
        if self.contents().await == self.before {
            return false;
        }
        self.reset("").await;
        true
    }

    /// Puts everything back, then runs that SQL.
    pub async fn reset(&mut self, sql: &str) {
        let all = TABLES.map(|(table, _)| table).join(", ");
        let furniture = furniture();
        let sql = format!(
            "truncate {all}, spent_refresh_tokens, login_attempts, login_places restart identity; \
             {furniture} {sql}"
        );
        self.house.sql(&sql).await;
        self.before = self.contents().await;
    }

    /// Every row of every table, as text.
    pub async fn contents(&self) -> String {
        let rows = TABLES.map(|(table, columns)| {
            format!("select '{table} ' || {columns}::text as value from {table} t")
        });
        let mut rows = self.house.values(&rows.join(" union all ")).await;
        rows.sort();
        rows.join("\n")
    }

    /// An access token of that person's session.
    pub fn token(&self, person: i64) -> String {
        let tokens = &self.house.shared.tokens;
        tokens.sign(&session(person)).expect("a token")
    }

    pub async fn call(&self, rpc: Rpc, person: i64, message: Vec<u8>) -> Result<Vec<u8>, Status> {
        let token = self.token(person);
        raw::call(&self.house.channel, rpc.path(), Some(&token), message).await
    }
}

/// The session that each person has on the stage.
pub fn session(person: i64) -> Session {
    Session {
        id: session_id(person).parse().expect("a UUID"),
        actor: Actor {
            id: person,
            role: role(person),
        },
        name: String::new(),
        email: String::new(),
        must_change_password: false,
    }
}

/// That session's number.
pub fn session_id(person: i64) -> String {
    format!("00000000-0000-4000-8000-{person:012}")
}

pub fn role(person: i64) -> Role {
    match person {
        COMMERCIAL1 | COMMERCIAL2 => Role::Commercial,
        SUPPORT1 | SUPPORT2 => Role::Support,
        _ => Role::Gestion,
    }
}

/// The refresh token of that person's session.
pub fn refresh_token(person: i64) -> String {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    let byte = u8::try_from(person).expect("a small number");
    BASE64_URL_SAFE_NO_PAD.encode([byte; 32])
}
