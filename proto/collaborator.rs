//! Collaborators and their accounts: what a request must be to change one.

use uuid::Uuid;

use crate::{
    invalid::{Checker, Invalid, Problem},
    password::Password,
    strength::Person,
    v1::{
        ChangePasswordRequest, CreateCollaboratorRequest, DeleteCollaboratorRequest, LoginRequest,
        Role, UpdateCollaboratorRequest,
    },
    value::{self, Email, Name, Phone},
};

/// A collaborator to add.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // The fields are the record's.
pub struct CollaboratorDraft {
    pub request_id: Uuid,
    pub name: Name,
    pub email: Email,
    pub phone: Phone,
    pub role: Role,
}

impl TryFrom<CreateCollaboratorRequest> for CollaboratorDraft {
    type Error = Vec<Invalid>;

    fn try_from(wire: CreateCollaboratorRequest) -> Result<Self, Self::Error> {
        let CreateCollaboratorRequest {
            request_id,
            name,
            email,
            phone,
            role,
        } = wire;
        let mut check = Checker::default();
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

/// Fields of a collaborator to change.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // The fields are the record's.
pub struct CollaboratorPatch {
    pub id: i64,
    pub etag: i64,
    pub name: Option<Name>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub role: Option<Role>,
    /// Who takes over the clients or events when the role changes.
    pub successor_id: Option<i64>,
}

impl CollaboratorPatch {
    /// The names of the fields that the patch changes.
    #[must_use]
    pub fn touched(&self) -> Vec<&'static str> {
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
    type Error = Vec<Invalid>;

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
        let mut check = Checker::default();
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

/// A collaborator to delete.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // The fields are the request's.
pub struct CollaboratorRemoval {
    pub id: i64,
    /// The version to delete; `None` is whichever there is.
    pub etag: Option<i64>,
    pub successor_id: Option<i64>,
}

impl TryFrom<DeleteCollaboratorRequest> for CollaboratorRemoval {
    type Error = Vec<Invalid>;

    fn try_from(wire: DeleteCollaboratorRequest) -> Result<Self, Self::Error> {
        let DeleteCollaboratorRequest {
            id,
            etag,
            successor_id,
        } = wire;
        let mut check = Checker::default();
        let id = check.field("id", value::id(id));
        let given = (!etag.is_empty()).then_some(etag);
        let etag = check.optional("etag", given, |text| value::etag(&text));
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

/// Who wants in.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // The fields are the request's.
pub struct Credentials {
    /// As it was typed: whether it is an address at all must not show in the answer.
    pub email: String,
    pub password: Password,
    /// What the session is shown as; may be empty.
    pub device: String,
}

impl TryFrom<LoginRequest> for Credentials {
    type Error = Vec<Invalid>;

    fn try_from(wire: LoginRequest) -> Result<Self, Self::Error> {
        let LoginRequest {
            email,
            password,
            device,
        } = wire;
        let mut check = Checker::default();
        let email = check.field("email", login_name(&email));
        let password = check.field("password", Password::given(&password));
        let device = check.field("device", value::device(&device));
        check.finish(|| {
            Some(Self {
                email: email?,
                password: password?,
                device: device?,
            })
        })
    }
}

fn login_name(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Missing);
    }
    if text.len() > value::EMAIL_MAX * 4 {
        return Err(Problem::TooLong {
            max: value::EMAIL_MAX,
        });
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::ControlCharacter);
    }
    Ok(text.to_owned())
}

/// A change of one's own password.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // The fields are the request's.
pub struct PasswordChange {
    pub current: Password,
    pub new: Password,
}

impl PasswordChange {
    /// Checks a change that this person wants. Mind what [`Password::choose`] says.
    ///
    /// # Errors
    /// What is wrong with either password.
    pub fn parse(wire: ChangePasswordRequest, person: Person<'_>) -> Result<Self, Vec<Invalid>> {
        let ChangePasswordRequest {
            current_password,
            new_password,
        } = wire;
        let mut check = Checker::default();
        let current = check.field("current_password", Password::given(&current_password));
        let new = check.field("new_password", Password::choose(&new_password, person));
        if new.is_some() && current == new {
            check.refuse("new_password", Problem::Unchanged);
        }
        check.finish(|| {
            Some(Self {
                current: current?,
                new: new?,
            })
        })
    }
}
