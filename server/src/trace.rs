//! What is known of the call under way, wherever its work goes: a number that the caller, the log
//! and the reports all have, which call it is, and who makes it. `trace/layer.rs` sets it.

mod body;
pub mod layer;

use std::{
    fmt::Write as _,
    future::Future,
    sync::{Arc, OnceLock},
};

use epic_events::policy;
use http::HeaderMap;
use tokio::task::JoinHandle;
use tracing::{Instrument as _, Span, field::Empty};

/// Request header: a trace that goes on here (W3C Trace Context).
const PARENT: &str = "traceparent";

tokio::task_local! {
    static CALL: Arc<Call>;
}

/// A call under way.
#[derive(Debug)]
pub struct Call {
    /// 32 hexadecimal digits.
    pub trace: String,
    /// The path of the call; `other` when it is none of ours, for anything may be written there.
    pub rpc: &'static str,
    actor: OnceLock<i64>,
    span: Span,
}

impl Call {
    fn new(path: &str, headers: &HeaderMap) -> Self {
        let trace = parent(headers).unwrap_or_else(random);
        let rpc = policy::access(path).map_or("other", |(rpc, _)| rpc.path());
        Self {
            span: tracing::info_span!("call", trace, rpc, actor = Empty),
            trace,
            rpc,
            actor: OnceLock::new(),
        }
    }

    /// The number of the collaborator who calls, once that is known.
    #[must_use]
    pub fn actor(&self) -> Option<i64> {
        self.actor.get().copied()
    }
}

/// The call under way; `None` outside of calls.
#[must_use]
pub fn current() -> Option<Arc<Call>> {
    CALL.try_with(Arc::clone).ok()
}

/// Says who makes the call under way.
pub fn is_by(actor: i64) {
    if let Some(call) = current()
        && call.actor.set(actor).is_ok()
    {
        call.span.record("actor", actor);
    }
}

/// Does that in a task of its own, as part of the call under way.
pub fn spawn<F>(work: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let work = work.in_current_span();
    match current() {
        Some(call) => tokio::spawn(CALL.scope(call, work)),
        None => tokio::spawn(work),
    }
}

/// Does that on a thread where it may block, as part of the call under way.
pub fn spawn_blocking<T: Send + 'static>(
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

/// The trace that the caller wants to go on with, if it is one.
fn parent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(PARENT)?.to_str().ok()?;
    let mut parts = text.split('-');
    let (version, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
    let _flags = parts.next().filter(|flags| is_hex(flags, 2))?;
    // Only versions that are not known yet may say more.
    let said_all = version != "00" || parts.next().is_none();
    let means_something = |digits: &str| digits.bytes().any(|digit| digit != b'0');
    (is_hex(version, 2) && version != "ff" && said_all)
        .then_some(trace)
        .filter(|trace| is_hex(trace, 32) && means_something(trace))
        .filter(|_| is_hex(span, 16) && means_something(span))
        .map(str::to_owned)
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

fn random() -> String {
    let bytes: [u8; 16] = rand::random();
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
