//! Tells whoever sits elsewhere that there is feedback, by a notification of the system. Whether there is anything to tell
//! is for the core to say.

use rehearse_core::{Core, Leads, NewResult, Telling};
use tauri::{AppHandle, Manager as _};
use tauri_specta::Event as _;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::ipc::{GoTo, GoToEvent};
use crate::notification::{Notifications, Words};
use crate::window;

/// That the window came to the front, for the task that tells.
pub(crate) struct Forward(mpsc::UnboundedSender<Happening>);

impl Forward {
    pub(crate) fn came(&self) {
        let _ = self.0.send(Happening::CameForward);
    }
}

/// What concerns a notification, but for the results themselves.
#[derive(Debug)]
enum Happening {
    /// The window is in front.
    CameForward,
    /// Somebody clicked the notification.
    Clicked,
}

/// Tells of results until the core is gone.
pub(crate) fn tell_of_results(app: &AppHandle, core: &Core) {
    let (sender, mut happenings) = mpsc::unbounded_channel();
    app.manage(Forward(sender.clone()));
    let (app, core, mut results) = (app.clone(), core.clone(), core.results());
    tauri::async_runtime::spawn(async move {
        let mut teller = Teller {
            notifications: Notifications::new(move || {
                let _ = sender.send(Happening::Clicked);
            }),
            telling: Telling::default(),
            app,
            core,
        };
        loop {
            let due = teller.telling.due();
            tokio::select! {
                result = results.next() => match result {
                    Some(result) => teller.came(result),
                    None => break,
                },
                Some(happening) = happenings.recv() => teller.happened(&happening).await,
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => teller.tell().await,
            }
        }
    });
}

struct Teller {
    telling: Telling,
    notifications: Notifications,
    app: AppHandle,
    core: Core,
}

impl Teller {
    fn came(&mut self, result: NewResult) {
        self.telling
            .came(result, window::attention(&self.app), Instant::now());
    }

    async fn tell(&mut self) {
        let attention = window::attention(&self.app);
        if !self.telling.is_to_be_told(attention, Instant::now()) {
            return;
        }
        // Where there is nobody to show it, feedback is found when the window is opened.
        if let Err(error) = self.notifications.show(Words::of(self.core.language())).await {
            tracing::info!(%error, "no notification could be shown");
        }
    }

    async fn happened(&mut self, happening: &Happening) {
        match happening {
            Happening::Clicked => {
                // Coming to the front makes everything seen.
                let leads = self.telling.leads();
                window::bring_forward(&self.app);
                if let Some(leads) = leads {
                    let _ = GoToEvent(go_to(leads)).emit(&self.app);
                }
            }
            Happening::CameForward => {
                self.telling.came_forward();
                self.notifications.take_back().await;
            }
        }
    }
}

fn go_to(leads: Leads) -> GoTo {
    match leads {
        Leads::ToReview(session) => GoTo::Review { session },
        Leads::ToHistory => GoTo::History,
    }
}
