//! Brings the database up to date, once, however many servers start at the same time.

use diesel::{
    QueryableByName,
    dsl::sql,
    migration::MigrationSource,
    pg::Pg,
    sql_types::{BigInt, Bool, Text},
};
use diesel_async::{
    AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{
    db::{connect, roles},
    error::{Error, Result},
};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");
/// Any number will do, as long as every server takes the same: "epic" in ASCII.
const LOCK: i64 = 0x6570_6963;

/// Applies what is missing and tells how many migrations that were. Diesel takes no lock of its
/// own, so an advisory one is held: who comes second waits, and finds nothing left to do. What is
/// made belongs to a role of its own, not to the one that serves.
///
/// # Errors
/// When the database does not answer or refuses a migration, or the roles cannot be made.
pub async fn run(url: &str) -> Result<usize> {
    let mut connection = connect(url).await?;
    diesel::sql_query("select pg_advisory_lock($1)")
        .bind::<BigInt, _>(LOCK)
        .execute(&mut connection)
        .await?;
    roles::become_owner(&mut connection).await?;
    // The lock ends with the connection.
    let mut harness = AsyncMigrationHarness::new(connection);
    let applied = harness
        .run_pending_migrations(MIGRATIONS)
        .map_err(|error| Error::Defect(format!("a migration failed: {error}")))?;
    let applied = applied.len();
    let mut connection = harness.into_inner();
    connection.batch_execute(roles::SHOW_MIGRATIONS).await?;
    Ok(applied)
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Whether the database has every migration that this server knows. It only reads: Diesel's own way
/// begins by making a table, which the role that the service runs under may not do.
///
/// # Errors
/// When the database does not answer.
pub async fn is_current(url: &str) -> Result<bool> {
    let mut connection = connect(url).await?;
    let begun: bool = diesel::select(sql::<Bool>(
        "to_regclass('__diesel_schema_migrations') is not null",
    ))
    .get_result(&mut connection)
    .await?;
    if !begun {
        return Ok(false);
    }
    if roles::is_mighty(&mut connection).await? {
        tracing::warn!(
            "DATABASE_URL logs in as a role that could alter tables and the history; \
             the server works as epic_app all the same, but should also log in as it"
        );
    }
    let applied: Vec<Applied> = diesel::sql_query("select version from __diesel_schema_migrations")
        .load(&mut connection)
        .await
        .map_err(|error| {
            Error::Defect(format!(
                "The database cannot be read: {error}. DATABASE_URL should log in as epic_app, the \
                 role that epic-server init makes."
            ))
        })?;
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS)
        .map_err(|error| Error::Defect(error.to_string()))?;
    Ok(known.iter().all(|migration| {
        let version = migration.name().version().to_string();
        applied.iter().any(|row| row.version == version)
    }))
}

async fn connect(url: &str) -> Result<AsyncPgConnection> {
    connect::connect(url)
        .await
        .map_err(|error| Error::Away(error.to_string()))
}
