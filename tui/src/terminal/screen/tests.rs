#![allow(clippy::unwrap_used)]

use std::{cell::RefCell, rc::Rc};

use ratatui::{Terminal, TerminalOptions, Viewport, layout::Rect, text::Line};

use super::*;

mod random_frames;

const WIDTH: u16 = 20;
const HEIGHT: u16 = 12;

/// A terminal that gives characters the widths of this function. Like xterm it blanks the other columns
/// of a wide character when a part of it is overwritten.
struct Emulator {
    width_of: fn(char) -> usize,
    /// Each column: a character in its first one, `None` in the further ones of a wide one.
    rows: Vec<Vec<Option<char>>>,
    x: usize,
    y: usize,
    wraps: bool,
    /// The first and the last row of the scrolling region.
    region: (usize, usize),
}

impl Emulator {
    fn new(width_of: fn(char) -> usize) -> Self {
        let row = vec![Some(' '); usize::from(WIDTH)];
        Self {
            width_of,
            rows: vec![row; usize::from(HEIGHT)],
            x: 0,
            y: 0,
            wraps: true,
            region: (0, usize::from(HEIGHT) - 1),
        }
    }

    fn write(&mut self, bytes: &str) {
        let mut rest = bytes;
        while let Some(char) = rest.chars().next() {
            rest = &rest[char.len_utf8()..];
            if char == '\u{1b}' {
                let sequence = rest.strip_prefix('[').unwrap();
                let end = sequence.find(|it: char| it.is_ascii_alphabetic()).unwrap();
                self.control(&sequence[..end], &sequence[end..=end]);
                rest = &sequence[end + 1..];
            } else {
                match char {
                    '\n' => self.y += 1,
                    '\r' => self.x = 0,
                    '\u{8}' => self.x -= 1,
                    _ => self.print(char),
                }
            }
        }
    }

    fn control(&mut self, parameters: &str, kind: &str) {
        match (parameters, kind) {
            ("?7", "l") => self.wraps = false,
            ("?7", "h") => self.wraps = true,
            ("", "r") => self.set_region(1, usize::from(HEIGHT)),
            (_, "r") => {
                let (top, bottom) = parameters.split_once(';').unwrap();
                self.set_region(top.parse().unwrap(), bottom.parse().unwrap());
            }
            (_, "M" | "L") => {
                let (top, bottom) = self.region;
                assert!((top..=bottom).contains(&self.y));
                let rows = &mut self.rows[self.y..=bottom];
                let count = parameters.parse::<usize>().unwrap();
                let blank = vec![Some(' '); usize::from(WIDTH)];
                if kind == "M" {
                    rows.rotate_left(count);
                    let entered = rows.len() - count;
                    rows[entered..].fill(blank);
                } else {
                    rows.rotate_right(count);
                    rows[..count].fill(blank);
                }
            }
            (_, "H") => {
                let (y, x) = parameters.split_once(';').unwrap_or((parameters, "1"));
                self.y = y.parse::<usize>().unwrap() - 1;
                self.x = x.parse::<usize>().unwrap() - 1;
            }
            (_, "C") => self.x += parameters.parse().unwrap_or(1),
            (_, "D") => self.x -= parameters.parse().unwrap_or(1),
            (_, "K") => self.rows[self.y][self.x..].fill(Some(' ')),
            (_, "X") => {
                let end = self.x + parameters.parse::<usize>().unwrap();
                self.rows[self.y][self.x..end].fill(Some(' '));
            }
            _ => {}
        }
    }

    fn set_region(&mut self, top: usize, bottom: usize) {
        self.region = (top - 1, bottom - 1);
        (self.x, self.y) = (0, 0);
    }

    fn print(&mut self, char: char) {
        let is_known = has_known_width(char.encode_utf8(&mut [0; 4]));
        let width = if is_known { 1 } else { (self.width_of)(char) };
        if width == 0 {
            return;
        }
        let columns = usize::from(WIDTH);
        if self.x + width > columns {
            if self.wraps {
                self.x = 0;
                self.y = (self.y + 1).min(usize::from(HEIGHT) - 1);
            } else {
                self.x = columns - width;
            }
        }
        let row = &mut self.rows[self.y];
        let mut first = self.x;
        while row[first].is_none() {
            first -= 1;
        }
        let mut end = self.x + width;
        while end < columns && row[end].is_none() {
            end += 1;
        }
        row[first..end].fill(Some(' '));
        row[self.x..self.x + width].fill(None);
        row[self.x] = Some(char);
        self.x += width;
    }
}

/// What the screen writes. Clones share it.
#[derive(Clone, Default)]
struct Output(Rc<RefCell<Vec<u8>>>);

impl Output {
    fn take(&self) -> String {
        String::from_utf8(self.0.take()).unwrap()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn terminal() -> (Terminal<Screen<Output>>, Output) {
    let output = Output::default();
    let viewport = Viewport::Fixed(Rect::new(0, 0, WIDTH, HEIGHT));
    let screen = Screen::of_size(output.clone(), Size::new(WIDTH, HEIGHT));
    let terminal = Terminal::with_options(screen, TerminalOptions { viewport }).unwrap();
    (terminal, output)
}

/// Draws those lines, and asserts that every character of known width is in its column.
fn assert_drawn(
    (terminal, output): &mut (Terminal<Screen<Output>>, Output),
    emulator: &mut Emulator,
    lines: &[&str],
) {
    let mut expected = Vec::new();
    terminal
        .draw(|frame| {
            for (y, line) in (0_u16..).zip(lines) {
                frame.render_widget(Line::raw(*line), Rect::new(0, y, WIDTH, 1));
            }
            expected = frame.buffer_mut().content.clone();
        })
        .unwrap();
    emulator.write(&output.take());
    let mut covered = 0;
    for (index, cell) in expected.iter().enumerate() {
        if covered > 0 {
            covered -= 1;
            continue;
        }
        covered = usize::from(columns(cell)) - 1;
        if has_known_width(cell.symbol()) {
            let (x, y) = (index % usize::from(WIDTH), index / usize::from(WIDTH));
            let char = cell.symbol().chars().next();
            assert_eq!(
                emulator.rows[y][x], char,
                "column {x} of row {y}: {lines:?}"
            );
        }
    }
}

#[test]
fn characters_of_doubtful_width_do_not_move_others() {
    let doubtful = [
        "\u{1f1eb}\u{1f1f7}",
        "1\u{fe0f}\u{20e3}",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
        "\u{e01}\u{e33}",
        "\u{1780}\u{17b6}",
        "\u{915}\u{94d}\u{937}",
        "e\u{301}",
        "\u{fdfd}",
        "\u{4e2d}",
        "\u{2764}\u{fe0f}",
        // ratatui adds a column for the mark, and other libraries do not.
        "\u{ff8a}\u{ff9f}",
    ];
    let widths: [fn(char) -> usize; 4] = [
        |_| 0,
        |_| 1,
        |_| 2,
        |char| usize::from(char == '\u{200d}' || char > '\u{1000}') * 2,
    ];
    for text in doubtful {
        for width_of in widths {
            let mut emulator = Emulator::new(width_of);
            let mut terminal = terminal();
            let named = format!("Ana {text} Bel 0612345");
            let double = format!("{text}{text}x{text} 07");
            let last = format!("12345678901234567{text}");
            let frames: [&[&str]; 6] = [
                &["Paul Blanc  0698765", "Zoé"],
                &[&named, "Zoé", "Lea"],
                &["Ana Bel  0612345999", &named, &last, "under"],
                &[&double, "Zoé Durand 0711111", &last, "below"],
                &["Paul Blanc  0698765", &double, "Zoé", "b"],
                &["a", "b", "c", "d"],
            ];
            for lines in frames {
                assert_drawn(&mut terminal, &mut emulator, lines);
            }
        }
    }
}

#[test]
fn known_rows_are_not_written_again() {
    let mut terminal = terminal();
    let mut emulator = Emulator::new(|_| 1);
    assert_drawn(&mut terminal, &mut emulator, &["Ana", "\u{e01}\u{e33}"]);
    let (mut terminal, output) = terminal;
    terminal
        .draw(|frame| frame.render_widget(Line::raw("Ane"), Rect::new(0, 0, WIDTH, 1)))
        .unwrap();
    let text = output.take();
    assert!(text.contains('e') && !text.contains('A'), "{text:?}");
}

/// A list of names with a title and a footer, from the first visible name on, and a pane beside its first
/// rows, which does not move.
fn list(first: usize) -> Vec<String> {
    let names = (first..first + 10).map(|at| {
        let is_doubtful = at % 7 == 3;
        let letter = if is_doubtful {
            "\u{1f1eb}\u{1f1f7}"
        } else {
            "é"
        };
        // Rows of different letters and lengths.
        let name = ["a", "b", "c", "d", "e"][at % 5].repeat(6 + at % 3);
        let pane = if at < first + 4 { " pane" } else { "" };
        format!("{at:04} {letter} {name}{pane}")
    });
    let title = std::iter::once("Clients".to_owned());
    let footer = format!("{first} / 2,000");
    title.chain(names).chain([footer]).collect()
}

#[test]
fn the_terminal_moves_rows() {
    let mut terminal = terminal();
    let mut emulator = Emulator::new(|char| usize::from(char > '\u{1000}'));
    let mut draw = |first| {
        let lines = list(first);
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        assert_drawn(&mut terminal, &mut emulator, &lines);
        let rows = terminal.0.backend().shown.rows.iter();
        rows.flatten().map(Cell::symbol).collect::<String>()
    };
    // Steps of one to three rows in both directions, and jumps.
    let jumps = (0..200).map(|step| step * step % 37);
    for first in [0, 1, 2, 5, 4, 3, 0].into_iter().chain(jumps) {
        let shown = draw(first);
        assert!(shown.contains(&format!("{:04}", first + 9)), "{shown}");
    }
}

#[test]
fn a_scroll_by_a_row_writes_little() {
    let (mut terminal, output) = terminal();
    let mut draw = |first| {
        let lines = list(first);
        terminal
            .draw(|frame| {
                for (y, line) in (0_u16..).zip(&lines) {
                    frame.render_widget(Line::raw(line), Rect::new(0, y, WIDTH, 1));
                }
            })
            .unwrap();
        output.take()
    };
    let whole = draw(0).len();
    let scrolled = draw(1);
    assert!(
        scrolled.contains("\x1b[2;11r\x1b[2;1H\x1b[1M\x1b[r"),
        "{scrolled:?}"
    );
    assert!(scrolled.len() < whole / 2, "{} of {whole}", scrolled.len());
}

/// A shell that used the terminal in between shows it.
#[test]
fn the_cursor_is_hidden_again_once_the_screen_is_cleared() {
    let (mut terminal, output) = terminal();
    let hides = |terminal: &mut Terminal<Screen<Output>>| {
        terminal.draw(|_| {}).unwrap();
        output.take().contains("\x1b[?25l")
    };
    assert!(hides(&mut terminal));
    assert!(!hides(&mut terminal));
    terminal.resize(Rect::new(0, 0, WIDTH, HEIGHT)).unwrap();
    assert!(hides(&mut terminal));
}
