//! What the schema of a database requires of the server, and the server of the schema.

use diesel::{
    QueryableByName,
    sql_types::{Array, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use crate::error::{Error, StartError, StartResult};

/// The version of this server.
const OWN: &str = env!("CARGO_PKG_VERSION");
/// A right of `epic_app`: the table or view, the right, and its columns, which are empty for a right on all of
/// them.
pub type Right = (&'static str, &'static str, &'static str);

/// The rights of `epic_app` that calls need. A test compares them with those that the migrations grant.
#[rustfmt::skip] // One line per right.
pub const RIGHTS: &[Right] = &[
    ("__diesel_schema_migrations", "select", ""),
    ("server_requirements", "select", ""),
    ("collaborators", "select", ""),
    ("collaborators", "delete", ""),
    ("collaborators", "insert", "request_id,request_digest,name,email,phone,role,password_hash,must_change_password"),
    ("collaborators", "update", "name,email,phone,role,password_hash,must_change_password"),
    ("collaborator_records", "select", ""),
    ("clients", "select", ""),
    ("clients", "insert", "request_id,request_digest,name,email,phone,company,commercial_id"),
    ("clients", "update", "name,email,phone,company,commercial_id"),
    ("client_records", "select", ""),
    ("contracts", "select", ""),
    ("contracts", "insert", "request_id,request_digest,client_id,event_title,total_cents,remaining_cents,date,signed"),
    ("contracts", "update", "client_id,event_title,total_cents,remaining_cents,date,signed"),
    ("contract_records", "select", ""),
    ("events", "select", ""),
    ("events", "insert", "request_id,request_digest,contract_id,start_time,end_time,location,attendees,note"),
    ("events", "update", "start_time,end_time,support_id,location,attendees,note"),
    ("event_records", "select", ""),
    ("history", "select", ""),
    ("history_records", "select", ""),
    ("changes", "select", ""),
    ("changes", "delete", ""),
    ("sessions", "select", ""),
    ("sessions", "insert", ""),
    ("sessions", "update", ""),
    ("sessions", "delete", ""),
    ("spent_refresh_tokens", "select", ""),
    ("spent_refresh_tokens", "insert", ""),
    ("spent_refresh_tokens", "delete", ""),
    ("login_attempts", "select", ""),
    ("login_attempts", "insert", ""),
    ("login_attempts", "update", ""),
    ("login_attempts", "delete", ""),
    ("login_places", "select", ""),
    ("login_places", "insert", ""),
    ("login_places", "update", ""),
    ("login_places", "delete", ""),
    ("suspensions", "select", ""),
    ("suspensions", "insert", ""),
    ("suspensions", "delete", ""),
];

/// Those of [`RIGHTS`] that are missing, and the schema if `epic_app` may not use it.
const MISSING: &str = "
    select distinct on (relation, privilege) privilege || ' on ' || relation as text
    from unnest($1, $2, $3) as needed (relation, privilege, columns),
        string_to_table(columns || ',', ',') as column_name,
        to_regclass('public.' || relation) as found
    where not coalesce(
        case when columns = '' then has_table_privilege('epic_app', found, privilege)
            else column_name = '' or exists (
                select from pg_attribute where attrelid = found and attname = column_name
                    and has_column_privilege('epic_app', attrelid, attnum, privilege)) end,
        false)
    union all select 'usage on schema public'
    where not has_schema_privilege('epic_app', 'public', 'usage')";
/// The oldest servers that the migrations of the database permit.
const REQUIRED: &str = "select oldest_server as text from server_requirements";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Checks that `epic_app` has the rights that calls need, and that no migration requires a later server.
///
/// # Errors
/// [`StartError::SetUp`].
pub(super) async fn check(connection: &mut AsyncPgConnection) -> StartResult<()> {
    let part = |of: fn(&Right) -> &'static str| RIGHTS.iter().map(of).collect::<Vec<_>>();
    let missing: Vec<Row> = diesel::sql_query(MISSING)
        .bind::<Array<Text>, _>(part(|right| right.0))
        .bind::<Array<Text>, _>(part(|right| right.1))
        .bind::<Array<Text>, _>(part(|right| right.2))
        .load(connection)
        .await
        .map_err(Error::from)?;
    if !missing.is_empty() {
        let rights: Vec<_> = missing.into_iter().map(|row| row.text).collect();
        return Err(StartError::SetUp(format!(
            "The role epic_app lacks rights: {}. The database was perhaps restored before its roles \
             existed: restore it again as docs/handbook.md describes, or grant them.",
            rights.join(", ")
        )));
    }
    let required: Vec<Row> = diesel::sql_query(REQUIRED)
        .load(connection)
        .await
        .map_err(Error::from)?;
    match required.iter().find(|row| parse(&row.text) > parse(OWN)) {
        Some(row) => Err(StartError::SetUp(format!(
            "The database requires epic-server {} or later, and this is {OWN}. Install that version, or \
             revert its migrations with its epic-server migrate --down-to.",
            row.text
        ))),
        None => Ok(()),
    }
}

/// The numbers of a version such as 1.2.3.
fn parse(version: &str) -> Vec<u64> {
    let numbers = version.split('.').map(str::parse);
    numbers.map(Result::unwrap_or_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(parse("0.10.0") > parse("0.9.12"));
        assert!(parse("1.0.0") > parse("0.99.99"));
        assert!(parse(OWN) >= parse("0.1.0"));
    }
}
