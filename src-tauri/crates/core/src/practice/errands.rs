//! Work that is done beside the task and answers by its inbox. The machine waits for such answers, so each comes, also
//! where the work dies of a panic; only what the task has taken back itself answers nothing.

use std::future::Future;

use rehearse_models::ModelError;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::Input;

/// Does `work`, which answers with an input; should it die, the answer is what `died` makes of that.
pub(super) fn errand(
    inbox: &mpsc::UnboundedSender<Input>,
    work: impl Future<Output = Input> + Send + 'static,
    died: impl FnOnce(ModelError) -> Input + Send + 'static,
) -> AbortHandle {
    let inbox = inbox.clone();
    let working = tokio::spawn(work);
    let handle = working.abort_handle();
    tokio::spawn(async move {
        let answer = match working.await {
            Ok(answer) => answer,
            Err(error) if error.is_cancelled() => return,
            Err(error) => {
                tracing::error!(%error, "work beside the practice died");
                died(ModelError::Malformed(Some(error.into())))
            }
        };
        // Nobody is left to tell when the practice is over.
        let _ = inbox.send(answer);
    });
    handle
}

#[cfg(test)]
mod tests {
    use rehearse_dialog::RequestId;

    use super::super::reply::News;
    use super::*;

    fn failed(error: ModelError) -> Input {
        Input::Reply(RequestId(1), News::Failed(error))
    }

    #[tokio::test]
    #[allow(clippy::panic, reason = "it is what is looked at")]
    async fn work_that_panics_is_answered() {
        let (inbox, mut inputs) = mpsc::unbounded_channel();
        errand(&inbox, async { panic!("a model's client has a fault") }, failed);
        let answer = inputs.recv().await;
        assert!(matches!(answer, Some(Input::Reply(_, News::Failed(_)))));
    }

    #[tokio::test]
    async fn work_that_was_taken_back_answers_nothing() {
        let (inbox, mut inputs) = mpsc::unbounded_channel();
        let forever = errand(&inbox, std::future::pending(), failed);
        forever.abort();
        drop(inbox);
        assert!(inputs.recv().await.is_none(), "and nobody is left waiting");
    }
}
