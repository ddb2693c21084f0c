//! The tokens in memory, and in the file where they are kept between starts.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use epic_events::v1::{LoginResponse, RefreshSessionResponse};

use crate::session_file::{Kept, RenewLock, SessionFile};

/// A session's tokens, and whose it is.
#[derive(Clone)]
pub(super) struct Tokens {
    /// For the `authorization` metadata; `None` until the first renewal after a start.
    pub(super) access: Option<String>,
    /// Good for one renewal.
    pub(super) refresh: String,
    collaborator: i64,
    /// The login that they come from: a late reply to a request of an earlier login must not
    /// replace them or end their session.
    pub(super) login: u64,
}

/// The one place that holds tokens.
pub(super) struct Session {
    tokens: Mutex<Option<Tokens>>,
    /// How many logins there were.
    logins: AtomicU64,
    renewing: tokio::sync::Mutex<()>,
    keep: Option<SessionFile>,
}

impl Session {
    /// The kept session, if there is one.
    pub(super) fn new(keep: Option<SessionFile>) -> Self {
        let kept = keep.as_ref().and_then(SessionFile::read);
        Self {
            tokens: Mutex::new(kept.map(Tokens::from)),
            logins: AtomicU64::new(0),
            renewing: tokio::sync::Mutex::new(()),
            keep,
        }
    }

    /// The tokens there are.
    pub(super) fn tokens(&self) -> Option<Tokens> {
        self.lock().clone()
    }

    /// Waits until nobody else renews: no other call, and no other `epic` on the same file.
    pub(super) async fn turn(&self) -> (tokio::sync::MutexGuard<'_, ()>, Option<RenewLock>) {
        let here = self.renewing.lock().await;
        let elsewhere = match &self.keep {
            Some(keep) => keep.turn().await,
            None => None,
        };
        (here, elsewhere)
    }

    /// The tokens there are, or those that another `epic` on the same file has got meanwhile:
    /// then ours are void. Somebody else's session is never taken up.
    pub(super) fn freshest(&self) -> Option<Tokens> {
        let kept = self
            .keep
            .as_ref()
            .and_then(SessionFile::read)
            .map(Tokens::from);
        let mut ours = self.lock();
        if let (Some(ours), Some(kept)) = (ours.as_mut(), kept)
            && kept.collaborator == ours.collaborator
            && kept.refresh != ours.refresh
        {
            *ours = Tokens {
                login: ours.login,
                ..kept
            };
        }
        ours.clone()
    }

    /// A session begins.
    pub(super) fn begin(&self, response: &LoginResponse) {
        self.put(Tokens {
            access: Some(response.access_token.clone()),
            refresh: response.refresh_token.clone(),
            collaborator: response.me.as_ref().map_or(0, |me| me.id),
            login: self.logins.fetch_add(1, Ordering::Relaxed) + 1,
        });
    }

    /// The session goes on with new tokens.
    pub(super) fn renew(&self, login: u64, response: RefreshSessionResponse) {
        if self.tokens().is_none_or(|tokens| tokens.login != login) {
            return;
        }
        self.put(Tokens {
            access: Some(response.access_token),
            refresh: response.refresh_token,
            collaborator: response.me.map_or(0, |me| me.id),
            login,
        });
    }

    /// Forgets the tokens when one signs out, here and in the file, also when another `epic` has
    /// renewed them there; another person's session stays.
    pub(super) fn end(&self, login: u64) {
        let ended = self.lock().take_if(|tokens| tokens.login == login);
        self.clear_file(|kept| Some(kept.collaborator) == ended.as_ref().map(|it| it.collaborator));
    }

    /// Forgets the tokens that this one is of, since the server takes them no longer; newer ones,
    /// here and in the file, stay.
    pub(super) fn lose(&self, token: &str) {
        let is_lost = |it: &mut Tokens| it.refresh == token || it.access.as_deref() == Some(token);
        let lost = self.lock().take_if(is_lost);
        self.clear_file(|kept| Some(&kept.refresh_token) == lost.as_ref().map(|it| &it.refresh));
    }

    fn clear_file(&self, is_over: impl Fn(&Kept) -> bool) {
        if let Some(keep) = &self.keep
            && keep.read().is_some_and(|kept| is_over(&kept))
        {
            keep.remove();
        }
    }

    fn put(&self, tokens: Tokens) {
        if let Some(keep) = &self.keep {
            keep.write(&Kept {
                refresh_token: tokens.refresh.clone(),
                collaborator: tokens.collaborator,
            });
        }
        *self.lock() = Some(tokens);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Tokens>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Kept> for Tokens {
    fn from(kept: Kept) -> Self {
        let Kept {
            refresh_token,
            collaborator,
        } = kept;
        Self {
            access: None,
            refresh: refresh_token,
            collaborator,
            login: 0,
        }
    }
}
