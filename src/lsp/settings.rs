//! What the user sets in the editor, under `amllint`: the words are those of the command line.

use crate::diagnostic::Severity;
use crate::evaluate::Inputs;
use crate::lint::Options;
use crate::lint::environments::EnvironmentMode;
use crate::project::{Buffers, Reach};
use jiff::civil::Date;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Settings; what is not said, or not understood, is as if nothing was set.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// `--select`.
    #[serde(deserialize_with = "lenient")]
    pub select: Vec<String>,
    /// `--ignore`.
    #[serde(deserialize_with = "lenient")]
    pub ignore: Vec<String>,
    /// `--min-severity`.
    #[serde(deserialize_with = "lenient")]
    pub min_severity: Option<String>,
    /// `--environments`.
    #[serde(deserialize_with = "lenient")]
    pub environments: Option<String>,
    /// `--location`.
    #[serde(deserialize_with = "lenient")]
    pub location: Option<String>,
    /// `--subscription`.
    #[serde(deserialize_with = "lenient")]
    pub subscription: Option<String>,
    /// `--resource-group`.
    #[serde(deserialize_with = "lenient")]
    pub resource_group: Option<String>,
    /// `--rules`.
    #[serde(deserialize_with = "lenient")]
    pub rules: Vec<PathBuf>,
    /// `--module-cache`.
    #[serde(deserialize_with = "lenient")]
    pub module_cache: Option<PathBuf>,
    /// `--include-generated`.
    #[serde(deserialize_with = "lenient")]
    pub include_generated: bool,
    /// `--as-of`.
    #[serde(deserialize_with = "lenient")]
    pub as_of: Option<String>,
    /// Whether findings are told of documents only that are open.
    #[serde(deserialize_with = "lenient")]
    pub only_open_files: bool,
    /// Whether a line above each workspace says what it survives.
    #[serde(deserialize_with = "lenient")]
    pub code_lens: bool,
    /// Whether values are shown behind what they come from.
    #[serde(deserialize_with = "lenient")]
    pub inlay_hints: bool,
}

/// What has another shape than it should have is as if it was not there: one wrong setting does not undo the others.
fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + serde::de::DeserializeOwned,
{
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// Files larger than this are not read.
const MAXIMUM_FILE_SIZE: u64 = 32 << 20;
/// Findings of one file beyond this are counted, not reported.
const MAXIMUM_FINDINGS: usize = 1_000;

impl Settings {
    /// The settings in a JSON value: an object of them, or one that has them under `amllint`.
    pub fn read(value: &serde_json::Value) -> Settings {
        let own = value.get("amllint").unwrap_or(value);
        serde_json::from_value(own.clone()).unwrap_or_default()
    }

    /// What a run over a folder is told; `folder` as its files are called from the working directory.
    pub fn options(&self, folder: &Path, base: &Path, buffers: Buffers) -> Options {
        let own = |text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.is_empty());
            text.map(Into::into)
        };
        let cache = self.module_cache.as_ref();
        let cache = cache.filter(|cache| !cache.as_os_str().is_empty());
        let reach = Reach::new(None, vec![folder.to_owned()], MAXIMUM_FILE_SIZE)
            .with_module_caches(cache.map(|cache| base.join(cache)), Reach::default_cache())
            .with_buffers(buffers)
            .watched();
        let word = self.min_severity.as_deref().unwrap_or_default();
        Options {
            minimum_severity: Severity::from_word(word).unwrap_or(Severity::Info),
            maximum_findings: MAXIMUM_FINDINGS,
            // They are made when they are asked for: that is a part of the time that somebody who types waits.
            makes_fixes: false,
            place: Inputs {
                location: own(&self.location),
                subscription: own(&self.subscription),
                resource_group: own(&self.resource_group),
                ..Inputs::default()
            },
            include_generated: self.include_generated,
            environments: match self.environments.as_deref() {
                Some("none") => EnvironmentMode::None,
                Some("defaults") => EnvironmentMode::Defaults,
                Some(_) | None => EnvironmentMode::Auto,
            },
            ..Options::new(Arc::new(reach), self.as_of())
        }
    }

    /// The day that retirements are read as of.
    fn as_of(&self) -> Date {
        let given = self.as_of.as_deref().and_then(|date| date.parse().ok());
        given.unwrap_or_else(|| {
            let now = jiff::Timestamp::now();
            jiff::tz::TimeZone::UTC.to_datetime(now).date()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_wrong_setting_does_not_undo_the_others() {
        let settings = json!({ "amllint": { "select": "zone", "codeLens": true, "location": 7, "ignore": ["ST001"], "other": {} } });
        let settings = Settings::read(&settings);
        assert_eq!(settings.select, [""; 0]);
        assert_eq!(settings.ignore, ["ST001"]);
        assert!(settings.code_lens && settings.location.is_none());
        assert_eq!(Settings::read(&json!("nonsense")), Settings::default());
    }
}
