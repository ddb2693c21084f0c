//! The addresses of clients behind a proxy, which announces them in a header before TLS: version 2 of the
//! PROXY protocol.
//!
//! Source: <https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt>

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use ipnet::IpNet;
use ppp::v2::{Addresses, Command, Header, PROTOCOL_PREFIX as SIGNATURE};
use tokio::{io::AsyncReadExt as _, net::TcpStream};

use crate::telemetry::sampler::log_sampled_from;

/// Length of the part of a header that tells the length of the rest.
const FIXED_LENGTH: usize = 16;
/// Maximum length of the rest. Addresses take at most 216 bytes; a proxy may add such texts as the name in
/// a certificate.
const REST_MAX: usize = 4 * 1024;

/// The proxies whose headers are read (`EPIC_TRUSTED_PROXIES`). Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl From<Vec<IpNet>> for TrustedProxies {
    fn from(networks: Vec<IpNet>) -> Self {
        Self(networks.into())
    }
}

impl TrustedProxies {
    /// Whether connections from `address` begin with a header.
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Reads the header from the start of a connection from the trusted proxy `proxy`, and no byte beyond it.
/// Returns the address of the client, or that of the proxy when it connects on its own behalf or does not
/// know the client's.
///
/// # Errors
/// When the connection does not begin with a header.
pub(super) async fn read_source(
    stream: &mut TcpStream,
    proxy: SocketAddr,
) -> io::Result<SocketAddr> {
    let mut header = vec![0; FIXED_LENGTH];
    let mut length = 0;
    while length < FIXED_LENGTH {
        let count = stream.read(&mut header[length..]).await?;
        length += count;
        if count == 0 {
            // A proxy that checks whether the port is open.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // Noticed before a client waits for the reply to what it has sent without a header.
        let known = length.min(SIGNATURE.len());
        if header[..known] != SIGNATURE[..known] {
            return Err(without_header(proxy));
        }
    }
    let rest = usize::from(u16::from_be_bytes([header[14], header[15]]));
    if rest > REST_MAX {
        return Err(malformed(proxy, "it is too long"));
    }
    header.resize(FIXED_LENGTH + rest, 0);
    stream.read_exact(&mut header[FIXED_LENGTH..]).await?;
    let header = Header::try_from(header.as_slice())
        .map_err(|error| malformed(proxy, &error.to_string()))?;
    Ok(match (header.command, header.addresses) {
        (Command::Proxy, Addresses::IPv4(it)) => (it.source_address, it.source_port).into(),
        (Command::Proxy, Addresses::IPv6(it)) => (it.source_address, it.source_port).into(),
        (Command::Proxy, Addresses::Unspecified | Addresses::Unix(_)) | (Command::Local, _) => {
            proxy
        }
    })
}

/// Fails when a connection begins with a header although its proxy is not trusted: the mistake of an
/// operator, who would find no cause for the failed handshakes. Waits for the first bytes.
pub(super) async fn refuse_header(stream: &TcpStream, address: SocketAddr) -> io::Result<()> {
    let mut first = [0; SIGNATURE.len()];
    let count = stream.peek(&mut first).await?;
    // A proxy sends its header at once.
    if count < SIGNATURE.len() || first != SIGNATURE[..] {
        return Ok(());
    }
    log_sampled_from!(
        address.ip(),
        warn,
        "a connection begins with a header of the PROXY protocol, but EPIC_TRUSTED_PROXIES does not \
         contain its address",
        %address
    );
    Err(invalid("a header of an unknown proxy"))
}

fn without_header(proxy: SocketAddr) -> io::Error {
    log_sampled_from!(
        proxy.ip(),
        warn,
        "a connection from an address in EPIC_TRUSTED_PROXIES does not begin with a header of the PROXY \
         protocol version 2; haproxy sends it with send-proxy-v2",
        address = %proxy
    );
    invalid("no header of a proxy")
}

fn malformed(proxy: SocketAddr, cause: &str) -> io::Error {
    log_sampled_from!(
        proxy.ip(),
        warn,
        "a header of the PROXY protocol from an address in EPIC_TRUSTED_PROXIES cannot be read",
        address = %proxy,
        cause
    );
    invalid("an unreadable header of a proxy")
}

fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::net::Ipv6Addr;

    use ppp::v2::{Builder, Protocol, Version};
    use tokio::{io::AsyncWriteExt as _, net::TcpListener};

    use super::*;

    const PROXY: SocketAddr = SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 7);

    /// What a connection with these first bytes is taken for, and the rest of them.
    async fn read(sent: &[u8]) -> io::Result<(SocketAddr, Vec<u8>)> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await?;
        let (mut stream, _) = listener.accept().await.unwrap();
        let sent = sent.to_vec();
        let writing = tokio::spawn(async move {
            // In two parts, as a network may deliver them.
            let (first, second) = sent.split_at(sent.len().min(5));
            client.write_all(first).await?;
            tokio::task::yield_now().await;
            client.write_all(second).await
        });
        let source = read_source(&mut stream, PROXY).await?;
        writing.await.unwrap()?;
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await?;
        Ok((source, rest))
    }

    fn header(command: Command, source: &str, destination: &str) -> Vec<u8> {
        let addresses: (SocketAddr, SocketAddr) =
            (source.parse().unwrap(), destination.parse().unwrap());
        let builder = Builder::with_addresses(Version::Two | command, Protocol::Stream, addresses);
        // A unique id, which some proxies add.
        builder.write_tlv(5_u8, b"id").unwrap().build().unwrap()
    }

    #[tokio::test]
    async fn the_announced_address_is_used_and_nothing_after_it_is_lost() {
        for (source, destination) in [
            ("203.0.113.7:5000", "10.0.0.1:50051"),
            ("[2001:db8::7]:5000", "[2001:db8::1]:50051"),
        ] {
            let mut sent = header(Command::Proxy, source, destination);
            sent.extend(b"\x16\x03\x01");
            let (address, rest) = read(&sent).await.unwrap();
            assert_eq!(address.to_string(), source);
            assert_eq!(rest, b"\x16\x03\x01");
            let own = header(Command::Local, source, destination);
            assert_eq!(read(&own).await.unwrap(), (PROXY, Vec::new()));
        }
        let mut unknown = SIGNATURE.to_vec();
        unknown.extend([0x21, 0, 0, 0]);
        assert_eq!(read(&unknown).await.unwrap(), (PROXY, Vec::new()));
    }

    #[tokio::test]
    async fn anything_else_is_refused() {
        let complete = header(Command::Proxy, "203.0.113.7:1", "10.0.0.1:2");
        let mut too_long = complete.clone();
        too_long[14..16].copy_from_slice(&[0xff, 0xff]);
        let mut too_short = complete.clone();
        too_short[14..16].copy_from_slice(&[0, 4]);
        let mut other_version = complete.clone();
        other_version[12] = 0x11;
        let version_one = b"PROXY TCP4 203.0.113.7 10.0.0.1 5000 50051\r\n".to_vec();
        let tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00\x00\x00\x00\x00".to_vec();
        let half = complete[..20].to_vec();
        for sent in [
            too_long,
            too_short,
            other_version,
            version_one,
            tls,
            half,
            Vec::new(),
        ] {
            assert!(read(&sent).await.is_err(), "{sent:?}");
        }
    }

    #[test]
    fn an_ipv4_address_is_found_on_an_ipv6_socket() {
        let proxies = TrustedProxies::from(vec!["10.0.0.0/8".parse().unwrap()]);
        assert!(proxies.contains("10.1.2.3".parse().unwrap()));
        assert!(proxies.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!proxies.contains("11.1.2.3".parse().unwrap()));
        assert!(!TrustedProxies::default().contains("127.0.0.1".parse().unwrap()));
    }
}
