//! Hosts with several addresses.
#![allow(clippy::unwrap_used)]

use std::{net::SocketAddr, time::Duration};

use tokio::{net::TcpListener, time::Instant};

use super::*;
use crate::client::{Deadlines, Server, tests};

/// An address where nothing listens.
async fn closed() -> SocketAddr {
    let listener = TcpListener::bind(tests::free_port()).await.unwrap();
    listener.local_addr().unwrap()
}

#[tokio::test]
async fn a_dead_address_does_not_hide_the_others() {
    let deadlines = Deadlines {
        connect: Duration::from_secs(3),
        call: Duration::from_secs(3),
    };
    let server = Server {
        url: "http://several.example:50051".to_owned(),
        ca: None,
    };
    let connector = Connector::new(&server, deadlines).unwrap();
    let (_, good) = tests::serve(tests::free_port()).await;
    // Connections are accepted by the system, and never answered.
    let listener = TcpListener::bind(tests::free_port()).await.unwrap();
    let (silent, closed) = (listener.local_addr().unwrap(), closed().await);
    let cases = [
        (vec![good], "connected"),
        (vec![silent, good], "connected"),
        (vec![closed, good], "connected"),
        (vec![good, silent], "connected"),
        (vec![closed, silent, closed, good], "connected"),
        (vec![silent, closed], "the server refuses the connection"),
        (vec![closed, silent], "the server refuses the connection"),
        (vec![silent], "connecting took too long"),
        (
            vec![],
            "the server cannot be reached: address not available",
        ),
    ];
    for (addresses, expected) in cases {
        let deadline = Instant::now() + deadlines.connect;
        let connecting = connector.connect_to(addresses.iter().copied(), 1, deadline);
        let outcome = match connecting.await {
            Ok(channel) => {
                assert!(channel.is_open());
                "connected".to_owned()
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(outcome, expected, "{addresses:?}");
    }
}
