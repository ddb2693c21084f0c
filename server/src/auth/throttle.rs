//! Rate limit of login attempts. The database counts failures, so all servers share the counts; a
//! password is hashed only when the attempt does not have to wait.

use std::{net::IpAddr, sync::Arc, time::Duration};

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use epic_events::{api_error::ApiError, reason::Reason};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    db::{Connection, Db},
    error::{Error, Result},
    network::source_network,
};

/// Concurrent attempts. Each one counts as a failure until it succeeds; below five, honest attempts
/// never delay each other.
const CONCURRENT_MAX: usize = 4;

/// Counts login attempts. Cheap to clone.
#[derive(Clone)]
pub(crate) struct LoginThrottle {
    db: Db,
    slots: Arc<Semaphore>,
}

/// A login attempt. It counts as failed unless [`Attempt::succeed`] is called.
#[must_use]
pub(crate) struct Attempt {
    db: Db,
    email: String,
    network: String,
    _slot: OwnedSemaphorePermit,
}

#[derive(QueryableByName)]
struct Delay {
    #[diesel(sql_type = BigInt)]
    milliseconds: i64,
}

impl LoginThrottle {
    pub(crate) fn new(db: Db) -> Self {
        Self {
            db,
            slots: Arc::new(Semaphore::new(CONCURRENT_MAX)),
        }
    }

    /// Begins an attempt to log in with `email`, known or not, from `address`. An address that is no
    /// IP address, such as that of an in-memory connection, is counted as the empty network.
    ///
    /// # Errors
    /// `TOO_MANY_ATTEMPTS` with the time to wait.
    pub(crate) async fn begin(&self, email: &str, address: &str) -> Result<Attempt> {
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        let attempt = Attempt {
            db: self.db.clone(),
            email: email.to_owned(),
            network: address.parse().map_or_else(
                |_| String::new(),
                |address: IpAddr| source_network(address).to_string(),
            ),
            _slot: slot.map_err(|error| Error::Internal(error.to_string()))?,
        };
        let Delay { milliseconds } = diesel::sql_query(
            "select ceil(extract(epoch from begin_login($1, $2)) * 1000)::bigint as milliseconds",
        )
        .bind::<Text, _>(&attempt.email)
        .bind::<Text, _>(&attempt.network)
        .get_result(&mut self.db.connection().await?)
        .await?;
        match u64::try_from(milliseconds) {
            Ok(0) | Err(_) => Ok(attempt),
            Ok(milliseconds) => Err(ApiError::new(Reason::TooManyAttempts)
                .with_retry_delay(Duration::from_millis(milliseconds))
                .into()),
        }
    }
}

impl Attempt {
    /// Resets the failures of the account, the network, and the account at this network.
    pub(crate) async fn succeed(self) -> Result<()> {
        diesel::sql_query("select end_login($1, $2)")
            .bind::<Text, _>(&self.email)
            .bind::<Text, _>(&self.network)
            .execute(&mut self.db.connection().await?)
            .await?;
        Ok(())
    }
}

/// Deletes failures that no longer delay an attempt, and networks without a login for 180 days.
/// Returns the number of rows.
pub(crate) async fn delete_expired(connection: &mut Connection) -> Result<usize> {
    let attempts = diesel::sql_query(
        "delete from login_attempts \
         where last_time + login_wait(failures) < now() - interval '15 minutes'",
    );
    let networks =
        diesel::sql_query("delete from login_places where last_time < now() - interval '180 days'");
    Ok(attempts.execute(connection).await? + networks.execute(connection).await?)
}
