//! Who guesses passwords waits. The database counts, so that several servers count together; a
//! password is hashed only for who need not wait.

use std::{sync::Arc, time::Duration};

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use epic_events::{api_error::ApiError, reason::Reason};
use tokio::sync::Semaphore;

use crate::{
    db::{Connection, Db},
    error::{Error, Result},
    place::place,
};

/// Logins under way at once. Each one counts as a failure until it succeeds, so with fewer than five
/// honest ones never wait for one another.
const AT_ONCE: usize = 4;

/// Counts attempts. Cheap to clone.
#[derive(Clone)]
pub struct Throttle {
    db: Db,
    turns: Arc<Semaphore>,
}

/// An attempt under way. It counts as failed unless [`Attempt::succeeded`] says otherwise.
#[must_use]
pub struct Attempt {
    db: Db,
    email: String,
    address: String,
    _turn: tokio::sync::OwnedSemaphorePermit,
}

#[derive(QueryableByName)]
struct Wait {
    /// In milliseconds.
    #[diesel(sql_type = BigInt)]
    wait: i64,
}

impl Throttle {
    /// Counts in that database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self {
            db,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Begins an attempt to prove to be the holder of that account, known or not, from that address.
    ///
    /// # Errors
    /// When there were too many failures: how long to wait. When the database does not answer.
    pub async fn begin(&self, email: &str, address: &str) -> Result<Attempt> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let attempt = Attempt {
            db: self.db.clone(),
            email: email.to_owned(),
            // Over no network there is nothing to tell callers apart by.
            address: address
                .parse()
                .map_or_else(|_| String::new(), |address| place(address).to_string()),
            _turn: turn.map_err(|error| Error::Defect(error.to_string()))?,
        };
        let Wait { wait } = diesel::sql_query(
            "select ceil(extract(epoch from begin_login($1, $2)) * 1000)::bigint as wait",
        )
        .bind::<Text, _>(&attempt.email)
        .bind::<Text, _>(&attempt.address)
        .get_result(&mut self.db.connection().await?)
        .await?;
        match u64::try_from(wait) {
            Ok(0) | Err(_) => Ok(attempt),
            Ok(wait) => Err(ApiError::new(Reason::TooManyAttempts)
                .after(Duration::from_millis(wait))
                .into()),
        }
    }
}

impl Attempt {
    /// The password was right: earlier failures are forgotten.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn succeeded(self) -> Result<()> {
        diesel::sql_query("select end_login($1, $2)")
            .bind::<Text, _>(&self.email)
            .bind::<Text, _>(&self.address)
            .execute(&mut self.db.connection().await?)
            .await?;
        Ok(())
    }
}

/// Forgets what no longer makes anybody wait, and places where nobody signed in for half a year.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(connection: &mut Connection) -> Result<usize> {
    let attempts = diesel::sql_query(
        "delete from login_attempts \
         where last_time + login_wait(failures) < now() - interval '15 minutes'",
    );
    let places =
        diesel::sql_query("delete from login_places where last_time < now() - interval '180 days'");
    Ok(attempts.execute(connection).await? + places.execute(connection).await?)
}
