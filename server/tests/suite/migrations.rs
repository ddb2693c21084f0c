//! Migrations: down takes away what up made, and up again makes the same.

use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use epic_server::db::migrations;

use crate::database::{Database, values};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// Everything of ours in the database, by name and definition.
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
async fn down_undoes_up_and_up_works_again() {
    let database = Database::new().await;
    let url = database.owned.url();
    let mut connection = database.connect().await;
    let up = values(&mut connection, SCHEMA).await;
    assert!(up.iter().any(|line| line.starts_with("trigger")), "{up:?}");
    // Data does not stand in the way.
    let furniture = crate::stage::furniture();
    connection
        .batch_execute(&furniture)
        .await
        .expect("furniture");
    let mut harness = AsyncMigrationHarness::new(connection);
    harness.revert_all_migrations(MIGRATIONS).expect("down");
    let mut connection = harness.into_inner();
    assert_eq!(values(&mut connection, SCHEMA).await, Vec::<String>::new());
    drop(connection);
    assert!(!migrations::is_current(url).await.expect("an answer"));
    assert_eq!(migrations::run(url).await.expect("up"), 9);
    assert!(migrations::is_current(url).await.expect("an answer"));
    assert_eq!(migrations::run(url).await.expect("nothing to do"), 0);
    let mut connection = database.connect().await;
    assert_eq!(values(&mut connection, SCHEMA).await, up);
}
