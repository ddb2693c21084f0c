//! Rate limit of login attempts. The database counts failures, so all servers share the counts; a
//! password is hashed only when the attempt does not have to wait. Attempts take turns, those first
//! that come from where their account has signed in before.

use std::{net::IpAddr, time::Duration};

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Bool, Text},
};
use diesel_async::RunQueryDsl;
use epic_events::{api_error::ApiError, reason::Reason};

use crate::{
    auth::fair_queue::{FairQueue, Full, Priority, Turn},
    db::{Connection, Db},
    error::Result,
    network::{site_network, source_network},
};

/// Concurrent logins, if there are as many cores. Each one counts as a failure until it succeeds;
/// together with a change of a password (`Passwords`) below five, so that honest attempts never delay
/// each other.
const CONCURRENT_MAX: usize = 3;
/// Attempts that wait, from where their account has signed in before: everybody at once.
const KNOWN_MAX: usize = 1_024;
/// Other attempts that wait: a few seconds of hashing.
const UNKNOWN_MAX: usize = 256;
/// Connections of the database that logins use at the same time before they wait for their turns.
const ADMISSIONS_MAX: usize = 4;
/// Logins that wait for one of them.
const ADMISSION_QUEUE_MAX: usize = 1_024;
/// When a caller may try again for whom the queue has no room.
const FULL_DELAY: Duration = Duration::from_secs(5);

/// Counts login attempts. Cheap to clone.
#[derive(Clone)]
pub(crate) struct LoginThrottle {
    db: Db,
    logins: FairQueue,
    admissions: FairQueue,
}

/// A login attempt. It counts as failed unless [`Attempt::succeed`] is called.
#[must_use]
pub(crate) struct Attempt {
    /// Permission to verify the password.
    pub(super) turn: Turn,
    db: Db,
    email: String,
    network: String,
}

#[derive(QueryableByName)]
struct Delay {
    #[diesel(sql_type = BigInt)]
    milliseconds: i64,
}

/// What is known about an attempt before it waits for its turn.
#[derive(QueryableByName)]
struct Admission {
    /// Whether the account has signed in from this network before.
    #[diesel(sql_type = Bool)]
    is_known: bool,
    #[diesel(embed)]
    delay: Delay,
}

impl LoginThrottle {
    pub(crate) fn new(db: Db) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            db,
            logins: FairQueue::new(cores.min(CONCURRENT_MAX), KNOWN_MAX, UNKNOWN_MAX),
            admissions: FairQueue::new(ADMISSIONS_MAX, 0, ADMISSION_QUEUE_MAX),
        }
    }

    /// Waits for the turn of a login with `email`, known or not, from `address`, and begins the
    /// attempt.
    ///
    /// # Errors
    /// `TOO_MANY_ATTEMPTS` with the time to wait; `BUSY` when too many attempts of others wait.
    pub(crate) async fn begin_login(&self, email: &str, address: &str) -> Result<Attempt> {
        let site = network(address, site_network);
        let turn = self.admissions.turn(&site, Priority::Other).await;
        let turn = turn.map_err(|Full| busy())?;
        let admission: Admission = diesel::sql_query(
            "select is_known, ceil(extract(epoch from wait) * 1000)::bigint as milliseconds \
             from login_admission($1, $2)",
        )
        .bind::<Text, _>(email)
        .bind::<Text, _>(network(address, source_network))
        .get_result(&mut self.db.connection().await?)
        .await?;
        drop(turn);
        admission.delay.check()?;
        // Nobody can invent an account that has signed in, but anybody can invent accounts.
        let (caller, priority) = if admission.is_known {
            let network = network(address, source_network);
            (format!("{email} {network}"), Priority::Preferred)
        } else {
            (site, Priority::Other)
        };
        let turn = self.logins.turn(&caller, priority).await;
        let turn = turn.map_err(|Full| busy())?;
        self.begin(turn, email, address).await
    }

    /// Begins an attempt whose turn it is. An address that is no IP address, such as that of an
    /// in-memory connection, is counted as the empty network.
    ///
    /// # Errors
    /// `TOO_MANY_ATTEMPTS` with the time to wait.
    pub(crate) async fn begin(&self, turn: Turn, email: &str, address: &str) -> Result<Attempt> {
        let attempt = Attempt {
            turn,
            db: self.db.clone(),
            email: email.to_owned(),
            network: network(address, source_network),
        };
        let delay: Delay = diesel::sql_query(
            "select ceil(extract(epoch from begin_login($1, $2)) * 1000)::bigint as milliseconds",
        )
        .bind::<Text, _>(&attempt.email)
        .bind::<Text, _>(&attempt.network)
        .get_result(&mut self.db.connection().await?)
        .await?;
        delay.check()?;
        Ok(attempt)
    }
}

impl Delay {
    fn check(&self) -> Result<()> {
        match u64::try_from(self.milliseconds) {
            Ok(0) | Err(_) => Ok(()),
            Ok(milliseconds) => Err(ApiError::new(Reason::TooManyAttempts)
                .with_retry_delay(Duration::from_millis(milliseconds))
                .into()),
        }
    }
}

fn busy() -> ApiError {
    ApiError::new(Reason::Busy).with_retry_delay(FULL_DELAY)
}

fn network(address: &str, of: fn(IpAddr) -> IpAddr) -> String {
    let address = address.parse().map(of);
    address.map_or_else(|_| String::new(), |network| network.to_string())
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
         where last_time + login_wait(failures, subject) < now() - interval '15 minutes'",
    );
    let networks =
        diesel::sql_query("delete from login_places where last_time < now() - interval '180 days'");
    Ok(attempts.execute(connection).await? + networks.execute(connection).await?)
}
