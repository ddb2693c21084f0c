//! The overlays over the tabs. Each overlay is a component in a file of its own: its state, its
//! keys, its requests and their responses. Its drawing is the child module `view`. A new overlay
//! adds its `mod` line, its line in `overlays!` and, if a key of the list opens it, its line in
//! `opened_by`.

pub mod calendar;
pub mod confirm;
pub mod delete_collaborator;
pub(crate) mod draw;
pub mod form;
pub mod help;
pub mod history;
mod lost_reply;
mod matching;
pub mod menu;
pub mod palette;
pub mod picker;
pub mod secret;
pub mod sessions;
pub mod stack;

use epic_events::{api_error::ApiError, fold::QUERY_MAX};
use jiff::Timestamp;
use tui_input::Input;

use self::{
    calendar::Calendar, confirm::Confirm, delete_collaborator::DeleteCollaborator, draw::Draw,
    help::Help, history::History, menu::Menu, palette::Palette, picker::Picker, secret::Secret,
    sessions::Sessions,
};
use super::{
    availability::{self, Availability},
    context::Context,
    effect::{self, Outcome},
    network::owner::RequestSlot,
};
use crate::{
    api::{ApiRequest, ApiResponse, Change},
    form::{Form, spec::Breaks},
    keys::{Action, KeyContext},
    record::Record,
    screens::spec::MissingRecord,
    tone::Tone,
};

/// An effect of an overlay.
pub(crate) type Effect = effect::Effect<Overlay>;

/// The behaviour of an overlay.
pub(crate) trait Component {
    /// The keys that apply.
    fn key_context(&self) -> KeyContext;

    /// Runs an action of its keys.
    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect>;

    /// Whether an action can be run now; the footer offers only those.
    fn availability(&self, action: Action, _ctx: &Context<'_>) -> Availability {
        match action {
            // Other lists that are filtered by typing have the same keys.
            Action::OnlyFree => Availability::NotApplicable("not-applicable-here"),
            _ => Availability::Enabled,
        }
    }

    /// Whether the action may change something for others or irrevocably. An input that arrived
    /// before the overlay was on the screen does not run it.
    fn is_answer(&self, action: Action) -> bool {
        matches!(action, Action::Yes | Action::Save)
    }

    /// Runs once, after it has opened.
    fn on_open(&mut self, _ctx: &Context<'_>) -> Vec<Effect> {
        Vec::new()
    }

    /// Handles the response to one of its requests.
    fn on_response(
        &mut self,
        _slot: RequestSlot,
        _request: &ApiRequest,
        _response: ApiResponse,
        _ctx: &Context<'_>,
    ) -> Vec<Effect> {
        Vec::new()
    }

    /// Handles the error of one of its requests.
    fn on_error(&mut self, _slot: RequestSlot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        vec![Effect::status(
            ctx.messages.api_error(&error, Some(ctx.now)),
            Tone::Bad,
        )]
    }

    /// Handles the result of an overlay that it has opened.
    fn on_outcome(&mut self, _outcome: Outcome, _ctx: &Context<'_>) -> Vec<Effect> {
        Vec::new()
    }

    /// The input that receives typed text.
    fn input(&mut self) -> Option<&mut Input> {
        None
    }

    /// How tabs and line breaks are treated that are pasted into that input.
    fn breaks(&self) -> Breaks {
        Breaks::Space
    }

    /// Maximum number of characters in that input.
    fn input_max(&self) -> usize {
        QUERY_MAX
    }

    /// Runs after that input has changed.
    fn on_input(&mut self, _ctx: &Context<'_>) -> Vec<Effect> {
        Vec::new()
    }

    /// Runs after [`Effect::Debounce`], with the number of the effect.
    fn on_timer(&mut self, _generation: u64, _ctx: &Context<'_>) -> Vec<Effect> {
        Vec::new()
    }

    /// Handles a letter before the key bindings do, if there is no input.
    fn on_letter(&mut self, _letter: char, _ctx: &Context<'_>) -> Option<Vec<Effect>> {
        None
    }

    /// The index of the selected line, for the mouse.
    fn selected(&mut self) -> Option<&mut usize> {
        None
    }

    /// Scrolls down by this number of rows, or up if it is negative. Moves the selected line; an
    /// overlay without one overrides it.
    fn on_scroll(&mut self, rows: isize, ctx: &Context<'_>) -> Vec<Effect> {
        let action = if rows < 0 { Action::Up } else { Action::Down };
        match self.selected() {
            Some(_) => self.on_action(action, ctx),
            None => Vec::new(),
        }
    }

    /// Handles a click on a line: selects it; on the selected line, chooses it.
    fn on_click(&mut self, line: usize, ctx: &Context<'_>) -> Vec<Effect> {
        match self.selected() {
            Some(selected) if *selected == line => self.on_action(Action::Choose, ctx),
            Some(selected) => {
                *selected = line;
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Handles a change of a record by others.
    fn on_change(&mut self, _change: &Change, _ctx: &Context<'_>) {}

    /// Marks its content as stale, because changes may have been missed.
    fn mark_stale(&mut self) {}

    /// Whether its content is stale.
    fn is_stale(&self) -> bool {
        false
    }

    /// Requests its content again, because it is stale or the session was replaced.
    fn refresh(&mut self, _ctx: &Context<'_>) -> Vec<Effect> {
        Vec::new()
    }

    /// Runs when the session has ended and its requests were cancelled.
    fn on_session_end(&mut self) {}

    /// Whether it stays open after the end of the session.
    fn outlives_session(&self) -> bool {
        false
    }

    /// Whether it displays a countdown.
    fn counts_down(&self, _now: Timestamp) -> bool {
        false
    }
}

macro_rules! overlays {
    ($($variant:ident($component:ty);)+) => {
        /// An overlay; keys go to the last one opened.
        #[derive(Clone)]
        #[allow(missing_docs)] // Each variant is named like its component.
        pub enum Overlay {
            $($variant(Box<$component>),)+
        }

        impl Overlay {
            pub(super) fn component(&self) -> &dyn Component {
                match self {
                    $(Self::$variant(it) => &**it,)+
                }
            }

            pub(super) fn component_mut(&mut self) -> &mut dyn Component {
                match self {
                    $(Self::$variant(it) => &mut **it,)+
                }
            }

            pub(crate) fn drawing(&self) -> &dyn Draw {
                match self {
                    $(Self::$variant(it) => &**it,)+
                }
            }
        }

        $(impl From<$component> for Overlay {
            fn from(component: $component) -> Self {
                Self::$variant(Box::new(component))
            }
        })+
    };
}

overlays! {
    Calendar(Calendar);
    Confirm(Confirm);
    DeleteCollaborator(DeleteCollaborator);
    Form(Form);
    Help(Help);
    History(History);
    Menu(Menu);
    Palette(Palette);
    Picker(Picker);
    Secret(Secret);
    Sessions(Sessions);
}

/// The overlay that an action of the list opens; `None` for other actions, or if the overlay does
/// not apply to the selected record.
pub(super) fn opened_by(action: Action, ctx: &Context<'_>) -> Option<Overlay> {
    let screen = ctx.tab.screen();
    let selected = ctx.selected();
    match action {
        Action::Record(id) => {
            let action = screen.action(id)?;
            Some(Confirm::record_action(action, selected?, ctx).into())
        }
        Action::New => Some(match availability::missing_record(ctx) {
            Some(missing) => create_missing(missing, selected?, ctx).into(),
            None => form::create(screen.create, ctx).into(),
        }),
        Action::Edit => Some(form::open(screen.edit, selected.cloned(), ctx).into()),
        Action::OwnPassword => Some(form::own_password(ctx).into()),
        Action::Assign => Picker::assignee(selected?, ctx).map(Into::into),
        Action::Delete => DeleteCollaborator::new(selected?).map(Into::into),
        Action::Filter => Some(Menu::filters(ctx).into()),
        Action::Sort => Some(Menu::orders(ctx).into()),
        Action::Go => Some(Menu::links(ctx).into()),
        Action::History => Some(History::new(selected?).into()),
        Action::Sessions => Some(Sessions::new(ctx).into()),
        Action::Palette => Some(Palette::default().into()),
        Action::Help => Some(Help::default().into()),
        _ => None,
    }
}

/// A form for the record that this one lacks.
fn create_missing(missing: MissingRecord, of: &Record, ctx: &Context<'_>) -> Form {
    let mut form = form::open(missing.tab.screen().create, None, ctx);
    form.refer_to(missing.parent, of.name(), ctx.now);
    form
}

/// The number of lines by which an action moves the selection of a list that is filtered by typing.
const fn selection_step(action: Action) -> isize {
    match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::PageUp => -8,
        Action::PageDown => 8,
        Action::Top => isize::MIN,
        Action::Bottom => isize::MAX,
        _ => 0,
    }
}
