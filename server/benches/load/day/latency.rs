//! The distribution of the times of calls, in a fixed amount of memory.

use std::{collections::BTreeMap, time::Duration};

/// Buckets of each power of two: a percentile is at most 1/16 too long.
const STEPS: usize = 16;
const STEP_BITS: u32 = STEPS.trailing_zeros();
/// Powers of two of microseconds, up to more than an hour.
const POWERS: usize = 32;

/// The times of the calls of one RPC.
#[derive(Clone)]
struct Times {
    buckets: Vec<u32>,
    count: u32,
}

/// The times of the calls of every RPC.
#[derive(Default)]
pub(super) struct Latencies(BTreeMap<&'static str, Times>);

impl Times {
    fn new() -> Self {
        Self {
            buckets: vec![0; STEPS * POWERS],
            count: 0,
        }
    }

    /// The bucket of a time: the power of two, and the bits after its first one.
    fn bucket(time: Duration) -> usize {
        let micros = usize::try_from(time.as_micros()).unwrap_or(usize::MAX);
        if micros < STEPS {
            return micros;
        }
        let shift = micros.ilog2() - STEP_BITS;
        let bucket = STEPS * shift as usize + (micros >> shift);
        bucket.min(STEPS * POWERS - 1)
    }

    /// The end of a bucket.
    fn end(bucket: usize) -> Duration {
        if bucket < STEPS {
            return Duration::from_micros(bucket as u64);
        }
        let shift = bucket / STEPS - 1;
        let start = STEPS + bucket % STEPS;
        Duration::from_micros(((start as u64 + 1) << shift) - 1)
    }

    fn percentile(&self, percent: u32) -> Duration {
        let rank = (u64::from(self.count) * u64::from(percent)).div_ceil(100);
        let mut below = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            below += u64::from(*count);
            if below >= rank {
                return Self::end(bucket);
            }
        }
        Duration::ZERO
    }
}

impl Latencies {
    /// Adds a call.
    pub(super) fn add(&mut self, rpc: &'static str, time: Duration) {
        let times = self.0.entry(rpc).or_insert_with(Times::new);
        times.buckets[Times::bucket(time)] += 1;
        times.count += 1;
    }

    /// Adds the calls of another person.
    pub(super) fn merge(&mut self, other: Self) {
        for (rpc, other) in other.0 {
            let times = self.0.entry(rpc).or_insert_with(Times::new);
            times.count += other.count;
            for (count, further) in times.buckets.iter_mut().zip(other.buckets) {
                *count += further;
            }
        }
    }

    /// Prints throughput and percentiles of every RPC.
    pub(super) fn print(&self, elapsed: Duration) {
        println!(
            "{:<20} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "", "calls", "calls/s", "p50 ms", "p95", "p99"
        );
        let mut total = 0;
        for (rpc, times) in &self.0 {
            total += times.count;
            let milliseconds = |percent| times.percentile(percent).as_secs_f64() * 1e3;
            println!(
                "{rpc:<20} {:>9} {:>9.1} {:>9.2} {:>9.2} {:>9.2}",
                times.count,
                f64::from(times.count) / elapsed.as_secs_f64(),
                milliseconds(50),
                milliseconds(95),
                milliseconds(99),
            );
        }
        println!(
            "{:<20} {total:>9} {:>9.1}",
            "all",
            f64::from(total) / elapsed.as_secs_f64()
        );
    }
}
