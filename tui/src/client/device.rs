//! The device name of this client, displayed in the list of sessions.

use epic_events::value::DEVICE_MAX;

/// Version and host: `epic 0.1.0 on desk-12`.
pub(super) fn name() -> String {
    let host = hostname::get().unwrap_or_default();
    on_host(&host.to_string_lossy())
}

fn on_host(host: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    // The server rejects control characters and long names, and with them the login.
    let host: String = host.chars().filter(|letter| !letter.is_control()).collect();
    let name = match host.trim() {
        "" => format!("epic {version}"),
        host => format!("epic {version}, {host}"),
    };
    name.chars().take(DEVICE_MAX).collect()
}

#[cfg(test)]
mod tests {
    use epic_events::value;

    use super::*;

    #[test]
    fn every_host_name_gives_a_valid_device_name() {
        let long = "é".repeat(300);
        for host in ["desk-12", "", " ", "a\nb\0", "poste de Zoé", &long] {
            let name = on_host(host);
            assert!(name.starts_with("epic "), "{name}");
            assert_eq!(value::device(&name), Ok(name));
        }
        assert!(on_host("desk-12").ends_with(", desk-12"));
    }
}
