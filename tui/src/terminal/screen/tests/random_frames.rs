//! Draws random frames, and compares what an emulator shows with each cell of them.

use std::num::NonZero;

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier, Style},
};

use super::*;

const TEXTS: [&str; 8] = [
    "a",
    "Marie Lopez",
    "Éléa",
    "  ",
    "             ",
    "● signed ",
    "王小明",
    "│",
];
const COLORS: [Color; 8] = [
    Color::Reset,
    Color::Reset,
    Color::Rgb(216, 217, 222),
    Color::Rgb(1, 2, 3),
    Color::Indexed(3),
    Color::Indexed(11),
    Color::Indexed(236),
    Color::Reset,
];
/// The attributes that the emulator knows.
const ATTRIBUTES: [Modifier; 5] = [
    Modifier::BOLD,
    Modifier::DIM,
    Modifier::ITALIC,
    Modifier::UNDERLINED,
    Modifier::REVERSED,
];

/// Pseudo-random numbers (Numerical Recipes, section 7.1).
struct Random(u32);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(self.0 >> 16).unwrap() % end
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn style(&mut self) -> Style {
        let mut style = Style::new().fg(self.one_of(&COLORS)).bg(Color::Reset);
        if self.below(4) == 0 {
            style = style.bg(self.one_of(&COLORS));
        }
        for attribute in ATTRIBUTES {
            if self.below(6) == 0 {
                style = style.add_modifier(attribute);
            }
        }
        // To the emulator, they exclude each other.
        if style.add_modifier.contains(Modifier::BOLD) {
            style.add_modifier.remove(Modifier::DIM);
        }
        style
    }

    /// Rows of texts in a few styles.
    fn frame(&mut self, area: Rect) -> Buffer {
        let styles = [(); 4].map(|()| self.style());
        let mut buffer = Buffer::empty(area);
        for y in 0..area.height {
            let mut x = u16::try_from(self.below(4)).unwrap();
            while x < area.width {
                let (text, style) = (self.one_of(&TEXTS), self.one_of(&styles));
                let room = usize::from(area.width - x);
                let start = x;
                (x, _) = buffer.set_stringn(x, y, text, room, style);
                // As in the client, the second column of a wide character has its style.
                buffer.set_style(Rect::new(start, y, x - start, 1), style);
                x += u16::try_from(self.below(10)).unwrap();
            }
        }
        buffer
    }

    /// The frame with some of its rows changed, or with all of them moved.
    fn changed(&mut self, shown: &Buffer) -> Buffer {
        let mut next = self.frame(shown.area);
        let width = usize::from(shown.area.width);
        let height = usize::from(shown.area.height);
        match self.below(4) {
            0 => {}
            1 => {
                let distance = self.below(height.min(4)) * width;
                let kept = shown.content.len() - distance;
                next.content[..kept].clone_from_slice(&shown.content[distance..]);
            }
            2 => {
                let distance = self.below(height.min(4)) * width;
                let kept = shown.content.len() - distance;
                next.content[distance..].clone_from_slice(&shown.content[..kept]);
            }
            _ => {
                for y in 0..height {
                    if self.below(3) > 0 {
                        let row = y * width..(y + 1) * width;
                        next.content[row.clone()].clone_from_slice(&shown.content[row]);
                    }
                }
            }
        }
        next
    }
}

fn color(color: Color) -> vt100::Color {
    match color {
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
        _ => vt100::Color::Default,
    }
}

fn assert_shown(emulator: &vt100::Screen, expected: &Buffer, step: u32) {
    let area = expected.area;
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let (shown, cell) = (emulator.cell(y, x).unwrap(), &expected[(x, y)]);
            let at = format!("{x}, {y} of frame {step}, {area}");
            let symbol = match shown.contents() {
                "" => " ",
                symbol => symbol,
            };
            assert_eq!(symbol, cell.symbol(), "{at}");
            assert_eq!(shown.bgcolor(), color(cell.bg), "{at}");
            let has = |it: Modifier| cell.modifier.contains(it);
            assert_eq!(shown.inverse(), has(Modifier::REVERSED), "{at}");
            assert_eq!(shown.underline(), has(Modifier::UNDERLINED), "{at}");
            let is_blank = symbol == " ";
            if !is_blank || shown.inverse() || shown.underline() {
                assert_eq!(shown.fgcolor(), color(cell.fg), "{at}");
            }
            if !is_blank {
                assert_eq!(shown.bold(), has(Modifier::BOLD), "{at}");
                assert_eq!(shown.dim(), has(Modifier::DIM), "{at}");
                assert_eq!(shown.italic(), has(Modifier::ITALIC), "{at}");
            }
            x += columns(cell);
        }
    }
}

#[test]
fn the_terminal_shows_random_frames() {
    let mut random = Random(11);
    for (width, height) in [
        (1, 1),
        (2, 5),
        (7, 3),
        (20, 12),
        (80, 24),
        (120, 30),
        (213, 9),
    ] {
        let output = Output::default();
        let mut screen = Screen::of_size(output.clone(), Size::new(width, height));
        let [rows, columns] = [height, width].map(|it| NonZero::new(it).unwrap());
        let mut emulator = vt100::Parser::new(rows, columns, 0);
        let mut shown = Buffer::empty(Rect::new(0, 0, width, height));
        for step in 0..80 {
            let next = random.changed(&shown);
            screen.draw(shown.diff(&next).into_iter()).unwrap();
            emulator.process(output.take().as_bytes());
            assert_shown(emulator.screen(), &next, step);
            shown = next;
        }
    }
}
