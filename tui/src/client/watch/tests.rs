//! The stream of changes, against a server that the test controls.
#![allow(clippy::unwrap_used)]

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use epic_events::v1::{
    ChangeKind, GetMeRequest, ListHistoryRequest, ListHistoryResponse, LoginRequest, RecordType,
    auth_service_server::AuthServiceServer,
    change_service_server::{ChangeService, ChangeServiceServer},
};
use tokio::{
    net::TcpListener,
    sync::{mpsc::UnboundedSender, watch::channel as watch_channel},
    time::timeout,
};
use tokio_stream::wrappers::{TcpListenerStream, UnboundedReceiverStream};
use tonic::{Request, Response, Status};

use super::*;
use crate::client::tests::{FakeAuth, FakeAuthService, api, free_port, links::proxy};

type StreamItem = Result<WatchChangesResponse, Status>;

/// The open streams.
#[derive(Clone)]
struct Streams {
    auth: Arc<FakeAuth>,
    open: Arc<Mutex<Vec<UnboundedSender<StreamItem>>>>,
}

#[tonic::async_trait]
impl ChangeService for Streams {
    type WatchChangesStream = UnboundedReceiverStream<StreamItem>;

    async fn watch_changes(
        &self,
        request: Request<WatchChangesRequest>,
    ) -> Result<Response<Self::WatchChangesStream>, Status> {
        assert!(request.metadata().get("grpc-timeout").is_none());
        self.auth.check_token(&request)?;
        let resume_token = request.into_inner().resume_token;
        // The changes after any token are kept.
        let kind = if resume_token.is_empty() {
            ChangeKind::Reload
        } else {
            ChangeKind::Resumed
        };
        let first = WatchChangesResponse {
            kind: kind.into(),
            resume_token,
            ..WatchChangesResponse::default()
        };
        let (changes, stream) = mpsc::unbounded_channel();
        changes.send(Ok(first)).unwrap();
        self.open.lock().unwrap().push(changes);
        Ok(Response::new(UnboundedReceiverStream::new(stream)))
    }

    async fn list_history(
        &self,
        _: Request<ListHistoryRequest>,
    ) -> Result<Response<ListHistoryResponse>, Status> {
        Err(Status::unimplemented("not needed here"))
    }
}

impl Streams {
    /// Sends an item on the latest stream.
    fn send(&self, item: StreamItem) {
        let open = self.open.lock().unwrap();
        open.last().unwrap().send(item).unwrap();
    }

    /// Breaks the latest stream.
    fn fail(&self) {
        self.send(Err(Status::unavailable("a failure")));
    }

    /// Ends every stream well.
    fn close(&self) {
        self.open.lock().unwrap().clear();
    }
}

async fn serve() -> (Streams, SocketAddr) {
    let streams = Streams {
        auth: Arc::default(),
        open: Arc::default(),
    };
    let listener = TcpListener::bind(free_port()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let auth = AuthServiceServer::new(FakeAuthService(Arc::clone(&streams.auth)));
    let server = tonic::transport::Server::builder()
        .add_service(auth)
        .add_service(ChangeServiceServer::new(streams.clone()));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    (streams, address)
}

/// Signs in and opens the stream.
async fn watch(at: SocketAddr) -> (Api, mpsc::Receiver<ReceivedChange>) {
    let api = api(at, None);
    let request = LoginRequest {
        password: "right".into(),
        ..LoginRequest::default()
    };
    api.login(request).await.unwrap();
    let receiver = api.watch(String::new());
    (api, receiver)
}

fn change(id: i64) -> WatchChangesResponse {
    WatchChangesResponse {
        kind: ChangeKind::Changed.into(),
        record: RecordType::Client.into(),
        id,
        etag: "2".to_owned(),
        actor_id: Some(7),
        actor_name: "Sofia Rossi".to_owned(),
        resume_token: String::new(),
    }
}

fn change_event(id: i64) -> Option<ChangeEvent> {
    ChangeEvent::from_message(change(id))
}

/// The next message; `None` at the end of the stream.
async fn next(receiver: &mut mpsc::Receiver<ReceivedChange>) -> Option<ChangeEvent> {
    let next = timeout(Duration::from_mins(1), receiver.recv());
    let next = next.await.expect("no message within a minute");
    next.map(|received| received.event)
}

#[tokio::test]
async fn starts_with_a_reload_and_again_after_every_gap() {
    let (streams, at) = serve().await;
    let (_api, mut receiver) = watch(at).await;
    for round in 1..3 {
        assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
        streams.send(Ok(change(round)));
        assert_eq!(next(&mut receiver).await, change_event(round));
        // The next stream opens with newer tokens.
        streams.auth.expire();
        streams.fail();
        assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Gap));
    }
    let reload = WatchChangesResponse {
        kind: ChangeKind::Reload.into(),
        ..WatchChangesResponse::default()
    };
    assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
    streams.send(Ok(reload));
    assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
}

/// A proxy that closes idle connections would otherwise cause everything to be loaded, again and again.
#[tokio::test]
async fn a_stream_that_continues_reloads_nothing() {
    let (streams, at) = serve().await;
    let (api, mut receiver) = watch(at).await;
    assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
    let mut send_and_break = async |id: i64| {
        let message = WatchChangesResponse {
            resume_token: format!("after {id}"),
            ..change(id)
        };
        streams.send(Ok(message));
        streams.fail();
        let message = receiver.recv().await.unwrap();
        assert_eq!(Some(message.event), change_event(id));
        assert_eq!(message.resume_token, format!("after {id}"));
        assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Gap));
    };
    let opened = || streams.open.lock().unwrap().len();
    for round in 1..3 {
        while opened() < usize::try_from(round).unwrap() {
            sleep(Duration::from_millis(5)).await;
        }
        send_and_break(round).await;
    }
    // So does the stream of another receiver, such as after an outage.
    drop(receiver);
    let before = opened();
    let mut receiver = api.watch("after 2".to_owned());
    while opened() == before {
        sleep(Duration::from_millis(5)).await;
    }
    streams.send(Ok(change(3)));
    assert_eq!(next(&mut receiver).await, change_event(3));
}

/// At its maximum age, the server ends the streams of a connection and accepts no more calls on it.
#[tokio::test]
async fn a_stream_that_ends_well_is_reopened_without_a_gap() {
    let (streams, at) = serve().await;
    let (_api, mut receiver) = watch(at).await;
    for round in 1..4 {
        assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
        streams.send(Ok(change(round)));
        assert_eq!(next(&mut receiver).await, change_event(round));
        streams.close();
    }
    assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
}

/// The network of the connection is gone: no end of the stream arrives. Keep-alive would notice after
/// half a minute.
#[tokio::test]
async fn a_missed_deadline_reopens_the_stream_on_a_new_connection() {
    let (streams, server) = serve().await;
    let (dead, watched) = watch_channel(0);
    let link = proxy(server, watched).await;
    let (api, mut receiver) = watch(link.address).await;
    for connection in 1..3 {
        assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
        streams.send(Ok(change(7)));
        assert_eq!(next(&mut receiver).await, change_event(7));
        assert_eq!(link.accepted(), connection);
        dead.send(connection).unwrap();
        streams.send(Ok(change(8)));
        assert!(api.get_me(GetMeRequest {}).await.is_err());
        let gap = timeout(Duration::from_secs(20), next(&mut receiver)).await;
        assert_eq!(gap, Ok(Some(ChangeEvent::Gap)));
    }
    assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
    assert_eq!(link.accepted(), 3);
}

#[tokio::test]
async fn ends_when_the_session_ends() {
    let (streams, at) = serve().await;
    let (api, mut receiver) = watch(at).await;
    assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
    *streams.auth.error.lock().unwrap() = Some(Reason::SessionEnded);
    streams.send(Err(ApiError::new(Reason::SessionEnded).into()));
    assert_eq!(next(&mut receiver).await, Some(ChangeEvent::SessionEnded));
    assert_eq!(next(&mut receiver).await, None);
    assert!(!api.has_session());
}

#[tokio::test]
async fn does_not_reopen_a_stream_that_the_server_does_not_offer() {
    let (_, at) = crate::client::tests::serve(free_port()).await;
    let (_api, mut receiver) = watch(at).await;
    assert_eq!(next(&mut receiver).await, None);
    let (streams, at) = serve().await;
    *streams.auth.error.lock().unwrap() = Some(Reason::UnknownRpc);
    let (_api, mut receiver) = watch(at).await;
    assert_eq!(next(&mut receiver).await, None);
}

#[tokio::test]
async fn dropping_the_receiver_closes_the_stream() {
    let (streams, at) = serve().await;
    let (_api, mut receiver) = watch(at).await;
    assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
    drop(receiver);
    let open = streams.open.lock().unwrap().last().unwrap().clone();
    let closed = timeout(Duration::from_mins(1), open.closed()).await;
    assert!(closed.is_ok());
}

#[tokio::test]
async fn a_slow_receiver_does_not_grow_the_channel() {
    let (streams, at) = serve().await;
    let (_api, mut receiver) = watch(at).await;
    assert_eq!(next(&mut receiver).await, Some(ChangeEvent::Reload));
    let many = 10 * i64::try_from(CHANNEL_CAPACITY).unwrap();
    for id in 0..many {
        streams.send(Ok(change(id)));
    }
    while receiver.len() < CHANNEL_CAPACITY {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(receiver.max_capacity(), CHANNEL_CAPACITY);
    // The rest queues at the server and arrives in order.
    for id in 0..many {
        assert_eq!(next(&mut receiver).await, change_event(id));
    }
}
