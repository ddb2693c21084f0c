//! Connections to PostgreSQL. This module opens every connection of the server, with TLS as `sslmode`
//! and `sslrootcert` in the URL require; `tokio-postgres` supports the two only in part.

use std::{error::Error as _, io, str::FromStr as _};

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio_postgres::{
    AsyncMessage, Client, Config, NoTls,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::form_urlencoded;

use crate::network::tls_provider;

/// The messages of a connection, such as notifications. The connection makes progress only while
/// this stream is polled.
pub type Messages = BoxStream<'static, Result<AsyncMessage, tokio_postgres::Error>>;

/// Connects for queries.
///
/// # Errors
/// [`ConnectionError::BadConnection`] with a sentence for operators when `url` is invalid, the server
/// does not accept the connection, or its certificate is not valid.
pub async fn connect(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let target = Target::parse(url)?;
    if let Some(tls) = target.tls()? {
        let connected = target.config.connect(tls).await;
        let (client, connection) = connected.map_err(|error| target.error(&error))?;
        return AsyncPgConnection::try_from_client_and_connection(client, connection).await;
    }
    let connected = target.config.connect(NoTls).await;
    let (client, connection) = connected.map_err(|error| target.error(&error))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// Connects for notifications.
///
/// # Errors
/// Those of [`connect`].
pub async fn listen(url: &str) -> ConnectionResult<(Client, Messages)> {
    let target = Target::parse(url)?;
    if let Some(tls) = target.tls()? {
        let connected = target.config.connect(tls).await;
        let (client, mut connection) = connected.map_err(|error| target.error(&error))?;
        let messages = stream::poll_fn(move |context| connection.poll_message(context));
        return Ok((client, messages.boxed()));
    }
    let connected = target.config.connect(NoTls).await;
    let (client, mut connection) = connected.map_err(|error| target.error(&error))?;
    let messages = stream::poll_fn(move |context| connection.poll_message(context));
    Ok((client, messages.boxed()))
}

/// Whether the connection crosses a network unencrypted: the database is on another machine, and the
/// URL does not require TLS.
#[must_use]
pub fn is_unencrypted(url: &str) -> bool {
    Target::parse(url).is_ok_and(|target| !target.is_verified && !target.is_local())
}

/// A database server, and how to connect to it.
struct Target {
    config: Config,
    /// Whether the connection requires TLS and a valid certificate.
    is_verified: bool,
    /// A PEM file of certificate authorities, or `system`.
    root_certificates: Option<String>,
}

impl Target {
    fn parse(url: &str) -> ConnectionResult<Self> {
        let (rest, mode, root_certificates) = split_tls_options(url);
        let mut config = Config::from_str(&rest)
            .map_err(|error| bad_connection(format!("DATABASE_URL cannot be read: {error}")))?;
        let is_verified = match mode.as_deref() {
            Some("disable" | "allow" | "prefer") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            // A list of `name=value` instead of a URL, which tokio-postgres has parsed.
            None => config.get_ssl_mode() == SslMode::Require,
            Some(other) => {
                return Err(bad_connection(format!(
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

    fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.config.get_hosts().iter()
    }

    fn is_local(&self) -> bool {
        let named = self.hosts().all(|host| match host {
            Host::Tcp(name) => {
                name == "localhost"
                    || name
                        .parse()
                        .is_ok_and(|it: std::net::IpAddr| it.is_loopback())
            }
            Host::Unix(_) => true,
        });
        let numbered = self.config.get_hostaddrs();
        if numbered.is_empty() {
            named
        } else {
            numbered.iter().all(std::net::IpAddr::is_loopback)
        }
    }

    /// TLS that verifies the server; `None` without TLS. The file with the authorities is read for
    /// every connection, so that it can be replaced.
    fn tls(&self) -> ConnectionResult<Option<MakeRustlsConnect>> {
        if !self.is_verified {
            return Ok(None);
        }
        let roots = match self.root_certificates.as_deref() {
            None | Some("system") => platform_roots()?,
            Some(file) => file_roots(file)?,
        };
        let mut config = ClientConfig::builder_with_provider(tls_provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| bad_connection(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(Some(MakeRustlsConnect::new(config)))
    }

    /// The error as a sentence for operators.
    fn error(&self, error: &tokio_postgres::Error) -> ConnectionError {
        let host = match self.hosts().next() {
            Some(Host::Tcp(name)) => name.as_str(),
            _ => "the socket",
        };
        let cause = error.source();
        if let Some(certificate) = cause.and_then(certificate_error) {
            return bad_connection(match certificate {
                // `BadSignature`: an authority with the same name and another key.
                CertificateError::UnknownIssuer | CertificateError::BadSignature => format!(
                    "the certificate of the database at {host} is issued by an authority that is \
                     not trusted; set sslrootcert in DATABASE_URL to a file with the certificate of \
                     that authority"
                ),
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => {
                    format!(
                        "the certificate of the database is not valid for {host}; use a host name \
                         of the certificate in DATABASE_URL"
                    )
                }
                other => format!("the certificate of the database at {host} is not valid: {other}"),
            });
        }
        match cause.map(ToString::to_string) {
            Some(why) if why == NO_TLS => bad_connection(format!(
                "the database at {host} does not support TLS, which sslmode in DATABASE_URL requires"
            )),
            Some(why) if error.as_db_error().is_none() => bad_connection(format!("{error}: {why}")),
            _ => bad_connection(error.to_string()),
        }
    }
}

/// tokio-postgres's error text for a server without TLS.
const NO_TLS: &str = "server does not support TLS";

fn bad_connection(why: String) -> ConnectionError {
    ConnectionError::BadConnection(why)
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

fn platform_roots() -> ConnectionResult<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(bad_connection(
            "this machine has no trusted certificate authorities; set sslrootcert in DATABASE_URL \
             to a file with the certificate of the database's authority"
                .to_owned(),
        ));
    }
    Ok(roots)
}

fn file_roots(file: &str) -> ConnectionResult<RootCertStore> {
    let invalid = |why: String| bad_connection(format!("sslrootcert={file} in DATABASE_URL {why}"));
    let pem = std::fs::read(file).map_err(|error| invalid(format!("cannot be read: {error}")))?;
    let mut roots = RootCertStore::empty();
    for authority in CertificateDer::pem_slice_iter(&pem) {
        authority
            .map_err(|error| error.to_string())
            .and_then(|it| roots.add(it).map_err(|error| error.to_string()))
            .map_err(|error| invalid(format!("contains an invalid certificate: {error}")))?;
    }
    if roots.is_empty() {
        return Err(invalid("contains no certificate in PEM format".to_owned()));
    }
    Ok(roots)
}

/// The certificate error inside an `io::Error`, whose `source` skips it.
fn certificate_error<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a CertificateError> {
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    match inner.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(why) => Some(why),
        _ => None,
    }
}
