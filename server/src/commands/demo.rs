//! Sample data: an events company in France, with a year of data before and after today. Each run
//! generates the same data.

mod people;
mod work;

use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use epic_events::{password::Password, v1::Role};
use jiff::Zoned;
use rand::{SeedableRng as _, rngs::StdRng};

use crate::{
    auth::password,
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
    if work::has_clients(&mut connection).await? {
        return Ok(None);
    }
    let mut random = StdRng::seed_from_u64(SEED);
    let staff = people::staff(&mut random);
    let clients = people::clients(&mut random, today);
    let contracts = work::contracts(&mut random, today);
    let events = work::events(&mut random, &contracts, today);
    connection
        .transaction::<_, Error, _>(async |connection| {
            connection
                .batch_execute("select set_config('epic.actor', 'Epic Events', true)")
                .await?;
            let staff_ids = people::insert_staff(connection, &staff, &hash).await?;
            let client_ids = people::insert_clients(connection, &clients, &staff_ids).await?;
            let contract_ids = work::insert_contracts(connection, &contracts, &client_ids).await?;
            work::insert_events(connection, &events, &contract_ids, &staff_ids).await
        })
        .await?;
    Ok(Some(accounts(password.reveal()).into()))
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
