//! The rules that a compiler does not check: which crate may see which, what a file looks like, and that both
//! languages say the same things.

mod arrows;
mod files;
mod floors;
mod headless;
mod messages;
mod metadata;
mod outsiders;

use crate::complaint::Complaint;
use crate::error::TaskError;
use crate::repository::Repository;

/// Everything that is out of order.
pub(crate) fn run(repository: &Repository) -> Result<Vec<Complaint>, TaskError> {
    let packages = metadata::read(repository)?;
    let mut complaints = arrows::check(&packages);
    complaints.extend(outsiders::check(&packages));
    complaints.extend(headless::check(repository)?);
    complaints.extend(files::check(repository)?);
    complaints.extend(messages::check(repository)?);
    Ok(complaints)
}
