//! What a computer is called in its leases.

use rehearse_store::{Store, StoreError};

use crate::Tools;

/// What this data folder is called in leases: `rehearse-` and sixteen digits that say nothing about the person or the
/// computer, the same at each start and wherever the folder is moved to. Each folder has its own, so that it knows on the
/// server which rounds are its own. A copy of a folder is called otherwise, unless a whole disk was copied: two of one name
/// would take each other's rounds for theirs. Blocking.
///
/// # Errors
/// What the store says.
pub fn holder(store: &Store, tools: &Tools) -> Result<String, StoreError> {
    // A share has 53 bits by chance; two of them fill the digits.
    let digits = || ((tools.random)() * f64::from(u32::MAX)) as u32;
    let name = format!("rehearse-{:08x}{:08x}", digits(), digits());
    store.setting_or_put(&format!("poller.name.{}", store.folder_identity()?), name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;

    use rehearse_domain::Timestamp;
    use rehearse_leancloud::Settings;
    use rehearse_store::Access;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_856_400_000);

    #[test]
    fn a_folder_keeps_its_name_where_it_is_moved_to_and_a_copy_takes_another() {
        let place = tempfile::tempdir().unwrap();
        let (folder, moved, copy) = (
            place.path().join("data"),
            place.path().join("moved"),
            place.path().join("copy"),
        );
        let name = name_in(&folder);
        assert!(name.starts_with("rehearse-") && name.len() == 25, "{name}");
        assert_eq!(name_in(&folder), name);

        fs::rename(&folder, &moved).unwrap();
        assert_eq!(name_in(&moved), name);
        fs::create_dir(&copy).unwrap();
        for file in fs::read_dir(&moved).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                fs::copy(file.path(), copy.join(file.file_name())).unwrap();
            }
        }
        let other = name_in(&copy);
        assert_ne!(other, name);
        assert_eq!((name_in(&copy), name_in(&moved)), (other, name));
    }

    fn name_in(folder: &Path) -> String {
        let store = Store::open(folder, Access::Owner, NOW).unwrap();
        let tools = Tools {
            now: Arc::new(|| NOW),
            random: Settings::default().random,
        };
        holder(&store, &tools).unwrap()
    }
}
