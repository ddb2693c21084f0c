//! What each SQLSTATE means for a call (PostgreSQL's documentation, appendix A).
//!
//! Diesel passes on PostgreSQL's messages, which are translated, but not its SQLSTATEs.
//! [`connect::wire`](super::connect) writes each SQLSTATE before its message, and this module reads it
//! there.

use diesel::result::Error as Diesel;

/// What an error of PostgreSQL means for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// PostgreSQL rolled the transaction back because of concurrent ones; a repetition may succeed.
    Conflict,
    /// The statement exceeded a time limit. A repetition would take as long.
    TooSlow,
    /// The connection must be closed; another connection may work.
    BadConnection,
    /// The connection leads to a read-only database, and so may all other connections of the pool.
    ReadOnly,
    /// The database lacks disk, memory or connections. A repetition would fail as well.
    OutOfResources,
}

/// SQLSTATEs and classes of SQLSTATEs. The first row that matches applies; SQLSTATEs without a row are
/// errors of the code or of the data.
const OUTCOMES: &[(&str, Outcome)] = &[
    // connection_exception
    ("08", Outcome::BadConnection),
    // feature_not_supported: "cached plan must not change result type", after a migration.
    ("0A000", Outcome::BadConnection),
    // read_only_sql_transaction
    ("25006", Outcome::ReadOnly),
    // idle_in_transaction_session_timeout, transaction_timeout
    ("25P03", Outcome::BadConnection),
    ("25P04", Outcome::BadConnection),
    // invalid_sql_statement_name: the prepared statement is gone.
    ("26000", Outcome::BadConnection),
    // serialization_failure, deadlock_detected
    ("40001", Outcome::Conflict),
    ("40P01", Outcome::Conflict),
    // undefined_table: the database is being restored, or the connection leads to another one.
    ("42P01", Outcome::BadConnection),
    // insufficient_resources
    ("53", Outcome::OutOfResources),
    // lock_not_available
    ("55P03", Outcome::Conflict),
    // query_canceled, also by statement_timeout
    ("57014", Outcome::TooSlow),
    // admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout
    ("57P", Outcome::BadConnection),
];

/// Refusals of a new connection while others exist: `too_many_connections` (of the server, the
/// database or the role), `configuration_limit_exceeded`.
const NO_CONNECTION_LEFT: [&str; 2] = ["53300", "53400"];

/// The number of characters of an SQLSTATE.
const LENGTH: usize = 5;
/// Separates the SQLSTATE from the message, as in `psql` with `\set VERBOSITY verbose`.
const SEPARATOR: &str = ": ";

/// Writes an SQLSTATE before its message.
pub(super) fn with_message(code: &[u8], message: &[u8]) -> Vec<u8> {
    [code, SEPARATOR.as_bytes(), message].concat()
}

/// The inverse of [`with_message`].
pub(super) fn of_message(message: &str) -> Option<&str> {
    let (code, _) = message.split_at_checked(LENGTH)?;
    let is_code = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    let is_valid = code.bytes().all(is_code) && message[LENGTH..].starts_with(SEPARATOR);
    is_valid.then_some(code)
}

/// The SQLSTATE of an error; `None` when PostgreSQL did not send it.
pub(super) fn of_error(error: &Diesel) -> Option<&str> {
    match error {
        Diesel::DatabaseError(_, info) => of_message(info.message()),
        _ => None,
    }
}

/// What an SQLSTATE means; `None` for errors of the code or of the data.
pub(super) fn outcome(code: &str) -> Option<Outcome> {
    let row = OUTCOMES.iter().find(|(class, _)| code.starts_with(class))?;
    Some(row.1)
}

/// Whether a new connection is refused because too many exist.
pub(super) fn is_no_connection_left(code: &str) -> bool {
    NO_CONNECTION_LEFT.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let message = with_message(b"57014", "annulation de la requête".as_bytes());
        let message = String::from_utf8(message).expect("text");
        assert_eq!(message, "57014: annulation de la requête");
        assert_eq!(of_message(&message), Some("57014"));
    }

    #[test]
    fn reads_only_sqlstates() {
        for message in [
            "",
            "57014",
            "5701: x",
            "57014 x",
            "é7014: x",
            "connection closed",
            "57p01: x",
        ] {
            assert_eq!(of_message(message), None, "{message}");
        }
    }

    #[test]
    fn classes_do_not_hide_rows_below_them() {
        for (at, (code, _)) in OUTCOMES.iter().enumerate() {
            let hidden = OUTCOMES[..at]
                .iter()
                .any(|(above, _)| code.starts_with(above));
            assert!(!hidden, "{code}");
        }
    }

    #[test]
    fn finds_codes_and_classes() {
        for (code, expected) in [
            ("08006", Some(Outcome::BadConnection)),
            ("25006", Some(Outcome::ReadOnly)),
            ("40P01", Some(Outcome::Conflict)),
            ("53100", Some(Outcome::OutOfResources)),
            ("57014", Some(Outcome::TooSlow)),
            ("57P03", Some(Outcome::BadConnection)),
            ("23505", None),
            ("42601", None),
            ("XX000", None),
        ] {
            assert_eq!(outcome(code), expected, "{code}");
        }
    }
}
