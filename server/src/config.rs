//! Every setting, read once: from the command line, the environment, or systemd's credentials.

pub mod key;

use std::{
    convert::Infallible,
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use clap::{Args, builder::BoolishValueParser};

use crate::error::{Error, Result};

/// A setting that no log, error or `Debug` may show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
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

/// A length of time, written like `12h` or `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period(pub Duration);

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let length = text.parse::<jiff::Span>().ok().and_then(|span| {
            let days = jiff::SpanRelativeTo::days_are_24_hours();
            Duration::try_from(span.to_duration(days).ok()?).ok()
        });
        match length {
            Some(length) if !length.is_zero() => Ok(Self(length)),
            _ => Err("write a length of time like 30m, 12h or 7d".to_owned()),
        }
    }
}

/// The address served when none is given: this machine only.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50051);

/// Settings that every command takes. Each secret may also be a file of its setting's name in
/// `$CREDENTIALS_DIRECTORY`, which is how systemd's `LoadCredential` hands them over.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// PostgreSQL to use, as `postgres://user:password@host/database`; without it, the built-in one
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<Secret>,

    /// Address and port to serve on
    #[arg(long, env = "EPIC_LISTEN", default_value_t = DEFAULT_LISTEN, global = true)]
    pub listen: SocketAddr,

    /// Serve other machines without TLS: passwords then cross the network in the clear
    #[arg(long, env = "EPIC_INSECURE", value_parser = BoolishValueParser::new(), global = true)]
    pub insecure: bool,

    /// Folder of the built-in PostgreSQL [default: the platform's data folder]
    #[arg(long, env = "EPIC_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,

    /// Key that signs access tokens, at least 32 bytes; every server of one database needs the same
    #[arg(long, env = "EPIC_JWT_SECRET", hide_env_values = true, global = true)]
    pub jwt_secret: Option<Secret>,

    /// Key that signed before the present one; what it signed stays good while the key is changed
    #[arg(
        long,
        env = "EPIC_JWT_SECRET_PREVIOUS",
        hide_env_values = true,
        global = true
    )]
    pub jwt_secret_previous: Option<Secret>,

    /// How long a session lasts that nobody uses
    #[arg(long, env = "EPIC_SESSION_IDLE", default_value = "12h", global = true)]
    pub session_idle: Period,

    /// How long a session lasts, however much it is used
    #[arg(
        long,
        env = "EPIC_SESSION_LIFETIME",
        default_value = "7d",
        global = true
    )]
    pub session_lifetime: Period,

    /// PEM file with the server's certificate and those that vouch for it
    #[arg(long, env = "EPIC_TLS_CERT", requires = "tls_key", global = true)]
    pub tls_cert: Option<PathBuf>,

    /// PEM file with the certificate's private key
    #[arg(long, env = "EPIC_TLS_KEY", requires = "tls_cert", global = true)]
    pub tls_key: Option<PathBuf>,

    /// Full name of the first gestion account, for init
    #[arg(long, env = "EPIC_ADMIN_NAME", global = true)]
    pub admin_name: Option<String>,

    /// Email address of the first gestion account, for init
    #[arg(long, env = "EPIC_ADMIN_EMAIL", global = true)]
    pub admin_email: Option<String>,

    /// Password of the first gestion account, for init; it must be changed at the first login
    #[arg(
        long,
        env = "EPIC_ADMIN_PASSWORD",
        hide_env_values = true,
        global = true
    )]
    pub admin_password: Option<Secret>,

    /// Where to report failures, changes of collaborators and signatures; without it, nowhere
    #[arg(long, env = "SENTRY_DSN", hide_env_values = true, global = true)]
    pub sentry_dsn: Option<Secret>,
}

impl Settings {
    /// Fills the secrets that were not given from the files in that folder.
    ///
    /// # Errors
    /// When a file is there but cannot be read.
    pub fn with_credentials(mut self, folder: &Path) -> Result<Self> {
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
            let text = std::fs::read_to_string(&path)
                .map_err(|error| Error::Defect(format!("{}: {error}", path.display())))?;
            *setting = Some(Secret(text.trim_end_matches(['\r', '\n']).to_owned()));
        }
        Ok(self)
    }

    /// The folder of the built-in database.
    ///
    /// # Errors
    /// When none was given and the platform names none.
    pub fn data_dir(&self) -> Result<PathBuf> {
        use etcetera::BaseStrategy;
        if let Some(folder) = &self.data_dir {
            return Ok(folder.clone());
        }
        etcetera::choose_base_strategy()
            .map(|base| base.data_dir().join("epic-server"))
            .map_err(|_| {
                Error::Defect("There is no home folder; set EPIC_DATA_DIR to a folder.".to_owned())
            })
    }
}
