//! The bytes of a frame, which a slow connection shows as a delay of each key.

use std::{cell::RefCell, io, rc::Rc};

use epic::{messages::Lang, terminal::Screen, view};
use ratatui::{
    Terminal, TerminalOptions, Viewport,
    layout::{Rect, Size},
};

use super::{colors::Colors, sample};
use crate::scenarios::{WIDE, screen};

/// The most bytes of a page in colours of 24 bits. The letters of its list alone take 1.2 to 1.6 KB.
const PAGE_MAX: usize = 2_400;
/// The same of a step of the selection, most of which draws the record pane.
const STEP_MAX: usize = 1_150;

/// Counts what is written.
#[derive(Clone, Default)]
struct Count(Rc<RefCell<usize>>);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        *self.0.borrow_mut() += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_key_in_a_list_takes_few_bytes() {
    for tab in ["2", "3", "4"] {
        let mut client = screen("a list", '1', tab).run_with(Lang::En, WIDE, sample::records());
        let (width, height) = WIDE;
        let count = Count::default();
        let backend = Screen::of_size(count.clone(), Size::new(width, height));
        let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
        let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
        let mut key = |key: &str| {
            client.keys(key);
            count.0.replace(0);
            let palette = Colors::Dark.palette();
            terminal
                .draw(|frame| view::draw(&client.model, &palette, frame))
                .unwrap();
            count.0.take()
        };
        let whole = key("");
        for (name, max) in [
            ("<down>", STEP_MAX),
            // The first one selects the last row of the page.
            ("<pgdn>", PAGE_MAX),
            ("<pgdn>", PAGE_MAX),
            ("<pgdn>", PAGE_MAX),
            ("<up>", STEP_MAX),
        ] {
            let bytes = key(name);
            assert!(
                bytes <= max && max < whole,
                "{name} in tab {tab} takes {bytes} of {whole} bytes"
            );
        }
        assert_eq!(key(""), 0, "a frame without a change");
    }
}
