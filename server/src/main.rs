//! `epic-server`: the command line, the report of defects, the signals.

use std::{path::Path, process::ExitCode};

use clap::{Parser, Subcommand};
use epic_server::{
    config::{Secret, Settings},
    error::Result,
    report, start, tls,
};
use sd_notify::NotifyState;
use tracing_subscriber::EnvFilter;

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
    /// Serve until told to stop
    Serve,
    /// Bring the database up to date
    Migrate,
    /// Migrate, then make the first gestion account from the settings whose names begin with admin
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
    tls::choose_provider();
    let settings = match std::env::var_os("CREDENTIALS_DIRECTORY") {
        Some(folder) => match settings.with_credentials(Path::new(&folder)) {
            Ok(settings) => settings,
            Err(error) => return fail(&error.to_string()),
        },
        None => settings,
    };
    report::panics();
    // Kept until the end: what was reported is sent when it is dropped.
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

fn fail(why: &str) -> ExitCode {
    eprintln!("epic-server: {why}");
    ExitCode::FAILURE
}

async fn run(command: Command, settings: &Settings) -> Result<()> {
    match command {
        Command::Serve => {
            start::serve(settings, || tell(NotifyState::Ready), async {
                stop_signal().await;
                tell(NotifyState::Stopping);
            })
            .await
        }
        Command::Migrate => {
            let applied = start::migrate(settings).await?;
            eprintln!("{applied} migrations applied; the database is up to date.");
            Ok(())
        }
        Command::Init => {
            if start::init(settings).await? {
                eprintln!(
                    "The first gestion account is made; its password changes at first login."
                );
                if settings.database_url.is_some() {
                    eprintln!(
                        "The service logs in as epic_app: give that role a password \
                         (\\password epic_app in psql) and its DATABASE_URL to the service."
                    );
                }
            } else {
                eprintln!("There is a gestion account already; nothing to do.");
            }
            Ok(())
        }
        Command::LoadDemo => {
            match start::load_demo(settings).await? {
                Some(accounts) => {
                    for account in accounts {
                        eprintln!("{}  {}", account.email, account.password);
                    }
                }
                None => eprintln!("The database has clients already; sample data was not added."),
            }
            Ok(())
        }
    }
}

/// Tells systemd; without it there is nobody to tell.
fn tell(state: NotifyState) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd could not be told");
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
