//! What `serve` waits for before it serves, and what it tells the service manager meanwhile.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    db::connect::{self, ConnectError},
    error::StartResult,
};

/// How often `serve` tries to reach a database that is away.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// How far the start of `serve` has come.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The database is away, for this reason; `serve` waits for it.
    Waiting(&'a str),
    /// Calls are answered.
    Ready,
}

/// Waits until the database accepts connections and writes.
///
/// # Errors
/// [`StartError::SetUp`](crate::error::StartError::SetUp) when it refuses connections for a reason that does not
/// end by itself.
pub(super) async fn wait_for_database(
    url: &str,
    progress: impl Fn(Progress<'_>),
) -> StartResult<()> {
    let mut logged = None;
    loop {
        let error = match connect::check_sessions(url).await {
            Ok(()) => break,
            Err(error) if error.is_temporary() => error,
            Err(error) => return Err(error.into()),
        };
        let why = sentence(&error);
        progress(Progress::Waiting(&why));
        if logged.as_ref() != Some(&why) {
            tracing::warn!("{why}; waiting for it");
            logged = Some(why);
        }
        sleep(RETRY_INTERVAL).await;
    }
    if logged.is_some() {
        tracing::info!("the database answers");
    }
    Ok(())
}

fn sentence(error: &ConnectError) -> String {
    format!("the database cannot be used yet: {error}")
}
