//! Tables and texts for people, in their language, with the styles of the screen.

use std::io::Write as _;

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::sink::Sink;
use crate::{
    command::failure::Outcome,
    layout::columns,
    terminal::styled_row,
    theme::{self, Palette},
};

/// Columns between two columns.
const GAP: u16 = 2;

/// Writes lines in the styles of the screen, which only a terminal shows.
pub(crate) struct Lines {
    sink: Sink,
    palette: Option<Palette>,
}

impl Lines {
    /// Lines with the styles of a palette; without one, or elsewhere than on a terminal, plain text.
    pub(crate) fn new(sink: Sink, palette: Palette) -> Self {
        let palette = sink.is_terminal().then_some(palette);
        Self { sink, palette }
    }

    /// Writes the rows of a buffer.
    pub(crate) fn buffer(&mut self, mut buffer: Buffer) -> Outcome {
        let area = buffer.area;
        match &self.palette {
            Some(palette) => palette.paint(&mut buffer),
            None => buffer.set_style(area, Style::reset()),
        }
        for row in buffer.content.chunks(usize::from(area.width.max(1))) {
            writeln!(self.sink, "{}", styled_row(row))?;
        }
        Ok(())
    }

    /// Writes a text as it is.
    pub(crate) fn text(&mut self, text: &str) -> Outcome {
        Ok(writeln!(self.sink, "{text}")?)
    }

    /// Writes texts with their styles, side by side.
    pub(crate) fn line(&mut self, spans: &[(&str, Style)]) -> Outcome {
        let width = spans
            .iter()
            .fold(0, |sum: u16, (text, _)| sum.saturating_add(columns(text)));
        let mut buffer = Buffer::empty(Rect::new(0, 0, width.max(1), 1));
        let mut x = 0;
        for (text, style) in spans {
            buffer.set_string(x, 0, text, *style);
            x = x.saturating_add(columns(text));
        }
        self.buffer(buffer)
    }

    /// Writes rows of texts below their titles; the columns are as wide as their texts.
    pub(crate) fn grid(&mut self, titles: &[String], rows: &[Vec<String>]) -> Outcome {
        let widths = widths(titles, rows);
        self.row(titles, &widths, theme::muted())?;
        self.rows(rows, &widths)
    }

    /// Writes rows of texts in columns of these widths.
    pub(crate) fn rows(&mut self, rows: &[Vec<String>], widths: &[u16]) -> Outcome {
        rows.iter()
            .try_for_each(|row| self.row(row, widths, theme::text()))
    }

    fn row(&mut self, texts: &[String], widths: &[u16], style: Style) -> Outcome {
        let padded = texts.iter().zip(widths).map(|(text, width)| {
            let missing = width.saturating_sub(columns(text)) + GAP;
            format!("{text}{}", " ".repeat(missing.into()))
        });
        let line: String = padded.collect();
        self.line(&[(line.trim_end(), style)])
    }

    /// Passes on what is written so far.
    pub(crate) fn flush(&mut self) -> Outcome {
        Ok(self.sink.flush()?)
    }

    /// Completes the output.
    pub(crate) fn finish(self) -> Outcome {
        Ok(self.sink.finish()?)
    }
}

/// The widths of columns that are as wide as their texts.
pub(crate) fn widths(titles: &[String], rows: &[Vec<String>]) -> Vec<u16> {
    let width = |index: usize| {
        let cells = rows.iter().map(|row| columns(&row[index]));
        cells.max().unwrap_or_default().max(columns(&titles[index]))
    };
    (0..titles.len()).map(width).collect()
}

/// A text on one line, without characters that separate cells or control the terminal.
pub(crate) fn one_line(text: &str) -> String {
    let text = text.replace(['\t', '\n', '\r'], " ");
    epic_events::character::visible(&text).into_owned()
}
