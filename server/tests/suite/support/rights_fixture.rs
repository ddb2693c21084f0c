//! A server with a record of every ownership: of the caller, of another collaborator, unassigned. It
//! detects changes of any row and can restore its records.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use epic_events::{
    api_error::ApiError,
    policy::{Actor, Rpc},
    v1::Role,
};
use epic_server::auth::session::Session;
use tonic::Status;

use super::{
    fixtures::{COMMERCIAL1, COMMERCIAL2, SUPPORT1, SUPPORT2, accounts, insert},
    raw_call,
    server::TestServer,
};

/// The account is deleted. This and the following gestion accounts have tokens that the server
/// refuses.
pub const DELETED_ACCOUNT: i64 = 7;
/// The account must change its one-time password.
pub const ONE_TIME_PASSWORD_ACCOUNT: i64 = 8;
/// The account has no session.
pub const SIGNED_OUT_ACCOUNT: i64 = 9;
/// The session of the account has expired.
pub const EXPIRED_ACCOUNT: i64 = 10;

/// Of each kind of record, 1 belongs to `commercial1` or `support1`, 2 to `commercial2` or `support2`,
/// and 3 is unassigned. Contracts 1 to 3 are signed and have no event, 4 to 6 are signed
/// and have events 1 to 3, 7 to 9 are not signed; they belong to clients 1 to 3 in turn.
fn records() -> String {
    let collaborators = insert(
        "collaborators",
        "name, email, role, password_hash, must_change_password",
        "select account, account || '@test.example', 'gestion', password_hash,
            account = 'one_time_password'
         from collaborators, unnest(array['deleted', 'one_time_password', 'signed_out', 'expired'])
            account
         where id = 1",
    );
    let sessions = "
        insert into sessions (id, collaborator_id, refresh_hash, address, end_time, expire_time)
        select ('00000000-0000-4000-8000-' || lpad(id::text, 12, '0'))::uuid, id,
            sha256(decode(repeat(lpad(to_hex(id), 2, '0'), 32), 'hex')), '127.0.0.1',
            now() + interval '1 day',
            now() + case when name = 'expired' then interval '-1 second' else interval '1 day' end
        from collaborators;
        delete from collaborators where name = 'deleted';
        delete from sessions using collaborators
            where collaborators.id = collaborator_id and name = 'signed_out';";
    let clients = insert(
        "clients",
        "name, email, company, commercial_id",
        "select 'client ' || n, 'client' || n || '@client.example', 'company ' || n,
            case n when 1 then 3 when 2 then 4 end
         from generate_series(1, 3) n",
    );
    let contracts = insert(
        "contracts",
        "client_id, event_title, total_cents, remaining_cents, signed",
        "select (n - 1) % 3 + 1, 'contract ' || n, 10000, 5000, n < 7 from generate_series(1, 9) n",
    );
    let events = insert(
        "events",
        "contract_id, support_id, location",
        "select n + 3, case n when 1 then 5 when 2 then 6 end, 'place ' || n
         from generate_series(1, 3) n",
    );
    [
        collaborators.as_str(),
        sessions,
        &clients,
        &contracts,
        &events,
    ]
    .concat()
}

/// Tables, and the columns that are compared: the use of a session does not count as a change.
const TABLES: [(&str, &str); 6] = [
    ("collaborators", "t"),
    ("sessions", "(t.id, t.collaborator_id, t.refresh_hash)"),
    ("clients", "t"),
    ("contracts", "t"),
    ("events", "t"),
    ("history", "t"),
];

/// The accounts and records of a [`RightsFixture`], for an empty database.
pub fn accounts_and_records() -> String {
    accounts() + &records()
}

pub struct RightsFixture {
    pub server: TestServer,
    unchanged: String,
}

impl RightsFixture {
    pub async fn start() -> Self {
        Self::with_sql("").await
    }

    /// A fixture after `sql`, whose effects count as unchanged.
    pub async fn with_sql(sql: &str) -> Self {
        let server = TestServer::with_sql(&records()).await;
        server.execute(sql).await;
        let mut fixture = Self {
            server,
            unchanged: String::new(),
        };
        fixture.unchanged = fixture.contents().await;
        fixture
    }

    /// Whether any row of any table has changed; if so, everything is restored.
    pub async fn restore_if_changed(&mut self) -> bool {
        if self.contents().await == self.unchanged {
            return false;
        }
        self.restore().await;
        true
    }

    /// Restores the records that a fixture starts with.
    pub async fn restore(&mut self) {
        let tables = TABLES.map(|(table, _)| table).join(", ");
        let records = accounts_and_records();
        let sql = format!(
            "truncate {tables}, spent_refresh_tokens, login_attempts, login_places \
             restart identity; {records}"
        );
        self.server.execute(&sql).await;
        self.unchanged = self.contents().await;
    }

    /// Every row of every table, as text.
    async fn contents(&self) -> String {
        let rows = TABLES.map(|(table, columns)| {
            format!("select '{table} ' || {columns}::text as value from {table} t")
        });
        let mut rows = self.server.query_text(&rows.join(" union all ")).await;
        rows.sort();
        rows.join("\n")
    }

    /// An access token of the session of `account`.
    pub fn token(&self, account: i64) -> String {
        let tokens = &self.server.state.tokens;
        tokens.sign(&session(account)).expect("a token")
    }

    pub async fn call(&self, rpc: Rpc, account: i64, message: Vec<u8>) -> Result<Vec<u8>, Status> {
        let token = self.token(account);
        raw_call::call(&self.server.channel, rpc.path(), Some(&token), message).await
    }
}

/// The session that each account of the fixture has.
pub fn session(account: i64) -> Session {
    Session {
        id: session_id(account).parse().expect("a UUID"),
        actor: actor(account),
        name: String::new(),
        email: String::new(),
        must_change_password: false,
    }
}

pub fn session_id(account: i64) -> String {
    format!("00000000-0000-4000-8000-{account:012}")
}

pub fn actor(account: i64) -> Actor {
    let role = match account {
        COMMERCIAL1 | COMMERCIAL2 => Role::Commercial,
        SUPPORT1 | SUPPORT2 => Role::Support,
        _ => Role::Gestion,
    };
    Actor { id: account, role }
}

/// The refresh token of the session of `account`.
pub fn refresh_token(account: i64) -> String {
    let byte = u8::try_from(account).expect("a small number");
    BASE64_URL_SAFE_NO_PAD.encode([byte; 32])
}

/// Describes how a result differs from the expected one; `None` if it does not.
pub fn difference(
    case: &str,
    expected: &Result<(), ApiError>,
    result: &Result<Vec<u8>, Status>,
) -> Option<String> {
    let result = match result {
        Ok(_) => Ok(()),
        Err(status) => match ApiError::from_status(status) {
            Some(error) => Err(error),
            None => return Some(format!("{case}: no reason in {status:?}")),
        },
    };
    (result != *expected).then(|| format!("{case}: {result:?} instead of {expected:?}"))
}

/// Fails with all failures of a table of cases, not only the first.
#[track_caller]
pub fn assert_none(failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
