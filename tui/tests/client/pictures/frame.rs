//! Frames of the scenarios, in every language and size.

use std::{
    io,
    sync::{Arc, Mutex},
    thread,
};

use epic::{messages::Lang, view};
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use crate::{
    pictures::colors::Colors,
    scenarios::{self, SMALL, Scenario, WIDE},
    support::test_client::TestClient,
};

/// Columns and rows of the pictures.
pub(super) const SIZES: [(u16, u16); 3] = [SMALL, WIDE, (200, 50)];

/// A screen before it has colours.
pub(super) struct Frame {
    /// The name of the scenario.
    pub(super) name: &'static str,
    pub(super) lang: Lang,
    /// Columns and rows.
    pub(super) size: (u16, u16),
    /// Cells whose colours are names of roles and grounds.
    pub(super) roles: Buffer,
    pub(super) cursor: Option<Position>,
    /// The errors that the program has logged, such as a missing message.
    pub(super) errors: String,
}

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Frame {
    fn of(scenario: &Scenario, lang: Lang, size: (u16, u16)) -> Self {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::ERROR)
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .without_time()
            .finish();
        let frame = tracing::subscriber::with_default(subscriber, || {
            Self::new(scenario.name, lang, size, &scenario.run(lang, size))
        });
        let errors = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        Self { errors, ..frame }
    }

    pub(super) fn new(
        name: &'static str,
        lang: Lang,
        size: (u16, u16),
        client: &TestClient,
    ) -> Self {
        let mut roles = Buffer::empty(Rect::new(0, 0, size.0, size.1));
        let cursor = view::draw_roles(&client.model, &mut roles);
        Self {
            name,
            lang,
            size,
            roles,
            cursor,
            errors: String::new(),
        }
    }

    /// The frame in the colours of a terminal.
    pub(super) fn painted(&self, colors: Colors) -> Buffer {
        let mut buffer = self.roles.clone();
        colors.palette().paint(&mut buffer);
        buffer
    }

    /// The name of its file, without the colours.
    pub(super) fn file_name(&self) -> String {
        let (width, height) = self.size;
        format!("{}-{}-{width}x{height}", self.name, self.lang.code())
    }

    /// The text of a row.
    pub(super) fn row(&self, y: u16) -> String {
        row(&self.roles, y)
    }
}

/// The text of a row. The second columns of wide characters are not in it.
pub(super) fn row(buffer: &Buffer, y: u16) -> String {
    let mut text = String::new();
    let mut x = 0;
    while x < buffer.area.width {
        let symbol = buffer[(x, y)].symbol();
        text.push_str(symbol);
        x += epic::layout::columns(symbol).max(1);
    }
    text
}

/// Calls a function with each frame: all scenarios in both languages, in three sizes and those of their
/// snapshots. The frames of a scenario and language are passed together, the largest last.
pub(super) fn for_each(work: impl Fn(&[Frame]) + Sync) {
    let all = scenarios::all().flat_map(|scenario| Lang::ALL.map(|lang| (scenario, lang)));
    let queue = Mutex::new(all);
    let run = || {
        loop {
            // The guard must not live while the frames are drawn.
            let next = queue.lock().unwrap().next();
            let Some((scenario, lang)) = next else { return };
            let others = scenario.sizes.iter().filter(|size| !SIZES.contains(size));
            let frames: Vec<_> = others
                .chain(&SIZES)
                .map(|&size| Frame::of(scenario, lang, size))
                .collect();
            work(&frames);
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(run);
        }
    });
}
