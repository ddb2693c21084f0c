//! Snapshots of every screen, at both sizes and in both languages.

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

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// Draws the same thing at both sizes in both languages.
fn shows(name: &str, who: char, keys: &str) {
    shows_after(name, who, FakeServer::default, |client| {
        client.keys(keys);
    });
}

fn shows_after(name: &str, who: char, server: fn() -> FakeServer, act: impl Fn(&mut TestClient)) {
    for lang in Lang::ALL {
        for size in SIZES {
            let mut client = TestClient::new(lang, size);
            client.server = server();
            if who != ' ' {
                client.keys(&format!("{who}<enter>"));
            }
            act(&mut client);
            client.wait();
            let name = format!("{name}-{}-{}x{}", lang.code(), size.0, size.1);
            insta::assert_snapshot!(name, client.screen());
        }
    }
}

#[test]
fn login() {
    shows("login", ' ', "");
    shows("signed-out", '1', "<ctrl-l>");
    shows("login-wrong", ' ', "nobody@epic.example<tab>wrong<enter>");
}

#[test]
fn lists() {
    shows("collaborators", '1', "1");
    shows("clients", '2', "2<down><down>");
    shows("contracts", '1', "3<down>");
    shows("events", '3', "4");
    shows("search", '1', "3/mar");
    shows("filtered", '1', "3f<down><enter>");
    shows("record", '1', "3<down><enter>");
}

#[test]
fn menus() {
    shows("filters", '1', "3f");
    shows("orders", '1', "3s");
    shows("go", '1', "3g");
}

#[test]
fn forms() {
    shows("new-client", '2', "2nZoé Lefèvre<tab><tab>zoe<tab>");
    shows("new-contract", '1', "3n");
    shows("edit-contract-commercial", '2', "3<down>e");
    shows(
        "new-event",
        '2',
        "4n<enter><down><enter>12/9 18h<tab>12/9 17h<tab>Parc floral, Paris<tab>250<tab>Buffet",
    );
    shows("calendar", '2', "4n<tab><ctrl-k>");
    shows("edit-collaborator", '1', "1<down>e<tab><tab><tab> ");
    shows("edit-event", '3', "4<down><down>e<tab><tab>");
    shows("own-password", '1', "p<tab>short<tab>shorter<tab>");
    shows("own-password-empty", '1', "p<tab>");
    shows("own-password-weak", '1', "p<tab>alicemartin1");
    shows("own-password-refused", '1', "p<tab>passwordpassword<tab>");
    shows("own-password-strong", '1', "p<tab>plume d’oie, encre");
    shows("discard", '2', "2nZoé<esc>");
}

#[test]
fn a_one_time_password() {
    let server = || FakeServer {
        one_time: true,
        ..FakeServer::default()
    };
    shows_after("must-change", '1', server, |_| {});
}

#[test]
fn too_many_wrong_passwords() {
    let server = || FakeServer {
        refuses: Some(Reason::TooManyAttempts),
        ..FakeServer::default()
    };
    shows_after("throttled-login", '1', server, |client| client.pass(3));
    shows_after("throttled-password", '1', FakeServer::default, |client| {
        client.server = server();
        client.keys("pnot it<tab>plume d’oie, encre<tab>plume d’oie, encre<ctrl-s>");
    });
}

#[test]
fn a_conflict() {
    let server = || FakeServer {
        outdated: true,
        ..FakeServer::default()
    };
    shows_after("conflict", '1', server, |client| {
        client.keys("3<down>e<tab>Mariage<tab><tab><ctrl-u>100<ctrl-s>");
    });
}

#[test]
fn pick_lists() {
    shows("pick-support", '1', "4a");
    shows("pick-support-again", '1', "4<down>a");
    shows("pick-support-busy", '1', "4aroy<enter>");
    shows("pick-commercial", '1', "2a");
    shows("pick-client", '1', "3n<enter>");
}

#[test]
fn deletions_and_one_time_passwords() {
    shows("removal", '1', "1<down>d");
    shows("removal-nothing", '1', "1<end><up><up>d");
    shows("removal-oneself", '1', "1<home>d");
    shows("removal-successor", '1', "1<down>d<enter><enter>");
    shows("secret", '1', "1<down>w<enter>");
}

#[test]
fn sessions() {
    shows("sessions", '1', "2o<down>");
    shows("sessions-of-a-colleague", '1', "1<down>o");
    shows("sessions-none", '1', "1<down><down>o");
    shows("sessions-end", '1', "2o<down><enter>");
    shows("sessions-end-here", '1', "2od");
    shows_after("sessions-refused", '1', FakeServer::default, |client| {
        client.server.refuses = Some(Reason::UnknownRpc);
        client.keys("2o");
    });
    shows_after("sessions-away", '1', FakeServer::default, |client| {
        client.server.away = true;
        client.keys("2o");
    });
}

#[test]
fn palette_and_help() {
    shows("palette", '1', ":mar");
    shows("help", '1', "?");
}

#[test]
fn the_server_is_offline() {
    shows_after("away", '1', FakeServer::default, |client| {
        client.server.away = true;
        client.keys("3r");
    });
}

/// The whole trace can be read out, also where there is little room.
#[test]
fn a_defect_of_the_server_is_shown_with_its_trace() {
    for lang in Lang::ALL {
        for size in [(60, 16), (80, 24), (120, 40)] {
            let mut client = TestClient::signed_in(lang, size, '1');
            client.server.refuses = Some(Reason::Internal);
            client.keys("3<down>e<tab>Mariage<ctrl-s>");
            let screen = client.screen();
            assert!(screen.contains(A_TRACE), "{size:?}:\n{screen}");
        }
    }
}

#[test]
fn histories() {
    let server = || FakeServer {
        history: history::contract(),
        ..FakeServer::default()
    };
    shows_after("history", '1', server, |client| {
        client.keys("3<down>v<down>");
    });
    shows_after("history-in-full", '1', server, |client| {
        client.keys("3<down>v<down><down><down><enter>");
    });
    shows("history-none", '1', "3<down>v");
}

#[test]
fn changes_by_others() {
    let change = |deleted| {
        ChangeEvent::Change(Change {
            deleted,
            record: RecordType::Collaborator,
            id: KARIM,
            etag: "2".to_owned(),
            actor: "Sofia Rossi".to_owned(),
        })
    };
    for (name, deleted, keys) in [
        ("saved-meanwhile", false, "1<down>e"),
        ("deleted-meanwhile", true, "1<down>e"),
        ("gone", true, "1<down>"),
    ] {
        shows_after(name, '1', FakeServer::default, |client| {
            client.keys(keys);
            client.send(Msg::Changes(vec![change(deleted)]));
        });
    }
}

#[test]
fn a_small_window() {
    for (name, keys) in [
        ("form", "4n<tab><tab><tab><tab><tab>"),
        ("filters", "3f<down> <down> <enter>"),
    ] {
        let mut client = TestClient::signed_in(Lang::En, (60, 16), '2');
        client.keys(keys);
        insta::assert_snapshot!(format!("little-room-{name}"), client.screen());
    }
}

#[test]
fn a_save_waits() {
    shows_after("save-waits", '2', FakeServer::default, |client| {
        client.keys("2nZoé<tab>Petit SA<tab>zoe@petit.fr<tab>0102030405");
        client.server.away = true;
        client.keys("<ctrl-s>");
    });
}

#[test]
fn a_window_too_small() {
    let mut client = TestClient::signed_in(Lang::En, (50, 12), '1');
    insta::assert_snapshot!("too-small-en-50x12", client.screen());
    client.send(epic::app::Msg::Resize(80, 24));
    assert!(client.screen().contains("Epic Events") || client.screen().contains("Clients"));
}
