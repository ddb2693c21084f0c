//! What a session does not take over from the role, the database or the server: settings that suit other
//! programs would change what queries mean, or make them fail.

use super::ConnectError;

/// The oldest version of PostgreSQL that is supported, as `server_version_num`.
const VERSION_MIN: u32 = 150_000;

/// Sets what must not depend on defaults. Those of `default_transaction_read_only` and `synchronous_commit`
/// stay: they are how operators stop writes, and choose what a commit waits for. The extension `pg_trgm` may
/// be in any schema. Settings of later versions are set where they exist. The limits of statements are those
/// of a migration; the pool and the feed of changes set their own.
pub(super) const SET: &str = "
    set statement_timeout = 0;
    set role none;
    set standard_conforming_strings = on;
    set transform_null_equals = off;
    set row_security = on;
    set datestyle = 'ISO, DMY';
    set intervalstyle = 'postgres';
    set timezone = 'UTC';
    set bytea_output = 'hex';
    set extra_float_digits = 1;
    set check_function_bodies = on;
    set search_path = pg_catalog;
    select set_config('search_path', concat_ws(', ', 'public',
        (select quote_ident(nspname) from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
         where extname = 'pg_trgm' and nspname not in ('public', 'pg_catalog')), 'pg_temp'), false);
    set default_transaction_isolation = 'read committed';
    set default_transaction_deferrable = off;
    set lock_timeout = '3s';
    set idle_in_transaction_session_timeout = 0;
    select set_config(name, '0', false) from unnest(array['idle_session_timeout', 'transaction_timeout']) as name
    where current_setting(name, true) is not null;
";

/// Reads what a session cannot set, in the order of the fields of [`Facts`].
pub(super) const READ: &str = "select current_setting('transaction_read_only'), \
     extract(epoch from pg_postmaster_start_time()), current_setting('server_version_num'), \
     current_setting('server_version'), current_setting('server_encoding'), \
     current_setting('session_replication_role'), current_database(), session_user";

/// What [`READ`] returns.
pub(super) struct Facts<'a> {
    pub(super) is_read_only: bool,
    /// The time at which the server was started, in seconds.
    pub(super) start: &'a str,
    version_number: u32,
    version: &'a str,
    encoding: &'a str,
    replication_role: &'a str,
    database: &'a str,
    role: &'a str,
}

impl<'a> Facts<'a> {
    /// The facts in a row with these columns.
    pub(super) fn of_columns(column: impl Fn(usize) -> &'a str) -> Self {
        Self {
            is_read_only: column(0) == "on",
            start: column(1),
            version_number: column(2).parse().unwrap_or_default(),
            version: column(3),
            encoding: column(4),
            replication_role: column(5),
            database: column(6),
            role: column(7),
        }
    }

    /// Fails when the program cannot work with this database.
    pub(super) fn check(&self) -> Result<(), ConnectError> {
        let Self {
            version,
            encoding,
            database,
            role,
            ..
        } = self;
        let why = if self.version_number < VERSION_MIN {
            format!(
                "PostgreSQL {version} is too old; version {} or later is needed",
                VERSION_MIN / 10_000
            )
        } else if *encoding != "UTF8" {
            format!(
                "the database {database} has the encoding {encoding}, which cannot store every name; create \
                 a database with: createdb --template=template0 --encoding=UTF8"
            )
        } else if self.replication_role == "replica" {
            format!(
                "session_replication_role is replica for {role} in the database {database}: nothing would \
                 check the records or write their history; reset it with alter role or alter database"
            )
        } else {
            return Ok(());
        };
        Err(ConnectError::misconfigured(why))
    }
}
