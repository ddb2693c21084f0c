//! Schema migrations.

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
    db::{connect, database_roles, folding},
    error::{Error, StartError, StartResult},
};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");
/// Key of the advisory lock, the same in every version: "epic" in ASCII.
const LOCK: i64 = 0x6570_6963;

/// Applies the pending migrations as `epic_owner`, updates the SQL functions that fold text, and
/// returns the number of migrations. Diesel does not lock, so an advisory lock makes concurrent calls
/// wait and then find no pending migrations.
///
/// # Errors
/// [`StartError::Migration`] when a migration fails; [`StartError::SetUp`] when the database cannot
/// be reached, the login role may not create roles, or two accounts have the same email address.
pub async fn run(url: &str) -> StartResult<usize> {
    let mut connection = connect(url).await?;
    diesel::sql_query("select pg_advisory_lock($1)")
        .bind::<BigInt, _>(LOCK)
        .execute(&mut connection)
        .await
        .map_err(Error::from)?;
    database_roles::become_owner(&mut connection).await?;
    // The lock ends with the connection.
    let mut harness = AsyncMigrationHarness::new(connection);
    let applied = harness
        .run_pending_migrations(MIGRATIONS)
        .map_err(|error| StartError::Migration(error.to_string()))?;
    let applied = applied.len();
    let mut connection = harness.into_inner();
    folding::update(&mut connection).await?;
    connection
        .batch_execute(database_roles::GRANT_MIGRATIONS)
        .await
        .map_err(Error::from)?;
    Ok(applied)
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Whether all migrations of this program are applied, and texts are folded as this version does. Diesel's
/// own check first creates a table, which `epic_app` may not do.
///
/// # Errors
/// [`StartError::SetUp`] when the database cannot be reached, or the login role may not read the
/// migrations.
pub async fn is_current(url: &str) -> StartResult<bool> {
    let mut connection = connect(url).await?;
    let is_initialized: bool = diesel::select(sql::<Bool>(
        "to_regclass('__diesel_schema_migrations') is not null",
    ))
    .get_result(&mut connection)
    .await
    .map_err(Error::from)?;
    if !is_initialized {
        return Ok(false);
    }
    if database_roles::can_escalate(&mut connection).await? {
        tracing::warn!(
            "DATABASE_URL logs in as a role that can alter tables and the history; the server \
             switches to epic_app, but should log in as epic_app"
        );
    }
    let applied: Vec<Applied> = diesel::sql_query("select version from __diesel_schema_migrations")
        .load(&mut connection)
        .await
        .map_err(|error| {
            StartError::SetUp(format!(
                "The database cannot be read: {error}. DATABASE_URL should log in as epic_app, the \
                 role that epic-server init creates."
            ))
        })?;
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS)
        .map_err(|error| Error::Internal(error.to_string()))?;
    let is_migrated = known.iter().all(|migration| {
        let version = migration.name().version().to_string();
        applied.iter().any(|row| row.version == version)
    });
    Ok(is_migrated && folding::is_current(&mut connection).await?)
}

async fn connect(url: &str) -> StartResult<AsyncPgConnection> {
    connect::connect(url).await.map_err(|error| {
        StartError::SetUp(format!(
            "The database cannot be reached: {error}. Check DATABASE_URL, and whether PostgreSQL \
             runs and accepts connections from this machine."
        ))
    })
}
