//! Writing files so that none is ever lost or half written: each goes to a temporary file in the same folder, which takes the place of
//! the old one in one step once it is whole and on disk.
//!
//! ```text
//! .main.bicep.4711-0.amllint    written, synced, with the permissions of main.bicep     prepared
//! main.bicep                    is that file now                                        renamed
//! ```
//!
//! All files are prepared before the first is renamed. Whatever is killed in between leaves the old file or the new one.

use super::Changed;
use crate::source::SourceFile;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Why a file was not written.
#[derive(Debug)]
pub struct NotWritten {
    /// As it is called in findings.
    pub shown: String,
    /// In a few words.
    pub why: String,
}

/// Writes files; gives those that were left as they are. What is written together with one of those is left, too.
pub fn write(files: &[Changed]) -> Vec<NotWritten> {
    let mut left = Vec::new();
    let mut prepared = Vec::new();
    for file in files {
        match Prepared::new(file) {
            Ok(ready) => prepared.push(ready),
            Err(why) => left.push((file, why)),
        }
    }
    let is_left = |file: &Changed, left: &[(&Changed, String)]| {
        left.iter().any(|(other, _)| other.group == file.group)
    };
    for ready in prepared {
        let file = ready.file;
        if is_left(file, &left) {
            let why = "it would be changed together with a file that cannot be written";
            left.push((file, why.to_owned()));
        } else if let Err(why) = ready.rename() {
            left.push((file, why));
        }
    }
    let left = left.into_iter().map(|(file, why)| NotWritten {
        shown: file.shown.clone(),
        why,
    });
    left.collect()
}

/// A file whose new text is on disk beside it.
struct Prepared<'a> {
    file: &'a Changed,
    temporary: PathBuf,
    is_renamed: bool,
}

impl<'a> Prepared<'a> {
    fn new(file: &'a Changed) -> Result<Prepared<'a>, String> {
        let encoding = unchanged(file)?;
        let bytes = encoding.encode(&file.after);
        let mut prepared = Prepared {
            file,
            temporary: temporary(&file.path),
            is_renamed: true,
        };
        match prepared.fill(&bytes) {
            Ok(()) => Ok(prepared),
            Err(error) => Err(error.to_string()),
        }
    }

    fn fill(&mut self, bytes: &[u8]) -> io::Result<()> {
        let metadata = std::fs::metadata(&self.file.path)?;
        if metadata.permissions().readonly() {
            let kind = io::ErrorKind::PermissionDenied;
            return Err(io::Error::new(kind, "the file is read-only"));
        }
        // Who may not write the file may not put another one in its place, either.
        OpenOptions::new().write(true).open(&self.file.path)?;
        let mut options = OpenOptions::new();
        let mut temporary = options.write(true).create_new(true).open(&self.temporary)?;
        self.is_renamed = false;
        temporary.write_all(bytes)?;
        temporary.set_permissions(metadata.permissions())?;
        keep_owner(&temporary, &metadata);
        temporary.sync_all()
    }

    /// Puts the new file in the place of the old one, if that still is what was linted.
    fn rename(mut self) -> Result<(), String> {
        unchanged(self.file)?;
        let renamed = std::fs::rename(&self.temporary, &self.file.path);
        renamed.map_err(|error| error.to_string())?;
        self.is_renamed = true;
        sync_folder(&self.file.path);
        Ok(())
    }
}

impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        if !self.is_renamed {
            let _ = std::fs::remove_file(&self.temporary);
        }
    }
}

/// A name in the same folder that nothing has; walks leave hidden files out.
fn temporary(path: &Path) -> PathBuf {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}-{number}.amllint", std::process::id()));
    path.with_file_name(name)
}

#[cfg(unix)]
fn keep_owner(file: &File, metadata: &std::fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    // Only who may give files away can; for others the file is theirs already or stays so.
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &std::fs::Metadata) {}

/// Makes sure that a folder remembers what was renamed in it, where folders can be synced.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}

/// How a text is made bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Encoding {
    /// A byte order mark is part of the text.
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
}

impl Encoding {
    fn of(bytes: &[u8]) -> Encoding {
        match bytes {
            [0xff, 0xfe, ..] => Encoding::Utf16LittleEndian,
            [0xfe, 0xff, ..] => Encoding::Utf16BigEndian,
            _ => Encoding::Utf8,
        }
    }

    fn encode(self, text: &str) -> Vec<u8> {
        // Decoding took the byte order mark away.
        let units = || std::iter::once(0xfeff).chain(text.encode_utf16());
        match self {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf16LittleEndian => units().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16BigEndian => units().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

/// A text in the encoding of the bytes it was made of.
pub fn encoded_like(bytes: &[u8], text: &str) -> Vec<u8> {
    Encoding::of(bytes).encode(text)
}

/// How a file is encoded that still holds what was linted.
fn unchanged(file: &Changed) -> Result<Encoding, String> {
    let bytes = std::fs::read(&file.path).map_err(|error| error.to_string())?;
    let encoding = Encoding::of(&bytes);
    let (source, problem) = SourceFile::decode(file.shown.as_str(), bytes);
    if problem.is_some() {
        return Err("its bytes are no UTF-8".to_owned());
    }
    match source.text() == file.before {
        true => Ok(encoding),
        false => Err("it changed since it was linted".to_owned()),
    }
}
