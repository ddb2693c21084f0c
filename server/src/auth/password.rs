//! Password hashing with argon2id, on blocking threads, at most one per core at a time.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
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
use tokio::sync::Semaphore;

use crate::{
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

/// Hashes and verifies passwords, as many at a time as there are cores. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    cores: Arc<Semaphore>,
    started: Arc<AtomicU64>,
    /// Verified for unknown email addresses, which then take as long as known ones.
    dummy_hash: PasswordHash,
}

impl Passwords {
    pub(crate) fn new() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            cores: Arc::new(Semaphore::new(cores)),
            started: Arc::default(),
            dummy_hash: hash(&one_time(&mut rand::rng()))?,
        })
    }

    /// Hashes a password.
    pub(crate) async fn hash(&self, password: Password) -> Result<PasswordHash> {
        self.run(move || hash(&password)).await
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
        self.run(verify).await.map(|matches| matches && is_known)
    }

    /// The number of hashes so far, with which tests measure the cost of a call.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }

    /// Runs work that costs as much as a hash, on a blocking thread when a core is free.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Panicked`] when it panics.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.cores).acquire_owned().await;
        let permit = permit.map_err(|error| Error::Internal(error.to_string()))?;
        self.started.fetch_add(1, Ordering::Relaxed);
        trace::spawn_blocking(move || {
            // Released at the end of the work, not when the caller disconnects.
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
