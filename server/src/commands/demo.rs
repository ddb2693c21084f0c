//! Sample data: an events company in France, with a year of data before and after today. Each run
//! generates the same data.

mod history;
mod narrator;
mod occasion;
mod people;
mod story;
mod work;

use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::{password::Password, record_kind::RecordKind, v1::Role};
use jiff::Zoned;
use rand::{SeedableRng as _, rngs::StdRng};

use self::{
    history::Authors,
    narrator::Narrator,
    people::{Client, Collaborator},
    story::Story,
    work::{Contract, Event},
};
use crate::{
    auth::password::{self, PasswordHash},
    db::Db,
    error::{Error, Result},
};
#[cfg(feature = "embedded")]
use crate::{
    auth::session::lifetimes::Lifetimes,
    config::Secret,
    db::{Database, embedded::Embedded, migrations},
    error::StartResult,
    server::{self, Options, state::AppState},
};

// The number of records of each kind.
const GESTION: usize = 6;
const COMMERCIALS: usize = 22;
const SUPPORTS: usize = 18;
const CLIENTS: usize = 2_200;
const CONTRACTS: usize = 3_300;
const EVENTS: usize = 1_650;
/// The seed of the random generator.
const SEED: u64 = 2_026;

/// The password of all accounts in the demo of `epic demo`, which other machines cannot reach and
/// whose data is removed at the end.
pub const PASSWORD: &str = "bienvenue-chez-epic";

/// Begins the transaction of the sample data. A second `load-demo` waits for the first, without a limit, and
/// then finds its clients. Only the owner writes the history, and the times of the past. The login role is a
/// member of it: it has migrated the database.
const BEGIN: &str = "set local lock_timeout = 0; set local statement_timeout = 0; \
    select set_config('epic.actor', 'Epic Events', true); \
    select pg_advisory_xact_lock(hashtext('epic-server load-demo')); \
    set local role epic_owner";

/// An account of the sample data.
#[derive(Clone, Debug)]
pub struct Account {
    /// Role.
    pub role: Role,
    /// Email address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// One account of each role. They do not depend on the data, so they can be displayed before it is
/// loaded.
#[must_use]
pub fn accounts(password: &str) -> [Account; 3] {
    [Role::Gestion, Role::Commercial, Role::Support].map(|role| Account {
        role,
        email: people::first_email(role),
        password: password.to_owned(),
    })
}

/// Serves sample data on a temporary built-in PostgreSQL until `shutdown` resolves. Connections wait
/// in the queue of `listener` until the data is loaded.
///
/// # Errors
/// [`StartError::SetUp`](crate::error::StartError::SetUp) when the built-in PostgreSQL cannot start; the
/// errors of [`server::serve`].
#[cfg(feature = "embedded")]
pub async fn serve(
    listener: tokio::net::TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()> + Send,
) -> StartResult<()> {
    let database = Database::from(Embedded::temporary().await?);
    migrations::run(database.url()).await?;
    let db = database.pool("load-demo")?;
    let password = Password::parse(PASSWORD)
        .map_err(|kind| Error::Internal(format!("the password of the demo {kind}")))?;
    load(&db, &Zoned::now(), &password).await?;
    let key = Secret::from(format!("{:x?}", rand::random::<[u8; 32]>()));
    let state = AppState::new(db, key, Lifetimes::default())?;
    let served = server::serve(state, listener, options, || {}, shutdown).await;
    database.close().await;
    Ok(served?)
}

/// Inserts the sample data and returns one account of each role; `None` when the database has clients
/// already. All accounts have the same password.
pub(super) async fn load(
    db: &Db,
    today: &Zoned,
    password: &Password,
) -> Result<Option<Vec<Account>>> {
    let hash = password::hash(password)?;
    let mut connection = db.connection().await?;
    let sample = Sample::new(today);
    let is_loaded = connection
        .transaction::<_, Error, _>(async |connection| {
            connection.batch_execute(BEGIN).await?;
            if work::has_clients(connection).await? {
                return Ok(false);
            }
            insert(connection, &sample, &hash).await?;
            Ok(true)
        })
        .await?;
    Ok(is_loaded.then(|| accounts(password.reveal()).into()))
}

/// The records, and the stories of each kind in the same order.
struct Sample {
    staff: Vec<Collaborator>,
    clients: Vec<Client>,
    contracts: Vec<Contract>,
    events: Vec<Event>,
    stories: [Vec<Story>; 4],
}

impl Sample {
    fn new(today: &Zoned) -> Self {
        let mut random = StdRng::seed_from_u64(SEED);
        let staff = people::staff(&mut random);
        let clients = people::clients(&mut random, today);
        let contracts = work::contracts(&mut random, today);
        let events = work::events(&mut random, &contracts, today);
        let mut narrator = Narrator::new(today);
        let of_staff = narrator.staff(staff.len());
        let of_clients = clients.iter().enumerate();
        let of_clients = of_clients.map(|(index, it)| narrator.client(index, it));
        let of_clients = of_clients.collect();
        let of_contracts = contracts.iter().map(|it| narrator.contract(it, &clients));
        let of_contracts: Vec<_> = of_contracts.collect();
        let of_events = events.iter().map(|event| {
            let contract = (&contracts[event.contract], &of_contracts[event.contract]);
            narrator.event(event, contract, &clients)
        });
        let of_events = of_events.collect();
        Self {
            staff,
            clients,
            contracts,
            events,
            stories: [of_staff, of_clients, of_contracts, of_events],
        }
    }
}

/// Inserts the records, then their history.
async fn insert(
    connection: &mut AsyncPgConnection,
    sample: &Sample,
    hash: &PasswordHash,
) -> Result<()> {
    let Sample {
        staff,
        clients,
        contracts,
        events,
        stories: [of_staff, of_clients, of_contracts, of_events],
    } = sample;
    let names: Vec<_> = staff.iter().map(|it| it.name.as_str()).collect();
    let staff_ids = people::insert_staff(connection, staff, of_staff, &names, hash).await?;
    let both = (&names[..], &staff_ids[..]);
    let client_ids = people::insert_clients(connection, clients, of_clients, both).await?;
    let known = (&client_ids[..], &names[..]);
    let contract_ids = work::insert_contracts(connection, contracts, of_contracts, known).await?;
    let event_ids = work::insert_events(connection, events, of_events, &contract_ids, both).await?;
    let authors = Authors::load(connection, &names, &staff_ids).await?;
    let stories = [
        (RecordKind::Collaborator, &staff_ids[..], &of_staff[..]),
        (RecordKind::Client, &client_ids, of_clients),
        (RecordKind::Contract, &contract_ids, of_contracts),
        (RecordKind::Event, &event_ids, of_events),
    ];
    history::replace(connection, &authors, &stories).await
}

/// The number of days since the contract with this index.
fn contract_age(index: usize) -> i64 {
    i64::try_from((CONTRACTS - index) * 365 / CONTRACTS).unwrap_or_default()
}

/// The index of the first contract of a client.
const fn first_contract(client: usize) -> usize {
    client + client / 2
}

/// The index of a support among all collaborators.
const fn support(index: usize) -> usize {
    GESTION + COMMERCIALS + index
}

#[cfg(test)]
mod tests {
    use epic_events::strength::AccountOwner;

    use super::*;

    #[test]
    fn the_password_is_valid_for_every_account() {
        let mut random = StdRng::seed_from_u64(SEED);
        for collaborator in people::staff(&mut random) {
            let owner = AccountOwner {
                name: &collaborator.name,
                email: &collaborator.email,
            };
            assert_eq!(
                Password::parse_new(PASSWORD, owner).map(drop),
                Ok(()),
                "{owner:?}"
            );
        }
    }
}
