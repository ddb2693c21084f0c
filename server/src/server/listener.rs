//! Accepts connections, and passes them on after the TLS handshake and the HTTP/2 preface. A
//! connection that does not complete both in time never reaches the router.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::stream::{self, Stream};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    network::source_network,
    server::{
        connection::{ByteStream, Connection},
        connection_limit::{ConnectionLimiter, ConnectionPermit},
        connection_state::Phase,
        header_table::PREFACE,
        proxy_protocol::{self, TrustedProxies},
    },
    telemetry::sampler::{log_sampled, log_sampled_from},
};

/// Time limit of the TLS handshake and the preface together. On a slow mobile network, both take
/// two seconds.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum number of concurrent handshakes. Beyond it, the oldest handshake is aborted: an honest
/// client completes its handshake in less time than an attacker needs to open this many.
const HANDSHAKES_MAX: usize = 512;
/// Time after which a handshake may be aborted. The timer fires after the runtime has asked the system what
/// has arrived: an overloaded server aborts no handshake whose bytes it has not read.
const HANDSHAKE_TURN: Duration = Duration::from_millis(50);
/// Delay after a failed `accept`. The cause, such as too many open files, lasts for a while.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

/// The connections that have completed their handshake. Dropping the stream frees the port.
pub fn connections(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    limiter: ConnectionLimiter,
    proxies: TrustedProxies,
) -> impl Stream<Item = Connection> {
    let acceptor = Acceptor {
        listener,
        tls,
        limiter,
        proxies,
        handshakes: JoinSet::new(),
        oldest_first: VecDeque::new(),
    };
    stream::unfold(acceptor, |mut acceptor| async move {
        let connection = acceptor.next().await;
        Some((connection, acceptor))
    })
}

struct Acceptor {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    limiter: ConnectionLimiter,
    proxies: TrustedProxies,
    handshakes: JoinSet<io::Result<Connection>>,
    /// Handles of the handshakes, and of as many finished ones at most.
    oldest_first: VecDeque<Handshake>,
}

/// The task of a handshake.
struct Handshake {
    task: AbortHandle,
    /// Whether [`HANDSHAKE_TURN`] is over.
    had_turn: Arc<AtomicBool>,
}

impl Acceptor {
    async fn next(&mut self) -> Connection {
        loop {
            let has_room = self.has_room();
            tokio::select! {
                // Later connections wait in the queue of the system.
                () = sleep(HANDSHAKE_TURN), if !has_room => {}
                accepted = self.listener.accept(), if has_room => match accepted {
                    Ok((stream, address)) => self.begin_handshake(stream, address),
                    Err(error) => {
                        log_sampled!(warn, "connections cannot be accepted", %error);
                        self.abort_oldest_handshake();
                        sleep(ACCEPT_RETRY_DELAY).await;
                    }
                },
                Some(finished) = self.handshakes.join_next() => match finished {
                    Ok(Ok(connection)) => return connection,
                    Ok(Err(error)) => tracing::debug!(%error, "a handshake failed"),
                    Err(error) => tracing::debug!(%error, "a handshake was aborted"),
                },
            }
        }
    }

    /// Spawns the handshake, or closes the connection when a limit is reached.
    fn begin_handshake(&mut self, stream: TcpStream, address: SocketAddr) {
        let origin = if self.proxies.contains(address.ip()) {
            Origin::Proxy(self.limiter.clone())
        } else {
            let Some(permit) = permit(&self.limiter, address) else {
                return;
            };
            Origin::Client(permit)
        };
        if self.handshakes.len() >= HANDSHAKES_MAX {
            self.abort_oldest_handshake();
        }
        let tls = self.tls.clone();
        let had_turn = Arc::<AtomicBool>::default();
        let turn = Arc::clone(&had_turn);
        let task = self.handshakes.spawn(async move {
            let mut turn_ends = pin!(sleep(HANDSHAKE_TURN));
            let handshake = handshake(stream, address, tls, origin);
            let mut done = pin!(timeout(HANDSHAKE_TIMEOUT, handshake));
            loop {
                tokio::select! {
                    biased;
                    done = &mut done => return done?,
                    () = &mut turn_ends, if !turn.load(Ordering::Relaxed) => {
                        turn.store(true, Ordering::Relaxed);
                    }
                }
            }
        });
        self.oldest_first.push_back(Handshake { task, had_turn });
        // The handle of a finished task keeps the memory of the task.
        if self.oldest_first.len() > 2 * self.handshakes.len() {
            self.forget_finished();
        }
    }

    /// Whether another handshake may start. At the limit, this depends on whether the oldest can be aborted.
    fn has_room(&mut self) -> bool {
        if self.handshakes.len() < HANDSHAKES_MAX {
            return true;
        }
        self.forget_finished();
        let oldest = self.oldest_first.front();
        oldest.is_none_or(|oldest| oldest.had_turn.load(Ordering::Relaxed))
    }

    fn forget_finished(&mut self) {
        self.oldest_first.retain(|it| !it.task.is_finished());
    }

    fn abort_oldest_handshake(&mut self) {
        self.forget_finished();
        if let Some(oldest) = self.oldest_first.pop_front() {
            oldest.task.abort();
        }
    }
}

/// Who has opened a connection.
enum Origin {
    Client(ConnectionPermit),
    /// A trusted proxy: the permit depends on the client that it announces.
    Proxy(ConnectionLimiter),
}

/// A permit for a connection from `source`.
fn permit(limiter: &ConnectionLimiter, source: SocketAddr) -> Option<ConnectionPermit> {
    let permit = limiter.acquire(source.ip());
    if permit.is_none() {
        let network = source_network(source.ip());
        log_sampled_from!(network, warn, "a connection exceeds the limit and is closed", address = %source);
    }
    permit
}

async fn handshake(
    mut stream: TcpStream,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    origin: Origin,
) -> io::Result<Connection> {
    // With Nagle's algorithm, the last frame of each reply waits 40 ms for an acknowledgement.
    stream.set_nodelay(true)?;
    let is_announced = matches!(origin, Origin::Proxy(_));
    let (source, permit) = match origin {
        Origin::Client(permit) => (address, permit),
        Origin::Proxy(limiter) => {
            let source = proxy_protocol::read_source(&mut stream, address).await?;
            let permit = permit(&limiter, source).ok_or(io::ErrorKind::QuotaExceeded)?;
            (source, permit)
        }
    };
    let addresses = (stream.local_addr()?, source);
    let state = Arc::clone(&permit.state);
    let secured = async {
        if !is_announced {
            proxy_protocol::refuse_header(&stream, address).await?;
        }
        let mut stream: Box<dyn ByteStream> = match tls {
            Some(tls) => Box::new(tls.accept(stream).await?),
            None => Box::new(stream),
        };
        read_preface(&mut stream).await?;
        Ok(Connection::new(stream, PREFACE, addresses, permit))
    };
    tokio::select! {
        biased;
        secured = secured => secured,
        // The connection is closed in favour of another one.
        () = state.wait_for(Phase::Evicted) => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

/// Reads exactly the preface, and fails at the first byte that differs.
async fn read_preface(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut buffer = [0; PREFACE.len()];
    let mut length = 0;
    while length < buffer.len() {
        let count = stream.read(&mut buffer[length..]).await?;
        length += count;
        if count == 0 || !PREFACE.starts_with(&buffer[..length]) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not HTTP/2"));
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;
    use crate::server::limits::Limits;

    /// Each of them keeps a task of some kilobytes in memory.
    #[tokio::test]
    async fn finished_handshakes_are_forgotten() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut acceptor = Acceptor {
            listener,
            tls: None,
            limiter: ConnectionLimiter::new(&Limits::default()),
            proxies: TrustedProxies::default(),
            handshakes: JoinSet::new(),
            oldest_first: VecDeque::new(),
        };
        // A client that never completes its handshake is the oldest one for all others.
        let _slow = TcpStream::connect(address).await.unwrap();
        for _ in 0..200 {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(PREFACE).await.unwrap();
            drop(acceptor.next().await);
        }
        assert_eq!(acceptor.handshakes.len(), 1);
        assert!(acceptor.oldest_first.len() <= 4);
    }
}
