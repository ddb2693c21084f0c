//! The header of the screen.

use epic::messages::Lang;

use crate::support::test_client::TestClient;

#[test]
fn the_name_of_the_user_is_never_cut() {
    let users = [
        ('1', "Alice Martin"),
        ('2', "Karim Benali"),
        ('3', "Marie Lopez"),
    ];
    for lang in Lang::ALL {
        for (digit, name) in users {
            let mut client = TestClient::signed_in(lang, (60, 16), digit);
            let messages = &client.model.messages;
            let role = messages.role(client.model.me.as_ref().unwrap().role());
            let last_tab = messages.get("tab-events");
            let (first, last) = name.split_once(' ').unwrap();
            let short = format!("{first} {}.", &last[..1]);
            let forms = [
                format!("{name}  {role}  ●"),
                format!("{short}  {role}  ●"),
                format!("{short}  ●"),
                "●".to_owned(),
            ];
            for width in 60..=140 {
                client.model.size.0 = width;
                let screen = client.screen();
                let header = screen.lines().next().unwrap().trim_matches(['"', ' ']);
                let (_, shown) = header.split_once(&last_tab).unwrap();
                assert!(
                    forms.iter().any(|form| form == shown.trim()),
                    "{width}: {header}"
                );
            }
        }
    }
}
