//! Whether rows are there twice in the classes that matter.
//!
//! What can be known honestly: rows with the same `clientId` prove that no unique index keeps them apart. That there are
//! none proves nothing, and neither does an index on the class of the probes. Only a refused twin would prove one, and
//! for that a row would have to be written where the app and other machines read; Parse Server's schema lists indexes of
//! MongoDB only, and not whether they are unique.

use std::collections::BTreeSet;

use rehearse_leancloud::{Error, MOST_ROWS, Query, Transport};

use super::{Check, Finding, Part, Verdict};
use crate::wire::{CLIENT_ID, Class};

const CLASSES: [Class; 3] = [Class::Session, Class::Turn, Class::Evaluation];

impl<T: Transport> Check<T> {
    /// Looks through the newest rows of each class.
    pub(super) async fn twins(&mut self) {
        let mut classes = Vec::new();
        for class in CLASSES {
            match self.count_twins(class).await {
                Ok(0) => classes.push(class.name()),
                Ok(count) => {
                    let class = class.name();
                    self.say(Finding::Twins { class, count }, Verdict::Warning);
                }
                Err(error) => self.not_checked(Part::Twins, &error),
            }
        }
        if !classes.is_empty() {
            self.say(Finding::UniqueUnproven { classes }, Verdict::Warning);
        }
    }

    async fn count_twins(&self, class: Class) -> Result<usize, Error> {
        let newest = Query::new()
            .keys([CLIENT_ID])
            .descending("createdAt")
            .limit(MOST_ROWS)?;
        let rows = self.client.class(class.name())?.find(&newest).await?.objects;
        let ids = rows.iter().filter_map(|row| row.fields.get(CLIENT_ID)?.as_str());
        let ids: Vec<&str> = ids.collect();
        let distinct: BTreeSet<&&str> = ids.iter().collect();
        Ok(ids.len() - distinct.len())
    }
}
