//! How the trainee talks in one run: what was chosen, and what the devices allow.

use std::sync::Arc;
use std::time::Duration;

use rehearse_devices::OutputKind;
use rehearse_dialog::{HandsFree, TalkMode, TalkOptions, TurnPause};

use crate::house::blocking;
use crate::settings::{CutIn, Settings, TalkMode as Chosen};
use crate::sound::Desk;
use crate::view::RunOptions;

/// What the machine is told. A source that does not keep time, a file that is played into the practice, has no pauses
/// that mean anything.
pub(crate) async fn options(run: &RunOptions, settings: &Settings, desk: &Arc<Desk>) -> TalkOptions {
    let hands_free = run.talk_mode == Chosen::HandsFree && desk.keeps_time();
    let mode = if hands_free {
        TalkMode::HandsFree(HandsFree {
            pause: TurnPause::nearest(Duration::from_millis(settings.turn_pause_ms.into())),
            cut_in: cuts_in(settings, desk).await,
        })
    } else {
        TalkMode::PushToTalk
    };
    TalkOptions {
        review_before_sending: run.review_before_sending,
        mode,
    }
}

/// Cutting in wants the microphone open while the partner speaks.
async fn cuts_in(settings: &Settings, desk: &Arc<Desk>) -> bool {
    let worn = || async {
        let desk = Arc::clone(desk);
        // Asking the system for its devices may block.
        let kind = blocking(move || Ok(desk.output_kind())).await;
        kind.is_ok_and(|kind| kind == OutputKind::Headphones)
    };
    settings.warm_microphone
        && match settings.cut_in {
            CutIn::On => true,
            CutIn::Off => false,
            CutIn::Automatic => worn().await,
        }
}
