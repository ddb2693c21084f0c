//! Revocation: a deletion, a change of role or a new password takes effect on existing tokens at
//! once.

use epic_events::{
    api_error::ApiError,
    field_error::FieldErrorKind,
    policy,
    reason::Reason,
    v1::{
        ChangePasswordRequest, CreateCollaboratorRequest, DeleteCollaboratorRequest, GetMeRequest,
        ListClientsRequest, LoginRequest, LoginResponse, RefreshSessionRequest,
        RefreshSessionResponse, ResetPasswordRequest, Role, UpdateCollaboratorRequest,
    },
};
use tonic::Status;

use crate::support::{
    api_client::ApiClient,
    errors::api_error,
    fixtures::{
        PASSWORD, client_request, collaborator_request, collaborator_update, login_request,
    },
    rights_fixture::{ONE_TIME_PASSWORD_ACCOUNT, RightsFixture},
    rpc_cases::{Ownership, rpc_case},
    server::TestServer,
};

const NEW_PASSWORD: &str = "another password for tests";

async fn log_in(
    server: &TestServer,
    account: &str,
    password: &str,
) -> Result<LoginResponse, Status> {
    let credentials = LoginRequest {
        email: format!("{account}@test.example"),
        password: password.to_owned(),
        ..login_request()
    };
    let reply = server.auth().login(credentials).await?;
    Ok(reply.into_inner())
}

async fn refresh(
    server: &TestServer,
    caller: &ApiClient,
) -> Result<RefreshSessionResponse, Status> {
    let token = RefreshSessionRequest {
        refresh_token: caller.refresh_token.clone(),
    };
    let reply = server.auth().refresh_session(token).await?;
    Ok(reply.into_inner())
}

async fn me(caller: &ApiClient) -> Result<i64, Status> {
    let reply = caller.auth.clone().get_me(GetMeRequest {}).await?;
    Ok(reply.into_inner().me.expect("me").id)
}

/// Asserts that neither token of the caller's session is valid.
async fn assert_ended(server: &TestServer, caller: &ApiClient) {
    assert_eq!(api_error(me(caller).await).reason, Reason::SessionEnded);
    assert_eq!(
        api_error(refresh(server, caller).await).reason,
        Reason::SessionEnded
    );
}

fn change(current: &str, new: &str) -> ChangePasswordRequest {
    ChangePasswordRequest {
        current_password: current.to_owned(),
        new_password: new.to_owned(),
    }
}

/// The new account `zoe`.
fn zoe() -> CreateCollaboratorRequest {
    CreateCollaboratorRequest {
        email: "zoe@test.example".to_owned(),
        ..collaborator_request()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_role_applies_to_existing_tokens() {
    let server = TestServer::start().await;
    let mut gestion1 = server.login("gestion1").await;
    let mut moved = server.login("gestion2").await;
    let patch = UpdateCollaboratorRequest {
        role: Some(Role::Commercial.into()),
        ..collaborator_update(moved.me.id)
    };
    let reply = gestion1.collaborators.update_collaborator(patch).await;
    reply.expect("a new role");
    let refused = moved.collaborators.create_collaborator(zoe()).await;
    assert_eq!(api_error(refused).reason, Reason::RoleNotAllowed);
    let created = moved.clients.create_client(client_request()).await;
    created.expect("a client");
    let renewed = refresh(&server, &moved).await.expect("new tokens");
    let mut renewed = ApiClient::renewed(server.channel.clone(), renewed);
    assert_eq!(renewed.me.role(), Role::Commercial);
    let refused = renewed.collaborators.create_collaborator(zoe()).await;
    assert_eq!(api_error(refused).reason, Reason::RoleNotAllowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_ends_every_session() {
    let server = TestServer::start().await;
    let mut gestion1 = server.login("gestion1").await;
    for account in ["gestion2", "commercial1", "support1"] {
        let first = server.login(account).await;
        let second = server.login(account).await;
        let removal = DeleteCollaboratorRequest {
            id: first.me.id,
            ..Default::default()
        };
        let reply = gestion1.collaborators.delete_collaborator(removal).await;
        reply.expect("a deletion");
        assert_ended(&server, &first).await;
        assert_ended(&server, &second).await;
        let again = log_in(&server, account, PASSWORD).await;
        assert_eq!(api_error(again).reason, Reason::LoginFailed);
    }
    me(&gestion1)
        .await
        .expect("the deleting account stays signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_reset_ends_every_session_and_requires_a_new_password() {
    let server = TestServer::start().await;
    let mut gestion1 = server.login("gestion1").await;
    let bystander = server.login("commercial2").await;
    let first = server.login("commercial1").await;
    let second = server.login("commercial1").await;
    let reset = ResetPasswordRequest { id: first.me.id };
    let reply = gestion1.collaborators.reset_password(reset).await;
    let one_time = reply.expect("a reset").into_inner().one_time_password;
    assert_ended(&server, &first).await;
    assert_ended(&server, &second).await;
    me(&bystander).await.expect("a bystander stays signed in");
    me(&gestion1)
        .await
        .expect("the resetting account stays signed in");
    let old = log_in(&server, "commercial1", PASSWORD).await;
    assert_eq!(api_error(old).reason, Reason::LoginFailed);
    assert_eq!(
        server.query_text(&clear_text(&one_time)).await,
        Vec::<String>::new()
    );

    let reply = log_in(&server, "commercial1", &one_time)
        .await
        .expect("to log in");
    let me = reply.me.expect("me");
    assert!(me.must_change_password);
    let channel = server.channel.clone();
    let mut renewed = ApiClient::new(channel, &reply.access_token, reply.refresh_token, me);
    let refused = renewed
        .clients
        .list_clients(ListClientsRequest::default())
        .await;
    assert_eq!(api_error(refused).reason, Reason::PasswordChangeRequired);
    let changed = renewed
        .auth
        .change_password(change(&one_time, NEW_PASSWORD))
        .await;
    let changed = changed.expect("a new password").into_inner();
    assert!(!changed.me.expect("me").must_change_password);
    let listed = renewed
        .clients
        .list_clients(ListClientsRequest::default())
        .await;
    listed.expect("clients");
    let used = log_in(&server, "commercial1", &one_time).await;
    assert_eq!(api_error(used).reason, Reason::LoginFailed);
    let new = log_in(&server, "commercial1", NEW_PASSWORD).await;
    assert!(!new.expect("to log in").me.expect("me").must_change_password);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_logs_in_with_its_one_time_password() {
    let server = TestServer::start().await;
    let mut gestion1 = server.login("gestion1").await;
    let reply = gestion1.collaborators.create_collaborator(zoe()).await;
    let one_time = reply.expect("an account").into_inner().one_time_password;
    assert_eq!(
        server.query_text(&clear_text(&one_time)).await,
        Vec::<String>::new()
    );
    let reply = log_in(&server, "zoe", &one_time).await.expect("to log in");
    assert!(reply.me.expect("me").must_change_password);
}

/// Selects collaborators whose row contains a password, or whose hash has other parameters.
fn clear_text(password: &str) -> String {
    format!(
        "select collaborators::text as value from collaborators \
         where strpos(collaborators::text, '{password}') > 0 \
         or password_hash not like '$argon2id$v=19$m=19456,t=2,p=1$%'"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_the_other_sessions_only() {
    let server = TestServer::start().await;
    let bystander = server.login("support2").await;
    let mut first = server.login("support1").await;
    let second = server.login("support1").await;
    // A wrong current password changes nothing.
    let refused = first
        .auth
        .change_password(change("not the password", NEW_PASSWORD))
        .await;
    let expected = ApiError::new(Reason::InvalidField);
    let expected = expected.with_field("current_password", FieldErrorKind::WrongPassword);
    assert_eq!(api_error(refused), expected);
    me(&second).await.expect("no session has ended");

    let changed = first
        .auth
        .change_password(change(PASSWORD, NEW_PASSWORD))
        .await;
    changed.expect("a new password");
    assert_ended(&server, &second).await;
    me(&first).await.expect("this session continues");
    refresh(&server, &first)
        .await
        .expect("this session can be renewed");
    me(&bystander).await.expect("a bystander stays signed in");
    assert_eq!(
        server.query_text(&clear_text(NEW_PASSWORD)).await,
        Vec::<String>::new()
    );
    let old = log_in(&server, "support1", PASSWORD).await;
    assert_eq!(api_error(old).reason, Reason::LoginFailed);
    log_in(&server, "support1", NEW_PASSWORD)
        .await
        .expect("to log in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_opens_what_a_one_time_password_does_not() {
    let fixture = RightsFixture::start().await;
    let request = |rpc| (rpc_case(rpc).request)(Ownership::Caller, ONE_TIME_PASSWORD_ACCOUNT);
    let call = async |rpc| {
        fixture
            .call(rpc, ONE_TIME_PASSWORD_ACCOUNT, request(rpc))
            .await
    };
    let refused = call(policy::LIST_CLIENTS).await;
    assert_eq!(api_error(refused).reason, Reason::PasswordChangeRequired);
    let changed = call(policy::CHANGE_PASSWORD).await;
    changed.expect("a new password");
    call(policy::LIST_CLIENTS).await.expect("clients");
}
