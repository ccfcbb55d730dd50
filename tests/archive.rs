//! The archive of sources that a module in a registry may be published with.

use flate2::{Compression, write::GzEncoder};
use serde_json::json;

/// A packed archive of these files.
pub fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // `append_data` refuses names that lead out of the archive.
        let place = &mut header.as_old_mut().name;
        place[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        let written = archive.append(&header, *bytes);
        written.expect("memory can be written to");
    }
    let encoder = archive.into_inner().expect("memory can be written to");
    encoder.finish().expect("memory can be written to")
}

/// The entry that tells what the others are: `main.bicep` and where it is in the archive.
pub fn metadata(path: &str, archive_path: &str) -> String {
    let file = json!({ "path": path, "archivePath": archive_path, "kind": "bicep" });
    json!({ "metadataVersion": 1, "entryPoint": path, "sourceFiles": [file] }).to_string()
}
