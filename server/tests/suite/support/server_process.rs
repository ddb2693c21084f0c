//! The `epic-server` program, as operators run it, on a database of its own.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use diesel_async::SimpleAsyncConnection as _;
use epic_server::db::{embedded::Embedded, migrations};
use tokio::time::timeout;
use tonic::transport::{Channel, Endpoint};

use super::{
    database::{TestDatabase, connect, postgres_url, query_text},
    fixtures::accounts,
    temp_folder::TempFolder,
    wait::TIMEOUT,
};

/// A signing key as `openssl rand` makes it. The program refuses
/// [`SIGNING_KEY`](super::server::SIGNING_KEY), which is public.
pub fn random_signing_key() -> String {
    BASE64_STANDARD.encode(rand::random::<[u8; 48]>())
}

/// The environment of a server process: a data folder, a database and a signing key.
pub struct Installation {
    pub folder: TempFolder,
    /// A database on the PostgreSQL server under test; `None` for the built-in database in the
    /// folder.
    database: Option<TestDatabase>,
    pub signing_key: String,
}

impl Installation {
    pub async fn new() -> Self {
        let database = match postgres_url() {
            Some(_) => Some(TestDatabase::migrated().await),
            None => None,
        };
        Self {
            database,
            ..Self::without_database()
        }
    }

    /// An installation for a test that passes a database, or needs none.
    pub fn without_database() -> Self {
        Self {
            folder: TempFolder::new(),
            database: None,
            signing_key: random_signing_key(),
        }
    }

    /// An installation with the accounts of the fixtures and the records that `sql` creates.
    pub async fn with_sql(sql: &str) -> Self {
        let installation = Self::new().await;
        installation.execute(&(accounts() + sql)).await;
        installation
    }

    /// Executes SQL before a server starts: the built-in database has a single connection.
    async fn execute(&self, sql: &str) {
        let run = async |url: &str| {
            let mut connection = connect(url).await;
            connection.batch_execute(sql).await.expect("statements");
        };
        if let Some(database) = &self.database {
            return run(database.owner_url()).await;
        }
        let folder = self.folder.path().join("postgresql");
        let embedded = Embedded::open(&folder).await.expect("a database");
        migrations::run(embedded.url()).await.expect("migrations");
        run(embedded.url()).await;
        embedded.close().await;
    }

    /// The URL of the database on the PostgreSQL server under test, as its owner.
    pub fn database_url(&self) -> &str {
        let database = self.database.as_ref().expect("a database on PostgreSQL");
        database.owner_url()
    }

    /// The column `value` of every row that the query returns, on the PostgreSQL server under test.
    pub async fn query_text(&self, sql: &str) -> Vec<String> {
        let database = self.database.as_ref().expect("a database on PostgreSQL");
        query_text(&mut database.connect().await, sql).await
    }

    /// The program with the environment of this installation only, and without a `.env` file.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_epic-server"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.folder.path())
            // A killed server leaves its temporary files; the run removes them.
            .env("TMPDIR", TempFolder::run_folder())
            .env("EPIC_DATA_DIR", self.folder.path())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database.owner_url());
        }
        command
    }

    /// Runs the program and waits until it exits.
    pub fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied());
        command.output().expect("to run")
    }

    /// Starts a server on a free port and waits until it accepts connections.
    pub async fn serve(&self, environment: &[(&str, &str)]) -> ServerProcess {
        let mut command = self.command(&["serve"]);
        command
            .env("EPIC_LISTEN", "127.0.0.1:0")
            .env("EPIC_JWT_SECRET", &self.signing_key)
            .envs(environment.iter().copied());
        ServerProcess::start(command).await
    }
}

/// A running server, killed when dropped.
pub struct ServerProcess {
    pub child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl ServerProcess {
    /// A line of `/proc/<id>/status`, in KiB.
    pub fn memory(&self, line: &str) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("a process");
        let value = status.lines().find_map(|it| it.strip_prefix(line));
        let value = value.and_then(|value| value.trim().strip_suffix(" kB"));
        value.expect("the line").parse().expect("a number")
    }

    async fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().expect("to run");
        let log = Arc::<Mutex<String>>::default();
        let lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let written = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = written.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        let mut server = Self {
            child,
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
            log,
        };
        server.wait_for_log("serving listen=").await;
        let log = server.log();
        let (_, address) = log.split_once("serving listen=").expect("an address");
        let address = address.split_whitespace().next().expect("an address");
        server.address = address.parse().expect("an address");
        server
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log contains `text`.
    pub async fn wait_for_log(&mut self, text: &str) {
        let found = timeout(TIMEOUT, async {
            while !self.log().contains(text) {
                let ended = self.child.try_wait().expect("a process");
                assert!(ended.is_none(), "the server has ended: {}", self.log());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        assert!(found.await.is_ok(), "no {text:?} in {}", self.log());
    }

    /// Stops the server with SIGTERM, as systemd does, and waits for a successful exit.
    pub async fn stop(&mut self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("kill").success());
        let ended = timeout(TIMEOUT, async {
            loop {
                match self.child.try_wait().expect("a process") {
                    Some(status) => break status,
                    None => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            }
        });
        let status = ended.await.expect("an end");
        assert!(status.success(), "{status}: {}", self.log());
    }

    /// Whether the process has not ended.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a process").is_none()
    }

    pub fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address))
            .expect("an address")
            .connect_lazy()
    }

    /// Kills the server with SIGKILL.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}
