//! The pictures of the README. Other than the scenarios, they have records of many names and amounts.

use std::{fs, path::Path};

use epic::messages::Lang;

use super::{colors::Colors, frame::Frame, sample, svg};
use crate::scenarios::{Scenario, WIDE, screen};

/// The pictures: scenario, colours, title.
const PICTURES: [(Scenario, Colors, &str); 5] = [
    (
        screen("contracts", '2', "3<down><down><down>").with_history(),
        Colors::Dark,
        "The list of contracts in Epic Events, with one contract beside it",
    ),
    (
        screen("sign-in", ' ', ""),
        Colors::Dark,
        "The login screen of Epic Events",
    ),
    (
        screen(
            "form",
            '2',
            "4n<enter><down><enter>12/9 18h<tab>12/9 17h<tab>Parc floral, Paris<tab>250<tab>Buffet",
        ),
        Colors::Dark,
        "The form for a new event in Epic Events, with a field to correct",
    ),
    (
        screen("pick-list", '1', "4a"),
        Colors::Dark,
        "The list of supports for an event in Epic Events, those who are free first",
    ),
    (
        screen("events", '1', "4<down><down>"),
        Colors::Light,
        "The list of events in Epic Events, on a light background",
    ),
];

/// The pictures, by the name of their file.
fn pictures() -> Vec<(String, String)> {
    let pictures = PICTURES.iter().map(|(scenario, colors, title)| {
        let client = scenario.run_with(Lang::En, WIDE, sample::records());
        let frame = Frame::new(scenario.name, Lang::En, WIDE, &client);
        let picture = svg::picture(title, &frame.painted(*colors), *colors, frame.cursor);
        (format!("{}.svg", scenario.name), picture)
    });
    pictures.collect()
}

/// Writes the pictures into the folder.
pub(super) fn write(folder: &Path) {
    for (name, picture) in pictures() {
        fs::write(folder.join(name), picture).unwrap();
    }
}

#[test]
fn the_pictures_of_the_readme_are_those_of_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    for (name, picture) in pictures() {
        let path = format!("docs/pictures/{name}");
        let found = fs::read_to_string(root.join(&path)).unwrap_or_default();
        // The pictures themselves are too long for a message.
        assert!(
            found == picture,
            "{path} is outdated: EPIC_PICTURES=docs/pictures cargo test -p epic --test client -- \
             --ignored write_readme_pictures"
        );
        assert!(readme.contains(&path), "the README does not show {path}");
    }
}
