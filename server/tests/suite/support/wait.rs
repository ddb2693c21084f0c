//! Waiting for conditions that become true without further input.

use std::time::Duration;

use tokio::time::{sleep, timeout};

/// An upper bound for a single step, also on a slow machine.
pub const TIMEOUT: Duration = Duration::from_mins(2);

/// Waits until the condition holds.
pub async fn eventually(condition: &str, holds: impl AsyncFn() -> bool) {
    let waited = timeout(TIMEOUT, async {
        while !holds().await {
            sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(waited.await.is_ok(), "{condition}");
}
