//! Validation of requests that write clients.

use uuid::Uuid;

use crate::{
    field_error::{FieldError, Validator},
    v1::{AssignCommercialRequest, CreateClientRequest, UpdateClientRequest},
    value::{self, Company, Email, Name, Phone},
};

/// Fields of a new client.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct ClientDraft {
    pub request_id: Uuid,
    pub name: Name,
    pub email: Email,
    pub phone: Phone,
    pub company: Company,
}

impl TryFrom<CreateClientRequest> for ClientDraft {
    type Error = Vec<FieldError>;

    fn try_from(wire: CreateClientRequest) -> Result<Self, Self::Error> {
        let CreateClientRequest {
            request_id,
            name,
            email,
            phone,
            company,
        } = wire;
        let mut check = Validator::default();
        let request_id = check.field("request_id", value::request_id(&request_id));
        let name = check.field("name", Name::parse(&name));
        let email = check.field("email", Email::parse(&email));
        let phone = check.field("phone", Phone::parse(&phone));
        let company = check.field("company", Company::parse(&company));
        check.finish(|| {
            Some(Self {
                request_id: request_id?,
                name: name?,
                email: email?,
                phone: phone?,
                company: company?,
            })
        })
    }
}

/// Changes to a client; `None` leaves a field unchanged.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct ClientPatch {
    pub id: i64,
    pub etag: i64,
    pub name: Option<Name>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub company: Option<Company>,
}

impl ClientPatch {
    /// Names of the request fields that the patch changes, for [`permit`](crate::policy::permit).
    #[must_use]
    pub fn changed_fields(&self) -> Vec<&'static str> {
        let Self {
            id: _,
            etag: _,
            name,
            email,
            phone,
            company,
        } = self;
        [
            name.is_some().then_some("name"),
            email.is_some().then_some("email"),
            phone.is_some().then_some("phone"),
            company.is_some().then_some("company"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl TryFrom<UpdateClientRequest> for ClientPatch {
    type Error = Vec<FieldError>;

    fn try_from(wire: UpdateClientRequest) -> Result<Self, Self::Error> {
        let UpdateClientRequest {
            id,
            etag,
            name,
            email,
            phone,
            company,
        } = wire;
        let mut check = Validator::default();
        let id = check.field("id", value::id(id));
        let etag = check.field("etag", value::etag(&etag));
        let name = check.optional("name", name, |text| Name::parse(&text));
        let email = check.optional("email", email, |text| Email::parse(&text));
        let phone = check.optional("phone", phone, |text| Phone::parse(&text));
        let company = check.optional("company", company, |text| Company::parse(&text));
        check.finish(|| {
            Some(Self {
                id: id?,
                etag: etag?,
                name: name?,
                email: email?,
                phone: phone?,
                company: company?,
            })
        })
    }
}

/// Assignment of a commercial to a client that has none.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct CommercialAssignment {
    pub id: i64,
    pub etag: i64,
    pub commercial_id: i64,
}

impl TryFrom<AssignCommercialRequest> for CommercialAssignment {
    type Error = Vec<FieldError>;

    fn try_from(wire: AssignCommercialRequest) -> Result<Self, Self::Error> {
        let AssignCommercialRequest {
            id,
            etag,
            commercial_id,
        } = wire;
        let mut check = Validator::default();
        let id = check.field("id", value::id(id));
        let etag = check.field("etag", value::etag(&etag));
        let commercial_id = check.field("commercial_id", value::id(commercial_id));
        check.finish(|| {
            Some(Self {
                id: id?,
                etag: etag?,
                commercial_id: commercial_id?,
            })
        })
    }
}

#[cfg(test)]
mod tests;
