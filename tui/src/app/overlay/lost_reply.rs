//! A write whose reply was lost is sent again. If its first attempt was carried out, the server refuses
//! the repetition, and only the record shows whether it holds what was to be written.

use epic_events::{api_error::ApiError, reason::Reason};

use super::Effect;
use crate::{api::ApiRequest, app::network::owner::Slot, record::Record};

/// The record of a refused write, read again.
pub(super) const REREAD: Slot = Slot::new("reread");

/// Requests the record of a refused write, if the write itself may have caused the refusal.
pub(super) fn reread(error: &ApiError, target: Option<&Record>) -> Option<Effect> {
    let target = target.filter(|_| may_be_carried_out(error.reason))?;
    Some(Effect::Request {
        slot: REREAD,
        request: ApiRequest::get(target.tab(), target.id()),
    })
}

/// Whether a write can be refused for this reason because it is carried out already. The server
/// checks rights before the etag.
const fn may_be_carried_out(reason: Reason) -> bool {
    matches!(
        reason,
        // The write has changed the etag.
        Reason::EtagOutdated
        // It has assigned the client.
        | Reason::AlreadyAssigned
        // It has changed the user's own role.
        | Reason::RoleNotAllowed
    )
}

/// Whether a deletion was refused because there is nothing to delete: it is carried out already, by
/// its first attempt or by others. An error about a field refers to another record.
pub(super) fn is_deleted(error: &ApiError) -> bool {
    error.reason == Reason::NoSuchRecord && error.fields.is_empty()
}
