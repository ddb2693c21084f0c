//! Plain drawing: pieces that know nothing of what they show.

pub mod input;
pub mod popup;
pub mod table;
pub mod text;
