//! The health service: readiness depends on the database, and life does not.

use epic_events::policy;
use prost::Message;
use tonic::{Code, Status, transport::Channel};

use crate::support::{
    raw_call, server_process::Installation, tcp_proxy::TcpProxy, wait::eventually,
};

/// `grpc.health.v1.HealthCheckRequest`.
#[derive(Clone, PartialEq, Message)]
struct Check {
    #[prost(string, tag = "1")]
    service: String,
}

/// `grpc.health.v1.HealthCheckResponse`.
#[derive(Clone, PartialEq, Message)]
struct State {
    #[prost(int32, tag = "1")]
    status: i32,
}

const SERVING: i32 = 1;
const NOT_SERVING: i32 = 2;

async fn check(channel: &Channel, service: &str) -> Result<i32, Status> {
    let request = Check {
        service: service.to_owned(),
    };
    let path = policy::HEALTH_CHECK.path();
    let reply = raw_call::call(channel, path, None, request.encode_to_vec()).await?;
    Ok(State::decode(&*reply).expect("a state").status)
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_depends_on_the_database_and_life_does_not() {
    let url = require_postgres!();
    let installation = Installation::new().await;
    let proxy = TcpProxy::before(&url).await;
    let database = proxy.url(installation.database_url());
    let server = installation.serve(&[("DATABASE_URL", &database)]).await;
    let becomes = async |expected: i32| {
        eventually("the readiness", async || {
            check(&server.channel(), "").await.expect("a state") == expected
        })
        .await;
        let live = check(&server.channel(), "live").await;
        assert_eq!(live.expect("a state"), SERVING);
    };
    becomes(SERVING).await;
    proxy.set_mute(true);
    proxy.silence_connections();
    becomes(NOT_SERVING).await;
    proxy.set_mute(false);
    becomes(SERVING).await;
    let unknown = check(&server.channel(), "other").await;
    assert_eq!(unknown.expect_err("no such service").code(), Code::NotFound);
}
