//! `epic`, the Epic Events terminal client.

use std::{
    io::{self, stdout},
    process::ExitCode,
    time::Duration,
};

use epic::{
    app::{DemoAccount, Start},
    client::{Api, Server},
    log,
    messages::{Arg, Messages},
    runtime,
    session_file::SessionFile,
    settings::{Folders, Settings},
    terminal::{self, Guard},
};
use jiff::Zoned;
use ratatui::{Terminal, backend::CrosstermBackend};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// Something about the start must change first: the command line, a setting, the terminal.
const UNUSABLE: u8 = 2;
/// What is still at work in other threads at the end is not waited for longer.
const FAREWELL: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    #[cfg(feature = "demo")]
    epic_server::network::install_tls_provider();
    let folders = Folders::of_system();
    let settings = match Settings::read(folders.as_ref()) {
        Ok(settings) => settings,
        Err(told) => {
            eprintln!("{}", Messages::new(told.lang).mistake(&told.mistake));
            return ExitCode::from(UNUSABLE);
        }
    };
    let messages = Messages::new(settings.lang).in_zone(settings.zone.clone());
    if !terminal::is_there() {
        eprintln!("{}", messages.get("no-terminal"));
        return ExitCode::from(UNUSABLE);
    }
    if let Some(folders) = &folders
        && let Err(error) = log::start(&folders.state)
    {
        // Nothing to log it to; and people can still work.
        eprintln!("epic.log: {error}");
    }
    let keep = folders.map(|folders| SessionFile::new(&folders.state, &settings.server.url));
    let Ok(runtime) = Runtime::new() else {
        return ExitCode::FAILURE;
    };
    let ended = runtime.block_on(run(settings, &messages, keep));
    runtime.shutdown_timeout(FAREWELL);
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Runs until one leaves; fails with a sentence for whoever started it.
async fn run(
    settings: Settings,
    messages: &Messages,
    keep: Option<SessionFile>,
) -> Result<(), String> {
    if settings.demo {
        return demo(&settings, messages).await;
    }
    work(&settings, messages, &settings.server, keep, Vec::new()).await
}

#[cfg(feature = "demo")]
async fn demo(settings: &Settings, messages: &Messages) -> Result<(), String> {
    use std::panic::{AssertUnwindSafe, resume_unwind};

    use futures_util::FutureExt as _;

    let failed = |why: &str| messages.with("demo-failed", &[("why", Arg::Text(why))]);
    let started = epic::demo::Demo::start().await;
    let mut demo = started.map_err(|error| failed(&error.to_string()))?;
    let (server, accounts) = (demo.server.clone(), demo.accounts.clone());
    // A demo's session ends with it: nothing is kept.
    let work = AssertUnwindSafe(work(settings, messages, &server, None, accounts));
    let ended = tokio::select! {
        ended = work.catch_unwind() => ended,
        why = demo.failure() => return Err(failed(&why)),
    };
    demo.end().await;
    // A panic was told already; it goes on once nothing is left behind.
    ended.unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(not(feature = "demo"))]
#[allow(clippy::unused_async)] // The other one waits.
async fn demo(_: &Settings, messages: &Messages) -> Result<(), String> {
    Err(messages.get("no-demo"))
}

/// The client on a server, from the first screen to the last.
async fn work(
    settings: &Settings,
    messages: &Messages,
    server: &Server,
    keep: Option<SessionFile>,
    demo: Vec<DemoAccount>,
) -> Result<(), String> {
    let api = Api::new(server, messages.clone(), keep).map_err(|error| {
        let args = [
            ("server", Arg::Text(&server.url)),
            ("why", Arg::Text(&error.to_string())),
        ];
        messages.with("server-unusable", &args)
    })?;
    let failed = |error: io::Error| {
        let why = error.to_string();
        messages.with("terminal-failed", &[("why", Arg::Text(&why))])
    };
    let inputs = terminal::inputs().map_err(failed)?;
    let mut guard = Guard::take(settings.mouse).map_err(failed)?;
    let mut screen = Terminal::new(CrosstermBackend::new(stdout())).map_err(failed)?;
    let size = screen.size().map_err(failed)?;
    let start = Start {
        messages: messages.clone(),
        now: Zoned::now().with_time_zone(settings.zone.clone()),
        size: (size.width, size.height),
        resume: api.has_session(),
        demo,
        new_id: Uuid::new_v4,
    };
    tokio::select! {
        ended = runtime::run(&mut screen, inputs, api, &mut guard, start) => ended.map_err(failed),
        () = told_to_panic() => Ok(()),
    }
}

/// In debug builds SIGUSR1 panics in the middle of the loop, for the test that a panic gives the
/// terminal back.
#[cfg(all(debug_assertions, unix))]
async fn told_to_panic() {
    use tokio::signal::unix::{SignalKind, signal};
    if let Ok(mut told) = signal(SignalKind::user_defined1()) {
        told.recv().await;
        #[allow(clippy::panic)]
        {
            panic!("told to by SIGUSR1");
        }
    }
    std::future::pending::<()>().await;
}

#[cfg(not(all(debug_assertions, unix)))]
async fn told_to_panic() {
    std::future::pending::<()>().await;
}
