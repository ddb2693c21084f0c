//! The tone of a text, which `theme` turns into a style.

/// The tone of a text. A sign or word in the text carries the same meaning without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum Tone {
    #[default]
    Plain,
    Dim,
    Good,
    Warn,
    Bad,
}

/// A message: in the status line, or in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The text.
    pub text: String,
    /// Its tone.
    pub tone: Tone,
}
