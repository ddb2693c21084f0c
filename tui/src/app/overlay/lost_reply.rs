//! Writes whose reply was lost. They are sent again; if the first attempt was carried out, the server
//! refuses the second one, and only the record shows whether it contains the written values.

use epic_events::{api_error::ApiError, reason::Reason};

use super::Effect;
use crate::{api::ApiRequest, app::network::owner::RequestSlot, record::Record};

/// The request that reads the record of a refused write again.
pub(super) const REREAD: RequestSlot = RequestSlot::new("reread");

/// Requests the record of a refused write, if the write itself may have caused the refusal.
pub(super) fn reread(error: &ApiError, target: Option<&Record>) -> Option<Effect> {
    let target = target.filter(|_| may_be_carried_out(error.reason))?;
    Some(Effect::Request {
        slot: REREAD,
        request: ApiRequest::get(target.tab(), target.id()),
    })
}

/// Whether the server can refuse a write for this reason because the write is already carried out. The
/// server checks rights before the etag.
const fn may_be_carried_out(reason: Reason) -> bool {
    matches!(
        reason,
        // The first attempt has changed the etag.
        Reason::EtagOutdated
        // The first attempt has assigned the client.
        | Reason::AlreadyAssigned
        // The first attempt has changed the user's own role.
        | Reason::RoleNotAllowed
    )
}

/// Whether a deletion was refused because the record no longer exists: the first attempt or another
/// collaborator has deleted it. An error about a field refers to another record.
pub(super) fn is_deleted(error: &ApiError) -> bool {
    error.reason == Reason::NoSuchRecord && error.fields.is_empty()
}
