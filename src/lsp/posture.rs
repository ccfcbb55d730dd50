//! The posture of the workspaces of a folder: a page of its own, and lines above the workspaces of a document where the user wants them.

use super::client::{Answer, Client};
use super::folder::Folder;
use super::initialize::POSTURE;
use super::location::{range, to_path};
use super::server::Server;
use crate::lint::{self, Options, Report};
use crate::posture::{State, Workspace};
use crate::project::lies;
use crate::report;
use crate::rules::catalogue::Catalogue;
use crate::rules::service::Service;
use crate::source::EditorLines;
use crate::walk::Found;
use lsp_server::{ErrorCode, RequestId};
use lsp_types::{CodeLens, CodeLensParams, Command, ExecuteCommandParams, Range, Uri};
use serde_json::{Value, json};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// A run that looks at what workspaces survive.
struct Looking {
    files: Vec<Found>,
    catalogue: Catalogue,
    options: Options,
    services: Arc<[Service]>,
}

impl Looking {
    fn new(folder: &Folder, files: Vec<Found>) -> Looking {
        let mut catalogue = folder.catalogue.clone();
        let services: Arc<[Service]> = catalogue.services().into();
        catalogue.enable(services.iter().flat_map(Service::rules));
        let options = Options {
            services: services.clone(),
            ..folder.options.clone()
        };
        Looking {
            files,
            catalogue,
            options,
            services,
        }
    }

    fn run(&self, threads: usize) -> Option<Report> {
        let seen = AtomicUsize::new(0);
        lint::lint(&self.files, &self.catalogue, &self.options, threads, &seen).ok()
    }
}

impl Server {
    /// Carries out a command; the answer may come later.
    pub fn execute(&mut self, id: &RequestId, params: &ExecuteCommandParams) -> Option<Answer> {
        if params.command != POSTURE {
            let message = format!("there is no command `{}`", params.command);
            return Some(Err((ErrorCode::InvalidParams, message)));
        }
        let named = params.arguments.first();
        let named = named.and_then(|one| one.get("uri").unwrap_or(one).as_str());
        let named = named.and_then(|text| to_path(&Uri::from_str(text).ok()?));
        let mut folder = self.folders.iter_mut().find(|folder| !folder.is_loose);
        if let Some(path) = named.map(|path| lies(&path)) {
            let holds = |folder: &&mut Folder| folder.holds(&path) || folder.lies == path;
            folder = self.folders.iter_mut().find(holds);
        }
        let Some(folder) = folder else {
            let message = "no folder is worked in, and no document is open".to_owned();
            return Some(Err((ErrorCode::RequestFailed, message)));
        };
        folder.refresh(&self.documents);
        let files = folder.session().files().to_vec();
        let looking = Looking::new(folder, files);
        let (id, client) = (id.clone(), self.client.clone());
        // A page over many templates takes its time, and nobody else is to wait for it.
        std::thread::spawn(move || tell(&client, id, &looking));
        None
    }

    /// Lines above the workspaces of a document that say what they survive.
    pub fn lenses(&mut self, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
        if !self.settings.code_lens {
            return Some(Vec::new());
        }
        let document = self.documents.get(&params.text_document.uri)?;
        let folder = self.folder_of(&document.lies)?;
        let roots = folder.session().roots_of(&document.lies);
        let report = Looking::new(folder, roots).run(1)?;
        let lines = EditorLines::new(&document.text);
        let mut lenses: Vec<CodeLens> = Vec::new();
        for file in &report.files {
            for workspace in &file.workspaces {
                let path = file.sources.get(workspace.place.file).path();
                if lies(&folder.absolute(path)) != document.lies {
                    continue;
                }
                let range = range(&lines, workspace.place, self.encoding);
                if !lenses
                    .iter()
                    .any(|lens| lens.range.start.line == range.start.line)
                {
                    lenses.push(lens(workspace, range, document.uri.as_str()));
                }
            }
        }
        Some(lenses)
    }
}

/// Makes the page and answers with it.
fn tell(client: &Client, id: RequestId, looking: &Looking) {
    let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let report = looking.run(threads)?;
        let format = report::posture::Format::Html;
        let html = report::posture::render(&report, &looking.services, format, false);
        let workspaces = report.files.iter().map(|file| file.workspaces.len());
        Some(json!({
            "html": html,
            "workspaces": workspaces.sum::<usize>(),
            "templates": report.coverage.templates,
        }))
    }));
    let failed = || {
        (
            ErrorCode::InternalError,
            "the page could not be made".to_owned(),
        )
    };
    let answer: Result<Value, _> = made.ok().flatten().ok_or_else(failed);
    client.answer(id, answer);
}

/// "survives: zone 3 of 5, region 0 of 4, recovery 2 of 4".
fn lens(workspace: &Workspace, range: Range, uri: &str) -> CodeLens {
    let parts = ["zone", "region", "recovery"].map(|column| {
        let cells = workspace.rows.iter().flat_map(crate::posture::Row::cells);
        let states = cells.filter(|(name, _)| *name == column);
        let states: Vec<State> = states.map(|(_, cell)| cell.state).collect();
        let count = |wanted: &[State]| states.iter().filter(|one| wanted.contains(one)).count();
        let decided = count(&[State::Yes, State::No, State::Unknown]);
        (column, count(&[State::Yes]), decided)
    });
    let words = parts
        .iter()
        .filter(|(_, _, decided)| *decided > 0)
        .map(|(column, survived, decided)| format!("{column} {survived} of {decided}"));
    let words: Vec<_> = words.collect();
    let title = match words.as_slice() {
        [] => "posture".to_owned(),
        words => format!("survives: {}", words.join(", ")),
    };
    CodeLens {
        range,
        command: Some(Command {
            title,
            command: POSTURE.to_owned(),
            arguments: Some(vec![json!({ "uri": uri })]),
        }),
        data: None,
    }
}
