//! The scenarios of the screens: the account, the state of the server, the keys.

use epic::{
    api::{Change, ChangeEvent},
    app::Msg,
    messages::Lang,
    record::Record,
};
use epic_events::{reason::Reason, v1::RecordType};

use crate::{
    history,
    support::{fake_server::FakeServer, records::KARIM, test_client::TestClient},
};

/// Columns and rows of a small and of a wide terminal; the record pane needs the wide one.
pub(crate) const SMALL: (u16, u16) = (80, 24);
pub(crate) const WIDE: (u16, u16) = (120, 30);

/// The steps that lead to a screen.
#[derive(Clone, Copy)]
pub(crate) struct Scenario {
    /// Name of the snapshots.
    pub(crate) name: &'static str,
    /// Digit of the demo account that signs in; a space for none.
    account: char,
    /// The server at the start.
    server: fn() -> FakeServer,
    /// Runs after the login.
    before_keys: fn(&mut TestClient),
    /// The keys after the login.
    keys: &'static str,
    /// Runs after the keys.
    after_keys: fn(&mut TestClient),
    /// The sizes of the snapshots.
    pub(crate) sizes: &'static [(u16, u16)],
    /// Whether the snapshots show only the popup, because the list behind it does not matter.
    pub(crate) popup_only: bool,
}

pub(crate) const fn screen(name: &'static str, account: char, keys: &'static str) -> Scenario {
    Scenario {
        name,
        account,
        server: FakeServer::default,
        before_keys: |_| {},
        keys,
        after_keys: |_| {},
        sizes: &[SMALL, WIDE],
        popup_only: false,
    }
}

const fn popup(name: &'static str, account: char, keys: &'static str) -> Scenario {
    Scenario {
        popup_only: true,
        ..screen(name, account, keys)
    }
}

impl Scenario {
    /// The same scenario with a history of every record.
    pub(crate) const fn with_history(self) -> Self {
        Self {
            server: with_history,
            ..self
        }
    }

    /// The client on the screen of the scenario.
    pub(crate) fn run(&self, lang: Lang, size: (u16, u16)) -> TestClient {
        self.run_with(lang, size, Vec::new())
    }

    /// Runs the scenario with these records on the server in addition to its own.
    pub(crate) fn run_with(
        &self,
        lang: Lang,
        size: (u16, u16),
        records: Vec<Record>,
    ) -> TestClient {
        let mut client = TestClient::new(lang, size);
        client.server = (self.server)();
        client.server.saved.extend(records);
        if self.account != ' ' {
            client.keys(&format!("<f{}><enter>", self.account));
        }
        (self.before_keys)(&mut client);
        client.keys(self.keys);
        (self.after_keys)(&mut client);
        client.run_timers();
        client
    }
}

/// All scenarios.
pub(crate) fn all() -> impl Iterator<Item = &'static Scenario> {
    [
        LOGIN, LISTS, MENUS, FORMS, PASSWORDS, CONFLICTS, PICK_LISTS, DELETION, SESSIONS, HISTORY,
        OFFLINE,
    ]
    .into_iter()
    .flatten()
}

fn change_of_karim(deleted: bool) -> Msg {
    Msg::Changes(vec![ChangeEvent::Change(Change {
        deleted,
        record: RecordType::Collaborator,
        id: KARIM,
        etag: "2".to_owned(),
        actor: "Sofia Rossi".to_owned(),
    })])
}

pub(crate) const LOGIN: &[Scenario] = &[
    screen("login", ' ', ""),
    screen("signed-out", '1', "<log-out>"),
    screen("login-failed", ' ', "nobody@epic.example<tab>wrong<enter>"),
    Scenario {
        server: too_many_attempts,
        after_keys: |client| client.advance(3),
        ..screen("throttled-login", '1', "")
    },
];

fn too_many_attempts() -> FakeServer {
    FakeServer {
        error: Some(Reason::TooManyAttempts),
        ..FakeServer::default()
    }
}

pub(crate) const LISTS: &[Scenario] = &[
    screen("collaborators", '1', "1"),
    screen("clients", '2', "2<down><down>"),
    screen("contracts", '1', "3<down>"),
    screen("events", '3', "4"),
    screen("search", '1', "3/mar"),
    screen("search-without-match", '1', "3/zzz"),
    Scenario {
        before_keys: |client| client.holds_responses = true,
        after_keys: |client| client.advance(1),
        ..screen("loading", '1', "3")
    },
    screen("filtered", '1', "3f<down><enter>"),
    screen("record", '1', "3<down><enter>"),
];

pub(crate) const MENUS: &[Scenario] = &[
    screen("filters", '1', "3f"),
    screen("orders", '1', "3s"),
    screen("related-records", '1', "3g"),
    screen("palette", '1', ":mar"),
    screen("help", '1', "?"),
];

pub(crate) const FORMS: &[Scenario] = &[
    screen("new-client", '2', "2nZoé Lefèvre<tab><tab>zoe<tab>"),
    screen("new-contract", '1', "3n"),
    screen("edit-contract-commercial", '2', "3<down>e"),
    screen(
        "new-event",
        '2',
        "4n<enter><down><enter>12/9 18h<tab>12/9 17h<tab>Parc floral, Paris<tab>250<tab>Buffet",
    ),
    screen(
        "new-client-errors",
        '2',
        "2nZoé<tab><tab>zoe<tab>12<ctrl-s>",
    ),
    screen("calendar", '1', "3n<tab><tab><tab><tab><f4>"),
    screen("edit-collaborator", '1', "1<down>e<tab><tab><tab> "),
    Scenario {
        sizes: &[SMALL],
        ..screen("edit-event", '3', "4<down><down>e<tab><tab>")
    },
    screen("discard-form", '2', "2nZoé<esc>"),
];

pub(crate) const PASSWORDS: &[Scenario] = &[
    screen("own-password", '1', "p<tab>short<tab>shorter<tab>"),
    screen("own-password-empty", '1', "p<tab>"),
    screen("own-password-weak", '1', "p<tab>alicemartin1"),
    screen("own-password-refused", '1', "p<tab>passwordpassword<tab>"),
    screen("own-password-strong", '1', "p<tab>plume d’oie, encre"),
    Scenario {
        server: || FakeServer {
            one_time: true,
            ..FakeServer::default()
        },
        ..screen("password-change-required", '1', "")
    },
    Scenario {
        before_keys: |client| client.server = too_many_attempts(),
        ..screen(
            "throttled-password",
            '1',
            "pnot it<tab>plume d’oie, encre<tab>plume d’oie, encre<ctrl-s>",
        )
    },
];

pub(crate) const CONFLICTS: &[Scenario] = &[
    Scenario {
        server: || FakeServer {
            outdated: true,
            ..FakeServer::default()
        },
        ..screen(
            "conflict",
            '1',
            "3<down>e<tab>Mariage<tab><tab><ctrl-u>100<ctrl-s>",
        )
    },
    Scenario {
        after_keys: |client| client.send(change_of_karim(false)),
        ..screen("edit-saved-elsewhere", '1', "1<down>e")
    },
    Scenario {
        after_keys: |client| client.send(change_of_karim(true)),
        ..screen("edit-deleted-elsewhere", '1', "1<down>e")
    },
    Scenario {
        after_keys: |client| client.send(change_of_karim(true)),
        ..screen("deleted-elsewhere", '1', "1<down>")
    },
];

pub(crate) const PICK_LISTS: &[Scenario] = &[
    popup("pick-support", '1', "4a"),
    popup("pick-support-assigned", '1', "4<down>a"),
    popup("pick-support-busy", '1', "4aroy<enter>"),
    Scenario {
        server: || FakeServer {
            overlap_error: Some(Reason::Busy),
            ..FakeServer::default()
        },
        ..popup("pick-support-unchecked", '1', "4aroy<enter>")
    },
    popup(
        "event-overlap",
        '3',
        "4<down><down><down>e<ctrl-u>10/09/2026 20:00<tab><ctrl-u>10/09/2026 21:00<ctrl-s>",
    ),
    popup(
        "event-long",
        '3',
        "4<down><down><down>e<ctrl-u>20/12/2026 18:00<tab><ctrl-u>30/12/2026 23:00<ctrl-s>",
    ),
    screen("pick-commercial", '1', "2a"),
    screen("pick-client", '1', "3n<enter>"),
];

pub(crate) const DELETION: &[Scenario] = &[
    screen("delete-collaborator", '1', "1<down>d"),
    screen("delete-unassigned", '1', "1<end><up><up>d"),
    screen("delete-own-account", '1', "1<home>d"),
    screen("delete-with-successor", '1', "1<down>ds<enter>"),
    screen("one-time-password", '1', "1<down>w<ctrl-y>"),
];

pub(crate) const SESSIONS: &[Scenario] = &[
    screen("sessions", '1', "2o<down>"),
    screen("sessions-of-collaborator", '1', "1<down>o"),
    screen("sessions-empty", '1', "1<down><down>o"),
    screen("end-session", '1', "2o<down><enter>"),
    screen("end-current-session", '1', "2od"),
    Scenario {
        before_keys: |client| client.server.error = Some(Reason::UnknownRpc),
        ..screen("sessions-error", '1', "2o")
    },
    Scenario {
        before_keys: |client| client.server.unavailable = true,
        ..screen("sessions-offline", '1', "2o")
    },
];

fn with_history() -> FakeServer {
    FakeServer {
        history: history::contract(),
        ..FakeServer::default()
    }
}

pub(crate) const HISTORY: &[Scenario] = &[
    Scenario {
        server: with_history,
        ..screen("history", '1', "3<down>v<down>")
    },
    Scenario {
        server: with_history,
        ..screen("history-entry", '1', "3<down>v<down><down><down><enter>")
    },
    screen("history-empty", '1', "3<down>v"),
];

/// The detail of an outage, which does not fit into the status line.
pub(crate) const OUTAGE_DETAIL: &str = "It is for crm.example.org, www.example.org and 2 more, \
    issued by Let’s Encrypt R13, and valid from 3 Jun 2026 09:41 to 1 Sep 2026 09:41. The clock of \
    this computer says 7 Sep 2026 10:30.";

fn refuse_certificate(client: &mut TestClient) {
    client.server.unavailable = true;
    client.server.outage_detail = OUTAGE_DETAIL;
}

pub(crate) const OFFLINE: &[Scenario] = &[
    Scenario {
        before_keys: refuse_certificate,
        sizes: &[SMALL, WIDE, (60, 16)],
        ..screen("certificate-refused", '1', "3r")
    },
    Scenario {
        before_keys: refuse_certificate,
        sizes: &[SMALL, WIDE, (60, 16)],
        ..screen(
            "login-certificate-refused",
            ' ',
            "alice@epic.example<tab>a password<enter>",
        )
    },
    Scenario {
        before_keys: |client| client.server.unavailable = true,
        ..screen("offline", '1', "3r")
    },
    Scenario {
        after_keys: |client| {
            client.server.unavailable = true;
            client.keys("<ctrl-s>");
        },
        ..screen(
            "save-offline",
            '2',
            "2nZoé<tab>Petit SA<tab>zoe@petit.fr<tab>0102030405",
        )
    },
    Scenario {
        before_keys: |client| client.server.unavailable = true,
        ..screen("signed-out-offline", '1', "<log-out>")
    },
    Scenario {
        sizes: &[(60, 16)],
        ..screen("narrow-form", '1', "3n<tab><tab><tab><tab><tab>")
    },
    Scenario {
        sizes: &[(60, 16)],
        ..screen("narrow-filters", '2', "3f<down> <down> <enter>")
    },
    Scenario {
        sizes: &[(50, 12)],
        ..screen("too-small", '1', "")
    },
];
