//! A connection fails in the middle of a request: the write is applied completely or not at all.

use epic_events::policy;
use prost::Message as _;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tonic::transport::Endpoint;

use crate::support::{fixtures, raw_call, server::TestServer, wait::TIMEOUT};

/// A proxy that forwards `bytes` bytes to the server and then closes both connections.
async fn start_failing_proxy(bytes: usize, to: std::net::SocketAddr) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.expect("a client");
        let mut server = TcpStream::connect(to).await.expect("the server");
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let mut first = tokio::io::AsyncReadExt::take(&mut from_client, bytes as u64);
        tokio::select! {
            _ = tokio::io::copy(&mut first, &mut to_server) => {}
            _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
        }
        let _ = to_server.flush().await;
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_request_writes_a_whole_record_or_none() {
    let server = TestServer::start().await;
    let commercial = server.login("commercial1").await;
    let mut completed = 0;
    // A request has about 700 bytes with its headers. The last limit is never reached.
    for bytes in (0..900).step_by(45).chain([100_000]) {
        let request = fixtures::client_request();
        let proxy = start_failing_proxy(bytes, server.address).await;
        let channel = Endpoint::from_shared(format!("http://{proxy}"))
            .expect("an address")
            .connect_lazy();
        let token = Some(commercial.access_token.as_str());
        let call = raw_call::call(
            &channel,
            policy::CREATE_CLIENT.path(),
            token,
            request.encode_to_vec(),
        );
        let acknowledged = timeout(TIMEOUT, call).await.expect("an end").is_ok();
        let count = format!(
            "select count(*) as value from clients where email = '{}'",
            request.email
        );
        let stored = server.query_ids(&count).await[0];
        assert!(stored == 1 || !acknowledged, "{bytes}");
        // A repeated request returns the complete record, which exists once.
        let mut clients = commercial.clients.clone();
        let repeated = clients.create_client(request.clone()).await;
        let repeated = repeated.expect("a repeat");
        let client = repeated.into_inner().client.expect("a client");
        assert_eq!(
            (
                client.name,
                client.email,
                client.phone,
                client.company,
                client.commercial_id
            ),
            (
                request.name,
                request.email,
                request.phone,
                request.company,
                Some(commercial.me.id)
            ),
        );
        assert_eq!(server.query_ids(&count).await, [1], "{bytes}");
        completed += usize::from(acknowledged);
    }
    assert!(completed >= 1, "the last request is not interrupted");
    server.shutdown().await;
}
