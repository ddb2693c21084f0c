//! What is told to Sentry, and all of what is told: kinds of error, places in the code, names of
//! calls and fields, numbers of records. What people typed, who they are and what they hold stays
//! here; an error's own words are in the log, under the same trace.

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

pub use self::client::{NotADsn, Reporting, start};
use crate::trace;

/// Troubles that pass are told once in this time each: a database that is away fails every call.
const TOLD_AGAIN: Duration = Duration::from_mins(1);

/// Something done that is worth telling, once it is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A collaborator was added.
    CollaboratorCreated(i64),
    /// Fields of a collaborator were changed: their names.
    CollaboratorChanged(i64, Vec<&'static str>),
    /// A collaborator was deleted.
    CollaboratorDeleted(i64),
    /// A contract was signed.
    ContractSigned(i64),
}

/// Tells of something done.
pub fn notice(notice: &Notice) {
    let (what, id, fields) = match notice {
        Notice::CollaboratorCreated(id) => ("Collaborator created", id, None),
        Notice::CollaboratorChanged(id, fields) => ("Collaborator changed", id, Some(fields)),
        Notice::CollaboratorDeleted(id) => ("Collaborator deleted", id, None),
        Notice::ContractSigned(id) => ("Contract signed", id, None),
    };
    let mut tags = vec![("record", id.to_string())];
    tags.extend(fields.map(|fields| ("fields", fields.join(","))));
    send(Level::Info, what, tags, None);
}

/// Tells of an error that is ours: its kind, never its words.
pub fn defect(kind: String) {
    send(Level::Error, "A call failed", vec![("kind", kind)], None);
}

/// Tells of trouble that is nobody's fault and passes, now and then.
pub fn trouble(reason: Reason) {
    static TOLD: Mutex<BTreeMap<&str, Instant>> = Mutex::new(BTreeMap::new());
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let last = told.get(reason.name());
    if last.is_some_and(|last| last.elapsed() < TOLD_AGAIN) {
        return;
    }
    told.insert(reason.name(), Instant::now());
    drop(told);
    let kind = vec![("kind", reason.name().to_owned())];
    send(Level::Warning, "A call could not be answered", kind, None);
}

/// From now on panics are logged and told: where they were, never what they said.
pub fn panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location();
        let place = place.map_or_else(String::new, |it| format!("{}:{}", it.file(), it.line()));
        tracing::error!(place, "a panic");
        if client::is_on() {
            let exception = Exception {
                ty: "panic".to_owned(),
                value: Some(place.clone()),
                stacktrace: current_stacktrace(),
                ..Exception::default()
            };
            let tags = vec![("kind", "Panicked".to_owned()), ("place", place)];
            send(Level::Fatal, "A panic", tags, Some(exception));
        }
        before(panic);
    }));
}

/// Every report goes through here: with the call, its trace and its actor, and without a scope, for
/// a scope could bring more.
fn send(level: Level, what: &str, tags: Vec<(&'static str, String)>, exception: Option<Exception>) {
    let Some(client) = Hub::main().client() else {
        return;
    };
    let mut event = Event {
        level,
        message: exception.is_none().then(|| what.to_owned()),
        logger: Some("epic-server".to_owned()),
        exception: exception.into_iter().collect::<Vec<_>>().into(),
        ..Event::default()
    };
    let mut group = vec![what.to_owned()];
    let kind = tags.iter().find(|(name, _)| *name == "kind");
    group.extend(kind.map(|(_, kind)| kind.clone()));
    event.tags = tags
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    if let Some(call) = trace::current() {
        group.push(call.rpc.to_owned());
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
    event.fingerprint = group.into_iter().map(Into::into).collect::<Vec<_>>().into();
    client.capture_event(event, None);
}
