//! From a frame to SVG. Cells of the same style become one element, and signs of frames and bars become
//! shapes, so that they join in every font.

use std::fmt::Write as _;

use epic::{layout::columns, theme::color::Rgb};
use ratatui::{
    buffer::{Buffer, Cell},
    layout::Position,
    style::Modifier,
};

use super::colors::Colors;

/// Columns and rows of a cell, in pixels.
const CELL: (u16, u16) = (9, 19);
/// The baseline of a text, from the upper edge of its cell.
const BASELINE: u16 = 14;
/// The first pixel of the lines of frames in a cell.
const MIDDLE: (u16, u16) = (4, 9);
/// The margin around the screen.
const MARGIN: u16 = 12;

/// The appearance of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ink {
    color: Rgb,
    is_bold: bool,
}

/// The picture of a frame.
pub(super) fn picture(
    title: &str,
    frame: &Buffer,
    colors: Colors,
    cursor: Option<Position>,
) -> String {
    let mut body = String::new();
    let mut inks = Vec::new();
    for y in 0..frame.area.height {
        let row: Vec<_> = (0..frame.area.width).map(|x| &frame[(x, y)]).collect();
        draw_grounds(&row, y, colors, &mut body);
        draw_texts(&row, y, colors, &mut inks, &mut body);
    }
    if let Some(Position { x, y }) = cursor {
        let (x, y) = (x * CELL.0, y * CELL.1);
        let color = hex(colors.displayed(&Cell::default()).0);
        let _ = writeln!(
            body,
            r#"<path fill="{color}" d="M{x} {}h2v16h-2z"/>"#,
            y + 1
        );
    }
    let mut styles = String::new();
    for (index, ink) in inks.iter().enumerate() {
        let weight = if ink.is_bold { ";font-weight:bold" } else { "" };
        let _ = write!(
            styles,
            ".{}{{fill:{}{weight}}}",
            class(index),
            hex(ink.color)
        );
    }
    let (width, height) = (frame.area.width * CELL.0, frame.area.height * CELL.1);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{MARGIN} -{MARGIN} {} {}\" \
         font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" \
         font-size=\"15\" role=\"img\">\n<title>{title}</title>\n<style>{styles}</style>\n\
         <rect x=\"-{MARGIN}\" y=\"-{MARGIN}\" width=\"100%\" height=\"100%\" rx=\"8\" \
         fill=\"{}\"/>\n{body}</svg>\n",
        width + 2 * MARGIN,
        height + 2 * MARGIN,
        hex(colors.background()),
    )
}

/// Draws the grounds of a row that are not the background, and the lines under its texts.
fn draw_grounds(row: &[&Cell], y: u16, colors: Colors, body: &mut String) {
    let top = y * CELL.1;
    for (x, length) in runs(row, |cell| colors.displayed(cell).1) {
        let ground = colors.displayed(row[usize::from(x)]).1;
        if ground != colors.background() {
            let path = rectangle(x * CELL.0, top, length * CELL.0, CELL.1);
            let _ = writeln!(body, r#"<path fill="{}" d="{path}"/>"#, hex(ground));
        }
    }
    let line = |cell: &Cell| {
        let is_underlined = cell.modifier.contains(Modifier::UNDERLINED);
        is_underlined.then(|| colors.displayed(cell).0)
    };
    for (x, length) in runs(row, line) {
        if let Some(color) = line(row[usize::from(x)]) {
            let path = rectangle(x * CELL.0, top + BASELINE + 2, length * CELL.0, 1);
            let _ = writeln!(body, r#"<path fill="{}" d="{path}"/>"#, hex(color));
        }
    }
}

/// The first cell and the length of each run of cells of the same kind.
fn runs<K: PartialEq>(row: &[&Cell], kind: impl Fn(&Cell) -> K) -> Vec<(u16, u16)> {
    let same = row.chunk_by(|one, other| kind(one) == kind(other));
    let mut start = 0;
    same.map(|run| {
        let length = u16::try_from(run.len()).unwrap();
        start += length;
        (start - length, length)
    })
    .collect()
}

/// Draws the texts and shapes of a row.
fn draw_texts(row: &[&Cell], y: u16, colors: Colors, inks: &mut Vec<Ink>, body: &mut String) {
    let mut x = 0;
    while let Some(cell) = row.get(x) {
        let symbol = cell.symbol();
        if is_blank(symbol) {
            x += 1;
            continue;
        }
        let ink = ink(cell, colors);
        let is_same = |other: &Cell| self::ink(other, colors) == ink;
        let alike = row[x..].iter().take_while(|other| is_same(other));
        let length = if shape(symbol, 0, 0, 1).is_some() {
            alike.take_while(|other| other.symbol() == symbol).count()
        } else if columns(symbol) == 1 {
            text_length(&row[x..], is_same)
        } else {
            1
        };
        let class = class(index_of(ink, inks));
        let (left, top) = (u16::try_from(x).unwrap() * CELL.0, y * CELL.1);
        let count = u16::try_from(length).unwrap();
        if let Some(path) = shape(symbol, left, top, count) {
            let _ = writeln!(body, r#"<path class="{class}" d="{path}"/>"#);
        } else {
            let text: String = row[x..x + length].iter().map(|it| it.symbol()).collect();
            let width = columns(&text) * CELL.0;
            let _ = writeln!(
                body,
                r#"<text class="{class}" x="{left}" y="{}" textLength="{width}">{}</text>"#,
                top + BASELINE,
                escape(&text),
            );
        }
        x += length.max(usize::from(columns(symbol)));
    }
}

/// The cells of a text that begins here: letters of one style, single blanks included.
fn text_length(row: &[&Cell], is_same: impl Fn(&Cell) -> bool) -> usize {
    let mut length = 1;
    for (index, cell) in row.iter().enumerate().skip(1) {
        let symbol = cell.symbol();
        if is_blank(symbol) {
            if index > length {
                break;
            }
            continue;
        }
        if columns(symbol) != 1 || shape(symbol, 0, 0, 1).is_some() || !is_same(cell) {
            break;
        }
        length = index + 1;
    }
    length
}

fn is_blank(symbol: &str) -> bool {
    symbol.chars().all(char::is_whitespace)
}

fn ink(cell: &Cell, colors: Colors) -> Ink {
    Ink {
        color: colors.displayed(cell).0,
        is_bold: cell.modifier.contains(Modifier::BOLD),
    }
}

fn index_of(ink: Ink, inks: &mut Vec<Ink>) -> usize {
    inks.iter().position(|it| *it == ink).unwrap_or_else(|| {
        inks.push(ink);
        inks.len() - 1
    })
}

/// The class of the style with this index.
fn class(index: usize) -> char {
    char::from_u32(u32::from('a') + u32::try_from(index).unwrap()).unwrap()
}

fn rectangle(x: u16, y: u16, width: u16, height: u16) -> String {
    format!("M{x} {y}h{width}v{height}h-{width}z")
}

/// The path of a sign of frames and bars, repeated to the right; `None` for other characters.
fn shape(symbol: &str, x: u16, y: u16, count: u16) -> Option<String> {
    let (width, height) = CELL;
    let center = y + MIDDLE.1;
    let all = width * count;
    let below = |eighths: u16| {
        let part = (height * eighths + 4) / 8;
        rectangle(x, y + height - part, all, part)
    };
    let each = |path: &dyn Fn(u16) -> String| {
        let starts = (0..count).map(|index| x + index * width);
        Some(starts.map(path).collect())
    };
    let vertical = |from: u16, part: u16| each(&|x| rectangle(x + from, y, part, height));
    Some(match symbol {
        "█" => below(8),
        "▇" => below(7),
        "▆" => below(6),
        "▅" => below(5),
        "▄" => below(4),
        "▃" => below(3),
        "▂" => below(2),
        "▁" => below(1),
        "▀" => rectangle(x, y, all, height - (height * 4 + 4) / 8),
        "▬" => rectangle(x, y + 7, all, 6),
        "─" => rectangle(x, center, all, 1),
        "━" => rectangle(x, center - 1, all, 3),
        "▌" => return vertical(0, 5),
        "▐" => return vertical(5, 4),
        "│" => return vertical(MIDDLE.0, 1),
        "┃" => return vertical(MIDDLE.0 - 1, 3),
        "╸" => return each(&|x| rectangle(x, center - 1, 5, 3)),
        "╭" => return each(&|x| corner((x, y), (true, true))),
        "╮" => return each(&|x| corner((x, y), (false, true))),
        "╰" => return each(&|x| corner((x, y), (true, false))),
        "╯" => return each(&|x| corner((x, y), (false, false))),
        _ => return None,
    })
}

/// A rounded corner of lines of one pixel, which go to the right or left, and down or up.
fn corner((x, y): (u16, u16), (goes_right, goes_down): (bool, bool)) -> String {
    let [x, y] = [x, y].map(i32::from);
    let [width, height] = [CELL.0, CELL.1].map(i32::from);
    let (middle, center) = (x + i32::from(MIDDLE.0), y + i32::from(MIDDLE.1));
    // The end of the line, the outer and the inner edge of the corner, and three pixels inwards.
    let along = |positive: bool, (start, end): (i32, i32), line: i32| {
        if positive {
            (end, line, line + 1, 3)
        } else {
            (start, line + 1, line, -3)
        }
    };
    let (end_x, outer_x, inner_x, dx) = along(goes_right, (x, x + width), middle);
    let (end_y, outer_y, inner_y, dy) = along(goes_down, (y, y + height), center);
    format!(
        "M{outer_x} {end_y}V{}Q{outer_x} {outer_y} {} {outer_y}H{end_x}V{inner_y}H{}\
         Q{inner_x} {inner_y} {inner_x} {}V{end_y}z",
        outer_y + dy,
        outer_x + dx,
        inner_x + dx,
        inner_y + dy,
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn hex(Rgb(red, green, blue): Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
