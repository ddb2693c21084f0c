//! The attacks, as a table.

use tokio::task::JoinSet;

use crate::{
    calls, connections,
    staff::{Honest, Staff},
};

/// An attack.
pub(crate) struct Attack {
    /// The attack in words, for the printed row.
    pub(crate) name: &'static str,
    /// The operation that the honest caller measures meanwhile.
    pub(crate) honest: Honest,
    /// Starts the tasks of the attack, which run until they are aborted.
    pub(crate) start: fn(&Staff, &mut JoinSet<()>),
}

/// Every attack.
pub(crate) const ATTACKS: &[Attack] = &[
    Attack {
        name: "half-sent messages without a token",
        honest: Honest::Read,
        start: connections::half_sent_without_token,
    },
    Attack {
        name: "half-sent messages with a token",
        honest: Honest::Read,
        start: connections::half_sent_with_token,
    },
    Attack {
        name: "headers without a message",
        honest: Honest::Read,
        start: connections::headers_only,
    },
    Attack {
        name: "replies that are not read",
        honest: Honest::Read,
        start: connections::unread_replies,
    },
    Attack {
        name: "5,000 connections without a call",
        honest: Honest::Read,
        start: connections::idle,
    },
    Attack {
        name: "4,000 connections with large headers",
        honest: Honest::Read,
        start: connections::large_headers,
    },
    Attack {
        name: "unfinished logins from 4,000 networks",
        honest: Honest::Login,
        start: connections::many_networks,
    },
    Attack {
        name: "incomplete headers on 4,000 connections",
        honest: Honest::Read,
        start: connections::incomplete_headers,
    },
    Attack {
        name: "headers for the compression table",
        honest: Honest::Read,
        start: connections::stored_headers,
    },
    Attack {
        name: "300 simultaneous logins",
        honest: Honest::Read,
        start: calls::logins,
    },
    Attack {
        name: "1,600 logins from 400 addresses",
        honest: Honest::Login,
        start: calls::logins_from_many_addresses,
    },
    Attack {
        name: "1,000 changes of a password",
        honest: Honest::Login,
        start: calls::password_changes,
    },
    Attack {
        name: "renewals of sessions",
        honest: Honest::Read,
        start: calls::renewals,
    },
    Attack {
        name: "cancelled searches",
        honest: Honest::Read,
        start: calls::cancelled_searches,
    },
    Attack {
        name: "120 parallel searches of an account",
        honest: Honest::Read,
        start: calls::parallel_searches,
    },
    Attack {
        name: "writes of those who lose their rights",
        honest: Honest::ResetPassword,
        start: calls::writes,
    },
];
