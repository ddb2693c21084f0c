//! Inserts that take effect once, however often a request is repeated.

/// The row that a request has inserted.
pub(crate) struct Inserted {
    pub(crate) id: i64,
    /// Whether this request inserted the row; otherwise an earlier one with the same id did.
    pub(crate) is_new: bool,
}

/// Inserts `$values` into `$table`, unless an earlier request with `$request_id` has done so. It is a
/// macro for the same reason as `load_page`.
macro_rules! insert_once {
    ($tx:expr, $table:ident, $request_id:expr, $values:expr) => {{
        let (tx, request_id): (&mut $crate::db::Tx, uuid::Uuid) = ($tx, $request_id);
        tx.lock_request(request_id).await?;
        let inserted = diesel::insert_into($table::table)
            .values(($table::request_id.eq(request_id), $values))
            .on_conflict($table::request_id)
            .do_nothing()
            .execute(tx.connection())
            .await?;
        let id = $table::table
            .filter($table::request_id.eq(request_id))
            .select($table::id)
            .first(tx.connection())
            .await?;
        $crate::db::insert::Inserted {
            id,
            is_new: inserted > 0,
        }
    }};
}
pub(crate) use insert_once;
