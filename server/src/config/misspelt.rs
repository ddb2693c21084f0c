//! Warns of environment variables that are almost settings.

use clap::Command;

/// The prefix of the settings.
const PREFIX: &str = "EPIC_";
/// Settings of the client, and of the tests and benchmarks, with this prefix.
const OF_OTHERS: [&str; 7] = [
    "EPIC_SERVER",
    "EPIC_LANG",
    "EPIC_THEME",
    "EPIC_TIME_ZONE",
    "EPIC_TEST_",
    "EPIC_BENCH_",
    "EPIC_ATTACK_",
];
/// How similar a name must be to be offered instead, from 0 to 1.
const SIMILARITY_MIN: f64 = 0.8;

/// Logs a warning for each variable that begins like a setting and is none of the program.
pub fn warn(program: &Command) {
    let arguments = program.get_arguments();
    let known: Vec<_> = arguments.filter_map(|it| it.get_env()?.to_str()).collect();
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in names.filter(|name| is_unknown(name, &known)) {
        let help = "epic-server --help lists them";
        let meant = most_similar(&name, &known).map_or(help.to_owned(), |it| format!("{it} is"));
        tracing::warn!("{name} is not a setting; {meant}");
    }
}

fn is_unknown(name: &str, known: &[&str]) -> bool {
    let is_of_others = OF_OTHERS.iter().any(|other| name.starts_with(other));
    name.starts_with(PREFIX) && !is_of_others && !known.contains(&name)
}

fn most_similar<'known>(name: &str, known: &[&'known str]) -> Option<&'known str> {
    let similarity = |other: &&str| strsim::jaro_winkler(name, other);
    let mut ranked: Vec<_> = known.iter().map(|it| (similarity(it), *it)).collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (similarity, meant) = *ranked.first()?;
    (similarity >= SIMILARITY_MIN).then_some(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_the_setting_that_was_meant() {
        let known = ["EPIC_LISTEN", "EPIC_TLS_CERT", "EPIC_TLS_KEY"];
        for (name, meant) in [
            ("EPIC_LISTN", Some("EPIC_LISTEN")),
            ("EPIC_TLS_CERTIFICATE", Some("EPIC_TLS_CERT")),
            ("EPIC_QQQQQQQQQQQQ", None),
        ] {
            assert!(is_unknown(name, &known), "{name}");
            assert_eq!(most_similar(name, &known), meant, "{name}");
        }
        for name in ["EPIC_LISTEN", "EPIC_LANG", "EPIC_TEST_DATABASE_URL", "PATH"] {
            assert!(!is_unknown(name, &known), "{name}");
        }
    }
}
