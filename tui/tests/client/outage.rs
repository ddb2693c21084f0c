//! The real event loop against a real server that becomes unavailable while records are saved,
//! lists are loaded and pick-lists are open: each record is written exactly once. Here a proxy cuts
//! the connection; in `restart` the server itself is stopped or killed, and restarted.

mod restart;
mod restartable_server;
mod test_database;

use std::{net::SocketAddr, time::Duration};

use epic::{
    app::DemoAccount,
    client::{Api, Server},
    demo::Demo,
    messages::{Lang, Messages},
    session_file::SessionStorage,
};
use epic_events::v1::{
    ChangeKind, Event, ListClientsRequest, ListEventsRequest, ListHistoryRequest, LoginRequest,
    RecordType,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
    task::JoinHandle,
};

use crate::support::real_client::{CTRL_S, CTRL_U, TIMEOUT, User, run_client_at};

/// How the proxy treats connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProxyMode {
    /// Forwards both directions.
    Open,
    /// Forwards requests and drops replies.
    DropReplies,
    /// Closes them, like a server that stops.
    Closed,
    /// Resets them, like a server that is killed.
    Reset,
}

/// A proxy between client and server.
struct Proxy {
    address: SocketAddr,
    target: SocketAddr,
    mode: watch::Sender<ProxyMode>,
    accepting: Option<JoinHandle<()>>,
}

impl Proxy {
    async fn new(target: SocketAddr) -> Self {
        let mut proxy = Self {
            address: "127.0.0.1:0".parse().unwrap(),
            target,
            mode: watch::Sender::new(ProxyMode::Open),
            accepting: None,
        };
        proxy.open().await;
        proxy
    }

    async fn open(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        self.mode = watch::Sender::new(ProxyMode::Open);
        let (target, mode) = (self.target, self.mode.subscribe());
        self.accepting = Some(tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if let Ok(server) = TcpStream::connect(target).await {
                    tokio::spawn(forward(client, server, mode.clone()));
                }
            }
        }));
    }

    fn drop_replies(&self) {
        self.mode.send_replace(ProxyMode::DropReplies);
    }

    /// Ends every connection, and refuses new ones.
    async fn cut(&mut self, how: ProxyMode) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
            let _ = accepting.await;
        }
        self.mode.send_replace(how);
    }
}

async fn forward(client: TcpStream, server: TcpStream, mut mode: watch::Receiver<ProxyMode>) {
    let ended = mode.clone();
    let (from_client, mut to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = copy(from_client, to_server) => {}
        () = reply(from_server, &mut to_client, ended) => {}
        _ = mode.wait_for(|mode| matches!(mode, ProxyMode::Closed | ProxyMode::Reset)) => {}
    }
    if *mode.borrow() == ProxyMode::Reset {
        let _ = to_client.as_ref().set_zero_linger();
    } else {
        let _ = to_client.shutdown().await;
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let _ = tokio::io::copy(&mut from, &mut to).await;
}

async fn reply(mut from: OwnedReadHalf, to: &mut OwnedWriteHalf, mode: watch::Receiver<ProxyMode>) {
    let mut bytes = [0; 8_192];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if *mode.borrow() != ProxyMode::DropReplies && to.write_all(&bytes[..count]).await.is_err()
        {
            return;
        }
    }
}

/// A signed-in API client that bypasses the proxy.
async fn observer(server: &Server, account: &DemoAccount) -> Api {
    let api = Api::new(server, Messages::new(Lang::En), SessionStorage::Memory).unwrap();
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

/// The number of changes of records of this type in sessions; the sample data does not count.
async fn changes_by_users(api: &Api, record: RecordType) -> usize {
    let request = ListHistoryRequest {
        record: record.into(),
        ..ListHistoryRequest::default()
    };
    let entries = api.list_history(request).await.unwrap().entries;
    entries
        .iter()
        .filter(|it| !it.session_id.is_empty())
        .count()
}

/// The number of changes of the client since its creation.
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
    tokio::time::timeout(TIMEOUT, found).await.unwrap()
}

async fn add(user: &User, name: &str) {
    user.keys("n");
    user.expect_text("New client").await;
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
        user.expect_text("Press a key, then Enter").await;
        user.sign_in(2);
        user.expect_text("commercial  ●").await;
        let api = observer(&demo.server, &demo.accounts[1]).await;
        for (round, how) in [ProxyMode::Closed, ProxyMode::Reset]
            .into_iter()
            .enumerate()
        {
            // The connection is cut while the form is open and a list loads.
            let name = format!("Avant{round} Plumet");
            add(&user, &name).await;
            proxy.cut(how).await;
            user.keys(CTRL_S);
            user.expect_text("The save waits for the server").await;
            proxy.open().await;
            user.expect_text(&format!("“{name}” is added.")).await;
            assert_eq!(clients_called(&api, &name).await.len(), 1, "{how:?}");

            // Requests of lists wait before that of the form.
            let name = format!("Pendant{round} Plumet");
            proxy.cut(how).await;
            user.keys("r");
            user.expect_text("commercial  ○").await;
            add(&user, &name).await;
            user.keys(CTRL_S);
            user.expect_text("The save waits for the server").await;
            proxy.open().await;
            user.expect_text(&format!("“{name}” is added.")).await;
            assert_eq!(clients_called(&api, &name).await.len(), 1, "{how:?}");

            // The server saves the record, but its reply is lost.
            let name = format!("Apres{round} Plumet");
            add(&user, &name).await;
            proxy.drop_replies();
            user.keys(CTRL_S);
            let id = until(async || clients_called(&api, &name).await.first().copied()).await;
            proxy.cut(how).await;
            user.expect_text("The save waits for the server").await;
            proxy.open().await;
            user.expect_text(&format!("“{name}” is added.")).await;
            assert_eq!(clients_called(&api, &name).await, [id], "{how:?}");

            // The same for a change of this record, which makes its etag outdated.
            for drops_replies in [false, true] {
                user.expect_text(&name).await;
                let before = changes_of_client(&api, id).await;
                user.keys("e");
                user.expect_text("Edit “").await;
                user.keys(&format!("\t{CTRL_U}Duvet {round}{drops_replies}"));
                if drops_replies {
                    proxy.drop_replies();
                    user.keys(CTRL_S);
                    until(async || (changes_of_client(&api, id).await > before).then_some(()))
                        .await;
                    proxy.cut(how).await;
                } else {
                    proxy.cut(how).await;
                    user.keys(CTRL_S);
                }
                user.expect_text("The save waits for the server").await;
                proxy.open().await;
                user.expect_text(&format!("“{name}” is saved.")).await;
                assert_eq!(changes_of_client(&api, id).await, before + 1, "{how:?}");
            }
        }
        user.keys("q");
    })
    .await;
    demo.stop().await;
}

/// Presses Enter while the connection is cut, or cuts it before the reply to the write.
async fn cut_while_sending(
    proxy: &mut Proxy,
    how: ProxyMode,
    drops_replies: bool,
    (user, key): (&User, &str),
    mut is_written: impl AsyncFnMut() -> bool,
) {
    if drops_replies {
        proxy.drop_replies();
        user.keys(key);
        until(async || is_written().await.then_some(())).await;
        proxy.cut(how).await;
    } else {
        proxy.cut(how).await;
        user.keys(key);
    }
}

/// An event with a support whom a search for the event's number finds alone.
async fn supported_event(api: &Api) -> Event {
    let list = async |query: String| {
        let request = ListEventsRequest {
            query,
            ..ListEventsRequest::default()
        };
        api.list_events(request).await.unwrap().events
    };
    for event in list(String::new()).await {
        if event.support_id.is_some() && list(event.id.to_string()).await.len() == 1 {
            return event;
        }
    }
    panic!("no such event");
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
        user.expect_text("Press a key, then Enter").await;
        user.sign_in(1);
        user.expect_text("gestion  ●").await;
        let api = observer(&demo.server, &demo.accounts[0]).await;
        user.keys("2");
        user.expect_text(" 1 of 2,200").await;
        // Clients without a commercial, so that a commercial can be assigned.
        user.keys("fj\n");
        // The connection is cut before the assignment, or after the server has written it.
        for (left, how, drops_replies) in [
            (93, ProxyMode::Closed, false),
            (92, ProxyMode::Reset, false),
            (91, ProxyMode::Closed, true),
            (90, ProxyMode::Reset, true),
        ] {
            user.expect_text(&format!(" 1 of {left}")).await;
            user.keys("a");
            user.expect_text("clients").await;
            user.keys("\n");
            user.expect_text("Assign for good?").await;
            let before = changes_by_users(&api, RecordType::Client).await;
            let yes = (&user, "\u{19}");
            cut_while_sending(&mut proxy, how, drops_replies, yes, async || {
                changes_by_users(&api, RecordType::Client).await > before
            })
            .await;
            user.expect_text("gestion  ○").await;
            proxy.open().await;
            user.expect_text("is in charge of").await;
            // The row that has left the list stays until the selection moves.
            user.keys("jr");
        }
        assert_eq!(changes_by_users(&api, RecordType::Client).await, 4);

        // The support of an event is removed.
        let event = supported_event(&api).await;
        user.keys(&format!("4/{}\n", event.id));
        // The end of the line, which parts it from longer numbers.
        user.expect_any_text(&[" 1 of 1\n", " 1 of 1 \n"]).await;
        user.keys("a");
        user.expect_text("that week").await;
        user.keys("nobody");
        user.expect_text("off this event").await;
        cut_while_sending(
            &mut proxy,
            ProxyMode::Reset,
            true,
            (&user, "\n"),
            async || changes_by_users(&api, RecordType::Event).await > 0,
        )
        .await;
        user.expect_text("gestion  ○").await;
        proxy.open().await;
        user.expect_text("Nobody supports").await;
        assert_eq!(changes_by_users(&api, RecordType::Event).await, 1);
        user.keys("q");
    })
    .await;
    demo.stop().await;
}
