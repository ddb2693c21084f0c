//! The rights as a table. A change of rights shows up in its diff.

use std::fmt::Write as _;

use epic_events::{
    policy::{Access, Grant, POLICY, Rows, Rpc},
    role::role_name,
    v1::Role,
};

use crate::rights::{NOT_FIELDS, described};

/// The fields of a call's request that people fill in.
fn fields(rpc: Rpc, grant: Grant) -> Vec<String> {
    match grant.fields {
        Some(fields) => fields.iter().map(|&field| field.to_owned()).collect(),
        None => described()
            .remove(rpc.path())
            .unwrap_or_default()
            .into_iter()
            .filter(|field| !NOT_FIELDS.contains(&field.as_str()))
            .collect(),
    }
}

#[test]
fn who_may_do_what() {
    let mut printed = String::new();
    for &(rpc, access) in POLICY {
        let mut line = |who: &str, rows: &str, fields: &str| {
            let path = rpc
                .path()
                .trim_start_matches('/')
                .trim_start_matches("epic.v1.");
            let line = format!("{path:<57}{who:<12}{rows:<12}{fields}");
            writeln!(printed, "{}", line.trim_end()).expect("to print");
        };
        match access {
            Access::Public => line("anybody", "", ""),
            Access::Session => line(
                "signed in",
                "",
                "also before a handed-out password is changed",
            ),
            Access::Everyone => line("signed in", "", ""),
            Access::Granted { .. } => {
                for role in [Role::Gestion, Role::Commercial, Role::Support] {
                    let Some(grant) = access.grant(role) else {
                        continue;
                    };
                    let rows = match grant.rows {
                        Rows::Any => "any",
                        Rows::Own => "own",
                        Rows::Unassigned => "nobody's",
                    };
                    line(role_name(role), rows, &fields(rpc, grant).join(", "));
                }
            }
        }
    }
    insta::assert_snapshot!(printed);
}
