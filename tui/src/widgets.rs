//! Drawing primitives that do not depend on the content.

pub mod input;
pub mod popup;
pub mod table;
pub mod text;
