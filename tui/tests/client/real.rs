//! The whole loop, driven by keys, against a real server on its built-in database: a collaborator
//! is added, and signs in with the password that was handed over; one sees what another changes;
//! a session is ended from another; too many wrong passwords are waited for.

use std::{
    io::{self, Write},
    num::NonZeroU16,
    sync::{Arc, Mutex},
    time::Duration,
};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use epic::{
    app::Start,
    client::{Api, RequestError, Server},
    demo::Demo,
    messages::{Lang, Messages},
    runtime::{self, Host, Input},
};
use epic_events::v1::{GetMeRequest, LoginRequest};
use jiff::Zoned;
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};
use tokio::sync::{
    Notify,
    mpsc::{UnboundedSender, unbounded_channel},
};
use tokio_stream::wrappers::UnboundedReceiverStream;
use uuid::Uuid;

/// So long for anything to happen, on however busy a machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A screen that can be read while the loop draws on it.
#[derive(Clone)]
struct Glass(Arc<Mutex<vt100::Parser>>);

impl Write for Glass {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().process(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A host with a clipboard.
#[derive(Clone, Default)]
pub(crate) struct Clipboard(Arc<Mutex<String>>);

impl Host for Clipboard {
    fn copy(&mut self, text: &str) {
        text.clone_into(&mut self.0.lock().unwrap());
    }

    fn mouse(&mut self, _: bool) {}

    async fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Somebody at the keyboard.
pub(crate) struct Hands {
    glass: Glass,
    keyboard: UnboundedSender<Input>,
}

impl Hands {
    /// Waits until the screen shows the text.
    pub(crate) async fn see(&self, text: &str) {
        self.see_one_of(&[text]).await;
    }

    /// Waits until the screen shows one of the texts, and tells which.
    async fn see_one_of<'a>(&self, texts: &[&'a str]) -> &'a str {
        let found = |screen: &str| texts.iter().copied().find(|text| screen.contains(text));
        self.wait(texts, found).await
    }

    /// Waits until the screen no longer shows the text.
    async fn see_none_of(&self, text: &str) {
        let gone = |screen: &str| (!screen.contains(text)).then_some(());
        self.wait(&[text], gone).await;
    }

    async fn wait<T>(&self, texts: &[&str], until: impl Fn(&str) -> Option<T>) -> T {
        let screen = || self.glass.0.lock().unwrap().screen().contents();
        let seen = async {
            loop {
                if let Some(found) = until(&screen()) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let seen = tokio::time::timeout(PATIENCE, seen).await;
        seen.unwrap_or_else(|_| panic!("waited in vain for {texts:?}:\n{}", screen()))
    }

    /// The row that one stands on.
    fn selected(&self) -> Option<String> {
        let screen = self.glass.0.lock().unwrap().screen().contents();
        let mut marked = screen.lines().filter(|line| line.starts_with('▌'));
        marked.next().map(str::to_owned)
    }

    /// Types; `\n` is Enter, `\t` Tab, and control characters are the key with Ctrl.
    pub(crate) fn keys(&self, text: &str) {
        for letter in text.chars() {
            let (code, held) = match letter {
                '\n' => (KeyCode::Enter, KeyModifiers::NONE),
                '\t' => (KeyCode::Tab, KeyModifiers::NONE),
                '\u{1}'..='\u{1a}' => {
                    let letter = char::from(b'`' + u8::try_from(letter).unwrap());
                    (KeyCode::Char(letter), KeyModifiers::CONTROL)
                }
                letter => (KeyCode::Char(letter), KeyModifiers::NONE),
            };
            let key = Event::Key(KeyEvent::new(code, held));
            self.keyboard.send(Input::Terminal(key)).unwrap();
        }
    }
}

const CTRL_L: &str = "\u{c}";
pub(crate) const CTRL_S: &str = "\u{13}";
pub(crate) const CTRL_U: &str = "\u{15}";

/// What the two of them do, until the second one leaves.
async fn add_and_sign_in(hands: Hands, clipboard: Clipboard) {
    hands.see("press 1, 2 or 3").await;
    hands.keys("1\n");
    hands.see("gestion  ●").await;
    hands.keys("1n");
    hands.see("New collaborator").await;
    hands.keys("Ysée Quillfeather\tysee@epic.example\t01 23 45 67 89\t  ");
    hands.keys(CTRL_S);
    hands.see("One-time password").await;
    hands.keys("c");
    hands.see("Sent to the clipboard").await;
    let handed_over = clipboard.0.lock().unwrap().clone();
    hands.keys("\n");
    hands.keys(CTRL_L);
    hands.see("You are signed out.").await;

    hands.keys(&format!(
        "{CTRL_U}ysee@epic.example\t{CTRL_U}wrong password\n"
    ));
    hands.see("The email or the password is wrong.").await;
    hands.keys(&format!("{CTRL_U}{handed_over}\n"));
    hands.see("Choose your own before you start.").await;
    let own = "plume d'oie et encre";
    hands.keys(&format!("{handed_over}\t{own}\t{own}"));
    hands.keys(CTRL_S);
    hands.see("Your password is changed.").await;
    hands.see("commercial  ●").await;
    // What is gestion's is not done, and says why.
    hands.keys("1n");
    hands.see("only gestion can add a collaborator").await;
    hands.keys("q");
}

/// Somebody sits down at a client of their own, and does something there until they leave.
async fn sit_down(demo: &Demo, does: impl AsyncFnOnce(Hands, Clipboard)) {
    sit_down_at(&demo.server, demo, does).await;
}

/// The same, at a client of this server.
pub(crate) async fn sit_down_at(
    server: &Server,
    demo: &Demo,
    does: impl AsyncFnOnce(Hands, Clipboard),
) {
    let messages = Messages::new(Lang::En);
    let api = Api::new(server, messages.clone(), None).unwrap();
    let (columns, rows) = (100, 30);
    let number = |number| NonZeroU16::new(number).unwrap();
    let parser = vt100::Parser::new(number(rows), number(columns), 0);
    let glass = Glass(Arc::new(Mutex::new(parser)));
    let options = TerminalOptions {
        viewport: Viewport::Fixed(Rect::new(0, 0, columns, rows)),
    };
    let backend = CrosstermBackend::new(glass.clone());
    let mut terminal = Terminal::with_options(backend, options).unwrap();
    let (keyboard, inputs) = unbounded_channel();
    let clipboard = Clipboard::default();
    let start = Start {
        messages,
        now: Zoned::now(),
        size: (columns, rows),
        resume: api.has_session(),
        demo: demo.accounts.clone(),
        new_id: Uuid::new_v4,
    };
    let inputs = UnboundedReceiverStream::new(inputs);
    let mut host = clipboard.clone();
    let running = runtime::run(&mut terminal, inputs, api, &mut host, start);
    let hands = Hands { glass, keyboard };
    let (ended, ()) = tokio::join!(running, does(hands, clipboard));
    ended.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collaborator_is_added_and_signs_in() {
    let demo = Demo::start().await.unwrap();
    sit_down(&demo, add_and_sign_in).await;
    demo.end().await;
}

/// One of two is told of what the other one does, without a key pressed.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_changes_the_other_sees() {
    let demo = Demo::start().await.unwrap();
    let stands = Notify::new();
    let password = demo.accounts[2].password.clone();
    let gestion = sit_down(&demo, async |hands, _| {
        hands.see("press 1, 2 or 3").await;
        hands.keys("1\n");
        hands.see("gestion  ●").await;
        hands.keys("3");
        hands.see(" 1 / 3,300").await;
        hands.keys("jj");
        hands.see(" 3 / 3,300").await;
        stands.notified().await;
        hands.keys("e");
        hands.see("Edit “").await;
        hands.keys(&format!("\t{CTRL_U}Bal des plumes{CTRL_S}"));
        hands.see("“Bal des plumes” is saved.").await;
        stands.notified().await;
        // A new password ends every other session of the same person.
        hands.keys(CTRL_L);
        hands.see("press 1, 2 or 3").await;
        hands.keys("3\n");
        hands.see("support  ●").await;
        hands.keys("p");
        hands.see("Change my password").await;
        let own = "plume d'oie et encre";
        hands.keys(&format!("{password}\t{own}\t{own}{CTRL_S}"));
        hands.see("Your password is changed.").await;
        hands.keys("q");
    });
    let support = sit_down(&demo, async |hands, _| {
        hands.see("press 1, 2 or 3").await;
        hands.keys("3\n");
        hands.see("support  ●").await;
        hands.keys("3");
        hands.see(" 1 / 3,300").await;
        hands.keys("jjjj");
        hands.see(" 5 / 3,300").await;
        let before = hands.selected();
        stands.notify_one();
        hands.see("Bal des plumes").await;
        assert_eq!(hands.selected(), before);
        hands.keys("kkv");
        hands.see("changed Event title from “").await;
        stands.notify_one();
        hands.see("Your session has ended.").await;
        hands.keys("\u{3}");
    });
    tokio::join!(gestion, support);
    demo.end().await;
}

/// Somebody else's session of the demo's commercial, on a machine of this name.
async fn elsewhere(demo: &Demo, device: &str) -> Api {
    let api = Api::new(&demo.server, Messages::new(Lang::En), None).unwrap();
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
async fn a_session_left_elsewhere_is_seen_and_ended() {
    let demo = Demo::start().await.unwrap();
    sit_down(&demo, async |hands, _| {
        hands.see("press 1, 2 or 3").await;
        hands.keys("2\n");
        hands.see("commercial  ●").await;
        let left = elsewhere(&demo, "a train to Lyon").await;
        left.get_me(GetMeRequest {}).await.unwrap();
        hands.keys("o");
        for text in ["epic 0.", "this one", "a train to Lyon", "127.0.0.1"] {
            hands.see(text).await;
        }
        // Both were used within the same minute: either may come first.
        let (there, here) = ("“a train to Lyon” is signed out", "the session you are in");
        hands.keys("gd");
        if hands.see_one_of(&[there, here]).await == here {
            hands.keys("nGd");
            hands.see(there).await;
        }
        hands.keys("y");
        hands.see("The session has ended.").await;
        let over = left.get_me(GetMeRequest {}).await;
        assert_eq!(over, Err(RequestError::SessionEnded));
        // To end the one that one is in is to sign out.
        hands.keys("d");
        hands.see(here).await;
        hands.keys("y");
        hands.see("You are signed out.").await;
        hands.keys("\u{3}");
    })
    .await;
    demo.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_wrong_passwords_are_waited_for() {
    let demo = Demo::start().await.unwrap();
    let account = demo.accounts[1].clone();
    sit_down(&demo, async |hands, _| {
        hands.see("press 1, 2 or 3").await;
        hands.keys(&format!("{}\t", account.email));
        // The wait doubles with every failure: sooner or later the next one comes too early.
        let (wrong, wait) = ("The email or the password is wrong.", "Try again in");
        let mut seen = wrong;
        while seen == wrong {
            hands.keys("x");
            hands.see_none_of(wrong).await;
            hands.keys("\n");
            seen = hands.see_one_of(&[wrong, wait]).await;
        }
        hands.see("You can try again now.").await;
        hands.keys(&format!("{CTRL_U}{}\n", account.password));
        hands.see("commercial  ●").await;
        hands.keys("q");
    })
    .await;
    demo.end().await;
}
