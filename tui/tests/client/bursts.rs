//! Keys that arrive at the same time, as a paste does in a terminal without bracketed paste: none of
//! them answers a question that they open.

use epic::{api::ApiRequest, keys::KeyContext};

use crate::support::test_client::{TestClient, signed_in};

/// The requests that change something.
fn writes(client: &TestClient) -> Vec<&ApiRequest> {
    let requests = client.requests.iter();
    requests.filter(|request| request.writes()).collect()
}

#[test]
fn a_burst_changes_nothing_for_others() {
    // The account, the keys, and the key context after them.
    let cases = [
        ('1', "1two words", KeyContext::Confirm),
        ('1', "1<down>w<ctrl-y>", KeyContext::Confirm),
        ('1', "1<down>w<ctrl-o><ctrl-y>", KeyContext::Confirm),
        ('1', "1<down>w<enter>", KeyContext::List),
        ('1', "1<down>d<ctrl-d>", KeyContext::DeleteCollaborator),
        ('1', "1<down><del><del><enter>", KeyContext::List),
        ('1', "4aomar<enter>", KeyContext::Picker),
        ('1', "1o<enter><ctrl-y>", KeyContext::Confirm),
        ('1', ":sign out<enter>", KeyContext::Picker),
        ('1', "?sign out<enter>", KeyContext::Picker),
        (
            '2',
            "nDupont<tab>d@e.fr<tab>0612345678<tab>Dupont<ctrl-s>",
            KeyContext::Form,
        ),
        ('1', "3<down>e<tab><tab> <ctrl-s>", KeyContext::Form),
    ];
    for (account, keys, expected) in cases {
        let mut client = signed_in(account);
        client.burst(keys);
        assert_eq!(client.model.key_context(), expected, "{keys}");
        assert!(writes(&client).is_empty(), "{keys}");
    }
}

#[test]
fn an_answer_that_comes_too_early_says_so_and_a_later_one_counts() {
    let mut client = signed_in('1');
    client.burst("1<down>w<ctrl-y>");
    assert!(client.screen().contains("Not done"));
    client.keys("<ctrl-y>");
    assert!(matches!(
        writes(&client)[..],
        [ApiRequest::ResetPassword(_)]
    ));
}

#[test]
fn neither_enter_nor_a_letter_says_yes() {
    for answer in ["<enter>", "<esc>", "n"] {
        let mut client = signed_in('1');
        client.keys(&format!("1<down>w{answer}"));
        assert_eq!(client.model.key_context(), KeyContext::List, "{answer}");
        assert!(writes(&client).is_empty(), "{answer}");
    }
    for ignored in ["y", "Y", "o", "w", " "] {
        let mut client = signed_in('1');
        client.keys(&format!("1<down>w{ignored}"));
        assert_eq!(client.model.key_context(), KeyContext::Confirm, "{ignored}");
        assert!(writes(&client).is_empty(), "{ignored}");
    }
}

/// Neither its first, nor its last letter, nor one between.
#[test]
fn a_pasted_text_does_not_quit() {
    for text in ["quelques mots", "coq", "Monique", "qq"] {
        let mut client = signed_in('1');
        client.burst(text);
        client.run_timers();
        assert!(!client.has_quit, "{text}");
    }
    let mut client = signed_in('1');
    client.burst("zq");
    assert!(
        client.screen().contains("Press it again"),
        "{}",
        client.screen()
    );
    client.keys("q");
    client.run_timers();
    assert!(client.has_quit);
}

/// A key with Ctrl is in no text.
#[test]
fn ctrl_c_quits_at_once() {
    let mut client = signed_in('1');
    client.burst("jj<ctrl-c>");
    assert!(client.has_quit);
}
