//! `epic.v1.CollaboratorService`.

pub mod rows;

use epic_events::{
    api_error::ApiError,
    collaborator::{CollaboratorDeletion, CollaboratorDraft, CollaboratorPatch},
    field_error::{FieldErrorKind, Validator},
    policy::{self, Permit},
    reason::Reason,
    v1::{
        Collaborator, CreateCollaboratorRequest, CreateCollaboratorResponse,
        DeleteCollaboratorRequest, DeleteCollaboratorResponse, GetCollaboratorRequest,
        GetCollaboratorResponse, ListCollaboratorsRequest, ListCollaboratorsResponse,
        ResetPasswordRequest, ResetPasswordResponse, Role, UpdateCollaboratorRequest,
        UpdateCollaboratorResponse, collaborator_service_server::CollaboratorService,
    },
    value,
};
use tonic::{Request, Response};

use crate::{
    api::handler::{self, Reply},
    auth::{
        password::{self, PasswordHash, Passwords},
        rows::lock_role,
        session,
    },
    client,
    collaborator::rows::{CollaboratorRow, Filter},
    db::{
        Db, Suspension, Tx,
        insert::RequestDigest,
        page::{
            list_cache::ListCache,
            token::{ListReply, PageTokens},
        },
        version::Version,
    },
    error::Result,
    event,
};

/// The handler of `epic.v1.CollaboratorService`.
pub(crate) struct CollaboratorHandler {
    pub(crate) db: Db,
    pub(crate) lists: ListCache<Filter, CollaboratorRow>,
    pub(crate) page_tokens: PageTokens,
    pub(crate) passwords: Passwords,
}

impl From<CollaboratorRow> for Collaborator {
    fn from(row: CollaboratorRow) -> Self {
        let CollaboratorRow {
            id,
            name,
            email,
            phone,
            role,
            client_count,
            event_count,
            must_change_password,
            create_time,
            update_time,
            version,
        } = row;
        Self {
            id,
            name,
            email,
            phone,
            role: role.into(),
            client_count,
            event_count,
            must_change_password,
            create_time: Some(value::wire_time(create_time)),
            update_time: Some(value::wire_time(update_time)),
            etag: value::format_etag(version),
        }
    }
}

fn filter(wire: &ListCollaboratorsRequest, caller: i64) -> Result<Filter> {
    let &ListCollaboratorsRequest {
        page_size: _,
        page_token: _,
        order_by: _,
        query: _,
        mine,
        role,
    } = wire;
    let mut check = Validator::default();
    let role = (role != i32::from(Role::Unspecified)).then_some(role);
    let role = check.optional("role", role, value::role);
    Ok(check.finish(|| {
        Some(Filter {
            mine: mine.then_some(caller),
            role: role?,
        })
    })?)
}

/// A collaborator whose row is locked, and the role of a successor.
struct Locked {
    role: Role,
    version: Version,
    successor_role: Option<Role>,
}

/// Locks a collaborator and a successor in the order of their ids, before any of their records.
async fn lock_with_successor(tx: &mut Tx, id: i64, successor: Option<i64>) -> Result<Locked> {
    rows::lock_assignments(tx, id).await?;
    let mut successor_role = None;
    if let Some(successor) = successor.filter(|&successor| successor < id) {
        successor_role = Some(lock_role(tx, successor, "successor_id").await?);
    }
    let (role, version) = rows::lock(tx, id).await?;
    if let Some(successor) = successor.filter(|&successor| successor >= id) {
        successor_role = Some(lock_role(tx, successor, "successor_id").await?);
    }
    Ok(Locked {
        role,
        version,
        successor_role,
    })
}

/// Reassigns the clients and events of a collaborator to a successor of the same role; without a
/// successor, they become unassigned.
///
/// # Errors
/// `NOT_A_SUCCESSOR` when the successor has another role, or is the same collaborator.
async fn reassign(
    tx: &mut Tx,
    permit: &Permit,
    from: i64,
    locked: &Locked,
    successor: Option<i64>,
) -> Result<()> {
    if successor.is_some()
        && (locked.successor_role != Some(locked.role) || successor == Some(from))
    {
        return Err(ApiError::new(Reason::NotASuccessor)
            .with_field("successor_id", FieldErrorKind::NotASuccessor)
            .into());
    }
    client::rows::reassign(tx, permit, from, successor).await?;
    event::rows::reassign(tx, permit, from, successor).await
}

/// Changes fields; a change of role reassigns clients and events to the successor.
async fn update(tx: &mut Tx, patch: &CollaboratorPatch) -> Result<CollaboratorRow> {
    let successor = patch.successor_id;
    let locked =
        lock_with_successor(tx, patch.id, successor.filter(|_| patch.role.is_some())).await?;
    let permit = tx.permit(None, &patch.changed_fields())?;
    locked.version.check_etag(patch.etag)?;
    let changes_role = patch.role.is_some_and(|new| new != locked.role);
    if changes_role && successor.is_some() {
        reassign(tx, &permit, patch.id, &locked, successor).await?;
    }
    rows::update(tx, &permit, patch).await
}

/// Suspends a collaborator whose role the patch changes.
async fn suspend_for_new_role(
    tx: &mut Tx,
    patch: &CollaboratorPatch,
) -> Result<Option<Suspension>> {
    let (role, version) = rows::version(tx, patch.id).await?;
    let permit = tx.permit(None, &patch.changed_fields())?;
    version.check_etag(patch.etag)?;
    if patch.role.is_none_or(|new| new == role) {
        return Ok(None);
    }
    Suspension::begin(tx, &permit, patch.id).await.map(Some)
}

async fn delete(tx: &mut Tx, deletion: &CollaboratorDeletion) -> Result<()> {
    let successor = deletion.successor_id;
    let locked = lock_with_successor(tx, deletion.id, successor).await?;
    let permit = tx.permit(None, &[])?;
    if let Some(etag) = deletion.etag {
        locked.version.check_etag(etag)?;
    }
    reassign(tx, &permit, deletion.id, &locked, successor).await?;
    rows::delete(tx, &permit, deletion.id).await
}

async fn suspend_for_deletion(
    tx: &mut Tx,
    deletion: &CollaboratorDeletion,
) -> Result<Option<Suspension>> {
    let (_, version) = rows::version(tx, deletion.id).await?;
    let permit = tx.permit(None, &[])?;
    if let Some(etag) = deletion.etag {
        version.check_etag(etag)?;
    }
    Suspension::begin(tx, &permit, deletion.id).await.map(Some)
}

async fn reset_password(tx: &mut Tx, (id, hash): &(i64, PasswordHash)) -> Result<CollaboratorRow> {
    rows::lock_assignments(tx, *id).await?;
    rows::lock(tx, *id).await?;
    let permit = tx.permit(None, &[])?;
    rows::reset_password(tx, &permit, *id, hash).await
}

async fn suspend_for_reset(
    tx: &mut Tx,
    &(id, _): &(i64, PasswordHash),
) -> Result<Option<Suspension>> {
    rows::version(tx, id).await?;
    let permit = tx.permit(None, &[])?;
    Suspension::begin(tx, &permit, id).await.map(Some)
}

#[tonic::async_trait]
impl CollaboratorService for CollaboratorHandler {
    async fn list_collaborators(
        &self,
        request: Request<ListCollaboratorsRequest>,
    ) -> Reply<ListCollaboratorsResponse> {
        let caller = session::caller(&request)?.actor.id;
        let wire = request.into_inner();
        let page = self.page_tokens.validate(&wire, caller, &rows::ORDERS)?;
        let filter = filter(&wire, caller)?;
        let found = self.lists.page(filter, &page, |total| {
            let (db, page) = (&self.db, &page);
            db.read(move |connection| rows::list(connection, filter, page, total))
        });
        let reply: ListReply<Collaborator> = self.page_tokens.reply(&wire, caller, found.await?);
        Ok(Response::new(ListCollaboratorsResponse {
            collaborators: reply.records,
            next_page_token: reply.next_page_token,
            total_size: reply.total_size,
            total_size_is_lower_bound: reply.total_size_is_lower_bound,
        }))
    }

    async fn get_collaborator(
        &self,
        request: Request<GetCollaboratorRequest>,
    ) -> Reply<GetCollaboratorResponse> {
        let id = handler::id(request.get_ref().id)?;
        let row = self.db.read(|connection| rows::get(connection, id)).await?;
        Ok(Response::new(GetCollaboratorResponse {
            collaborator: Some(row.into()),
        }))
    }

    async fn create_collaborator(
        &self,
        request: Request<CreateCollaboratorRequest>,
    ) -> Reply<CreateCollaboratorResponse> {
        let caller = session::caller(&request)?;
        let digest = RequestDigest::of(request.get_ref());
        let draft: CollaboratorDraft = handler::validated(request)?;
        let password = password::one_time(&mut rand::rng());
        let hash = self.passwords.hash_for(caller.actor.id, password.clone());
        let hash = hash.await?;
        let (row, is_valid) = self
            .db
            .write(
                caller.id,
                policy::CREATE_COLLABORATOR,
                (draft, hash, digest),
                async |tx, (draft, hash, digest)| {
                    let permit = tx.permit(None, &[])?;
                    rows::insert(tx, &permit, draft, hash, *digest).await
                },
            )
            .await?;
        Ok(Response::new(CreateCollaboratorResponse {
            collaborator: Some(row.into()),
            one_time_password: if is_valid {
                password.reveal().to_owned()
            } else {
                String::new()
            },
        }))
    }

    async fn update_collaborator(
        &self,
        request: Request<UpdateCollaboratorRequest>,
    ) -> Reply<UpdateCollaboratorResponse> {
        let session = session::caller(&request)?.id;
        let patch: CollaboratorPatch = handler::validated(request)?;
        let (rpc, id) = (policy::UPDATE_COLLABORATOR, patch.id);
        let row = if patch.role.is_some() {
            let suspend = suspend_for_new_role;
            let changed = self
                .db
                .remove_rights(session, rpc, id, patch, suspend, update);
            changed.await?
        } else {
            let changed = self.db.write(session, rpc, patch, update).await;
            self.db.auth_epoch().invalidate();
            changed?
        };
        Ok(Response::new(UpdateCollaboratorResponse {
            collaborator: Some(row.into()),
        }))
    }

    async fn delete_collaborator(
        &self,
        request: Request<DeleteCollaboratorRequest>,
    ) -> Reply<DeleteCollaboratorResponse> {
        let session = session::caller(&request)?.id;
        let deletion: CollaboratorDeletion = handler::validated(request)?;
        let (rpc, id) = (policy::DELETE_COLLABORATOR, deletion.id);
        self.db
            .remove_rights(session, rpc, id, deletion, suspend_for_deletion, delete)
            .await?;
        Ok(Response::new(DeleteCollaboratorResponse {}))
    }

    async fn reset_password(
        &self,
        request: Request<ResetPasswordRequest>,
    ) -> Reply<ResetPasswordResponse> {
        let caller = session::caller(&request)?;
        let id = handler::id(request.get_ref().id)?;
        let password = password::one_time(&mut rand::rng());
        let hash = self.passwords.hash_for(caller.actor.id, password.clone());
        let hash = hash.await?;
        let row = self
            .db
            .remove_rights(
                caller.id,
                policy::RESET_PASSWORD,
                id,
                (id, hash),
                suspend_for_reset,
                reset_password,
            )
            .await?;
        Ok(Response::new(ResetPasswordResponse {
            collaborator: Some(row.into()),
            one_time_password: password.reveal().to_owned(),
        }))
    }
}
