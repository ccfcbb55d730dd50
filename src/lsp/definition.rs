//! Where the value of what stands at a place was written, and the files that paths lead to.

use super::cursor::Parsed;
use super::diagnostics::{Places, uri_of};
use super::inspect::look;
use super::location::{offset, range};
use super::paths::paths;
use super::server::Server;
use crate::source::{EditorLines, display};
use lsp_types::{
    DocumentLink, DocumentLinkParams, GotoDefinitionParams, GotoDefinitionResponse, Location,
    LocationLink, Range,
};

impl Server {
    /// Where what stands at a place comes from: a file, or the places at which a value was written.
    pub fn definition(&mut self, params: &GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
        let place = &params.text_document_position_params;
        let document = self.documents.get(&place.text_document.uri)?;
        let folder = self.folder_of(&document.lies)?;
        let lines = EditorLines::new(&document.text);
        let offset = offset(&lines, place.position, self.encoding);
        let called = display(&folder.called(&document.lies));
        let parsed = Parsed::new(&called, &document.text);
        let mut links = Vec::new();
        for path in paths(&parsed, folder, document) {
            let is_here = path.span.start as usize <= offset && offset <= path.span.end as usize;
            if let Some(target) = path.target.filter(|_| is_here) {
                let uri = uri_of(folder, &self.documents, &display(&target))?;
                let origin = range(&lines, path.span, self.encoding);
                links.push(link(
                    origin,
                    Location {
                        uri,
                        range: Range::default(),
                    },
                ));
            }
        }
        if links.is_empty() {
            let sighting = look(folder, document, &parsed.under(offset))?;
            let mut places = Places::new(folder, &self.documents, &sighting.sources, self.encoding);
            let origin = range(&lines, sighting.subject.span, self.encoding);
            for seen in &sighting.values {
                let target = places.location(seen.value.span);
                links.extend(target.map(|target| link(origin, target)));
            }
        }
        links.dedup();
        if links.is_empty() {
            return None;
        }
        if self.links {
            return Some(GotoDefinitionResponse::Link(links));
        }
        let locations = links.into_iter().map(|link| Location {
            uri: link.target_uri,
            range: link.target_range,
        });
        Some(GotoDefinitionResponse::Array(locations.collect()))
    }

    /// The paths in a document that lead to files.
    pub fn document_links(&mut self, params: &DocumentLinkParams) -> Option<Vec<DocumentLink>> {
        let document = self.documents.get(&params.text_document.uri)?;
        let folder = self.folder_of(&document.lies)?;
        let lines = EditorLines::new(&document.text);
        let called = display(&folder.called(&document.lies));
        let parsed = Parsed::new(&called, &document.text);
        let links = paths(&parsed, folder, document)
            .into_iter()
            .filter_map(|path| {
                let target = path.target?;
                Some(DocumentLink {
                    range: range(&lines, path.span, self.encoding),
                    target: uri_of(folder, &self.documents, &display(&target)),
                    tooltip: None,
                    data: None,
                })
            });
        Some(links.collect())
    }
}

fn link(origin: Range, target: Location) -> LocationLink {
    LocationLink {
        origin_selection_range: Some(origin),
        target_uri: target.uri,
        target_range: target.range,
        target_selection_range: target.range,
    }
}
