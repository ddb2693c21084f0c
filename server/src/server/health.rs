//! The health service: whether the server answers calls (`""`), and whether the process runs (`live`).

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic_health::{ServingStatus, server::HealthReporter};

use crate::{db::Db, server::limits::PROBE_MESSAGE_MAX};

/// The service of probes that restart a process which does not run.
const LIVE: &str = "live";
/// The service of probes that choose a server which can answer calls.
const READY: &str = "";
/// How long ago the database may have answered.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(3);
/// How often the state is determined.
const INTERVAL: Duration = Duration::from_millis(500);

/// The routes of the health service, and the state that it reports.
pub(super) async fn service() -> (Routes, HealthReporter) {
    let (reporter, service) = tonic_health::server::health_reporter();
    for name in [LIVE, READY] {
        reporter
            .set_service_status(name, ServingStatus::Serving)
            .await;
    }
    let service = service.max_decoding_message_size(PROBE_MESSAGE_MAX);
    (Routes::new(service), reporter)
}

/// Reports whether calls can be answered: until shutdown, while the database answers.
pub(super) async fn report(reporter: HealthReporter, db: Db, shutdown: CancellationToken) {
    let mut was_ready = true;
    // The first connection to the database takes a moment.
    sleep(DATABASE_TIMEOUT).await;
    loop {
        let is_ready = !shutdown.is_cancelled() && db.answered_within(DATABASE_TIMEOUT);
        if is_ready != was_ready {
            let status = if is_ready {
                ServingStatus::Serving
            } else {
                ServingStatus::NotServing
            };
            reporter.set_service_status(READY, status).await;
            was_ready = is_ready;
        }
        tokio::select! {
            () = sleep(INTERVAL) => {}
            () = shutdown.cancelled(), if !shutdown.is_cancelled() => {}
        }
    }
}
