//! The access policy: the table [`POLICY`] and the function [`permit`], which evaluates it. No other
//! module grants or denies by role.
//!
//! The server checks twice: [`may_call`] before it reads anything, and [`permit`] with the owner and
//! the changed fields inside the transaction of a write. The client evaluates the same functions to
//! disable what the server would refuse.

use crate::{reason::Reason, role::ROLES, v1::Role};

/// An RPC, and how the limits of the server treat its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rpc {
    path: &'static str,
    is_stream: bool,
    is_urgent: bool,
}

impl Rpc {
    const fn new(path: &'static str) -> Self {
        Self {
            path,
            is_stream: false,
            is_urgent: false,
        }
    }

    /// The path, such as `/epic.v1.ClientService/GetClient`: the `:path` of its HTTP/2 requests.
    #[must_use]
    pub const fn path(self) -> &'static str {
        self.path
    }

    /// The method name, such as `GetClient`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// The name of the service, such as `epic.v1.ClientService`.
    #[must_use]
    pub fn service(self) -> &'static str {
        self.path.split('/').nth(1).unwrap_or_default()
    }

    /// Whether it replies with a stream, which lasts until the client or the server ends it.
    #[must_use]
    pub const fn is_stream(self) -> bool {
        self.is_stream
    }

    /// Whether it begins or ends sessions, or administers accounts. Such calls are answered when others
    /// wait: they take rights from callers who flood the server.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        self.is_urgent
    }
}

/// The collaborator who makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Number of the collaborator.
    pub id: i64,
    /// Current role in the database.
    pub role: Role,
}

/// The records that a grant covers, by owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowScope {
    /// All records, assigned or not.
    Any,
    /// Records whose owner is the caller.
    Own,
    /// Records without an owner.
    Unassigned,
}

/// What a role may do with an RPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The records it covers.
    pub rows: RowScope,
    /// The fields that may be changed; `None` allows all fields of the request.
    pub fields: Option<&'static [&'static str]>,
}

/// The callers that an RPC accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// All callers, without an access token.
    Public,
    /// Every session, including those that must change the one-time password first.
    Session,
    /// Every session whose one-time password has been changed.
    Everyone,
    /// The roles that have a grant.
    Granted {
        /// Grant of gestion.
        gestion: Option<Grant>,
        /// Grant of the commercials.
        commercial: Option<Grant>,
        /// Grant of the supports.
        support: Option<Grant>,
    },
}

impl Access {
    /// The grant of the role; `None` unless access is [`Access::Granted`].
    #[must_use]
    pub(crate) const fn grant(self, role: Role) -> Option<Grant> {
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

const ANY: Grant = all_fields(RowScope::Any);
const OWN: Grant = all_fields(RowScope::Own);
const UNASSIGNED: Grant = all_fields(RowScope::Unassigned);

const fn all_fields(rows: RowScope) -> Grant {
    Grant { rows, fields: None }
}

const fn own(fields: &'static [&'static str]) -> Grant {
    Grant {
        rows: RowScope::Own,
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
    ($($name:ident $path:literal $(, $property:ident)* => $access:expr;)*) => {
        $(
            #[doc = concat!("`", $path, "`")]
            pub const $name: Rpc = Rpc { $($property: true,)* ..Rpc::new($path) };
        )*

        /// Every RPC of the server and its access. The server refuses all other paths.
        pub const POLICY: &[(Rpc, Access)] = &[$(($name, $access),)*];
    };
}

policy! {
    HEALTH_CHECK "/grpc.health.v1.Health/Check" => Access::Public;
    HEALTH_WATCH "/grpc.health.v1.Health/Watch", is_stream => Access::Public;
    REFLECTION "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", is_stream => Access::Public;
    // Older tools, such as the grpcurl of Debian 12, know only this one.
    REFLECTION_V1ALPHA "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", is_stream => Access::Public;

    LOGIN "/epic.v1.AuthService/Login", is_urgent => Access::Public;
    REFRESH_SESSION "/epic.v1.AuthService/RefreshSession" => Access::Public;
    LOGOUT "/epic.v1.AuthService/Logout", is_urgent => Access::Session;
    GET_ME "/epic.v1.AuthService/GetMe" => Access::Session;
    CHANGE_PASSWORD "/epic.v1.AuthService/ChangePassword", is_urgent => Access::Session;

    LIST_SESSIONS "/epic.v1.AuthService/ListSessions" => Access::Granted {
        gestion: Some(ANY),
        commercial: Some(OWN),
        support: Some(OWN),
    };
    REVOKE_SESSION "/epic.v1.AuthService/RevokeSession", is_urgent => Access::Granted {
        gestion: Some(ANY),
        commercial: Some(OWN),
        support: Some(OWN),
    };

    LIST_COLLABORATORS "/epic.v1.CollaboratorService/ListCollaborators" => Access::Everyone;
    GET_COLLABORATOR "/epic.v1.CollaboratorService/GetCollaborator" => Access::Everyone;
    CREATE_COLLABORATOR "/epic.v1.CollaboratorService/CreateCollaborator", is_urgent => gestion(ANY);
    UPDATE_COLLABORATOR "/epic.v1.CollaboratorService/UpdateCollaborator", is_urgent => gestion(ANY);
    DELETE_COLLABORATOR "/epic.v1.CollaboratorService/DeleteCollaborator", is_urgent => gestion(ANY);
    RESET_PASSWORD "/epic.v1.CollaboratorService/ResetPassword", is_urgent => gestion(ANY);

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
    UPDATE_EVENT "/epic.v1.EventService/UpdateEvent" =>
        support(own(&["start_time", "end_time", "location", "attendees", "note"]));
    ASSIGN_SUPPORT "/epic.v1.EventService/AssignSupport" => gestion(ANY);

    WATCH_CHANGES "/epic.v1.ChangeService/WatchChanges", is_stream => Access::Everyone;
    LIST_HISTORY "/epic.v1.ChangeService/ListHistory" => Access::Everyone;
}

/// Why the policy denies access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The RPC is not in [`POLICY`].
    Unlisted,
    /// The caller's role has no grant.
    Role {
        /// Roles that have a grant.
        allowed: Vec<Role>,
    },
    /// The record belongs to another collaborator, or has no owner.
    NotYours,
    /// The record already has an owner.
    AlreadyAssigned,
    /// The grant of the caller's role does not cover the field.
    Field {
        /// Name of the field in the request message.
        field: &'static str,
        /// Roles whose grant covers the field.
        allowed: Vec<Role>,
    },
}

impl Denied {
    /// The reason on the wire.
    #[must_use]
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Unlisted => Reason::UnknownRpc,
            Self::Role { .. } => Reason::RoleNotAllowed,
            Self::NotYours => Reason::NotYours,
            Self::AlreadyAssigned => Reason::AlreadyAssigned,
            Self::Field { .. } => Reason::FieldNotAllowed,
        }
    }
}

/// Evidence that [`permit`] allowed a write. Every function that writes a row requires one, so a
/// write without a check does not compile.
#[derive(Debug)]
#[must_use]
pub struct Permit {
    actor: Actor,
}

impl Permit {
    /// The collaborator whom [`permit`] allowed to write.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }
}

/// The entry of [`POLICY`] for a path.
#[must_use]
pub fn access(path: &str) -> Option<(Rpc, Access)> {
    POLICY.iter().find(|(rpc, _)| rpc.path == path).copied()
}

/// Checks whether the role may call the RPC at all, regardless of the record.
///
/// # Errors
/// [`Denied::Unlisted`] or [`Denied::Role`].
pub fn may_call(role: Role, rpc: Rpc) -> Result<(), Denied> {
    match access(rpc.path) {
        None => Err(Denied::Unlisted),
        Some((_, granted @ Access::Granted { .. })) if granted.grant(role).is_none() => {
            Err(Denied::Role {
                allowed: roles_where(|role| granted.grant(role).is_some()),
            })
        }
        Some(_) => Ok(()),
    }
}

/// Checks whether the actor may change these fields of a record of this owner.
///
/// The owner is the commercial of a client or contract, the support of an event, the collaborator of
/// a session, and the caller for a new client; for a new event it is the commercial of the
/// contract's client. `None` means unassigned. Collaborators have no owner.
///
/// # Errors
/// The first rule that denies access: RPC, role, owner, then fields in the given order.
pub fn permit(
    actor: Actor,
    rpc: Rpc,
    owner: Option<i64>,
    changed_fields: &[&'static str],
) -> Result<Permit, Denied> {
    may_call(actor.role, rpc)?;
    let (_, access) = access(rpc.path).ok_or(Denied::Unlisted)?;
    if let Some(grant) = access.grant(actor.role) {
        match (grant.rows, owner) {
            (RowScope::Any, _) | (RowScope::Unassigned, None) => {}
            (RowScope::Own, Some(owner)) if owner == actor.id => {}
            (RowScope::Own, _) => return Err(Denied::NotYours),
            (RowScope::Unassigned, Some(_)) => return Err(Denied::AlreadyAssigned),
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
    ROLES.into_iter().filter(|&role| holds(role)).collect()
}

#[cfg(test)]
mod tests;
