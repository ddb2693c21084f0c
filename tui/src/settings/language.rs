//! The language of the system.

use std::env;

use crate::messages::Lang;

/// The language of the environment or else the first supported one of the system's locales, or
/// English.
pub(super) fn system() -> Lang {
    of_environment(|name| env::var(name).ok()).unwrap_or_else(|| {
        sys_locale::get_locales()
            .find_map(|locale| Lang::from_locale(&locale))
            .unwrap_or(Lang::En)
    })
}

/// The language of the first variable that is set, in the order of POSIX (Base Definitions, 8.2):
/// English also for `C`, `POSIX` and a language that is not supported. `None` when none is set.
fn of_environment(env: impl Fn(&str) -> Option<String>) -> Option<Lang> {
    let mut values = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(env);
    let locale = values.find(|value| !value.is_empty())?;
    Some(Lang::from_locale(&locale).unwrap_or(Lang::En))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_on_the_language_in_the_order_of_posix() {
        let cases = [
            ("LC_ALL=POSIX LANG=fr_FR.UTF-8", Some(Lang::En)),
            (
                "LC_ALL=C.UTF-8 LC_MESSAGES=fr_FR LANG=fr_FR",
                Some(Lang::En),
            ),
            ("LC_ALL=fr_FR.UTF-8 LANG=en_US.UTF-8", Some(Lang::Fr)),
            ("LC_ALL= LC_MESSAGES=fr_CA LANG=en_US", Some(Lang::Fr)),
            ("LC_CTYPE=fr_FR.UTF-8 LANG=de_DE", Some(Lang::En)),
            ("LANG=fr_BE@euro", Some(Lang::Fr)),
            ("LC_CTYPE=fr_FR", None),
            ("LANG=", None),
        ];
        for (environment, expected) in cases {
            let env = |name: &str| {
                let pairs = environment
                    .split(' ')
                    .filter_map(|pair| pair.split_once('='));
                let mut values = pairs.filter(|(key, _)| *key == name);
                values.next().map(|(_, value)| value.to_owned())
            };
            assert_eq!(of_environment(env), expected, "{environment}");
        }
    }
}
