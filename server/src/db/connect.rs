//! The one way to PostgreSQL: every connection of the server is made here. TLS is what the URL's
//! `sslmode` and `sslrootcert` ask for, which `tokio-postgres` knows only in part.

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

use crate::tls;

/// What a connection is told, such as notifications. It works only while this is polled.
pub type Messages = BoxStream<'static, Result<AsyncMessage, tokio_postgres::Error>>;

/// Connects, for queries.
///
/// # Errors
/// A sentence, when the database cannot be reached as the URL says.
pub async fn connect(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let way = Way::read(url)?;
    if let Some(tls) = way.tls()? {
        let made = way.config.connect(tls).await;
        let (client, connection) = made.map_err(|error| way.failed(&error))?;
        return AsyncPgConnection::try_from_client_and_connection(client, connection).await;
    }
    let made = way.config.connect(NoTls).await;
    let (client, connection) = made.map_err(|error| way.failed(&error))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// Connects, to hear what the database tells without being asked.
///
/// # Errors
/// As for [`connect`].
pub async fn listen(url: &str) -> ConnectionResult<(Client, Messages)> {
    let way = Way::read(url)?;
    if let Some(tls) = way.tls()? {
        let made = way.config.connect(tls).await;
        let (client, mut connection) = made.map_err(|error| way.failed(&error))?;
        let messages = stream::poll_fn(move |context| connection.poll_message(context));
        return Ok((client, messages.boxed()));
    }
    let made = way.config.connect(NoTls).await;
    let (client, mut connection) = made.map_err(|error| way.failed(&error))?;
    let messages = stream::poll_fn(move |context| connection.poll_message(context));
    Ok((client, messages.boxed()))
}

/// Whether what goes to that database can be read on the way: it is on another machine, and the URL
/// does not insist on TLS.
#[must_use]
pub fn is_exposed(url: &str) -> bool {
    Way::read(url).is_ok_and(|way| !way.verified && !way.is_local())
}

struct Way {
    config: Config,
    /// Only with TLS, to a server that proves to be the one named.
    verified: bool,
    authority: Option<String>,
}

impl Way {
    fn read(url: &str) -> ConnectionResult<Self> {
        let (rest, mode, authority) = take_tls(url);
        let mut config = Config::from_str(&rest)
            .map_err(|error| bad(format!("DATABASE_URL cannot be read: {error}")))?;
        let verified = match mode.as_deref() {
            Some("disable" | "allow" | "prefer") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            // A list of `name=value` instead of a URL: what tokio-postgres made of it.
            None => config.get_ssl_mode() == SslMode::Require,
            Some(other) => {
                return Err(bad(format!(
                    "sslmode={other} in DATABASE_URL is none of disable, allow, prefer, require, \
                     verify-ca and verify-full"
                )));
            }
        };
        // As with PostgreSQL's own programs: a socket leaves no machine, and has no name to verify.
        let socket = |host: &Host| matches!(host, Host::Unix(_));
        let verified = verified && !config.get_hosts().iter().all(socket);
        config.ssl_mode(if verified {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        Ok(Self {
            config,
            verified,
            authority,
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

    /// TLS that verifies who is there, by the authorities that the URL or the platform names; `None`
    /// without TLS. The file is read each time, so that it can be replaced.
    fn tls(&self) -> ConnectionResult<Option<MakeRustlsConnect>> {
        if !self.verified {
            return Ok(None);
        }
        let roots = match self.authority.as_deref() {
            None | Some("system") => platform_roots()?,
            Some(file) => roots_of(file)?,
        };
        let mut config = ClientConfig::builder_with_provider(tls::provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| bad(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(Some(MakeRustlsConnect::new(config)))
    }

    /// A sentence for operators.
    fn failed(&self, error: &tokio_postgres::Error) -> ConnectionError {
        let host = match self.hosts().next() {
            Some(Host::Tcp(name)) => name.as_str(),
            _ => "the socket",
        };
        let cause = error.source();
        if let Some(certificate) = cause.and_then(certificate_error) {
            return bad(match certificate {
                // An authority of the same name with another key signs badly.
                CertificateError::UnknownIssuer | CertificateError::BadSignature => format!(
                    "the certificate of the database at {host} is by an authority that is not \
                     trusted; name the file with that authority as sslrootcert in DATABASE_URL"
                ),
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => {
                    format!(
                        "the certificate of the database is not for {host}; DATABASE_URL must have \
                         a name that it is for"
                    )
                }
                other => format!("the certificate of the database at {host} is not good: {other}"),
            });
        }
        match cause.map(ToString::to_string) {
            Some(why) if why == NO_TLS => bad(format!(
                "the database at {host} speaks no TLS, and sslmode in DATABASE_URL asks for it"
            )),
            Some(why) if error.as_db_error().is_none() => bad(format!("{error}: {why}")),
            _ => bad(error.to_string()),
        }
    }
}

/// How tokio-postgres says it.
const NO_TLS: &str = "server does not support TLS";

fn bad(why: String) -> ConnectionError {
    ConnectionError::BadConnection(why)
}

/// The URL without `sslmode` and `sslrootcert`, and these.
fn take_tls(url: &str) -> (String, Option<String>, Option<String>) {
    // A question mark may stand in the password, which ends at the first @.
    let password = url.find('@').unwrap_or_default();
    let Some(question) = url[password..].find('?').map(|at| at + password) else {
        return (url.to_owned(), None, None);
    };
    let (mut mode, mut authority) = (None, None);
    let rest: Vec<_> = url[question + 1..]
        .split('&')
        .filter(|pair| match pair.split_once('=') {
            Some(("sslmode", value)) => {
                mode = Some(decoded(value));
                false
            }
            Some(("sslrootcert", value)) => {
                authority = Some(decoded(value));
                false
            }
            _ => true,
        })
        .collect();
    let separator = if rest.is_empty() { "" } else { "?" };
    let rest = format!("{}{separator}{}", &url[..question], rest.join("&"));
    (rest, mode, authority)
}

/// Without its percent signs. A plus stands for itself here, as it does for PostgreSQL.
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
        return Err(bad(
            "this machine names no certificate authorities to trust; name the file with the \
             database's as sslrootcert in DATABASE_URL"
                .to_owned(),
        ));
    }
    Ok(roots)
}

fn roots_of(file: &str) -> ConnectionResult<RootCertStore> {
    let wrong = |why: String| bad(format!("sslrootcert={file} in DATABASE_URL {why}"));
    let pem = std::fs::read(file).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let mut roots = RootCertStore::empty();
    for authority in CertificateDer::pem_slice_iter(&pem) {
        authority
            .map_err(|error| error.to_string())
            .and_then(|it| roots.add(it).map_err(|error| error.to_string()))
            .map_err(|error| wrong(format!("holds a certificate that cannot be used: {error}")))?;
    }
    if roots.is_empty() {
        return Err(wrong("holds no certificate in PEM form".to_owned()));
    }
    Ok(roots)
}

/// What rustls has against a certificate. It comes inside an `io::Error`, which hides its own cause
/// from `source`.
fn certificate_error<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a CertificateError> {
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    match inner.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(why) => Some(why),
        _ => None,
    }
}
