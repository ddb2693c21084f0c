//! Passwords: hashed with argon2id on blocking threads, never more at once than there are cores.

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
    trace,
};

/// Memory in KiB, passes and lanes: OWASP's password storage cheat sheet, 2025.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What a row may hold: argon2id in PHC form. Only [`Passwords::hash`] makes one, and the rows
/// that come back from the database.
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
    /// The PHC string, for those who write rows without Diesel.
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

/// Hashes and verifies, as many at once as there are cores. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    cores: Arc<Semaphore>,
    worked: Arc<AtomicU64>,
    /// What an unknown email is verified against, so that it takes as long as a known one.
    nobody: PasswordHash,
}

impl Passwords {
    /// Prepares the hash that unknown emails are verified against.
    ///
    /// # Errors
    /// When hashing fails.
    pub fn new() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            cores: Arc::new(Semaphore::new(cores)),
            worked: Arc::default(),
            nobody: hash(&one_time(&mut rand::rng()))?,
        })
    }

    /// Hashes a password.
    ///
    /// # Errors
    /// When hashing fails.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash> {
        self.work(move || hash(&password)).await
    }

    /// Whether it is the password of that hash. Without a hash the answer is no, after the same
    /// work.
    ///
    /// # Errors
    /// When the hash is not one.
    pub async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        self.work(move || verify(&password, &hash))
            .await
            .map(|right| right && known)
    }

    /// How many times it has worked, for whatever purpose: what a call costs, told without a clock.
    #[must_use]
    pub fn worked(&self) -> u64 {
        self.worked.load(Ordering::Relaxed)
    }

    /// Does what takes as long as a hash where it holds up nobody else.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.cores).acquire_owned().await;
        let permit = permit.map_err(|error| Error::Defect(error.to_string()))?;
        self.worked.fetch_add(1, Ordering::Relaxed);
        trace::spawn_blocking(move || {
            // Held by the work itself: a caller who hangs up does not make room for another.
            let _permit = permit;
            work()
        })
        .await?
    }
}

/// Letters and digits that cannot be taken for one another when read out or typed.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// 20 characters of 55 are 115 random bits.
const ONE_TIME_LENGTH: usize = 20;

/// A password for gestion to hand over, in groups of five.
#[must_use]
pub fn one_time(random: &mut impl rand::Rng) -> Password {
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
        Err(problem) => unreachable!("a one-time password {problem}"),
    }
}

fn argon2() -> Result<Argon2<'static>> {
    Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
        .map_err(|error| Error::Defect(error.to_string()))
}

/// Hashes here and now; calls go through [`Passwords`].
///
/// # Errors
/// When hashing fails.
pub fn hash(password: &Password) -> Result<PasswordHash> {
    argon2()?
        .hash_password(password.reveal().as_bytes())
        .map(|hash| PasswordHash(hash.to_string()))
        .map_err(|error| Error::Defect(error.to_string()))
}

fn verify(password: &Password, hash: &PasswordHash) -> Result<bool> {
    use argon2::password_hash::Error as Failed;
    match argon2()?.verify_password(password.reveal().as_bytes(), hash.0.as_str()) {
        Ok(()) => Ok(true),
        Err(Failed::PasswordInvalid) => Ok(false),
        Err(error) => Err(Error::Defect(error.to_string())),
    }
}
