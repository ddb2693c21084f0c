//! What the client is told when it starts: on the command line, in the environment, in its
//! settings file; the first of them that says something counts.

mod mistake;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fs, io,
    net::IpAddr,
    path::{Path, PathBuf},
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use jiff::tz::TimeZone;
use serde::Deserialize;
use tonic::transport::Uri;

pub use self::mistake::{Mistake, Source, Told};
use crate::{client::Server, messages::Lang};

const DEFAULT_SERVER: &str = "http://127.0.0.1:50051";

/// What `--help` tells besides the command line; `{file}` is the settings file's path.
const ELSEWHERE: &str = "\
Environment, where the command line is silent:
  EPIC_SERVER     the server, as with --server
  EPIC_LANG       the language, as with --lang; else the system's
  EPIC_TIME_ZONE  the time zone of all times, such as Europe/Paris; else the system's
  NO_COLOR        draw without colours
  RUST_LOG        what to log, such as debug; else warn,epic=info

Settings file, where both are silent: {file}
  server = \"http://127.0.0.1:50051\"
  ca = \"/etc/epic/ca.pem\"
  insecure = false
  lang = \"fr\"
  time_zone = \"Europe/Paris\"
  mouse = true

Without any of them the server is http://127.0.0.1:50051.";

/// What the client was told, ready to use.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the server is.
    pub server: Server,
    /// The language of the screen.
    pub lang: Lang,
    /// The time zone that moments are shown and typed in.
    pub zone: TimeZone,
    /// Whether the mouse works; without it, the terminal's own selection does.
    pub mouse: bool,
    /// Whether to run the demo instead of a server.
    pub demo: bool,
}

/// The terminal client of Epic Events.
#[derive(Debug, Default, Parser)]
#[command(name = "epic", version)]
struct Args {
    /// The server: <http://host:port> or <https://host:port>.
    #[arg(long, global = true, value_name = "URL")]
    server: Option<String>,
    /// A certificate authority to trust besides the system's, in PEM form.
    #[arg(long, global = true, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Go to a server on another machine without TLS: passwords then cross the network in the clear.
    #[arg(long, global = true)]
    insecure: bool,
    /// The language: en or fr.
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<String>,
    /// Leave the mouse to the terminal.
    #[arg(long, global = true)]
    no_mouse: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try everything out: a server with sample data in this very process, gone when it ends.
    #[cfg_attr(not(feature = "demo"), command(hide = true))]
    Demo,
}

/// What the settings file may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    server: Option<String>,
    ca: Option<PathBuf>,
    insecure: Option<bool>,
    lang: Option<String>,
    time_zone: Option<String>,
    mouse: Option<bool>,
}

/// Where the client keeps things on this system.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The settings file's.
    pub config: PathBuf,
    /// The kept session's and the log's.
    pub state: PathBuf,
}

impl Folders {
    /// This system's; `None` for a user without a home.
    #[must_use]
    pub fn of_system() -> Option<Self> {
        let strategy = choose_app_strategy(AppStrategyArgs {
            top_level_domain: "fr".into(),
            author: "Epic Events".into(),
            app_name: "epic".into(),
        })
        .ok()?;
        Some(Self {
            config: strategy.config_dir(),
            state: strategy.state_dir().unwrap_or_else(|| strategy.data_dir()),
        })
    }

    /// The settings file, whether or not it is there.
    #[must_use]
    pub fn settings_file(&self) -> PathBuf {
        self.config.join("settings.toml")
    }
}

impl Settings {
    /// Reads them all. `--help` and `--version` end here, and a command line that nobody can read.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn read(folders: Option<&Folders>) -> Result<Self, Told> {
        let file = folders.map(Folders::settings_file);
        let args = Args::of_command_line(file.as_deref());
        let development = development_environment();
        let env = |name: &str| {
            let here = std::env::var(name).ok();
            here.or_else(|| development.get(name).cloned())
        };
        let text = file.map(|file| (fs::read_to_string(&file), file));
        match text {
            Some((Ok(text), path)) => Self::resolve(&args, env, &text, &path),
            Some((Err(error), path)) if error.kind() != io::ErrorKind::NotFound => {
                Err(Mistake::file(path, &error).told_in(Lang::of_system()))
            }
            _ => Self::resolve(&args, env, "", Path::new("")),
        }
    }

    fn resolve(
        args: &Args,
        env: impl Fn(&str) -> Option<String>,
        file: &str,
        path: &Path,
    ) -> Result<Self, Told> {
        let env = |name| env(name).filter(|value| !value.is_empty());
        let file: Result<File, _> = toml::from_str(file);
        let (file, broken) = match file {
            Ok(file) => (file, None),
            Err(error) => (File::default(), Some(Mistake::file(path, &error.message()))),
        };
        let File {
            server,
            ca,
            insecure,
            lang,
            time_zone,
            mouse,
        } = file;

        // The language comes first: what is wrong with the others is told in it.
        let system = Lang::of_system();
        let lang = match first(args.lang.as_deref(), env("EPIC_LANG"), lang) {
            Some((value, source)) => {
                Lang::of(&value).ok_or_else(|| Mistake::Lang { value, source }.told_in(system))?
            }
            None => system,
        };
        let told = |mistake: Mistake| mistake.told_in(lang);
        if let Some(broken) = broken {
            return Err(told(broken));
        }
        let url = match first(args.server.as_deref(), env("EPIC_SERVER"), server) {
            Some((value, source)) if !is_server(&value) => {
                return Err(told(Mistake::Server { value, source }));
            }
            Some((value, source))
                if !may_go_to(&value, args.insecure || insecure == Some(true)) =>
            {
                return Err(told(Mistake::Insecure { value, source }));
            }
            Some((value, _)) => value,
            None => DEFAULT_SERVER.to_owned(),
        };
        let zone = match first(None, env("EPIC_TIME_ZONE"), time_zone) {
            Some((value, source)) => {
                TimeZone::get(&value).map_err(|_| told(Mistake::TimeZone { value, source }))?
            }
            None => TimeZone::system(),
        };
        let ca = args.ca.clone().or(ca);
        let ca = ca.map(|file| read_ca(&file)).transpose().map_err(told)?;
        Ok(Self {
            server: Server { url, ca },
            lang,
            zone,
            mouse: !args.no_mouse && mouse.unwrap_or(true),
            demo: matches!(args.command, Some(Command::Demo)),
        })
    }
}

impl Args {
    /// The command line; help and errors end the process here, as people expect of them.
    fn of_command_line(file: Option<&Path>) -> Self {
        let file = file.map_or_else(|| "-".into(), Path::to_string_lossy);
        let found = Self::command()
            .after_help(ELSEWHERE.replace("{file}", &file))
            .try_get_matches()
            .and_then(|mut matches| Self::from_arg_matches_mut(&mut matches));
        found.unwrap_or_else(|error| {
            if error.use_stderr() {
                // One clear sentence, without clap's paragraphs on usage.
                let text = error.to_string();
                eprintln!(
                    "{}. See epic --help.",
                    text.lines().next().unwrap_or_default()
                );
                std::process::exit(error.exit_code());
            }
            error.exit()
        })
    }
}

/// The first that says something: command line, environment, file.
fn first(
    flag: Option<&str>,
    env: Option<String>,
    file: Option<String>,
) -> Option<(String, Source)> {
    let flag = flag.map(|value| (value.to_owned(), Source::CommandLine));
    flag.or_else(|| env.map(|value| (value, Source::Environment)))
        .or_else(|| file.map(|value| (value, Source::File)))
}

/// A scheme, a host, perhaps a port, and nothing else.
fn is_server(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else {
        return false;
    };
    let plain = uri
        .authority()
        .is_some_and(|it| !it.host().is_empty() && !it.as_str().contains('@'));
    matches!(uri.scheme_str(), Some("http" | "https"))
        && plain
        && uri.path().trim_matches('/').is_empty()
        && uri.query().is_none()
}

/// Whether passwords may be sent there: over TLS, or without leaving this machine, or because that
/// was said by name.
fn may_go_to(server: &str, insecure: bool) -> bool {
    let Ok(uri) = server.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || host.parse().is_ok_and(|it: IpAddr| it.is_loopback());
    insecure || here || uri.scheme_str() == Some("https")
}

fn read_ca(file: &Path) -> Result<Vec<u8>, Mistake> {
    let pem = fs::read(file).map_err(|error| Mistake::Ca {
        file: file.to_owned(),
        why: error.to_string(),
    })?;
    if String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        Ok(pem)
    } else {
        Err(Mistake::CaInvalid(file.to_owned()))
    }
}

/// The `.env` file of a developer. A packaged client reads none: it would trust whatever folder
/// it is started in to name the server.
fn development_environment() -> HashMap<String, String> {
    if !cfg!(debug_assertions) {
        return HashMap::new();
    }
    dotenvy::dotenv_iter()
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .collect()
}
