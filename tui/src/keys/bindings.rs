//! The table of key bindings, with the contexts in which keys apply and the actions of keys.

use crossterm::event::KeyCode;

use super::key::{Key, ch, ctrl, key, with_alt, with_ctrl};
use crate::record::Tab;

macro_rules! contexts {
    ($($(#[$doc:meta])* $context:ident $label:literal;)+) => {
        /// The component in which a binding applies.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum KeyContext {
            $($(#[$doc])* $context,)+
        }

        impl KeyContext {
            /// Fluent message with its name, for the help.
            #[must_use]
            pub(crate) const fn label(self) -> &'static str {
                match self {
                    $(Self::$context => $label,)+
                }
            }
        }
    };
}

contexts! {
    /// The login screen.
    Login "context-login";
    /// A tab's list, with or without the record pane beside it or over it.
    List "context-list";
    /// The search line of a list.
    Search "context-search";
    /// A form.
    Form "context-form";
    /// A list that is filtered by typing: pick-list, palette, help.
    Picker "context-pick";
    /// A short menu: orders, filters, related records.
    Menu "context-menu";
    /// A question with yes and no. Neither Enter nor a plain letter answers yes: the user may have
    /// typed or pasted them before the question appeared.
    Confirm "context-confirm";
    /// The question whether to close without saving.
    Discard "context-confirm";
    /// The deletion of a collaborator.
    DeleteCollaborator "context-delete";
    /// A password that is shown once.
    Secret "context-secret";
    /// A calendar.
    Calendar "context-calendar";
    /// The history of a record.
    History "context-history";
    /// The sessions of a collaborator.
    Sessions "context-sessions";
    /// A text input, for keys that the context of its component does not bind.
    Text "context-text";
}

/// The action of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // The table of bindings has a label for each.
pub enum Action {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    PaneUp,
    PaneDown,
    Top,
    Bottom,
    ShowTab(Tab),
    NextTab,
    PreviousTab,
    Open,
    Back,
    GoBack,
    New,
    Edit,
    Assign,
    Delete,
    /// An action that a tab specifies for its records.
    Record(RecordActionId),
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
    Redraw,
    Quit,
    Next,
    Previous,
    Save,
    Cancel,
    Choose,
    Toggle,
    OnlyFree,
    Calendar,
    Swap,
    Yes,
    Successor,
    Copy,
    /// Fills in a demo account, by its index.
    Fill(usize),
    /// Edits the focused text.
    Text(TextEdit),
}

impl Action {
    /// Fluent message: other words for the action, by which the palette and the help find it.
    pub(crate) const fn other_words(self) -> Option<&'static str> {
        Some(match self {
            Self::New => "words-new",
            Self::Edit => "words-edit",
            Self::Assign => "words-assign",
            Self::Delete => "words-delete",
            Self::Search => "words-search",
            Self::Filter => "words-filter",
            Self::Sort => "words-sort",
            Self::Go => "words-go",
            Self::History => "words-history",
            Self::Refresh => "words-refresh",
            Self::Palette => "words-palette",
            Self::Help => "words-help",
            Self::OwnPassword => "words-own-password",
            Self::Record(RecordActionId::ResetPassword) => "words-reset-password",
            Self::Sessions => "words-sessions",
            Self::Mouse => "words-mouse",
            Self::Logout => "words-logout",
            Self::Quit => "words-quit",
            _ => return None,
        })
    }

    /// Whether the action is about the selected record.
    pub(crate) const fn is_about_record(self) -> bool {
        matches!(
            self,
            Self::Open
                | Self::Edit
                | Self::Assign
                | Self::Delete
                | Self::Record(_)
                | Self::Go
                | Self::History
                | Self::Sessions
        )
    }
}

/// An edit of a text. `Yank` inserts what the others have deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // The table of bindings has a label for each.
pub enum TextEdit {
    PreviousWord,
    NextWord,
    Start,
    End,
    DeletePreviousWord,
    DeleteNextWord,
    DeleteToStart,
    DeleteToEnd,
    Yank,
}

/// Identifies an action that a tab specifies for its records, in `Screen::actions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // The table of bindings has a label for each.
pub enum RecordActionId {
    ResetPassword,
}

/// A line of the table [`BINDINGS`].
#[derive(Debug)]
pub struct Binding {
    /// The context.
    pub context: KeyContext,
    /// The keys; the first is displayed. Without keys, only the palette and the help offer the action.
    pub keys: &'static [Key],
    /// Their action.
    pub action: Action,
    /// Fluent message: the action in one or two words.
    pub label: &'static str,
    /// Whether the footer offers it. The most useful come first in the table.
    pub in_footer: bool,
}

pub(super) const ENTER: Key = key(KeyCode::Enter);
pub(super) const ESC: Key = key(KeyCode::Esc);
pub(super) const TAB: Key = key(KeyCode::Tab);
pub(super) const BACK_TAB: Key = key(KeyCode::BackTab);
pub(super) const UP: Key = key(KeyCode::Up);
pub(super) const DOWN: Key = key(KeyCode::Down);
pub(super) const PAGE_UP: Key = key(KeyCode::PageUp);
pub(super) const PAGE_DOWN: Key = key(KeyCode::PageDown);

pub(super) const BACKSPACE: Key = key(KeyCode::Backspace);
pub(super) const DELETE: Key = key(KeyCode::Delete);
pub(super) const HOME: Key = key(KeyCode::Home);
pub(super) const END: Key = key(KeyCode::End);
pub(super) const LEFT: Key = key(KeyCode::Left);
pub(super) const RIGHT: Key = key(KeyCode::Right);
pub(super) const F1: Key = key(KeyCode::F(1));
pub(super) const F2: Key = key(KeyCode::F(2));
pub(super) const F3: Key = key(KeyCode::F(3));
pub(super) const F4: Key = key(KeyCode::F(4));
pub(super) const F5: Key = key(KeyCode::F(5));
pub(super) const F6: Key = key(KeyCode::F(6));

macro_rules! bindings {
    ($($context:ident [$($key:expr),*] => $action:ident$(($arg:expr))? $label:literal $in_footer:literal;)+) => {
        /// Every binding.
        pub const BINDINGS: &[Binding] = &[$(Binding {
            context: KeyContext::$context,
            keys: &[$($key),*],
            action: Action::$action$(($arg))?,
            label: $label,
            in_footer: $in_footer,
        }),+];
    };
}

// Context, keys (the first is displayed), action, label, whether the footer offers it.
bindings! {
    Login     [ENTER]                      => Save           "key-sign-in"            true;
    Login     [TAB, DOWN]                  => Next           "key-next"               false;
    Login     [BACK_TAB, UP]               => Previous       "key-previous"           false;
    Login     [F1]                         => Fill(0)        "key-fill"               false;
    Login     [F2]                         => Fill(1)        "key-fill"               false;
    Login     [F3]                         => Fill(2)        "key-fill"               false;
    Login     [ctrl('c'), ctrl('q')]       => Quit           "key-quit"               true;

    List      [ENTER]                      => Open           "key-open"               true;
    List      [ESC]                        => Back           "key-back"               true;
    List      [ch('n')]                    => New            "key-new"                true;
    List      [ch('e')]                    => Edit           "key-edit"               true;
    List      [ch('a')]                    => Assign         "key-assign"             true;
    List      [ch('d'), DELETE]            => Delete         "key-delete"             true;
    List      [ch('w')]                    => Record(RecordActionId::ResetPassword)
                                                             "key-reset-password"     true;
    List      [ch('/')]                    => Search         "key-search"             true;
    List      [ch('f')]                    => Filter         "key-filter"             true;
    List      [ch('s')]                    => Sort           "key-sort"               true;
    List      [ch('g')]                    => Go             "key-go"                 true;
    List      [ch('v')]                    => History        "key-history"            true;
    List      [ch('?')]                    => Help           "key-help"               true;
    List      [ch('q'), ctrl('c')]         => Quit           "key-quit"               false;
    List      [ch('r'), F5]                => Refresh        "key-refresh"            false;
    List      [ctrl('p'), ch(':')]         => Palette        "key-palette"            false;
    List      [ch('p')]                    => OwnPassword    "key-own-password"       false;
    List      [ch('o')]                    => Sessions       "key-sessions"           false;
    List      []                           => Logout         "key-logout"             false;
    List      [ctrl('l')]                  => Redraw         "key-redraw"             false;
    List      [ch('m')]                    => Mouse          "key-mouse"              false;
    List      [UP, ch('k')]                => Up             "key-up"                 false;
    List      [DOWN, ch('j')]              => Down           "key-down"               false;
    List      [PAGE_UP, ctrl('b')]         => PageUp         "key-page-up"            false;
    List      [PAGE_DOWN, ctrl('f')]       => PageDown       "key-page-down"          false;
    List      [ctrl('o')]                  => GoBack         "key-go-back"            false;
    List      [ctrl('u')]                  => PaneUp         "key-pane-up"            false;
    List      [ctrl('d')]                  => PaneDown       "key-pane-down"          false;
    List      [HOME]                       => Top            "key-top"                false;
    List      [END, ch('G')]               => Bottom         "key-bottom"             false;
    List      [ch('1'), ch('&')]           => ShowTab(Tab::Collaborators) "tab-collaborators"      false;
    List      [ch('2'), ch('é')]           => ShowTab(Tab::Clients) "tab-clients"            false;
    List      [ch('3'), ch('"')]           => ShowTab(Tab::Contracts) "tab-contracts"          false;
    List      [ch('4'), ch('\'')]          => ShowTab(Tab::Events) "tab-events"             false;
    List      [TAB, RIGHT, ch('l')]        => NextTab        "key-next-tab"           false;
    List      [BACK_TAB, LEFT, ch('h')]    => PreviousTab    "key-previous-tab"       false;

    Search    [ENTER, DOWN, TAB]           => Choose         "key-to-list"            true;
    Search    [ESC]                        => Cancel         "key-clear-search"       true;

    Form      [ENTER]                      => Choose         "key-pick"               true;
    Form      [ch(' '), RIGHT, LEFT]       => Toggle         "key-toggle"             true;
    Form      [F4]                         => Calendar       "key-calendar"           true;
    Form      [ctrl('t'), F6]              => Swap         "key-swap"             true;
    Form      [ctrl('s'), F2]              => Save           "key-save"               true;
    Form      [ESC, ctrl('c')]             => Cancel         "key-cancel"             true;
    Form      [TAB, DOWN]                  => Next           "key-next-field"         true;
    Form      [BACK_TAB, UP]               => Previous       "key-previous-field"     true;

    Picker      [ENTER]                      => Choose         "key-choose"             true;
    Picker      [TAB]                        => OnlyFree       "key-only-free"          true;
    Picker      [ESC, ctrl('c')]             => Cancel         "key-cancel"             true;
    Picker      [UP, ctrl('p')]              => Up             "key-up"                 false;
    Picker      [DOWN, ctrl('n')]            => Down           "key-down"               false;
    Picker      [PAGE_UP]                    => PageUp         "key-page-up"            false;
    Picker      [PAGE_DOWN]                  => PageDown       "key-page-down"          false;
    Picker      [HOME]                       => Top            "key-top"                false;
    Picker      [END]                        => Bottom         "key-bottom"             false;

    Menu      [ENTER]                      => Choose         "key-choose"             true;
    Menu      [ch(' ')]                    => Toggle         "key-toggle"             true;
    Menu      [ESC, ch('q'), ctrl('c')]    => Cancel         "key-back"               true;
    Menu      [UP, ch('k')]                => Up             "key-up"                 false;
    Menu      [DOWN, ch('j')]              => Down           "key-down"               false;
    Menu      [HOME]                       => Top            "key-top"                false;
    Menu      [END]                        => Bottom         "key-bottom"             false;

    Confirm   [ctrl('y')]                  => Yes            "key-yes"                true;
    Confirm   [ESC, ENTER, ch('n'), ctrl('c')] => Cancel     "key-no"                 true;

    Discard   [ctrl('y')]                  => Yes            "key-yes"                true;
    Discard   [ESC, ENTER, ch('n'), ctrl('c')] => Cancel     "key-keep-editing"       true;

    DeleteCollaborator [ctrl('d')]                  => Yes            "key-delete"             true;
    DeleteCollaborator [ch('s')]                    => Successor      "key-successor"          true;
    DeleteCollaborator [ESC, ENTER, ch('n'), ctrl('c')] => Cancel     "key-cancel"             true;

    Secret    [ch('c'), ctrl('c')]         => Copy           "key-copy"               true;
    Secret    [ENTER]                      => Yes            "key-noted"              true;

    Calendar  [ENTER]                      => Choose         "key-choose"             true;
    Calendar  [UP, ch('k')]                => Up             "key-week-before"        false;
    Calendar  [DOWN, ch('j')]              => Down           "key-week-after"         false;
    Calendar  [LEFT, ch('h')]              => Left           "key-day-before"         false;
    Calendar  [RIGHT, ch('l')]             => Right          "key-day-after"          false;
    Calendar  [PAGE_UP]                    => PageUp         "key-month-before"       false;
    Calendar  [PAGE_DOWN]                  => PageDown       "key-month-after"        false;
    Calendar  [ESC, ctrl('c')]             => Cancel         "key-cancel"             true;

    Sessions  [ENTER, ch('d'), DELETE]     => Choose         "key-end-session"        true;
    Sessions  [ESC, ch('q'), ch('o'), ctrl('c')] => Cancel   "key-back"               true;
    Sessions  [ch('r'), F5]                => Refresh        "key-refresh"            true;
    Sessions  [UP, ch('k')]                => Up             "key-up"                 false;
    Sessions  [DOWN, ch('j')]              => Down           "key-down"               false;
    Sessions  [HOME, ch('g')]              => Top            "key-top"                false;
    Sessions  [END, ch('G')]               => Bottom         "key-bottom"             false;

    History   [ENTER]                      => Choose         "key-in-full"            true;
    History   [ESC, ch('q'), ch('v'), ctrl('c')] => Cancel   "key-back"               true;
    History   [UP, ch('k')]                => Up             "key-up"                 false;
    History   [DOWN, ch('j')]              => Down           "key-down"               false;
    History   [PAGE_UP, ctrl('b')]         => PageUp         "key-page-up"            false;
    History   [PAGE_DOWN, ctrl('f')]       => PageDown       "key-page-down"          false;
    History   [HOME, ch('g')]              => Top            "key-top"                false;
    History   [END, ch('G')]               => Bottom         "key-bottom"             false;

    Text      [with_alt(ch('b')), with_ctrl(LEFT), with_alt(LEFT)]
                                           => Text(TextEdit::PreviousWord)
                                                             "key-previous-word" false;
    Text      [with_alt(ch('f')), with_ctrl(RIGHT), with_alt(RIGHT)]
                                           => Text(TextEdit::NextWord)
                                                             "key-next-word" false;
    Text      [HOME, ctrl('a')]
                                           => Text(TextEdit::Start)
                                                             "key-text-start" false;
    Text      [END, ctrl('e')]
                                           => Text(TextEdit::End)
                                                             "key-text-end" false;
    Text      [ctrl('w'), with_alt(BACKSPACE), with_ctrl(BACKSPACE)]
                                           => Text(TextEdit::DeletePreviousWord)
                                                             "key-delete-previous-word" false;
    Text      [with_alt(ch('d')), with_ctrl(DELETE), with_alt(DELETE)]
                                           => Text(TextEdit::DeleteNextWord)
                                                             "key-delete-next-word" false;
    Text      [ctrl('u')]
                                           => Text(TextEdit::DeleteToStart)
                                                             "key-delete-to-start" false;
    Text      [ctrl('k')]
                                           => Text(TextEdit::DeleteToEnd)
                                                             "key-delete-to-end" false;
    Text      [ctrl('y')]
                                           => Text(TextEdit::Yank)
                                                             "key-yank" false;
}
