//! Draws `docs/screen.svg`: runs `epic demo` in a pseudo-terminal, opens the contracts, and
//! converts the frame to SVG, cell by cell.
//!
//! ```sh
//! cargo build --bin epic && cargo run -p epic --example picture > docs/screen.svg
//! ```

#![allow(clippy::print_stdout)] // The picture goes to standard output.

use std::{
    error::Error,
    fmt::Write as _,
    io::{Read, Write as _},
    num::NonZeroU16,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use unicode_width::UnicodeWidthStr as _;
use vt100::{Cell, Color, Parser, Screen};

const COLS: u16 = 120;
const ROWS: u16 = 30;
/// Size of a cell in pixels.
const CELL: (u16, u16) = (9, 19);
const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d7dae0";
/// A text to wait for, and the keys to send then.
const STEPS: [(&str, &str); 4] = [
    // F1 fills in the account.
    ("gestion@epic.example", "\x1bOP\r"),
    ("2,200", "3"),
    ("3,300", "jj"),
    ("3 of 3,300", ""),
];
const TIMEOUT: Duration = Duration::from_mins(2);

type Terminal = Arc<Mutex<Parser>>;

fn main() -> Result<(), Box<dyn Error>> {
    let size = PtySize {
        rows: ROWS,
        cols: COLS,
        ..PtySize::default()
    };
    let pair = native_pty_system().openpty(size)?;
    let program = std::env::current_exe()?
        .ancestors()
        .nth(2)
        .ok_or("no target folder")?
        .join("epic");
    let mut command = CommandBuilder::new(program);
    command.args(["--lang", "en", "demo"]);
    command.env("EPIC_TIME_ZONE", "Europe/Paris");
    command.env("TERM", "xterm-256color");
    command.env("COLORTERM", "truecolor");
    command.env("EPIC_THEME", "dark");
    command.env_remove("NO_COLOR");
    let mut child = pair.slave.spawn_command(command)?;
    let mut keyboard = pair.master.take_writer()?;
    let non_zero = |number| NonZeroU16::new(number).ok_or("a screen has cells");
    let terminal: Terminal = Arc::new(Mutex::new(Parser::new(non_zero(ROWS)?, non_zero(COLS)?, 0)));
    watch(pair.master.try_clone_reader()?, &terminal);
    let picture = run_steps(&terminal, &mut keyboard);
    keyboard.write_all(b"q")?;
    child.wait()?;
    println!("{}", picture?);
    Ok(())
}

/// Feeds the output of the program to the terminal's parser.
fn watch(mut output: Box<dyn Read + Send>, terminal: &Terminal) {
    let terminal = Arc::clone(terminal);
    thread::spawn(move || {
        let mut bytes = [0; 4_096];
        while let Ok(count @ 1..) = output.read(&mut bytes) {
            if let Ok(mut parser) = terminal.lock() {
                parser.process(&bytes[..count]);
            }
        }
    });
}

/// Runs the steps, and draws the screen when it no longer changes.
fn run_steps(
    terminal: &Terminal,
    keyboard: &mut impl std::io::Write,
) -> Result<String, Box<dyn Error>> {
    let parser = || terminal.lock().map_err(|_| "the reader thread panicked");
    for (text, keys) in STEPS {
        let end = Instant::now() + TIMEOUT;
        while !parser()?.screen().contents().contains(text) {
            if Instant::now() > end {
                return Err(format!(
                    "“{text}” did not appear:\n{}",
                    parser()?.screen().contents()
                )
                .into());
            }
            thread::sleep(Duration::from_millis(50));
        }
        keyboard.write_all(keys.as_bytes())?;
        keyboard.flush()?;
    }
    // The last frame may be incomplete.
    loop {
        let before = parser()?.screen().clone();
        thread::sleep(Duration::from_millis(500));
        if parser()?.screen().contents_formatted() == before.contents_formatted() {
            return Ok(svg(&before)?);
        }
    }
}

fn svg(screen: &Screen) -> Result<String, std::fmt::Error> {
    let (width, height) = (COLS * CELL.0, ROWS * CELL.1);
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-12 -12 {} {}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" \
         font-size=\"15\" shape-rendering=\"crispEdges\" role=\"img\">\n\
         <title>The list of contracts in Epic Events, with one contract open beside it</title>\n\
         <rect x=\"-12\" y=\"-12\" width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n",
        width + 24,
        height + 24,
    );
    for row in 0..ROWS {
        for col in 0..COLS {
            if let Some(cell) = screen.cell(row, col) {
                draw(&mut picture, cell, col, row)?;
            }
        }
    }
    picture.push_str("</svg>");
    Ok(picture)
}

/// Draws a cell: its background unless it is the default, then its text.
fn draw(picture: &mut String, cell: &Cell, col: u16, row: u16) -> std::fmt::Result {
    let (mut foreground, mut background) = (
        colour(cell.fgcolor(), FOREGROUND),
        colour(cell.bgcolor(), BACKGROUND),
    );
    if cell.inverse() {
        std::mem::swap(&mut foreground, &mut background);
    }
    let (x, y) = (col * CELL.0, row * CELL.1);
    if background != BACKGROUND {
        let (width, height) = CELL;
        writeln!(
            picture,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{background}\"/>"
        )?;
    }
    let text = cell.contents();
    if text.trim().is_empty() {
        return Ok(());
    }
    let weight = if cell.bold() {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let length = usize::from(CELL.0) * text.width();
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    writeln!(
        picture,
        "<text x=\"{x}\" y=\"{}\" textLength=\"{length}\" fill=\"{foreground}\"{weight}>{text}</text>",
        y + 15,
    )
}

/// A colour of 24 bits, of which all colours of the client are here.
fn colour(colour: Color, default: &str) -> String {
    match colour {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Default | Color::Idx(_) => default.to_owned(),
    }
}
