//! Validation of requests that write collaborators.

use uuid::Uuid;

use crate::{
    field_error::{FieldError, Validator},
    v1::{CreateCollaboratorRequest, DeleteCollaboratorRequest, Role, UpdateCollaboratorRequest},
    value::{self, Email, Name, Phone},
};

/// Fields of a new collaborator.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct CollaboratorDraft {
    pub request_id: Uuid,
    pub name: Name,
    pub email: Email,
    pub phone: Phone,
    pub role: Role,
}

impl TryFrom<CreateCollaboratorRequest> for CollaboratorDraft {
    type Error = Vec<FieldError>;

    fn try_from(wire: CreateCollaboratorRequest) -> Result<Self, Self::Error> {
        let CreateCollaboratorRequest {
            request_id,
            name,
            email,
            phone,
            role,
        } = wire;
        let mut check = Validator::default();
        let request_id = check.field("request_id", value::request_id(&request_id));
        let name = check.field("name", Name::parse(&name));
        let email = check.field("email", Email::parse(&email));
        let phone = check.field("phone", Phone::parse(&phone));
        let role = check.field("role", value::role(role));
        check.finish(|| {
            Some(Self {
                request_id: request_id?,
                name: name?,
                email: email?,
                phone: phone?,
                role: role?,
            })
        })
    }
}

/// Changes to a collaborator; `None` leaves a field unchanged.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct CollaboratorPatch {
    pub id: i64,
    pub etag: i64,
    pub name: Option<Name>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub role: Option<Role>,
    /// New owner of the clients or events when the role changes.
    pub successor_id: Option<i64>,
}

impl CollaboratorPatch {
    /// Names of the request fields that the patch changes, for [`permit`](crate::policy::permit).
    #[must_use]
    pub fn changed_fields(&self) -> Vec<&'static str> {
        let Self {
            id: _,
            etag: _,
            name,
            email,
            phone,
            role,
            successor_id: _,
        } = self;
        [
            name.is_some().then_some("name"),
            email.is_some().then_some("email"),
            phone.is_some().then_some("phone"),
            role.is_some().then_some("role"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl TryFrom<UpdateCollaboratorRequest> for CollaboratorPatch {
    type Error = Vec<FieldError>;

    fn try_from(wire: UpdateCollaboratorRequest) -> Result<Self, Self::Error> {
        let UpdateCollaboratorRequest {
            id,
            etag,
            name,
            email,
            phone,
            role,
            successor_id,
        } = wire;
        let mut check = Validator::default();
        let id = check.field("id", value::id(id));
        let etag = check.field("etag", value::etag(&etag));
        let name = check.optional("name", name, |text| Name::parse(&text));
        let email = check.optional("email", email, |text| Email::parse(&text));
        let phone = check.optional("phone", phone, |text| Phone::parse(&text));
        let role = check.optional("role", role, value::role);
        let successor_id = check.optional("successor_id", successor_id, value::id);
        check.finish(|| {
            Some(Self {
                id: id?,
                etag: etag?,
                name: name?,
                email: email?,
                phone: phone?,
                role: role?,
                successor_id: successor_id?,
            })
        })
    }
}

/// Deletion of a collaborator.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct CollaboratorDeletion {
    pub id: i64,
    /// Expected version; `None` deletes any version.
    pub etag: Option<i64>,
    pub successor_id: Option<i64>,
}

impl TryFrom<DeleteCollaboratorRequest> for CollaboratorDeletion {
    type Error = Vec<FieldError>;

    fn try_from(wire: DeleteCollaboratorRequest) -> Result<Self, Self::Error> {
        let DeleteCollaboratorRequest {
            id,
            etag,
            successor_id,
        } = wire;
        let mut check = Validator::default();
        let id = check.field("id", value::id(id));
        let present = (!etag.is_empty()).then_some(etag);
        let etag = check.optional("etag", present, |text| value::etag(&text));
        let successor_id = check.optional("successor_id", successor_id, value::id);
        check.finish(|| {
            Some(Self {
                id: id?,
                etag: etag?,
                successor_id: successor_id?,
            })
        })
    }
}

#[cfg(test)]
mod tests;
