//! A database for one test, gone when the test is over.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection};
use epic_server::db::{self, embedded::Embedded, migrations, roles};
use tokio::sync::OnceCell;

/// The PostgreSQL server to test on, as a URL of a database that is always there.
pub fn server_url() -> Option<String> {
    std::env::var("EPIC_TEST_DATABASE_URL").ok()
}

/// A migrated database of one test's own.
pub struct Database {
    /// As its owner sees it.
    pub owned: db::Database,
    /// As the server does, where it can log in under the role that serves.
    serving: Option<db::Database>,
    dropped: Option<Dropped>,
}

impl Database {
    pub async fn new() -> Self {
        match server_url() {
            None => {
                let embedded = Embedded::temporary().await.expect("the built-in database");
                let database = db::Database::from(embedded);
                migrations::run(database.url()).await.expect("migrations");
                Self {
                    owned: database,
                    serving: None,
                    dropped: None,
                }
            }
            Some(server) => {
                let name = unique();
                let template = template(&server).await;
                run(
                    &server,
                    &format!("create database {name} template {template}"),
                )
                .await;
                let url = with_database(&server, &name);
                // What the database itself allows is not copied with its contents.
                migrations::run(&url).await.expect("nothing to apply");
                let serving = with_user(&url, roles::APPLICATION);
                // A server that asks for passwords lets nobody in under a role that has none; there
                // the pool steps down to that role.
                let lets_in = AsyncPgConnection::establish(&serving).await.is_ok();
                Self {
                    owned: db::Database::at(&url),
                    serving: lets_in.then(|| db::Database::at(&serving)),
                    dropped: Some(Dropped { server, name }),
                }
            }
        }
    }

    /// The database as the server is given it.
    pub fn serving(&self) -> &db::Database {
        self.serving.as_ref().unwrap_or(&self.owned)
    }

    /// A connection of the test's own. The built-in database has only one, so there it must be
    /// closed before a server starts on it.
    pub async fn connect(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(self.owned.url())
            .await
            .expect("a connection")
    }

    pub fn name(&self) -> Option<&str> {
        self.dropped.as_ref().map(|dropped| dropped.name.as_str())
    }
}

/// What SQL that selects one `value` finds, as text.
pub async fn values(connection: &mut AsyncPgConnection, sql: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        value: String,
    }
    let rows: Vec<Row> = diesel::sql_query(format!("select value::text from ({sql}) found"))
        .load(connection)
        .await
        .expect("a query");
    rows.into_iter().map(|row| row.value).collect()
}

/// Migrated once for the whole run; copying it is quicker than migrating again.
async fn template(server: &str) -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(async || {
            let name = format!("epic_template_{}", std::process::id());
            run(server, &format!("drop database if exists {name}")).await;
            run(server, &format!("create database {name}")).await;
            migrations::run(&with_database(server, &name))
                .await
                .expect("migrations");
            name
        })
        .await
}

fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("epic_test_{}_{next}", std::process::id())
}

/// The same server, another database.
pub fn with_database(url: &str, name: &str) -> String {
    let (server, options) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = server.rsplit_once('/').expect("a URL with a database");
    if options.is_empty() {
        format!("{server}/{name}")
    } else {
        format!("{server}/{name}?{options}")
    }
}

/// The same database, another role.
pub fn with_user(url: &str, user: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (_, host) = rest.split_once('@').unwrap_or(("", rest));
    format!("{scheme}://{user}@{host}")
}

async fn run(url: &str, sql: &str) {
    let mut connection = AsyncPgConnection::establish(url).await.expect("PostgreSQL");
    connection.batch_execute(sql).await.expect("a statement");
}

/// Drops the database with its test. `Drop` cannot wait, so a thread of its own does.
struct Dropped {
    server: String,
    name: String,
}

impl Drop for Dropped {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(run(&server, &format!("drop database {name} with (force)")));
        });
        let _ = dropping.join();
    }
}
