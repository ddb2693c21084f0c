//! Serves one connection over HTTP/2 until it ends, is retired or is closed.
//!
//! hyper is used directly because tonic's server offers neither the tasks of the calls, which
//! resetting a call requires, nor a grace period that begins with a graceful shutdown.

use std::{
    convert::Infallible,
    future::Future,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{Request, Response};
use hyper::{body::Incoming, rt::Executor, server::conn::http2::Builder, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tonic::{body::Body, transport::server::Connected as _};
use tower::{Service, ServiceExt as _};

use crate::server::{
    connection::Connection,
    connection_state::{ConnectionState, Phase},
    limits::{
        FRAME_MAX, HEADERS_MAX, LOCAL_RESETS_MAX, Limits, PENDING_RESETS_MAX, PUBLIC_CALLS_MAX,
        STREAMS_MAX, WINDOW,
    },
    memory_budget::{CallTask, Origin},
};

/// Interval in which an evicted connection is checked for calls.
const EVICTION_INTERVAL: Duration = Duration::from_millis(50);
/// How long an evicted connection waits for a call that has begun to arrive.
const EVICTION_MAX: Duration = Duration::from_secs(1);
/// The same without an authenticated call on the connection, of which an attacker opens any number.
const ANONYMOUS_EVICTION_MAX: Duration = Duration::from_millis(250);

/// Serves `connection` until it ends. At shutdown, the calls in progress are finished.
pub(super) async fn serve<S>(
    connection: Connection,
    service: S,
    limits: Limits,
    shutdown: CancellationToken,
) where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let state = Arc::clone(connection.state());
    let info = connection.connect_info();
    let accounts = connection.accounts();
    let tasks = CallTasks::new(&state);
    let handles = tasks.clone();
    let calls = Arc::clone(&state);
    let forward = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        let origin = Origin {
            connection: Arc::clone(&calls),
            accounts: accounts.clone(),
            task: handles.expect(),
        };
        request.extensions_mut().insert(origin);
        request.extensions_mut().insert(info.clone());
        service.clone().oneshot(request)
    });
    let serving = builder(tasks, &limits).serve_connection(TokioIo::new(connection), forward);
    let mut serving = pin!(serving);
    let age = limits.connection_age.mul_f64(rand::random_range(1.0..1.1));
    let mut retired = pin!(async {
        tokio::select! {
            () = sleep(age) => {}
            () = state.wait_for(Phase::Evicted) => {}
            () = shutdown.cancelled() => {}
        }
    });
    let mut is_retired = false;
    let mut closed = pin!(close(&state, &limits));
    loop {
        tokio::select! {
            // What has arrived is read before the connection is closed.
            biased;
            ended = &mut serving => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection failed");
                }
                return;
            }
            () = &mut closed => return,
            () = &mut retired, if !is_retired => {
                is_retired = true;
                // Sent before the streams end, so that the client reopens them on another
                // connection.
                serving.as_mut().graceful_shutdown();
                state.enter(Phase::Retired);
            }
        }
    }
}

fn builder(tasks: CallTasks, limits: &Limits) -> Builder<CallTasks> {
    let mut builder = Builder::new(tasks);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_frame_size(FRAME_MAX)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_header_list_size(HEADERS_MAX)
        .header_table_size(0)
        .max_pending_accept_reset_streams(Some(PENDING_RESETS_MAX))
        .max_local_error_reset_streams(Some(LOCAL_RESETS_MAX))
        .keep_alive_interval(Some(limits.keepalive))
        .keep_alive_timeout(limits.keepalive_timeout);
    builder
}

/// Resolves when the connection is to be closed at once.
async fn close(state: &ConnectionState, limits: &Limits) {
    let grace = async {
        state.wait_for(Phase::Retired).await;
        sleep(limits.connection_age_grace).await;
    };
    tokio::select! {
        () = state.wait_for(Phase::Closed) => {}
        () = evicted_and_idle(state) => {}
        () = abandoned(state) => {}
        // hyper ends a connection only after the client has answered a ping; this does not wait for
        // it.
        () = state.wait_until_drained() => {}
        () = grace => {}
        () = unused(state, limits.unused_connection) => {}
    }
}

/// Resolves when the connection is evicted and has no call under way. The limiter has seen an idle
/// connection, but a call may have arrived that an overloaded server has not read yet.
async fn evicted_and_idle(state: &ConnectionState) {
    state.wait_for(Phase::Evicted).await;
    let begun = Instant::now();
    // The timer wakes the task together with what has arrived.
    sleep(EVICTION_INTERVAL).await;
    let limit = || {
        if state.had_authenticated_call() {
            EVICTION_MAX
        } else {
            ANONYMOUS_EVICTION_MAX
        }
    };
    while state.is_active() || state.open_calls() > 0 && begun.elapsed() < limit() {
        sleep(EVICTION_INTERVAL).await;
    }
}

/// Resolves when the client has left too many refused requests unfinished, the refusals are sent, and the calls
/// under way have ended; or when they had time to. Calls within [`PUBLIC_CALLS_MAX`] are not waited for: a client
/// may leave them unfinished.
async fn abandoned(state: &ConnectionState) {
    state.wait_for(Phase::Abandoned).await;
    let begun = Instant::now();
    let is_refusing = || state.open_calls() > PUBLIC_CALLS_MAX || state.is_active();
    while is_refusing() && begun.elapsed() < EVICTION_MAX {
        sleep(EVICTION_INTERVAL).await;
    }
    sleep(EVICTION_INTERVAL).await;
}

/// Resolves when the connection has made no call within `limit`.
async fn unused(state: &ConnectionState, limit: Duration) {
    sleep(limit).await;
    if state.was_used() {
        std::future::pending::<()>().await;
    }
}

/// Spawns the tasks of the calls on a connection.
#[derive(Clone)]
struct CallTasks {
    state: Arc<ConnectionState>,
    expected: Arc<Mutex<Option<CallTask>>>,
}

impl CallTasks {
    fn new(state: &Arc<ConnectionState>) -> Self {
        Self {
            state: Arc::clone(state),
            expected: Arc::default(),
        }
    }

    fn expected(&self) -> MutexGuard<'_, Option<CallTask>> {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The handle of the next task: hyper spawns it right after it has called the service.
    fn expect(&self) -> CallTask {
        let task = CallTask::default();
        *self.expected() = Some(task.clone());
        task
    }
}

impl<F> Executor<F> for CallTasks
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, task: F) {
        let expected = self.expected().take();
        let delayed = self.state.delay();
        let task = tokio::spawn(async move {
            drop(delayed);
            task.await;
        })
        .abort_handle();
        if let Some(expected) = expected {
            expected.set(task);
        }
    }
}
