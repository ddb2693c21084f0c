//! The event loop with simulated keys, on a screen in memory, against a real server.

use std::{
    io::{self, Write},
    num::NonZeroU16,
    sync::{Arc, Mutex},
    time::Duration,
};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use epic::{
    app::{DemoAccount, Start},
    client::{Api, Server},
    demo::Demo,
    messages::{Lang, Messages},
    runtime::{self, Backend, Frames, Host, Input},
    session_file::SessionStorage,
    theme::Palette,
};
use jiff::Zoned;
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_stream::wrappers::UnboundedReceiverStream;
use uuid::Uuid;

/// Upper bound of every wait, also on a busy machine. No test depends on the duration.
pub(crate) const TIMEOUT: Duration = Duration::from_mins(2);

/// A screen that can be read while the loop draws on it.
#[derive(Clone)]
struct Screen(Arc<Mutex<vt100::Parser>>);

impl Write for Screen {
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
pub(crate) struct Clipboard(pub(crate) Arc<Mutex<String>>);

impl Host for Clipboard {
    fn copy(&mut self, text: &str) {
        text.clone_into(&mut self.0.lock().unwrap());
    }

    fn mouse(&mut self, _: bool) {}

    async fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    async fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The user of a client: reads its screen and presses keys.
pub(crate) struct User {
    screen: Screen,
    keyboard: UnboundedSender<Input>,
}

impl User {
    /// Waits until the screen shows the text.
    pub(crate) async fn expect_text(&self, text: &str) {
        self.expect_any_text(&[text]).await;
    }

    /// Waits until the screen shows any of the texts, and returns it.
    pub(crate) async fn expect_any_text<'a>(&self, texts: &[&'a str]) -> &'a str {
        let found = |screen: &str| texts.iter().copied().find(|text| screen.contains(text));
        self.wait(texts, found).await
    }

    /// Waits until the screen no longer shows the text.
    pub(crate) async fn expect_no_text(&self, text: &str) {
        let is_absent = |screen: &str| (!screen.contains(text)).then_some(());
        self.wait(&[text], is_absent).await;
    }

    async fn wait<T>(&self, texts: &[&str], until: impl Fn(&str) -> Option<T>) -> T {
        let contents = || self.screen.0.lock().unwrap().screen().contents();
        let seen = async {
            loop {
                if let Some(found) = until(&contents()) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let seen = tokio::time::timeout(TIMEOUT, seen).await;
        seen.unwrap_or_else(|_| panic!("not within {TIMEOUT:?}: {texts:?}\n{}", contents()))
    }

    /// The selected row.
    pub(crate) fn selected_row(&self) -> Option<String> {
        let screen = self.screen.0.lock().unwrap().screen().contents();
        let mut marked = screen.lines().filter(|line| line.starts_with('▌'));
        marked.next().map(str::to_owned)
    }

    /// Signs in with the demo account of this function key.
    pub(crate) fn sign_in(&self, key: u8) {
        let key = KeyEvent::new(KeyCode::F(key), KeyModifiers::NONE);
        let input = Input::Terminal(Event::Key(key), u64::MAX);
        self.keyboard.send(input).unwrap();
        self.keys("\n");
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
            self.keyboard.send(Input::Terminal(key, u64::MAX)).unwrap();
        }
    }
}

/// Signs out, by the palette.
pub(crate) const SIGN_OUT: &str = ":sign out\n";
pub(crate) const CTRL_S: &str = "\u{13}";
pub(crate) const CTRL_U: &str = "\u{15}";
pub(crate) const CTRL_Y: &str = "\u{19}";

/// Runs a client of the demo's server, and the script of its user, which quits at the end.
pub(crate) async fn run_client(demo: &Demo, script: impl AsyncFnOnce(User, Clipboard)) {
    run_client_at(&demo.server, demo, script).await;
}

/// Runs a client of this server, and the script of its user.
pub(crate) async fn run_client_at(
    server: &Server,
    demo: &Demo,
    script: impl AsyncFnOnce(User, Clipboard),
) {
    let api = Api::new(server, Messages::new(Lang::En), SessionStorage::Memory).unwrap();
    run_client_on(api, &demo.accounts, script).await;
}

/// Runs a client of this backend, whose login screen offers the accounts, and the script of its
/// user.
pub(crate) async fn run_client_on(
    api: impl Backend,
    accounts: &[DemoAccount],
    script: impl AsyncFnOnce(User, Clipboard),
) {
    let (columns, rows) = (100, 30);
    let number = |number| NonZeroU16::new(number).unwrap();
    let parser = vt100::Parser::new(number(rows), number(columns), 0);
    let screen = Screen(Arc::new(Mutex::new(parser)));
    let options = TerminalOptions {
        viewport: Viewport::Fixed(Rect::new(0, 0, columns, rows)),
    };
    let backend = CrosstermBackend::new(screen.clone());
    let mut terminal = Terminal::with_options(backend, options).unwrap();
    let (keyboard, inputs) = unbounded_channel();
    let clipboard = Clipboard::default();
    let start = Start {
        messages: Messages::new(Lang::En),
        now: Zoned::now(),
        size: (columns, rows),
        resume: false,
        demo: accounts.into(),
        server: "https://crm.example.org".to_owned(),
        new_id: Uuid::new_v4,
    };
    let inputs = UnboundedReceiverStream::new(inputs);
    let mut host = clipboard.clone();
    let frames = Frames::default();
    let palette = Palette::default();
    let running = runtime::run(
        &mut terminal,
        inputs,
        api,
        &mut host,
        start,
        &palette,
        &frames,
    );
    let user = User { screen, keyboard };
    let (ended, ()) = tokio::join!(running, script(user, clipboard));
    ended.unwrap();
}
