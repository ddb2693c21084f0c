//! Every setting, read once at start from the command line, the environment or systemd's
//! credentials.

pub mod key;
pub mod misspelt;

use std::{
    convert::Infallible,
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use clap::{Args, builder::BoolishValueParser};
use ipnet::IpNet;

use crate::error::{StartError, StartResult};

/// A secret setting, which `Debug` does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret as text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> std::result::Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A duration, written like `12h` or `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period(pub Duration);

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let duration = text.parse::<jiff::Span>().ok().and_then(|span| {
            let days = jiff::SpanRelativeTo::days_are_24_hours();
            Duration::try_from(span.to_duration(days).ok()?).ok()
        });
        match duration {
            Some(duration) if !duration.is_zero() => Ok(Self(duration)),
            _ => Err("must be a duration such as 30m, 12h or 7d".to_owned()),
        }
    }
}

/// A number of bytes, written like `64M` or `1G`; powers of 1,024.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteSize(pub usize);

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        const UNITS: [(char, usize); 3] = [('K', 1 << 10), ('M', 1 << 20), ('G', 1 << 30)];
        let unit = UNITS.iter().find(|(unit, _)| text.ends_with(*unit));
        let (number, factor) = unit.map_or((text, 1), |(unit, factor)| {
            (text.trim_end_matches(*unit), *factor)
        });
        let bytes = number
            .parse()
            .ok()
            .and_then(|number: usize| number.checked_mul(factor));
        bytes
            .map(Self)
            .ok_or_else(|| "must be a size such as 64M or 1G".to_owned())
    }
}

/// Parses `EPIC_MEMORY_BUDGET`.
fn memory_budget(text: &str) -> std::result::Result<ByteSize, String> {
    let size: ByteSize = text.parse()?;
    if size.0 < MEMORY_BUDGET_MIN.0 {
        return Err("must be at least 16M".to_owned());
    }
    Ok(size)
}

/// Parses `EPIC_SESSION_IDLE`. The server writes the use of a session once in a minute and a half.
fn session_idle(text: &str) -> std::result::Result<Period, String> {
    let period: Period = text.parse()?;
    if period.0 < SESSION_IDLE_MIN {
        return Err("must be at least 2m".to_owned());
    }
    Ok(period)
}

/// The smallest `EPIC_SESSION_IDLE`.
const SESSION_IDLE_MIN: Duration = Duration::from_mins(2);

/// Parses a part of `EPIC_TRUSTED_PROXIES`; an address is a network of one.
fn network(text: &str) -> std::result::Result<IpNet, String> {
    let text = text.trim();
    let address = || {
        text.parse()
            .map(|address: IpAddr| address.to_canonical().into())
    };
    text.parse().or_else(|_| address()).map_err(|_| {
        "must be addresses or networks such as 10.0.0.5,10.1.0.0/16,fd00::/8".to_owned()
    })
}

/// The smallest `EPIC_MEMORY_BUDGET`: below it, the share of a connection has no room for a request
/// and a reply of maximum size.
const MEMORY_BUDGET_MIN: ByteSize = ByteSize(16 << 20);

/// The default of `EPIC_LISTEN`, which other machines cannot reach.
pub(crate) const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50051);

/// The settings of every command. A secret may also be a file with the setting's name in
/// `$CREDENTIALS_DIRECTORY`, where systemd's `LoadCredential` places it.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// PostgreSQL database, as `postgres://user:password@host/database` [default: the built-in one]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<Secret>,

    /// Connections to the PostgreSQL database for calls, 2 to 1000 [default: 16]; one more reads the
    /// changes of other servers
    #[arg(
        long,
        env = "EPIC_DATABASE_CONNECTIONS",
        value_parser = clap::value_parser!(u16).range(2..=1000),
        global = true
    )]
    pub database_connections: Option<u16>,

    /// Address and port to listen on
    #[arg(long, env = "EPIC_LISTEN", default_value_t = DEFAULT_LISTEN, global = true)]
    pub listen: SocketAddr,

    /// Serve other machines without TLS: passwords cross the network unencrypted
    #[arg(long, env = "EPIC_INSECURE", value_parser = BoolishValueParser::new(), global = true)]
    pub insecure: bool,

    /// Proxies that announce their clients by the PROXY protocol version 2: addresses or networks such as
    /// 10.0.0.0/8, separated by commas
    #[arg(
        long,
        env = "EPIC_TRUSTED_PROXIES",
        value_parser = network,
        value_delimiter = ',',
        global = true
    )]
    pub trusted_proxies: Vec<IpNet>,

    /// Memory for requests and replies in transfer; a connection or an account gets an eighth
    #[arg(
        long,
        env = "EPIC_MEMORY_BUDGET",
        default_value = "64M",
        value_parser = memory_budget,
        global = true
    )]
    pub memory_budget: ByteSize,

    /// Keep pages of lists in memory until a record changes [default: yes]
    #[arg(
        long,
        env = "EPIC_LIST_CACHE",
        value_parser = BoolishValueParser::new(),
        default_value_t = true,
        action = clap::ArgAction::Set,
        hide_default_value = true,
        hide_possible_values = true,
        global = true
    )]
    pub list_cache: bool,

    /// Calls of an account that use the database or wait for it; further ones are refused [default: 16]
    #[arg(
        long,
        env = "EPIC_ACCOUNT_CALLS",
        value_parser = clap::value_parser!(u16).range(1..=1000),
        global = true
    )]
    pub account_calls: Option<u16>,

    /// Calls of an account that read from the database at once; further ones wait [default: 4]
    #[arg(
        long,
        env = "EPIC_ACCOUNT_READS",
        value_parser = clap::value_parser!(u16).range(1..=1000),
        global = true
    )]
    pub account_reads: Option<u16>,

    /// Calls of an account that write at once; further ones wait [default: 2]
    #[arg(
        long,
        env = "EPIC_ACCOUNT_WRITES",
        value_parser = clap::value_parser!(u16).range(1..=1000),
        global = true
    )]
    pub account_writes: Option<u16>,

    /// Folder of the built-in PostgreSQL [default: the platform's data folder]
    #[arg(long, env = "EPIC_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,

    /// Key that signs access tokens, at least 32 bytes; the same on every server of a database
    #[arg(long, env = "EPIC_JWT_SECRET", hide_env_values = true, global = true)]
    pub jwt_secret: Option<Secret>,

    /// Previous key; tokens signed with it stay valid while the key is replaced
    #[arg(
        long,
        env = "EPIC_JWT_SECRET_PREVIOUS",
        hide_env_values = true,
        global = true
    )]
    pub jwt_secret_previous: Option<Secret>,

    /// Time after which an unused session ends
    #[arg(
        long,
        env = "EPIC_SESSION_IDLE",
        default_value = "12h",
        value_parser = session_idle,
        global = true
    )]
    pub session_idle: Period,

    /// Maximum lifetime of a session
    #[arg(
        long,
        env = "EPIC_SESSION_LIFETIME",
        default_value = "7d",
        global = true
    )]
    pub session_lifetime: Period,

    /// PEM file with the server's certificate chain
    #[arg(long, env = "EPIC_TLS_CERT", requires = "tls_key", global = true)]
    pub tls_cert: Option<PathBuf>,

    /// PEM file with the private key of the certificate
    #[arg(long, env = "EPIC_TLS_KEY", requires = "tls_cert", global = true)]
    pub tls_key: Option<PathBuf>,

    /// Full name of the first gestion account, for init
    #[arg(long, env = "EPIC_ADMIN_NAME", global = true)]
    pub admin_name: Option<String>,

    /// Email address of the first gestion account, for init
    #[arg(long, env = "EPIC_ADMIN_EMAIL", global = true)]
    pub admin_email: Option<String>,

    /// Password of the first gestion account, for init; must be changed at the first login
    #[arg(
        long,
        env = "EPIC_ADMIN_PASSWORD",
        hide_env_values = true,
        global = true
    )]
    pub admin_password: Option<Secret>,

    /// Sentry project that receives failures, changes of collaborators and signatures
    #[arg(long, env = "SENTRY_DSN", hide_env_values = true, global = true)]
    pub sentry_dsn: Option<Secret>,
}

impl Settings {
    /// Reads the secrets that are not set from the files in `folder`. An empty file means not set.
    ///
    /// # Errors
    /// [`StartError::SetUp`] when a file exists but cannot be read.
    pub fn with_credentials(mut self, folder: &Path) -> StartResult<Self> {
        let secrets = [
            ("DATABASE_URL", &mut self.database_url),
            ("EPIC_JWT_SECRET", &mut self.jwt_secret),
            ("EPIC_JWT_SECRET_PREVIOUS", &mut self.jwt_secret_previous),
            ("EPIC_ADMIN_PASSWORD", &mut self.admin_password),
            ("SENTRY_DSN", &mut self.sentry_dsn),
        ];
        for (name, setting) in secrets {
            let path = folder.join(name);
            if setting.is_some() || !path.exists() {
                continue;
            }
            let text = std::fs::read_to_string(&path).map_err(|error| {
                StartError::SetUp(format!(
                    "{} cannot be read: {error}; make it readable for the user who runs \
                         epic-server",
                    path.display()
                ))
            })?;
            let text = text.trim_end_matches(['\r', '\n']);
            *setting = (!text.is_empty()).then(|| Secret(text.to_owned()));
        }
        Ok(self)
    }

    /// The folder of the built-in database.
    ///
    /// # Errors
    /// [`StartError::SetUp`] when it is not set and the user has no home folder.
    #[cfg(feature = "embedded")]
    pub(crate) fn data_dir(&self) -> StartResult<PathBuf> {
        use etcetera::BaseStrategy;
        if let Some(folder) = &self.data_dir {
            return Ok(folder.clone());
        }
        etcetera::choose_base_strategy()
            .map(|base| base.data_dir().join("epic-server"))
            .map_err(|_| {
                StartError::SetUp("There is no home folder; set EPIC_DATA_DIR.".to_owned())
            })
    }
}
