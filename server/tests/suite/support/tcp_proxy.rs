//! A proxy between a server and its database that drops bytes without closing a connection, as a
//! firewall or a frozen machine does.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// Accepts connections until it is dropped.
pub struct TcpProxy {
    pub address: SocketAddr,
    /// Incremented to silence the connections that exist.
    silenced: watch::Sender<usize>,
    is_mute: Arc<AtomicBool>,
    accepted: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl TcpProxy {
    /// A proxy that forwards to the host and port of `url`.
    pub async fn before(url: &str) -> Self {
        Self::start(Some(authority(url).to_owned())).await
    }

    /// A proxy that accepts connections and never answers.
    pub async fn mute() -> Self {
        Self::start(None).await
    }

    async fn start(to: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (silenced, is_silenced) = watch::channel(0);
        let is_mute = Arc::new(AtomicBool::new(to.is_none()));
        let accepted = Arc::<AtomicUsize>::default();
        let (mute, count) = (Arc::clone(&is_mute), Arc::clone(&accepted));
        let task = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let target = to.clone().filter(|_| !mute.load(Ordering::Relaxed));
                let mut is_silenced = is_silenced.clone();
                is_silenced.mark_unchanged();
                tokio::spawn(async move {
                    let Some(target) = target else {
                        let _open = client;
                        return std::future::pending().await;
                    };
                    let mut server = TcpStream::connect(target).await.expect("the database");
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        // Both connections stay open for as long as the test runs.
                        _ = is_silenced.changed() => std::future::pending().await,
                    }
                });
            }
        });
        Self {
            address,
            silenced,
            is_mute,
            accepted,
            task,
        }
    }

    /// The URL with this proxy as its host.
    pub fn url(&self, url: &str) -> String {
        url.replacen(authority(url), &self.address.to_string(), 1)
    }

    /// Stops forwarding on the existing connections, without closing them.
    pub fn silence_connections(&self) {
        self.silenced.send_modify(|count| *count += 1);
    }

    /// Whether new connections are accepted and not forwarded.
    pub fn set_mute(&self, is_mute: bool) {
        self.is_mute.store(is_mute, Ordering::Relaxed);
    }

    /// The number of accepted connections.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }
}

impl Drop for TcpProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The host and port of a URL.
fn authority(url: &str) -> &str {
    let (_, rest) = url.split_once('@').expect("a user");
    rest.split(['/', '?']).next().expect("a host")
}
