//! Validation of requests that write contracts.

use jiff::civil;
use uuid::Uuid;

use crate::{
    field_error::{FieldError, FieldErrorKind, Validator},
    v1::{CreateContractRequest, UpdateContractRequest},
    value::{self, Cents, Title},
};

/// Fields of a new contract.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct ContractDraft {
    pub request_id: Uuid,
    pub client_id: i64,
    pub event_title: Title,
    pub total: Cents,
    pub remaining: Cents,
    pub date: civil::Date,
    pub signed: bool,
}

impl TryFrom<CreateContractRequest> for ContractDraft {
    type Error = Vec<FieldError>;

    fn try_from(wire: CreateContractRequest) -> Result<Self, Self::Error> {
        let CreateContractRequest {
            request_id,
            client_id,
            event_title,
            total_cents,
            remaining_cents,
            date,
            signed,
        } = wire;
        let mut check = Validator::default();
        let request_id = check.field("request_id", value::request_id(&request_id));
        let client_id = check.field("client_id", value::id(client_id));
        let event_title = check.field("event_title", Title::parse(&event_title));
        let total = check.field("total_cents", Cents::parse(total_cents));
        let remaining = check.field("remaining_cents", Cents::parse(remaining_cents));
        let date = check.field("date", value::date(date.as_ref()));
        remaining_within_total(&mut check, total, remaining);
        check.finish(|| {
            Some(Self {
                request_id: request_id?,
                client_id: client_id?,
                event_title: event_title?,
                total: total?,
                remaining: remaining?,
                date: date?,
                signed,
            })
        })
    }
}

/// Changes to a contract; `None` leaves a field unchanged.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct ContractPatch {
    pub id: i64,
    pub etag: i64,
    pub client_id: Option<i64>,
    pub event_title: Option<Title>,
    pub total: Option<Cents>,
    pub remaining: Option<Cents>,
    pub date: Option<civil::Date>,
    pub signed: Option<bool>,
}

impl ContractPatch {
    /// Names of the request fields that the patch changes, for [`permit`](crate::policy::permit).
    #[must_use]
    pub fn changed_fields(&self) -> Vec<&'static str> {
        let Self {
            id: _,
            etag: _,
            client_id,
            event_title,
            total,
            remaining,
            date,
            signed,
        } = self;
        [
            client_id.is_some().then_some("client_id"),
            event_title.is_some().then_some("event_title"),
            total.is_some().then_some("total_cents"),
            remaining.is_some().then_some("remaining_cents"),
            date.is_some().then_some("date"),
            signed.is_some().then_some("signed"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl TryFrom<UpdateContractRequest> for ContractPatch {
    type Error = Vec<FieldError>;

    fn try_from(wire: UpdateContractRequest) -> Result<Self, Self::Error> {
        let UpdateContractRequest {
            id,
            etag,
            client_id,
            event_title,
            total_cents,
            remaining_cents,
            date,
            signed,
        } = wire;
        let mut check = Validator::default();
        let id = check.field("id", value::id(id));
        let etag = check.field("etag", value::etag(&etag));
        let client_id = check.optional("client_id", client_id, value::id);
        let event_title = check.optional("event_title", event_title, |text| Title::parse(&text));
        let total = check.optional("total_cents", total_cents, Cents::parse);
        let remaining = check.optional("remaining_cents", remaining_cents, Cents::parse);
        let date = check.optional("date", date, |date| value::date(Some(&date)));
        remaining_within_total(&mut check, total.flatten(), remaining.flatten());
        check.finish(|| {
            Some(Self {
                id: id?,
                etag: etag?,
                client_id: client_id?,
                event_title: event_title?,
                total: total?,
                remaining: remaining?,
                date: date?,
                signed,
            })
        })
    }
}

/// Compares the two amounts. If a patch changes only one, a database constraint compares it with
/// the stored value of the other.
fn remaining_within_total(check: &mut Validator, total: Option<Cents>, remaining: Option<Cents>) {
    if let (Some(total), Some(remaining)) = (total, remaining)
        && remaining > total
    {
        check.add_error("remaining_cents", FieldErrorKind::AboveTotal);
    }
}

#[cfg(test)]
mod tests;
