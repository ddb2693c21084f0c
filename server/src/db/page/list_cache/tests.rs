use std::sync::atomic::{AtomicU64, Ordering};

use epic_events::reason::Reason;
use futures_util::future::join_all;
use tokio::time::sleep;

use super::*;
use crate::db::page::{Column, Condition, PageEnd};

/// A list whose rows are numbers, and the number of its reads.
struct List {
    cache: ListCache<i64, i64>,
    epoch: Arc<CacheEpoch>,
    loads: AtomicU64,
}

fn page(size: i64) -> Page {
    Page {
        column: Column::new("id", "id", "bigint"),
        descending: false,
        after: None,
        size,
        conditions: Vec::new(),
    }
}

impl List {
    fn new(epoch: CacheEpoch, is_on: bool) -> Self {
        let epoch = Arc::new(epoch);
        Self {
            cache: ListCache::new(Arc::clone(&epoch), is_on),
            epoch,
            loads: AtomicU64::new(0),
        }
    }

    fn loads(&self) -> u64 {
        self.loads.load(Ordering::SeqCst)
    }

    /// Reads a page of the number `filter` in `time`; the total is the number of reads, or the known one.
    async fn read(&self, filter: i64, page: &Page, time: Duration) -> Result<Arc<ListPage<i64>>> {
        let load = |total: Option<i64>| async move {
            let loads = self.loads.fetch_add(1, Ordering::SeqCst) + 1;
            sleep(time).await;
            if filter < 0 {
                return Err(Reason::Busy.into());
            }
            let rows = vec![(filter, String::new()); usize::try_from(page.size).unwrap_or(0)];
            let total = total.unwrap_or_else(|| i64::try_from(loads).unwrap_or(0));
            Ok(ListPage::new(rows, total, page, |id| *id))
        };
        self.cache.page(filter, page, load).await
    }

    async fn total(&self, filter: i64, page: &Page) -> i64 {
        let found = self.read(filter, page, Duration::ZERO).await;
        found.map_or(-1, |found| found.total)
    }
}

const SHORT: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn a_herd_reads_a_page_once_for_each_epoch_and_filter() {
    let list = List::new(CacheEpoch::single_server(), true);
    let (one, page) = (1, page(10));
    join_all((0..500).map(|_| list.read(one, &page, SHORT))).await;
    assert_eq!(list.loads(), 1);
    list.total(2, &page).await;
    assert_eq!(list.loads(), 2);
    list.epoch.invalidate();
    join_all((0..500).map(|_| list.read(one, &page, SHORT))).await;
    assert_eq!(list.loads(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_joins_no_read_that_began_before_a_change() {
    let list = List::new(CacheEpoch::single_server(), true);
    let page = page(10);
    let early = async { list.read(1, &page, SHORT).await.map(|it| it.total) };
    let late = async {
        sleep(SHORT / 2).await;
        list.epoch.invalidate();
        list.read(1, &page, SHORT).await.map(|it| it.total)
    };
    let (early, late) = tokio::join!(early, late);
    assert_eq!((early.ok(), late.ok()), (Some(1), Some(2)));
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_for_a_failed_or_slow_read_read_themselves_at_once() {
    let list = List::new(CacheEpoch::single_server(), true);
    let page = page(10);
    let (failing, slow) = (-1, 1);
    let since = tokio::time::Instant::now();
    let failed = join_all((0..20).map(|_| list.read(failing, &page, SHORT))).await;
    assert!(failed.iter().all(Result::is_err));
    assert_eq!(list.loads(), 20);
    assert!(since.elapsed() <= 4 * SHORT, "one after the other");
    let minute = Duration::from_mins(1);
    let quick = async {
        sleep(SHORT).await;
        join_all((0..20).map(|_| list.read(slow, &page, SHORT))).await;
        since.elapsed()
    };
    let (_, quick) = tokio::join!(list.read(slow, &page, minute), quick);
    assert!(quick < 2 * WAIT_MAX, "{quick:?}");
    let loads = list.loads();
    list.total(slow, &page).await;
    assert_eq!(list.loads(), loads, "the page of the quick ones is kept");
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_read_delays_nobody() {
    let list = List::new(CacheEpoch::single_server(), true);
    let page = page(10);
    let minute = Duration::from_mins(1);
    let cancelled = timeout(SHORT, list.read(1, &page, minute));
    let (cancelled, found) = tokio::join!(cancelled, list.read(1, &page, SHORT));
    assert!(cancelled.is_err());
    assert!(found.is_ok());
}

#[tokio::test]
async fn a_count_is_remembered_for_other_pages_of_the_same_filter() {
    let list = List::new(CacheEpoch::single_server(), true);
    let (small, large) = (page(10), page(20));
    assert_eq!(list.total(1, &small).await, 1);
    assert_eq!(list.total(1, &large).await, 1);
    assert_eq!(list.total(2, &large).await, 3);
    let mut next = page(30);
    next.after = Some(PageEnd {
        key: String::new(),
        id: 1,
        total: 77,
    });
    assert_eq!(list.total(1, &next).await, 77, "that of the page token");
}

#[tokio::test]
async fn nothing_is_kept_of_searches_or_without_proof_or_when_turned_off() {
    let page = page(10);
    let mut search = page.clone();
    search.conditions = vec![Condition::Contains("%mar%".to_owned())];
    let on = List::new(CacheEpoch::single_server(), true);
    let unproven = List::new(CacheEpoch::with_other_servers(), true);
    let off = List::new(CacheEpoch::single_server(), false);
    for (list, page) in [(&on, &search), (&unproven, &page), (&off, &page)] {
        assert_eq!(list.total(1, page).await, 1);
        assert_eq!(list.total(1, page).await, 2);
    }
}

#[tokio::test]
async fn the_rows_that_are_kept_are_bounded() {
    let list = List::new(CacheEpoch::single_server(), true);
    for filter in 0..1_000 {
        list.total(filter, &page(50)).await;
    }
    let pages = list.cache.kept.as_ref().map(|kept| kept.pages.weight());
    assert!(pages.is_some_and(|rows| rows <= ROWS_MAX), "{pages:?}");
}
