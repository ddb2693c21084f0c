//! A client is cut off in the middle of a write: the write happens whole or not at all.

use epic_events::policy;
use prost::Message as _;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tonic::transport::Endpoint;

use crate::{furniture, house::House, place::PATIENCE, raw};

/// Passes the first bytes on, and then cuts both ends off: a network that fails at that moment.
async fn cut_after(bytes: usize, to: std::net::SocketAddr) -> std::net::SocketAddr {
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
async fn a_client_that_is_cut_off_writes_whole_or_not_at_all() {
    let house = House::new().await;
    let commercial = house.login("commercial1").await;
    let mut whole = 0;
    // A creation is about 700 bytes with its headers. The last one is never cut.
    for bytes in (0..900).step_by(45).chain([100_000]) {
        let request = furniture::client();
        let at = cut_after(bytes, house.address).await;
        let channel = Endpoint::from_shared(format!("http://{at}"))
            .expect("an address")
            .connect_lazy();
        let token = Some(commercial.access_token.as_str());
        let call = raw::call(
            &channel,
            policy::CREATE_CLIENT.path(),
            token,
            request.encode_to_vec(),
        );
        let acknowledged = timeout(PATIENCE, call).await.expect("an end").is_ok();
        let count = format!(
            "select count(*) as value from clients where email = '{}'",
            request.email
        );
        let there = house.ids(&count).await[0];
        assert!(there == 1 || !acknowledged, "{bytes}");
        // Asked for again, it is there once, complete.
        let mut clients = commercial.clients.clone();
        let again = clients.create_client(request.clone()).await.expect("again");
        let client = again.into_inner().client.expect("a client");
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
        assert_eq!(house.ids(&count).await, [1], "{bytes}");
        whole += usize::from(acknowledged);
    }
    assert!(whole >= 1, "the one that was not cut");
    house.close().await;
}
