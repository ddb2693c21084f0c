//! Who may do what: one table, one function. No other place names a role in a rule.
//!
//! The server asks twice: whether a role may make a call at all, before anything is read; and
//! whether this actor may touch these fields of this record, inside the write's transaction. The
//! client asks the same questions to grey out what would be refused.

use crate::{reason::Reason, v1::Role};

/// The exact path of a call, as it stands in the request's `:path`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rpc(&'static str);

impl Rpc {
    /// The path, such as `/epic.v1.ClientService/GetClient`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        self.0
    }

    /// The last part of the path, such as `GetClient`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.rsplit('/').next().unwrap_or(self.0)
    }
}

/// Who makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The collaborator's number.
    pub id: i64,
    /// Their department, as the database has it now.
    pub role: Role,
}

/// Whose records a role may write with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Anybody's and nobody's.
    Any,
    /// One's own.
    Own,
    /// Nobody's.
    Unassigned,
}

/// What a role may do with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Whose records.
    pub rows: Rows,
    /// Which fields; `None` is all that the call has.
    pub fields: Option<&'static [&'static str]>,
}

/// Who may make a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without a token.
    Public,
    /// Whoever is signed in, also before a handed-out password is changed.
    Session,
    /// Whoever is signed in.
    Everyone,
    /// The roles that have a grant.
    Granted {
        /// What gestion may do.
        gestion: Option<Grant>,
        /// What a commercial may do.
        commercial: Option<Grant>,
        /// What a support may do.
        support: Option<Grant>,
    },
}

impl Access {
    /// What the role may do, where the call is one that is granted role by role.
    #[must_use]
    pub const fn grant(self, role: Role) -> Option<Grant> {
        let Self::Granted {
            gestion,
            commercial,
            support,
        } = self
        else {
            return None;
        };
        match role {
            Role::Gestion => gestion,
            Role::Commercial => commercial,
            Role::Support => support,
            Role::Unspecified => None,
        }
    }
}

const ANY: Grant = all_fields(Rows::Any);
const OWN: Grant = all_fields(Rows::Own);
const UNASSIGNED: Grant = all_fields(Rows::Unassigned);

const fn all_fields(rows: Rows) -> Grant {
    Grant { rows, fields: None }
}

const fn own(fields: &'static [&'static str]) -> Grant {
    Grant {
        rows: Rows::Own,
        fields: Some(fields),
    }
}

const fn gestion(grant: Grant) -> Access {
    Access::Granted {
        gestion: Some(grant),
        commercial: None,
        support: None,
    }
}

const fn commercial(grant: Grant) -> Access {
    Access::Granted {
        gestion: None,
        commercial: Some(grant),
        support: None,
    }
}

const fn support(grant: Grant) -> Access {
    Access::Granted {
        gestion: None,
        commercial: None,
        support: Some(grant),
    }
}

macro_rules! policy {
    ($($name:ident $path:literal => $access:expr;)*) => {
        $(#[doc = concat!("`", $path, "`")] pub const $name: Rpc = Rpc($path);)*

        /// Every call that the server answers, and who may make it. A path that is not listed is
        /// refused.
        pub const POLICY: &[(Rpc, Access)] = &[$(($name, $access),)*];
    };
}

policy! {
    HEALTH_CHECK "/grpc.health.v1.Health/Check" => Access::Public;
    HEALTH_WATCH "/grpc.health.v1.Health/Watch" => Access::Public;
    REFLECTION "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo" => Access::Public;

    LOGIN "/epic.v1.AuthService/Login" => Access::Public;
    REFRESH_SESSION "/epic.v1.AuthService/RefreshSession" => Access::Public;
    LOGOUT "/epic.v1.AuthService/Logout" => Access::Session;
    GET_ME "/epic.v1.AuthService/GetMe" => Access::Session;
    CHANGE_PASSWORD "/epic.v1.AuthService/ChangePassword" => Access::Session;

    LIST_SESSIONS "/epic.v1.AuthService/ListSessions" => Access::Granted {
        gestion: Some(ANY),
        commercial: Some(OWN),
        support: Some(OWN),
    };
    REVOKE_SESSION "/epic.v1.AuthService/RevokeSession" => Access::Granted {
        gestion: Some(ANY),
        commercial: Some(OWN),
        support: Some(OWN),
    };

    LIST_COLLABORATORS "/epic.v1.CollaboratorService/ListCollaborators" => Access::Everyone;
    GET_COLLABORATOR "/epic.v1.CollaboratorService/GetCollaborator" => Access::Everyone;
    CREATE_COLLABORATOR "/epic.v1.CollaboratorService/CreateCollaborator" => gestion(ANY);
    UPDATE_COLLABORATOR "/epic.v1.CollaboratorService/UpdateCollaborator" => gestion(ANY);
    DELETE_COLLABORATOR "/epic.v1.CollaboratorService/DeleteCollaborator" => gestion(ANY);
    RESET_PASSWORD "/epic.v1.CollaboratorService/ResetPassword" => gestion(ANY);

    LIST_CLIENTS "/epic.v1.ClientService/ListClients" => Access::Everyone;
    GET_CLIENT "/epic.v1.ClientService/GetClient" => Access::Everyone;
    CREATE_CLIENT "/epic.v1.ClientService/CreateClient" => commercial(OWN);
    UPDATE_CLIENT "/epic.v1.ClientService/UpdateClient" =>
        commercial(own(&["name", "email", "phone", "company"]));
    ASSIGN_COMMERCIAL "/epic.v1.ClientService/AssignCommercial" =>
        gestion(UNASSIGNED);

    LIST_CONTRACTS "/epic.v1.ContractService/ListContracts" => Access::Everyone;
    GET_CONTRACT "/epic.v1.ContractService/GetContract" => Access::Everyone;
    CREATE_CONTRACT "/epic.v1.ContractService/CreateContract" => gestion(ANY);
    UPDATE_CONTRACT "/epic.v1.ContractService/UpdateContract" => Access::Granted {
        gestion: Some(ANY),
        commercial: Some(own(&["total_cents", "remaining_cents", "date", "signed"])),
        support: None,
    };

    LIST_EVENTS "/epic.v1.EventService/ListEvents" => Access::Everyone;
    GET_EVENT "/epic.v1.EventService/GetEvent" => Access::Everyone;
    CREATE_EVENT "/epic.v1.EventService/CreateEvent" => commercial(OWN);
    UPDATE_EVENT "/epic.v1.EventService/UpdateEvent" => support(own(&["start_time", "end_time", "location", "attendees", "note"]));
    ASSIGN_SUPPORT "/epic.v1.EventService/AssignSupport" => gestion(ANY);

    WATCH_CHANGES "/epic.v1.ChangeService/WatchChanges" => Access::Everyone;
    LIST_HISTORY "/epic.v1.ChangeService/ListHistory" => Access::Everyone;
}

/// Why an actor may not do a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The call is not in the table.
    Unlisted,
    /// Only these departments make the call.
    Role {
        /// Departments that have a grant.
        allowed: Vec<Role>,
    },
    /// The record is a colleague's, or nobody's.
    NotYours,
    /// The record is somebody's already.
    AlreadyAssigned,
    /// Only these departments change the field.
    Field {
        /// The field's name in the request.
        field: &'static str,
        /// Departments that may change it.
        allowed: Vec<Role>,
    },
}

impl Denied {
    /// The reason that goes over the wire.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Unlisted => Reason::UnknownRpc,
            Self::Role { .. } => Reason::RoleNotAllowed,
            Self::NotYours => Reason::NotYours,
            Self::AlreadyAssigned => Reason::AlreadyAssigned,
            Self::Field { .. } => Reason::FieldNotAllowed,
        }
    }
}

/// Evidence that [`permit`] said yes. Every write takes one, so that no write can forget to ask.
#[derive(Debug)]
#[must_use]
pub struct Permit {
    actor: Actor,
}

impl Permit {
    /// Who was permitted.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }
}

/// Who may make the call at this path.
#[must_use]
pub fn access(path: &str) -> Option<(Rpc, Access)> {
    POLICY.iter().find(|(rpc, _)| rpc.0 == path).copied()
}

/// Whether the role may make the call at all, on some record.
///
/// # Errors
/// Why not.
pub fn may_call(role: Role, rpc: Rpc) -> Result<(), Denied> {
    match access(rpc.0) {
        None => Err(Denied::Unlisted),
        Some((_, granted @ Access::Granted { .. })) if granted.grant(role).is_none() => {
            Err(Denied::Role {
                allowed: roles_where(|role| granted.grant(role).is_some()),
            })
        }
        Some(_) => Ok(()),
    }
}

/// Whether the actor may touch these fields of a record of this owner.
///
/// The owner is the collaborator in charge: a client's and a contract's commercial, an event's
/// support, the commercial who creates, whoever is signed in by a session; `None` is nobody. A
/// collaborator's record has no owner.
///
/// # Errors
/// Why not.
pub fn permit(
    actor: Actor,
    rpc: Rpc,
    owner: Option<i64>,
    changed_fields: &[&'static str],
) -> Result<Permit, Denied> {
    may_call(actor.role, rpc)?;
    let (_, access) = access(rpc.0).ok_or(Denied::Unlisted)?;
    if let Some(grant) = access.grant(actor.role) {
        match (grant.rows, owner) {
            (Rows::Any, _) | (Rows::Unassigned, None) => {}
            (Rows::Own, Some(owner)) if owner == actor.id => {}
            (Rows::Own, _) => return Err(Denied::NotYours),
            (Rows::Unassigned, Some(_)) => return Err(Denied::AlreadyAssigned),
        }
        for &field in changed_fields {
            if !covers(grant, field) {
                let allowed = roles_where(|role| {
                    access.grant(role).is_some_and(|grant| covers(grant, field))
                });
                return Err(Denied::Field { field, allowed });
            }
        }
    }
    Ok(Permit { actor })
}

fn covers(grant: Grant, field: &str) -> bool {
    grant.fields.is_none_or(|fields| fields.contains(&field))
}

fn roles_where(holds: impl Fn(Role) -> bool) -> Vec<Role> {
    [Role::Gestion, Role::Commercial, Role::Support]
        .into_iter()
        .filter(|&role| holds(role))
        .collect()
}
