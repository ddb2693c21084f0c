//! Migrations: `down` reverts `up`, a second `up` creates the same schema, concurrent servers
//! migrate once, and a failed migration changes nothing.

use diesel::{migration::MigrationSource, pg::Pg};
use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use epic_server::{db::migrations, error::StartError};

use crate::support::{
    database::{TestDatabase, query_text},
    rights_fixture::accounts_and_records,
};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// Every object of the schema, by name and definition.
const SCHEMA: &str = "
    with ours as (
        select * from pg_class
        where relnamespace = 'public'::regnamespace and relname not like '\\_\\_diesel%'
    ), functions as (
        select * from pg_proc where pronamespace = 'public'::regnamespace
            and oid not in (select objid from pg_depend where deptype = 'e')
    )
    select concat_ws(' ', 'column', relname, attnum, attname, format_type(atttypid, atttypmod),
        attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid),
        col_description(ours.oid, attnum)) as value
    from ours join pg_attribute on attrelid = ours.oid
        left join pg_attrdef on adrelid = ours.oid and adnum = attnum
    where attnum > 0 and relkind in ('r', 'v')
    union all
    select concat_ws(' ', 'relation', relkind, relname, obj_description(oid, 'pg_class'),
        case relkind when 'i' then pg_get_indexdef(oid) when 'v' then pg_get_viewdef(oid) end)
    from ours
    union all
    select concat_ws(' ', 'constraint', conname, pg_get_constraintdef(pg_constraint.oid),
        obj_description(pg_constraint.oid, 'pg_constraint'))
    from pg_constraint join ours on ours.oid = conrelid
    union all
    select concat_ws(' ', 'trigger', pg_get_triggerdef(pg_trigger.oid))
    from pg_trigger join ours on ours.oid = tgrelid where not tgisinternal
    union all
    select concat_ws(' ', 'function', pg_get_functiondef(oid), obj_description(oid, 'pg_proc'))
    from functions
    order by value";

#[tokio::test(flavor = "multi_thread")]
async fn down_reverts_up_and_up_can_be_repeated() {
    let database = TestDatabase::migrated().await;
    let url = database.owner_url();
    let mut connection = database.connect().await;
    let up = query_text(&mut connection, SCHEMA).await;
    assert!(up.iter().any(|line| line.starts_with("trigger")), "{up:?}");
    // Records do not prevent a revert.
    let records = accounts_and_records();
    connection.batch_execute(&records).await.expect("records");
    let mut harness = AsyncMigrationHarness::new(connection);
    harness.revert_all_migrations(MIGRATIONS).expect("down");
    let mut connection = harness.into_inner();
    assert_eq!(
        query_text(&mut connection, SCHEMA).await,
        Vec::<String>::new()
    );
    drop(connection);
    assert!(!migrations::is_current(url).await.expect("an answer"));
    let steps = MigrationSource::<Pg>::migrations(&MIGRATIONS).expect("migrations");
    assert_eq!(migrations::run(url).await.expect("up"), steps.len());
    assert!(migrations::is_current(url).await.expect("an answer"));
    assert_eq!(migrations::run(url).await.expect("nothing to do"), 0);
    let mut connection = database.connect().await;
    assert_eq!(query_text(&mut connection, SCHEMA).await, up);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_servers_migrate_once() {
    let database = TestDatabase::empty(require_postgres!()).await;
    let url = database.owner_url();
    assert!(!migrations::is_current(url).await.expect("an answer"));
    let servers: Vec<_> = (0..4)
        .map(|_| {
            let url = url.to_owned();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Runtime::new().expect("a runtime");
                runtime.block_on(migrations::run(&url))
            })
        })
        .collect();
    // They take turns, so that each may apply some.
    let applied = servers
        .into_iter()
        .map(|server| server.join().expect("no panic").expect("migrations"));
    let steps = MigrationSource::<Pg>::migrations(&MIGRATIONS).expect("migrations");
    assert_eq!(applied.sum::<usize>(), steps.len());
    assert!(migrations::is_current(url).await.expect("an answer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_migration_changes_nothing_and_its_error_says_what_to_do() {
    let database = TestDatabase::empty(require_postgres!()).await;
    let url = database.owner_url();
    let mut connection = database.connect().await;
    let conflict = "create table contracts (id bigint)";
    connection.batch_execute(conflict).await.expect("a table");
    let error = migrations::run(url).await.expect_err("a conflict");
    let sentence = error.to_string();
    assert!(matches!(error, StartError::Migration(_)), "{error:?}");
    for expected in ["contracts", "then run epic-server migrate again"] {
        assert!(sentence.contains(expected), "{sentence}");
    }
    assert!(!migrations::is_current(url).await.expect("an answer"));
    let repair = "drop table contracts";
    connection.batch_execute(repair).await.expect("no table");
    assert!(migrations::run(url).await.expect("migrations") > 0);
    assert!(migrations::is_current(url).await.expect("an answer"));
}
