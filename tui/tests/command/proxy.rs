//! A proxy between commands and the server of the tests, which counts connections and can be away.

use std::{
    io,
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::support::demo;

/// A proxy. It ends with the process.
pub(crate) struct Proxy {
    address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    /// The open connections; `None` when the proxy is away.
    open: Arc<Mutex<Option<Vec<TcpStream>>>>,
}

impl Proxy {
    /// A proxy to the server of the tests.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            address: listener.local_addr().unwrap(),
            accepted: Arc::default(),
            open: Arc::new(Mutex::new(Some(Vec::new()))),
        };
        let (accepted, open) = (Arc::clone(&proxy.accepted), Arc::clone(&proxy.open));
        thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { continue };
                let mut open = open.lock().unwrap();
                let Some(open) = open.as_mut() else { continue };
                accepted.fetch_add(1, Ordering::SeqCst);
                let server = connect();
                open.extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                copy(client.try_clone().unwrap(), server.try_clone().unwrap());
                copy(server, client);
            }
        });
        proxy
    }

    /// The address for `--server`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections it has accepted.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Closes all connections, and every later one.
    pub(crate) fn go_away(&self) {
        for stream in self.open.lock().unwrap().take().unwrap_or_default() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn connect() -> TcpStream {
    let address = demo().server.url.strip_prefix("http://").unwrap();
    TcpStream::connect(address).unwrap()
}

fn copy(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}
