//! Why a connection could not be made.

use std::{error::Error, fmt, io};

use tokio_rustls::rustls::{self, AlertDescription};

use super::RefusedCertificate;

/// Why a connection could not be made.
#[derive(Debug)]
pub(in crate::client) enum ConnectError {
    /// No address, no route, or another failure of the network.
    Unreachable(io::Error),
    /// Connecting, the TLS handshake, the first frame and the first answer exceeded their deadline.
    TimedOut,
    /// Nothing listens on the port.
    Refused,
    /// The server closed the connection before it sent anything.
    Closed,
    /// The server closed the connection instead of answering the TLS handshake.
    ClosedInTls,
    /// The connection broke in another way.
    Broken,
    /// The TLS handshake failed for another reason than the certificate.
    Tls(rustls::Error),
    /// The server asks for a certificate of the client.
    ClientCertificate,
    /// The certificate was refused.
    Certificate(Box<RefusedCertificate>),
    /// The URL begins with `https://`, and the server does not speak TLS.
    NoTls,
    /// The URL begins with `http://`, and the server speaks TLS.
    SpeaksTls,
    /// The server answers HTTP/1.1.
    Http1,
    /// The server answers with something else than HTTP/2.
    OtherProtocol,
}

impl ConnectError {
    /// The error of reading from or writing to a connection.
    pub(super) fn of_stream(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Closed,
            io::ErrorKind::TimedOut => Self::TimedOut,
            _ if asks_for_certificate(error) => Self::ClientCertificate,
            _ => Self::Broken,
        }
    }

    /// The error of connecting to an address.
    pub(super) fn of_address(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::TimedOut,
            _ => Self::Unreachable(error),
        }
    }

    /// The one of two addresses' errors that says more about the server.
    pub(super) fn or(self, other: Self) -> Self {
        if self.rank() < other.rank() {
            other
        } else {
            self
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Unreachable(_) => 0,
            Self::TimedOut => 1,
            Self::Refused => 2,
            Self::Broken | Self::Closed | Self::ClosedInTls => 3,
            Self::Tls(_)
            | Self::ClientCertificate
            | Self::Certificate(_)
            | Self::NoTls
            | Self::SpeaksTls
            | Self::Http1
            | Self::OtherProtocol => 4,
        }
    }
}

/// For the log.
impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => write!(f, "the server cannot be reached: {error}"),
            Self::TimedOut => f.write_str("connecting took too long"),
            Self::Refused => f.write_str("the server refuses the connection"),
            Self::Closed => f.write_str("the server closes the connection"),
            Self::ClosedInTls => {
                f.write_str("the server closes the connection during the TLS handshake")
            }
            Self::Broken => f.write_str("the connection broke"),
            Self::Tls(error) => write!(f, "the TLS handshake failed: {error}"),
            Self::ClientCertificate => f.write_str("the server asks for a client certificate"),
            Self::Certificate(refused) => {
                write!(f, "the certificate is refused: {:?}", refused.reason)
            }
            Self::NoTls => f.write_str("the server does not speak TLS"),
            Self::SpeaksTls => f.write_str("the server speaks TLS"),
            Self::Http1 => f.write_str("the server answers HTTP/1.1"),
            Self::OtherProtocol => f.write_str("the server does not speak HTTP/2"),
        }
    }
}

/// Whether the server has refused a handshake without a certificate of the client. With TLS 1.3, it does so
/// after the handshake.
fn asks_for_certificate(error: &io::Error) -> bool {
    let error = error.get_ref().and_then(|error| error.downcast_ref());
    matches!(
        error,
        Some(rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
        ))
    )
}

impl Error for ConnectError {}
