//! From the port to connections that speak HTTP/2: whoever does not get that far, in time, never
//! reaches the server proper, and takes nobody else's place.

mod guest;
mod seats;

use std::{collections::VecDeque, io, net::SocketAddr, time::Duration};

use futures_util::stream::{self, Stream};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

pub use self::guest::Guest;
use self::{
    guest::Bytes,
    seats::{Seat, Seats},
};

/// What every HTTP/2 client says first (RFC 9113, section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long the TLS handshake and the preface may take together. A phone on a bad line needs two.
const GREETING: Duration = Duration::from_secs(10);
/// Connections that have not greeted yet. When there are more, the one that has been at it longest
/// goes: a real client greets in less time than it takes to open so many.
const GREETING_MAX: usize = 512;
/// What stops us from accepting, such as too many open files, passes; trying at once again would
/// only keep a core busy.
const PAUSE: Duration = Duration::from_millis(100);

/// The connections that come in at that port, once they have greeted. The port is free again when
/// this is dropped.
pub fn incoming(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
) -> impl Stream<Item = io::Result<Guest>> {
    let door = Door {
        listener,
        tls,
        seats: Seats::default(),
        greeting: JoinSet::new(),
        order: VecDeque::new(),
    };
    stream::unfold(door, |mut door| async move {
        let guest = door.next().await;
        Some((Ok(guest), door))
    })
}

struct Door {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    seats: Seats,
    greeting: JoinSet<io::Result<Guest>>,
    /// Those that are greeting, and some that have been: the oldest first.
    order: VecDeque<AbortHandle>,
}

impl Door {
    async fn next(&mut self) -> Guest {
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, address)) => self.greet(stream, address),
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        self.turn_oldest_away();
                        tokio::time::sleep(PAUSE).await;
                    }
                },
                Some(greeted) = self.greeting.join_next() => match greeted {
                    Ok(Ok(guest)) => return guest,
                    Ok(Err(error)) => tracing::debug!(%error, "a connection did not greet"),
                    Err(ended) => tracing::debug!(%ended, "a connection was turned away"),
                },
            }
        }
    }

    /// Lets a connection greet, beside all others; closes it when there is no seat for it.
    fn greet(&mut self, stream: TcpStream, address: SocketAddr) {
        let Some(seat) = self.seats.take(address.ip()) else {
            tracing::debug!(%address, "a connection too many");
            return;
        };
        if self.greeting.len() >= GREETING_MAX {
            self.turn_oldest_away();
        }
        let tls = self.tls.clone();
        let greeting = self
            .greeting
            .spawn(async move { timeout(GREETING, greet(stream, tls, seat)).await? });
        self.order.push_back(greeting);
    }

    fn turn_oldest_away(&mut self) {
        self.order.retain(|greeting| !greeting.is_finished());
        if let Some(oldest) = self.order.pop_front() {
            oldest.abort();
        }
    }
}

async fn greet(stream: TcpStream, tls: Option<TlsAcceptor>, seat: Seat) -> io::Result<Guest> {
    // Without it each reply's last frame waits 40 ms for the other side's acknowledgement.
    stream.set_nodelay(true)?;
    let addresses = (stream.local_addr()?, stream.peer_addr()?);
    let mut bytes: Box<dyn Bytes> = match tls {
        Some(tls) => Box::new(tls.accept(stream).await?),
        None => Box::new(stream),
    };
    hear_preface(&mut bytes).await?;
    Ok(Guest::new(bytes, PREFACE, addresses, seat))
}

/// Reads exactly the preface, and gives up at the first byte that differs.
async fn hear_preface(from: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut heard = [0; PREFACE.len()];
    let mut length = 0;
    while length < heard.len() {
        let count = from.read(&mut heard[length..]).await?;
        length += count;
        if count == 0 || !PREFACE.starts_with(&heard[..length]) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not HTTP/2"));
        }
    }
    Ok(())
}
