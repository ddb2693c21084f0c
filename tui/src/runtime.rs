//! The loop: keys, answers and time in, commands out. It acts and decides nothing; what happens is
//! up to [`crate::app::update`].

use std::{future::Future, io, time::Duration};

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use futures_util::{Stream, StreamExt};
use jiff::{Timestamp, tz::TimeZone};
use ratatui::{Terminal, backend::Backend as TerminalBackend};
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    api::{ApiRequest, ApiResponse},
    app::{
        cmd::{Cmd, Msg},
        model::{Model, Start},
        update,
    },
    client::{Api, CHANNEL_CAPACITY, ChangeEvent, RequestError},
    view,
};

/// How long the end waits for writes that are under way.
const FAREWELL: Duration = Duration::from_secs(2);

/// Rows that a turn of the mouse wheel scrolls.
const WHEEL: isize = 3;

/// What comes from outside.
#[derive(Debug)]
pub enum Input {
    /// From the terminal.
    Terminal(Event),
    /// The process was told to end.
    Quit,
    /// The process was told to stop.
    Suspend,
    /// The process goes on after it was stopped by others.
    Resume,
}

/// Who answers questions.
pub trait Backend: Clone + Send + 'static {
    /// Asks, and waits for the answer.
    fn send(
        &self,
        call: ApiRequest,
    ) -> impl Future<Output = Result<ApiResponse, RequestError>> + Send;

    /// Listens to what others change, until the listener is dropped.
    fn watch(&self) -> mpsc::Receiver<ChangeEvent>;
}

impl Backend for Api {
    fn send(
        &self,
        call: ApiRequest,
    ) -> impl Future<Output = Result<ApiResponse, RequestError>> + Send {
        Self::send(self, call)
    }

    fn watch(&self) -> mpsc::Receiver<ChangeEvent> {
        Self::watch(self)
    }
}

/// The terminal besides the screen.
pub trait Host {
    /// The present.
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// Puts a text on the clipboard.
    fn copy(&mut self, text: &str);

    /// Whether the mouse is caught at first.
    fn has_mouse(&self) -> bool {
        true
    }

    /// Catches the mouse, or leaves it to the terminal.
    fn mouse(&mut self, on: bool);

    /// Gives the terminal back, stops, and takes it again when told to go on.
    fn suspend(&mut self) -> impl Future<Output = io::Result<()>>;

    /// Takes the terminal again.
    ///
    /// # Errors
    /// When it cannot be set up.
    fn resume(&mut self) -> io::Result<()>;
}

/// Runs until one leaves.
///
/// # Errors
/// When the terminal fails.
pub async fn run<B: TerminalBackend>(
    terminal: &mut Terminal<B>,
    inputs: impl Stream<Item = Input> + Unpin,
    api: impl Backend,
    host: &mut impl Host,
    start: Start,
) -> io::Result<()>
where
    B::Error: Send + Sync + 'static,
{
    let (answers, mut answered) = mpsc::unbounded_channel();
    let mut inputs = inputs.fuse();
    let mut outside = Runner {
        zone: start.now.time_zone().clone(),
        api,
        answers,
        writes: JoinSet::new(),
        listening: None,
    };
    let mut model = Model::new(start);
    model.mouse = host.has_mouse();
    let mut left = outside.dispatch(&mut model, host, Msg::Start);
    let mut stale = true;
    while !left {
        if stale {
            terminal
                .draw(|frame| view::draw(&model, frame))
                .map_err(io::Error::other)?;
            stale = false;
        }
        let msg = tokio::select! {
            input = inputs.next() => match input {
                None | Some(Input::Quit) => break,
                Some(Input::Terminal(event)) if is_suspend(&event) => {
                    host.suspend().await?;
                    repaint(terminal).map_err(io::Error::other)?;
                    stale = true;
                    continue;
                }
                Some(Input::Suspend) => {
                    host.suspend().await?;
                    repaint(terminal).map_err(io::Error::other)?;
                    stale = true;
                    continue;
                }
                Some(Input::Resume) => {
                    host.resume()?;
                    repaint(terminal).map_err(io::Error::other)?;
                    stale = true;
                    continue;
                }
                Some(Input::Terminal(event)) => match message(&model, event) {
                    Some(msg) => msg,
                    None => continue,
                },
            },
            Some(msg) = answered.recv() => msg,
            news = outside.news() => Msg::Changes(news),
            () = tick(&model) => Msg::Tick,
        };
        left = outside.dispatch(&mut model, host, msg);
        stale = true;
    }
    // Signing out, and anything being saved, still reaches the server.
    let _ = tokio::time::timeout(FAREWELL, async {
        while outside.writes.join_next().await.is_some() {}
    })
    .await;
    Ok(())
}

/// Has the next frame drawn whole. `Terminal::clear` would first ask the terminal where its cursor
/// is, and the answer would get lost among the keys.
fn repaint<B: TerminalBackend>(terminal: &mut Terminal<B>) -> Result<(), B::Error> {
    let size = terminal.size()?;
    terminal.resize(size.into())
}

/// Waits until something on the screen moves by itself; for ever when nothing does.
async fn tick(model: &Model) {
    match model.tick() {
        Some(period) => tokio::time::sleep(period).await,
        None => std::future::pending().await,
    }
}

/// Ctrl-Z comes as a key, since raw mode takes its signal away.
fn is_suspend(event: &Event) -> bool {
    matches!(event, Event::Key(key)
        if key.code == KeyCode::Char('z')
            && key.modifiers == KeyModifiers::CONTROL
            && key.kind == KeyEventKind::Press)
}

/// What an event of the terminal means to the client, if anything.
fn message(model: &Model, event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Msg::Key(key)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize(width, height)),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let target = view::target_at(model, mouse.column, mouse.row);
                Some(Msg::Click(target))
            }
            MouseEventKind::ScrollDown => Some(Msg::Scroll(WHEEL)),
            MouseEventKind::ScrollUp => Some(Msg::Scroll(-WHEEL)),
            _ => None,
        },
        _ => None,
    }
}

/// What commands need.
struct Runner<A> {
    zone: TimeZone,
    api: A,
    answers: mpsc::UnboundedSender<Msg>,
    /// Calls that change something, which the end waits for.
    writes: JoinSet<()>,
    /// Who listens to what others change, and where it is heard.
    listening: Option<((i64, u64), mpsc::Receiver<ChangeEvent>)>,
}

impl<A: Backend> Runner<A> {
    /// Lets something happen and does what follows. Answers whether one leaves.
    fn dispatch(&mut self, model: &mut Model, host: &mut impl Host, msg: Msg) -> bool {
        update(model, Msg::Clock(host.now().to_zoned(self.zone.clone())));
        let mut left = false;
        for cmd in update(model, msg) {
            match cmd {
                Cmd::Send { id, request } => self.send(id, request),
                Cmd::After(time, timer) => {
                    let answers = self.answers.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(time).await;
                        let _ = answers.send(Msg::Timer(timer));
                    });
                }
                Cmd::Copy(text) => host.copy(&text),
                Cmd::Mouse(on) => host.mouse(on),
                Cmd::Quit => left = true,
            }
        }
        let listener = model.listener();
        if listener != self.listening.as_ref().map(|(who, _)| *who) {
            self.listening = listener.map(|who| (who, self.api.watch()));
        }
        left
    }

    /// The news that have come, however many at once; what piles up is read again as a whole.
    async fn news(&mut self) -> Vec<ChangeEvent> {
        let mut news = Vec::new();
        if let Some((_, heard)) = &mut self.listening {
            match heard.recv_many(&mut news, CHANNEL_CAPACITY).await {
                // There will be no more.
                0 => {}
                CHANNEL_CAPACITY if !news.contains(&ChangeEvent::SessionEnded) => {
                    return vec![ChangeEvent::Reload];
                }
                _ => return news,
            }
        }
        std::future::pending().await
    }

    fn send(&mut self, id: u64, request: ApiRequest) {
        let api = self.api.clone();
        let answers = self.answers.clone();
        let writes = request.writes();
        let asking = async move {
            let result = api.send(request).await;
            // Nobody listens any more once one has left.
            let _ = answers.send(Msg::Response { id, result });
        };
        if writes {
            self.writes.spawn(asking);
            while self.writes.try_join_next().is_some() {}
        } else {
            tokio::spawn(asking);
        }
    }
}
