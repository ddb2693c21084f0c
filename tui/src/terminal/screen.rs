//! Draws to the terminal, also when its size is unknown.

use std::io::{self, Write};

use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

use crate::runtime::known_size;

/// A terminal that is drawn to through `crossterm`.
#[derive(Debug)]
pub struct Screen<W: Write>(CrosstermBackend<W>);

impl<W: Write> Screen<W> {
    /// Draws by writing to `output`.
    pub const fn new(output: W) -> Self {
        Self(CrosstermBackend::new(output))
    }
}

impl<W: Write> Backend for Screen<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.0.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.0.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.0.show_cursor()
    }

    /// Not supported: `crossterm` would read the answer of the terminal, and the keys before it.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.0.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        let Size { width, height } = self.0.size()?;
        Ok(known_size(width, height))
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let pixels = self.0.window_size()?.pixels;
        Ok(WindowSize {
            columns_rows: self.size()?,
            pixels,
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.0)
    }
}
