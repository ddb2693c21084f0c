//! Snapshots of whole screens, in English. `translations.rs` checks the other languages on the same
//! screens, message by message.
//!
//! A new field in the form and the record pane of an event changes four of them: `events-120x30`,
//! `new-event-80x24`, `new-event-120x30` and `edit-event-80x24`.

use epic::{app::Msg, messages::Lang, theme::Palette, view};
use epic_events::reason::Reason;
use ratatui::{Terminal, backend::TestBackend};

use crate::{
    scenarios::{self, SMALL, Scenario, WIDE},
    support::{
        fake_server::A_TRACE,
        test_client::{TestClient, popup_of, signed_in},
    },
};

fn snapshots(scenarios: &[Scenario]) {
    for scenario in scenarios {
        for &size in scenario.sizes {
            let screen = scenario.run(Lang::En, size).screen();
            let shown = if scenario.popup_only {
                popup_of(&screen)
            } else {
                screen
            };
            insta::assert_snapshot!(format!("{}-{}x{}", scenario.name, size.0, size.1), shown);
        }
    }
}

#[test]
fn login() {
    snapshots(scenarios::LOGIN);
}

#[test]
fn lists() {
    snapshots(scenarios::LISTS);
}

#[test]
fn menus_palette_and_help() {
    snapshots(scenarios::MENUS);
}

#[test]
fn forms() {
    snapshots(scenarios::FORMS);
}

#[test]
fn passwords() {
    snapshots(scenarios::PASSWORDS);
}

#[test]
fn changes_by_other_collaborators() {
    snapshots(scenarios::CONFLICTS);
}

#[test]
fn pick_lists() {
    snapshots(scenarios::PICK_LISTS);
}

#[test]
fn deletions_and_one_time_passwords() {
    snapshots(scenarios::DELETION);
}

#[test]
fn sessions() {
    snapshots(scenarios::SESSIONS);
}

#[test]
fn histories() {
    snapshots(scenarios::HISTORY);
}

#[test]
fn offline_and_small_screens() {
    snapshots(scenarios::OFFLINE);
}

/// The terminal has a new size before the message about it arrives, as after a suspension.
#[test]
fn a_terminal_of_another_size_than_the_model_knows_is_drawn() {
    for keys in ["3", "3n", "4a", ":", "4/mar"] {
        let mut client = signed_in('1');
        client.keys(keys);
        for (width, height) in [(90, 20), (119, 40), (120, 39), (1, 1), (200, 60)] {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
            let palette = Palette::default();
            terminal
                .draw(|frame| view::draw(&client.model, &palette, frame))
                .unwrap();
        }
    }
}

#[test]
fn a_screen_that_was_too_small_is_drawn_after_a_resize() {
    let mut client = signed_in('1');
    client.send(Msg::Resize(50, 12));
    assert!(client.screen().contains("quit with Ctrl-C"));
    client.send(Msg::Resize(80, 24));
    assert!(client.screen().contains("Clients"));
}

#[test]
fn no_input_changes_what_a_small_screen_does_not_show() {
    let mut client = signed_in('2');
    client.keys("2n");
    let requests = client.requests.len();
    client.send(Msg::Resize(40, 10));
    assert!(!client.screen().contains("Ctrl-C"), "a form is open");
    client.keys("blind<tab><ctrl-s><ctrl-c>");
    client.send(Msg::Paste("blind".to_owned()));
    client.send(Msg::Scroll(1));
    client.send(Msg::Resize(80, 24));
    let screen = client.screen();
    assert!(
        screen.contains("New client") && !screen.contains("blind"),
        "{screen}"
    );
    assert!(client.model.status.is_none(), "{screen}");
    assert_eq!(client.requests.len(), requests);

    client.keys("<esc>");
    client.send(Msg::Resize(40, 10));
    client.keys("d1q<ctrl-p>");
    assert!(!client.has_quit && client.model.overlays.front().is_none());
    client.keys("<ctrl-c>");
    assert!(client.has_quit);
}

/// The cause of an outage and the time of the next attempt are complete, even on the smallest screen.
#[test]
fn a_cause_that_does_not_fit_into_the_status_line_is_displayed_in_full() {
    let cause = "https://crm.example.org:50051 ferme aussitôt la connexion, sans rien dire.";
    for lang in Lang::ALL {
        for size in [(60, 16), SMALL, WIDE] {
            for account in ['1', ' '] {
                let mut client = TestClient::new(lang, size);
                if account == '1' {
                    client.keys("<f1><enter>");
                }
                client.server.unavailable = true;
                client.server.outage_detail = cause;
                client.keys(if account == '1' { "3r" } else { "<f1><enter>" });
                let screen = client.screen().replace(['"', '│'], " ");
                let text = screen.split_whitespace().collect::<Vec<_>>().join(" ");
                for part in [cause, "The server does not answer.", "10:30:0"] {
                    assert!(text.contains(part), "{part} at {size:?}:\n{screen}");
                }
            }
        }
    }
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
