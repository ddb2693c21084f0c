//! The tokens of the session, in memory and in the session file.

use std::{
    io,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use epic_events::v1::{LoginResponse, RefreshSessionResponse};

use crate::session_file::{PreparedFile, RenewLock, SessionFile, SessionStorage, StoredSession};

/// The tokens of a session.
#[derive(Clone)]
pub(super) struct Tokens {
    /// For the `authorization` metadata; `None` if the session file has none.
    pub(super) access: Option<String>,
    /// Valid for one renewal.
    pub(super) refresh: String,
    /// Identifier of the account.
    collaborator: i64,
    /// The login that issued them: a late response to a request of an earlier login must not
    /// replace them or end their session.
    pub(super) login: u64,
}

/// The session of the client. No other type holds tokens.
pub(super) struct Session {
    tokens: Mutex<Option<Tokens>>,
    /// Number of logins so far.
    logins: AtomicU64,
    renewal: tokio::sync::Mutex<()>,
    storage: SessionStorage,
    failure: Mutex<StoreFailure>,
}

/// Whether the file can be written.
#[derive(Default)]
enum StoreFailure {
    #[default]
    None,
    /// The user does not know yet.
    Unreported(io::Error),
    Reported,
}

/// The file for new tokens, prepared before the server is asked for them; `None` if they stay in memory.
pub(super) struct PreparedStore(Option<PreparedFile>);

impl Session {
    /// The session stored in the file, if any.
    pub(super) fn new(storage: SessionStorage) -> Self {
        let stored = storage.file().and_then(SessionFile::read);
        Self {
            tokens: Mutex::new(stored.map(Tokens::from)),
            logins: AtomicU64::new(0),
            renewal: tokio::sync::Mutex::new(()),
            storage,
            failure: Mutex::default(),
        }
    }

    /// The current tokens.
    pub(super) fn tokens(&self) -> Option<Tokens> {
        self.lock().clone()
    }

    /// Waits until no other task of this process and no other process with the same session file
    /// renews the session.
    pub(super) async fn lock_renewal(
        &self,
    ) -> (tokio::sync::MutexGuard<'_, ()>, Option<RenewLock>) {
        let task_lock = self.renewal.lock().await;
        let process_lock = match self.storage.file() {
            Some(file) => file.lock_renewal().await,
            None => None,
        };
        (task_lock, process_lock)
    }

    /// The current tokens, after adopting newer ones of the same account from the file: another
    /// process has renewed the session, which invalidates ours.
    pub(super) fn latest(&self) -> Option<Tokens> {
        let stored = self
            .storage
            .file()
            .and_then(SessionFile::read)
            .map(Tokens::from);
        let mut current = self.lock();
        if let (Some(current), Some(stored)) = (current.as_mut(), stored)
            && stored.collaborator == current.collaborator
            && stored.refresh != current.refresh
        {
            *current = Tokens {
                login: current.login,
                ..stored
            };
        }
        current.clone()
    }

    /// Prepares the file for the tokens of a login.
    pub(super) fn prepare_store(&self) -> PreparedStore {
        let store = self.storage.file().map(SessionFile::prepare);
        PreparedStore(self.record_failure(store))
    }

    /// Prepares the file for tokens that replace these. `None` if they must not be replaced, because they
    /// would stay in the file: when a client uses replaced tokens, the server assumes that they were
    /// stolen.
    pub(super) fn prepare_store_of(&self, tokens: &Tokens) -> Option<PreparedStore> {
        let store = self.prepare_store();
        let stored = self.storage.file().and_then(SessionFile::read);
        let is_stored = stored.is_some_and(|stored| stored.refresh_token == tokens.refresh);
        if store.0.is_none() && is_stored {
            self.lock().take_if(|it| it.refresh == tokens.refresh);
            return None;
        }
        Some(store)
    }

    /// Why the file cannot be written, once.
    pub(super) fn take_failure(&self) -> Option<io::Error> {
        let mut failure = self.failure();
        match std::mem::replace(&mut *failure, StoreFailure::Reported) {
            StoreFailure::Unreported(error) => Some(error),
            old => {
                *failure = old;
                None
            }
        }
    }

    fn failure(&self) -> MutexGuard<'_, StoreFailure> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the error, if there is one.
    fn record_failure<T>(&self, result: Option<io::Result<T>>) -> Option<T> {
        let mut failure = self.failure();
        match result? {
            Ok(value) => {
                *failure = StoreFailure::None;
                Some(value)
            }
            Err(error) => {
                tracing::warn!(%error, "the session cannot be stored");
                if matches!(*failure, StoreFailure::None) {
                    *failure = StoreFailure::Unreported(error);
                }
                None
            }
        }
    }

    /// Stores the tokens of a login.
    pub(super) fn begin(&self, store: PreparedStore, response: &LoginResponse) {
        if matches!(self.storage, SessionStorage::NoHome) {
            let no_home = io::Error::from(io::ErrorKind::NotFound);
            self.record_failure::<()>(Some(Err(no_home)));
        }
        self.store(
            store,
            Tokens {
                access: Some(response.access_token.clone()),
                refresh: response.refresh_token.clone(),
                collaborator: response.me.as_ref().map_or(0, |me| me.id),
                login: self.logins.fetch_add(1, Ordering::Relaxed) + 1,
            },
        );
    }

    /// Stores the tokens of a renewal, unless the session of that login has ended.
    pub(super) fn renew(&self, store: PreparedStore, login: u64, response: RefreshSessionResponse) {
        if self.tokens().is_none_or(|tokens| tokens.login != login) {
            return;
        }
        self.store(
            store,
            Tokens {
                access: Some(response.access_token),
                refresh: response.refresh_token,
                collaborator: response.me.map_or(0, |me| me.id),
                login,
            },
        );
    }

    /// Discards the tokens of a login after its logout, in memory and in the file, even if another
    /// process has renewed them there. The session of another account stays in the file.
    pub(super) fn end(&self, login: u64) {
        let ended = self.lock().take_if(|tokens| tokens.login == login);
        self.clear_file(|stored| {
            Some(stored.collaborator) == ended.as_ref().map(|it| it.collaborator)
        });
    }

    /// Discards the tokens that include this one, because the server accepts them no longer. Newer
    /// ones, in memory or in the file, stay.
    pub(super) fn discard(&self, token: &str) {
        let includes = |it: &mut Tokens| it.refresh == token || it.access.as_deref() == Some(token);
        let discarded = self.lock().take_if(includes);
        let refresh = discarded.map(|tokens| tokens.refresh);
        self.clear_file(|stored| Some(&stored.refresh_token) == refresh.as_ref());
    }

    fn clear_file(&self, has_ended: impl Fn(&StoredSession) -> bool) {
        if let Some(file) = self.storage.file()
            && file.read().is_some_and(|stored| has_ended(&stored))
        {
            file.remove();
        }
    }

    fn store(&self, PreparedStore(store): PreparedStore, tokens: Tokens) {
        if let (Some(file), Some(store)) = (self.storage.file(), store) {
            let session = StoredSession {
                refresh_token: tokens.refresh.clone(),
                collaborator: tokens.collaborator,
                access_token: tokens.access.clone(),
            };
            self.record_failure(Some(file.write(store, &session)));
        }
        *self.lock() = Some(tokens);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Tokens>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<StoredSession> for Tokens {
    fn from(stored: StoredSession) -> Self {
        let StoredSession {
            refresh_token,
            collaborator,
            access_token,
        } = stored;
        Self {
            access: access_token,
            refresh: refresh_token,
            collaborator,
            login: 0,
        }
    }
}
