//! The reports to Sentry. They contain kinds of error, places in the code, names of RPCs and fields,
//! and ids of records; never names, contents of records or messages of errors, which are in the
//! log under the same trace.

mod client;

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use epic_events::reason::Reason;
use sentry::{
    Hub, Level,
    integrations::backtrace::current_stacktrace,
    protocol::{Context, Event, Exception, TraceContext},
};

pub use self::client::{InvalidDsn, Reporting, start};
use crate::telemetry::trace;

/// Each reason of a transient failure is reported at most once in this time: while the database is
/// unavailable, every call fails.
const TRANSIENT_INTERVAL: Duration = Duration::from_mins(1);

/// A committed change that operators want to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AuditEvent {
    /// A collaborator was created.
    CollaboratorCreated(i64),
    /// These fields of a collaborator were changed.
    CollaboratorChanged(i64, Vec<&'static str>),
    /// A collaborator was deleted.
    CollaboratorDeleted(i64),
    /// A contract was signed.
    ContractSigned(i64),
}

/// Reports a committed change.
pub(crate) fn audit(event: &AuditEvent) {
    let (message, id, fields) = match event {
        AuditEvent::CollaboratorCreated(id) => ("Collaborator created", id, None),
        AuditEvent::CollaboratorChanged(id, fields) => ("Collaborator changed", id, Some(fields)),
        AuditEvent::CollaboratorDeleted(id) => ("Collaborator deleted", id, None),
        AuditEvent::ContractSigned(id) => ("Contract signed", id, None),
    };
    let mut tags = vec![("record", id.to_string())];
    tags.extend(fields.map(|fields| ("fields", fields.join(","))));
    send(Level::Info, message, tags, None);
}

/// Reports an internal error by its kind.
pub(crate) fn internal_error(kind: String) {
    send(Level::Error, "A call failed", vec![("kind", kind)], None);
}

/// Reports a failure that neither the caller nor the code caused, at most once per reason in
/// [`TRANSIENT_INTERVAL`].
pub(crate) fn transient_failure(reason: Reason) {
    static REPORTED: Mutex<BTreeMap<&str, Instant>> = Mutex::new(BTreeMap::new());
    let mut reported = REPORTED.lock().unwrap_or_else(PoisonError::into_inner);
    let last = reported.get(reason.name());
    if last.is_some_and(|last| last.elapsed() < TRANSIENT_INTERVAL) {
        return;
    }
    reported.insert(reason.name(), Instant::now());
    drop(reported);
    let tags = vec![("kind", reason.name().to_owned())];
    send(Level::Warning, "A call could not be answered", tags, None);
}

/// Installs a panic hook that logs and reports the source location of each panic, not its message.
pub fn install_panic_hook() {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location();
        let place = place.map_or_else(String::new, |it| format!("{}:{}", it.file(), it.line()));
        tracing::error!(place, "a task panicked");
        if client::is_enabled() {
            let exception = Exception {
                ty: "panic".to_owned(),
                value: Some(place.clone()),
                stacktrace: current_stacktrace(),
                ..Exception::default()
            };
            let tags = vec![("kind", "Panicked".to_owned()), ("place", place)];
            send(Level::Fatal, "A panic", tags, Some(exception));
        }
        previous(panic);
    }));
}

/// Sends a report with the trace, the RPC and the actor of the current call. It bypasses Sentry's
/// scopes, which could add other data.
fn send(
    level: Level,
    message: &str,
    tags: Vec<(&'static str, String)>,
    exception: Option<Exception>,
) {
    let Some(client) = Hub::main().client() else {
        return;
    };
    let mut event = Event {
        level,
        message: exception.is_none().then(|| message.to_owned()),
        logger: Some("epic-server".to_owned()),
        exception: exception.into_iter().collect::<Vec<_>>().into(),
        ..Event::default()
    };
    let mut fingerprint = vec![message.to_owned()];
    let kind = tags.iter().find(|(name, _)| *name == "kind");
    fingerprint.extend(kind.map(|(_, kind)| kind.clone()));
    event.tags = tags
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    if let Some(call) = trace::current() {
        fingerprint.push(call.rpc.to_owned());
        event.transaction = Some(call.rpc.to_owned());
        event.tags.insert("rpc".to_owned(), call.rpc.to_owned());
        event.tags.insert("trace".to_owned(), call.trace.clone());
        if let Some(actor) = call.actor() {
            event.tags.insert("actor".to_owned(), actor.to_string());
        }
        if let Ok(trace_id) = call.trace.parse() {
            let context = TraceContext {
                trace_id,
                ..TraceContext::default()
            };
            event
                .contexts
                .insert("trace".to_owned(), Context::Trace(Box::new(context)));
        }
    }
    event.fingerprint = fingerprint
        .into_iter()
        .map(Into::into)
        .collect::<Vec<_>>()
        .into();
    client.capture_event(event, None);
}
