//! Rate limit of login attempts. The database counts failures, so all servers share the counts; a
//! password is hashed only when the attempt does not have to wait. Attempts take turns; those from
//! networks where their account has signed in before come first. Guesses of the current password in
//! `ChangePassword` have separate counts, because they reveal nothing about other accounts.

pub(crate) mod rows;

use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use epic_events::{api_error::ApiError, reason::Reason};
use tokio_util::sync::CancellationToken;

use self::rows::Subject;
use crate::{
    auth::fair_queue::{Caller, FairQueue, Priority, QueuePermit},
    db::Db,
    error::Result,
    network::{site_network, source_network},
    telemetry::sampler::log_sampled_from,
};

/// Maximum number of concurrent logins, further limited by the number of cores. Each counts as a
/// failure until it succeeds. Together with the one concurrent password change (`Passwords`), they are
/// fewer than five, the number of failures that delays an attempt, so that honest attempts never delay
/// each other.
const CONCURRENT_MAX: usize = 3;
/// Maximum number of waiting attempts from networks where their account has signed in before: all
/// collaborators at once.
const KNOWN_MAX: usize = 1_024;
/// Maximum number of other waiting attempts: a few seconds of hashing.
const UNKNOWN_MAX: usize = 256;
/// Maximum number of database connections that logins use at the same time before they wait for their
/// permits.
const ADMISSIONS_MAX: usize = 4;
/// Maximum number of logins that wait for these connections.
const ADMISSION_QUEUE_MAX: usize = 1_024;
/// Maximum number of pairs of account and network that the server remembers, so that the queries about
/// their next attempts come first.
const KNOWN_ORIGINS_MAX: usize = 4_096;
/// Delay until the next attempt of a caller for whom the queue has no room.
const FULL_DELAY: Duration = Duration::from_secs(5);

/// Counts login attempts. Cheap to clone.
#[derive(Clone)]
pub(crate) struct LoginThrottle {
    db: Db,
    logins: FairQueue,
    admissions: FairQueue,
    known_origins: KnownOrigins,
}

/// Pairs of account and network for which the database has reported that the account has signed in from
/// the network.
#[derive(Clone, Default)]
struct KnownOrigins(Arc<Mutex<HashSet<(String, String)>>>);

/// A login attempt. It counts as failed unless [`Attempt::succeed`] is called.
#[must_use]
pub(crate) struct Attempt {
    /// Permission to verify the password.
    pub(super) permit: QueuePermit,
    db: Db,
    subject: Subject,
}

impl LoginThrottle {
    /// Logins that wait for a permit when `shutdown` is cancelled are refused.
    pub(crate) fn new(db: Db, shutdown: CancellationToken) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            db,
            logins: FairQueue::new(
                cores.min(CONCURRENT_MAX),
                (KNOWN_MAX, UNKNOWN_MAX),
                shutdown.clone(),
            ),
            admissions: FairQueue::new(ADMISSIONS_MAX, (KNOWN_MAX, ADMISSION_QUEUE_MAX), shutdown),
            known_origins: KnownOrigins::default(),
        }
    }

    /// Waits for the permit of a login with `email`, known or not, from `address`, and begins the
    /// attempt.
    ///
    /// # Errors
    /// `TOO_MANY_ATTEMPTS` with the time to wait; `BUSY` when too many attempts of others wait;
    /// `SHUTTING_DOWN`.
    pub(crate) async fn begin_login(&self, email: &str, address: &str) -> Result<Attempt> {
        let network = |of| network(address, of);
        let origin = (email.to_owned(), network(source_network));
        let known = Caller {
            group: email.to_owned(),
            member: origin.1.clone(),
        };
        let unknown = Caller {
            group: network(site_network),
            member: origin.1.clone(),
        };
        let (caller, priority) = if self.known_origins.lock().contains(&origin) {
            (&known, Priority::Preferred)
        } else {
            (&unknown, Priority::Normal)
        };
        let permit = self.admissions.acquire(caller, priority).await;
        let permit = permit.map_err(|refused| refused.error(FULL_DELAY))?;
        let admission = rows::admission(&mut self.db.connection().await?, &origin).await?;
        drop(permit);
        check(admission.delay, &origin.1)?;
        // A caller can invent accounts, but not accounts that have signed in.
        let (caller, priority) = if admission.is_known {
            self.known_origins.add(origin.clone());
            (known, Priority::Preferred)
        } else {
            (unknown, Priority::Normal)
        };
        let permit = self.logins.acquire(&caller, priority).await;
        let permit = permit.map_err(|refused| refused.error(FULL_DELAY))?;
        self.begin(permit, Subject::Login(origin.0, origin.1)).await
    }

    /// Begins a guess of the current password in `ChangePassword`, with a permit of
    /// [`Passwords`](super::password::Passwords).
    ///
    /// # Errors
    /// `TOO_MANY_ATTEMPTS` with the time to wait.
    pub(crate) async fn begin_guess(&self, permit: QueuePermit, email: &str) -> Result<Attempt> {
        self.begin(permit, Subject::OwnPassword(email.to_owned()))
            .await
    }

    async fn begin(&self, permit: QueuePermit, subject: Subject) -> Result<Attempt> {
        let delay = rows::begin(&mut self.db.connection().await?, &subject).await?;
        check(delay, subject.network())?;
        let db = self.db.clone();
        Ok(Attempt {
            permit,
            db,
            subject,
        })
    }
}

impl KnownOrigins {
    fn lock(&self) -> MutexGuard<'_, HashSet<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, origin: (String, String)) {
        let mut origins = self.lock();
        // Rarely: a company has fewer people and networks.
        if origins.len() >= KNOWN_ORIGINS_MAX {
            origins.clear();
        }
        origins.insert(origin);
    }
}

/// Refuses an attempt from `network` that has to wait.
///
/// # Errors
/// `TOO_MANY_ATTEMPTS` with the delay.
fn check(delay: Duration, network: &str) -> Result<()> {
    if delay.is_zero() {
        return Ok(());
    }
    let seconds = delay.as_secs();
    log_sampled_from!(network, warn, "a login has to wait", network, seconds);
    let refused = ApiError::new(Reason::TooManyAttempts);
    Err(refused.with_retry_delay(delay).into())
}

/// The network of an address. One that is no IP address, such as that of an in-memory connection, is in
/// the empty network.
fn network(address: &str, of: fn(IpAddr) -> IpAddr) -> String {
    let address = address.parse().map(of);
    address.map_or_else(|_| String::new(), |network| network.to_string())
}

impl Attempt {
    /// Deletes the failures that are counted for the subject of the attempt.
    pub(crate) async fn succeed(self) -> Result<()> {
        rows::end(&mut self.db.connection().await?, &self.subject).await
    }
}
