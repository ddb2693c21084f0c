//! Pictures of every screen: what they show is checked, and a command writes them as SVG.
//!
//! ```sh
//! EPIC_PICTURES=/tmp/pictures cargo test -p epic --test client -- --ignored write_pictures
//! EPIC_PICTURES=docs/pictures cargo test -p epic --test client -- --ignored write_readme_pictures
//! ```

mod bytes;
mod checks;
mod colors;
mod frame;
mod readme;
mod sample;
mod svg;

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use self::colors::Colors;

#[test]
fn every_frame_is_readable_and_whole() {
    let faults = Mutex::new(Vec::new());
    frame::for_each(|frames| {
        let found = checks::faults(frames);
        faults.lock().unwrap().extend(found);
    });
    let mut faults = faults.into_inner().unwrap();
    faults.sort();
    let count = faults.len();
    faults.truncate(20);
    assert!(
        count == 0,
        "{count} faults, the first ones:\n{}",
        faults.join("\n")
    );
}

/// The folder that the pictures are written to.
fn folder() -> PathBuf {
    let folder = env::var_os("EPIC_PICTURES").expect("EPIC_PICTURES is the folder to write");
    // The tests run in the folder of the crate.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
#[ignore = "writes files: see the documentation of the module"]
fn write_pictures() {
    let folder = folder();
    frame::for_each(|frames| {
        for frame in frames {
            for colors in Colors::ALL {
                let name = frame.file_name() + "-" + colors.name();
                let picture = svg::picture(&name, &frame.painted(colors), colors, frame.cursor);
                fs::write(folder.join(name + ".svg"), picture).unwrap();
            }
        }
    });
}

#[test]
#[ignore = "writes files: see the documentation of the module"]
fn write_readme_pictures() {
    readme::write(&folder());
}
