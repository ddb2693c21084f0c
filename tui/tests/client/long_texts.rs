//! Texts that are longer than their room, and what keeps its place beside them.

use epic::{layout::columns, messages::Lang, record::Record};
use epic_events::v1::{Client, Contract};

use crate::support::{
    fake_server::FakeServer,
    records::{clients, contracts},
    test_client::{TestClient, popup_of, popup_text},
};

/// A title that is longer than a field, and than a message beside the position.
const TITLE: &str = "Gala de la Croix-Rouge et du très très long titre, édition du cinquantenaire, Paris, au parc des expositions";

/// The languages, each on screens of 80 and of 120 columns.
fn screens() -> impl Iterator<Item = (Lang, (u16, u16))> {
    let sizes = [(80, 24), (120, 30)];
    let of = move |lang| sizes.map(|size| (lang, size));
    Lang::ALL.into_iter().flat_map(of)
}

#[test]
fn a_field_without_the_cursor_shows_its_beginning() {
    for (lang, size) in screens() {
        let mut client = TestClient::signed_in(lang, size, '2');
        client.keys("4n<enter><down><enter>25/10/2026 02:30 CET<tab>");
        let keys = format!("25/10/2026 03:30<tab>{TITLE}<tab>250 personnes<tab>");
        let form = popup_of(&client.keys(&keys).screen());
        for text in [
            " 25/10/2026 02:30 CET ",
            " Gala de la Croix-Rouge et du ",
            " 250 perso… ",
        ] {
            assert!(form.contains(text), "{text:?} at {size:?}: {form}");
        }
        client.keys("<backtab>");
        let form = popup_of(&client.screen());
        assert!(form.contains(" …ersonnes "), "{form}");
        let (before, shown) = ("<home>", " 250 perso… ");
        let form = popup_of(&client.keys(before).screen());
        assert!(form.contains(shown), "{form}");
    }
}

#[test]
fn a_long_name_leaves_the_verb_and_the_position() {
    for (lang, size) in screens() {
        let mut client = TestClient::signed_in(lang, size, '1');
        client.keys("3<down>");
        let position = match lang {
            Lang::En => "2 of ",
            Lang::Fr => "2 sur ",
        };
        client.keys(&format!("e<tab><ctrl-u>{TITLE}<ctrl-s>"));
        let screen = client.screen();
        let rows: Vec<_> = screen.lines().collect();
        let status = rows[rows.len() - 2];
        let (name, verb) = match lang {
            Lang::En => ("“Gala de la ", "…” is saved."),
            Lang::Fr => ("Enregistré\u{a0}: «\u{a0}Gala de la ", "…\u{a0}»."),
        };
        for text in [name, verb, position] {
            assert!(status.contains(text), "{text:?} at {size:?}: {status}");
        }
    }
}

/// The columns of the first and the last corner of the sheet.
fn corners(screen: &str) -> (usize, usize) {
    let top = screen.lines().find(|line| line.contains('╭')).unwrap();
    let at = |corner| top.chars().position(|it| it == corner).unwrap();
    (at('╭'), at('╮'))
}

#[test]
fn a_pick_list_over_a_form_has_its_columns() {
    for lang in Lang::ALL {
        for size in [(80, 24), (120, 30), (160, 40), (200, 50)] {
            let mut client = TestClient::signed_in(lang, size, '2');
            client.server.saved = contracts()
                .into_iter()
                .map(|contract| Contract {
                    event_title: TITLE.to_owned(),
                    ..contract
                })
                .map(Record::Contract)
                .collect();
            let form = corners(&client.keys("4n").screen());
            let list = client.keys("<enter>").screen();
            assert_eq!(corners(&list), form, "{size:?}: {list}");
        }
    }
}

#[test]
fn values_of_the_pane_begin_at_one_edge() {
    for lang in Lang::ALL {
        let mut client = TestClient::signed_in(lang, (120, 30), '1');
        client.server.saved = vec![Record::Client(Client {
            email: "magali.dupin-charron@example.com".to_owned(),
            phone: "+33 6 12 34 56 78 ext. 1234".to_owned(),
            ..clients().swap_remove(0)
        })];
        let screen = client.keys("2r").screen();
        let edges = ["magali.dupin-charron@", "example.com", "+33 6 12 34 56 78"].map(|text| {
            let line = screen.lines().find(|line| {
                // The list may show it too.
                line.chars().skip(84).collect::<String>().contains(text)
            });
            let line = line.unwrap_or_else(|| panic!("{text}: {screen}"));
            columns(&line[..line.rfind(text).unwrap()])
        });
        assert!(edges.iter().all(|edge| *edge == edges[0]), "{screen}");
    }
}

#[test]
fn a_record_found_by_what_its_list_does_not_show_has_its_number() {
    for (lang, size) in screens() {
        let mut client = TestClient::signed_in(lang, size, '1');
        client.keys(":keops").run_timers();
        let found = client.screen();
        let contract = contracts()
            .into_iter()
            .find(|it| it.client_company == "Kéops")
            .unwrap();
        let line = found.lines().find(|it| it.contains(&contract.event_title));
        let line = line.unwrap_or_else(|| panic!("{found}"));
        for text in [" · Kéops ", &contract.id.to_string()] {
            assert!(line.contains(text), "{text}: {line}");
        }
    }
}

#[test]
fn a_conflict_names_the_key_that_changes_the_value() {
    for (lang, text) in [
        (
            Lang::En,
            "Compare (Ctrl-T changes to the other value), then save again.",
        ),
        (
            Lang::Fr,
            "Comparez (Ctrl-T passe à l’autre valeur), puis enregistrez à nouveau.",
        ),
    ] {
        let mut client = TestClient::signed_in(lang, (120, 30), '1');
        client.server = FakeServer {
            outdated: true,
            ..client.server
        };
        client.keys("3<down>e<tab>Mariage<tab><tab><ctrl-u>100<ctrl-s>");
        let form = popup_text(&client);
        assert!(form.contains(text), "{form}");
    }
}
