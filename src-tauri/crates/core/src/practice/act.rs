//! The user's actions in the words of the machine.

use rehearse_dialog::Action as Event;

use crate::view::Action;

/// The machine's name for an action of the window.
pub(crate) fn to_machine(action: Action) -> Event {
    match action {
        Action::Press => Event::Press,
        Action::Release => Event::Release,
        Action::ToggleTalk => Event::ToggleTalk,
        Action::Lock => Event::Lock,
        Action::Cancel => Event::Cancel,
        Action::UndoCancel => Event::UndoCancel,
        Action::Send => Event::Send,
        Action::Retake => Event::Retake,
        Action::Type { text } => Event::Type { text },
        Action::Thinking => Event::Thinking,
        Action::Interrupt => Event::Interrupt,
        Action::Again => Event::Again,
        Action::Slower => Event::Slower,
        Action::Pause => Event::Pause,
        Action::Resume => Event::Resume,
        Action::Retry => Event::Retry,
        Action::SwitchPartner => Event::SwitchPartner,
        Action::CarryOn => Event::CarryOn,
        Action::End => Event::End,
    }
}
