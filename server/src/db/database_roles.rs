//! The two roles in the database: `epic_owner` owns all objects and never serves calls; `epic_app`
//! serves calls and owns nothing. An attacker who controls the server can neither rewrite the
//! history nor alter a table.

use std::time::Duration;

use diesel::{dsl::sql, sql_types::Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use tokio::time::sleep;

use crate::{
    db::connect::ConnectError,
    error::{Result, StartError, StartResult},
};

/// How often roles that another program sets up at the same time are set up.
const ATTEMPTS_MAX: usize = 20;
/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(100);

/// The role of the server's connections.
pub const APPLICATION: &str = "epic_app";

/// The first statement of every connection of the pool. It drops the rights of a more powerful
/// login role.
pub const SET_APP_ROLE: &str = "set role epic_app";

/// Creates the roles that are missing. Roles are shared by all databases of a PostgreSQL server, so
/// another migration may create them at the same time.
const CREATE_ROLES: &str = "
do $$
declare
    role_name name;
begin
    foreach role_name in array array['epic_owner', 'epic_app'] loop
        begin
            if not exists (select from pg_roles where rolname = role_name) then
                execute format('create role %I %s', role_name,
                    case role_name when 'epic_app' then 'login' else 'nologin' end);
            end if;
        exception when duplicate_object or unique_violation then null;
        end;
        -- From PostgreSQL 16 on, who has created a role may grant it, but not act as it.
        if current_setting('server_version_num')::integer < 160000 then
            if not pg_has_role(current_user, role_name, 'member') then
                execute format('grant %I to %I', role_name, current_user);
            end if;
        elsif not pg_has_role(current_user, role_name, 'set')
            or not pg_has_role(current_user, role_name, 'usage') then
            execute format('grant %I to %I with set true, inherit true', role_name, current_user);
        end if;
    end loop;
end $$;
create extension if not exists pg_trgm;
do $$
declare
    extension constant name := (select nspname from pg_extension
        join pg_namespace on pg_namespace.oid = extnamespace where extname = 'pg_trgm');
begin
    if not has_schema_privilege('epic_owner', extension, 'usage') then
        execute format('grant usage on schema %I to epic_owner', extension);
    end if;
end $$;
revoke create on schema public from public;
grant usage, create on schema public to epic_owner;
grant usage on schema public to epic_app;
do $$ begin
    execute format('revoke create, temporary on database %I from public', current_database());
    execute format('grant connect on database %I to epic_app', current_database());
end $$;
";

/// Makes `epic_owner` the owner of objects that earlier versions created under another role, and
/// switches to it.
const REASSIGN_OWNED: &str = "
do $$
declare
    object record;
begin
    for object in
        select oid::regclass::text as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
            and relowner <> 'epic_owner'::regrole
    loop
        execute format('alter table %s owner to epic_owner', object.name);
    end loop;
    for object in
        select oid::regprocedure::text as name from pg_proc
        where pronamespace = 'public'::regnamespace and proowner <> 'epic_owner'::regrole
            and oid not in (select objid from pg_depend where deptype = 'e')
    loop
        execute format('alter function %s owner to epic_owner', object.name);
    end loop;
end $$;
set role epic_owner;
";

/// Whether the login role could alter tables and the history after `reset role`.
pub(super) async fn can_escalate(connection: &mut AsyncPgConnection) -> Result<bool> {
    let is_owner = sql::<Bool>("pg_has_role(session_user, 'epic_owner', 'member')");
    Ok(diesel::select(is_owner).get_result(connection).await?)
}

/// Lets `epic_app` read which migrations are applied.
pub(super) const GRANT_MIGRATIONS: &str = "grant select on __diesel_schema_migrations to epic_app";

/// Creates the roles and switches the connection to `epic_owner`.
///
/// # Errors
/// [`StartError::SetUp`] when the login role may not create roles.
pub(super) async fn become_owner(connection: &mut AsyncPgConnection) -> StartResult<()> {
    for sql in [CREATE_ROLES, REASSIGN_OWNED] {
        let mut attempts = 1;
        while let Err(error) = connection.batch_execute(sql).await {
            let error = ConnectError::from(error);
            // Another program sets up the same roles; each attempt is a transaction.
            if error.is_concurrent_change() && attempts < ATTEMPTS_MAX {
                attempts += 1;
                sleep(PAUSE).await;
                continue;
            }
            let text = format!("The roles epic_owner and epic_app cannot be set up: {error}.");
            return Err(StartError::SetUp(format!("{text} {}", error.advice())));
        }
    }
    Ok(())
}
