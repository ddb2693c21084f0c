//! What every handler is given.

use std::sync::Arc;

use crate::{
    auth::{password::Passwords, token::Tokens},
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
    /// Signs and reads access tokens.
    pub tokens: Arc<Tokens>,
    /// Makes and reads page tokens.
    pub pages: Pages,
    /// The key that all of these derive theirs from.
    pub key: Secret,
}

impl Shared {
    /// Prepares what handlers need.
    ///
    /// # Errors
    /// When hashing fails.
    pub fn new(db: Db, keys: impl Into<Keys>) -> Result<Self> {
        let keys = keys.into();
        Ok(Self {
            db,
            passwords: Passwords::new()?,
            tokens: Arc::new(Tokens::new(&keys)),
            pages: Pages::new(&keys)?,
            key: keys.current,
        })
    }
}
