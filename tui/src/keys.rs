//! One table: key -> action. It feeds the dispatch, the footer, the help and the palette, so they
//! cannot disagree.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::messages::Messages;

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyContext {
    /// Signing in.
    Login,
    /// A tab's list, with or without the record beside or over it.
    List,
    /// The search line of a list.
    Search,
    /// A form.
    Form,
    /// A list to pick from while typing: pick-lists, palette, help.
    Picker,
    /// A short menu: sorting, filters, where to go.
    Menu,
    /// A question with yes and no.
    Confirm,
    /// The question whether to throw away what was typed: Enter alone must not.
    Discard,
    /// The deletion of a collaborator.
    Removal,
    /// A password shown once.
    Secret,
    /// A calendar.
    Calendar,
    /// The history of a record.
    History,
    /// Where somebody is signed in.
    Sessions,
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
    History,
    Refresh,
    Palette,
    Help,
    OwnPassword,
    Sessions,
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
    pub place: KeyContext,
    /// The keys, the one that is shown first.
    pub keys: &'static [Key],
    /// What they do.
    pub action: Action,
    /// Fluent message with what they do, in one or two words.
    pub label: &'static str,
    /// Rank in the footer, the most useful lowest; 0 stays out of it.
    pub footer: u8,
}

const DELETE: Key = key(KeyCode::Delete);
const HOME: Key = key(KeyCode::Home);
const END: Key = key(KeyCode::End);
const LEFT: Key = key(KeyCode::Left);
const RIGHT: Key = key(KeyCode::Right);
const F1: Key = key(KeyCode::F(1));
const F2: Key = key(KeyCode::F(2));
const F3: Key = key(KeyCode::F(3));
const F4: Key = key(KeyCode::F(4));
const F5: Key = key(KeyCode::F(5));
const F6: Key = key(KeyCode::F(6));

macro_rules! bindings {
    ($($place:ident [$($key:expr),+] => $action:ident $label:literal $footer:literal;)+) => {
        /// Every key there is.
        pub const BINDINGS: &[Binding] = &[$(Binding {
            place: KeyContext::$place,
            keys: &[$($key),+],
            action: Action::$action,
            label: $label,
            footer: $footer,
        }),+];
    };
}

// Where, keys (the first is shown), action, label, rank in the footer.
bindings! {
    Login     [ENTER]                      => Save           "key-sign-in"            1;
    Login     [TAB, DOWN]                  => Next           "key-next"               2;
    Login     [BACK_TAB, UP]               => Previous       "key-previous"           3;
    Login     [F1]                         => Fill1          "key-fill"               0;
    Login     [F2]                         => Fill2          "key-fill"               0;
    Login     [F3]                         => Fill3          "key-fill"               0;
    Login     [ctrl('c'), ctrl('q')]       => Quit           "key-quit"               4;

    List      [ENTER]                      => Open           "key-open"               1;
    List      [ESC]                        => Back           "key-back"               2;
    List      [ch('n')]                    => New            "key-new"                3;
    List      [ch('e')]                    => Edit           "key-edit"               4;
    List      [ch('a')]                    => Assign         "key-assign"             5;
    List      [ch('d'), DELETE]            => Delete         "key-delete"             6;
    List      [ch('w')]                    => ResetPassword  "key-reset-password"     7;
    List      [ch('/')]                    => Search         "key-search"             8;
    List      [ch('f')]                    => Filter         "key-filter"             9;
    List      [ch('s')]                    => Sort           "key-sort"               10;
    List      [ch('g')]                    => Go             "key-go"                 11;
    List      [ch('v')]                    => History        "key-history"            12;
    List      [ch('?')]                    => Help           "key-help"               13;
    List      [ch('q'), ctrl('c')]         => Quit           "key-quit"               14;
    List      [ch('r'), F5]                => Refresh        "key-refresh"            15;
    List      [ctrl('p'), ch(':')]         => Palette        "key-palette"            16;
    List      [ch('p')]                    => OwnPassword    "key-own-password"       0;
    List      [ch('o')]                    => Sessions       "key-sessions"           0;
    List      [ctrl('l')]                  => Logout         "key-logout"             0;
    List      [ch('m')]                    => Mouse          "key-mouse"              0;
    List      [UP, ch('k')]                => Up             "key-up"                 0;
    List      [DOWN, ch('j')]              => Down           "key-down"               0;
    List      [PAGE_UP, ctrl('b')]         => PageUp         "key-page-up"            0;
    List      [PAGE_DOWN, ctrl('f')]       => PageDown       "key-page-down"          0;
    List      [HOME]                       => Top            "key-top"                0;
    List      [END, ch('G')]               => Bottom         "key-bottom"             0;
    List      [ch('1'), ch('&')]           => Tab1           "tab-collaborators"      0;
    List      [ch('2'), ch('é')]           => Tab2           "tab-clients"            0;
    List      [ch('3'), ch('"')]           => Tab3           "tab-contracts"          0;
    List      [ch('4'), ch('\'')]          => Tab4           "tab-events"             0;
    List      [TAB, RIGHT, ch('l')]        => NextTab        "key-next-tab"           0;
    List      [BACK_TAB, LEFT, ch('h')]    => PreviousTab    "key-previous-tab"       0;

    Search    [ENTER, DOWN, TAB]           => Choose         "key-to-list"            1;
    Search    [ESC]                        => Cancel         "key-clear-search"       2;

    Form      [TAB, DOWN]                  => Next           "key-next-field"         7;
    Form      [BACK_TAB, UP]               => Previous       "key-previous-field"     8;
    Form      [ctrl('s'), F2]              => Save           "key-save"               5;
    Form      [ENTER]                      => Choose         "key-pick"               1;
    Form      [ch(' '), RIGHT, LEFT]       => Toggle         "key-toggle"             2;
    Form      [ctrl('k'), F4]              => Calendar       "key-calendar"           3;
    Form      [ctrl('t'), F6]              => Theirs         "key-theirs"             4;
    Form      [ESC, ctrl('c')]             => Cancel         "key-cancel"             6;

    Picker      [ENTER]                      => Choose         "key-choose"             1;
    Picker      [ESC, ctrl('c')]             => Cancel         "key-cancel"             2;
    Picker      [UP, ctrl('p')]              => Up             "key-up"                 0;
    Picker      [DOWN, ctrl('n')]            => Down           "key-down"               0;
    Picker      [PAGE_UP]                    => PageUp         "key-page-up"            0;
    Picker      [PAGE_DOWN]                  => PageDown       "key-page-down"          0;

    Menu      [ENTER]                      => Choose         "key-choose"             1;
    Menu      [ch(' ')]                    => Toggle         "key-toggle"             2;
    Menu      [ESC, ch('q'), ctrl('c')]    => Cancel         "key-cancel"             3;
    Menu      [UP, ch('k')]                => Up             "key-up"                 0;
    Menu      [DOWN, ch('j')]              => Down           "key-down"               0;

    Confirm   [ENTER, ch('y'), ch('o')]    => Yes            "key-yes"                1;
    Confirm   [ESC, ch('n'), ctrl('c')]    => Cancel         "key-no"                 2;

    Discard   [ch('y'), ch('o')]           => Yes            "key-yes"                1;
    Discard   [ENTER, ESC, ch('n'), ctrl('c')] => Cancel     "key-keep-editing"       2;

    Removal   [ctrl('d'), DELETE]          => Yes            "key-delete"             1;
    Removal   [ENTER, ch('s')]             => Successor      "key-successor"          2;
    Removal   [ESC, ch('n'), ctrl('c')]    => Cancel         "key-cancel"             3;

    Secret    [ch('c'), ctrl('c')]         => Copy           "key-copy"               1;
    Secret    [ENTER]                      => Yes            "key-noted"              2;

    Calendar  [ENTER]                      => Choose         "key-choose"             1;
    Calendar  [UP, ch('k')]                => Up             "key-week-before"        0;
    Calendar  [DOWN, ch('j')]              => Down           "key-week-after"         0;
    Calendar  [LEFT, ch('h')]              => Left           "key-day-before"         0;
    Calendar  [RIGHT, ch('l')]             => Right          "key-day-after"          0;
    Calendar  [PAGE_UP]                    => PageUp         "key-month-before"       0;
    Calendar  [PAGE_DOWN]                  => PageDown       "key-month-after"        0;
    Calendar  [ESC, ctrl('c')]             => Cancel         "key-cancel"             2;

    Sessions  [ENTER, ch('d'), DELETE]     => Choose         "key-end-session"        1;
    Sessions  [ESC, ch('q'), ch('o'), ctrl('c')] => Cancel   "key-back"               2;
    Sessions  [ch('r'), F5]                => Refresh        "key-refresh"            3;
    Sessions  [UP, ch('k')]                => Up             "key-up"                 0;
    Sessions  [DOWN, ch('j')]              => Down           "key-down"               0;
    Sessions  [HOME, ch('g')]              => Top            "key-top"                0;
    Sessions  [END, ch('G')]               => Bottom         "key-bottom"             0;

    History   [ENTER]                      => Choose         "key-in-full"            1;
    History   [ESC, ch('q'), ch('v'), ctrl('c')] => Cancel   "key-back"               2;
    History   [UP, ch('k')]                => Up             "key-up"                 0;
    History   [DOWN, ch('j')]              => Down           "key-down"               0;
    History   [PAGE_UP, ctrl('b')]         => PageUp         "key-page-up"            0;
    History   [PAGE_DOWN, ctrl('f')]       => PageDown       "key-page-down"          0;
    History   [HOME, ch('g')]              => Top            "key-top"                0;
    History   [END, ch('G')]               => Bottom         "key-bottom"             0;
}

/// What the key does here, if anything.
#[must_use]
pub fn find(place: KeyContext, event: KeyEvent) -> Option<&'static Binding> {
    // A letter carries its own Shift, and Ctrl-Alt is how some terminals send AltGr.
    let modifiers = event.modifiers - KeyModifiers::SHIFT;
    let pressed = Key {
        code: event.code,
        modifiers,
    };
    here(place).find(|binding| binding.keys.contains(&pressed))
}

/// The keys of a place, in the table's order.
pub fn here(place: KeyContext) -> impl Iterator<Item = &'static Binding> {
    BINDINGS
        .iter()
        .filter(move |binding| binding.place == place)
}

impl Binding {
    /// The key to show: where yes and no are asked, the letter that the answer begins with.
    #[must_use]
    pub fn shown(&self, messages: &Messages) -> Option<Key> {
        let asks = matches!(self.place, KeyContext::Confirm | KeyContext::Discard);
        let letter = messages.get(self.label).chars().next().filter(|_| asks);
        let letter = letter.map(ch).filter(|key| self.keys.contains(key));
        letter.or_else(|| self.keys.first().copied())
    }
}

impl Key {
    /// The key's name, as keyboards and people of the language write it.
    #[must_use]
    pub fn show(self, messages: &Messages) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => messages.get("keyname-space"),
            KeyCode::Char(letter) if self.modifiers.contains(KeyModifiers::CONTROL) => {
                letter.to_ascii_uppercase().to_string()
            }
            KeyCode::Char(letter) => letter.to_string(),
            KeyCode::F(number) => format!("F{number}"),
            KeyCode::Enter => messages.get("keyname-enter"),
            KeyCode::Esc => messages.get("keyname-esc"),
            KeyCode::Tab => messages.get("keyname-tab"),
            KeyCode::BackTab => messages.get("keyname-back-tab"),
            KeyCode::Delete => messages.get("keyname-delete"),
            KeyCode::Home => messages.get("keyname-home"),
            KeyCode::End => messages.get("keyname-end"),
            KeyCode::PageUp => messages.get("keyname-page-up"),
            KeyCode::PageDown => messages.get("keyname-page-down"),
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
