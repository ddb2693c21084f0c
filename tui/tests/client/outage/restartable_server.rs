//! A server in a separate process that can be stopped, killed and restarted with the same port,
//! database and signing key. The process executes this test binary, which then runs only [`serve`].

use std::{
    fs::File,
    io,
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use clap::Parser;
use epic::{app::DemoAccount, client::Server};
use epic_server::{
    commands,
    config::{Secret, Settings},
    network,
};
use tempfile::TempDir;
use tokio::{net::TcpStream, sync::oneshot, time};
use uuid::Uuid;

use super::test_database::TestDatabase;
use crate::support::real_client::TIMEOUT;

/// Environment variable that is set in the server's process.
const MARKER: &str = "EPIC_TEST_SERVER_PROCESS";
const POLL_INTERVAL: Duration = Duration::from_millis(10);

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
}

/// How the server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It stops gracefully, as at SIGTERM.
    Stopped,
    /// It is killed, as by `kill -9`.
    Killed,
}

/// A server with sample data. Dropping it kills the process and removes the data.
pub(super) struct RestartableServer {
    pub(super) server: Server,
    pub(super) accounts: Vec<DemoAccount>,
    address: SocketAddr,
    signing_key: String,
    process: Option<Child>,
    // Both are dropped after the process has ended.
    database: Option<TestDatabase>,
    folder: TempDir,
}

impl RestartableServer {
    /// Loads the sample data and starts the server.
    pub(super) async fn start_with_sample_data() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        let database = TestDatabase::create().await;
        let mut settings = Arguments::parse_from(["epic-server"]).settings;
        settings.data_dir = Some(folder.path().into());
        settings.database_url = database.as_ref().map(|it| Secret::from(it.url.clone()));
        let loaded = commands::load_demo(&settings).await.unwrap();
        if let Some(database) = &database {
            database.mark_created_roles().await;
        }
        let accounts = loaded.unwrap().into_iter().map(|account| DemoAccount {
            role: account.role,
            email: account.email,
            password: account.password,
        });
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let mut this = Self {
            server: Server {
                url: format!("http://{address}"),
                ca: None,
            },
            accounts: accounts.collect(),
            address,
            signing_key: format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()),
            process: None,
            database,
            folder,
        };
        this.start().await;
        this
    }

    /// The server's address.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts the server and waits until it accepts connections.
    pub(super) async fn start(&mut self) {
        let log = self.folder.path().join("log");
        let output = File::create(&log).unwrap();
        let (_, test) = concat!(module_path!(), "::serve").split_once("::").unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args([test, "--exact", "--ignored", "--nocapture"])
            .env_clear()
            .env(MARKER, "1")
            .env("HOME", self.folder.path())
            // A killed server leaves temporary files behind.
            .env("TMPDIR", self.folder.path().join("tmp"))
            .env("EPIC_LISTEN", self.address.to_string())
            .env("EPIC_DATA_DIR", self.folder.path())
            .env("EPIC_JWT_SECRET", &self.signing_key)
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(output.try_clone().unwrap())
            .stderr(output);
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", &database.url);
        }
        self.process = Some(command.spawn().unwrap());
        let accepts = async {
            while TcpStream::connect(self.address).await.is_err() {
                let ended = self.process.as_mut().unwrap().try_wait().unwrap();
                let log = || std::fs::read_to_string(&log).unwrap_or_default();
                assert!(ended.is_none(), "the server has ended: {}", log());
                time::sleep(POLL_INTERVAL).await;
            }
        };
        time::timeout(TIMEOUT, accepts).await.unwrap();
    }

    /// Ends the server. A graceful stop has begun when this returns; [`Self::wait`] waits for its end.
    pub(super) fn begin_end(&mut self, end: End) {
        let process = self.process.as_mut().unwrap();
        match end {
            End::Stopped => drop(process.stdin.take()),
            End::Killed => process.kill().unwrap(),
        }
    }

    /// Waits until the process has ended.
    pub(super) async fn wait(&mut self, end: End) {
        let mut process = self.process.take().unwrap();
        let ended = time::timeout(TIMEOUT, async {
            loop {
                match process.try_wait().unwrap() {
                    Some(status) => break status,
                    None => time::sleep(POLL_INTERVAL).await,
                }
            }
        });
        let Ok(status) = ended.await else {
            kill(process);
            panic!("the server does not stop");
        };
        assert_eq!(status.success(), end == End::Stopped, "{status}");
    }
}

impl Drop for RestartableServer {
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            kill(process);
        }
    }
}

fn kill(mut process: Child) {
    let _ = process.kill();
    let _ = process.wait();
}

/// The server, in the process that [`RestartableServer`] starts. It stops when its standard input
/// ends, and therefore also when the tests are killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "not a test, but the process that tests start as their server"]
async fn serve() {
    if std::env::var_os(MARKER).is_none() {
        return;
    }
    network::install_tls_provider();
    let (close, closed) = oneshot::channel::<()>();
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        drop(close);
    });
    let settings = Arguments::parse_from(["epic-server"]).settings;
    let stopped = async {
        let _ = closed.await;
    };
    commands::serve(&settings, false, |_| {}, stopped)
        .await
        .unwrap();
}
