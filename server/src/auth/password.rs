//! Password hashing with argon2id, on blocking threads. Each computation needs a `QueuePermit`, which bounds
//! the number of simultaneous computations.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use epic_events::password::Password;
use rand::{RngExt as _, distr::Uniform};
use tokio_util::sync::CancellationToken;

use crate::{
    auth::fair_queue::{Caller, FairQueue, Priority, QueuePermit},
    error::{Error, Result},
    telemetry::trace,
};

// Parameters of OWASP's password storage cheat sheet, 2025.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// An argon2id hash in PHC form. It comes from [`hash`] or from the database.
#[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct PasswordHash(String);

impl ToSql<Text, Pg> for PasswordHash {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Text, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<Text, Pg> for PasswordHash {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Text, Pg>::from_sql(bytes).map(Self)
    }
}

impl PasswordHash {
    /// The PHC string, for statements without Diesel.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Changes and resets of passwords that run at the same time. Logins have a queue of their own
/// (`LoginThrottle`).
const ACCOUNT_SLOTS: usize = 1;
/// Maximum number of waiting changes and resets.
const ACCOUNT_QUEUE_MAX: usize = 64;
/// Delay until the next attempt of a caller for whom the queue has no room.
const RETRY_DELAY: Duration = Duration::from_secs(2);

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    /// The queue of callers with a session.
    accounts: FairQueue,
    started: Arc<AtomicU64>,
    /// Verified for unknown email addresses, so that their logins take as long as others.
    dummy_hash: PasswordHash,
}

impl Passwords {
    /// Changes that wait for a permit when `shutdown` is cancelled are refused.
    pub(crate) fn new(shutdown: CancellationToken) -> Result<Self> {
        Ok(Self {
            accounts: FairQueue::new(ACCOUNT_SLOTS, (0, ACCOUNT_QUEUE_MAX), shutdown),
            started: Arc::default(),
            dummy_hash: hash(&one_time(&mut rand::rng()))?,
        })
    }

    /// Waits for the permit of a collaborator who changes or resets a password.
    ///
    /// # Errors
    /// `BUSY` when too many calls wait, most of them the collaborator's own; `SHUTTING_DOWN`.
    pub(crate) async fn acquire(&self, collaborator: i64) -> Result<QueuePermit> {
        let caller = Caller {
            group: collaborator.to_string(),
            member: String::new(),
        };
        let permit = self.accounts.acquire(&caller, Priority::Normal).await;
        permit.map_err(|refused| refused.error(RETRY_DELAY).into())
    }

    /// Hashes a password.
    pub(crate) async fn hash(
        &self,
        permit: &QueuePermit,
        password: Password,
    ) -> Result<PasswordHash> {
        self.run(permit, move || hash(&password)).await
    }

    /// Hashes a password that `collaborator` sets for another one, with a permit of its own.
    ///
    /// # Errors
    /// Those of [`Self::acquire`].
    pub(crate) async fn hash_for(
        &self,
        collaborator: i64,
        password: Password,
    ) -> Result<PasswordHash> {
        let permit = self.acquire(collaborator).await?;
        self.hash(&permit, password).await
    }

    /// Whether `password` matches `hash`; `false` after the same work when there is no hash.
    ///
    /// Older versions hashed the password as it was typed, so that is tried when its canonical
    /// composition (NFC) differs and does not match. Whether it differs depends only on the caller's
    /// input, not on the account.
    ///
    /// # Errors
    /// [`Error::Internal`] when the hash is malformed.
    pub(crate) async fn verify(
        &self,
        permit: &QueuePermit,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<bool> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy_hash.clone());
        let started = Arc::clone(&self.started);
        let verify = move || {
            if verify(password.reveal(), &hash)? {
                return Ok(true);
            }
            let Some(typed) = password.reveal_typed() else {
                return Ok(false);
            };
            started.fetch_add(1, Ordering::Relaxed);
            verify(typed, &hash)
        };
        let matches = self.run(permit, verify).await;
        matches.map(|matches| matches && is_known)
    }

    /// The number of hashes so far, with which tests measure the cost of a call.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }

    /// Runs work that costs as much as a hash, on a blocking thread.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Panicked`] when it panics.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        permit: &QueuePermit,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = permit.clone();
        self.started.fetch_add(1, Ordering::Relaxed);
        trace::spawn_blocking(move || {
            // Held until the end of the work, even if the caller disconnects.
            let _permit = permit;
            work()
        })
        .await?
    }
}

/// Letters and digits that are not confused when read out or typed.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// 20 characters of 55 are 115 random bits.
const ONE_TIME_LENGTH: usize = 20;

/// A one-time password, in groups of five characters.
#[must_use]
pub(crate) fn one_time(random: &mut impl rand::Rng) -> Password {
    let Ok(index) = Uniform::new(0, ALPHABET.len()) else {
        unreachable!("the alphabet is not empty")
    };
    let letters: Vec<char> = random
        .sample_iter(index)
        .take(ONE_TIME_LENGTH)
        .map(|index| char::from(ALPHABET[index]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(5)
        .map(|group| group.iter().collect())
        .collect();
    match Password::parse(&groups.join("-")) {
        Ok(password) => password,
        Err(kind) => unreachable!("a one-time password {kind}"),
    }
}

fn argon2() -> Result<Argon2<'static>> {
    Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
        .map_err(|error| Error::Internal(error.to_string()))
}

/// Hashes a password on the current thread; calls use `Passwords::hash`.
///
/// # Errors
/// [`Error::Internal`] when Argon2 rejects the parameters or the length of the password.
pub fn hash(password: &Password) -> Result<PasswordHash> {
    argon2()?
        .hash_password(password.reveal().as_bytes())
        .map(|hash| PasswordHash(hash.to_string()))
        .map_err(|error| Error::Internal(error.to_string()))
}

fn verify(password: &str, hash: &PasswordHash) -> Result<bool> {
    use argon2::password_hash::Error as Failed;
    match argon2()?.verify_password(password.as_bytes(), hash.0.as_str()) {
        Ok(()) => Ok(true),
        Err(Failed::PasswordInvalid) => Ok(false),
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}
