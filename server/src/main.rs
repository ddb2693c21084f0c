//! `epic-server`: the command line, the log, the signals.

use std::{path::Path, process::ExitCode};

use clap::{Parser, Subcommand};
use epic_server::{
    commands::{self, Findings},
    config::{Secret, Settings},
    error::StartResult,
    network,
    telemetry::report,
};
use sd_notify::NotifyState;
use tracing_subscriber::EnvFilter;

/// mimalloc, because glibc's allocator keeps the freed memory of each thread, such as the blocks of
/// Argon2.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The Epic Events server: gRPC over PostgreSQL.
#[derive(Parser)]
#[command(name = "epic-server", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until stopped by SIGTERM or SIGINT
    Serve {
        /// Describe all services to callers without a session, for tools such as grpcurl
        #[arg(long)]
        reflection: bool,
    },
    /// Apply pending migrations to the database
    Migrate,
    /// Migrate, then create the first gestion account from the `EPIC_ADMIN` settings
    Init,
    /// Fill an empty database with sample data
    LoadDemo,
}

fn main() -> ExitCode {
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        return fail(&format!("the file .env cannot be read: {error}"));
    }
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| EnvFilter::new("info,pglite_oxide=error")),
        )
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let Cli { command, settings } = Cli::parse();
    network::install_tls_provider();
    let settings = match std::env::var_os("CREDENTIALS_DIRECTORY") {
        Some(folder) => match settings.with_credentials(Path::new(&folder)) {
            Ok(settings) => settings,
            Err(error) => return fail(&error.to_string()),
        },
        None => settings,
    };
    report::install_panic_hook();
    // Sends pending reports when dropped.
    let _reporting = match report::start(settings.sentry_dsn.as_ref().map(Secret::reveal)) {
        Ok(reporting) => reporting,
        Err(error) => return fail(&error.to_string()),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    match runtime.block_on(run(command, &settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("epic-server: {message}");
    ExitCode::FAILURE
}

async fn run(command: Command, settings: &Settings) -> StartResult<()> {
    match command {
        Command::Serve { reflection } => {
            let ready = || notify_systemd(NotifyState::Ready);
            commands::serve(settings, reflection, ready, async {
                stop_signal().await;
                notify_systemd(NotifyState::Stopping);
            })
            .await
        }
        Command::Migrate => {
            let (applied, findings) = commands::migrate(settings).await?;
            eprintln!("{applied} migrations applied; the database is up to date.");
            print_findings(&findings);
            Ok(())
        }
        Command::Init => {
            if commands::init(settings).await? {
                eprintln!(
                    "The first gestion account exists now; its owner must change the password at the \
                     first login."
                );
                if settings.database_url.is_some() {
                    eprintln!(
                        "The service logs in as epic_app: set a password for that role \
                         (\\password epic_app in psql) and use it in DATABASE_URL of the service."
                    );
                }
            } else {
                eprintln!("A gestion account already exists; nothing to do.");
            }
            Ok(())
        }
        Command::LoadDemo => {
            match commands::load_demo(settings).await? {
                Some(accounts) => {
                    for account in accounts {
                        eprintln!("{}  {}", account.email, account.password);
                    }
                }
                None => {
                    eprintln!("The database already contains clients; no sample data was added.");
                }
            }
            Ok(())
        }
    }
}

/// Lists stored values that the next edit of their field would refuse or change.
fn print_findings(Findings { listed, more }: &Findings) {
    if listed.is_empty() {
        return;
    }
    eprintln!(
        "Stored values that the checks of this version refuse or change. They stay as they are; \
         edit them in epic:"
    );
    for finding in listed {
        eprintln!("  {finding}");
    }
    if *more > 0 {
        eprintln!("  and {more} more");
    }
}

/// Notifies systemd; has no effect without systemd.
fn notify_systemd(state: NotifyState) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd cannot be notified");
    }
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
