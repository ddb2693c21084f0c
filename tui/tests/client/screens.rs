//! Snapshots of whole screens, in English. `translations.rs` checks the other languages on the same
//! screens, message by message.
//!
//! Only `events`, `new-event` and `edit-event` show the fields of an event: a new field changes
//! these five snapshots.

use epic::{
    app::Msg,
    client::{Change, ChangeEvent},
    messages::Lang,
};
use epic_events::{reason::Reason, v1::RecordType};

use crate::{
    history,
    support::{
        fake_server::{A_TRACE, FakeServer},
        records::KARIM,
        test_client::TestClient,
    },
};

/// Columns and rows of a small and of a wide terminal; the record pane needs the wide one.
const SMALL: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 30);

/// How a screen is reached.
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
    sizes: &'static [(u16, u16)],
    /// Whether the snapshots show only the popup, because the list behind it does not matter.
    popup_only: bool,
}

const fn screen(name: &'static str, account: char, keys: &'static str) -> Scenario {
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
    /// The client on the screen of the scenario.
    pub(crate) fn run(&self, lang: Lang, size: (u16, u16)) -> TestClient {
        let mut client = TestClient::new(lang, size);
        client.server = (self.server)();
        if self.account != ' ' {
            client.keys(&format!("{}<enter>", self.account));
        }
        (self.before_keys)(&mut client);
        client.keys(self.keys);
        (self.after_keys)(&mut client);
        client.run_timers();
        client
    }

    fn snapshot(&self) {
        for &size in self.sizes {
            let screen = self.run(Lang::En, size).screen();
            let shown = if self.popup_only {
                popup_of(&screen)
            } else {
                screen
            };
            insta::assert_snapshot!(format!("{}-{}x{}", self.name, size.0, size.1), shown);
        }
    }
}

/// The framed popup in the foreground of a screen: the one whose top is the lowest and rightmost.
fn popup_of(screen: &str) -> String {
    let rows: Vec<Vec<char>> = screen.lines().map(|line| line.chars().collect()).collect();
    let last = |row: &[char], corner| row.iter().rposition(|&c| c == corner);
    let tops = rows.iter().enumerate();
    let mut tops = tops.filter_map(|(y, row)| Some((y, last(row, '╭')?)));
    let (top, left) = tops.next_back().unwrap();
    let height = rows[top..].iter().position(|row| row[left] == '╰').unwrap();
    let popup = &rows[top..=top + height];
    let width = popup[height][left..]
        .iter()
        .position(|&c| c == '╯')
        .unwrap();
    let line = |row: &Vec<char>| row[left..=left + width].iter().collect::<String>();
    popup.iter().map(|row| line(row) + "\n").collect()
}

fn snapshots(scenarios: &[Scenario]) {
    for scenario in scenarios {
        scenario.snapshot();
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

const LOGIN: &[Scenario] = &[
    screen("login", ' ', ""),
    screen("signed-out", '1', "<ctrl-l>"),
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

#[test]
fn login() {
    snapshots(LOGIN);
}

const LISTS: &[Scenario] = &[
    screen("collaborators", '1', "1"),
    screen("clients", '2', "2<down><down>"),
    screen("contracts", '1', "3<down>"),
    screen("events", '3', "4"),
    screen("search", '1', "3/mar"),
    screen("filtered", '1', "3f<down><enter>"),
    screen("record", '1', "3<down><enter>"),
];

#[test]
fn lists() {
    snapshots(LISTS);
}

const MENUS: &[Scenario] = &[
    screen("filters", '1', "3f"),
    screen("orders", '1', "3s"),
    screen("related-records", '1', "3g"),
    screen("palette", '1', ":mar"),
    screen("help", '1', "?"),
];

#[test]
fn menus_palette_and_help() {
    snapshots(MENUS);
}

const FORMS: &[Scenario] = &[
    screen("new-client", '2', "2nZoé Lefèvre<tab><tab>zoe<tab>"),
    screen("new-contract", '1', "3n"),
    screen("edit-contract-commercial", '2', "3<down>e"),
    screen(
        "new-event",
        '2',
        "4n<enter><down><enter>12/9 18h<tab>12/9 17h<tab>Parc floral, Paris<tab>250<tab>Buffet",
    ),
    screen("calendar", '1', "3n<tab><tab><tab><tab><ctrl-k>"),
    screen("edit-collaborator", '1', "1<down>e<tab><tab><tab> "),
    Scenario {
        sizes: &[SMALL],
        ..screen("edit-event", '3', "4<down><down>e<tab><tab>")
    },
    screen("discard-form", '2', "2nZoé<esc>"),
];

#[test]
fn forms() {
    snapshots(FORMS);
}

const PASSWORDS: &[Scenario] = &[
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

#[test]
fn passwords() {
    snapshots(PASSWORDS);
}

const CONFLICTS: &[Scenario] = &[
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

#[test]
fn changes_by_other_collaborators() {
    snapshots(CONFLICTS);
}

const PICK_LISTS: &[Scenario] = &[
    popup("pick-support", '1', "4a"),
    popup("pick-support-assigned", '1', "4<down>a"),
    popup("pick-support-busy", '1', "4aroy<enter>"),
    screen("pick-commercial", '1', "2a"),
    screen("pick-client", '1', "3n<enter>"),
];

#[test]
fn pick_lists() {
    snapshots(PICK_LISTS);
}

const DELETION: &[Scenario] = &[
    screen("delete-collaborator", '1', "1<down>d"),
    screen("delete-unassigned", '1', "1<end><up><up>d"),
    screen("delete-own-account", '1', "1<home>d"),
    screen("delete-with-successor", '1', "1<down>d<enter><enter>"),
    screen("one-time-password", '1', "1<down>w<enter>"),
];

#[test]
fn deletions_and_one_time_passwords() {
    snapshots(DELETION);
}

const SESSIONS: &[Scenario] = &[
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

#[test]
fn sessions() {
    snapshots(SESSIONS);
}

fn with_history() -> FakeServer {
    FakeServer {
        history: history::contract(),
        ..FakeServer::default()
    }
}

const HISTORY: &[Scenario] = &[
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

#[test]
fn histories() {
    snapshots(HISTORY);
}

const OFFLINE: &[Scenario] = &[
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

#[test]
fn offline_and_small_screens() {
    snapshots(OFFLINE);
}

#[test]
fn a_screen_that_was_too_small_is_drawn_after_a_resize() {
    let mut client = TestClient::signed_in(Lang::En, (50, 12), '1');
    client.send(Msg::Resize(80, 24));
    assert!(client.screen().contains("Clients"));
}

/// The trace of an internal error is complete, even on the smallest screen.
#[test]
fn an_internal_error_is_displayed_with_its_trace() {
    for lang in Lang::ALL {
        for size in [(60, 16), SMALL, WIDE] {
            let mut client = TestClient::signed_in(lang, size, '1');
            client.server.error = Some(Reason::Internal);
            client.keys("3<down>e<tab>Mariage<ctrl-s>");
            let screen = client.screen();
            assert!(screen.contains(A_TRACE), "{size:?}:\n{screen}");
        }
    }
}
