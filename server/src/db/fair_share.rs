//! The share of each account in the database: how many of its calls use the database or wait for it, and
//! how many of them read or write at the same time. The limits keep an account from occupying all
//! connections.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use epic_events::{policy::Rpc, reason::Reason};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::error::{Error, Result};

/// The share of an account.
#[derive(Clone, Copy, Debug)]
pub struct ShareLimits {
    /// Calls that read, write or wait to do so (`EPIC_ACCOUNT_CALLS`); further ones are refused. Calls
    /// whose message is incomplete, and open change streams, do not count.
    pub calls: u16,
    /// Reads of the database (`EPIC_ACCOUNT_READS`); further ones wait.
    pub reads: u16,
    /// Writes (`EPIC_ACCOUNT_WRITES`); further ones wait.
    pub writes: u16,
}

impl ShareLimits {
    /// The limits when no setting changes them.
    pub const DEFAULT: Self = Self {
        calls: 16,
        reads: 4,
        writes: 2,
    };
    /// The limits of the urgent calls of a session, which have a share of their own: a thief who floods
    /// the account does not keep its owner from ending the stolen session.
    const URGENT: Self = Self {
        calls: 16,
        reads: 1,
        writes: 1,
    };
}

/// Changes of a share that follow the suspension of an account at once; further ones wait. They may take longer
/// than other urgent writes, because rows that others lock delay them.
const CHANGES: usize = 2;

/// The callers that a [`Share`] belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum ShareOwner {
    Account(i64),
    /// The urgent calls of a session.
    Session(Uuid),
    /// Logins with the right password of an account, which open a session.
    Opening(i64),
    /// All callers of an RPC without authentication.
    Callers(Rpc),
}

/// The shares of the callers whose calls are in progress. Cheap to clone.
#[derive(Clone)]
pub(crate) struct FairShare {
    limits: ShareLimits,
    shares: Shares,
}

type Shares = Arc<Mutex<HashMap<ShareOwner, Weak<Share>>>>;

struct Share {
    owner: ShareOwner,
    calls: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    writes: Arc<Semaphore>,
    changes: Arc<Semaphore>,
    shares: Shares,
}

impl Drop for Share {
    fn drop(&mut self) {
        let shares = self.shares.lock();
        let mut shares = shares.unwrap_or_else(PoisonError::into_inner);
        // A new call may have replaced the share in the meantime.
        let is_last = |share: &Weak<Self>| share.strong_count() == 0;
        if shares.get(&self.owner).is_some_and(is_last) {
            shares.remove(&self.owner);
        }
    }
}

tokio::task_local! {
    static CURRENT: CallShare;
}

/// The share that a call counts against, and what it uses connections for.
#[derive(Clone, Default)]
pub(crate) struct CallShare {
    share: Option<Arc<Share>>,
    /// Whether it may use reserved connections.
    is_urgent: bool,
    tables: ReadTables,
}

/// Permission to read or write on behalf of a share.
pub(super) struct SharePermit {
    call: Option<OwnedSemaphorePermit>,
    permit: OwnedSemaphorePermit,
    share: Arc<Share>,
}

impl FairShare {
    pub(super) fn new(limits: ShareLimits) -> Self {
        Self {
            limits,
            shares: Arc::default(),
        }
    }

    /// The share of a call of an account in a session.
    pub(crate) fn call_share(&self, account: i64, session: Uuid, rpc: Rpc) -> CallShare {
        let share = if rpc.is_urgent() {
            self.share(ShareOwner::Session(session), ShareLimits::URGENT)
        } else {
            self.share(ShareOwner::Account(account), self.limits)
        };
        CallShare {
            share: Some(share),
            is_urgent: rpc.is_urgent(),
            tables: ReadTables::of(rpc),
        }
    }

    /// The share of a call without authentication. All callers of the RPC share the reads of one account,
    /// so that neither logins nor renewals occupy all connections; other limits bound the number of
    /// callers.
    pub(crate) fn public_share(&self, rpc: Rpc) -> CallShare {
        CallShare {
            share: Some(self.share(ShareOwner::Callers(rpc), self.limits)),
            is_urgent: rpc.is_urgent(),
            tables: ReadTables::of(rpc),
        }
    }

    /// The share of a login that opens a session. It waits for writes to its account, and must not delay
    /// the logins to others.
    pub(crate) fn opening_share(&self, account: i64) -> CallShare {
        CallShare {
            share: Some(self.share(ShareOwner::Opening(account), ShareLimits::DEFAULT)),
            is_urgent: true,
            tables: ReadTables::default(),
        }
    }

    fn share(&self, owner: ShareOwner, limits: ShareLimits) -> Arc<Share> {
        let shares = self.shares.lock();
        let mut shares = shares.unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = shares.get(&owner).and_then(Weak::upgrade) {
            return share;
        }
        let semaphore = |permits: u16| Arc::new(Semaphore::new(permits.into()));
        let share = Arc::new(Share {
            owner,
            calls: semaphore(limits.calls),
            reads: semaphore(limits.reads),
            writes: semaphore(limits.writes),
            changes: Arc::new(Semaphore::new(CHANGES)),
            shares: Arc::clone(&self.shares),
        });
        shares.insert(owner, Arc::downgrade(&share));
        share
    }
}

impl CallShare {
    /// What a read of the call uses a connection for.
    pub(super) const fn read_use(&self) -> SlotUse {
        if self.is_urgent {
            SlotUse::Urgent
        } else {
            SlotUse::Read(self.tables)
        }
    }

    /// What a write of the call uses a connection for.
    const fn write_use(&self) -> SlotUse {
        if self.is_urgent {
            SlotUse::Urgent
        } else {
            SlotUse::Write
        }
    }

    /// The share of the call that the current task works for. Work outside of calls has no share.
    pub(super) fn current() -> Self {
        CURRENT.try_with(Self::clone).unwrap_or_default()
    }

    /// The same share, for the read of the caller's session.
    pub(crate) fn for_session(&self) -> Self {
        Self {
            tables: ReadTables::Sessions,
            ..self.clone()
        }
    }

    /// Runs the work of the call with this share.
    pub(crate) async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// Waits for the other reads of the share; `None` without a share.
    ///
    /// # Errors
    /// `TOO_MANY_CALLS`.
    pub(super) async fn read(&self) -> Result<Option<SharePermit>> {
        self.acquire(|share| &share.reads).await
    }

    /// Waits for the other writes of the share; `None` without a share.
    ///
    /// # Errors
    /// `TOO_MANY_CALLS`.
    pub(super) async fn write(&self) -> Result<Option<SharePermit>> {
        self.acquire(|share| &share.writes).await
    }

    async fn acquire(&self, of: impl Fn(&Share) -> &Arc<Semaphore>) -> Result<Option<SharePermit>> {
        let Some(share) = &self.share else {
            return Ok(None);
        };
        let call = match share.owner {
            ShareOwner::Callers(_) => None,
            ShareOwner::Account(_) | ShareOwner::Session(_) | ShareOwner::Opening(_) => {
                let call = Arc::clone(&share.calls).try_acquire_owned();
                Some(call.map_err(|_| Error::from(Reason::TooManyCalls))?)
            }
        };
        let permit = Arc::clone(of(share)).acquire_owned().await;
        Ok(Some(SharePermit {
            call,
            permit: permit.map_err(|error| Error::Internal(error.to_string()))?,
            share: Arc::clone(share),
        }))
    }
}

/// The tables that a read uses, and a lock of which makes it wait. Each of the first three variants uses a part
/// of the tables of the variants before it, as the `_records` views do, and the table of collaborators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ReadTables {
    /// Contracts and events, with the names of their clients.
    ContractsAndEvents,
    /// Collaborators, with the numbers of their clients and events.
    ClientsAndEvents,
    Clients,
    History,
    /// Also the session of a caller, whatever it calls, unless it is in the cache.
    Sessions,
    /// Work outside of calls.
    #[default]
    Other,
}

impl ReadTables {
    fn of(rpc: Rpc) -> Self {
        match rpc.service() {
            "epic.v1.ContractService" | "epic.v1.EventService" => Self::ContractsAndEvents,
            "epic.v1.CollaboratorService" => Self::ClientsAndEvents,
            "epic.v1.ClientService" => Self::Clients,
            "epic.v1.ChangeService" => Self::History,
            _ => Self::Sessions,
        }
    }
}

/// What a connection is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlotUse {
    /// A read of records waits for as long as one of its tables is locked.
    Read(ReadTables),
    /// A write may wait for the locks of other writes: together they must not hold every connection.
    Write,
    /// A read or a write that no other call may delay.
    Urgent,
}

/// Permission to write, which counts as a write of the caller until it ends.
pub(super) struct WritePermit {
    /// What the write uses a connection for.
    pub(super) slot_use: SlotUse,
    permit: Option<SharePermit>,
}

impl WritePermit {
    /// Waits for the other writes of the caller.
    ///
    /// # Errors
    /// `TOO_MANY_CALLS`.
    pub(super) async fn wait() -> Result<Self> {
        let share = CallShare::current();
        Ok(Self {
            slot_use: share.write_use(),
            permit: share.write().await?,
        })
    }

    /// Gives the permission back, and waits for the other changes of the caller that follow a suspension. So a
    /// change that waits does not delay the suspension of another account, or the end of a session.
    ///
    /// # Errors
    /// [`Error::Internal`] when the server has closed its limits, which it does not.
    pub(super) async fn into_change(self) -> Result<Self> {
        let Self { slot_use, permit } = self;
        let Some(SharePermit {
            call,
            permit,
            share,
        }) = permit
        else {
            return Ok(Self {
                slot_use,
                permit: None,
            });
        };
        drop(permit);
        let change = Arc::clone(&share.changes).acquire_owned().await;
        let permit = SharePermit {
            call,
            permit: change.map_err(|error| Error::Internal(error.to_string()))?,
            share,
        };
        Ok(Self {
            slot_use,
            permit: Some(permit),
        })
    }
}

#[cfg(test)]
mod tests;
