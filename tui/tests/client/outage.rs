//! The real event loop against a real server that goes away and comes back while records are saved,
//! lists load and pick-lists are open: each record is written exactly once. Here a proxy cuts the
//! connection; in `restart` the server itself is stopped or killed, and started again.

mod restart;
mod restartable_server;
mod test_database;

use std::{net::SocketAddr, time::Duration};

use epic::{
    app::DemoAccount,
    client::{Api, Server},
    demo::Demo,
    messages::{Lang, Messages},
};
use epic_events::v1::{
    ChangeKind, ListClientsRequest, ListHistoryRequest, LoginRequest, RecordType,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
    task::JoinHandle,
};

use crate::support::real_client::{CTRL_S, CTRL_U, PATIENCE, User, run_client_at};

/// What the proxy does with connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Open,
    /// Requests reach the server, replies get lost.
    Deaf,
    /// Closed as by a server that stops.
    Closed,
    /// Reset as by a server that is killed.
    Reset,
}

/// A proxy between client and server.
struct Proxy {
    address: SocketAddr,
    target: SocketAddr,
    line: watch::Sender<Line>,
    accepting: Option<JoinHandle<()>>,
}

impl Proxy {
    async fn new(target: SocketAddr) -> Self {
        let mut proxy = Self {
            address: "127.0.0.1:0".parse().unwrap(),
            target,
            line: watch::Sender::new(Line::Open),
            accepting: None,
        };
        proxy.open().await;
        proxy
    }

    async fn open(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        self.line = watch::Sender::new(Line::Open);
        let (target, line) = (self.target, self.line.subscribe());
        self.accepting = Some(tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if let Ok(server) = TcpStream::connect(target).await {
                    tokio::spawn(forward(client, server, line.clone()));
                }
            }
        }));
    }

    fn deafen(&self) {
        self.line.send_replace(Line::Deaf);
    }

    /// Ends every connection, and refuses new ones.
    async fn cut(&mut self, how: Line) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
            let _ = accepting.await;
        }
        self.line.send_replace(how);
    }
}

async fn forward(client: TcpStream, server: TcpStream, mut line: watch::Receiver<Line>) {
    let ended = line.clone();
    let (from_client, mut to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = copy(from_client, to_server) => {}
        () = reply(from_server, &mut to_client, ended) => {}
        _ = line.wait_for(|line| matches!(line, Line::Closed | Line::Reset)) => {}
    }
    if *line.borrow() == Line::Reset {
        let _ = to_client.as_ref().set_zero_linger();
    } else {
        let _ = to_client.shutdown().await;
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let _ = tokio::io::copy(&mut from, &mut to).await;
}

async fn reply(mut from: OwnedReadHalf, to: &mut OwnedWriteHalf, line: watch::Receiver<Line>) {
    let mut bytes = [0; 8_192];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if *line.borrow() != Line::Deaf && to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

/// A session of its own, past the proxy.
async fn observer(server: &Server, account: &DemoAccount) -> Api {
    let api = Api::new(server, Messages::new(Lang::En), None).unwrap();
    let request = LoginRequest {
        email: account.email.clone(),
        password: account.password.clone(),
        device: "observer".to_owned(),
    };
    api.login(request).await.unwrap();
    api
}

async fn clients_called(api: &Api, name: &str) -> Vec<i64> {
    let request = ListClientsRequest {
        query: name.to_owned(),
        ..ListClientsRequest::default()
    };
    let found = api.list_clients(request).await.unwrap().clients;
    found.into_iter().map(|client| client.id).collect()
}

/// How often the client was changed after it was created.
async fn changes_of_client(api: &Api, id: i64) -> usize {
    let request = ListHistoryRequest {
        record: RecordType::Client.into(),
        record_id: Some(id),
        ..ListHistoryRequest::default()
    };
    let entries = api.list_history(request).await.unwrap().entries;
    let changed = entries.iter().filter(|it| it.kind() == ChangeKind::Changed);
    changed.count()
}

async fn until<T>(mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, found).await.unwrap()
}

async fn add(user: &User, name: &str) {
    user.keys("n");
    user.see("New client").await;
    let email = name.replace(' ', ".").to_lowercase();
    user.keys(&format!(
        "{name}\tPlume SA\t{email}@plume.fr\t01 02 03 04 05"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_during_an_outage_is_written_exactly_once() {
    let demo = Demo::start().await.unwrap();
    let address = demo.server.url.strip_prefix("http://").unwrap();
    let mut proxy = Proxy::new(address.parse().unwrap()).await;
    let server = Server {
        url: format!("http://{}", proxy.address),
        ca: None,
    };
    run_client_at(&server, &demo, async |user, _| {
        user.see("press 1, 2 or 3").await;
        user.keys("2\n");
        user.see("commercial  ●").await;
        let api = observer(&demo.server, &demo.accounts[1]).await;
        for (round, how) in [Line::Closed, Line::Reset].into_iter().enumerate() {
            // The form is open, and a list loads, when the connection is cut.
            let name = format!("Avant{round} Plumet");
            add(&user, &name).await;
            proxy.cut(how).await;
            user.keys(CTRL_S);
            user.see("The save waits for the server").await;
            proxy.open().await;
            user.see(&format!("“{name}” is added.")).await;
            assert_eq!(clients_called(&api, &name).await.len(), 1, "{how:?}");

            // Lists wait before the form does.
            let name = format!("Pendant{round} Plumet");
            proxy.cut(how).await;
            user.keys("r");
            user.see("commercial  ○").await;
            add(&user, &name).await;
            user.keys(CTRL_S);
            user.see("The save waits for the server").await;
            proxy.open().await;
            user.see(&format!("“{name}” is added.")).await;
            assert_eq!(clients_called(&api, &name).await.len(), 1, "{how:?}");

            // The server has saved it, and its reply gets lost.
            let name = format!("Apres{round} Plumet");
            add(&user, &name).await;
            proxy.deafen();
            user.keys(CTRL_S);
            let id = until(async || clients_called(&api, &name).await.first().copied()).await;
            proxy.cut(how).await;
            user.see("The save waits for the server").await;
            proxy.open().await;
            user.see(&format!("“{name}” is added.")).await;
            assert_eq!(clients_called(&api, &name).await, [id], "{how:?}");

            // The same for a change of that record, whose etag is spent then.
            for deaf in [false, true] {
                user.see(&name).await;
                let before = changes_of_client(&api, id).await;
                user.keys("e");
                user.see("Edit “").await;
                user.keys(&format!("\t{CTRL_U}Duvet {round}{deaf}"));
                if deaf {
                    proxy.deafen();
                    user.keys(CTRL_S);
                    until(async || (changes_of_client(&api, id).await > before).then_some(()))
                        .await;
                    proxy.cut(how).await;
                } else {
                    proxy.cut(how).await;
                    user.keys(CTRL_S);
                }
                user.see("The save waits for the server").await;
                proxy.open().await;
                user.see(&format!("“{name}” is saved.")).await;
                assert_eq!(changes_of_client(&api, id).await, before + 1, "{how:?}");
            }
        }
        user.keys("q");
    })
    .await;
    demo.stop().await;
}

/// The pick-list stays open while the assignment waits.
#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_during_an_outage_is_written_exactly_once() {
    let demo = Demo::start().await.unwrap();
    let address = demo.server.url.strip_prefix("http://").unwrap();
    let mut proxy = Proxy::new(address.parse().unwrap()).await;
    let server = Server {
        url: format!("http://{}", proxy.address),
        ca: None,
    };
    run_client_at(&server, &demo, async |user, _| {
        user.see("press 1, 2 or 3").await;
        user.keys("1\n");
        user.see("gestion  ●").await;
        let api = observer(&demo.server, &demo.accounts[0]).await;
        user.keys("2");
        user.see(" 1 / 2,200").await;
        // Clients without a commercial, so that there is somebody to assign.
        user.keys("fj\n");
        for (left, how) in [(93, Line::Closed), (92, Line::Reset)] {
            user.see(&format!(" 1 / {left}")).await;
            user.keys("a");
            user.see("clients").await;
            proxy.cut(how).await;
            user.keys("\n");
            user.see("gestion  ○").await;
            proxy.open().await;
            user.see("is in charge of").await;
            user.keys("r");
        }
        let request = ListHistoryRequest {
            record: RecordType::Client.into(),
            ..ListHistoryRequest::default()
        };
        let entries = api.list_history(request).await.unwrap().entries;
        let assigned = entries.iter().filter(|it| it.actor_id.is_some());
        assert_eq!(assigned.count(), 2);
        user.keys("q");
    })
    .await;
    demo.stop().await;
}
