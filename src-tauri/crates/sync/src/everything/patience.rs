//! Another attempt after a fault that passes. Only for what changes nothing on the server.

use std::time::Duration;

use rehearse_leancloud::Error;

use super::report::may_pass;

/// Waits after the first, the second and further faults in a row.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(9),
    Duration::from_secs(20),
];

/// How much is left of it, for one thing that is asked.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    spent: usize,
}

impl Patience {
    /// Waits after an error, or hands it back where waiting does not help or did not.
    pub(crate) async fn bear(&mut self, error: Error) -> Result<(), Error> {
        match PAUSES.get(self.spent).filter(|_| may_pass(&error)) {
            None => Err(error),
            Some(pause) => {
                self.spent += 1;
                tokio::time::sleep(*pause).await;
                Ok(())
            }
        }
    }
}

/// Asks until there is an answer, or patience ends.
macro_rules! patiently {
    ($ask:expr) => {{
        let mut patience = $crate::everything::patience::Patience::default();
        loop {
            match $ask.await {
                Ok(answer) => break Ok(answer),
                Err(error) => match patience.bear(error).await {
                    Ok(()) => {}
                    Err(error) => break Err(error),
                },
            }
        }
    }};
}

pub(crate) use patiently;
