//! Texts, email addresses and phone numbers.

use epic_events::{policy, reason::Reason::InvalidField, v1::*};

use super::{check, refused, s};
use crate::furniture;

const CONTROL: [&str; 6] = [
    "a\0b",
    "a\nb",
    "a\u{1b}[31mb",
    "a\u{7f}",
    "a\rb",
    "a\u{85}b",
];

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_are_wrong() {
    let mut cases = Vec::new();
    for text in CONTROL {
        each!(cases, "commercial1", CREATE_CLIENT, furniture::client(), [
            name: s(text) => "CONTROL_CHARACTER",
            company: s(text) => "CONTROL_CHARACTER",
            phone: s(text) => "NOT_A_PHONE",
            email: format!("{text}@example.org") => "NOT_AN_EMAIL",
        ]);
        each!(cases, "gestion1", CREATE_COLLABORATOR, furniture::collaborator(), [
            name: s(text) => "CONTROL_CHARACTER",
        ]);
        each!(cases, "gestion1", CREATE_CONTRACT, furniture::contract(1), [
            event_title: s(text) => "CONTROL_CHARACTER",
        ]);
        each!(cases, "commercial1", CREATE_EVENT, furniture::event(2), [
            location: s(text) => "CONTROL_CHARACTER",
        ]);
        each!(cases, "commercial1", UPDATE_CLIENT, UpdateClientRequest {
            id: 1, etag: s("1"), ..UpdateClientRequest::default()
        }, [
            name: Some(s(text)) => "CONTROL_CHARACTER",
        ]);
    }
    for text in ["a\0b", "\u{7}", "a\u{1b}[31mb"] {
        each!(cases, "commercial1", CREATE_EVENT, furniture::event(2), [
            note: s(text) => "CONTROL_CHARACTER",
        ]);
        each!(cases, "support1", UPDATE_EVENT, UpdateEventRequest {
            id: 1, etag: s("1"), ..UpdateEventRequest::default()
        }, [
            note: Some(s(text)) => "CONTROL_CHARACTER",
        ]);
        each!(cases, "support1", LIST_EVENTS, ListEventsRequest::default(), [
            query: s(text) => "CONTROL_CHARACTER",
        ]);
    }
    for text in ["", " ", "\t\n", "\u{a0}", "\u{3000}"] {
        each!(cases, "commercial1", CREATE_CLIENT, furniture::client(), [
            name: s(text) => "MISSING",
            email: s(text) => "MISSING",
            phone: s(text) => "MISSING",
            company: s(text) => "MISSING",
        ]);
    }
    each!(cases, "commercial1", CREATE_CLIENT, furniture::client(), [
        name: "é".repeat(121) => "TOO_LONG",
        company: "é".repeat(201) => "TOO_LONG",
        email: format!("{}@example.org", "a".repeat(250)) => "TOO_LONG",
        phone: "1".repeat(33) => "TOO_LONG",
    ]);
    each!(cases, "gestion1", CREATE_CONTRACT, furniture::contract(1), [
        event_title: "x".repeat(201) => "TOO_LONG",
    ]);
    each!(cases, "commercial1", CREATE_EVENT, furniture::event(2), [
        location: "x".repeat(301) => "TOO_LONG",
        note: "x".repeat(4_001) => "TOO_LONG",
        note: "x".repeat(250_000) => "TOO_LONG",
    ]);
    each!(cases, "gestion1", LIST_CLIENTS, ListClientsRequest::default(), [
        query: "x".repeat(201) => "TOO_LONG",
    ]);
    for email in [
        "a",
        "@",
        "a@",
        "@b.c",
        "a@b",
        "a b@c.de",
        "a@b..de",
        "a@@b.de",
        "Alice <a@b.de>",
        "a@[127.0.0.1]",
        "a@b.de, c@d.ef",
        "a@-b.de",
        "a@b.de\n",
    ]
    .iter()
    .filter(|email| !email.ends_with('\n'))
    {
        each!(cases, "commercial1", CREATE_CLIENT, furniture::client(), [
            email: s(email) => "NOT_AN_EMAIL",
        ]);
        each!(cases, "gestion1", CREATE_COLLABORATOR, furniture::collaborator(), [
            email: s(email) => "NOT_AN_EMAIL",
        ]);
    }
    for phone in [
        "123",
        "call me",
        "1234567890123456",
        "12+34567",
        "++123456",
        "+",
        "12 34 ext 5",
        "٠١٢٣٤٥",
        "1234;drop table",
        "01\u{2028}23456",
    ] {
        each!(cases, "commercial1", CREATE_CLIENT, furniture::client(), [
            phone: s(phone) => "NOT_A_PHONE",
        ]);
    }
    check(cases).await;
}
