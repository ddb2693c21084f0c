//! Rights that end at once: when someone is deleted, moved to another department, or given a new
//! password, the tokens they hold are worth nothing more, or no more than the new role.

use epic_events::{
    api_error::ApiError,
    field_error::FieldErrorKind,
    reason::Reason,
    v1::{
        ChangePasswordRequest, CreateClientRequest, CreateCollaboratorRequest,
        DeleteCollaboratorRequest, GetMeRequest, ListClientsRequest, LoginRequest, LoginResponse,
        RefreshSessionRequest, RefreshSessionResponse, ResetPasswordRequest, Role,
        UpdateCollaboratorRequest,
    },
};
use tonic::Status;
use uuid::Uuid;

use crate::house::{Caller, House, PASSWORD, refusal};

const NEW_PASSWORD: &str = "another password for tests";

async fn log_in(house: &House, who: &str, password: &str) -> Result<LoginResponse, Status> {
    let credentials = LoginRequest {
        email: format!("{who}@test.example"),
        password: password.to_owned(),
        device: String::new(),
    };
    let reply = house.auth().login(credentials).await?;
    Ok(reply.into_inner())
}

async fn refresh(house: &House, caller: &Caller) -> Result<RefreshSessionResponse, Status> {
    let token = RefreshSessionRequest {
        refresh_token: caller.refresh_token.clone(),
    };
    let reply = house.auth().refresh_session(token).await?;
    Ok(reply.into_inner())
}

async fn me(caller: &Caller) -> Result<i64, Status> {
    let reply = caller.auth.clone().get_me(GetMeRequest {}).await?;
    Ok(reply.into_inner().me.expect("me").id)
}

/// Neither token of that caller is worth anything.
async fn assert_ended(house: &House, caller: &Caller) {
    assert_eq!(refusal(me(caller).await).reason, Reason::SessionEnded);
    assert_eq!(
        refusal(refresh(house, caller).await).reason,
        Reason::SessionEnded
    );
}

fn change(current: &str, new: &str) -> ChangePasswordRequest {
    ChangePasswordRequest {
        current_password: current.to_owned(),
        new_password: new.to_owned(),
    }
}

fn newcomer() -> CreateCollaboratorRequest {
    CreateCollaboratorRequest {
        request_id: Uuid::new_v4().to_string(),
        name: "Zoé Petit".to_owned(),
        email: "zoe@test.example".to_owned(),
        phone: "+33 1 02 03 04 05".to_owned(),
        role: Role::Support.into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_moved_to_another_department_has_its_rights_at_once() {
    let house = House::new().await;
    let mut gestion1 = house.login("gestion1").await;
    let mut moved = house.login("gestion2").await;
    let patch = UpdateCollaboratorRequest {
        id: moved.me.id,
        etag: "1".to_owned(),
        role: Some(Role::Commercial.into()),
        ..Default::default()
    };
    let reply = gestion1.collaborators.update_collaborator(patch).await;
    reply.expect("a new role");
    let refused = moved.collaborators.create_collaborator(newcomer()).await;
    assert_eq!(refusal(refused).reason, Reason::RoleNotAllowed);
    let client = CreateClientRequest {
        request_id: Uuid::new_v4().to_string(),
        name: "Kévin Casey".to_owned(),
        email: "kevin@startup.example".to_owned(),
        phone: "+678 123 456 78".to_owned(),
        company: "Cool Startup".to_owned(),
    };
    moved.clients.create_client(client).await.expect("a client");
    let renewed = refresh(&house, &moved).await.expect("new tokens");
    let me = renewed.me.expect("me");
    assert_eq!(me.role(), Role::Commercial);
    let mut renewed = Caller::new(
        house.channel.clone(),
        &renewed.access_token,
        renewed.refresh_token,
        me,
    );
    let refused = renewed.collaborators.create_collaborator(newcomer()).await;
    assert_eq!(refusal(refused).reason, Reason::RoleNotAllowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_deleted_is_out_at_once() {
    let house = House::new().await;
    let mut gestion1 = house.login("gestion1").await;
    for who in ["gestion2", "commercial1", "support1"] {
        let (here, there) = (house.login(who).await, house.login(who).await);
        let removal = DeleteCollaboratorRequest {
            id: here.me.id,
            ..Default::default()
        };
        let reply = gestion1.collaborators.delete_collaborator(removal).await;
        reply.expect("a deletion");
        assert_ended(&house, &here).await;
        assert_ended(&house, &there).await;
        let again = log_in(&house, who, PASSWORD).await;
        assert_eq!(refusal(again).reason, Reason::LoginFailed);
    }
    me(&gestion1).await.expect("the deleter stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_reset_by_gestion_ends_every_session_and_must_be_changed() {
    let house = House::new().await;
    let mut gestion1 = house.login("gestion1").await;
    let bystander = house.login("commercial2").await;
    let (here, there) = (
        house.login("commercial1").await,
        house.login("commercial1").await,
    );
    let reset = ResetPasswordRequest { id: here.me.id };
    let reply = gestion1.collaborators.reset_password(reset).await;
    let one_time = reply.expect("a reset").into_inner().one_time_password;
    assert_ended(&house, &here).await;
    assert_ended(&house, &there).await;
    me(&bystander).await.expect("a bystander stays");
    me(&gestion1).await.expect("the resetter stays");
    let old = log_in(&house, "commercial1", PASSWORD).await;
    assert_eq!(refusal(old).reason, Reason::LoginFailed);
    assert_eq!(
        house.values(&clear_text(&one_time)).await,
        Vec::<String>::new()
    );

    let reply = log_in(&house, "commercial1", &one_time)
        .await
        .expect("to log in");
    let me_now = reply.me.expect("me");
    assert!(me_now.must_change_password);
    let mut back = Caller::new(
        house.channel.clone(),
        &reply.access_token,
        reply.refresh_token,
        me_now,
    );
    let refused = back
        .clients
        .list_clients(ListClientsRequest::default())
        .await;
    assert_eq!(refusal(refused).reason, Reason::PasswordChangeRequired);
    let changed = back
        .auth
        .change_password(change(&one_time, NEW_PASSWORD))
        .await;
    let changed = changed.expect("a new password").into_inner();
    assert!(!changed.me.expect("me").must_change_password);
    let listed = back
        .clients
        .list_clients(ListClientsRequest::default())
        .await;
    listed.expect("clients");
    let used = log_in(&house, "commercial1", &one_time).await;
    assert_eq!(refusal(used).reason, Reason::LoginFailed);
    let new = log_in(&house, "commercial1", NEW_PASSWORD).await;
    assert!(!new.expect("to log in").me.expect("me").must_change_password);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_logs_in_once_with_the_password_handed_over() {
    let house = House::new().await;
    let mut gestion1 = house.login("gestion1").await;
    let reply = gestion1.collaborators.create_collaborator(newcomer()).await;
    let one_time = reply.expect("a newcomer").into_inner().one_time_password;
    assert_eq!(
        house.values(&clear_text(&one_time)).await,
        Vec::<String>::new()
    );
    let reply = log_in(&house, "zoe", &one_time).await.expect("to log in");
    assert!(reply.me.expect("me").must_change_password);
}

/// Rows in which a password can be read.
fn clear_text(password: &str) -> String {
    format!(
        "select collaborators::text as value from collaborators \
         where strpos(collaborators::text, '{password}') > 0 \
         or password_hash not like '$argon2id$v=19$m=19456,t=2,p=1$%'"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_of_ones_own_ends_the_other_sessions_and_keeps_this_one() {
    let house = House::new().await;
    let bystander = house.login("support2").await;
    let mut here = house.login("support1").await;
    let there = house.login("support1").await;
    // Without the current password nothing happens.
    let wrong = here
        .auth
        .change_password(change("not the password", NEW_PASSWORD))
        .await;
    let expected = ApiError::new(Reason::InvalidField);
    let expected = expected.about("current_password", FieldErrorKind::WrongPassword);
    assert_eq!(refusal(wrong), expected);
    me(&there).await.expect("nothing has changed");

    let changed = here
        .auth
        .change_password(change(PASSWORD, NEW_PASSWORD))
        .await;
    changed.expect("a new password");
    assert_ended(&house, &there).await;
    me(&here).await.expect("the changer stays");
    refresh(&house, &here).await.expect("the changer goes on");
    me(&bystander).await.expect("a bystander stays");
    assert_eq!(
        house.values(&clear_text(NEW_PASSWORD)).await,
        Vec::<String>::new()
    );
    let old = log_in(&house, "support1", PASSWORD).await;
    assert_eq!(refusal(old).reason, Reason::LoginFailed);
    log_in(&house, "support1", NEW_PASSWORD)
        .await
        .expect("to log in");
}
