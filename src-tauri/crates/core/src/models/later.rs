//! Words that were on their way when a practice was left: they are asked for once more, beside whatever goes on, and are in
//! the record when somebody looks for them.

use rehearse_domain::{Speaker, TranscriptStatus};

use crate::house::Core;
use crate::view::PracticeView;

impl Core {
    /// Has written down what somebody was writing down when this practice was left. What fails then stays as it is.
    pub(crate) fn write_down_later(&self, left: &PracticeView) {
        let on_its_way = left.lines.iter().any(|line| {
            line.speaker == Speaker::Trainee
                && line.clip.is_some()
                && line.transcript_status == TranscriptStatus::Pending
        });
        if !left.written_down || !on_its_way {
            return;
        }
        let (core, session) = (self.clone(), left.session);
        self.0.writers.lock().spawn(async move {
            if let Err(error) = core.transcribe_session(session, |_| ()).await {
                tracing::info!(%session, code = error.code, "turns of a practice that was left stay without words");
            }
        });
    }
}
