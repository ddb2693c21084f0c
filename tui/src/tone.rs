//! What is said, and how it is meant.

/// How a text is meant; a sign or word in it says the same without colour.
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

/// A line that says something: at the foot of the screen, or in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// In words.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}
