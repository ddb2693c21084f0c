//! Schema migrations.

pub mod requirements;

use std::time::Duration;

use diesel::{
    QueryableByName,
    dsl::sql,
    migration::{Migration, MigrationSource},
    pg::Pg,
    sql_types::{Bool, Text},
};
use diesel_async::{
    AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _,
    TransactionManager as _,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::time::sleep;

use crate::{
    db::{connect, database_roles, folding, sqlstate},
    error::{Error, StartError, StartResult},
};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");
/// Diesel's table of the applied migrations, created if it is missing. Another program may create it at the
/// same time.
const CREATE_TABLE: &str = "
do $$ begin
    create table if not exists __diesel_schema_migrations (
        version varchar(50) primary key not null,
        run_on timestamp not null default current_timestamp
    );
exception when unique_violation or duplicate_table then null;
end $$";
/// Makes concurrent programs take turns: Diesel does not lock. `epic_app`, which may only read the table,
/// cannot take this lock.
const LOCK: &str = "lock table __diesel_schema_migrations in share row exclusive mode";
/// Pause before a migration that waited too long for a lock is repeated.
const LOCK_PAUSE: Duration = Duration::from_secs(1);

type Manager = <AsyncPgConnection as diesel_async::AsyncConnection>::TransactionManager;
type Step = Box<dyn Migration<Pg>>;

/// Applies the pending migrations as `epic_owner`, each in a transaction, updates the SQL functions that fold
/// text, and returns the number of migrations. Concurrent calls take turns. A lock that another session holds
/// is waited for.
///
/// # Errors
/// [`StartError::Migration`] when a migration fails; [`StartError::Temporary`] when the database cannot be
/// reached; [`StartError::SetUp`] when the login role may not create roles, or two accounts have the same
/// email address.
pub async fn run(url: &str) -> StartResult<usize> {
    let mut connection = open(url).await?;
    let mut applied = 0;
    loop {
        let step = |harness: &mut AsyncMigrationHarness<_>| {
            let mut pending = harness.pending_migrations(MIGRATIONS)?;
            if pending.is_empty() {
                return Ok(false);
            }
            harness.run_migration(&pending.remove(0))?;
            Ok(true)
        };
        let is_done;
        (connection, is_done) = in_transaction(url, connection, step).await?;
        if !is_done {
            break;
        }
        applied += 1;
    }
    folding::update(&mut connection, LOCK).await?;
    let grant = format!("{LOCK}; {}", database_roles::GRANT_MIGRATIONS);
    connection
        .batch_execute(&grant)
        .await
        .map_err(Error::from)?;
    requirements::check(&mut connection).await?;
    Ok(applied)
}

/// Reverts the migrations after `version`, the latest one first, and returns their number.
///
/// # Errors
/// Those of [`run`]; [`StartError::SetUp`] when there is no such migration.
pub async fn revert_to(url: &str, version: &str) -> StartResult<usize> {
    let versions: Vec<_> = known()?.iter().map(version_of).collect();
    if !versions.iter().any(|known| known == version) {
        return Err(StartError::SetUp(format!(
            "There is no migration {version}; there are {}",
            versions.join(", ")
        )));
    }
    let mut connection = open(url).await?;
    let mut reverted = 0;
    loop {
        let step = |harness: &mut AsyncMigrationHarness<_>| {
            let applied = harness.applied_migrations()?;
            let latest = applied.iter().map(ToString::to_string).max();
            let Some(latest) = latest.filter(|latest| latest.as_str() > version) else {
                return Ok(false);
            };
            let mut known = MigrationSource::<Pg>::migrations(&MIGRATIONS)?;
            known.retain(|step| version_of(step) == latest);
            let [step] = &known[..] else {
                return Err(format!(
                    "migration {latest} is of a later version of epic-server, which must revert it"
                )
                .into());
            };
            harness.revert_migration(step)?;
            Ok(true)
        };
        let is_done;
        (connection, is_done) = in_transaction(url, connection, step).await?;
        if !is_done {
            return Ok(reverted);
        }
        reverted += 1;
    }
}

/// A connection of `epic_owner`, with the table of the applied migrations.
async fn open(url: &str) -> StartResult<AsyncPgConnection> {
    let mut connection = connect::connect(url).await?;
    database_roles::become_owner(&mut connection).await?;
    connection
        .batch_execute(CREATE_TABLE)
        .await
        .map_err(Error::from)?;
    Ok(connection)
}

/// Whether a step had something to do.
type StepResult = Result<bool, Box<dyn std::error::Error + Send + Sync>>;

/// Carries out a step in a transaction that no other program migrates in. Repeats it for as long as another
/// session holds a lock that it needs.
async fn in_transaction(
    url: &str,
    mut connection: AsyncPgConnection,
    step: impl Fn(&mut AsyncMigrationHarness<AsyncPgConnection>) -> StepResult,
) -> StartResult<(AsyncPgConnection, bool)> {
    loop {
        let begun = Manager::begin_transaction(&mut connection).await;
        begun.map_err(Error::from)?;
        let locked = connection.batch_execute(LOCK).await;
        let is_done = match locked {
            Ok(()) => {
                let mut harness = AsyncMigrationHarness::new(connection);
                let is_done = step(&mut harness);
                connection = harness.into_inner();
                is_done
            }
            Err(error) => Err(error.into()),
        };
        let error = match is_done {
            Ok(is_done) => {
                let committed = Manager::commit_transaction(&mut connection).await;
                committed.map_err(Error::from)?;
                return Ok((connection, is_done));
            }
            Err(error) => error.to_string(),
        };
        if !sqlstate::is_lock_timeout(&error) {
            return Err(StartError::Migration(error));
        }
        tracing::warn!("another session holds a lock that a migration needs; waiting for it");
        sleep(LOCK_PAUSE).await;
        // Its transaction has failed.
        drop(connection);
        connection = open(url).await?;
    }
}

fn known() -> StartResult<Vec<Step>> {
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS);
    let mut known = known.map_err(|error| Error::Internal(error.to_string()))?;
    known.sort_by_key(version_of);
    Ok(known)
}

fn version_of(step: &Step) -> String {
    step.name().version().to_string()
}

/// The version of the last migration of this program.
#[must_use]
pub fn latest() -> String {
    let known = known().unwrap_or_default();
    known.last().map(version_of).unwrap_or_default()
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
/// [`StartError::Temporary`] when the database cannot be reached; [`StartError::SetUp`] when the login role may
/// not read the migrations, `epic_app` lacks rights, or the schema requires a later version of the server.
pub async fn is_current(url: &str) -> StartResult<bool> {
    let mut connection = connect::connect(url).await?;
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
    let is_migrated = known()?.iter().all(|migration| {
        let version = version_of(migration);
        applied.iter().any(|row| row.version == version)
    });
    if !is_migrated || !folding::is_current(&mut connection).await? {
        return Ok(false);
    }
    requirements::check(&mut connection).await?;
    Ok(true)
}
