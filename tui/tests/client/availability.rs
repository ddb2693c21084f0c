//! Which actions can be run, and the reason where one cannot.

use crate::support::test_client::{TestClient, signed_in};

#[test]
fn a_denied_action_gives_the_reason() {
    // Account, keys, text of the status line.
    let cases = [
        ('2', "2<home>a", "gestion"),
        ('1', "2n", "commercial"),
        ('1', "2e", "commercial"),
        ('3', "3n", "gestion"),
        ('3', "1d", "gestion"),
        ('2', "4e", "support"),
        ('1', "2<down>a", "already"),
        ('2', "2<down><down>e", "only sofia rossi, who is in charge,"),
        ('2', "2e", "nobody is in charge"),
        ('3', "4<down>e", "only its support, martin roy,"),
        ('1', "2<down>a", "karim benali is in charge already"),
        ('2', "2<home>a", "only gestion can assign a commercial"),
        ('1', "2d", "clients are not deleted"),
        ('1', "4d", "events are not deleted"),
        ('1', "3w", "only collaborators have passwords"),
        ('1', "3a", "a contract takes its client’s commercial"),
    ];
    for (digit, keys, expected) in cases {
        let mut client = signed_in(digit);
        client.keys(keys);
        let status = client.model.status.clone().map(|status| status.text);
        let status = status.unwrap_or_default().to_lowercase();
        assert!(status.contains(expected), "{digit} {keys}: {status:?}");
        assert!(
            client.model.overlays.is_empty(),
            "{digit} {keys} opened something"
        );
    }
}

#[test]
fn the_footer_offers_only_enabled_actions() {
    let labels = |client: &TestClient| -> Vec<&str> {
        let bindings = client.model.footer_bindings();
        bindings.iter().map(|binding| binding.label).collect()
    };
    // Account, keys, offered, not offered.
    let cases = [
        ('1', "2", "key-assign", "key-edit"),
        ('2', "2<down>", "key-edit", "key-assign"),
        ('3', "2", "key-go", "key-new"),
        ('1', "1", "key-delete", "key-assign"),
    ];
    for (digit, keys, offered, not) in cases {
        let mut client = signed_in(digit);
        client.keys(keys);
        let labels = labels(&client);
        assert!(labels.contains(&offered), "{digit} {keys}: {labels:?}");
        assert!(!labels.contains(&not), "{digit} {keys}: {labels:?}");
    }
}
