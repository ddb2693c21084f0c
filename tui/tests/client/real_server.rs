//! The event loop against a real server on its built-in database: one-time passwords, changes by
//! others, sessions on other devices, too many wrong passwords.

use std::time::Duration;

use epic::{
    api::RequestError,
    client::{Api, Server},
    demo::Demo,
    messages::{Lang, Messages},
    session_file::SessionStorage,
};
use epic_events::v1::{GetMeRequest, LoginRequest};
use epic_server::server::{Options, limits::Limits, tls::Tls};
use rcgen::{CertificateParams, KeyPair};
use tokio::sync::Notify;

use crate::support::real_client::{CTRL_S, CTRL_U, CTRL_Y, Clipboard, SIGN_OUT, User, run_client};

/// Gestion adds a collaborator, who signs in with the one-time password.
async fn add_and_sign_in(user: User, clipboard: Clipboard) {
    user.expect_text("Press a key, then Enter").await;
    user.sign_in(1);
    user.expect_text("gestion  ●").await;
    user.keys("1n");
    user.expect_text("New collaborator").await;
    user.keys("Ysée Quillfeather\tysee@epic.example\t01 23 45 67 89\t  ");
    user.keys(CTRL_S);
    user.expect_text("One-time password").await;
    user.keys("c");
    user.expect_text("Sent to the clipboard").await;
    let one_time = clipboard.0.lock().unwrap().clone();
    user.keys("\n");
    user.keys(SIGN_OUT);
    user.expect_text("You are signed out.").await;

    user.keys(&format!(
        "{CTRL_U}ysee@epic.example\t{CTRL_U}wrong password\n"
    ));
    user.expect_text("The email or the password is wrong.")
        .await;
    user.keys(&format!("{CTRL_U}{one_time}\n"));
    user.expect_text("Choose your own before you start.").await;
    let own = "plume d'oie et encre";
    user.keys(&format!("{one_time}\t{own}\t{own}"));
    user.keys(CTRL_S);
    user.expect_text("Your password is changed.").await;
    user.expect_text("commercial  ●").await;
    // An action of gestion is denied, with the reason.
    user.keys("1n");
    user.expect_text("Only gestion can add a collaborator.")
        .await;
    user.keys("q");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_collaborator_signs_in() {
    let demo = Demo::start().await.unwrap();
    run_client(&demo, add_and_sign_in).await;
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_reach_other_clients() {
    Box::pin(assert_changes_reach_other_clients(
        Demo::start().await.unwrap(),
    ))
    .await;
}

/// The server ends the streams of old connections, and accepts no more calls on them.
#[tokio::test(flavor = "multi_thread")]
async fn changes_reach_other_clients_while_connections_are_replaced() {
    let limits = Limits {
        connection_age: Duration::from_millis(400),
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    Box::pin(assert_changes_reach_other_clients(
        Demo::start_with(options).await.unwrap(),
    ))
    .await;
}

/// A client displays the changes of another client without input.
async fn assert_changes_reach_other_clients(demo: Demo) {
    let ready = Notify::new();
    let password = demo.accounts[2].password.clone();
    let gestion = run_client(&demo, async |user, _| {
        user.expect_text("Press a key, then Enter").await;
        user.sign_in(1);
        user.expect_text("gestion  ●").await;
        user.keys("3");
        user.expect_text(" 1 of 3,300").await;
        user.keys("jj");
        user.expect_text(" 3 of 3,300").await;
        ready.notified().await;
        user.keys("e");
        user.expect_text("Edit “").await;
        user.keys(&format!("\t{CTRL_U}Bal des plumes{CTRL_S}"));
        user.expect_text("“Bal des plumes” is saved.").await;
        ready.notified().await;
        // A new password ends every other session of the same person.
        user.keys(SIGN_OUT);
        user.expect_text("Press a key, then Enter").await;
        user.sign_in(3);
        user.expect_text("support  ●").await;
        user.keys("p");
        user.expect_text("Change my password").await;
        let own = "plume d'oie et encre";
        user.keys(&format!("{password}\t{own}\t{own}{CTRL_S}"));
        user.expect_text("Your password is changed.").await;
        user.keys("q");
    });
    let support = run_client(&demo, async |user, _| {
        user.expect_text("Press a key, then Enter").await;
        user.sign_in(3);
        user.expect_text("support  ●").await;
        user.keys("3");
        user.expect_text(" 1 of 3,300").await;
        user.keys("jjjj");
        user.expect_text(" 5 of 3,300").await;
        let before = user.selected_row();
        ready.notify_one();
        user.expect_text("Bal des plumes").await;
        assert_eq!(user.selected_row(), before);
        user.keys("kkv");
        user.expect_text("changed Event title from “").await;
        ready.notify_one();
        user.expect_text("Your session has ended or could not be renewed.")
            .await;
        user.keys("\u{3}");
    });
    tokio::join!(gestion, support);
    demo.stop().await;
}

/// Another session of the demo's commercial, on a device with this name.
async fn other_session(demo: &Demo, device: &str) -> Api {
    let api = Api::new(
        &demo.server,
        Messages::new(Lang::En),
        SessionStorage::Memory,
    )
    .unwrap();
    let account = &demo.accounts[1];
    let request = LoginRequest {
        email: account.email.clone(),
        password: account.password.clone(),
        device: device.to_owned(),
    };
    api.login(request).await.unwrap();
    api
}

#[tokio::test(flavor = "multi_thread")]
async fn another_session_is_listed_and_ended() {
    let demo = Demo::start().await.unwrap();
    run_client(&demo, async |user, _| {
        user.expect_text("Press a key, then Enter").await;
        user.sign_in(2);
        user.expect_text("commercial  ●").await;
        let other = other_session(&demo, "a train to Lyon").await;
        other.get_me(GetMeRequest {}).await.unwrap();
        user.keys("o");
        for text in ["epic 0.", "here", "a train to Lyon", "127.0.0.1"] {
            user.expect_text(text).await;
        }
        // Both sessions were used within the same minute, so either may be listed first.
        let (there, here) = (
            "“a train to Lyon” will be signed out",
            "your current session",
        );
        user.keys("gd");
        if user.expect_any_text(&[there, here]).await == here {
            user.keys("nGd");
            user.expect_text(there).await;
        }
        user.keys(CTRL_Y);
        user.expect_text("The session has ended.").await;
        let result = other.get_me(GetMeRequest {}).await;
        assert_eq!(result, Err(RequestError::SessionEnded));
        // Ending the current session signs out.
        user.keys("d");
        user.expect_text(here).await;
        user.keys(CTRL_Y);
        user.expect_text("You are signed out.").await;
        user.keys("\u{3}");
    })
    .await;
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_wrong_passwords_block_the_login() {
    let demo = Demo::start().await.unwrap();
    let account = demo.accounts[1].clone();
    run_client(&demo, async |user, _| {
        user.expect_text("Press a key, then Enter").await;
        user.keys(&format!("{}\t", account.email));
        // The delay doubles with every failure, until an attempt is too early.
        let (wrong, wait) = ("The email or the password is wrong.", "Try again in");
        let mut seen = wrong;
        while seen == wrong {
            user.keys("x");
            user.expect_no_text(wrong).await;
            user.keys("\n");
            seen = user.expect_any_text(&[wrong, wait]).await;
        }
        user.expect_text("You can try again now.").await;
        user.keys(&format!("{CTRL_U}{}\n", account.password));
        user.expect_text("commercial  ●").await;
        user.keys("q");
    })
    .await;
    demo.stop().await;
}

/// What a client says that calls the demo at a URL of this scheme, once the demo has started.
async fn outage(demo: &Demo, scheme: &str, ca: &str) -> String {
    let (_, address) = demo.server.url.split_once("://").unwrap();
    let server = Server {
        url: format!("{scheme}://{address}"),
        ca: Some(ca.as_bytes().to_vec()),
    };
    let api = Api::new(&server, Messages::new(Lang::En), SessionStorage::Memory).unwrap();
    for _ in 0..30 {
        match api.login(LoginRequest::default()).await {
            Err(RequestError::Unavailable(outage)) if outage.message.contains("in time") => {}
            Err(RequestError::Unavailable(outage)) => {
                return outage.message.replace(&server.url, "the server");
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("the demo does not start");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scheme_of_the_url_is_not_that_of_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let ca = params.self_signed(&key).unwrap().pem();
    let files = ["tls.crt", "tls.key"].map(|name| folder.path().join(name));
    std::fs::write(&files[0], &ca).unwrap();
    std::fs::write(&files[1], key.serialize_pem()).unwrap();
    let options = Options {
        tls: Some(Tls::open(&files[0], &files[1]).unwrap()),
        ..Options::default()
    };
    let secure = Demo::start_with(options).await.unwrap();
    assert_eq!(
        outage(&secure, "http", &ca).await,
        "the server speaks TLS: use https://."
    );
    secure.stop().await;
    let plain = Demo::start().await.unwrap();
    assert_eq!(
        outage(&plain, "https", &ca).await,
        "the server closes the connection instead of answering with TLS: is the port right?"
    );
    plain.stop().await;
}
