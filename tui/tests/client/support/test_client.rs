//! The client without a terminal: simulated keys, a manual clock, a server in memory.

use std::{cell::RefCell, collections::VecDeque, time::Duration};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use epic::{
    api::{ApiRequest, ApiResponse, RequestError},
    app::{Cmd, DemoAccount, Model, Msg, Start, Timer, cmd::Target, update},
    messages::{Lang, Messages},
    theme::Palette,
    view,
};
use epic_events::v1::Role;
use jiff::{Timestamp, Zoned, tz::TimeZone};
use ratatui::{Terminal, backend::TestBackend};
use uuid::Uuid;

use super::fake_server::FakeServer;

/// Columns and rows of most tests' screens. They have room for the record pane.
pub(crate) const SIZE: (u16, u16) = (120, 40);

/// An English client with a screen of [`SIZE`], signed in with the demo account of this digit.
pub(crate) fn signed_in(digit: char) -> TestClient {
    TestClient::signed_in(Lang::En, SIZE, digit)
}

pub(crate) struct TestClient {
    pub(crate) model: Model,
    pub(crate) server: FakeServer,
    /// Every request that was sent.
    pub(crate) requests: Vec<ApiRequest>,
    /// The texts copied to the clipboard.
    pub(crate) copied: Vec<String>,
    pub(crate) has_quit: bool,
    /// How often the whole screen was drawn again.
    pub(crate) redraws: usize,
    /// Whether responses are held back.
    pub(crate) holds_responses: bool,
    held: VecDeque<(u64, ApiRequest)>,
    /// The number of frames that have been drawn.
    frames: u64,
    /// The timers that were started.
    pub(crate) timers: Vec<(Duration, Timer)>,
}

thread_local! {
    static LAST: RefCell<u128> = const { RefCell::new(0) };
}

fn new_id() -> Uuid {
    LAST.with_borrow_mut(|last| {
        *last += 1;
        Uuid::from_u128(0x1234_0000_0000_4000_8000_0000_0000_0000 + *last)
    })
}

pub(crate) fn now() -> Zoned {
    let at: Timestamp = "2026-09-07T08:30:00Z".parse().unwrap();
    at.to_zoned(TimeZone::get("Europe/Paris").unwrap())
}

impl TestClient {
    /// A client that has just started.
    pub(crate) fn new(lang: Lang, size: (u16, u16)) -> Self {
        let account = |role, name: &str| DemoAccount {
            role,
            email: format!("{name}@epic.example"),
            password: "correct horse battery".to_owned(),
        };
        let messages = Messages::new(lang).in_zone(now().time_zone().clone());
        let mut client = Self {
            model: Model::new(Start {
                messages,
                now: now(),
                size,
                resume: false,
                demo: vec![
                    account(Role::Gestion, "alice"),
                    account(Role::Commercial, "karim"),
                    account(Role::Support, "marie"),
                ],
                server: "https://crm.example.org".to_owned(),
                new_id,
            }),
            server: FakeServer::default(),
            requests: Vec::new(),
            copied: Vec::new(),
            has_quit: false,
            redraws: 0,
            holds_responses: false,
            held: VecDeque::new(),
            frames: 0,
            timers: Vec::new(),
        };
        client.send(Msg::Start);
        client
    }

    /// A client, signed in with the demo account of this digit.
    pub(crate) fn signed_in(lang: Lang, size: (u16, u16), digit: char) -> Self {
        let mut client = Self::new(lang, size);
        client.keys(&format!("<f{digit}><enter>"));
        client.requests.clear();
        client
    }

    /// Draws a frame; the next input arrives after it.
    fn see_frame(&mut self) {
        self.frames += 1;
        update(&mut self.model, Msg::Drawn);
        update(&mut self.model, Msg::Arrived(self.frames));
    }

    pub(crate) fn send(&mut self, msg: Msg) {
        let mut cmds: VecDeque<Cmd> = update(&mut self.model, msg).into();
        while let Some(cmd) = cmds.pop_front() {
            match cmd {
                Cmd::Send { id, request } => {
                    self.requests.push(request.clone());
                    if self.holds_responses {
                        self.held.push_back((id, request));
                        continue;
                    }
                    let result = self.answer(&request);
                    cmds.extend(update(&mut self.model, Msg::Response { id, result }));
                }
                Cmd::After(time, timer) => self.timers.push((time, timer)),
                Cmd::Copy(text) => self.copied.push(text),
                Cmd::Mouse(_) => {}
                Cmd::Redraw => self.redraws += 1,
                Cmd::Quit => self.has_quit = true,
            }
        }
    }

    /// The server's response to a request of the signed-in user.
    pub(crate) fn answer(&self, request: &ApiRequest) -> Result<ApiResponse, RequestError> {
        let caller = self.model.me.as_ref().map_or(0, |me| me.id);
        self.server.answer(request, caller)
    }

    /// The id of the last held request.
    pub(crate) fn last_held_id(&self) -> u64 {
        self.held.back().unwrap().0
    }

    /// Removes the first held request that matches.
    pub(crate) fn release(
        &mut self,
        matches: impl Fn(&ApiRequest) -> bool,
    ) -> Option<(u64, ApiRequest)> {
        let index = self.held.iter().position(|(_, request)| matches(request))?;
        self.held.remove(index)
    }

    /// Delivers the held responses, the last one first.
    pub(crate) fn answer_in_reverse(&mut self) {
        self.holds_responses = false;
        while let Some((id, request)) = self.held.pop_back() {
            let result = self.answer(&request);
            self.send(Msg::Response { id, result });
        }
    }

    /// Delivers the held responses, the first one first.
    pub(crate) fn answer_in_order(&mut self) {
        self.holds_responses = false;
        while let Some((id, request)) = self.held.pop_front() {
            let result = self.answer(&request);
            self.send(Msg::Response { id, result });
        }
    }

    /// Expires all timers.
    pub(crate) fn run_timers(&mut self) {
        for (_, timer) in std::mem::take(&mut self.timers) {
            // Its message is read later.
            if !matches!(timer, Timer::Status(_)) {
                self.send(Msg::Timer(timer));
            }
        }
    }

    /// Advances the clock by this number of seconds.
    pub(crate) fn advance(&mut self, seconds: i64) {
        let later = &self.model.now + jiff::SignedDuration::from_secs(seconds);
        self.send(Msg::Clock(later));
    }

    /// Presses keys: letters, and names like `<enter>` and `<ctrl-s>`.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        // No key signs out; the palette does, in the language of the client.
        let label = self.model.messages.get("key-logout");
        let keys = keys.replace("<log-out>", &format!(":{label}<enter>"));
        for key in parse_keys(&keys) {
            self.see_frame();
            self.send(Msg::Key(key));
        }
        self
    }

    /// Presses keys that arrive at the same time.
    pub(crate) fn burst(&mut self, keys: &str) -> &mut Self {
        self.see_frame();
        let frames = self.frames;
        for (index, key) in parse_keys(keys).into_iter().enumerate() {
            if index > 0 {
                update(&mut self.model, Msg::Arrived(frames));
            }
            self.send(Msg::Key(key));
            update(&mut self.model, Msg::Drawn);
            self.frames += 1;
        }
        self
    }

    pub(crate) fn target(&self, column: u16, row: u16) -> Target {
        view::target_at(&self.model, column, row)
    }

    pub(crate) fn click(&mut self, column: u16, row: u16) {
        let target = self.target(column, row);
        self.see_frame();
        self.send(Msg::Click(target));
    }

    /// The screen as text.
    pub(crate) fn screen(&self) -> String {
        let (width, height) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal
            .draw(|frame| view::draw(&self.model, &Palette::default(), frame))
            .unwrap();
        terminal.backend().to_string()
    }
}

/// The keys of a text in which `<name>` is a key with a name.
fn parse_keys(keys: &str) -> Vec<KeyEvent> {
    let mut events = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        let (code, modifiers, length) = match rest.find('>') {
            Some(end) if first == '<' => {
                let (code, modifiers) = parse_key(&rest[1..end]);
                (code, modifiers, end + 1)
            }
            _ => (KeyCode::Char(first), KeyModifiers::NONE, first.len_utf8()),
        };
        events.push(KeyEvent::new(code, modifiers));
        rest = &rest[length..];
    }
    events
}

/// The framed popup in the foreground of a screen: the one whose top is the lowest and rightmost.
pub(crate) fn popup_of(screen: &str) -> String {
    let rows: Vec<Vec<char>> = screen.lines().map(|line| line.chars().collect()).collect();
    let last = |row: &[char], corner| row.iter().rposition(|&c| c == corner);
    let tops = rows.iter().enumerate();
    let mut tops = tops.filter_map(|(y, row)| Some((y, last(row, '╭')?)));
    let (top, left) = tops.next_back().unwrap();
    let height = rows[top..].iter().position(|row| row[left] == '╰').unwrap();
    let popup = &rows[top..=top + height];
    let width = popup[height][left..]
        .iter()
        .position(|&c| c == '╯')
        .unwrap();
    let line = |row: &Vec<char>| row[left..=left + width].iter().collect::<String>();
    popup.iter().map(|row| line(row) + "\n").collect()
}

/// The text of the popup in the foreground, as one line.
pub(crate) fn popup_text(client: &TestClient) -> String {
    let popup = popup_of(&client.screen()).replace('│', " ");
    popup.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn parse_key(name: &str) -> (KeyCode, KeyModifiers) {
    if let Some(letter) = name.strip_prefix("ctrl-") {
        return (
            KeyCode::Char(letter.chars().next().unwrap()),
            KeyModifiers::CONTROL,
        );
    }
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "end" => KeyCode::End,
        "home" => KeyCode::Home,
        "pgdn" => KeyCode::PageDown,
        "pgup" => KeyCode::PageUp,
        "del" => KeyCode::Delete,
        "back" => KeyCode::Backspace,
        "f1" => KeyCode::F(1),
        "f2" => KeyCode::F(2),
        "f3" => KeyCode::F(3),
        "f4" => KeyCode::F(4),
        other => panic!("no key {other}"),
    };
    (code, KeyModifiers::NONE)
}
