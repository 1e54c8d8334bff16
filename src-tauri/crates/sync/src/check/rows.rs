//! Rows: whether they can be made and changed, who else can see them, and what the sender does with them.

use rehearse_leancloud::{
    Acl, Class, Condition, Created, Dialect, Error, Invalid, New, Next, ObjectId, Operation, Query,
    Transport, Update,
};
use serde_json::json;

use super::{Check, Finding, PROBES, Part, RowStep, Trouble, Verdict};

/// Whose a row is, in every class.
const OWNER: &str = "ownerId";
/// What is changed.
const NUMBER: &str = "number";
/// A file that could not be removed; the row that holds it is kept.
pub(super) const FILE: &str = "fileId";
/// No row has this number.
const NEVER: i64 = -1;

impl<T: Transport> Check<T> {
    /// Tries rows out. Returns whether any could be made.
    pub(super) async fn rows(&mut self) -> bool {
        let probe = match self.make(true).await {
            Ok(created) => created.id,
            Err(error) => {
                self.refused(RowStep::Create, &error);
                return false;
            }
        };
        if self.is_read(&probe).await && self.is_changed(&probe).await {
            self.strangers(&probe).await;
            self.conditions(&probe).await;
        }
        self.default_acl().await;
        self.batch().await;
        match self.is_deleted(&probe).await {
            Ok(()) => self.say_rows_work(),
            Err(error) => self.refused(RowStep::Delete, &error),
        }
        true
    }

    /// Removes all rows that a check made, this one or an earlier one; how many could not be removed.
    pub(super) async fn sweep(&mut self) -> usize {
        self.swept().await.unwrap_or(0)
    }

    async fn swept(&self) -> Result<usize, Error> {
        let probes = self.probes()?;
        let mut ours = Condition::all().equals(OWNER, &self.owner)?;
        if self.client.dialect() == Dialect::Parse {
            // LeanCloud may refuse to be asked for a column that it does not know; it lists files by itself.
            ours = ours.has(FILE, false);
        }
        let mut left = 0;
        for row in probes.find(&Query::new().matching(ours)).await?.objects {
            if probes.delete(&row.id).await.is_err() {
                left += 1;
            }
        }
        Ok(left)
    }

    pub(super) fn probes(&self) -> Result<Class<T>, Invalid> {
        self.client.class(PROBES)
    }

    fn new_row(&self, with_acl: bool) -> Result<New, Invalid> {
        let new = New::of(json!({OWNER: self.owner, NUMBER: 0}))?;
        Ok(match with_acl {
            true => new.acl(Acl::owner(&self.owner)),
            false => new,
        })
    }

    async fn make(&self, with_acl: bool) -> Result<Created, Error> {
        self.probes()?.create(&self.new_row(with_acl)?).await
    }

    async fn number(&self, id: &ObjectId) -> Result<Option<i64>, Error> {
        match self.probes()?.get(id).await? {
            Some(row) => row.get(NUMBER),
            None => Ok(None),
        }
    }

    async fn is_read(&mut self, id: &ObjectId) -> bool {
        match self.number(id).await {
            Ok(Some(0)) => return true,
            Ok(_) => self.say_refused(RowStep::Read, Trouble::because("missing")),
            Err(error) => self.refused(RowStep::Read, &error),
        }
        false
    }

    async fn is_changed(&mut self, id: &ObjectId) -> bool {
        let changed = async {
            let update = Update::new().increment(NUMBER, 1)?;
            self.probes()?.update(id, &update).await?;
            self.number(id).await
        };
        match changed.await {
            Ok(Some(1)) => return true,
            Ok(_) => self.say_refused(RowStep::Update, Trouble::because("altered")),
            Err(error) => self.refused(RowStep::Update, &error),
        }
        false
    }

    async fn is_deleted(&self, id: &ObjectId) -> Result<(), Error> {
        let probes = self.probes()?;
        probes.delete(id).await?;
        match probes.get(id).await? {
            None => Ok(()),
            Some(_) => Err(Error::Conflict),
        }
    }

    /// What somebody without a session can do with a row.
    async fn open_to_strangers(&self, id: &ObjectId) -> Result<(bool, bool), Error> {
        let probes = self.stranger.class(PROBES)?;
        let found = probes.find(&Query::new().matching(Condition::all().id(id))).await;
        let found = may(found.map(|found| !found.objects.is_empty()))?;
        let read = may(probes.get(id).await.map(|row| row.is_some()))?;
        let update = Update::new().increment(NUMBER, 1)?;
        let write = may(probes.update(id, &update).await.map(|_| true))?;
        Ok((read || found, write))
    }

    async fn strangers(&mut self, id: &ObjectId) {
        match self.open_to_strangers(id).await {
            Ok((false, false)) => self.say(Finding::RowsHidden, Verdict::Good),
            Ok((read, write)) => self.say(Finding::RowsOpen { read, write }, Verdict::Bad),
            Err(error) => self.not_checked(Part::Strangers, &error),
        }
    }

    async fn default_acl(&mut self) {
        let open = async {
            let row = self.make(false).await?;
            self.open_to_strangers(&row.id).await
        };
        match open.await {
            Ok((read, write)) => {
                // The sender gives every row its rights; what others write may lack them.
                let verdict = if read || write {
                    Verdict::Warning
                } else {
                    Verdict::Good
                };
                self.say(Finding::DefaultAcl { read, write }, verdict);
            }
            Err(error) => self.not_checked(Part::DefaultAcl, &error),
        }
    }

    async fn conditions(&mut self, id: &ObjectId) {
        if self.client.dialect() == Dialect::Parse {
            // It would update whatever the condition says; the client looks first, which is not one step.
            return self.say(Finding::Conditions { atomic: false }, Verdict::Warning);
        }
        let tried = async {
            let never = Condition::all().equals(NUMBER, NEVER)?;
            let update = Update::new().increment(NUMBER, 1)?;
            let refused = match self.probes()?.update_if(id, &update, &never).await {
                Ok(_) => false,
                Err(Error::Conflict) => true,
                Err(error) => return Err(error),
            };
            let always = Condition::all().differs(NUMBER, NEVER)?;
            self.probes()?.update_if(id, &update, &always).await?;
            // Changed once before, and once now.
            Ok(refused && self.number(id).await? == Some(2))
        };
        match tried.await {
            Ok(true) => self.say(Finding::Conditions { atomic: true }, Verdict::Good),
            Ok(false) => self.say(Finding::ConditionsIgnored, Verdict::Bad),
            Err(error) => self.not_checked(Part::Conditions, &error),
        }
    }

    async fn batch(&mut self) {
        let tried = async {
            let class = self.probes()?.name().clone();
            let create = || {
                self.new_row(true).map(|new| Operation::Create {
                    class: class.clone(),
                    new,
                })
            };
            let done = self.client.batch(vec![create()?, create()?]).await;
            done.into_iter().try_for_each(|done| done.map(drop))
        };
        match tried.await {
            Ok(()) => self.say(Finding::BatchWorks, Verdict::Good),
            Err(error) => {
                let trouble = Trouble::of(&error);
                self.say(Finding::BatchBroken { trouble }, Verdict::Bad);
            }
        }
    }

    fn say_rows_work(&mut self) {
        let refused = |line: &super::CheckLine| matches!(line.finding, Finding::RowRefused { .. });
        if !self.lines.iter().any(refused) {
            self.say(Finding::RowsWork, Verdict::Good);
        }
    }

    fn refused(&mut self, step: RowStep, error: &Error) {
        self.say_refused(step, Trouble::of(error));
    }

    fn say_refused(&mut self, step: RowStep, trouble: Trouble) {
        self.say(Finding::RowRefused { step, trouble }, Verdict::Bad);
    }

    pub(super) fn not_checked(&mut self, part: Part, error: &Error) {
        let trouble = Trouble::of(error);
        self.say(Finding::NotChecked { part, trouble }, Verdict::Warning);
    }
}

/// Whether somebody may do something: being refused is an answer, a broken connection is none.
fn may(done: Result<bool, Error>) -> Result<bool, Error> {
    match done {
        Err(error) if matches!(error.next(), Next::Later { .. }) => Err(error),
        // Without a key of the app nobody but its owner can ask.
        Err(error @ Error::Invalid(_)) => Err(error),
        Err(_) => Ok(false),
        done => done,
    }
}
