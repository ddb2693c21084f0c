//! What the screen says while the server is away.

use epic::{app::overlay::Overlay, messages::Lang};

use crate::support::test_client::TestClient;

/// A client whose server has gone away.
fn offline(lang: Lang, size: (u16, u16), keys: &str) -> TestClient {
    let mut client = TestClient::new(lang, size);
    client.keys("<f1><enter>");
    client.keys(keys);
    client.server.unavailable = true;
    client.server.outage_detail =
        "It is away for a while, and nobody knows how long that will take.";
    client.keys("r");
    client
}

#[test]
fn the_cause_does_not_cover_an_open_record() {
    for (lang, size) in [
        (Lang::En, (80, 24)),
        (Lang::Fr, (60, 16)),
        (Lang::Fr, (109, 28)),
    ] {
        let client = offline(lang, size, "3<enter>");
        let screen = client.screen();
        let frames = |corner| screen.lines().filter(|it| it.contains(corner)).count();
        assert_eq!((frames('╭'), frames('╰')), (1, 1), "{screen}");
        let lower = screen.lines().find(|it| it.contains('╰')).unwrap();
        assert!(lower.contains('╯'), "{screen}");
        assert!(!lower.contains("away"), "{screen}");
        let band = screen.lines().find(|it| it.contains(" ! ")).unwrap();
        assert!(band.contains("The"), "{screen}");
    }
}

#[test]
fn an_assignment_that_waits_for_the_server_says_so() {
    for (lang, waits) in [
        (Lang::En, "The assignment waits for the server"),
        (Lang::Fr, "L’affectation attend le serveur"),
    ] {
        let mut client = TestClient::signed_in(lang, (80, 24), '1');
        client.keys("4a");
        client.server.unavailable = true;
        client.keys("<down><enter>");
        if matches!(client.model.overlays.front(), Some(Overlay::Confirm(_))) {
            client.keys("<ctrl-y>");
        }
        let screen = client.screen();
        let text = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(waits), "{screen}");
        let line = |screen: &str| {
            let lines: Vec<_> = screen.lines().map(str::to_owned).collect();
            lines.into_iter().find(|it| it.contains("│▌"))
        };
        let enter = client.model.messages.get("key-choose");
        assert!(!screen.contains(&format!("Enter {enter}")), "{screen}");
        let chosen = line(&screen);
        client.keys("<down><down>x");
        assert_eq!(line(&client.screen()), chosen, "keys have no effect");
        client.keys("<esc>");
        assert!(!client.screen().contains(waits));
    }
}

/// Rows of another search would look like its results.
#[test]
fn a_search_without_a_server_shows_no_other_rows() {
    let mut client = offline(Lang::En, (120, 30), "2");
    let name = client.model.selected().unwrap().name().to_owned();
    assert!(client.screen().contains(&name), "{}", client.screen());
    client.keys("/zzz");
    client.run_timers();
    let screen = client.screen();
    assert!(screen.contains("Not loaded: no connection."), "{screen}");
    assert!(!screen.contains(&name), "{screen}");
    client.keys("<esc>");
    let screen = client.screen();
    assert!(screen.contains(&name), "{screen}");
}
