//! Exports: a session as a folder that needs no program of ours: JSON, one MP3 a turn, and WebVTT captions.

use std::fs;
use std::path::{Path, PathBuf};

use rehearse_domain::{Session, SessionId, Speaker, Turn};
use rehearse_store::Store;
use serde::Serialize;

use crate::captions::captions;
use crate::error::{ErrorView, of_store};
use crate::house::{Core, blocking};
use crate::view::DeliveryView;

/// What `session.json` holds.
#[derive(Serialize)]
struct Exported<'session> {
    session: &'session Session,
    turns: &'session [Turn],
    delivery: &'session DeliveryView,
}

/// What an export has done so far.
#[derive(Default)]
struct Written {
    files: Vec<String>,
    /// Names of sound files that are not there any more.
    lost: Vec<String>,
    /// Names of sound files that were made on other computers and have not come.
    elsewhere: Vec<String>,
}

impl Core {
    /// Writes each session into a folder of its own below `folder`; answers the files. Files that are there
    /// already are never overwritten: the folder then gets a number. Recordings of other computers are brought first, where
    /// somebody is signed in and this program owns the data folder. Sound that is missing does not keep the rest from being
    /// written; it is named when everything else is done.
    ///
    /// # Errors
    /// `no_such_session`; `export_failed`; what is missing: `export_incomplete`, what was here once; `export_not_here` and
    /// `export_not_brought`, what was made elsewhere, without and with somebody signed in; `export_lost_and_not_here`, both.
    pub async fn export_sessions(
        &self,
        sessions: Vec<SessionId>,
        folder: String,
    ) -> Result<Vec<String>, ErrorView> {
        let store = self.0.store()?;
        let mut measured = Vec::new();
        for session in sessions {
            self.bring_clips(session).await?;
            measured.push((session, self.delivery(session).await?));
        }
        let signed_in = self.marks_sessions();
        blocking(move || {
            let mut done = Written::default();
            for (session, delivery) in &measured {
                export(&store, *session, delivery, Path::new(&folder), &mut done)?;
            }
            match done.missing(signed_in) {
                Some(missing) => Err(missing),
                None => Ok(done.files),
            }
        })
        .await
    }
}

impl Written {
    /// What could not be written because its sound is not here, if there is any.
    fn missing(&self, signed_in: bool) -> Option<ErrorView> {
        let (lost, elsewhere) = (self.lost.join(", "), self.elsewhere.join(", "));
        Some(match (lost.is_empty(), elsewhere.is_empty()) {
            (true, true) => return None,
            (false, true) => ErrorView::new("export_incomplete").with("missing", lost),
            (true, false) if signed_in => ErrorView::new("export_not_brought").with("missing", elsewhere),
            (true, false) => ErrorView::new("export_not_here").with("missing", elsewhere),
            (false, false) => ErrorView::new("export_lost_and_not_here")
                .with("lost", lost)
                .with("missing", elsewhere),
        })
    }
}

fn export(
    store: &Store,
    id: SessionId,
    delivery: &DeliveryView,
    folder: &Path,
    done: &mut Written,
) -> Result<(), ErrorView> {
    let session = store.session(id).map_err(|error| of_store(&error))?;
    let session = session.ok_or_else(|| ErrorView::no_such_session(id))?;
    let turns = store.turns(id).map_err(|error| of_store(&error))?;
    let failed = |error: std::io::Error| {
        ErrorView::new("export_failed")
            .with("folder", folder.display())
            .with("detail", error)
    };
    let json = serde_json::to_vec_pretty(&Exported {
        session: &session,
        turns: &turns,
        delivery,
    });
    let json = json.map_err(ErrorView::internal)?;
    let home = fresh_folder(folder, &folder_name(&session)).map_err(failed)?;
    let mut keep = |name: String, bytes: &[u8]| {
        let file = home.join(name);
        fs::write(&file, bytes).map_err(failed)?;
        done.files.push(file.display().to_string());
        Ok::<(), ErrorView>(())
    };
    keep("session.json".to_owned(), &json)?;
    keep("captions.vtt".to_owned(), captions(&session, &turns).as_bytes())?;
    let (mut lost, mut elsewhere) = (Vec::new(), Vec::new());
    for turn in &turns {
        let Some(clip) = &turn.clip else { continue };
        let speaker = if turn.speaker == Speaker::Partner {
            "partner"
        } else {
            "trainee"
        };
        match fs::read(store.audio_folder().join(&clip.file)) {
            Ok(sound) => keep(format!("{:02}-{speaker}.mp3", turn.sequence), &sound)?,
            Err(_) => {
                let absent = store.absent_clip(clip.id).map_err(|error| of_store(&error))?;
                let missing = if absent.is_some() {
                    &mut elsewhere
                } else {
                    &mut lost
                };
                missing.push(clip.file.clone());
            }
        }
    }
    done.lost.extend(lost);
    done.elsewhere.extend(elsewhere);
    Ok(())
}

/// `2026-01-31-ask-for-a-raise`: what it is, in an order that sorts.
fn folder_name(session: &Session) -> String {
    let day: String = session
        .created_at
        .to_string()
        .chars()
        .take("2026-01-31".len())
        .collect();
    format!("{day}-{}", session.snapshot.scenario.slug)
}

/// Makes the folder, with a number behind its name if that is taken.
fn fresh_folder(parent: &Path, name: &str) -> std::io::Result<PathBuf> {
    fs::create_dir_all(parent)?;
    let mut number = 1_u32;
    loop {
        let home = if number == 1 {
            parent.join(name)
        } else {
            parent.join(format!("{name}-{number}"))
        };
        match fs::create_dir(&home) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            made => return made.map(|()| home),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_never_lands_in_a_folder_that_is_there() {
        let parent = tempfile::tempdir().unwrap();
        let first = fresh_folder(parent.path(), "a").unwrap();
        let second = fresh_folder(parent.path(), "a").unwrap();
        assert_ne!(first, second);
        assert!(second.ends_with("a-2"));
    }
}
