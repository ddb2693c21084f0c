//! The outcome of removals: of two that exclude each other, of a refused removal, and of a removal
//! whose server crashes.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use epic_events::{
    policy::{self, Rpc},
    reason::Reason,
    v1::{
        DeleteCollaboratorRequest, GetMeRequest, ResetPasswordRequest, Role,
        UpdateCollaboratorRequest,
    },
};
use prost::Message as _;
use tokio::time::timeout;

use super::{
    flood::Flood,
    scenario::{reasons, start_call},
};
use crate::support::{
    errors::{api_error, error_reason},
    fixtures::{
        COMMERCIAL1, COMMERCIAL2, GESTION1, GESTION2, client_request, collaborator_update, insert,
        sample_records,
    },
    server::TestServer,
    wait::TIMEOUT,
};

#[tokio::test(flavor = "multi_thread")]
async fn two_gestion_accounts_remove_each_other_and_one_of_them_wins() {
    require_postgres!();
    let role = |id| {
        let patch = UpdateCollaboratorRequest {
            role: Some(Role::Support.into()),
            ..collaborator_update(id)
        };
        (policy::UPDATE_COLLABORATOR, patch.encode_to_vec())
    };
    let deletion = |id| {
        let deletion = DeleteCollaboratorRequest {
            id,
            ..Default::default()
        };
        (policy::DELETE_COLLABORATOR, deletion.encode_to_vec())
    };
    let reset = |id| {
        let reset = ResetPasswordRequest { id };
        (policy::RESET_PASSWORD, reset.encode_to_vec())
    };
    // If a third account exists, neither of the two is the last one.
    let third = insert("collaborators", "role", "values ('gestion')");
    for removal in [role, deletion, reset] as [fn(i64) -> (Rpc, Vec<u8>); 3] {
        let server = TestServer::with_sql(&(sample_records() + &third)).await;
        let (one, two) = (
            server.login("gestion1").await,
            server.login("gestion2").await,
        );
        let floods = [
            Flood::start(&server, &one, 8).await,
            Flood::start(&server, &two, 8).await,
        ];
        let by_one = start_call(&server, &one, removal(GESTION2));
        let by_two = start_call(&server, &two, removal(GESTION1));
        let (by_one, by_two) = (
            by_one.await.expect("no panic"),
            by_two.await.expect("no panic"),
        );
        let outcome = [error_reason(&by_one), error_reason(&by_two)];
        let [flood_of_one, flood_of_two] = floods;
        let (of_one, of_two) = (flood_of_one.end().await.0, flood_of_two.end().await.0);
        let (winner, loser, refusal) = match outcome {
            [None, Some(refusal)] => (of_one, of_two, refusal),
            [Some(refusal), None] => (of_two, of_one, refusal),
            other => panic!("{other:?}"),
        };
        assert!(
            matches!(
                refusal,
                Reason::AccountChanging | Reason::SessionEnded | Reason::RoleNotAllowed
            ),
            "{refusal:?}"
        );
        let removed =
            |it: &Option<Reason>| matches!(it, Some(Reason::SessionEnded | Reason::RoleNotAllowed));
        assert!(loser.iter().all(removed), "{loser:?}");
        assert!(!winner.iter().any(removed), "{winner:?}");
        server.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_removal_ends_no_session() {
    let server = TestServer::with_sample_records().await;
    let gestion = server.login("gestion1").await;
    let commercial = server.login("commercial1").await;
    let role = |id, role: Role, successor_id| {
        let patch = UpdateCollaboratorRequest {
            role: Some(role.into()),
            successor_id,
            ..collaborator_update(id)
        };
        (policy::UPDATE_COLLABORATOR, patch.encode_to_vec())
    };
    let deletion = |id, etag: &str, successor_id| {
        let deletion = DeleteCollaboratorRequest {
            id,
            etag: etag.to_owned(),
            successor_id,
        };
        (policy::DELETE_COLLABORATOR, deletion.encode_to_vec())
    };
    server
        .execute(&format!("delete from collaborators where id = {GESTION2}"))
        .await;
    let cases = [
        (
            role(COMMERCIAL1, Role::Support, None),
            Reason::StillInCharge,
        ),
        (
            role(COMMERCIAL1, Role::Support, Some(GESTION1)),
            Reason::NotASuccessor,
        ),
        (
            deletion(COMMERCIAL1, "7", Some(COMMERCIAL2)),
            Reason::EtagOutdated,
        ),
        (
            deletion(COMMERCIAL1, "1", Some(COMMERCIAL1)),
            Reason::NotASuccessor,
        ),
        (
            deletion(COMMERCIAL1, "1", Some(1_000)),
            Reason::NoSuchRecord,
        ),
        (deletion(GESTION1, "1", None), Reason::LastGestion),
        (role(GESTION1, Role::Support, None), Reason::LastGestion),
    ];
    for ((rpc, message), expected) in cases {
        let refused = server.call_raw(&gestion, rpc, message).await;
        assert_eq!(api_error(refused).reason, expected);
        for caller in [&gestion, &commercial] {
            let me = caller.auth.clone().get_me(GetMeRequest {}).await;
            me.unwrap_or_else(|status| panic!("{expected:?}: {status:?}"));
        }
        let suspended = "select id as value from suspensions";
        assert_eq!(server.query_ids(suspended).await, [0; 0], "{expected:?}");
    }
    let created = commercial
        .clients
        .clone()
        .create_client(client_request())
        .await;
    created.expect("the rights are as before");
    server.shutdown().await;
}

/// The server ends after the first transaction. The suspension remains until it expires.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_between_the_steps_the_suspension_expires() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let commercial = server.login("commercial1").await;
    let crash = "insert into suspensions (collaborator_id) values (3)";
    server.execute(crash).await;
    let refused = reasons(&commercial, &server).await;
    assert_eq!(refused, [Some(Reason::AccountChanging); 4]);
    let lifetime = "select expire_time - clock_timestamp() between '20 s' and '30 s' as value \
         from suspensions";
    assert_eq!(server.query_text(lifetime).await, ["true"]);
    // A removal that is still in progress keeps the account suspended.
    let expired = "update suspensions set expire_time = clock_timestamp()";
    let mut removal = server.database.connect().await;
    removal
        .batch_execute("begin; select lock_removal(3)")
        .await
        .expect("a removal");
    server.execute(expired).await;
    let refused = reasons(&commercial, &server).await;
    assert_eq!(refused, [Some(Reason::AccountChanging); 4]);
    drop(removal);
    let waiting = async {
        while reasons(&commercial, &server).await != [None; 4] {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(TIMEOUT, waiting).await.expect("the old rights");
    server.shutdown().await;
}
