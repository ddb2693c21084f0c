//! The log of the program, on standard error.

use std::fmt;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{
    EnvFilter,
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{Format, Full, Writer},
    },
    registry::LookupSpan,
};

/// The levels of the log without `RUST_LOG`.
const DEFAULT_LEVELS: &str = "info,pglite_oxide=error";
/// Modules that log the parameters of SQL statements, such as email addresses and hashes of passwords, at
/// the levels `debug` and `trace`. They stay silent there, whatever `RUST_LOG` says.
const WITH_PARAMETERS: [&str; 4] = [
    "tokio_postgres=info",
    "tokio_postgres::query=info",
    "tokio_postgres::prepare=info",
    "tokio_postgres::simple_query=info",
];

/// Starts to log, as `RUST_LOG` says.
pub fn start() {
    let mut levels =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_LEVELS));
    for silent in WITH_PARAMETERS.iter().filter_map(|it| it.parse().ok()) {
        levels = levels.add_directive(silent);
    }
    let log = tracing_subscriber::fmt()
        .with_env_filter(levels)
        .with_writer(std::io::stderr)
        .with_ansi(false);
    if is_journal() {
        log.event_format(WithPriority(Format::default().without_time()))
            .init();
    } else {
        log.init();
    }
}

/// Prints the sentence with which the program ends, whatever `RUST_LOG` says.
pub fn print_failure(sentence: &str) {
    let priority = if is_journal() { "<3>" } else { "" };
    eprintln!("{priority}epic-server: {sentence}");
}

/// Whether standard error is connected to the journal of systemd, which sets the device and the inode of
/// the connection in `JOURNAL_STREAM` (systemd.exec(5)).
#[cfg(target_os = "linux")]
fn is_journal() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let stream = std::env::var("JOURNAL_STREAM").unwrap_or_default();
    std::fs::metadata("/proc/self/fd/2")
        .is_ok_and(|stderr| stream == format!("{}:{}", stderr.dev(), stderr.ino()))
}

#[cfg(not(target_os = "linux"))]
const fn is_journal() -> bool {
    false
}

/// Writes the priority of each line before it, which the journal takes as its own (sd-daemon(3)). The
/// journal has the time.
struct WithPriority(Format<Full, ()>);

impl<S, N> FormatEvent<S, N> for WithPriority
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        write!(writer, "<{}>", priority(*event.metadata().level()))?;
        self.0.format_event(context, writer, event)
    }
}

/// The priority of a level (syslog(3)).
const fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    }
}
