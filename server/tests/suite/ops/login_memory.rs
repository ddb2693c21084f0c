//! The memory of logins: a server with a memory limit survives all of its users signing in at the
//! same time.

use epic_events::v1::auth_service_client::AuthServiceClient;

use crate::support::{
    fixtures::login_request,
    server_process::{Installation, ServerProcess},
};

/// Above the memory of the connections and of the concurrent hashes, at most four of 19 MiB each;
/// below the memory of 300 logins when every thread keeps its blocks (350 MiB on two cores).
const GROWTH_MAX_KIB: u64 = 160 * 1024;

/// Makes four concurrent logins over each of `connections` connections.
async fn log_in(server: &ServerProcess, connections: usize) {
    let channels: Vec<_> = (0..connections).map(|_| server.channel()).collect();
    let logins = channels
        .iter()
        .cycle()
        .take(connections * 4)
        .map(async |channel| {
            let mut auth = AuthServiceClient::new(channel.clone());
            auth.login(login_request()).await.expect("to log in")
        });
    futures_util::future::join_all(logins).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_logins_take_bounded_memory() {
    let installation = Installation::with_sql("").await;
    let server = installation.serve(&[]).await;
    log_in(&server, 1).await;
    let before = server.memory("VmRSS:");
    log_in(&server, 75).await;
    let growth = server.memory("VmHWM:").saturating_sub(before);
    assert!(growth < GROWTH_MAX_KIB, "{growth} KiB");
}
