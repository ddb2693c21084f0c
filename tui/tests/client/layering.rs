//! What the layers of the client may import, read from the source.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The source files under a folder of `src`, and the file of the same name beside it.
fn sources(of: &str) -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![src.join(format!("{of}.rs"))];
    let mut folders = vec![src.join(of)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

/// Whether the file draws an overlay.
fn draws(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    ["view.rs", "draw.rs", "strength.rs"].contains(&name)
}

fn assert_without(files: &[PathBuf], words: &[&str]) {
    assert!(files.len() > 1);
    for path in files {
        let text = fs::read_to_string(path).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for word in words {
                assert!(!line.contains(word), "{word} in {}: {line}", path.display());
            }
        }
    }
}

#[test]
fn update_does_no_io_and_draws_nothing() {
    let files: Vec<_> = sources("app").into_iter().filter(|it| !draws(it)).collect();
    let io = [
        "tokio",
        "tonic",
        "std::fs",
        "std::net",
        "std::io",
        "Timestamp::now",
        "Zoned::now",
    ];
    assert_without(&files, &io);
    let drawing = [
        "ratatui",
        "view::",
        "view;",
        "theme",
        "widgets::popup",
        "widgets::input",
    ];
    let behaviour = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        // A component declares its drawing as a child module, and uses nothing of it.
        text.replace("mod view;", "").replace("Draw", "")
    };
    for path in &files {
        for word in drawing {
            assert!(
                !behaviour(path).contains(word),
                "{word} in {}",
                path.display()
            );
        }
    }
}

#[test]
fn overlays_do_not_use_the_model() {
    let files: Vec<_> = sources("app/overlay");
    assert_without(&files, &["model::", "&mut Model", "&Model", "reaction::"]);
}

#[test]
fn drawing_does_no_io_and_sends_nothing() {
    let mut files = sources("view");
    files.extend(sources("app").into_iter().filter(|it| draws(it)));
    assert_without(
        &files,
        &["tokio", "tonic", "&mut Model", "ApiRequest", "std::fs"],
    );
}
