//! What this client calls itself, where people see where they are signed in.

use epic_events::value::DEVICE_MAX;

/// Such as `epic 0.1.0 on desk-12`.
pub(super) fn name() -> String {
    let host = hostname::get().unwrap_or_default();
    on(&host.to_string_lossy())
}

fn on(host: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    // A name that the server would refuse must not keep anybody from signing in.
    let host: String = host.chars().filter(|letter| !letter.is_control()).collect();
    let name = match host.trim() {
        "" => format!("epic {version}"),
        host => format!("epic {version} on {host}"),
    };
    name.chars().take(DEVICE_MAX).collect()
}

#[cfg(test)]
mod tests {
    use epic_events::value;

    use super::*;

    #[test]
    fn whatever_the_machine_is_called_the_server_takes_it() {
        let long = "é".repeat(300);
        for host in ["desk-12", "", " ", "a\nb\0", "poste de Zoé", &long] {
            let name = on(host);
            assert!(name.starts_with("epic "), "{name}");
            assert_eq!(value::device(&name), Ok(name));
        }
        assert!(on("desk-12").ends_with(" on desk-12"));
    }
}
