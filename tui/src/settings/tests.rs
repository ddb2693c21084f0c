#![allow(clippy::panic, clippy::unwrap_used)]

use super::*;
use crate::messages::Messages;

/// Settings from a command line, an environment (`NAME=value` separated by spaces) and a file.
fn read(line: &str, env: &str, file: &str) -> Result<Settings, SettingsErrorKind> {
    let matches = Settings::command_line()
        .try_get_matches_from(line.split(' '))
        .unwrap();
    let args = Args::from_matches(&matches);
    let env = |name: &str| {
        env.split(' ')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    };
    let file = File::parse(file.as_bytes(), Path::new("settings.toml"));
    Settings::resolve(args, env, file).map_err(|error| error.kind)
}

#[test]
fn command_line_precedes_environment_precedes_file() {
    let file = "server = 'https://file'\nlang = 'fr'\ntime_zone = 'Asia/Tokyo'\nmouse = false";
    let cases = [
        ("epic --lang en", "", "", DEFAULT_SERVER, Lang::En, true),
        ("epic", "", file, "https://file", Lang::Fr, false),
        (
            "epic",
            "EPIC_SERVER=https://env:1 EPIC_LANG=en",
            file,
            "https://env:1",
            Lang::En,
            false,
        ),
        (
            "epic",
            "EPIC_SERVER= EPIC_LANG=",
            file,
            "https://file",
            Lang::Fr,
            false,
        ),
        (
            "epic --server https://[::1]:2 --lang fr --no-mouse",
            "EPIC_SERVER=https://env:1 EPIC_LANG=en",
            "",
            "https://[::1]:2",
            Lang::Fr,
            false,
        ),
    ];
    for (line, env, file, server, lang, mouse) in cases {
        let found = read(line, env, file).unwrap();
        assert_eq!(found.server.url, server, "{line}");
        assert_eq!(
            (found.lang, found.mouse, found.demo),
            (lang, mouse, false),
            "{line}"
        );
    }
    let found = read("epic demo --lang fr", "EPIC_TIME_ZONE=Europe/Paris", file).unwrap();
    assert!(found.demo);
    assert_eq!(found.zone.iana_name(), Some("Europe/Paris"));
}

const SYNTAX_1: &str = "Line 1 of the settings file settings.toml is not valid. Write each setting once, such \
     as lang = \"en\" or mouse = false.";
const SYNTAX_4: &str = "Line 4 of the settings file settings.toml is not valid. Write each setting once, such \
     as lang = \"en\" or mouse = false.";

#[test]
fn a_byte_that_is_not_utf_8_is_reported_with_its_line() {
    let file = b"mouse = true\n# Caf\xe9\n";
    let error = File::parse(file, Path::new("settings.toml")).unwrap_err();
    assert_eq!(
        Messages::new(Lang::En).settings_error(&error),
        "Line 2 of the settings file settings.toml contains a byte that is not UTF-8. Save the file as UTF-8."
    );
}

#[test]
fn errors_are_single_sentences() {
    let cases = [
        (
            "epic --lang en --server crm.example.org",
            "",
            "",
            "“crm.example.org” on the command line is not a server’s address such as \
             https://crm.example.org:50051.",
        ),
        (
            "epic --lang en",
            "EPIC_SERVER=ftp://a",
            "",
            "“ftp://a” in the environment is not a server’s address such as \
             https://crm.example.org:50051.",
        ),
        (
            "epic --lang en",
            "EPIC_SERVER=http://crm.example.org:50051",
            "",
            "“http://crm.example.org:50051” in the environment would send passwords \
             unencrypted. Use https://, or set --insecure.",
        ),
        (
            "epic",
            "EPIC_LANG=de",
            "",
            "“de” in the environment is not a language: en or fr.",
        ),
        (
            "epic --lang en",
            "",
            "# Our settings\nlang = 'en'\ntime_zone = 'Paris'",
            "“Paris” in line 3 of the settings file is not a time zone such as Europe/Paris.",
        ),
        (
            "epic --lang en --ca Cargo.toml",
            "",
            "",
            "“Cargo.toml” on the command line contains no certificate in PEM format.",
        ),
        (
            "epic --lang en",
            "",
            "mouse = true\nca = '/nowhere.pem'",
            "“/nowhere.pem” in line 2 of the settings file is not a certificate file that can be read: the \
             file or its folder does not exist.",
        ),
        (
            "epic --lang en",
            "",
            "\ncolour = 'blue'",
            "Line 2 of the settings file settings.toml: there is no setting “colour”. epic --help lists the \
             settings.",
        ),
        (
            "epic --lang en",
            "",
            "[server]\nurl = 'https://crm.example.org'",
            SYNTAX_1,
        ),
        ("epic", "", "lang = fr", SYNTAX_1),
        (
            "epic",
            "",
            "lang = 'en'\r\nmouse = false\r\n\r\nserver = https://crm.example.org",
            SYNTAX_4,
        ),
        ("epic", "", "lang = 'en'\n\n\nmouse = 'yes'", SYNTAX_4),
        ("epic", "", "lang = 'en'\n\n\nlang = 'fr'", SYNTAX_4),
    ];
    for (line, env, file, sentence) in cases {
        let error = read(line, env, file).unwrap_err();
        assert_eq!(Messages::new(Lang::En).settings_error(&error), sentence);
    }
}

#[test]
fn a_server_address_is_a_scheme_a_host_and_an_optional_port() {
    let cases = [
        ("http://127.0.0.1:50051", true),
        ("https://crm.example.org", true),
        ("https://crm.example.org/", true),
        ("http://", false),
        ("127.0.0.1:50051", false),
        ("https://crm.example.org/path", false),
        ("https://crm.example.org?q", false),
        ("https://me:secret@crm.example.org", false),
        ("https://crm example", false),
        ("", false),
    ];
    for (text, valid) in cases {
        assert_eq!(is_server_address(text), valid, "{text}");
    }
}

#[test]
fn another_machine_without_tls_requires_insecure() {
    let cases = [
        ("--server http://127.0.0.1:1", "", true),
        ("--server http://127.8.8.8", "", true),
        ("--server http://[::1]:1", "", true),
        ("--server http://localhost:1", "", true),
        ("--server http://localhost.example.org", "", false),
        ("--server http://192.0.2.1", "", false),
        ("--server http://[2001:db8::1]", "", false),
        ("--server http://192.0.2.1 --insecure", "", true),
        ("--server http://192.0.2.1", "insecure = true", true),
        ("--server http://192.0.2.1", "insecure = false", false),
        ("--server https://192.0.2.1", "", true),
    ];
    for (line, file, allowed) in cases {
        let found = read(&format!("epic {line}"), "", file);
        match found {
            Ok(_) => assert!(allowed, "{line} {file}"),
            Err(SettingsErrorKind::Insecure { .. }) => assert!(!allowed, "{line} {file}"),
            Err(other) => panic!("{line} {file}: {other:?}"),
        }
    }
}

#[test]
fn a_home_that_is_no_folder_is_none() {
    let folder = tempfile::tempdir().unwrap();
    assert!(is_possible(folder.path()));
    assert!(is_possible(&folder.path().join("new/epic")));
    assert!(!is_possible(Path::new("/dev/null/.config/epic")));
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(!is_possible(&file.join(".config/epic")));
}
