//! The database that `DATABASE_URL` names. The hosts, `sslmode` and `sslrootcert` are interpreted
//! here; `tokio-postgres` supports them only in part.

use std::{net::IpAddr, str::FromStr as _};

use tokio_postgres::{
    Config,
    config::{Host, SslMode, TargetSessionAttrs},
};
use url::form_urlencoded;

use super::ConnectError;

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
        let (rest, mode, root_certificates) = split_tls_options(url);
        let mut config = Config::from_str(&rest)
            .map_err(|error| ConnectError::new(format!("DATABASE_URL cannot be read: {error}")))?;
        let is_verified = match mode.as_deref() {
            Some("disable" | "allow" | "prefer") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            // `DATABASE_URL` is a list of `name=value`, which tokio-postgres has parsed.
            None => config.get_ssl_mode() == SslMode::Require,
            Some(other) => {
                return Err(ConnectError::new(format!(
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
        if count == 0 || !fits(names.len()) || !fits(addresses.len()) {
            return Err(ConnectError::new(
                "host and hostaddr in DATABASE_URL do not name the same number of servers"
                    .to_owned(),
            ));
        }
        if ports.len() > 1 && ports.len() != count {
            return Err(ConnectError::new(
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
