//! The Sentry client: disabled without a DSN, limited in time, and stripped of personal data.

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

/// Time limit of one request. Sentry's own transport has none: a server that never answers would
/// block all later reports.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the shutdown waits for pending reports.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// The setting is not a DSN.
#[derive(Debug, thiserror::Error)]
#[error(
    "SENTRY_DSN is not a DSN such as https://key@sentry.example.org/1; Sentry shows it in the \
     settings of the project, under client keys"
)]
pub struct InvalidDsn;

/// Enables reports until it is dropped, which sends the pending ones.
pub struct Reporting(Option<Arc<Client>>);

/// Enables reports to `dsn`; without a DSN, nothing is sent.
///
/// # Errors
/// [`InvalidDsn`] when `dsn` is not a DSN.
pub fn start(dsn: Option<&str>) -> Result<Reporting, InvalidDsn> {
    // systemd passes an empty line where there is no credential file.
    let Some(dsn) = dsn.map(str::trim).filter(|dsn| !dsn.is_empty()) else {
        return Ok(Reporting(None));
    };
    let dsn: Dsn = dsn.parse().map_err(|_| InvalidDsn)?;
    let mut options = ClientOptions::new()
        .maybe_release(sentry::release_name!())
        .before_send(|event| Some(strip_personal_data(event)));
    options.dsn = Some(dsn);
    // The default integrations send the host name and the messages of panics.
    options.default_integrations = false;
    options.integrations = vec![Arc::new(ProcessStacktraceIntegration::new())];
    options.max_breadcrumbs = 0;
    options.transport = Some(Arc::new(TimeLimited));
    let client = Arc::new(Client::from(sentry::apply_defaults(options)));
    Hub::main().bind_client(Some(Arc::clone(&client)));
    Ok(Reporting(Some(client)))
}

/// Whether reports are sent.
pub(super) fn is_enabled() -> bool {
    Hub::main().client().is_some()
}

impl Drop for Reporting {
    /// Closes the client on a thread of its own: `Client::close` waits for a request in progress
    /// beyond its own time limit.
    fn drop(&mut self) {
        let Some(client) = self.0.take() else {
            return;
        };
        let (done, ended) = mpsc::channel();
        thread::spawn(move || {
            client.close(None);
            let _ = done.send(());
        });
        if ended.recv_timeout(FLUSH_TIMEOUT).is_err() {
            tracing::warn!("Sentry does not answer; the pending reports are lost");
        }
    }
}

/// Sentry's transport with a time limit.
struct TimeLimited;

impl TransportFactory for TimeLimited {
    fn create_transport_with_options(&self, options: TransportOptions) -> Arc<dyn Transport> {
        // With the default provider of the process.
        let tls = TlsConfig::builder().provider(TlsProvider::Rustls).build();
        // ureq reads the proxy from the environment.
        let agent: Agent = Agent::config_builder()
            .timeout_global(Some(REQUEST_TIMEOUT))
            .tls_config(tls)
            .build()
            .into();
        let transport = UreqHttpTransportOptions::from(options).with_agent(agent);
        Arc::new(transport.build())
    }
}

/// Removes everything that could identify a person, whichever part of Sentry's client added it.
fn strip_personal_data(mut event: Event<'static>) -> Event<'static> {
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
        exception.stacktrace.as_mut().map(remove_paths);
    }
    event
}

/// Removes absolute paths, which name the user who built the program, and variables.
fn remove_paths(trace: &mut Stacktrace) {
    for frame in &mut trace.frames {
        frame.abs_path = None;
        frame.vars.clear();
    }
}
