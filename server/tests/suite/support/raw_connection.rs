//! A connection that sends HTTP/2 frames as a test specifies them, and records the server's
//! answers.

use std::{collections::BTreeSet, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpSocket, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::timeout,
};

use super::{
    http2_frames::{DATA, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, WINDOW_UPDATE, frame},
    wait::TIMEOUT,
};

const ACK: u8 = 1;

/// An open connection.
pub struct RawConnection {
    read: OwnedReadHalf,
    write: OwnedWriteHalf,
    pub answers: Answers,
    /// Whether the client answers the server's pings.
    pub answers_pings: bool,
}

/// The answers of the server.
#[derive(Default)]
pub struct Answers {
    /// Streams whose reply is complete.
    pub complete: BTreeSet<u32>,
    /// Streams that were reset before their reply was complete.
    pub reset: BTreeSet<u32>,
    /// Streams that were reset after their reply was complete, because the request was not.
    pub reset_when_complete: BTreeSet<u32>,
    /// Streams whose reply has begun.
    pub begun: BTreeSet<u32>,
    /// Whether the server has sent a frame.
    pub has_begun: bool,
    /// Bytes of replies.
    pub data: usize,
    /// Whether the server accepts no more streams.
    pub is_going_away: bool,
    /// Whether the server has closed the connection.
    pub is_closed: bool,
    pongs: usize,
}

impl RawConnection {
    /// Opens a connection and sends `bytes`, which begin with a preface.
    pub async fn open(address: SocketAddr, bytes: &[u8]) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        Self::over(stream, bytes).await
    }

    /// Opens a connection from this address of the machine and sends `bytes`, which begin with a preface.
    pub async fn open_from(from: SocketAddr, address: SocketAddr, bytes: &[u8]) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(from).expect("an address");
        let stream = socket.connect(address).await.expect("a connection");
        Self::over(stream, bytes).await
    }

    async fn over(stream: TcpStream, bytes: &[u8]) -> Self {
        let (read, write) = stream.into_split();
        let mut connection = Self {
            read,
            write,
            answers: Answers::default(),
            answers_pings: true,
        };
        connection.send(bytes).await;
        connection
    }

    /// Sends bytes; the server may have closed the connection.
    pub async fn send(&mut self, bytes: &[u8]) {
        let _ = self.write.write_all(bytes).await;
    }

    /// Permits the server to send `bytes` more bytes of a reply.
    pub async fn widen(&mut self, stream: u32, bytes: u32) {
        let update = frame(WINDOW_UPDATE, 0, stream, &bytes.to_be_bytes());
        self.send(&update).await;
    }

    /// Reads answers until they are as expected.
    pub async fn wait_until(&mut self, what: &str, is_expected: impl Fn(&Answers) -> bool) {
        let waited = timeout(TIMEOUT, async {
            while !is_expected(&self.answers) {
                assert!(
                    !self.answers.is_closed,
                    "closed before {what}; announced: {}",
                    self.answers.is_going_away
                );
                self.read_frame().await;
            }
        });
        assert!(waited.await.is_ok(), "not in time: {what}");
    }

    /// Reads all answers to what was sent so far: those before the reply to a ping.
    pub async fn synchronize(&mut self) {
        let expected = self.answers.pongs + 1;
        self.send(&frame(PING, 0, 0, &[0; 8])).await;
        self.wait_until("a pong", |answers| answers.pongs == expected)
            .await;
    }

    /// Reads answers until the server closes the connection.
    pub async fn wait_until_closed(&mut self) {
        self.wait_until("the end", |answers| answers.is_closed)
            .await;
    }

    async fn read_frame(&mut self) {
        let mut head = [0; 9];
        if self.read.read_exact(&mut head).await.is_err() {
            self.answers.is_closed = true;
            return;
        }
        let [a, b, c, kind, flags, id @ ..] = head;
        let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).expect("a length");
        let stream = u32::from_be_bytes(id);
        let mut payload = vec![0; length];
        if self.read.read_exact(&mut payload).await.is_err() {
            self.answers.is_closed = true;
            return;
        }
        let answers = &mut self.answers;
        answers.has_begun = true;
        match kind {
            HEADERS | DATA => {
                answers.begun.insert(stream);
                if kind == DATA {
                    answers.data += length;
                }
                if flags & END_STREAM != 0 {
                    answers.complete.insert(stream);
                }
            }
            RST_STREAM if answers.complete.contains(&stream) => {
                answers.reset_when_complete.insert(stream);
            }
            RST_STREAM => {
                answers.reset.insert(stream);
            }
            GOAWAY => answers.is_going_away = true,
            PING if flags & ACK != 0 => answers.pongs += 1,
            PING if self.answers_pings => self.send(&frame(PING, ACK, 0, &payload)).await,
            _ => {}
        }
    }
}
