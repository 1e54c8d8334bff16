//! Turns that the server may have from another time: this app told the same account of them before, or another computer
//! did. They are taken for ours with their files, so that neither is there twice.

use rehearse_leancloud::{Error, Object, Transport};
use rehearse_store::{RemoteFile, Settled, StoreError};
use uuid::Uuid;

use super::batches::earliest;
use super::deleting::file_of;
use super::settling::{Verdict, stuck};
use super::{Sender, Tally};
use crate::plan::Sought;
use crate::wire::{Class, FILE_URL};

/// Looks are not counted: one that failed is made again as late as something that has failed so often.
const IN_NO_HURRY: u32 = 5;

impl<T: Transport> Sender<T> {
    pub(super) async fn seek(&self, sought: &[Sought], tally: &Tally) -> Result<(), StoreError> {
        let ids: Vec<Uuid> = sought.iter().map(|one| one.turn.subject).collect();
        let settled = match self.find_ours(Class::Turn, &ids).await {
            Ok(found) => {
                tally.settled();
                let told = |one: &Sought| taken(one, earliest(&found, one.turn.subject));
                sought.iter().flat_map(told).collect()
            }
            Err(error) => self.not_sought(sought, &error, tally),
        };
        self.settle(settled).await
    }

    fn not_sought(&self, sought: &[Sought], error: &Error, tally: &Tally) -> Vec<Settled> {
        tally.failed();
        match self.verdict(error, IN_NO_HURRY) {
            Verdict::Later(later) => {
                Self::note(&later, tally);
                let put_off = |one: &Sought| Settled::PutOff {
                    lane: one.turn.lane,
                    until: later.until,
                };
                sought.iter().map(put_off).collect()
            }
            Verdict::Stuck { reason } => sought.iter().map(|one| stuck(one.turn.id, reason)).collect(),
            Verdict::AlreadyThere | Verdict::Missing | Verdict::OtherForm => {
                sought.iter().map(|one| stuck(one.turn.id, "refused")).collect()
            }
        }
    }
}

/// What to write down about a turn that was looked for. One that is there is told once more as it is, and its clip is
/// uploaded only if it has no file there.
fn taken(sought: &Sought, there: Option<&Object>) -> Vec<Settled> {
    let turn = &sought.turn;
    let mut settled = vec![Settled::LookedFor { row: turn.id }];
    let Some(there) = there else {
        return settled;
    };
    settled.push(Settled::TurnNamed {
        turn: turn.subject.into(),
        object_id: there.id.as_str().to_owned(),
    });
    if let (Some(upload), Some(file)) = (&sought.upload, remote_file(there)) {
        settled.push(Settled::Uploaded {
            session: turn.session(),
            clip: upload.subject.into(),
            file,
        });
        settled.push(Settled::Sent { row: upload.id });
    }
    settled
}

/// The file that the row of a turn names, if it says where it can be read.
fn remote_file(turn: &Object) -> Option<RemoteFile> {
    let url: Option<String> = turn.get(FILE_URL).ok().flatten();
    Some(RemoteFile {
        id: file_of(turn)?,
        url: url?,
    })
}
