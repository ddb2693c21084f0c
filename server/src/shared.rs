//! What every handler is given.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{
    auth::{
        password::Passwords,
        session::{known::Sessions, lifetimes::Lifetimes},
        throttle::Throttle,
        token::Tokens,
    },
    change::news::News,
    config::{Secret, key::Keys},
    db::Db,
    error::Result,
    page::Pages,
};

/// What every handler needs. Cheap to clone.
#[derive(Clone)]
pub struct Shared {
    /// The database.
    pub db: Db,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// Finds the session of a call.
    pub sessions: Sessions,
    /// Makes those wait who guess passwords.
    pub throttle: Throttle,
    /// Signs and reads access tokens.
    pub tokens: Arc<Tokens>,
    /// Makes and reads page tokens.
    pub pages: Pages,
    /// What has just been changed, on any server.
    pub news: News,
    /// Set when the server is told to stop: streams end then.
    pub stopping: watch::Sender<bool>,
    /// The key that all of these derive theirs from.
    pub key: Secret,
}

impl Shared {
    /// Prepares what handlers need.
    ///
    /// # Errors
    /// When hashing fails.
    pub fn new(db: Db, keys: impl Into<Keys>, lifetimes: Lifetimes) -> Result<Self> {
        let keys = keys.into();
        Ok(Self {
            passwords: Passwords::new()?,
            sessions: Sessions::new(db.clone(), lifetimes),
            throttle: Throttle::new(db.clone()),
            news: News::default(),
            stopping: watch::Sender::new(false),
            db,
            tokens: Arc::new(Tokens::new(&keys)),
            pages: Pages::new(&keys)?,
            key: keys.current,
        })
    }
}
