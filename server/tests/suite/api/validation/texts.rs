//! Texts, email addresses and phone numbers.

use epic_events::{policy, reason::Reason::InvalidField, v1::*};

use super::{assert_refused, refused, s};

use crate::support::fixtures;

/// Texts with a character that has no visible form.
const CONTROL: [&str; 7] = [
    "a\0b",
    "a\u{1b}[31mb",
    "a\u{7f}",
    "a\u{9b}b",
    "a\u{e000}b",
    "a\u{378}b",
    "a\u{fdd0}b",
];

#[tokio::test(flavor = "multi_thread")]
async fn invalid_texts_emails_and_phones() {
    let mut cases = Vec::new();
    for text in CONTROL {
        invalid_values!(cases, "commercial1", CREATE_CLIENT, fixtures::client_request(), [
            name: s(text) => "CONTROL_CHARACTER",
            company: s(text) => "CONTROL_CHARACTER",
            phone: s(text) => "NOT_A_PHONE",
            email: format!("{text}@example.org") => "NOT_AN_EMAIL",
        ]);
        invalid_values!(cases, "gestion1", CREATE_COLLABORATOR, fixtures::collaborator_request(), [
            name: s(text) => "CONTROL_CHARACTER",
        ]);
        invalid_values!(cases, "gestion1", CREATE_CONTRACT, fixtures::contract_request(1), [
            event_title: s(text) => "CONTROL_CHARACTER",
        ]);
        invalid_values!(cases, "commercial1", CREATE_EVENT, fixtures::event_request(2), [
            location: s(text) => "CONTROL_CHARACTER",
        ]);
        invalid_values!(cases, "commercial1", UPDATE_CLIENT, fixtures::client_update(1), [
            name: Some(s(text)) => "CONTROL_CHARACTER",
        ]);
    }
    for text in ["a\0b", "\u{7}", "a\u{1b}[31mb"] {
        invalid_values!(cases, "commercial1", CREATE_EVENT, fixtures::event_request(2), [
            note: s(text) => "CONTROL_CHARACTER",
        ]);
        invalid_values!(cases, "support1", UPDATE_EVENT, fixtures::event_update(1), [
            note: Some(s(text)) => "CONTROL_CHARACTER",
        ]);
        invalid_values!(cases, "support1", LIST_EVENTS, ListEventsRequest::default(), [
            query: s(text) => "CONTROL_CHARACTER",
        ]);
    }
    for text in [
        "",
        " ",
        "\t\n",
        "\u{a0}",
        "\u{3000}",
        "\u{200b}",
        "\u{feff}",
        "\u{3164}",
        "\u{2060}",
        "\u{202e}\u{202c}",
        "\u{ad} \u{fe0f}",
    ] {
        invalid_values!(cases, "commercial1", CREATE_CLIENT, fixtures::client_request(), [
            name: s(text) => "MISSING",
            email: s(text) => "MISSING",
            phone: s(text) => "MISSING",
            company: s(text) => "MISSING",
        ]);
    }
    invalid_values!(cases, "commercial1", CREATE_CLIENT, fixtures::client_request(), [
        name: "é".repeat(121) => "TOO_LONG",
        company: "é".repeat(201) => "TOO_LONG",
        email: format!("{}@example.org", "a".repeat(250)) => "TOO_LONG",
        phone: "1".repeat(41) => "TOO_LONG",
    ]);
    invalid_values!(cases, "gestion1", CREATE_CONTRACT, fixtures::contract_request(1), [
        event_title: "x".repeat(201) => "TOO_LONG",
    ]);
    invalid_values!(cases, "commercial1", CREATE_EVENT, fixtures::event_request(2), [
        location: "x".repeat(301) => "TOO_LONG",
        note: "x".repeat(4_001) => "TOO_LONG",
        note: "x".repeat(250_000) => "TOO_LONG",
    ]);
    invalid_values!(cases, "gestion1", LIST_CLIENTS, ListClientsRequest::default(), [
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
        invalid_values!(cases, "commercial1", CREATE_CLIENT, fixtures::client_request(), [
            email: s(email) => "NOT_AN_EMAIL",
        ]);
        invalid_values!(cases, "gestion1", CREATE_COLLABORATOR, fixtures::collaborator_request(), [
            email: s(email) => "NOT_AN_EMAIL",
        ]);
    }
    for phone in [
        "1",
        "call me",
        "1234567890123456",
        "12+34567",
        "++123456",
        "+",
        "12 34 ext",
        "112\t15",
        "1234;drop table",
        "01\u{2028}23456",
    ] {
        invalid_values!(cases, "commercial1", CREATE_CLIENT, fixtures::client_request(), [
            phone: s(phone) => "NOT_A_PHONE",
        ]);
    }
    for text in ["\u{2800}", "\u{301}", "\u{903}"] {
        invalid_values!(cases, "commercial1", CREATE_CLIENT, fixtures::client_request(), [
            name: s(text) => "MISSING",
            company: s(text) => "MISSING",
        ]);
    }
    assert_refused(cases).await;
}
