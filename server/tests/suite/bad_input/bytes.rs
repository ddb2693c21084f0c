//! Bytes that are no message, and too many of them.

use epic_events::{
    policy::{self, POLICY},
    reason::Reason::{
        InvalidField, LoginFailed, MalformedRequest, MessageTooLarge, RoleNotAllowed, SessionEnded,
    },
    v1::*,
};

use super::s;
use crate::{
    furniture::{self, FURNITURE, new_id},
    house::House,
    wire::well_formed,
};

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_message() {
    let house = House::furnished(FURNITURE).await;
    let callers = [
        house.login("gestion1").await,
        house.login("commercial1").await,
        house.login("support1").await,
    ];
    // A tag without a value, an unknown wire type, a length beyond the end, text that is no UTF-8,
    // an endless number.
    let garbage: [&[u8]; 5] = [
        b"\x0a",
        b"\x0f",
        b"\x0a\x7fab",
        b"\x12\x02\xff\xfe\x0a\x02\xff\xfe\x1a\x02\xff\xfe",
        &[0xff; 64],
    ];
    let ours = POLICY
        .iter()
        .filter(|(rpc, _)| rpc.path().starts_with("/epic."));
    for (rpc, _) in ours.filter(|(rpc, _)| *rpc != policy::LOGOUT) {
        for body in garbage {
            let mut readable = 0;
            for caller in &callers {
                let reply = house.send(caller, *rpc, body.to_vec());
                match reply.await.map_err(|status| well_formed(&status).reason) {
                    Err(MalformedRequest) => readable += 1,
                    Err(RoleNotAllowed) => {}
                    // A message without such a field skips it: it need not look at the text.
                    Ok(_) | Err(InvalidField | LoginFailed | SessionEnded) if body[0] == 0x12 => {
                        readable += 1;
                    }
                    other => panic!("{}: {body:x?}: {other:?}", rpc.name()),
                }
            }
            assert!(readable > 0, "{}", rpc.name());
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_ten_megabytes_is_refused_and_the_connection_goes_on() {
    let house = House::furnished(FURNITURE).await;
    let commercial = house.login("commercial1").await;
    let support = house.login("support1").await;
    let note = "x".repeat(10 * 1024 * 1024);
    for _ in 0..3 {
        let create = CreateEventRequest {
            note: note.clone(),
            ..furniture::event(2)
        };
        let reply = house.call(&commercial, policy::CREATE_EVENT, &create).await;
        assert_eq!(
            well_formed(&reply.expect_err("too large")).reason,
            MessageTooLarge
        );
        let update = UpdateEventRequest {
            id: 1,
            etag: s("1"),
            note: Some(note.clone()),
            ..UpdateEventRequest::default()
        };
        let reply = house.call(&support, policy::UPDATE_EVENT, &update).await;
        assert_eq!(
            well_formed(&reply.expect_err("too large")).reason,
            MessageTooLarge
        );
        let get = GetEventRequest { id: 1 };
        house
            .call(&support, policy::GET_EVENT, &get)
            .await
            .expect("the event");
    }
    // Whoever signs in need not be known, so there even less is read.
    let login = LoginRequest {
        password: "x".repeat(10 * 1024),
        ..LoginRequest::default()
    };
    let reply = house.auth().login(login).await;
    assert_eq!(
        well_formed(&reply.expect_err("too large")).reason,
        MessageTooLarge
    );
    // The caller may not even make this one: it is refused unread.
    let reply = house
        .call(
            &support,
            policy::CREATE_EVENT,
            &CreateEventRequest {
                request_id: new_id(),
                note,
                ..CreateEventRequest::default()
            },
        )
        .await;
    assert_eq!(
        well_formed(&reply.expect_err("not allowed")).reason,
        RoleNotAllowed
    );
    house.close().await;
}
