//! Bodies that do not decode as a message, and messages that are too large.

use epic_events::{
    policy::{self, POLICY},
    reason::Reason::{
        InvalidField, LoginFailed, MalformedRequest, MessageTooLarge, RoleNotAllowed, SessionEnded,
    },
    v1::*,
};

use crate::support::{errors::well_formed_error, fixtures, server::TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_message_is_refused() {
    let server = TestServer::with_sample_records().await;
    let callers = [
        server.login("gestion1").await,
        server.login("commercial1").await,
        server.login("support1").await,
    ];
    // A tag without a value, an unknown wire type, a length beyond the end, text that is not UTF-8,
    // an overlong number.
    let garbage: [&[u8]; 5] = [
        b"\x0a",
        b"\x0f",
        b"\x0a\x7fab",
        b"\x12\x02\xff\xfe\x0a\x02\xff\xfe\x1a\x02\xff\xfe",
        &[0xff; 64],
    ];
    let rpcs = POLICY
        .iter()
        .filter(|(rpc, _)| rpc.path().starts_with("/epic."));
    for (rpc, _) in rpcs.filter(|(rpc, _)| *rpc != policy::LOGOUT) {
        for body in garbage {
            let mut decoded = 0;
            for caller in &callers {
                let reply = server.call_raw(caller, *rpc, body.to_vec());
                match reply
                    .await
                    .map_err(|status| well_formed_error(&status).reason)
                {
                    Err(MalformedRequest) => decoded += 1,
                    Err(RoleNotAllowed) => {}
                    // A message type without this field skips it, even if it is text.
                    Ok(_) | Err(InvalidField | LoginFailed | SessionEnded) if body[0] == 0x12 => {
                        decoded += 1;
                    }
                    other => panic!("{}: {body:x?}: {other:?}", rpc.name()),
                }
            }
            assert!(decoded > 0, "{}", rpc.name());
        }
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_ten_megabytes_is_refused_and_the_connection_stays_open() {
    let server = TestServer::with_sample_records().await;
    let commercial = server.login("commercial1").await;
    let support = server.login("support1").await;
    let note = "x".repeat(10 * 1024 * 1024);
    for _ in 0..3 {
        let create = CreateEventRequest {
            note: note.clone(),
            ..fixtures::event_request(2)
        };
        let reply = server
            .call(&commercial, policy::CREATE_EVENT, &create)
            .await;
        assert_eq!(
            well_formed_error(&reply.expect_err("too large")).reason,
            MessageTooLarge
        );
        let update = UpdateEventRequest {
            note: Some(note.clone()),
            ..fixtures::event_update(1)
        };
        let reply = server.call(&support, policy::UPDATE_EVENT, &update).await;
        assert_eq!(
            well_formed_error(&reply.expect_err("too large")).reason,
            MessageTooLarge
        );
        let get = GetEventRequest { id: 1 };
        server
            .call(&support, policy::GET_EVENT, &get)
            .await
            .expect("the event");
    }
    // A login needs no account, so its limit is lower.
    let login = LoginRequest {
        password: "x".repeat(10 * 1024),
        ..LoginRequest::default()
    };
    let reply = server.auth().login(login).await;
    assert_eq!(
        well_formed_error(&reply.expect_err("too large")).reason,
        MessageTooLarge
    );
    // A call that the caller's role does not allow is refused before its message is read.
    let reply = server
        .call(
            &support,
            policy::CREATE_EVENT,
            &CreateEventRequest {
                note,
                ..fixtures::event_request(2)
            },
        )
        .await;
    assert_eq!(
        well_formed_error(&reply.expect_err("not allowed")).reason,
        RoleNotAllowed
    );
    server.shutdown().await;
}
