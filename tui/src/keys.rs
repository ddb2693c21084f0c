//! One table: key -> action. It feeds the dispatch, the footer, the help and the palette, so they
//! cannot disagree.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::language::Words;

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Signing in.
    Login,
    /// A tab's list, with or without the record beside or over it.
    List,
    /// The search line of a list.
    Search,
    /// A form.
    Form,
    /// A list to pick from while typing: pick-lists, palette, help.
    Pick,
    /// A short menu: sorting, filters, where to go.
    Menu,
    /// A question with yes and no.
    Question,
    /// The deletion of a collaborator.
    Removal,
    /// A password shown once.
    Secret,
    /// A calendar.
    Calendar,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // The names are the actions'; the label in the table says it in words.
pub enum Action {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Tab1,
    Tab2,
    Tab3,
    Tab4,
    NextTab,
    PreviousTab,
    Open,
    Back,
    New,
    Edit,
    Assign,
    Delete,
    ResetPassword,
    Search,
    Filter,
    Sort,
    Go,
    Refresh,
    Palette,
    Help,
    OwnPassword,
    Mouse,
    Logout,
    Quit,
    Next,
    Previous,
    Save,
    Cancel,
    Choose,
    Toggle,
    Calendar,
    Theirs,
    Yes,
    Successor,
    Copy,
    Fill1,
    Fill2,
    Fill3,
}

/// A key as it is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// What is held down with it; Shift is part of a letter.
    pub modifiers: KeyModifiers,
}

const fn key(code: KeyCode) -> Key {
    Key {
        code,
        modifiers: KeyModifiers::NONE,
    }
}

const fn ch(letter: char) -> Key {
    key(KeyCode::Char(letter))
}

const fn ctrl(letter: char) -> Key {
    Key {
        code: KeyCode::Char(letter),
        modifiers: KeyModifiers::CONTROL,
    }
}

const ENTER: Key = key(KeyCode::Enter);
const ESC: Key = key(KeyCode::Esc);
const TAB: Key = key(KeyCode::Tab);
const BACK_TAB: Key = key(KeyCode::BackTab);
const UP: Key = key(KeyCode::Up);
const DOWN: Key = key(KeyCode::Down);
const PAGE_UP: Key = key(KeyCode::PageUp);
const PAGE_DOWN: Key = key(KeyCode::PageDown);

/// One line of the table.
#[derive(Debug)]
pub struct Binding {
    /// Where it applies.
    pub place: Place,
    /// The keys, the one that is shown first.
    pub keys: &'static [Key],
    /// What they do.
    pub action: Action,
    /// Fluent message with what they do, in one or two words.
    pub label: &'static str,
    /// Rank in the footer, the most useful lowest; 0 stays out of it.
    pub footer: u8,
}

const fn bind(
    place: Place,
    keys: &'static [Key],
    action: Action,
    label: &'static str,
    footer: u8,
) -> Binding {
    Binding {
        place,
        keys,
        action,
        label,
        footer,
    }
}

/// Every key there is.
pub const BINDINGS: &[Binding] = &[
    bind(Place::Login, &[ENTER], Action::Save, "key-sign-in", 1),
    bind(Place::Login, &[TAB, DOWN], Action::Next, "key-next", 2),
    bind(
        Place::Login,
        &[BACK_TAB, UP],
        Action::Previous,
        "key-previous",
        3,
    ),
    bind(
        Place::Login,
        &[key(KeyCode::F(1))],
        Action::Fill1,
        "key-fill",
        0,
    ),
    bind(
        Place::Login,
        &[key(KeyCode::F(2))],
        Action::Fill2,
        "key-fill",
        0,
    ),
    bind(
        Place::Login,
        &[key(KeyCode::F(3))],
        Action::Fill3,
        "key-fill",
        0,
    ),
    bind(
        Place::Login,
        &[ctrl('c'), ctrl('q'), ESC],
        Action::Quit,
        "key-quit",
        4,
    ),
    bind(Place::List, &[ENTER], Action::Open, "key-open", 1),
    bind(Place::List, &[ESC], Action::Back, "key-back", 2),
    bind(Place::List, &[ch('n')], Action::New, "key-new", 3),
    bind(Place::List, &[ch('e')], Action::Edit, "key-edit", 4),
    bind(Place::List, &[ch('a')], Action::Assign, "key-assign", 5),
    bind(
        Place::List,
        &[ch('d'), key(KeyCode::Delete)],
        Action::Delete,
        "key-delete",
        6,
    ),
    bind(
        Place::List,
        &[ch('w')],
        Action::ResetPassword,
        "key-reset-password",
        7,
    ),
    bind(Place::List, &[ch('/')], Action::Search, "key-search", 8),
    bind(Place::List, &[ch('f')], Action::Filter, "key-filter", 9),
    bind(Place::List, &[ch('s')], Action::Sort, "key-sort", 10),
    bind(Place::List, &[ch('g')], Action::Go, "key-go", 11),
    bind(Place::List, &[ch('?')], Action::Help, "key-help", 12),
    bind(
        Place::List,
        &[ch('q'), ctrl('c')],
        Action::Quit,
        "key-quit",
        13,
    ),
    bind(
        Place::List,
        &[ch('r'), key(KeyCode::F(5))],
        Action::Refresh,
        "key-refresh",
        14,
    ),
    bind(
        Place::List,
        &[ctrl('p'), ch(':')],
        Action::Palette,
        "key-palette",
        15,
    ),
    bind(
        Place::List,
        &[ch('p')],
        Action::OwnPassword,
        "key-own-password",
        0,
    ),
    bind(Place::List, &[ctrl('l')], Action::Logout, "key-logout", 0),
    bind(Place::List, &[ch('m')], Action::Mouse, "key-mouse", 0),
    bind(Place::List, &[UP, ch('k')], Action::Up, "key-up", 0),
    bind(Place::List, &[DOWN, ch('j')], Action::Down, "key-down", 0),
    bind(
        Place::List,
        &[PAGE_UP, ctrl('b')],
        Action::PageUp,
        "key-page-up",
        0,
    ),
    bind(
        Place::List,
        &[PAGE_DOWN, ctrl('f')],
        Action::PageDown,
        "key-page-down",
        0,
    ),
    bind(
        Place::List,
        &[key(KeyCode::Home)],
        Action::Top,
        "key-top",
        0,
    ),
    bind(
        Place::List,
        &[key(KeyCode::End), ch('G')],
        Action::Bottom,
        "key-bottom",
        0,
    ),
    bind(
        Place::List,
        &[ch('1'), ch('&')],
        Action::Tab1,
        "tab-collaborators",
        0,
    ),
    bind(
        Place::List,
        &[ch('2'), ch('é')],
        Action::Tab2,
        "tab-clients",
        0,
    ),
    bind(
        Place::List,
        &[ch('3'), ch('"')],
        Action::Tab3,
        "tab-contracts",
        0,
    ),
    bind(
        Place::List,
        &[ch('4'), ch('\'')],
        Action::Tab4,
        "tab-events",
        0,
    ),
    bind(
        Place::List,
        &[TAB, key(KeyCode::Right), ch('l')],
        Action::NextTab,
        "key-next-tab",
        0,
    ),
    bind(
        Place::List,
        &[BACK_TAB, key(KeyCode::Left), ch('h')],
        Action::PreviousTab,
        "key-previous-tab",
        0,
    ),
    bind(
        Place::Search,
        &[ENTER, DOWN, TAB],
        Action::Choose,
        "key-to-list",
        1,
    ),
    bind(Place::Search, &[ESC], Action::Cancel, "key-clear-search", 2),
    bind(Place::Form, &[TAB, DOWN], Action::Next, "key-next-field", 7),
    bind(
        Place::Form,
        &[BACK_TAB, UP],
        Action::Previous,
        "key-previous-field",
        8,
    ),
    bind(
        Place::Form,
        &[ctrl('s'), key(KeyCode::F(2))],
        Action::Save,
        "key-save",
        5,
    ),
    bind(Place::Form, &[ENTER], Action::Choose, "key-pick", 1),
    bind(
        Place::Form,
        &[ch(' '), key(KeyCode::Right), key(KeyCode::Left)],
        Action::Toggle,
        "key-toggle",
        2,
    ),
    bind(
        Place::Form,
        &[ctrl('k'), key(KeyCode::F(4))],
        Action::Calendar,
        "key-calendar",
        3,
    ),
    bind(
        Place::Form,
        &[ctrl('t'), key(KeyCode::F(6))],
        Action::Theirs,
        "key-theirs",
        4,
    ),
    bind(
        Place::Form,
        &[ESC, ctrl('c')],
        Action::Cancel,
        "key-cancel",
        6,
    ),
    bind(Place::Pick, &[ENTER], Action::Choose, "key-choose", 1),
    bind(
        Place::Pick,
        &[ESC, ctrl('c')],
        Action::Cancel,
        "key-cancel",
        2,
    ),
    bind(Place::Pick, &[UP, ctrl('p')], Action::Up, "key-up", 0),
    bind(Place::Pick, &[DOWN, ctrl('n')], Action::Down, "key-down", 0),
    bind(Place::Pick, &[PAGE_UP], Action::PageUp, "key-page-up", 0),
    bind(
        Place::Pick,
        &[PAGE_DOWN],
        Action::PageDown,
        "key-page-down",
        0,
    ),
    bind(Place::Menu, &[ENTER], Action::Choose, "key-choose", 1),
    bind(Place::Menu, &[ch(' ')], Action::Toggle, "key-toggle", 2),
    bind(
        Place::Menu,
        &[ESC, ch('q'), ctrl('c')],
        Action::Cancel,
        "key-cancel",
        3,
    ),
    bind(Place::Menu, &[UP, ch('k')], Action::Up, "key-up", 0),
    bind(Place::Menu, &[DOWN, ch('j')], Action::Down, "key-down", 0),
    bind(
        Place::Question,
        &[ENTER, ch('y'), ch('o')],
        Action::Yes,
        "key-yes",
        1,
    ),
    bind(
        Place::Question,
        &[ESC, ch('n'), ctrl('c')],
        Action::Cancel,
        "key-no",
        2,
    ),
    bind(
        Place::Removal,
        &[ctrl('d'), key(KeyCode::Delete)],
        Action::Yes,
        "key-delete",
        1,
    ),
    bind(
        Place::Removal,
        &[ENTER, ch('s')],
        Action::Successor,
        "key-successor",
        2,
    ),
    bind(
        Place::Removal,
        &[ESC, ch('n'), ctrl('c')],
        Action::Cancel,
        "key-cancel",
        3,
    ),
    bind(
        Place::Secret,
        &[ch('c'), ctrl('c')],
        Action::Copy,
        "key-copy",
        1,
    ),
    bind(Place::Secret, &[ENTER], Action::Yes, "key-noted", 2),
    bind(Place::Calendar, &[ENTER], Action::Choose, "key-choose", 1),
    bind(
        Place::Calendar,
        &[UP, ch('k')],
        Action::Up,
        "key-week-before",
        2,
    ),
    bind(
        Place::Calendar,
        &[DOWN, ch('j')],
        Action::Down,
        "key-week-after",
        3,
    ),
    bind(
        Place::Calendar,
        &[key(KeyCode::Left), ch('h')],
        Action::Left,
        "key-day-before",
        0,
    ),
    bind(
        Place::Calendar,
        &[key(KeyCode::Right), ch('l')],
        Action::Right,
        "key-day-after",
        0,
    ),
    bind(
        Place::Calendar,
        &[PAGE_UP],
        Action::PageUp,
        "key-month-before",
        4,
    ),
    bind(
        Place::Calendar,
        &[PAGE_DOWN],
        Action::PageDown,
        "key-month-after",
        5,
    ),
    bind(
        Place::Calendar,
        &[ESC, ctrl('c')],
        Action::Cancel,
        "key-cancel",
        6,
    ),
];

/// What the key does here, if anything.
#[must_use]
pub fn find(place: Place, event: KeyEvent) -> Option<&'static Binding> {
    // A letter carries its own Shift, and Ctrl-Alt is how some terminals send AltGr.
    let modifiers = event.modifiers - KeyModifiers::SHIFT;
    let pressed = Key {
        code: event.code,
        modifiers,
    };
    here(place).find(|binding| binding.keys.contains(&pressed))
}

/// The keys of a place, in the table's order.
pub fn here(place: Place) -> impl Iterator<Item = &'static Binding> {
    BINDINGS
        .iter()
        .filter(move |binding| binding.place == place)
}

impl Key {
    /// The key's name, as keyboards and people of the language write it.
    #[must_use]
    pub fn show(self, words: &Words) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => words.get("keyname-space"),
            KeyCode::Char(letter) if self.modifiers.contains(KeyModifiers::CONTROL) => {
                letter.to_ascii_uppercase().to_string()
            }
            KeyCode::Char(letter) => letter.to_string(),
            KeyCode::F(number) => format!("F{number}"),
            KeyCode::Enter => words.get("keyname-enter"),
            KeyCode::Esc => words.get("keyname-esc"),
            KeyCode::Tab => words.get("keyname-tab"),
            KeyCode::BackTab => words.get("keyname-back-tab"),
            KeyCode::Delete => words.get("keyname-delete"),
            KeyCode::Home => words.get("keyname-home"),
            KeyCode::End => words.get("keyname-end"),
            KeyCode::PageUp => words.get("keyname-page-up"),
            KeyCode::PageDown => words.get("keyname-page-down"),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            _ => String::new(),
        };
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            format!("Ctrl-{name}")
        } else {
            name
        }
    }
}
