//! The way to Sentry: off without a DSN, never in anybody's way, and blind to whatever is not
//! meant for it.

use std::{sync::Arc, sync::mpsc, thread, time::Duration};

use sentry::{
    Client, ClientOptions, Hub, Transport, TransportFactory, TransportOptions,
    integrations::backtrace::ProcessStacktraceIntegration,
    protocol::{Event, Stacktrace},
    transports::UreqHttpTransportOptions,
    types::Dsn,
};
use ureq::{
    Agent,
    tls::{TlsConfig, TlsProvider},
};

/// How long one report may take. Sentry's own client would wait for ever for an answer, and send
/// nothing more.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the end of the server waits for the last reports.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What was given is not a DSN.
#[derive(Debug, thiserror::Error)]
#[error(
    "SENTRY_DSN is not a DSN such as https://key@sentry.example.org/1; Sentry shows it in the \
     settings of the project, under client keys"
)]
pub struct NotADsn;

/// Reports as long as it lives; the last ones are sent when it is dropped.
pub struct Reporting(Option<Arc<Client>>);

/// Starts to report to that DSN; without one, nothing is ever sent.
///
/// # Errors
/// When it is not a DSN.
pub fn start(dsn: Option<&str>) -> Result<Reporting, NotADsn> {
    // systemd hands over an empty line where there is no file.
    let Some(dsn) = dsn.map(str::trim).filter(|dsn| !dsn.is_empty()) else {
        return Ok(Reporting(None));
    };
    let dsn: Dsn = dsn.parse().map_err(|_| NotADsn)?;
    let mut options = ClientOptions::new()
        .maybe_release(sentry::release_name!())
        .before_send(|event| Some(only_what_is_meant(event)));
    options.dsn = Some(dsn);
    // They would tell the machine's name and the words of every panic.
    options.default_integrations = false;
    options.integrations = vec![Arc::new(ProcessStacktraceIntegration::new())];
    options.max_breadcrumbs = 0;
    options.transport = Some(Arc::new(Impatient));
    let client = Arc::new(Client::from(sentry::apply_defaults(options)));
    Hub::main().bind_client(Some(Arc::clone(&client)));
    Ok(Reporting(Some(client)))
}

/// Whether anything is sent at all.
pub(super) fn is_on() -> bool {
    Hub::main().client().is_some()
}

impl Drop for Reporting {
    /// Sentry's own way to end waits for a request under way, whatever its time limit says: it does
    /// so in a thread that is left to itself.
    fn drop(&mut self) {
        let Some(client) = self.0.take() else {
            return;
        };
        let (done, ended) = mpsc::channel();
        thread::spawn(move || {
            client.close(None);
            let _ = done.send(());
        });
        if ended.recv_timeout(LAST_WORDS).is_err() {
            tracing::warn!("Sentry does not answer; the last reports are lost");
        }
    }
}

/// Sends as Sentry's client does, but gives up in time.
struct Impatient;

impl TransportFactory for Impatient {
    fn create_transport_with_options(&self, options: TransportOptions) -> Arc<dyn Transport> {
        let tls = TlsConfig::builder().provider(TlsProvider::Rustls).build();
        // Where a proxy is needed, the environment names it.
        let agent: Agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .tls_config(tls)
            .build()
            .into();
        let transport = UreqHttpTransportOptions::from(options).with_agent(agent);
        Arc::new(transport.build())
    }
}

/// The last look at a report: what could say who somebody is goes, wherever it came from.
fn only_what_is_meant(mut event: Event<'static>) -> Event<'static> {
    event.server_name = None;
    event.user = None;
    event.request = None;
    event.logentry = None;
    event.extra.clear();
    event.modules.clear();
    event.breadcrumbs.values.clear();
    event.threads.values.clear();
    event.contexts.retain(|name, _| name == "trace");
    for exception in &mut event.exception.values {
        exception.stacktrace.as_mut().map(without_paths);
    }
    event
}

/// Where the program was built says who built it.
fn without_paths(trace: &mut Stacktrace) {
    for frame in &mut trace.frames {
        frame.abs_path = None;
        frame.vars.clear();
    }
}
