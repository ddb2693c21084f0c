//! The template and the roles that the tests of a run on PostgreSQL share: each test copies its
//! database from the template. The last test of the run removes both.
//!
//! Every database is named `epic_suite_<run>_<suffix>`. The run holds an advisory lock with its own
//! number, which PostgreSQL releases when the run's connection ends, even if the run is killed. A
//! database without such a lock was therefore left by a killed run, and the next run drops it. This
//! also works for runs on several machines.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicU32, Ordering},
    },
    thread::JoinHandle,
};

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use epic_server::db::migrations;
use tokio::sync::{Mutex, oneshot};

use super::{
    database::{connect, query_text, with_database},
    temp_folder::RunFolderGuard,
};

const PREFIX: &str = "epic_suite";
/// The first number of every advisory lock of the tests: "suit" in ASCII.
const LOCK_CLASS: i32 = 0x7375_6974;
/// The second number of the lock that every run shares.
const ANY_RUN: i32 = 0;
/// The comment on roles that a run has created, so that only these are ever dropped.
const ROLE_COMMENT: &str = "Created by the tests of epic-server";
const EPIC_ROLES: &str = "select rolname as value from pg_roles where rolname like 'epic\\_%'";

pub struct PostgresRun {
    server: String,
    id: i32,
    next: AtomicU32,
    stop: Option<oneshot::Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

static CURRENT: Mutex<Weak<PostgresRun>> = Mutex::const_new(Weak::new());

impl PostgresRun {
    /// The current run on `server`, or a new run.
    pub async fn current(server: &str) -> Arc<Self> {
        let mut current = CURRENT.lock().await;
        if let Some(run) = current.upgrade() {
            return run;
        }
        let run = Arc::new(Self::start(server).await);
        *current = Arc::downgrade(&run);
        run
    }

    async fn start(server: &str) -> Self {
        let id = rand::random_range(1..=i32::MAX);
        let (ready, is_ready) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let url = server.to_owned();
        // A separate thread, because the connection must outlive the runtime of the test that starts it.
        let keeper = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(keep(url, id, ready, stopped));
        });
        is_ready.await.expect("PostgreSQL and a template database");
        Self {
            server: server.to_owned(),
            id,
            next: AtomicU32::new(0),
            stop: Some(stop),
            keeper: Some(keeper),
        }
    }

    /// Creates an empty database with these options and returns its name.
    pub async fn create_empty(&self, options: &str) -> String {
        let name = self.next_name();
        execute(&self.server, &format!("create database {name} {options}")).await;
        name
    }

    /// Creates a migrated database and returns its name. A copy takes less time than migrations.
    pub async fn create_migrated(&self) -> String {
        let name = self.next_name();
        let template = template(self.id);
        let sql = format!("create database {name} template {template}");
        execute(&self.server, &sql).await;
        // Privileges on the database itself are not copied with its contents.
        let url = with_database(&self.server, &name);
        migrations::run(&url).await.expect("nothing to apply");
        name
    }

    fn next_name(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{PREFIX}_{}_{number}", self.id)
    }
}

impl Drop for PostgresRun {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

fn template(run: i32) -> String {
    format!("{PREFIX}_{run}_template")
}

async fn execute(url: &str, sql: &str) {
    let mut connection = connect(url).await;
    connection.batch_execute(sql).await.expect("a statement");
}

/// Prepares the server for a run, waits until the run is over, and removes what the tests shared.
async fn keep(
    server: String,
    run: i32,
    ready: oneshot::Sender<()>,
    stopped: oneshot::Receiver<()>,
) {
    // Stops servers of a killed run first: they would keep its databases in use.
    let _folder = RunFolderGuard::new();
    let mut connection = connect(&server).await;
    let lock = format!(
        "select pg_advisory_lock_shared({LOCK_CLASS}, {ANY_RUN}); \
         select pg_advisory_lock_shared({LOCK_CLASS}, {run})"
    );
    connection.batch_execute(&lock).await.expect("a lock");
    drop_stale_databases(&mut connection).await;
    let roles_before = query_text(&mut connection, EPIC_ROLES).await;
    let template = template(run);
    let create = format!("create database {template}");
    connection.batch_execute(&create).await.expect("a template");
    let url = with_database(&server, &template);
    let migrated = migrations::run(&url).await;
    for role in query_text(&mut connection, EPIC_ROLES).await {
        if !roles_before.contains(&role) {
            let comment = format!("comment on role {role} is '{ROLE_COMMENT}'");
            let _ = connection.batch_execute(&comment).await;
        }
    }
    if migrated.is_ok() && ready.send(()).is_ok() {
        let _ = stopped.await;
    }
    let drop = format!("drop database {template} with (force)");
    connection.batch_execute(&drop).await.expect("to drop");
    drop_roles(&mut connection).await;
    migrated.expect("migrations");
}

/// Drops the databases of runs that have ended. It does not use `force`, so that a database in use is not
/// dropped.
async fn drop_stale_databases(connection: &mut AsyncPgConnection) {
    let stale = format!(
        "select datname as value from pg_database where datname ~ '^{PREFIX}_[0-9]+_' \
         and not exists (select from pg_locks where locktype = 'advisory' \
             and classid = {LOCK_CLASS} and objid = split_part(datname, '_', 3)::oid)"
    );
    for name in query_text(connection, &stale).await {
        let drop = format!("drop database if exists {name}");
        if let Err(error) = connection.batch_execute(&drop).await {
            eprintln!("the database {name} of an earlier run was not removed: {error}");
        }
    }
}

/// Drops the roles that tests have created, unless another run or another database needs them.
async fn drop_roles(connection: &mut AsyncPgConnection) {
    let alone = format!(
        "select pg_try_advisory_lock({LOCK_CLASS}, {ANY_RUN}) as value \
         from (select pg_advisory_unlock_shared({LOCK_CLASS}, {ANY_RUN})) unlocked"
    );
    if query_text(connection, &alone).await != ["true"] {
        return;
    }
    let created = format!(
        "select rolname as value from pg_roles \
         where shobj_description(oid, 'pg_authid') = '{ROLE_COMMENT}'"
    );
    for role in query_text(connection, &created).await {
        // Refused while a database outside of the tests depends on it.
        let _ = connection.batch_execute(&format!("drop role {role}")).await;
    }
}
