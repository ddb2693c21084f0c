//! Pages and counts of a list, which calls share until a record changes.

use std::{future::ready, hash::Hash, pin::pin, sync::Arc, time::Duration};

use futures_util::future::{Either, select};
use quick_cache::{Weighter, sync::Cache};
use tokio::time::timeout;

use super::{ListPage, Page};
use crate::{db::cache_epoch::CacheEpoch, error::Result};

/// Maximum number of rows of the pages of a list. A row takes about 0.5 KB.
const ROWS_MAX: u64 = 4_000;
/// The expected number of pages.
const PAGES: usize = 80;
/// Maximum number of counts.
const COUNTS_MAX: usize = 256;

/// How long a call waits while another call reads its page. The other call may itself wait, because its
/// account has too many calls.
const WAIT_MAX: Duration = Duration::from_millis(100);

/// What is kept of one list, by the epoch in which it was read.
struct Kept<F, R> {
    pages: Cache<(u64, F, Page), Arc<ListPage<R>>, Rows>,
    counts: Cache<(u64, F), i64>,
}

/// Pages and counts of one list, by its filters `F`, with rows `R`. After a change, all clients that show
/// the list read the same page: the first call reads it, those that arrive meanwhile wait for it, and later
/// ones find it. Everything is valid for the epoch of the records that a call reads when it arrives; nothing
/// is kept while a change by another server may be unknown. Searches are neither kept nor shared.
pub(crate) struct ListCache<F, R> {
    epoch: Arc<CacheEpoch>,
    /// `None` when the cache is turned off.
    kept: Option<Kept<F, R>>,
}

/// Weighs a page by its rows.
#[derive(Clone, Copy)]
struct Rows;

impl<K, R> Weighter<K, Arc<ListPage<R>>> for Rows {
    fn weight(&self, _: &K, page: &Arc<ListPage<R>>) -> u64 {
        page.rows.len() as u64 + 1
    }
}

impl<F: Copy + Eq + Hash, R> ListCache<F, R> {
    /// A cache for as long as no record changes; `is_on` states whether anything is kept.
    pub(crate) fn new(epoch: Arc<CacheEpoch>, is_on: bool) -> Self {
        let kept = is_on.then(|| Kept {
            pages: Cache::with_weighter(PAGES, ROWS_MAX, Rows),
            counts: Cache::new(COUNTS_MAX),
        });
        Self { epoch, kept }
    }

    /// The page. `load` reads it from the database, and is given the number of rows on all pages if that is
    /// known.
    ///
    /// # Errors
    /// Those of `load`.
    pub(crate) async fn page<Loading>(
        &self,
        filter: F,
        page: &Page,
        load: impl FnOnce(Option<i64>) -> Loading,
    ) -> Result<Arc<ListPage<R>>>
    where
        Loading: Future<Output = Result<ListPage<R>>>,
    {
        let known = page.after.as_ref().map(|end| end.total);
        let epoch = self.epoch.current();
        let (Some(Kept { pages, counts }), Some(epoch), true) =
            (&self.kept, epoch, page.conditions.is_empty())
        else {
            return Ok(Arc::new(load(known).await?));
        };
        let key = (epoch, filter, page.clone());
        let count_key = (epoch, filter);
        let load = async {
            let known = known.or_else(|| counts.get(&count_key));
            let loaded = load(known).await?;
            if known.is_none() {
                counts.insert(count_key, loaded.total);
            }
            Result::Ok(Arc::new(loaded))
        };
        let found = pin!(pages.get_value_or_guard_async(&key));
        // Ready at once, unless another call reads the page now.
        let found = match select(found, ready(())).await {
            Either::Left((Ok(found), _)) => return Ok(found),
            Either::Left((Err(guard), _)) => {
                let loaded = load.await?;
                // Fails when the page was replaced or dropped meanwhile.
                let _ = guard.insert(Arc::clone(&loaded));
                return Ok(loaded);
            }
            Either::Right(((), found)) => found,
        };
        match timeout(WAIT_MAX, found).await {
            Ok(Ok(found)) => return Ok(found),
            // The other call has failed or is slow. Without a guard, so that all that wait read too.
            other => drop(other),
        }
        let loaded = load.await?;
        pages.insert(key.clone(), Arc::clone(&loaded));
        Ok(loaded)
    }
}

#[cfg(test)]
mod tests;
