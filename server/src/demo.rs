//! Sample data: a year on either side of today in a French events company, the same each time.

mod people;
mod work;

use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use epic_events::{password::Password, v1::Role};
use jiff::Zoned;
use rand::{SeedableRng as _, rngs::StdRng};

use crate::{
    auth::password,
    db::Db,
    error::{Error, Result},
};

/// How much there is of each.
pub const GESTION: usize = 6;
/// Commercials.
pub const COMMERCIALS: usize = 22;
/// Supports.
pub const SUPPORTS: usize = 18;
/// Clients.
pub const CLIENTS: usize = 2_200;
/// Contracts.
pub const CONTRACTS: usize = 3_300;
/// Events.
pub const EVENTS: usize = 1_650;
/// The same numbers make the same company.
const SEED: u64 = 2_026;

/// The password of every account in a demo that runs in one process, on this machine only, and
/// forgets everything at its end.
pub const PASSWORD: &str = "bienvenue-chez-epic";

/// An account that can be tried.
#[derive(Clone, Debug)]
pub struct Account {
    /// Department.
    pub role: Role,
    /// Email address to log in with.
    pub email: String,
    /// Password to log in with.
    pub password: String,
}

/// One account of each department, known before there is any data.
#[must_use]
pub fn accounts(password: &str) -> [Account; 3] {
    [Role::Gestion, Role::Commercial, Role::Support].map(|role| Account {
        role,
        email: people::first_email(role),
        password: password.to_owned(),
    })
}

/// Serves sample data on a built-in database that is removed at the end, until `shutdown`
/// resolves. Calls that come before it is ready wait in the listener's queue.
///
/// # Errors
/// When the built-in database cannot start.
#[cfg(feature = "embedded")]
pub async fn serve(
    listener: tokio::net::TcpListener,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<()> {
    use crate::{
        auth::session::lifetimes::Lifetimes,
        config::Secret,
        database::Database,
        db::{embedded::Embedded, migrations},
        server,
        shared::Shared,
    };
    let database = Database::from(Embedded::temporary().await?);
    migrations::run(database.url()).await?;
    let db = database.pool("load-demo")?;
    let password = Password::parse(PASSWORD)
        .map_err(|problem| Error::Defect(format!("the demo's password {problem}")))?;
    load(&db, &Zoned::now(), &password).await?;
    let key = Secret::from(format!("{:x?}", rand::random::<[u8; 32]>()));
    let served = server::serve(
        Shared::new(db, key, Lifetimes::default())?,
        listener,
        None,
        || {},
        shutdown,
    )
    .await;
    database.close().await;
    served
}

/// Fills a database that has no clients yet, and tells one account of each department; `None`
/// when it has. Every account has the same password.
///
/// # Errors
/// When the database does not answer.
pub async fn load(db: &Db, today: &Zoned, password: &Password) -> Result<Option<Vec<Account>>> {
    let hash = password::hash(password)?;
    let mut connection = db.connection().await?;
    if work::is_in_use(&mut connection).await? {
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
    fn everyone_in_the_demo_could_have_chosen_its_password() {
        let mut random = StdRng::seed_from_u64(SEED);
        for one in people::staff(&mut random) {
            let person = AccountOwner {
                name: &one.name,
                email: &one.email,
            };
            assert_eq!(
                Password::parse_new(PASSWORD, person).map(drop),
                Ok(()),
                "{person:?}"
            );
        }
    }
}
