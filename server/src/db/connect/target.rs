//! The database that `DATABASE_URL` names. The hosts, `sslmode` and `sslrootcert` are interpreted
//! here; `tokio-postgres` supports them only in part.

use std::{error::Error as _, net::IpAddr, str::FromStr as _};

use tokio_postgres::{
    Config,
    config::{Host, SslMode, TargetSessionAttrs},
};
use url::form_urlencoded;

use super::ConnectError;

/// The name of connections in `pg_stat_activity`, unless the URL has another one.
const APPLICATION_NAME: &str = "epic-server";
/// The options of a URL, as `docs/handbook.md` lists them.
const OPTIONS: &[&str] = &[
    "user",
    "password",
    "dbname",
    "host",
    "hostaddr",
    "port",
    "sslmode",
    "sslrootcert",
    "sslnegotiation",
    "channel_binding",
    "target_session_attrs",
    "load_balance_hosts",
    "connect_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "application_name",
    "options",
];

/// A database, and how to connect to it.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) config: Config,
    /// Whether the connection requires TLS and a valid certificate.
    pub(super) is_verified: bool,
    /// A PEM file of certificate authorities, or `system`.
    pub(super) root_certificates: Option<String>,
}

/// A server on which the database may be.
#[derive(Clone, Debug)]
pub(super) struct DatabaseHost {
    /// The name that the certificate is valid for; empty for a socket and for a bare address.
    pub(super) name: String,
    /// The host name, IP address or socket folder to connect to.
    pub(super) place: Host,
    pub(super) port: u16,
}

impl Target {
    pub(super) fn parse(url: &str) -> Result<Self, ConnectError> {
        if let Some(scheme) = unknown_scheme(url) {
            return Err(ConnectError::misconfigured(format!(
                "DATABASE_URL begins with {scheme}:// instead of postgres://"
            )));
        }
        let (rest, mode, root_certificates) = split_tls_options(url);
        let mut config = Config::from_str(&rest).map_err(|error| unreadable(&error))?;
        if config.get_application_name().is_none() {
            config.application_name(APPLICATION_NAME);
        }
        let is_verified = match mode.as_deref() {
            Some("disable" | "allow" | "prefer") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            // `DATABASE_URL` is a list of `name=value`, which tokio-postgres has parsed.
            None => config.get_ssl_mode() == SslMode::Require,
            Some(other) => {
                return Err(ConnectError::misconfigured(format!(
                    "sslmode={other} in DATABASE_URL is none of disable, allow, prefer, require, \
                     verify-ca and verify-full"
                )));
            }
        };
        // As in libpq, sslmode has no effect on Unix sockets.
        let socket = |host: &Host| matches!(host, Host::Unix(_));
        let is_verified = is_verified && !config.get_hosts().iter().all(socket);
        config.ssl_mode(if is_verified {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        Ok(Self {
            config,
            is_verified,
            root_certificates,
        })
    }

    /// The hosts, in the order of the URL.
    pub(super) fn hosts(&self) -> Result<Vec<DatabaseHost>, ConnectError> {
        let (names, addresses) = (self.config.get_hosts(), self.config.get_hostaddrs());
        let ports = self.config.get_ports();
        let count = names.len().max(addresses.len());
        let fits = |length: usize| length == 0 || length == count;
        if count == 0 {
            return Err(ConnectError::misconfigured(
                "DATABASE_URL names no host; an example is postgres://user:password@host/database"
                    .to_owned(),
            ));
        }
        if !fits(names.len()) || !fits(addresses.len()) {
            return Err(ConnectError::misconfigured(
                "host and hostaddr in DATABASE_URL do not name the same number of servers"
                    .to_owned(),
            ));
        }
        if ports.len() > 1 && ports.len() != count {
            return Err(ConnectError::misconfigured(
                "DATABASE_URL does not have one port for each host".to_owned(),
            ));
        }
        let host = |at: usize| {
            let host = names.get(at).cloned();
            let address = addresses.get(at).map(|it| Host::Tcp(it.to_string()));
            Some(DatabaseHost {
                name: match &host {
                    Some(Host::Tcp(name)) => name.clone(),
                    Some(Host::Unix(_)) | None => String::new(),
                },
                place: address.or(host)?,
                port: *ports.get(at).or(ports.first()).unwrap_or(&5432),
            })
        };
        Ok((0..count).filter_map(host).collect())
    }

    /// The hosts and the name of the database, for the log.
    pub(super) fn place(&self) -> String {
        let hosts = self.hosts().unwrap_or_default();
        let hosts = hosts.iter().map(|host| match &host.place {
            Host::Tcp(name) => format!("{name}:{}", host.port),
            Host::Unix(folder) => format!("{}:{}", folder.display(), host.port),
        });
        let hosts: Vec<_> = hosts.collect();
        let name = self.config.get_dbname().or(self.config.get_user());
        format!("{}/{}", hosts.join(","), name.unwrap_or_default())
    }

    /// The attributes that a server must have. Of several servers, all but one are standbys, so a URL
    /// that does not state otherwise means the writable one.
    pub(super) fn session_attributes(&self) -> TargetSessionAttrs {
        match self.config.get_target_session_attrs() {
            TargetSessionAttrs::Any if self.config.get_hosts().len() > 1 => {
                TargetSessionAttrs::ReadWrite
            }
            wanted => wanted,
        }
    }

    /// Whether every host is this machine.
    pub(super) fn is_local(&self) -> bool {
        let named = self.config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => {
                name == "localhost" || name.parse().is_ok_and(|it: IpAddr| it.is_loopback())
            }
            Host::Unix(_) => true,
        });
        let numbered = self.config.get_hostaddrs();
        if numbered.is_empty() {
            named
        } else {
            numbered.iter().all(IpAddr::is_loopback)
        }
    }
}

/// The error for a URL that tokio-postgres refuses. Its own text does not say why, but that of the source does.
/// The scheme of a URL that is none of PostgreSQL's; `None` for a list of `name=value`.
fn unknown_scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once("://")?;
    let is_word = scheme.bytes().all(|it| it.is_ascii_alphanumeric());
    (is_word && !matches!(scheme, "postgres" | "postgresql")).then_some(scheme)
}

fn unreadable(error: &tokio_postgres::Error) -> ConnectError {
    let why = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    let supported = if why.starts_with("unknown option") {
        format!("; supported are {}", OPTIONS.join(", "))
    } else {
        String::new()
    };
    ConnectError::misconfigured(format!("DATABASE_URL cannot be read: {why}{supported}"))
}

/// The URL without `sslmode` and `sslrootcert`, and the values of the two.
fn split_tls_options(url: &str) -> (String, Option<String>, Option<String>) {
    // The password may contain a question mark; it ends at the first @.
    let password = url.find('@').unwrap_or_default();
    let Some(question) = url[password..].find('?').map(|at| at + password) else {
        return (url.to_owned(), None, None);
    };
    let (mut mode, mut root_certificates) = (None, None);
    let rest: Vec<_> = url[question + 1..]
        .split('&')
        .filter(|pair| match pair.split_once('=') {
            Some(("sslmode", value)) => {
                mode = Some(decoded(value));
                false
            }
            Some(("sslrootcert", value)) => {
                root_certificates = Some(decoded(value));
                false
            }
            _ => true,
        })
        .collect();
    let separator = if rest.is_empty() { "" } else { "?" };
    let rest = format!("{}{separator}{}", &url[..question], rest.join("&"));
    (rest, mode, root_certificates)
}

/// Percent-decodes a value. As in libpq, a plus sign is not a space.
fn decoded(value: &str) -> String {
    let pair = format!("={}", value.replace('+', "%2B"));
    form_urlencoded::parse(pair.as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}
