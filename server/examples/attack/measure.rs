//! The measurements of an honest caller, and the memory of the server.

use std::{
    fs,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::time::{sleep, timeout};

use crate::caller::Result;

/// Time limit of an honest call; a longer one counts as failed.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// The pause between two calls, so that the measurement itself causes no load.
const PAUSE: Duration = Duration::from_millis(10);
/// A call is as fast as before when it takes at most this multiple of the median at rest.
const NORMAL: u32 = 3;
/// Consecutive fast calls after which the server counts as normal.
const NORMAL_CALLS: usize = 10;
/// How long the server may take to become normal.
const NORMAL_TIMEOUT: Duration = Duration::from_secs(30);
/// Interval of the measurements of memory.
const MEMORY_INTERVAL: Duration = Duration::from_millis(20);

/// An operation of the honest caller.
pub(crate) type Operation =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// The times of the calls of a period.
pub(crate) struct Sample {
    /// In ascending order. Includes failed calls, with the time until they failed.
    times: Vec<Duration>,
    failed: usize,
}

impl Sample {
    /// Repeats the operation for `period`, and at least three times.
    pub(crate) async fn collect(operation: &Operation, period: Duration) -> Self {
        let (mut times, mut failed) = (Vec::new(), 0);
        let start = Instant::now();
        while times.len() < 3 || start.elapsed() < period {
            let (time, succeeded) = time(operation).await;
            times.push(time);
            failed += usize::from(!succeeded);
            sleep(PAUSE).await;
        }
        times.sort_unstable();
        Self { times, failed }
    }

    /// The median.
    pub(crate) fn median(&self) -> Duration {
        self.times[self.times.len() / 2]
    }

    /// The 99th percentile.
    pub(crate) fn p99(&self) -> Duration {
        self.times[self.times.len() * 99 / 100]
    }

    /// The number of failed calls.
    pub(crate) const fn failed(&self) -> usize {
        self.failed
    }
}

async fn time(operation: &Operation) -> (Duration, bool) {
    let start = Instant::now();
    let ended = timeout(CALL_TIMEOUT, operation()).await;
    let time = start.elapsed();
    match ended {
        Ok(Ok(())) => return (time, true),
        Ok(Err(error)) => eprintln!("an honest call failed: {error:?}"),
        Err(elapsed) => eprintln!("an honest call failed: {elapsed}"),
    }
    (time, false)
}

/// The seconds until the server answers [`NORMAL_CALLS`] calls in a row as fast as at rest; `None`
/// when it does not within [`NORMAL_TIMEOUT`].
pub(crate) async fn seconds_until_normal(operation: &Operation, rest: &Sample) -> Option<f64> {
    let limit = rest.median() * NORMAL;
    let start = Instant::now();
    let (mut since, mut fast) = (start, 0);
    while fast < NORMAL_CALLS {
        let begun = Instant::now();
        if begun.duration_since(start) > NORMAL_TIMEOUT {
            return None;
        }
        let (time, succeeded) = time(operation).await;
        if succeeded && time <= limit {
            fast += 1;
        } else {
            (since, fast) = (Instant::now(), 0);
        }
        sleep(PAUSE).await;
    }
    Some(since.duration_since(start).as_secs_f64())
}

/// The resident memory of a process in KiB.
pub(crate) fn resident_kib(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(number.ok_or("no VmRSS")?.parse()?)
}

/// The peak of a process's resident memory, measured on a thread of its own.
pub(crate) struct PeakMemory {
    peak: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl PeakMemory {
    /// Begins to measure.
    pub(crate) fn watch(pid: u32) -> Self {
        let watch = Self {
            peak: Arc::default(),
            stop: Arc::default(),
        };
        let (peak, stop) = (Arc::clone(&watch.peak), Arc::clone(&watch.stop));
        thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                if let Ok(resident) = resident_kib(pid) {
                    peak.fetch_max(resident, Ordering::Relaxed);
                }
                thread::sleep(MEMORY_INTERVAL);
            }
        });
        watch
    }

    /// Ends the measurement, and returns the peak in KiB.
    pub(crate) fn stop(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.peak.load(Ordering::Relaxed)
    }
}
