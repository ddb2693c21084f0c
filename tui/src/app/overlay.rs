//! What opens over the tabs: menus, questions, the calendar, the palette, the help.

pub mod history;
pub mod sessions;

use epic_events::v1::Collaborator;
use jiff::{Span, ToSpan, civil};
use tui_input::Input;

use self::{history::History, sessions::Sessions};
use super::pick::Picker;
use crate::{
    api::ApiRequest,
    form::Form,
    keys::{Action, KeyContext},
    record::{Link, Record, Tab},
};

/// Something over the tabs; keys go to the last one opened.
#[derive(Clone)]
#[allow(missing_docs)]
pub enum Overlay {
    Form(Box<Form>),
    Picker(Box<Picker>),
    Menu(Menu),
    Confirm(Box<Confirm>),
    Removal(Box<Removal>),
    Secret(Secret),
    Palette(Palette),
    Help(Help),
    Calendar(Calendar),
    History(Box<History>),
    Sessions(Box<Sessions>),
}

impl Overlay {
    /// Whose keys apply in it.
    #[must_use]
    pub fn place(&self) -> KeyContext {
        match self {
            Self::Form(_) => KeyContext::Form,
            Self::Picker(_) | Self::Palette(_) | Self::Help(_) => KeyContext::Picker,
            Self::Menu(_) => KeyContext::Menu,
            Self::Confirm(question) => match question.yes {
                Yes::Discard => KeyContext::Discard,
                Yes::Assign(_) | Yes::Reset(_) | Yes::End { .. } => KeyContext::Confirm,
            },
            Self::Removal(_) => KeyContext::Removal,
            Self::Secret(_) => KeyContext::Secret,
            Self::Calendar(_) => KeyContext::Calendar,
            Self::History(_) => KeyContext::History,
            Self::Sessions(_) => KeyContext::Sessions,
        }
    }
}

/// A short menu.
#[derive(Clone, Debug)]
pub struct Menu {
    /// Fluent message: its title.
    pub title: &'static str,
    /// The lines.
    pub items: Vec<Item>,
    /// The line one stands on.
    pub selected: usize,
    /// Whether Space turns lines on and off.
    pub many: bool,
    /// Whether it did: then Enter keeps what is on, and takes no line of its own.
    pub toggled: bool,
}

/// A line of a menu.
#[derive(Clone, Debug)]
pub struct Item {
    /// The letter that takes it at once.
    pub key: Option<char>,
    /// Its text, in words.
    pub label: String,
    /// What stands to the right of it.
    pub detail: String,
    /// Whether it is on.
    pub on: bool,
    /// What it does.
    pub choice: MenuChoice,
}

/// What a line of a menu does.
#[derive(Clone, Debug)]
pub enum MenuChoice {
    /// Orders the list by a column of the server's.
    Sort(&'static str),
    /// Shows everything.
    All,
    /// Narrows the list.
    Filter(usize),
    /// Goes to another record.
    Link(Box<Link>),
    /// Goes to the first row.
    Top,
}

/// A question with yes and no.
#[derive(Clone)]
pub struct Confirm {
    /// The title, in words.
    pub title: String,
    /// The question, in words.
    pub text: String,
    /// What yes does.
    pub yes: Yes,
    /// Whether yes is under way.
    pub busy: bool,
}

/// What yes does.
#[derive(Clone)]
pub enum Yes {
    /// Closes the form and forgets what was typed.
    Discard,
    /// Assigns all the same.
    Assign(ApiRequest),
    /// Replaces the password of the collaborator with this number.
    Reset(i64),
    /// Ends the session of that number, which may be the one that one is in.
    End {
        /// The session's number.
        id: String,
        /// Whether it is this one.
        here: bool,
    },
}

/// The deletion of a collaborator, with what it does to others.
#[derive(Clone, Debug)]
pub struct Removal {
    /// Who.
    pub person: Collaborator,
    /// What they hold, as far as it is known: how many, and whether there are even more.
    pub holdings: Vec<(Tab, Option<(u64, bool)>)>,
    /// Who takes over: number and name.
    pub successor: Option<(i64, String)>,
    /// What is wrong.
    pub notice: Option<String>,
    /// Whether it is under way.
    pub busy: bool,
}

impl Removal {
    /// Whether it is known that they are in charge of nothing.
    #[must_use]
    pub fn holds_nothing(&self) -> bool {
        let mut held = self.holdings.iter();
        held.all(|(_, count)| *count == Some((0, false)))
    }
}

/// A password that is shown once.
#[derive(Clone)]
pub struct Secret {
    /// Whose.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// The password.
    pub password: String,
    /// Whether it was copied.
    pub copied: bool,
    /// Whether it is one's own: the session has ended with the old one.
    pub own: bool,
}

/// Every action and every record, by typing a part of it.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// What is typed.
    pub input: Input,
    /// Tells the latest typing from earlier ones.
    pub generation: u64,
    /// Records that the server found, by tab.
    pub found: [Vec<Record>; 4],
    /// The line one stands on.
    pub selected: usize,
}

/// A line of the palette.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Entry {
    Action(Action),
    Record(Box<Record>),
}

/// Every key and what it does.
#[derive(Clone, Debug, Default)]
pub struct Help {
    /// What is typed.
    pub input: Input,
    /// The line one stands on.
    pub selected: usize,
}

/// A month to pick a day from.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// The day one stands on.
    pub day: civil::Date,
}

impl Calendar {
    /// Moves through the days.
    pub fn step(&mut self, action: Action) {
        let by: Span = match action {
            Action::Left => -1.day(),
            Action::Right => 1.day(),
            Action::Up => -1.week(),
            Action::Down => 1.week(),
            Action::PageUp => -1.month(),
            Action::PageDown => 1.month(),
            _ => return,
        };
        self.day = self.day.checked_add(by).unwrap_or(self.day);
    }
}
