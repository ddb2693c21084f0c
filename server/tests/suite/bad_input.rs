//! Bad input, as a table: what is sent, why it is refused, and which fields that is about. Never
//! an internal error, and the server goes on.

#![allow(clippy::needless_pass_by_value)] // A message reads best where it is made.
#![allow(clippy::field_reassign_with_default)] // The field is a macro's argument.

use epic_events::{policy::Rpc, reason::Reason};
use prost::Message;

use crate::{furniture::FURNITURE, house::House, wire::well_formed};

/// Who sends what, and what comes back: the reason, and each field with what is wrong with it.
struct Case {
    who: &'static str,
    rpc: Rpc,
    told: String,
    body: Vec<u8>,
    reason: Reason,
    fields: &'static [(&'static str, &'static str)],
}

fn refused<M: Message + std::fmt::Debug>(
    who: &'static str,
    rpc: Rpc,
    message: M,
    reason: Reason,
    fields: &'static [(&'static str, &'static str)],
) -> Case {
    let mut told = format!("{message:?}");
    if let Some((end, _)) = told.char_indices().nth(600) {
        told.truncate(end);
    }
    Case {
        who,
        rpc,
        told,
        body: message.encode_to_vec(),
        reason,
        fields,
    }
}

async fn check(cases: Vec<Case>) {
    let house = House::furnished(FURNITURE).await;
    let mut signed_in = Vec::new();
    for who in ["gestion1", "commercial1", "support1"] {
        signed_in.push((who, house.login(who).await));
    }
    for case in cases {
        let caller = signed_in.iter().find(|(who, _)| *who == case.who);
        let caller = &caller.expect("one of the three").1;
        let told = format!("{} by {}: {}", case.rpc.name(), case.who, case.told);
        let reply = house.send(caller, case.rpc, case.body).await;
        let Err(status) = reply else {
            panic!("{told} was not refused");
        };
        let refusal = well_formed(&status);
        let fields: Vec<_> = refusal
            .fields
            .iter()
            .map(|problem| (problem.field.as_str(), problem.code.as_str()))
            .collect();
        assert_eq!(
            (refusal.reason, fields.as_slice()),
            (case.reason, case.fields),
            "{told}"
        );
    }
    house.close().await;
}

/// One field of a message that is right otherwise, with each of its wrong values.
macro_rules! each {
    ($cases:ident, $who:literal, $rpc:ident, $message:expr,
     [$($field:ident: $value:expr => $problem:literal,)*]) => {$({
        let mut message = $message;
        message.$field = $value;
        $cases.push(refused(
            $who, policy::$rpc, message, InvalidField, &[(stringify!($field), $problem)],
        ));
    })*};
}

fn s(text: &str) -> String {
    text.to_owned()
}

mod accounts;
mod bytes;
mod numbers;
mod records;
mod texts;
mod together;
mod versions;
