//! What the schema of a database requires of the server, and the server of the schema.

use diesel::{
    QueryableByName,
    sql_types::{Array, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use crate::error::{Error, StartError, StartResult};

/// The version of this server.
const OWN: &str = env!("CARGO_PKG_VERSION");
/// Tables and views that `epic_app` reads for every kind of call.
const READ: [&str; 12] = [
    "collaborators",
    "clients",
    "contracts",
    "events",
    "history",
    "sessions",
    "changes",
    "collaborator_records",
    "client_records",
    "contract_records",
    "event_records",
    "history_records",
];
/// Those of [`READ`] on which `epic_app` may not read.
const UNREADABLE: &str = "
    select name as text from unnest($1) name
    where not coalesce(has_table_privilege('epic_app', to_regclass('public.' || name), 'select'), false)";
/// The oldest servers that the migrations of the database permit.
const REQUIRED: &str = "select oldest_server as text from server_requirements";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Checks that `epic_app` may read what it needs, and that no migration requires a later server.
///
/// # Errors
/// [`StartError::SetUp`].
pub(super) async fn check(connection: &mut AsyncPgConnection) -> StartResult<()> {
    let unreadable: Vec<Row> = diesel::sql_query(UNREADABLE)
        .bind::<Array<Text>, _>(READ.as_slice())
        .load(connection)
        .await
        .map_err(Error::from)?;
    if !unreadable.is_empty() {
        let names: Vec<_> = unreadable.into_iter().map(|row| row.text).collect();
        return Err(StartError::SetUp(format!(
            "The role epic_app has no rights on {}: the database was perhaps restored before its roles \
             existed. Restore it again as docs/handbook.md describes.",
            names.join(", ")
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
