//! `epic`, the Epic Events terminal client.

use std::{
    io::{self, Write, stderr},
    mem::ManuallyDrop,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use epic::{
    app::{DemoAccount, Start},
    client::{Api, Server},
    command::{self, parser},
    log,
    messages::{Arg, Messages},
    runtime::{self, Frames},
    session_file::{SessionFile, SessionStorage},
    settings::{Folders, Settings},
    terminal::{self, Guard, Inputs, Screen, Tty},
    theme::{
        Palette,
        detect::{Depth, Theme},
    },
};
use jiff::Zoned;
use ratatui::Terminal;
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

/// mimalloc, because the demo runs the server in this process: glibc's allocator keeps the freed
/// memory of each thread, such as the blocks of Argon2.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit code for an invalid command line, an invalid setting or a missing terminal.
const USAGE_ERROR: u8 = 2;
/// How long the exit waits for blocking tasks.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    #[cfg(feature = "demo")]
    epic_server::network::install_tls_provider();
    let folders = Folders::system();
    let line: Vec<_> = std::env::args_os().collect();
    let lang = Settings::language(&line, folders.as_ref());
    let matches = match parser::parser(folders.as_ref(), lang).try_get_matches_from(&line) {
        Ok(matches) => matches,
        Err(error) => return command::exit_after(&error, &line, lang).into(),
    };
    let settings = match Settings::read(&matches, folders.as_ref()) {
        Ok(settings) => settings,
        Err(error) => {
            let messages = Messages::new(error.lang);
            let sentence = messages.settings_error(&error.kind);
            return command::exit_after_settings(sentence, &matches, &messages).into();
        }
    };
    let messages = Messages::new(settings.lang).in_zone(settings.zone.clone());
    let is_command = command::is_command(&matches);
    if !is_command && !terminal::is_available() {
        eprintln!("{}", messages.get("no-terminal"));
        return ExitCode::from(USAGE_ERROR);
    }
    if let Some(folders) = &folders {
        // The client works without a log, and the terminal belongs to its screen.
        let _ = log::start(&folders.state);
    }
    let storage = folders.map_or(SessionStorage::NoHome, |folders| {
        SessionStorage::File(SessionFile::new(&folders.state, &settings.server.url))
    });
    if is_command {
        // A thread is enough for one call after the other.
        let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
            return ExitCode::FAILURE;
        };
        let exit = runtime.block_on(command::run(&matches, settings, &messages, storage));
        // A thread may still wait for an answer of the user.
        runtime.shutdown_background();
        return exit.into();
    }
    let _ = command::make_private(&storage, &messages);
    let Ok(runtime) = Runtime::new() else {
        return ExitCode::FAILURE;
    };
    let result = runtime.block_on(run(settings, &messages, storage));
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            // The terminal may be gone, which `eprintln!` would answer with a panic.
            let _ = writeln!(stderr(), "{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the client until the user quits. An error is a sentence to print.
async fn run(
    settings: Settings,
    messages: &Messages,
    storage: SessionStorage,
) -> Result<(), String> {
    if settings.demo {
        return demo(&settings, messages).await;
    }
    connect(&settings, messages, &settings.server, storage, Vec::new()).await
}

#[cfg(feature = "demo")]
async fn demo(settings: &Settings, messages: &Messages) -> Result<(), String> {
    use std::panic::{AssertUnwindSafe, resume_unwind};

    use futures_util::FutureExt as _;

    let failed = |cause: &str| messages.with("demo-failed", &[("cause", Arg::Text(cause))]);
    let started = epic::demo::Demo::start().await;
    let mut demo = started.map_err(|error| failed(&error.to_string()))?;
    let (server, accounts) = (demo.server.clone(), demo.accounts.clone());
    let client = AssertUnwindSafe(connect(
        settings,
        messages,
        &server,
        SessionStorage::Memory,
        accounts,
    ));
    let result = tokio::select! {
        result = client.catch_unwind() => result,
        cause = demo.failure() => return Err(failed(&cause)),
    };
    demo.stop().await;
    // The panic was already printed; it resumes after the demo's files are removed.
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(not(feature = "demo"))]
#[allow(clippy::unused_async)] // Same signature as with the feature.
async fn demo(_: &Settings, messages: &Messages) -> Result<(), String> {
    Err(messages.get("no-demo"))
}

/// Runs the client on a server.
async fn connect(
    settings: &Settings,
    messages: &Messages,
    server: &Server,
    storage: SessionStorage,
    demo: Vec<DemoAccount>,
) -> Result<(), String> {
    let api = Api::new(server, messages.clone(), storage).map_err(|error| {
        let args = [
            ("server", Arg::Text(&server.url)),
            ("cause", Arg::Text(&error.to_string())),
        ];
        messages.with("server-unusable", &args)
    })?;
    let failed = |error: io::Error| {
        let cause = error.to_string();
        messages.with("terminal-failed", &[("cause", Arg::Text(&cause))])
    };
    let frames = Frames::default();
    let tty = Arc::new(Tty::open().map_err(failed)?);
    let inputs = Inputs::register(&tty).map_err(failed)?;
    let mut guard = Guard::new(Arc::clone(&tty), settings.mouse).map_err(failed)?;
    let palette = palette(settings, &tty);
    let inputs = inputs.read(frames.clone()).map_err(failed)?;
    // Not dropped: that would show the cursor, as the guard does, and print an error to a terminal that may
    // be gone, with a panic.
    let screen = Terminal::new(Screen::new(tty.output())).map_err(failed)?;
    let mut screen = ManuallyDrop::new(screen);
    let size = screen.size().map_err(failed)?;
    let start = Start {
        messages: messages.clone(),
        now: Zoned::now().with_time_zone(settings.zone.clone()),
        size: (size.width, size.height),
        resume: api.has_session(),
        demo,
        server: server.url.clone(),
        new_id: Uuid::new_v4,
    };
    tokio::select! {
        // First, so that the signal is registered before the first frame, after which a test may send
        // it.
        biased;
        () = panic_on_signal() => Ok(()),
        result = runtime::run(&mut screen, inputs, api, &mut guard, start, &palette, &frames) => {
            result.map_err(failed)
        }
    }
}

/// The colours of the terminal, which is asked for its background if that decides them.
fn palette(settings: &Settings, tty: &Tty) -> Palette {
    let Settings {
        theme, terminal, ..
    } = settings;
    let is_asked = terminal.answers
        && terminal.depth != Depth::None
        && matches!(theme, Theme::Auto | Theme::Terminal);
    let background = is_asked.then(|| tty.query_background()).flatten();
    Palette::new(*theme, terminal, background)
}

/// In debug builds SIGUSR1 causes a panic during the event loop, to test that a panic restores the
/// terminal.
#[cfg(all(debug_assertions, unix))]
async fn panic_on_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    if let Ok(mut signals) = signal(SignalKind::user_defined1()) {
        signals.recv().await;
        #[allow(clippy::panic)]
        {
            panic!("caused by SIGUSR1");
        }
    }
    std::future::pending::<()>().await;
}

#[cfg(not(all(debug_assertions, unix)))]
async fn panic_on_signal() {
    std::future::pending::<()>().await;
}
