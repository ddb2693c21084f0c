//! The context of the call that a task works for: its trace, its RPC and its actor. The log and the
//! reports read it; `api::layer` sets it.

use std::{
    fmt::Write as _,
    future::Future,
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use epic_events::policy;
use http::HeaderMap;
use tokio::task::JoinHandle;
use tracing::{Instrument as _, Span, field::Empty};

/// Request header: a trace to continue (W3C Trace Context).
const PARENT: &str = "traceparent";

tokio::task_local! {
    static CALL: Arc<Call>;
}

/// A call in progress.
#[derive(Debug)]
pub(crate) struct Call {
    /// 32 hexadecimal digits.
    pub(crate) trace: String,
    /// The path of the RPC; `other` for paths that the policy does not list, which may contain
    /// anything.
    pub(crate) rpc: &'static str,
    /// The network that the call comes from; `None` for a connection without addresses.
    pub(crate) source: Option<IpAddr>,
    actor: OnceLock<i64>,
    span: Span,
}

impl Call {
    /// Continues the caller's trace, or begins a new one.
    pub(crate) fn new(path: &str, headers: &HeaderMap, source: Option<IpAddr>) -> Self {
        let trace = parent_trace(headers).unwrap_or_else(random_trace);
        let rpc = policy::access(path).map_or("other", |(rpc, _)| rpc.path());
        Self {
            span: tracing::info_span!("call", trace, rpc, actor = Empty),
            trace,
            rpc,
            source,
            actor: OnceLock::new(),
        }
    }

    /// The id of the collaborator who calls; `None` before authentication.
    #[must_use]
    pub(crate) fn actor(&self) -> Option<i64> {
        self.actor.get().copied()
    }

    /// Runs `work` in the context of this call.
    pub(crate) fn scope<F: Future>(self: Arc<Self>, work: F) -> impl Future<Output = F::Output> {
        let span = self.span.clone();
        CALL.scope(self, work.instrument(span))
    }

    /// Runs `work`, which is not async, in the context of this call.
    pub(crate) fn sync_scope<T>(self: &Arc<Self>, work: impl FnOnce() -> T) -> T {
        let _entered = self.span.enter();
        CALL.sync_scope(Arc::clone(self), work)
    }
}

/// The call that the current task works for; `None` outside of calls.
#[must_use]
pub(crate) fn current() -> Option<Arc<Call>> {
    CALL.try_with(Arc::clone).ok()
}

/// Records who makes the current call. Only the first actor is recorded.
pub fn set_actor(actor: i64) {
    if let Some(call) = current()
        && call.actor.set(actor).is_ok()
    {
        call.span.record("actor", actor);
    }
}

/// Spawns a task in the context of the current call.
pub(crate) fn spawn<F>(work: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let work = work.in_current_span();
    match current() {
        Some(call) => tokio::spawn(CALL.scope(call, work)),
        None => tokio::spawn(work),
    }
}

/// Runs blocking work on a thread of its own, in the context of the current call.
pub(crate) fn spawn_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    let (call, span) = (current(), Span::current());
    tokio::task::spawn_blocking(move || {
        let _entered = span.enter();
        match call {
            Some(call) => CALL.sync_scope(call, work),
            None => work(),
        }
    })
}

/// The trace in the `traceparent` header; `None` when the header is absent or invalid.
fn parent_trace(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(PARENT)?.to_str().ok()?;
    let mut parts = text.split('-');
    let (version, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
    let _flags = parts.next().filter(|flags| is_hex(flags, 2))?;
    // Only versions after 00 may have further parts.
    let is_complete = version != "00" || parts.next().is_none();
    let is_nonzero = |digits: &str| digits.bytes().any(|digit| digit != b'0');
    (is_hex(version, 2) && version != "ff" && is_complete)
        .then_some(trace)
        .filter(|trace| is_hex(trace, 32) && is_nonzero(trace))
        .filter(|_| is_hex(span, 16) && is_nonzero(span))
        .map(str::to_owned)
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

fn random_trace() -> String {
    let bytes: [u8; 16] = rand::random();
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn continues_only_valid_traces() {
        for (header, continues) in [
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                true,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
                true,
            ),
            (
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                true,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                false,
            ),
            (
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                false,
            ),
            (
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                false,
            ),
            (
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                false,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                false,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                false,
            ),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                false,
            ),
            ("4bf92f3577b34da6a3ce929d0e0e4736", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(
                PARENT.parse().expect("a header name"),
                HeaderValue::from_static(header),
            )]);
            let call = Call::new("/x", &headers, None);
            assert_eq!(call.trace == TRACE, continues, "{header}");
            assert!(is_hex(&call.trace, 32), "{}", call.trace);
            assert_eq!(call.rpc, "other");
        }
    }
}
