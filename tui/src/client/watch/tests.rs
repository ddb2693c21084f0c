//! The stream of changes, against a server that ends it as the test wants.
#![allow(clippy::unwrap_used)]

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use epic_events::v1::{
    ListHistoryRequest, ListHistoryResponse, LoginRequest,
    auth_service_server::AuthServiceServer,
    change_service_server::{ChangeService, ChangeServiceServer},
};
use tokio::{net::TcpListener, sync::mpsc::UnboundedSender};
use tokio_stream::wrappers::{TcpListenerStream, UnboundedReceiverStream};
use tonic::{Request, Response};

use super::*;
use crate::client::tests::{Fake, Shown, anywhere, api};

type Answer = Result<WatchChangesResponse, Status>;

/// The streams that are open, and how each was opened.
#[derive(Clone)]
struct Streams {
    auth: Arc<Fake>,
    open: Arc<Mutex<Vec<UnboundedSender<Answer>>>>,
}

#[tonic::async_trait]
impl ChangeService for Streams {
    type WatchChangesStream = UnboundedReceiverStream<Answer>;

    async fn watch_changes(
        &self,
        request: Request<WatchChangesRequest>,
    ) -> Result<Response<Self::WatchChangesStream>, Status> {
        assert!(request.metadata().get("grpc-timeout").is_none());
        self.auth.admit(&request)?;
        let (changes, stream) = mpsc::unbounded_channel();
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
    /// Tells a change on the stream that was opened last.
    fn tell(&self, answer: Answer) {
        let open = self.open.lock().unwrap();
        open.last().unwrap().send(answer).unwrap();
    }

    /// Ends every stream.
    fn end(&self) {
        self.open.lock().unwrap().clear();
    }
}

async fn serve() -> (Streams, SocketAddr) {
    let streams = Streams {
        auth: Arc::default(),
        open: Arc::default(),
    };
    let listener = TcpListener::bind(anywhere()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let auth = AuthServiceServer::new(Shown(Arc::clone(&streams.auth)));
    let server = tonic::transport::Server::builder()
        .add_service(auth)
        .add_service(ChangeServiceServer::new(streams.clone()));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    (streams, address)
}

/// Signs in and listens.
async fn listen(at: SocketAddr) -> (Api, mpsc::Receiver<ChangeEvent>) {
    let api = api(at, None);
    let request = LoginRequest {
        password: "right".into(),
        ..LoginRequest::default()
    };
    api.login(request).await.unwrap();
    let heard = api.watch();
    (api, heard)
}

fn change(id: i64) -> WatchChangesResponse {
    WatchChangesResponse {
        kind: ChangeKind::Changed.into(),
        record: RecordType::Client.into(),
        id,
        etag: "2".to_owned(),
        actor_id: Some(7),
        actor_name: "Sofia Rossi".to_owned(),
    }
}

async fn heard(listener: &mut mpsc::Receiver<ChangeEvent>) -> Option<ChangeEvent> {
    let heard = timeout(Duration::from_mins(1), listener.recv());
    heard.await.expect("nothing was heard")
}

#[tokio::test]
async fn changes_are_told_after_a_reload_and_so_after_every_gap() {
    let (streams, at) = serve().await;
    let (_api, mut listener) = listen(at).await;
    for round in 1..3 {
        assert_eq!(heard(&mut listener).await, Some(ChangeEvent::Reload));
        streams.tell(Ok(change(round)));
        assert_eq!(heard(&mut listener).await, Some(change(round).into()));
        // The next one is opened with newer tokens.
        streams.auth.expire();
        streams.end();
        assert_eq!(heard(&mut listener).await, Some(ChangeEvent::Gap));
    }
    let reload = WatchChangesResponse {
        kind: ChangeKind::Reload.into(),
        ..WatchChangesResponse::default()
    };
    assert_eq!(heard(&mut listener).await, Some(ChangeEvent::Reload));
    streams.tell(Ok(reload));
    assert_eq!(heard(&mut listener).await, Some(ChangeEvent::Reload));
}

#[tokio::test]
async fn the_end_of_the_session_is_told_and_is_the_end() {
    let (streams, at) = serve().await;
    let (api, mut listener) = listen(at).await;
    assert_eq!(heard(&mut listener).await, Some(ChangeEvent::Reload));
    *streams.auth.refusal.lock().unwrap() = Some(Reason::SessionEnded);
    streams.tell(Err(ApiError::new(Reason::SessionEnded).into()));
    assert_eq!(heard(&mut listener).await, Some(ChangeEvent::SessionEnded));
    assert_eq!(heard(&mut listener).await, None);
    assert!(!api.has_session());
}

#[tokio::test]
async fn a_server_without_the_call_is_not_asked_again() {
    let (_, at) = crate::client::tests::serve(anywhere()).await;
    let (_api, mut listener) = listen(at).await;
    assert_eq!(heard(&mut listener).await, None);
    let (streams, at) = serve().await;
    *streams.auth.refusal.lock().unwrap() = Some(Reason::UnknownRpc);
    let (_api, mut listener) = listen(at).await;
    assert_eq!(heard(&mut listener).await, None);
}

#[tokio::test]
async fn a_listener_who_leaves_closes_the_stream() {
    let (streams, at) = serve().await;
    let (_api, mut listener) = listen(at).await;
    assert_eq!(heard(&mut listener).await, Some(ChangeEvent::Reload));
    drop(listener);
    let open = streams.open.lock().unwrap().last().unwrap().clone();
    let closed = timeout(Duration::from_mins(1), open.closed()).await;
    assert!(closed.is_ok());
}

#[tokio::test]
async fn nothing_is_kept_for_a_listener_who_does_not_listen() {
    let (streams, at) = serve().await;
    let (_api, mut listener) = listen(at).await;
    assert_eq!(heard(&mut listener).await, Some(ChangeEvent::Reload));
    let many = 10 * i64::try_from(CHANNEL_CAPACITY).unwrap();
    for id in 0..many {
        streams.tell(Ok(change(id)));
    }
    while listener.len() < CHANNEL_CAPACITY {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(listener.max_capacity(), CHANNEL_CAPACITY);
    // What waits elsewhere comes in its order, once one listens again.
    for id in 0..many {
        assert_eq!(heard(&mut listener).await, Some(change(id).into()));
    }
}
