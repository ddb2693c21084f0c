//! Answers `epic.v1.CollaboratorService`.

pub mod rows;

use epic_events::{
    api_error::ApiError,
    collaborator::{CollaboratorDeletion, CollaboratorDraft, CollaboratorPatch},
    field_error::{FieldErrorKind, Validator},
    password::Password,
    policy::{self, Permit},
    reason::Reason,
    role::{role_from_name, role_name},
    v1::{
        Collaborator, CreateCollaboratorRequest, CreateCollaboratorResponse,
        DeleteCollaboratorRequest, DeleteCollaboratorResponse, GetCollaboratorRequest,
        GetCollaboratorResponse, ListCollaboratorsRequest, ListCollaboratorsResponse,
        ResetPasswordRequest, ResetPasswordResponse, Role, UpdateCollaboratorRequest,
        UpdateCollaboratorResponse, collaborator_service_server::CollaboratorService,
    },
    value,
};
use futures_util::FutureExt as _;
use hmac::{Hmac, Mac as _};
use rand::{SeedableRng as _, rngs::StdRng};
use sha2::Sha256;
use tonic::Request;

use crate::{
    auth::{
        password,
        session::{self, Session},
    },
    client,
    collaborator::rows::{CollaboratorRow, Filter},
    config::Secret,
    db::Tx,
    error::{Error, Result},
    event,
    handler::{self, Reply, answer},
    shared::Shared,
};

/// Answers `epic.v1.CollaboratorService`.
pub struct Collaborators(pub Shared);

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
            role: role_from_name(&role).unwrap_or_default().into(),
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
    let mut check = Validator::default();
    let asked = (wire.role != i32::from(Role::Unspecified)).then_some(wire.role);
    let role = check.optional("role", asked, value::role);
    Ok(check.finish(|| {
        Some(Filter {
            mine: wire.mine.then_some(caller),
            role: role?,
        })
    })?)
}

/// The password of a request that creates a collaborator, derived from the request so that the
/// same request of the same caller gives the same one again, and nobody else's does; and from the
/// server's key so that nobody can guess it.
fn first_password(key: &Secret, caller: i64, draft: &CollaboratorDraft) -> Result<Password> {
    let mut mac = Hmac::<Sha256>::new_from_slice(format!("password {}", key.reveal()).as_bytes())
        .map_err(|error| Error::Defect(error.to_string()))?;
    mac.update(&caller.to_be_bytes());
    mac.update(draft.request_id.as_bytes());
    mac.update(draft.email.as_str().as_bytes());
    let mut random = StdRng::from_seed(mac.finalize().into_bytes().into());
    Ok(password::one_time(&mut random))
}

/// Gives what a collaborator holds to a successor of the same role, or to nobody.
async fn hand_over(
    tx: &mut Tx,
    permit: &Permit,
    from: i64,
    role: &str,
    to: Option<i64>,
) -> Result<()> {
    if let Some(successor) = to {
        let of = rows::must_exist(tx, successor, "successor_id").await?;
        if of != role || successor == from {
            return Err(ApiError::new(Reason::NotASuccessor)
                .about("successor_id", FieldErrorKind::NotASuccessor)
                .into());
        }
    }
    client::rows::hand_over(tx, permit, from, to).await?;
    event::rows::hand_over(tx, permit, from, to).await
}

impl Collaborators {
    async fn list(
        &self,
        caller: Session,
        wire: ListCollaboratorsRequest,
    ) -> Result<ListCollaboratorsResponse> {
        let caller = caller.actor.id;
        let page = self.0.pages.read(&wire, caller, &rows::ORDERS)?;
        let filter = filter(&wire, caller)?;
        let listed = self
            .0
            .db
            .read(|connection| rows::list(connection, filter, &page))
            .await?;
        let (total_size, total_size_is_lower_bound) = listed.total_size();
        Ok(ListCollaboratorsResponse {
            next_page_token: self.0.pages.next(&wire, caller, &listed),
            collaborators: listed.rows.into_iter().map(Collaborator::from).collect(),
            total_size,
            total_size_is_lower_bound,
        })
    }

    async fn get(&self, id: i64) -> Result<GetCollaboratorResponse> {
        let row = self.0.db.read(|connection| rows::get(connection, id));
        Ok(GetCollaboratorResponse {
            collaborator: Some(row.await?.into()),
        })
    }

    async fn create(
        &self,
        caller: &Session,
        draft: CollaboratorDraft,
    ) -> Result<CreateCollaboratorResponse> {
        let one_time = first_password(&self.0.key, caller.actor.id, &draft)?;
        let hash = self.0.passwords.hash(one_time.clone()).await?;
        let row = self
            .0
            .db
            .write(caller.id, policy::CREATE_COLLABORATOR, move |tx| {
                let (draft, hash) = (draft.clone(), hash.clone());
                async move {
                    let permit = tx.permit(None, &[])?;
                    rows::insert(tx, &permit, draft, hash).await
                }
                .boxed()
            });
        Ok(CreateCollaboratorResponse {
            collaborator: Some(row.await?.into()),
            one_time_password: one_time.reveal().to_owned(),
        })
    }

    async fn update(
        &self,
        caller: &Session,
        patch: CollaboratorPatch,
    ) -> Result<UpdateCollaboratorResponse> {
        let row =
            self.0
                .db
                .write_collaborators(caller.id, policy::UPDATE_COLLABORATOR, move |tx| {
                    let patch = patch.clone();
                    async move {
                        let (role, version) = rows::lock(tx, patch.id).await?;
                        let changed_fields = patch.changed_fields();
                        let permit = tx.permit(None, &changed_fields)?;
                        version.must_be(patch.etag)?;
                        let leaves_role = patch.role.is_some_and(|new| role_name(new) != role);
                        if leaves_role && patch.successor_id.is_some() {
                            hand_over(tx, &permit, patch.id, &role, patch.successor_id).await?;
                        }
                        rows::update(tx, &permit, patch).await
                    }
                    .boxed()
                });
        Ok(UpdateCollaboratorResponse {
            collaborator: Some(row.await?.into()),
        })
    }

    async fn delete(
        &self,
        caller: &Session,
        removal: CollaboratorDeletion,
    ) -> Result<DeleteCollaboratorResponse> {
        let done =
            self.0
                .db
                .write_collaborators(caller.id, policy::DELETE_COLLABORATOR, move |tx| {
                    let removal = removal.clone();
                    async move {
                        let (role, version) = rows::lock(tx, removal.id).await?;
                        let permit = tx.permit(None, &[])?;
                        if let Some(etag) = removal.etag {
                            version.must_be(etag)?;
                        }
                        hand_over(tx, &permit, removal.id, &role, removal.successor_id).await?;
                        rows::delete(tx, &permit, removal.id).await
                    }
                    .boxed()
                });
        done.await.map(|()| DeleteCollaboratorResponse {})
    }

    async fn reset_password(&self, caller: &Session, id: i64) -> Result<ResetPasswordResponse> {
        let one_time = password::one_time(&mut rand::rng());
        let hash = self.0.passwords.hash(one_time.clone()).await?;
        let row = self
            .0
            .db
            .write_collaborators(caller.id, policy::RESET_PASSWORD, move |tx| {
                let hash = hash.clone();
                async move {
                    let _locked = rows::lock(tx, id).await?;
                    let permit = tx.permit(None, &[])?;
                    rows::reset_password(tx, &permit, id, hash).await
                }
                .boxed()
            });
        Ok(ResetPasswordResponse {
            collaborator: Some(row.await?.into()),
            one_time_password: one_time.reveal().to_owned(),
        })
    }
}

#[tonic::async_trait]
impl CollaboratorService for Collaborators {
    async fn list_collaborators(
        &self,
        request: Request<ListCollaboratorsRequest>,
    ) -> Reply<ListCollaboratorsResponse> {
        let caller = session::of(&request)?;
        answer(self.list(caller, request.into_inner()).await)
    }

    async fn get_collaborator(
        &self,
        request: Request<GetCollaboratorRequest>,
    ) -> Reply<GetCollaboratorResponse> {
        let id = handler::id(request.get_ref().id)?;
        answer(self.get(id).await)
    }

    async fn create_collaborator(
        &self,
        request: Request<CreateCollaboratorRequest>,
    ) -> Reply<CreateCollaboratorResponse> {
        let caller = session::of(&request)?;
        let draft = handler::checked(request)?;
        answer(self.create(&caller, draft).await)
    }

    async fn update_collaborator(
        &self,
        request: Request<UpdateCollaboratorRequest>,
    ) -> Reply<UpdateCollaboratorResponse> {
        let caller = session::of(&request)?;
        let patch = handler::checked(request)?;
        answer(self.update(&caller, patch).await)
    }

    async fn delete_collaborator(
        &self,
        request: Request<DeleteCollaboratorRequest>,
    ) -> Reply<DeleteCollaboratorResponse> {
        let caller = session::of(&request)?;
        let removal = handler::checked(request)?;
        answer(self.delete(&caller, removal).await)
    }

    async fn reset_password(
        &self,
        request: Request<ResetPasswordRequest>,
    ) -> Reply<ResetPasswordResponse> {
        let caller = session::of(&request)?;
        let id = handler::id(request.get_ref().id)?;
        answer(Self::reset_password(self, &caller, id).await)
    }
}
