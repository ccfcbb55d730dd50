//! What would change, as a unified patch. This is the only door to `similar`.

use super::Changed;
use ::similar::TextDiff;

/// The patch of these files, which `git apply` and `patch -p1` take.
pub fn patch(files: &[Changed]) -> String {
    let mut patch = String::new();
    for file in files {
        let diff = TextDiff::from_lines(&file.before, &file.after);
        let path = file.shown.trim_start_matches('/');
        let (before, after) = (format!("a/{path}"), format!("b/{path}"));
        let unified = diff.unified_diff().header(&before, &after).to_string();
        patch.push_str(&unified);
    }
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_names_each_file_and_keeps_its_line_ends() {
        let file = Changed {
            shown: "infra/main.bicep".to_owned(),
            path: "infra/main.bicep".into(),
            before: "a\r\nb\r\nc".to_owned(),
            after: "a\r\nB\r\nc".to_owned(),
            group: 1,
        };
        let expected = "--- a/infra/main.bicep\n+++ b/infra/main.bicep\n@@ -1,3 +1,3 @@\n a\r\n-b\r\n+B\r\n c\n\\ No newline at end of file\n";
        assert_eq!(patch(&[file]), expected);
    }
}
