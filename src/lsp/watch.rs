//! What no client watches: modules that are to be restored, files outside of the folders that are worked in, and, for a client that
//! watches nothing, all files. They are looked at now and then while nothing else is to be done.

use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// More files are not looked at.
const MAXIMUM: usize = 4_000;

/// The clock of a file system may lag behind.
const CLOCK: Duration = Duration::from_millis(20);

/// Files and folders, and what they were like when they were last looked at.
#[derive(Debug, Default)]
pub struct Watch {
    seen: FxHashMap<PathBuf, State>,
}

/// What tells a change; `None` where there is nothing.
type State = Option<(SystemTime, u64)>;

fn state(path: &Path) -> State {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

impl Watch {
    /// Looks at these files from now on; those that were looked at before are not seen anew. What was written after `read`, when one
    /// began to read them, may not be what was read: it is seen as a change.
    pub fn set(&mut self, paths: impl IntoIterator<Item = PathBuf>, read: SystemTime) {
        let mut before = std::mem::take(&mut self.seen);
        let is_read = |(written, _): &(SystemTime, u64)| *written + CLOCK < read;
        for path in paths.into_iter().take(MAXIMUM) {
            let new = || state(&path).filter(is_read);
            let seen = before.remove(&path).unwrap_or_else(new);
            self.seen.insert(path, seen);
        }
    }

    /// The files that are not what they were, and whether one of them has come or gone.
    pub fn changed(&mut self) -> (Vec<PathBuf>, bool) {
        let (mut changed, mut any_other) = (Vec::new(), false);
        for (path, seen) in &mut self.seen {
            let now = state(path);
            if now != *seen {
                any_other |= now.is_some() != seen.is_some() || path.is_dir();
                *seen = now;
                changed.push(path.clone());
            }
        }
        (changed, any_other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_changes_and_goes_is_seen_once() {
        let folder = std::env::temp_dir().join(format!("amllint-watch-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
        let file = folder.join("a.bicep");
        let mut watch = Watch::default();
        watch.set([file.clone()], SystemTime::now());
        assert_eq!(watch.changed(), (Vec::new(), false));
        std::fs::write(&file, "a").expect("the folder is ours");
        assert_eq!(watch.changed(), (vec![file.clone()], true));
        assert_eq!(watch.changed(), (Vec::new(), false));
        std::fs::write(&file, "ab").expect("the folder is ours");
        assert_eq!(watch.changed(), (vec![file.clone()], false));
        std::fs::remove_file(&file).expect("the folder is ours");
        assert_eq!(watch.changed(), (vec![file.clone()], true));
        let read = SystemTime::now();
        std::fs::write(&file, "b").expect("the folder is ours");
        let mut watch = Watch::default();
        watch.set([file.clone()], read);
        assert_eq!(watch.changed(), (vec![file], true));
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
    }
}
