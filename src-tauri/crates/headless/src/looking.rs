//! Looks at the server what is new there, again and again.

use std::sync::Arc;
use std::time::Duration;

use rehearse_leancloud::NetTransport;
use rehearse_store::Store;
use rehearse_sync::{Look, Nudge, Pause, Pulled, Puller};

use crate::PollError;
use crate::recordings::let_go_of_recordings;

/// The longest pause after looks in vain.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// One look. What is new is told in the log. Recordings go that others have written down meanwhile, or that the last run
/// had no time to let go of; also where the server is away.
///
/// # Errors
/// Why it ended early: [`PollError::ServerAway`], [`PollError::SignInRefused`]; what the store says.
pub(crate) async fn look(
    puller: &Puller<NetTransport>,
    store: &Arc<Store>,
    look: Look,
    host: &str,
) -> Result<Pulled, PollError> {
    let pulled = puller.round(look).await?;
    let_go_of_recordings(store, None).await;
    if pulled.is_news() || pulled.unreadable > 0 || look == Look::Everything {
        tracing::info!(
            sessions = pulled.changed.len(),
            authored = pulled.authored.len(),
            gone = pulled.gone.len(),
            unreadable = pulled.unreadable,
            "looked"
        );
    } else {
        tracing::debug!("looked, nothing is new");
    }
    let host = host.to_owned();
    match pulled.failed {
        None => Ok(pulled),
        Some((Some(Pause::SignIn), _)) => Err(PollError::SignInRefused {
            host,
            detail: "it asks to sign in again".to_owned(),
        }),
        Some((pause, _)) => Err(PollError::ServerAway {
            host,
            detail: pause.map_or("it has a fault", met).to_owned(),
        }),
    }
}

/// Looks for ever, and wakes the poller when something is new.
///
/// # Errors
/// [`PollError::SignInRefused`]: looking again and again would lock the account.
pub(crate) async fn go_on_looking(
    puller: &Puller<NetTransport>,
    store: &Arc<Store>,
    every: Duration,
    host: &str,
    poller: &Nudge,
    chance: impl Fn() -> f64,
) -> Result<(), PollError> {
    let mut in_vain = 0;
    let mut what = Look::Everything;
    loop {
        let pause = match look(puller, store, what, host).await {
            Ok(pulled) => {
                if pulled.is_news() {
                    poller.changed();
                }
                (in_vain, what) = (0, Look::New);
                every
            }
            Err(error @ PollError::SignInRefused { .. }) => return Err(error),
            Err(error) => {
                in_vain += 1;
                let pause = pause(in_vain, every, chance());
                tracing::warn!(
                    code = error.code(),
                    %error,
                    again_in_seconds = pause.as_secs(),
                    "the server could not be asked"
                );
                pause
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// How long to wait after so many looks in vain: longer each time, and not all pollers at once.
pub(crate) fn pause(in_vain: u32, every: Duration, chance: f64) -> Duration {
    let longest = every.max(LONGEST);
    let doubled = every.saturating_mul(1 << in_vain.min(10)).min(longest);
    doubled.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
}

const fn met(pause: Pause) -> &'static str {
    match pause {
        Pause::Offline => "the network is switched off",
        Pause::Unreachable => "it cannot be reached",
        Pause::Busy => "it has too much to do",
        Pause::Quota => "the calls of the day are used up",
        Pause::Archived => "the app is archived; its owner can wake it in the console",
        Pause::Disabled => "the app is switched off or takes no writes",
        Pause::SignIn => "it asks to sign in again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_asked_less_and_less_often() {
        let every = Duration::from_secs(60);
        assert_eq!(pause(1, every, 1.0), Duration::from_secs(120));
        assert_eq!(pause(1, every, 0.0), Duration::from_secs(60));
        assert_eq!(pause(40, every, 1.0), LONGEST);
        let seldom = Duration::from_secs(3600);
        assert_eq!(pause(3, seldom, 1.0), seldom);
    }
}
