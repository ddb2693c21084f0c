//! A database for one test, removed with it.

use std::{sync::mpsc, time::Duration};

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{
    AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _,
};
use epic_server::db::{Database, database_roles, embedded::Embedded, migrations};

use super::{postgres_run::PostgresRun, temp_folder::RunFolderGuard};

/// Time limit of the removal of a database, after which the run continues.
const CLEANUP_TIMEOUT: Duration = Duration::from_mins(1);

/// The PostgreSQL server under test, as the URL of a database that always exists; `None` means the
/// built-in database.
pub fn postgres_url() -> Option<String> {
    std::env::var("EPIC_TEST_DATABASE_URL").ok()
}

/// A database for a single test.
pub struct TestDatabase {
    /// Connects as the role that owns the schema. `None` once it is closed.
    owner: Option<Database>,
    /// Connects as the login role of the server, where PostgreSQL accepts it without a password.
    application: Option<Database>,
    postgres: Option<OnPostgres>,
    // Dropped last: it contains the files of the built-in database.
    _folder: RunFolderGuard,
}

/// The location of the database on the PostgreSQL server under test.
struct OnPostgres {
    server: String,
    name: String,
    // Dropped after the database.
    _run: std::sync::Arc<PostgresRun>,
}

impl TestDatabase {
    /// A migrated database without records.
    pub async fn migrated() -> Self {
        let folder = RunFolderGuard::new();
        let Some(server) = postgres_url() else {
            let embedded = Embedded::temporary().await.expect("the built-in database");
            let owner = Database::from(embedded);
            migrations::run(owner.url()).await.expect("migrations");
            return Self {
                owner: Some(owner),
                application: None,
                postgres: None,
                _folder: folder,
            };
        };
        let run = PostgresRun::current(&server).await;
        let name = run.create_migrated().await;
        let mut database = Self::on_postgres(server, name, run, folder);
        let url = with_user(database.owner_url(), database_roles::APPLICATION);
        // A PostgreSQL server that requires passwords refuses a role without a password; there, the
        // server logs in as the owner and changes its role.
        if AsyncPgConnection::establish(&url).await.is_ok() {
            database.application = Some(Database::at(&url));
        }
        database
    }

    /// The database at `url`, which remains when this is dropped.
    pub fn at(url: &str) -> Self {
        Self {
            owner: Some(Database::at(url)),
            application: None,
            postgres: None,
            _folder: RunFolderGuard::new(),
        }
    }

    /// An empty database on the PostgreSQL server `server`.
    pub async fn empty(server: String) -> Self {
        Self::empty_with(server, "").await
    }

    /// An empty database on the PostgreSQL server `server`, with these options of
    /// `create database`.
    pub async fn empty_with(server: String, options: &str) -> Self {
        let folder = RunFolderGuard::new();
        let run = PostgresRun::current(&server).await;
        let name = run.create_empty(options).await;
        Self::on_postgres(server, name, run, folder)
    }

    fn on_postgres(
        server: String,
        name: String,
        run: std::sync::Arc<PostgresRun>,
        folder: RunFolderGuard,
    ) -> Self {
        Self {
            owner: Some(Database::at(&with_database(&server, &name))),
            application: None,
            postgres: Some(OnPostgres {
                server,
                name,
                _run: run,
            }),
            _folder: folder,
        }
    }

    pub fn owner_url(&self) -> &str {
        self.owner.as_ref().expect("a database in use").url()
    }

    /// The database as a server opens it.
    pub fn application(&self) -> &Database {
        let owner = self.owner.as_ref().expect("a database in use");
        self.application.as_ref().unwrap_or(owner)
    }

    /// A connection with the owner's rights. The built-in database has a single connection, so this
    /// connection must be closed there before a server starts.
    pub async fn connect(&self) -> AsyncPgConnection {
        connect(self.owner_url()).await
    }

    /// The name of the database on PostgreSQL; `None` for the built-in database.
    pub fn postgres_name(&self) -> Option<&str> {
        Some(self.postgres.as_ref()?.name.as_str())
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(owner) = self.owner.take() else {
            return;
        };
        match &self.postgres {
            None => run_to_end(owner.close()),
            Some(OnPostgres { server, name, .. }) => {
                let (server, sql) = (
                    server.clone(),
                    format!("drop database if exists {name} with (force)"),
                );
                run_to_end(async move {
                    let mut connection = connect(&server).await;
                    connection.batch_execute(&sql).await.expect("to drop");
                });
            }
        }
    }
}

/// Runs the future on a thread of its own, because `drop` cannot await, and waits for it. A failure
/// is printed, because a panic during the unwinding of a failed test would abort the process.
fn run_to_end(work: impl Future<Output = ()> + Send + 'static) {
    let (done, is_done) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(work);
        let _ = done.send(());
    });
    if is_done.recv_timeout(CLEANUP_TIMEOUT).is_err() {
        eprintln!("a database of a test could not be removed");
    }
}

pub async fn connect(url: &str) -> AsyncPgConnection {
    AsyncPgConnection::establish(url)
        .await
        .expect("a connection to the database")
}

/// The column `value` of every row that the query returns, as text.
pub async fn query_text(connection: &mut AsyncPgConnection, sql: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        value: String,
    }
    let rows: Vec<Row> = diesel::sql_query(format!("select value::text from ({sql}) rows"))
        .load(connection)
        .await
        .expect("a query");
    rows.into_iter().map(|row| row.value).collect()
}

/// The URL of another database on the same server.
pub fn with_database(url: &str, name: &str) -> String {
    let (server, options) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = server.rsplit_once('/').expect("a URL with a database");
    if options.is_empty() {
        format!("{server}/{name}")
    } else {
        format!("{server}/{name}?{options}")
    }
}

/// The URL of the same database for another role.
fn with_user(url: &str, user: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (_, host) = rest.split_once('@').unwrap_or(("", rest));
    format!("{scheme}://{user}@{host}")
}
