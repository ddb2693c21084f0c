//! The event loop: turns keys, responses and time into messages for [`crate::app::update`], and
//! executes the commands that it returns. It makes no decisions.

mod step;

use std::{
    future::Future,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crossterm::event::Event;
use futures_util::{Stream, StreamExt};
use jiff::{Timestamp, tz::TimeZone};
use ratatui::{Terminal, backend::Backend as TerminalBackend, layout::Size};
use tokio::{
    sync::mpsc,
    task::{JoinHandle, JoinSet},
    time::Instant,
};

use self::step::Step;
use crate::{
    api::{ApiRequest, ApiResponse, ChangeEvent, ReceivedChange, RequestError},
    app::{
        cmd::{Cmd, Msg, Timer},
        model::{Model, Start},
        update,
    },
    client::{Api, CHANNEL_CAPACITY},
    theme::Palette,
    view,
};

/// How long the exit waits for pending writes.
const WRITE_TIMEOUT: Duration = Duration::from_secs(2);

/// The least time between the frames of typed characters. The characters of a text that is pasted without
/// brackets follow each other faster, and a frame for each of them would take seconds.
const FRAME_TIME: Duration = Duration::from_millis(16);

/// Capacity of the channel with responses and expired timers. When it is full, the task of a
/// response or timer waits until the event loop has received earlier ones. The loop itself never
/// sends, so it cannot wait for itself.
const MESSAGE_CAPACITY: usize = 64;

/// The size that the client assumes for a terminal that reports 0, as a serial line and some
/// pseudo-terminals do: that of the VT100.
const FALLBACK_SIZE: Size = Size {
    width: 80,
    height: 24,
};

/// An input from the terminal or a signal.
#[derive(Debug)]
pub enum Input {
    /// An event of the terminal, and the number of frames that were drawn when it arrived.
    Terminal(Event, u64),
    /// A signal to exit.
    Quit,
    /// A signal to suspend the process.
    Suspend,
    /// The process was resumed after a suspension from outside.
    Resume,
}

/// The number of frames that have been drawn. All clones share it.
#[derive(Clone, Debug, Default)]
pub struct Frames(Arc<AtomicU64>);

impl Frames {
    /// The current number.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Counts a frame.
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// Sends requests to a server.
pub trait Backend: Clone + Send + 'static {
    /// Sends a request and waits for its response.
    fn send(
        &self,
        request: ApiRequest,
    ) -> impl Future<Output = Result<ApiResponse, RequestError>> + Send;

    /// A sentence for the user about what a call has changed on this machine. Each is returned once.
    fn take_warning(&self) -> Option<String> {
        None
    }

    /// Opens the stream of changes after the one with this token, or from now on. It ends when the receiver is
    /// dropped.
    fn watch(&self, resume_token: String) -> mpsc::Receiver<ReceivedChange>;
}

impl Backend for Api {
    fn send(
        &self,
        request: ApiRequest,
    ) -> impl Future<Output = Result<ApiResponse, RequestError>> + Send {
        Self::send(self, request)
    }

    fn take_warning(&self) -> Option<String> {
        Self::take_warning(self)
    }

    fn watch(&self, resume_token: String) -> mpsc::Receiver<ReceivedChange> {
        Self::watch(self, resume_token)
    }
}

/// The terminal, apart from drawing.
pub trait Host {
    /// The current time.
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// Copies a text to the clipboard.
    fn copy(&mut self, text: &str);

    /// Whether the mouse is captured at the start.
    fn has_mouse(&self) -> bool {
        true
    }

    /// Captures the mouse, or releases it to the terminal.
    fn mouse(&mut self, on: bool);

    /// Restores the terminal, suspends the process, and sets up the terminal again after the
    /// resumption.
    fn suspend(&mut self) -> impl Future<Output = io::Result<()>>;

    /// Sets up the terminal again after a suspension from outside.
    fn resume(&mut self) -> impl Future<Output = io::Result<()>>;
}

/// Runs until the user quits.
///
/// # Errors
/// The terminal fails.
pub async fn run<B: TerminalBackend>(
    terminal: &mut Terminal<B>,
    inputs: impl Stream<Item = Input> + Unpin,
    api: impl Backend,
    host: &mut impl Host,
    start: Start,
    palette: &Palette,
    frames: &Frames,
) -> io::Result<()>
where
    B::Error: Send + Sync + 'static,
{
    let (messages, mut incoming) = mpsc::channel(MESSAGE_CAPACITY);
    let mut inputs = inputs.fuse();
    let mut runner = Runner {
        zone: start.now.time_zone().clone(),
        api,
        messages,
        writes: JoinSet::new(),
        changes: None,
        resume_token: String::new(),
        status_timer: None,
        repaints: false,
    };
    let mut model = Model::new(start);
    model.mouse = host.has_mouse();
    let mut has_quit = runner.dispatch(&mut model, host, Msg::Start);
    let mut needs_redraw = true;
    let mut last_frame = Instant::now();
    let mut is_character = false;
    while !has_quit {
        let next_frame = last_frame + FRAME_TIME;
        let waits = is_character && Instant::now() < next_frame;
        if needs_redraw && !waits {
            terminal
                .draw(|frame| view::draw(&model, palette, frame))
                .map_err(io::Error::other)?;
            needs_redraw = false;
            last_frame = Instant::now();
            frames.add();
            update(&mut model, Msg::Drawn);
        }
        let step = tokio::select! {
            input = inputs.next() => Step::of_input(&model, input),
            Some(msg) = incoming.recv() => Step::Update(msg),
            changes = runner.changes() => Step::Update(Msg::Changes(changes)),
            () = tick(&model, waits.then_some(next_frame)) => {
                if waits { Step::Ignore } else { Step::Update(Msg::Tick) }
            }
        };
        is_character = step.is_character();
        match step {
            Step::Quit => break,
            Step::Ignore => continue,
            Step::Update(msg) => has_quit = runner.dispatch(&mut model, host, msg),
            Step::Input(msg, frames) => {
                update(&mut model, Msg::Arrived(frames));
                has_quit = runner.dispatch(&mut model, host, msg);
            }
            Step::Suspend => {
                host.suspend().await?;
                repaint(terminal).map_err(io::Error::other)?;
            }
            Step::Resume => {
                host.resume().await?;
                repaint(terminal).map_err(io::Error::other)?;
            }
        }
        if std::mem::take(&mut runner.repaints) {
            repaint(terminal).map_err(io::Error::other)?;
        }
        needs_redraw = true;
    }
    // Tasks that wait for a full channel end now instead of delaying the exit.
    drop(incoming);
    runner.finish_writes().await;
    Ok(())
}

/// Makes the next frame draw every cell. `Terminal::clear` would first query the cursor's position,
/// and the response would arrive among the key events.
fn repaint<B: TerminalBackend>(terminal: &mut Terminal<B>) -> Result<(), B::Error> {
    let size = terminal.size()?;
    terminal.resize(size.into())
}

/// The size of a terminal that reports this size, in which 0 means unknown.
#[must_use]
pub(crate) const fn size_or_fallback(width: u16, height: u16) -> Size {
    Size {
        width: if width == 0 {
            FALLBACK_SIZE.width
        } else {
            width
        },
        height: if height == 0 {
            FALLBACK_SIZE.height
        } else {
            height
        },
    }
}

/// Waits for the next frame, if one is due, or until a spinner or countdown advances; never returns
/// without any of them.
async fn tick(model: &Model, next_frame: Option<Instant>) {
    let end = next_frame.or_else(|| Some(Instant::now() + model.tick()?));
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

/// Executes commands.
struct Runner<A> {
    zone: TimeZone,
    api: A,
    /// Used by the tasks of requests and timers only; see [`MESSAGE_CAPACITY`].
    messages: mpsc::Sender<Msg>,
    /// Requests that write; the exit waits for them.
    writes: JoinSet<()>,
    /// The stream of changes, and the [`Model::listener`] for which it was opened.
    changes: Option<((i64, u64), mpsc::Receiver<ReceivedChange>)>,
    /// Continues the stream after the last message that the client has received.
    resume_token: String,
    /// The timer of the message of the status line. An earlier one is stopped: each character of a pasted
    /// text beyond the limit of its input starts one.
    status_timer: Option<JoinHandle<()>>,
    /// Whether every cell of the screen is to be drawn.
    repaints: bool,
}

impl<A: Backend> Runner<A> {
    /// Passes a message to the client and executes its commands. Returns whether the user quits.
    fn dispatch(&mut self, model: &mut Model, host: &mut impl Host, msg: Msg) -> bool {
        update(model, Msg::Clock(host.now().to_zoned(self.zone.clone())));
        let mut quits = false;
        for cmd in update(model, msg) {
            match cmd {
                Cmd::Send { id, request } => self.send(id, request),
                Cmd::After(time, timer) => {
                    let messages = self.messages.clone();
                    let is_status = matches!(timer, Timer::Status(_));
                    let task = tokio::spawn(async move {
                        tokio::time::sleep(time).await;
                        let _ = messages.send(Msg::Timer(timer)).await;
                    });
                    if is_status && let Some(earlier) = self.status_timer.replace(task) {
                        earlier.abort();
                    }
                }
                Cmd::Copy(text) => host.copy(&text),
                Cmd::Mouse(on) => host.mouse(on),
                Cmd::Redraw => self.repaints = true,
                Cmd::Quit => quits = true,
            }
        }
        let listener = model.listener();
        if listener != self.changes.as_ref().map(|(listener, _)| *listener) {
            if listener.is_none() {
                // The next user begins with lists of their own.
                self.resume_token.clear();
            }
            self.changes =
                listener.map(|listener| (listener, self.api.watch(self.resume_token.clone())));
        }
        quits
    }

    /// All received changes. A full channel is reported as a reload, because changes may be missing.
    async fn changes(&mut self) -> Vec<ChangeEvent> {
        let mut received = Vec::new();
        if let Some((_, receiver)) = &mut self.changes {
            let count = receiver.recv_many(&mut received, CHANNEL_CAPACITY).await;
            let mut changes = Vec::with_capacity(count);
            for ReceivedChange {
                event,
                resume_token,
                message: _,
            } in received
            {
                self.resume_token = resume_token;
                changes.push(event);
            }
            match count {
                // The stream does not reopen.
                0 => {}
                CHANNEL_CAPACITY if !changes.contains(&ChangeEvent::SessionEnded) => {
                    return vec![ChangeEvent::Reload];
                }
                _ => return changes,
            }
        }
        std::future::pending().await
    }

    /// Waits until pending writes, a logout included, have reached the server, at most
    /// [`WRITE_TIMEOUT`].
    async fn finish_writes(&mut self) {
        let finished = async { while self.writes.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(WRITE_TIMEOUT, finished).await;
    }

    fn send(&mut self, id: u64, request: ApiRequest) {
        let api = self.api.clone();
        let messages = self.messages.clone();
        let writes = request.writes();
        let task = async move {
            let result = api.send(request).await;
            // The receiver is dropped when the user quits.
            let _ = messages.send(Msg::Response { id, result }).await;
            if let Some(text) = api.take_warning() {
                let _ = messages.send(Msg::Warning(text)).await;
            }
        };
        if writes {
            self.writes.spawn(task);
            while self.writes.try_join_next().is_some() {}
        } else {
            tokio::spawn(task);
        }
    }
}
