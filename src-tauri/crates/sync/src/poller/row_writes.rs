//! Changes to single rows in the forms that their columns want.

use parking_lot::Mutex;
use rehearse_leancloud::{
    Class, Condition, Dialect, Error, Next, ObjectId, Reason, Timestamp, Transport, Update,
};
use serde_json::{Map, Value};

use crate::wire::{self, Forms};

/// So many columns of a row may want another form than was known.
const LOCKED_COLUMNS: u32 = 12;

/// What is known of the columns.
#[derive(Debug, Default)]
pub(super) struct RowWrites(Mutex<Forms>);

impl RowWrites {
    /// Changes a row if a condition holds, which only LeanCloud looks at, and says when that was. `gone` are columns of
    /// texts that it has no more.
    pub(super) async fn write<T: Transport>(
        &self,
        of: wire::Class,
        class: &Class<T>,
        row: &ObjectId,
        fields: Map<String, Value>,
        gone: &[&str],
        condition: &Condition,
    ) -> Result<Timestamp, Error> {
        let dialect = class.dialect();
        let mut left = LOCKED_COLUMNS;
        loop {
            let mut fields = fields.clone();
            let known = self.0.lock().clone();
            known.apply(of, &mut fields);
            let mut update = Update::new();
            for (field, value) in fields {
                update = update.set(&field, value)?;
            }
            for field in gone {
                update = match dialect {
                    Dialect::LeanCloud => update.unset(field)?,
                    // It refuses to take away what no row has had.
                    Dialect::Parse => update.set(field, "")?,
                };
            }
            let written = match (dialect, *condition == Condition::all()) {
                (Dialect::LeanCloud, false) => class.update_if(row, &update, condition).await,
                _ => class.update(row, &update).await,
            };
            let error = match written {
                Err(error) if left > 0 => error,
                written => return written,
            };
            let Next::Stuck {
                reason: Reason::TypeLocked(Some(lock)),
            } = error.next()
            else {
                return Err(error);
            };
            self.0.lock().learn(of, &lock);
            if *self.0.lock() == known {
                return Err(error);
            }
            left -= 1;
        }
    }
}
