//! The event loop with simulated input, on a screen in memory. Time is paused and advances only
//! while all tasks wait, so that results do not depend on the load of the machine.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use epic::{
    api::{ApiRequest, ApiResponse, Change, ChangeEvent, ReceivedChange, RequestError},
    app::Start,
    client::CHANNEL_CAPACITY,
    messages::{Lang, Messages},
    runtime::{self, Backend, Frames, Host, Input},
    theme::Palette,
};
use epic_events::v1::RecordType;
use jiff::Timestamp;
use ratatui::{Terminal, backend::TestBackend};
use tokio::sync::mpsc::{self, Receiver, UnboundedSender, unbounded_channel};
use tokio_stream::wrappers::UnboundedReceiverStream;
use uuid::Uuid;

use crate::support::{fake_server::FakeServer, records::ALICE, test_client::now};

/// A server in memory that records its requests.
#[derive(Clone, Default)]
struct RecordingServer {
    requests: Arc<Mutex<Vec<ApiRequest>>>,
    /// The sender of each stream of changes that was opened.
    listeners: Arc<Mutex<Vec<mpsc::Sender<ReceivedChange>>>>,
}

impl Backend for RecordingServer {
    async fn send(&self, request: ApiRequest) -> Result<ApiResponse, RequestError> {
        tokio::time::sleep(Duration::from_millis(5)).await;
        self.requests.lock().unwrap().push(request.clone());
        FakeServer::default().answer(&request, ALICE)
    }

    fn watch(&self, _: String) -> Receiver<ReceivedChange> {
        let (sender, listener) = mpsc::channel(CHANNEL_CAPACITY);
        self.listeners.lock().unwrap().push(sender);
        listener
    }
}

#[derive(Default)]
struct TestHost {
    copied: Vec<String>,
    suspended: usize,
    /// The number of frames that were drawn.
    frames: u64,
}

impl Host for TestHost {
    fn now(&self) -> Timestamp {
        now().timestamp()
    }

    fn copy(&mut self, text: &str) {
        self.copied.push(text.to_owned());
    }

    fn mouse(&mut self, _: bool) {}

    async fn suspend(&mut self) -> io::Result<()> {
        self.suspended += 1;
        Ok(())
    }

    async fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn press(keyboard: &UnboundedSender<Input>, code: KeyCode, modifiers: KeyModifiers) {
    let key = KeyEvent::new(code, modifiers);
    keyboard
        .send(Input::Terminal(Event::Key(key), u64::MAX))
        .unwrap();
}

/// Runs the loop: types each text and waits for the effects.
async fn run(resume: bool, typed: &[&str]) -> (String, Vec<ApiRequest>, TestHost) {
    run_on(RecordingServer::default(), resume, typed).await
}

async fn run_on(
    server: RecordingServer,
    resume: bool,
    typed: &[&str],
) -> (String, Vec<ApiRequest>, TestHost) {
    let (keyboard, inputs) = unbounded_channel();
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut host = TestHost::default();
    let start = Start {
        messages: Messages::new(Lang::En).in_zone(now().time_zone().clone()),
        now: now(),
        size: (80, 24),
        resume,
        demo: Vec::new(),
        server: "https://crm.example.org".to_owned(),
        new_id: || Uuid::from_u128(7),
    };
    let typing = async {
        for text in typed {
            tokio::time::sleep(Duration::from_millis(100)).await;
            for letter in text.chars() {
                match letter {
                    '\n' => press(&keyboard, KeyCode::Enter, KeyModifiers::NONE),
                    '\t' => press(&keyboard, KeyCode::Tab, KeyModifiers::NONE),
                    '\u{3}' => press(&keyboard, KeyCode::Char('c'), KeyModifiers::CONTROL),
                    '\u{1a}' => press(&keyboard, KeyCode::Char('z'), KeyModifiers::CONTROL),
                    letter => press(&keyboard, KeyCode::Char(letter), KeyModifiers::NONE),
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        // Refused after the user has quit.
        let _ = keyboard.send(Input::Quit);
    };
    let inputs = UnboundedReceiverStream::new(inputs);
    let frames = Frames::default();
    let palette = Palette::default();
    let running = runtime::run(
        &mut terminal,
        inputs,
        server.clone(),
        &mut host,
        start,
        &palette,
        &frames,
    );
    let (result, ()) = tokio::join!(running, typing);
    result.unwrap();
    host.frames = frames.count();
    let requests = server.requests.lock().unwrap().clone();
    (terminal.backend().to_string(), requests, host)
}

#[tokio::test(start_paused = true)]
async fn signing_in_shows_the_lists() {
    let typed = ["alice@epic.example\tcorrect horse battery\n", "3", "j"];
    let (screen, requests, _) = run(false, &typed).await;
    assert!(matches!(requests.first(), Some(ApiRequest::Login(_))));
    assert!(screen.contains("Due €"), "{screen}");
    assert!(screen.contains("2 of 40"), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn a_session_from_an_earlier_start_continues() {
    let (screen, requests, _) = run(true, &[]).await;
    assert!(matches!(requests.first(), Some(ApiRequest::GetMe(_))));
    assert!(screen.contains("1 of 150"), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn signing_out_reaches_the_server_before_the_exit() {
    let (screen, requests, _) = run(true, &[":sign out\n"]).await;
    assert!(matches!(requests.last(), Some(ApiRequest::Logout(_))));
    assert!(screen.contains("Please sign in"), "{screen}");
}

/// Each `r` repeats the requests of the list, so that the responses exceed the channel's capacity.
#[tokio::test(start_paused = true)]
async fn a_burst_of_responses_reaches_the_client() {
    let refreshes = "r".repeat(200);
    let (screen, requests, _) = run(true, &["", &refreshes, "j"]).await;
    assert!(requests.len() > 200, "{}", requests.len());
    assert!(screen.contains("2 of 150"), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_responses_does_not_delay_the_exit() {
    let quit = format!("{}:sign out\n\u{3}", "r".repeat(200));
    let start = tokio::time::Instant::now();
    let (_, requests, _) = run(true, &["", &quit]).await;
    assert!(
        requests
            .iter()
            .any(|it| matches!(it, ApiRequest::Logout(_)))
    );
    // Shorter than the timeout of pending writes.
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn consecutive_letters_send_one_search() {
    let (_, requests, _) = run(true, &["", "/client", "", ""]).await;
    let searched = requests.iter().filter_map(|request| match request {
        ApiRequest::ListClients(request) => Some(request.query.as_str()),
        _ => None,
    });
    let searched: Vec<_> = searched.filter(|query| !query.is_empty()).collect();
    assert_eq!(searched, ["client"]);
}

#[tokio::test(start_paused = true)]
async fn ctrl_z_suspends_and_resumes() {
    let (screen, _, host) = run(true, &["", "\u{1a}", "3", ""]).await;
    assert_eq!(host.suspended, 1);
    assert!(screen.contains("Due €"), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn only_a_signed_in_client_listens_to_changes() {
    let server = RecordingServer::default();
    let listeners = Arc::clone(&server.listeners);
    let alice = "alice@epic.example\tcorrect horse battery\n";
    let check_listeners = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(listeners.lock().unwrap().is_empty());
        tokio::time::sleep(Duration::from_millis(100)).await;
        let first = listeners.lock().unwrap()[0].clone();
        assert!(!first.is_closed());
        first.closed().await;
        while listeners.lock().unwrap().len() < 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(!listeners.lock().unwrap()[1].is_closed());
    };
    let typed = [alice, ":sign out\n", alice, "3"];
    let ((screen, ..), ()) = tokio::join!(run_on(server, false, &typed), check_listeners);
    assert!(screen.contains("Due €"), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn queued_changes_cost_one_refresh() {
    let server = RecordingServer::default();
    let listeners = Arc::clone(&server.listeners);
    let changes = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let listener = listeners.lock().unwrap()[0].clone();
        for id in 0..5_000 {
            let change = Change {
                deleted: false,
                record: RecordType::Client,
                id,
                etag: "2".to_owned(),
                actor: String::new(),
            };
            let received = ReceivedChange::new(ChangeEvent::Change(change), "");
            listener.send(received).await.unwrap();
        }
    };
    let typed = ["", "", "", "", ""];
    let ((_, requests, _), ()) = tokio::join!(run_on(server, true, &typed), changes);
    let pages = requests
        .iter()
        .filter(|request| matches!(request, ApiRequest::ListClients(r) if r.page_size > 1));
    assert_eq!(pages.count(), 2, "the first load and one refresh");
}

#[tokio::test(start_paused = true)]
async fn characters_that_arrive_together_share_a_frame() {
    let pasted = "Marie Lopez ".repeat(2_000);
    let (screen, _, host) = run(true, &["2", "/", &pasted]).await;
    assert!(screen.contains("Lopez Marie Lo"), "{screen}");
    assert!(host.frames < 100, "{} frames", host.frames);
}
