//! The program itself, as operators run it, with a database of its own.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use epic_server::db::{embedded::Embedded, migrations};
use tokio::time::timeout;
use tonic::transport::{Channel, Endpoint};

use crate::{
    database::{Database, server_url},
    house::people,
};

/// A key as `openssl rand` makes it. [`crate::house::KEY`] is in everybody's hands, and refused.
pub fn random_key() -> String {
    BASE64_STANDARD.encode(rand::random::<[u8; 48]>())
}

/// Long enough for anything that is going to happen.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// The built-in database in a folder, or one on the PostgreSQL server under test.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub database: Option<Database>,
    /// Signs tokens, also after a restart.
    pub key: String,
}

impl Place {
    pub async fn new() -> Self {
        let database = match server_url() {
            Some(_) => Some(Database::new().await),
            None => None,
        };
        Self {
            database,
            ..Self::without_database()
        }
    }

    pub fn without_database() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            database: None,
            key: random_key(),
        }
    }

    /// A place with the people that every house has, and what that SQL makes.
    pub async fn furnished(sql: &str) -> Self {
        let place = Self::new().await;
        place.run_sql(&(people() + sql)).await;
        place
    }

    /// Runs SQL while no server does: the built-in database has one connection.
    async fn run_sql(&self, sql: &str) {
        let run = async |url: &str| {
            let mut connection = AsyncPgConnection::establish(url).await.expect("a database");
            connection.batch_execute(sql).await.expect("statements");
        };
        if let Some(database) = &self.database {
            return run(database.owned.url()).await;
        }
        let folder = self.folder.path().join("postgresql");
        let embedded = Embedded::open(&folder).await.expect("a database");
        migrations::run(embedded.url()).await.expect("migrations");
        run(embedded.url()).await;
        embedded.close().await;
    }

    /// The command with nothing in its environment but what the place needs; no `.env` near it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_epic-server"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("EPIC_DATA_DIR", self.folder.path())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database.owned.url());
        }
        command
    }

    pub fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied());
        command.output().expect("to run")
    }

    /// Serves on a free port, and waits until it does.
    pub async fn serve(&self, environment: &[(&str, &str)]) -> Serving {
        let mut command = self.command(&["serve"]);
        command
            .env("EPIC_LISTEN", "127.0.0.1:0")
            .env("EPIC_JWT_SECRET", &self.key)
            .envs(environment.iter().copied());
        Serving::start(command).await
    }
}

/// A server that runs; killed when dropped.
pub struct Serving {
    pub child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl Serving {
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
        let mut serving = Self {
            child,
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
            log,
        };
        serving.says("serving listen=").await;
        let log = serving.log();
        let (_, address) = log.split_once("serving listen=").expect("an address");
        let address = address.split_whitespace().next().expect("an address");
        serving.address = address.parse().expect("an address");
        serving
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log says that.
    pub async fn says(&mut self, what: &str) {
        let said = timeout(PATIENCE, async {
            while !self.log().contains(what) {
                let ended = self.child.try_wait().expect("a process");
                assert!(ended.is_none(), "it ended: {}", self.log());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        assert!(said.await.is_ok(), "no {what:?} in {}", self.log());
    }

    /// Ends it the way systemd does, and waits until it has ended well.
    pub async fn stop(&mut self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("kill").success());
        let ended = timeout(PATIENCE, async {
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

    pub fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address))
            .expect("an address")
            .connect_lazy()
    }

    /// Ends it the way nothing can prepare for.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}
