//! Two roles of the database: one that owns everything and serves nobody, and one that serves and
//! owns nothing. Whoever breaks into the server can then neither rewrite the history nor alter a
//! table.

use diesel::{dsl::sql, sql_types::Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};

use crate::error::{Error, Result};

/// Under whom the server works: reads and writes rows, as far as it was granted.
pub const APPLICATION: &str = "epic_app";

/// What a connection that serves begins with. Whoever logs in as somebody mightier steps down.
pub const STEP_DOWN: &str = "set role epic_app";

/// Makes what is missing. Roles belong to all databases of a PostgreSQL server, so two of them may
/// be prepared at the same time; the one that comes second finds the role made.
const MAKE: &str = "
do $$
declare
    made name;
begin
    foreach made in array array['epic_owner', 'epic_app'] loop
        begin
            if not exists (select from pg_roles where rolname = made) then
                execute format('create role %I %s', made,
                    case made when 'epic_app' then 'login' else 'nologin' end);
            end if;
        exception when duplicate_object or unique_violation then null;
        end;
        if not pg_has_role(current_user, made, 'member') then
            execute format('grant %I to %I', made, current_user);
        end if;
    end loop;
end $$;
create extension if not exists pg_trgm;
revoke create on schema public from public;
grant usage, create on schema public to epic_owner;
grant usage on schema public to epic_app;
do $$ begin
    execute format('revoke create, temporary on database %I from public', current_database());
    execute format('grant connect on database %I to epic_app', current_database());
end $$;
";

/// Gives the owner what an earlier version made under another role.
const ADOPT: &str = "
do $$
declare
    made record;
begin
    for made in
        select oid::regclass::text as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
            and relowner <> 'epic_owner'::regrole
    loop
        execute format('alter table %s owner to epic_owner', made.name);
    end loop;
    for made in
        select oid::regprocedure::text as name from pg_proc
        where pronamespace = 'public'::regnamespace and proowner <> 'epic_owner'::regrole
            and oid not in (select objid from pg_depend where deptype = 'e')
    loop
        execute format('alter function %s owner to epic_owner', made.name);
    end loop;
end $$;
set role epic_owner;
";

/// Whether whoever is logged in could also alter tables and the history, if they did not step down.
///
/// # Errors
/// When the database does not answer.
pub async fn is_mighty(connection: &mut AsyncPgConnection) -> Result<bool> {
    let mighty = sql::<Bool>("pg_has_role(session_user, 'epic_owner', 'member')");
    Ok(diesel::select(mighty).get_result(connection).await?)
}

/// Lets those who serve see which migrations there are.
pub const SHOW_MIGRATIONS: &str = "grant select on __diesel_schema_migrations to epic_app";

/// Makes the roles, and becomes the owner for what follows on this connection.
///
/// # Errors
/// When the role that is logged in may not do that, or the database does not answer.
pub async fn become_owner(connection: &mut AsyncPgConnection) -> Result<()> {
    for sql in [MAKE, ADOPT] {
        connection.batch_execute(sql).await.map_err(|error| {
            Error::Defect(format!(
                "The roles epic_owner and epic_app cannot be made: {error}. Run this command with \
                 a DATABASE_URL that logs in as a superuser, or as the owner of the database who \
                 may also create roles."
            ))
        })?;
    }
    Ok(())
}
