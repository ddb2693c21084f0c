//! The settings: from the command line, the environment and the settings file, in this order of
//! precedence.

mod error;
mod file;
mod language;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    ffi::OsString,
    net::IpAddr,
    path::{Path, PathBuf},
};

use clap::{ArgMatches, Command, CommandFactory, FromArgMatches, Parser};
use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use http::Uri;
use jiff::tz::TimeZone;

pub use self::error::{FileError, SettingsError, SettingsErrorKind, Source};
use self::file::File;
use crate::{
    client::Server,
    messages::{Lang, SystemError},
    regular_file,
    theme::detect::{Capabilities, Theme},
};

const DEFAULT_SERVER: &str = "http://127.0.0.1:50051";

/// The validated settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server.
    pub server: Server,
    /// The language of the user interface.
    pub lang: Lang,
    /// The time zone of displayed and typed times.
    pub zone: TimeZone,
    /// The colours that the user has chosen.
    pub theme: Theme,
    /// The colours that the terminal has.
    pub terminal: Capabilities,
    /// Whether to capture the mouse, which disables the terminal's own selection.
    pub mouse: bool,
    /// Whether to run the demo instead of a server.
    pub demo: bool,
    /// The account of a job.
    pub credentials: Credentials,
}

// Its texts are messages of the commands.
#[derive(Debug, Default, Parser)]
#[command(name = "epic", version)]
struct Args {
    #[arg(long, global = true, value_name = "URL")]
    server: Option<String>,
    #[arg(long, global = true, value_name = "FILE")]
    ca: Option<String>,
    #[arg(long, global = true)]
    insecure: bool,
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<String>,
    #[arg(long, global = true, value_name = "THEME")]
    theme: Option<String>,
    #[arg(long, global = true)]
    no_mouse: bool,
    /// Whether the command is [`DEMO`].
    #[arg(skip)]
    demo: bool,
}

/// The command that runs the demo.
pub const DEMO: &str = "demo";

/// The account of a job, which signs in without a terminal. A password is never on the command line.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The email address.
    pub email: Option<String>,
    /// The file with the password.
    pub password_file: Option<PathBuf>,
}

impl Credentials {
    /// From `EPIC_EMAIL` and `EPIC_PASSWORD_FILE`, or a credential `epic-password` of systemd.
    fn from_env(env: impl Fn(&str) -> Option<String>) -> Self {
        let credential = |name: &str| {
            let file = Path::new(&env("CREDENTIALS_DIRECTORY")?).join(name);
            file.is_file().then_some(file)
        };
        let password_file = env("EPIC_PASSWORD_FILE").map(PathBuf::from);
        Self {
            email: env("EPIC_EMAIL"),
            password_file: password_file.or_else(|| credential("epic-password")),
        }
    }
}

/// The folders of the client.
#[derive(Clone, Debug)]
pub struct Folders {
    /// Contains the settings file.
    pub config: PathBuf,
    /// Contains the session files and the log.
    pub state: PathBuf,
}

impl Folders {
    /// The folders that the platform prescribes; `None` for a user without a home folder, such as one
    /// whose home is `/dev/null`.
    #[must_use]
    pub fn system() -> Option<Self> {
        let strategy = choose_app_strategy(AppStrategyArgs {
            top_level_domain: "fr".into(),
            author: "Epic Events".into(),
            app_name: "epic".into(),
        })
        .ok()?;
        let folders = Self {
            config: strategy.config_dir(),
            state: strategy.state_dir().unwrap_or_else(|| strategy.data_dir()),
        };
        (is_possible(&folders.config) && is_possible(&folders.state)).then_some(folders)
    }

    /// Path of the settings file, which need not exist.
    #[must_use]
    pub(crate) fn settings_file(&self) -> PathBuf {
        self.config.join("settings.toml")
    }
}

/// Whether the folder can be created: the folder or its nearest existing parent is a folder.
fn is_possible(folder: &Path) -> bool {
    let mut paths = folder.ancestors();
    paths.find(|path| path.exists()).is_some_and(Path::is_dir)
}

impl Settings {
    /// The command line of the screen and the demo, with the options that all commands share, without texts.
    #[must_use]
    pub fn command_line() -> Command {
        let demo = Command::new(DEMO).hide(!cfg!(feature = "demo"));
        Args::command().subcommand(demo)
    }

    /// The language of a command line, which need not parse.
    #[must_use]
    pub fn language(line: &[OsString], folders: Option<&Folders>) -> Lang {
        let given = find_in_invalid(Args::command(), line, |it| Args::from_matches(it).lang);
        let file = folders.map(|folders| File::read(&folders.settings_file()));
        let file = file.and_then(Result::ok).and_then(|file| file.lang);
        let env = std::env::var("EPIC_LANG").ok();
        let chosen = first(given, env.filter(|it| !it.is_empty()), file);
        let chosen = chosen.and_then(|(value, _)| Lang::from_locale(&value));
        chosen.unwrap_or_else(language::system)
    }

    /// Reads and validates the settings, with the options of a command line.
    ///
    /// # Errors
    /// The first invalid setting.
    pub fn read(matches: &ArgMatches, folders: Option<&Folders>) -> Result<Self, SettingsError> {
        let file = folders.map(Folders::settings_file);
        let args = Args::from_matches(matches);
        let development = development_environment();
        let env = |name: &str| {
            let value = std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
            value.or_else(|| development.get(name).cloned())
        };
        let file = file.map_or_else(|| Ok(File::default()), |path| File::read(&path));
        Self::resolve(args, env, file)
    }

    fn resolve(
        args: Args,
        env: impl Fn(&str) -> Option<String>,
        file: Result<File, SettingsErrorKind>,
    ) -> Result<Self, SettingsError> {
        let env = |name: &str| env(name).filter(|value| !value.is_empty());
        let (file, file_error) = match file {
            Ok(file) => (file, None),
            Err(error) => (File::default(), Some(error)),
        };
        let File {
            server,
            ca,
            lang,
            time_zone,
            theme,
            insecure,
            mouse,
        } = file;

        // The language is first: the messages about the other settings use it.
        let system = language::system();
        let lang = match first(args.lang, env("EPIC_LANG"), lang) {
            Some((value, source)) => Lang::from_locale(&value)
                .ok_or_else(|| SettingsErrorKind::Lang { value, source }.in_language(system))?,
            None => system,
        };
        let in_language = |error: SettingsErrorKind| error.in_language(lang);
        if let Some(error) = file_error {
            return Err(in_language(error));
        }
        let server = first(args.server, env("EPIC_SERVER"), server);
        let insecure = args.insecure || insecure == Some(true);
        let url = server_url(server, insecure).map_err(in_language)?;
        let zone = match first(None, env("EPIC_TIME_ZONE"), time_zone) {
            Some((value, source)) => TimeZone::get(&value)
                .map_err(|_| in_language(SettingsErrorKind::TimeZone { value, source }))?,
            None => TimeZone::system(),
        };
        let theme = match first(args.theme, env("EPIC_THEME"), theme) {
            Some((value, source)) => Theme::from_name(&value)
                .ok_or_else(|| in_language(SettingsErrorKind::Theme { value, source }))?,
            None => Theme::default(),
        };
        let ca = first(args.ca, None, ca).map(|(file, source)| read_ca(file, source));
        let ca = ca.transpose().map_err(in_language)?;
        Ok(Self {
            server: Server { url, ca },
            lang,
            zone,
            theme,
            terminal: Capabilities::from_env(env),
            mouse: !args.no_mouse && mouse.unwrap_or(true),
            demo: args.demo,
            credentials: Credentials::from_env(env),
        })
    }
}

impl Args {
    fn from_matches(matches: &ArgMatches) -> Self {
        // The options have no required value, so this does not fail.
        let args = Self::from_arg_matches(matches).unwrap_or_default();
        Self {
            demo: matches.subcommand_name() == Some(DEMO),
            ..args
        }
    }
}

/// What `parser` finds in a command line that does not parse: clap stops at the first mistake, so an option is
/// looked for from every word on.
pub(crate) fn find_in_invalid<T>(
    parser: Command,
    line: &[OsString],
    find: impl Fn(&ArgMatches) -> Option<T>,
) -> Option<T> {
    // A help that is asked for would end the search.
    let parser = parser
        .no_binary_name(true)
        .ignore_errors(true)
        .disable_help_flag(true)
        .disable_version_flag(true);
    (0..line.len()).find_map(|start| {
        let matches = parser.clone().try_get_matches_from(&line[start..]);
        find(&matches.ok()?)
    })
}

/// The value of highest precedence: command line, environment, file.
fn first(
    flag: Option<String>,
    env: Option<String>,
    file: Option<(String, Source)>,
) -> Option<(String, Source)> {
    flag.map(|value| (value, Source::CommandLine))
        .or_else(|| env.map(|value| (value, Source::Environment)))
        .or(file)
}

/// The address of the server, if passwords may be sent to it.
fn server_url(
    given: Option<(String, Source)>,
    insecure: bool,
) -> Result<String, SettingsErrorKind> {
    match given {
        Some((value, source)) if !is_server_address(&value) => {
            Err(SettingsErrorKind::Server { value, source })
        }
        Some((value, source)) if !is_allowed(&value, insecure) => {
            Err(SettingsErrorKind::Insecure { value, source })
        }
        Some((value, _)) => Ok(value),
        None => Ok(DEFAULT_SERVER.to_owned()),
    }
}

/// Whether the address consists of a scheme, a host and optionally a port.
fn is_server_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else {
        return false;
    };
    let has_plain_authority = uri
        .authority()
        .is_some_and(|it| !it.host().is_empty() && !it.as_str().contains('@'));
    matches!(uri.scheme_str(), Some("http" | "https"))
        && has_plain_authority
        && uri.path().trim_matches('/').is_empty()
        && uri.query().is_none()
}

/// Whether passwords may be sent to this server: over TLS, to this machine, or with `insecure`.
fn is_allowed(server: &str, insecure: bool) -> bool {
    let Ok(uri) = server.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_local = host == "localhost" || host.parse().is_ok_and(|it: IpAddr| it.is_loopback());
    insecure || is_local || uri.scheme_str() == Some("https")
}

/// Maximum number of bytes of a file with certificates. All authorities of a platform take 200 KB.
const CA_MAX: u64 = 8 << 20;

fn read_ca(file: String, source: Source) -> Result<Vec<u8>, SettingsErrorKind> {
    match regular_file::read(Path::new(&file), CA_MAX) {
        Ok(pem) if String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") => Ok(pem),
        Ok(_) => Err(SettingsErrorKind::CaInvalid {
            value: file,
            source,
        }),
        Err(error) => Err(SettingsErrorKind::Ca {
            value: file,
            source,
            cause: SystemError::from(&error),
        }),
    }
}

/// The `.env` file, in debug builds only: a release build must not let the current folder choose
/// the server.
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
