//! Routes a response to the owner of its request: an overlay, a tab or the account.

use epic_events::{api_error::ApiError, reason::Reason};

use super::{
    owner::{RequestKind, RequestOwner},
    pending::PendingRequest,
    retry,
};
use crate::{
    api::{ApiResponse, RequestError},
    app::{account, cmd::Cmd, login, model::Model, reaction, tab::load},
    tone::Tone,
};

/// Handles a response. The response to a cancelled request only shows that the server is available.
pub(in crate::app) fn on_response(
    model: &mut Model,
    id: u64,
    result: Result<ApiResponse, RequestError>,
) -> Vec<Cmd> {
    let request = model.pending.remove(id);
    let result = match result {
        Err(RequestError::Unavailable(outage)) => {
            match request {
                // The tokens are deleted already: a logout is not retried.
                Some(PendingRequest {
                    owner: RequestOwner::Client(RequestKind::Logout(reason)),
                    ..
                }) => account::logout_failed(model, reason),
                Some(request) => return retry::postpone(model, request, outage),
                None => {}
            }
            retry::end_offline_if_idle(model);
            return Vec::new();
        }
        Err(RequestError::Api(error)) => Err(Some(error)),
        Err(RequestError::SessionEnded) => Err(None),
        Ok(response) => Ok(response),
    };
    let was_offline = retry::mark_online(model);
    let mut cmds = match (request, result) {
        (None, _) => Vec::new(),
        (Some(request), Ok(response)) => deliver(model, &request, response),
        (Some(request), Err(Some(error))) => deliver_error(model, &request, error),
        // Signing out of a session that has ended succeeds. The user may have signed in again.
        (Some(request), Err(None)) if request.owner.is_logout() => Vec::new(),
        (Some(_), Err(None)) => account::session_ended(model),
    };
    if was_offline {
        // After the response, which may have cancelled or replaced postponed requests.
        cmds.extend(model.pending.resend(model.time()));
    }
    cmds
}

fn deliver(model: &mut Model, request: &PendingRequest, response: ApiResponse) -> Vec<Cmd> {
    match (request.owner, response) {
        (RequestOwner::Overlay(id, slot), response) => {
            reaction::run_overlay(model, id, |it, ctx| {
                it.on_response(slot, &request.request, response, ctx)
            })
        }
        (RequestOwner::Client(RequestKind::Login), ApiResponse::Me(me)) => {
            account::signed_in(model, me)
        }
        (RequestOwner::Client(RequestKind::Account), ApiResponse::Me(me)) => {
            model.me = Some(me);
            Vec::new()
        }
        (RequestOwner::Client(kind), response) => {
            load::on_response(model, kind, &request.request, response)
        }
    }
}

fn deliver_error(model: &mut Model, request: &PendingRequest, error: ApiError) -> Vec<Cmd> {
    let must_change = error.reason == Reason::PasswordChangeRequired;
    let cmds = match request.owner {
        RequestOwner::Overlay(id, slot) => {
            reaction::run_overlay(model, id, |it, ctx| it.on_error(slot, error, ctx))
        }
        RequestOwner::Client(RequestKind::Login) if model.me.is_none() => {
            login::on_error(model, error);
            Vec::new()
        }
        RequestOwner::Client(RequestKind::Logout(reason)) => {
            account::logout_failed(model, reason);
            Vec::new()
        }
        RequestOwner::Client(RequestKind::Login) => {
            let text = model.messages.api_error(&error, Some(&model.now));
            model.set_status(text, Tone::Bad);
            Vec::new()
        }
        // The next change of the account requests it again.
        RequestOwner::Client(RequestKind::Account) => Vec::new(),
        RequestOwner::Client(kind) => {
            load::on_error(model, kind, &error);
            Vec::new()
        }
    };
    if must_change {
        account::require_new_password(model);
    }
    cmds
}
