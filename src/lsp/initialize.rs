//! The first exchange: what the client can, and what the server does.

use super::location::to_path;
use super::settings::Settings;
use crate::source::Encoding;
use lsp_types::notification::{DidChangeWatchedFiles, Notification};
use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability,
    CodeLensOptions, CompletionOptions, DidChangeWatchedFilesRegistrationOptions,
    DocumentLinkOptions, ExecuteCommandOptions, FileOperationFilter, FileOperationPattern,
    FileOperationRegistrationOptions, FileSystemWatcher, GlobPattern, HoverProviderCapability,
    InitializeParams, InitializeResult, OneOf, PositionEncodingKind, Registration,
    RegistrationParams, SaveOptions, ServerCapabilities, ServerInfo, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    WorkspaceFileOperationsServerCapabilities, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};
use std::path::PathBuf;

/// The command that makes the posture page of what the client works on.
pub const POSTURE: &str = "amllint.posture";

/// Names of files whose coming, going and changing matters.
const WATCHED: [&str; 2] = [
    "**/*.{bicep,bicepparam,json,jsonc,yaml,yml,toml}",
    "**/.git/HEAD",
];

/// What the client said of itself.
#[derive(Debug, Default)]
pub struct Introduction {
    /// How columns are counted.
    pub encoding: Encoding,
    /// The folders that are worked in, as the client calls them.
    pub folders: Vec<PathBuf>,
    /// What the user set.
    pub settings: Settings,
    /// The client's process; 0 if it does not say.
    pub parent: u32,
    /// Whether it watches files when asked.
    pub watches: bool,
    /// Whether it is asked for settings.
    pub configures: bool,
    /// Whether it shows how far a long run is.
    pub shows_progress: bool,
    /// Whether it takes links that say what they are links of.
    pub links: bool,
    /// Whether it asks for the reason of a suppression.
    pub asks_for_reason: bool,
}

impl Introduction {
    /// Reads what the client said.
    pub fn read(parameters: InitializeParams) -> Introduction {
        let can = &parameters.capabilities;
        let workspace = can.workspace.as_ref();
        let watches = workspace
            .and_then(|workspace| workspace.did_change_watched_files)
            .and_then(|watched| watched.dynamic_registration);
        let configures = workspace.and_then(|workspace| workspace.configuration);
        let progress = can.window.as_ref().and_then(|one| one.work_done_progress);
        let definition = can.text_document.as_ref().and_then(|one| one.definition);
        let links = definition.and_then(|definition| definition.link_support);
        let settings = parameters.initialization_options.as_ref();
        let asks = settings.and_then(|settings| settings.get("asksForReason"));
        let asks = asks.and_then(serde_json::Value::as_bool);
        Introduction {
            encoding: encoding(can),
            settings: settings.map(Settings::read).unwrap_or_default(),
            parent: parameters.process_id.unwrap_or_default(),
            watches: watches.unwrap_or(false),
            configures: configures.unwrap_or(false),
            asks_for_reason: asks.unwrap_or(false),
            links: links.unwrap_or(false),
            shows_progress: progress.unwrap_or(false),
            folders: folders(parameters),
        }
    }
}

/// The first encoding that both know.
fn encoding(can: &ClientCapabilities) -> Encoding {
    let general = can.general.as_ref();
    let known = general.and_then(|general| general.position_encodings.as_ref());
    let mut known = known.into_iter().flatten();
    let known = known.find_map(|kind| match kind.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    });
    known.unwrap_or_default()
}

// Clients of before 3.6 name one folder in one of two ways.
#[allow(deprecated)]
fn folders(parameters: InitializeParams) -> Vec<PathBuf> {
    let InitializeParams {
        workspace_folders,
        root_uri,
        root_path,
        ..
    } = parameters;
    if let Some(folders) = workspace_folders {
        let paths = folders.iter().filter_map(|folder| to_path(&folder.uri));
        return paths.collect();
    }
    let root = root_uri.as_ref().and_then(to_path);
    root.or(root_path.map(PathBuf::from)).into_iter().collect()
}

/// What the server does.
pub fn introduce(encoding: Encoding) -> InitializeResult {
    InitializeResult {
        capabilities: capabilities(encoding),
        server_info: Some(ServerInfo {
            name: "amllint".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        will_save: None,
        will_save_wait_until: None,
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions {
            include_text: Some(false),
        })),
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![
            CodeActionKind::QUICKFIX,
            CodeActionKind::SOURCE_FIX_ALL,
        ]),
        ..CodeActionOptions::default()
    };
    ServerCapabilities {
        position_encoding: Some(match encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: Default::default(),
        }),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        code_lens_provider: Some(CodeLensOptions {
            resolve_provider: Some(false),
        }),
        inlay_hint_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([":", " ", "\"", "."].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![POSTURE.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: Some(file_operations()),
        }),
        ..ServerCapabilities::default()
    }
}

/// When a file is renamed, the paths that lead to it are.
fn file_operations() -> WorkspaceFileOperationsServerCapabilities {
    let filter = FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: FileOperationPattern {
            glob: "**/*.{bicep,bicepparam,json,jsonc}".to_owned(),
            matches: None,
            options: None,
        },
    };
    let filters = vec![filter];
    WorkspaceFileOperationsServerCapabilities {
        will_rename: Some(FileOperationRegistrationOptions {
            filters: filters.clone(),
        }),
        did_rename: Some(FileOperationRegistrationOptions { filters }),
        ..WorkspaceFileOperationsServerCapabilities::default()
    }
}

/// Asks the client to watch files.
pub fn watchers() -> RegistrationParams {
    let watchers = WATCHED.map(|pattern| FileSystemWatcher {
        glob_pattern: GlobPattern::String(pattern.to_owned()),
        kind: None,
    });
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: watchers.to_vec(),
    };
    RegistrationParams {
        registrations: vec![Registration {
            id: "amllint-files".to_owned(),
            method: DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        }],
    }
}
