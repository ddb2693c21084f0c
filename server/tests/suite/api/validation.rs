//! Invalid requests as tables of cases: each is refused with a reason and the fields at fault, none
//! is an internal error, and the server continues to run.

#![allow(clippy::needless_pass_by_value)] // Cases build their message in the argument.
#![allow(clippy::field_reassign_with_default)] // The field is an argument of a macro.

use std::collections::BTreeSet;

use epic_events::{policy::Rpc, reason::Reason};
use prost::Message;

use crate::support::{errors::well_formed_error, server::TestServer};

/// An invalid request, the reason of its refusal, and the code of each field at fault.
struct Case {
    account: &'static str,
    rpc: Rpc,
    description: String,
    body: Vec<u8>,
    reason: Reason,
    fields: Vec<(&'static str, &'static str)>,
}

fn refused<M: Message + std::fmt::Debug>(
    account: &'static str,
    rpc: Rpc,
    message: M,
    reason: Reason,
    fields: &[(&'static str, &'static str)],
) -> Case {
    let mut description = format!("{message:?}");
    if let Some((end, _)) = description.char_indices().nth(600) {
        description.truncate(end);
    }
    Case {
        account,
        rpc,
        description,
        body: message.encode_to_vec(),
        reason,
        fields: fields.to_vec(),
    }
}

async fn assert_refused(cases: Vec<Case>) {
    let server = TestServer::with_sample_records().await;
    let mut callers = Vec::new();
    for account in ["gestion1", "commercial1", "support1"] {
        callers.push((account, server.login(account).await));
    }
    for case in cases {
        let caller = callers.iter().find(|(account, _)| *account == case.account);
        let (_, caller) = caller.expect("an account of the fixtures");
        let name = format!(
            "{} by {}: {}",
            case.rpc.name(),
            case.account,
            case.description
        );
        let reply = server.call_raw(caller, case.rpc, case.body).await;
        let Err(status) = reply else {
            panic!("{name} was not refused");
        };
        let error = well_formed_error(&status);
        let fields: Vec<_> = error
            .fields
            .iter()
            .map(|error| (error.field.as_str(), error.code.as_str()))
            .collect();
        assert_eq!((error.reason, fields), (case.reason, case.fields), "{name}");
    }
    server.shutdown().await;
}

/// Asserts that each of these request fields is at fault in a case: the path of an RPC and the name of
/// a field.
fn assert_every_field_has_a_case(cases: &[Case], mut missing: BTreeSet<(String, String)>) {
    for case in cases {
        for (field, _) in &case.fields {
            missing.remove(&(case.rpc.path().to_owned(), (*field).to_owned()));
        }
    }
    assert_eq!(missing, BTreeSet::new(), "fields without a case");
}

/// Adds a case for each invalid value of a field of an otherwise valid message.
macro_rules! invalid_values {
    ($cases:ident, $account:literal, $rpc:ident, $message:expr,
     [$($field:ident: $value:expr => $code:literal,)*]) => {$({
        let mut message = $message;
        message.$field = $value;
        $cases.push(refused(
            $account, policy::$rpc, message, InvalidField, &[(stringify!($field), $code)],
        ));
    })*};
}

fn s(text: &str) -> String {
    text.to_owned()
}

mod accounts;
mod malformed_messages;
mod numbers;
mod record_ids;
mod related_fields;
mod request_ids_and_etags;
mod texts;
