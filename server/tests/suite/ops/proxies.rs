//! Connections through proxies that announce their clients.

use std::net::SocketAddr;

use epic_events::{
    reason::Reason,
    v1::{LoginRequest, auth_service_client::AuthServiceClient},
};
use epic_server::server::{Options, limits::Limits};
use ppp::v2::{Builder, Command, Protocol, Version};
use tokio::{
    io::{AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use crate::support::{
    api_client::ApiClient,
    errors::api_error,
    fixtures::PASSWORD,
    http2_frames::connection_preface,
    raw_connection::RawConnection,
    server::{TestServer, connect},
    server_process::Installation,
};

/// Forwards connections to `server`, each after a header that announces `client`.
async fn proxy(server: SocketAddr, client: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let header = header(client.parse().expect("an address"), server);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let header = header.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await.expect("the server");
                server.write_all(&header).await.expect("to write");
                // Either side may close the connection at any time.
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    address
}

fn header(client: SocketAddr, server: SocketAddr) -> Vec<u8> {
    let server = if client.is_ipv6() {
        "[::1]:50051".parse().expect("an address")
    } else {
        server
    };
    let version = Version::Two | Command::Proxy;
    let header = Builder::with_addresses(version, Protocol::Stream, (client, server)).build();
    header.expect("a header")
}

fn behind_local_proxies() -> Options {
    Options {
        trusted_proxies: vec!["127.0.0.0/8".parse().expect("a network")].into(),
        ..Options::default()
    }
}

async fn try_login(server: SocketAddr, email: &str) -> Reason {
    let request = LoginRequest {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        ..LoginRequest::default()
    };
    let mut auth = AuthServiceClient::new(connect(server));
    api_error(auth.login(request).await).reason
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_are_limited_by_the_addresses_that_a_trusted_proxy_announces() {
    let server = TestServer::with_options("", behind_local_proxies()).await;
    let attacker = proxy(server.address, "203.0.113.7:5000").await;
    for unknown in 0..10 {
        let email = format!("nobody{unknown}@test.example");
        assert_eq!(try_login(attacker, &email).await, Reason::LoginFailed);
    }
    let refused = try_login(attacker, "nobody10@test.example").await;
    assert_eq!(refused, Reason::TooManyAttempts);
    // The same network, and others.
    let neighbour = proxy(server.address, "203.0.113.7:6000").await;
    let refused = try_login(neighbour, "nobody10@test.example").await;
    assert_eq!(refused, Reason::TooManyAttempts);
    for office in ["198.51.100.7:5000", "[2001:db8::7]:5000"] {
        let office = proxy(server.address, office).await;
        ApiClient::login(&connect(office), "support1").await;
    }
    server.shutdown().await;
}

/// The network of a proxy has no limit of its own, and the networks behind it have theirs.
#[tokio::test(flavor = "multi_thread")]
async fn connections_are_limited_by_the_announced_addresses() {
    let limits = Limits {
        connections_per_network: 2,
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..behind_local_proxies()
    };
    let server = TestServer::with_options("", options).await;
    let mut open = Vec::new();
    for network in 1..=4 {
        for port in 1..=2 {
            let client = format!("203.0.113.{network}:{port}");
            let proxy = proxy(server.address, &client).await;
            let mut connection = RawConnection::open(proxy, &connection_preface()).await;
            connection.synchronize().await;
            open.push(connection);
        }
    }
    let third = proxy(server.address, "203.0.113.1:3").await;
    let mut third = RawConnection::open(third, &connection_preface()).await;
    third.synchronize().await;
    let (of_the_first, others) = open.split_at_mut(2);
    of_the_first[0].wait_until_closed().await;
    for connection in others {
        connection.synchronize().await;
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_counts_only_from_a_trusted_proxy_and_mistakes_are_logged() {
    let installation = Installation::new().await;
    let mut server = installation.serve(&[]).await;
    let untrusted = proxy(server.address, "203.0.113.7:5000").await;
    let mut connection = RawConnection::open(untrusted, &connection_preface()).await;
    connection.wait_until_closed().await;
    server
        .wait_for_log("EPIC_TRUSTED_PROXIES does not contain its address")
        .await;
    server.stop().await;

    let trusted = [("EPIC_TRUSTED_PROXIES", "10.1.0.0/16, 127.0.0.1, fd00::/8")];
    let mut server = installation.serve(&trusted).await;
    let mut connection = RawConnection::open(server.address, &connection_preface()).await;
    connection.wait_until_closed().await;
    server.wait_for_log("send-proxy-v2").await;
    // The health check of a proxy that only connects.
    drop(
        TcpStream::connect(server.address)
            .await
            .expect("the server"),
    );
    let proxy = proxy(server.address, "203.0.113.7:5000").await;
    let mut connection = RawConnection::open(proxy, &connection_preface()).await;
    connection.synchronize().await;
    server.stop().await;
}
