//! `epic-server`: the command line, the log, the signals.

use std::{path::Path, process::ExitCode};

use clap::{CommandFactory as _, Parser, Subcommand};
use epic_server::{
    commands::{self, Findings, Progress},
    config::{Secret, Settings, misspelt},
    error::{StartError, StartResult},
    network,
    telemetry::{log, report},
};
use sd_notify::NotifyState;

/// mimalloc, because glibc's allocator keeps the freed memory of each thread, such as the blocks of
/// Argon2.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit code for a mistake in the settings or the set-up (`EX_CONFIG` of sysexits.h), after which the
/// service unit does not restart the server.
const EXIT_SET_UP: u8 = 78;
/// How long the service manager waits for the next sign of a start that waits for the database.
const WAIT_SIGN: u32 = 60_000_000;

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
    Migrate {
        /// Revert the migrations after this one instead, before an earlier version is installed
        #[arg(long, value_name = "VERSION")]
        down_to: Option<String>,
    },
    /// Migrate, then create the first gestion account from the `EPIC_ADMIN` settings
    Init,
    /// Fill an empty database with sample data
    LoadDemo,
    /// End every session, so that all collaborators sign in again; after a restore to an earlier time
    EndSessions,
}

fn main() -> ExitCode {
    // In a release build, the current folder must not choose the database or the keys.
    if cfg!(debug_assertions)
        && let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        return set_up_failure(&format!("the file .env cannot be read: {error}"));
    }
    log::start();
    let Cli { command, settings } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Fails when the output is closed.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(EXIT_SET_UP)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    misspelt::warn(&Cli::command());
    network::install_tls_provider();
    let settings = match std::env::var_os("CREDENTIALS_DIRECTORY") {
        Some(folder) => match settings.with_credentials(Path::new(&folder)) {
            Ok(settings) => settings,
            Err(error) => return fail(&error),
        },
        None => settings,
    };
    if let Some(folder) = commands::built_in_cache(&settings) {
        return restart_with_cache(&folder);
    }
    report::install_panic_hook();
    // Sends pending reports when dropped.
    let _reporting = match report::start(settings.sentry_dsn.as_ref().map(Secret::reveal)) {
        Ok(reporting) => reporting,
        Err(error) => return set_up_failure(&error.to_string()),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&StartError::Temporary(error.to_string())),
    };
    match runtime.block_on(run(command, &settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Starts the program again with another folder for caches, which the built-in PostgreSQL reads from the
/// environment. A running program cannot change its environment safely.
#[cfg(unix)]
fn restart_with_cache(folder: &Path) -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    let restarted = std::env::current_exe().map(|program| {
        // Returns only if it fails.
        std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(commands::CACHE_FOLDER, folder)
            .exec()
    });
    let (Ok(error) | Err(error)) = restarted;
    set_up_failure(&format!("the program cannot start itself again: {error}"))
}

#[cfg(not(unix))]
fn restart_with_cache(_: &Path) -> ExitCode {
    set_up_failure("there is no folder for caches")
}

fn fail(error: &StartError) -> ExitCode {
    if matches!(error, StartError::SetUp(_)) {
        return set_up_failure(&error.to_string());
    }
    log::print_failure(&error.to_string());
    ExitCode::FAILURE
}

fn set_up_failure(sentence: &str) -> ExitCode {
    log::print_failure(sentence);
    ExitCode::from(EXIT_SET_UP)
}

async fn run(command: Command, settings: &Settings) -> StartResult<()> {
    match command {
        Command::Serve { reflection } => {
            ignore_hangup();
            commands::serve(settings, reflection, report_progress, async {
                stop_signal().await;
                tracing::info!("stopping; calls in progress are completed");
                notify_systemd(&[NotifyState::Stopping]);
            })
            .await
        }
        Command::Migrate {
            down_to: Some(version),
        } => {
            let reverted = commands::revert_to(settings, &version).await?;
            eprintln!("{reverted} migrations reverted; the database is at {version}.");
            Ok(())
        }
        Command::Migrate { down_to: None } => {
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
        Command::EndSessions => {
            let ended = commands::end_sessions(settings).await?;
            eprintln!("{ended} sessions ended; all collaborators must sign in again.");
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

/// Tells systemd how far the start has come.
fn report_progress(progress: Progress<'_>) {
    match progress {
        Progress::Waiting(why) => notify_systemd(&[
            NotifyState::Status(why),
            NotifyState::ExtendTimeoutUsec(WAIT_SIGN),
        ]),
        Progress::Ready => notify_systemd(&[NotifyState::Status("serving"), NotifyState::Ready]),
    }
}

/// Notifies systemd; has no effect without systemd.
fn notify_systemd(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd cannot be notified");
    }
}

/// A server that was started in a terminal goes on when the terminal closes; nothing has to be read again on
/// SIGHUP, because a changed certificate is noticed by itself.
#[cfg(unix)]
fn ignore_hangup() {
    use tokio::signal::unix::{SignalKind, signal};
    if let Ok(mut hangup) = signal(SignalKind::hangup()) {
        tokio::spawn(async move {
            while hangup.recv().await.is_some() {
                tracing::info!("SIGHUP is ignored: a new certificate is used without it");
            }
        });
    }
}

#[cfg(not(unix))]
fn ignore_hangup() {}

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
