//! A server in the process of the tests, with a database of its own.

use std::net::SocketAddr;

use diesel_async::SimpleAsyncConnection;
use epic_events::{policy::Rpc, v1::auth_service_client::AuthServiceClient};
use epic_server::{
    auth::session::lifetimes::Lifetimes,
    config::{Secret, key::Keys},
    db::{Database, connect, database_roles},
    server::{self, Options, memory_budget::MemoryBudget, state::AppState},
};
use prost::Message;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::{
    Status,
    transport::{Channel, Endpoint},
};

use super::{
    api_client::ApiClient,
    database::{TestDatabase, query_text},
    fixtures, raw_call,
};

/// The signing key of every server in this process.
pub const SIGNING_KEY: &str = "a key for tests that is long enough to sign with";

/// The keys of every server in this process.
pub fn signing_keys() -> Keys {
    Keys::from(Secret::from(SIGNING_KEY.to_owned()))
}

/// The condition on `pg_stat_activity` for the connections that read the changes of this database.
pub const IS_FEED: &str = "datname = current_database() and application_name = 'epic-server feed'";

/// A server, its database and the accounts of [`fixtures::accounts`].
pub struct TestServer {
    pub channel: Channel,
    pub address: SocketAddr,
    pub state: AppState,
    pub memory: MemoryBudget,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
    // Dropped last: the server uses it.
    pub database: TestDatabase,
}

impl TestServer {
    /// A server with accounts and no other records.
    pub async fn start() -> Self {
        Self::with_sql("").await
    }

    /// A server with accounts and the records of [`fixtures::sample_records`].
    pub async fn with_sample_records() -> Self {
        Self::with_sql(&fixtures::sample_records()).await
    }

    /// A server with accounts and the records that `sql` creates.
    pub async fn with_sql(sql: &str) -> Self {
        Self::on(TestDatabase::migrated().await, sql).await
    }

    /// A server that reads every page from the database, with accounts and the records that `sql` creates.
    pub async fn without_list_cache(sql: &str) -> Self {
        let options = Options {
            list_cache: false,
            ..Options::default()
        };
        Self::with_options(sql, options).await
    }

    /// A server with accounts, the records that `sql` creates, and these options.
    pub async fn with_options(sql: &str, options: Options) -> Self {
        Self::start_on(TestDatabase::migrated().await, sql, None, options).await
    }

    /// A server with accounts and the records that `sql` creates on this migrated database.
    pub async fn on(database: TestDatabase, sql: &str) -> Self {
        Self::start_on(database, sql, None, Options::default()).await
    }

    /// A server with accounts and the records that `sql` creates, which opens the database as
    /// `opened`.
    pub async fn opening(database: TestDatabase, sql: &str, opened: &Database) -> Self {
        Self::start_on(database, sql, Some(opened), Options::default()).await
    }

    async fn start_on(
        database: TestDatabase,
        sql: &str,
        opened: Option<&Database>,
        options: Options,
    ) -> Self {
        // The harness shows the log of a test that fails.
        let _ = tracing_subscriber::fmt()
            .with_test_writer()
            .with_max_level(tracing::Level::WARN)
            .try_init();
        let connection = connect::connect(database.owner_url()).await;
        let mut connection = connection.expect("a connection");
        let sql = fixtures::accounts() + sql;
        connection.batch_execute(&sql).await.expect("fixtures");
        drop(connection);
        let opened = opened.unwrap_or_else(|| database.application());
        let db = opened.pool("serve").expect("a pool");
        let state = AppState::new(db, signing_keys(), Lifetimes::default()).expect("a server");
        let memory = options.memory.clone();
        let Running {
            channel,
            address,
            stop,
            task,
        } = serve(state.clone(), options).await;
        Self {
            channel,
            address,
            state,
            memory,
            stop: Some(stop),
            task: Some(task),
            database,
        }
    }

    /// Starts a second server on the same database, which runs until the test ends.
    pub async fn start_peer(&self, keys: Keys) -> Channel {
        // A separate pool, as on another machine; the built-in database has a single connection.
        let db = if self.is_on_postgres() {
            self.database.application().pool("serve").expect("a pool")
        } else {
            self.state.db.clone()
        };
        let state = AppState::new(db, keys, Lifetimes::default()).expect("a server");
        let Running { channel, stop, .. } = serve(state, Options::default()).await;
        // A dropped sender would stop the server; the test's runtime ends it.
        std::mem::forget(stop);
        channel
    }

    /// Another connection to this server.
    pub fn connect(&self) -> Channel {
        connect(self.address)
    }

    /// Signs in at this server, for example as `commercial1`.
    pub async fn login(&self, account: &str) -> ApiClient {
        ApiClient::login(&self.channel, account).await
    }

    /// The service whose RPCs need no token.
    pub fn auth(&self) -> AuthServiceClient<Channel> {
        AuthServiceClient::new(self.channel.clone())
    }

    pub fn is_on_postgres(&self) -> bool {
        self.database.postgres_name().is_some()
    }

    /// Makes a call with the client's token.
    pub async fn call(
        &self,
        client: &ApiClient,
        rpc: Rpc,
        message: &impl Message,
    ) -> Result<Vec<u8>, Status> {
        self.call_raw(client, rpc, message.encode_to_vec()).await
    }

    /// Makes a call with the client's token and an encoded message.
    pub async fn call_raw(
        &self,
        client: &ApiClient,
        rpc: Rpc,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, Status> {
        let token = Some(client.access_token.as_str());
        raw_call::call(&self.channel, rpc.path(), token, body).await
    }

    /// Executes SQL with the owner's rights while the server runs: on PostgreSQL over a connection
    /// of its own, on the built-in database over the server's. The server's caches are invalidated.
    pub async fn execute(&self, sql: &str) {
        if self.is_on_postgres() {
            let mut connection = self.database.connect().await;
            connection.batch_execute(sql).await.expect("a statement");
        } else {
            let mut connection = self.state.db.connection().await.expect("a connection");
            let sql = format!("reset role; {sql}; {}", database_roles::SET_APP_ROLE);
            connection.batch_execute(&sql).await.expect("a statement");
        }
        self.state.db.auth_epoch().invalidate();
        self.state.db.on_commit();
    }

    /// The column `value` of every row that the query returns, as text.
    pub async fn query_text(&self, sql: &str) -> Vec<String> {
        if self.is_on_postgres() {
            query_text(&mut self.database.connect().await, sql).await
        } else {
            let mut connection = self.state.db.connection().await.expect("a connection");
            query_text(&mut connection, sql).await
        }
    }

    /// The column `value` of every row that the query returns, as numbers.
    pub async fn query_ids(&self, sql: &str) -> Vec<i64> {
        let values = self.query_text(sql).await;
        values
            .iter()
            .map(|value| value.parse().expect("a number"))
            .collect()
    }

    /// The number of passwords that this server has hashed or verified.
    pub fn password_hashes(&self) -> u64 {
        self.state.passwords.runs()
    }

    /// Requests a graceful stop without waiting for it.
    pub fn begin_shutdown(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Stops the server gracefully.
    pub async fn shutdown(mut self) {
        self.begin_shutdown();
        if let Some(task) = self.task.take() {
            task.await.expect("a graceful stop");
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
        self.state.db.close();
    }
}

/// A server that accepts connections.
struct Running {
    channel: Channel,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// A connection to the server at `address`.
pub fn connect(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}"))
        .expect("an address")
        .connect_lazy()
}

async fn serve(state: AppState, options: Options) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        server::serve(state, listener, options, || {}, stopped)
            .await
            .expect("to serve");
    });
    Running {
        channel: connect(address),
        address,
        stop,
        task,
    }
}
