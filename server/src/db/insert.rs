//! Inserts that take effect once, however often a request is repeated.

use prost::Message;
use sha2::{Digest as _, Sha256};

/// The row that a request has inserted.
pub(crate) struct Inserted {
    pub(crate) id: i64,
    /// Whether this request inserted the row; otherwise an earlier one with the same id did.
    pub(crate) is_new: bool,
}

/// The digest of a request that creates a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestDigest([u8; 32]);

impl RequestDigest {
    /// The digest of a request message.
    pub(crate) fn of(request: &impl Message) -> Self {
        Self(Sha256::digest(request.encode_to_vec()).into())
    }

    /// The digest of the same request by this caller.
    pub(crate) fn by(self, caller: i64) -> Vec<u8> {
        let request = Sha256::new().chain_update(self.0);
        request
            .chain_update(caller.to_be_bytes())
            .finalize()
            .to_vec()
    }
}

/// Inserts `$values` into `$table`, unless an earlier request with `$request_id` has done so: then the two
/// must have the same digest and caller, or the error is `REQUEST_ID_REUSED`. It is a macro for the same
/// reason as `load_page`.
macro_rules! insert_once {
    ($tx:expr, $table:ident, ($request_id:expr, $digest:expr), $values:expr) => {{
        let (tx, request_id): (&mut $crate::db::Tx, uuid::Uuid) = ($tx, $request_id);
        let digest = $crate::db::insert::RequestDigest::by($digest, tx.actor().id);
        tx.lock_request(request_id).await?;
        let inserted = diesel::insert_into($table::table)
            .values((
                $table::request_id.eq(request_id),
                $table::request_digest.eq(&digest),
                $values,
            ))
            .on_conflict($table::request_id)
            .do_nothing()
            .execute(tx.connection())
            .await?;
        let (id, stored): (i64, Option<Vec<u8>>) = $table::table
            .filter($table::request_id.eq(request_id))
            .select(($table::id, $table::request_digest))
            .first(tx.connection())
            .await?;
        if stored.is_some_and(|stored| stored != digest) {
            return Err(epic_events::reason::Reason::RequestIdReused.into());
        }
        $crate::db::insert::Inserted {
            id,
            is_new: inserted > 0,
        }
    }};
}
pub(crate) use insert_once;
