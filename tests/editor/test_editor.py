"""A client that others wrote drives the server: open, edit, hover, code action and apply, save, rename of a module, configuration, shutdown.

`scripts/try-editor` runs it, with the capabilities of several editors as pytest-lsp records them.
"""
import asyncio
import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

AMLLINT = os.environ["AMLLINT"]
EDITORS = os.environ.get("EDITORS", "visual-studio-code neovim emacs").split()

MODULE = """param skuName string
resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stdata'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: skuName }
}
"""
MAIN = """param sku string = 'Standard_LRS'
module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: { skuName: sku }
}
"""
DEV = "using 'main.bicep'\nparam sku = 'Standard_LRS'\n"
PROD = "using 'main.bicep'\nparam sku = 'Standard_ZRS'\n"
VAULT = """resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-prod'
  location: 'westeurope'
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
  }
}
"""
SETTINGS = {"select": ["ST001"]}


class Folder:
    """A folder that is worked in, and what the client has open of it."""

    def __init__(self, client: LanguageClient, path: pathlib.Path):
        self.client = client
        self.path = path
        self.versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}

    def uri(self, name: str) -> str:
        return (self.path / name).as_uri()

    def write(self, name: str, text: str):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def open(self, name: str, text: str | None = None):
        text = (self.path / name).read_text() if text is None else text
        self.versions[name], self.texts[name] = 1, text
        item = types.TextDocumentItem(uri=self.uri(name), language_id="bicep", version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def place(self, name: str, wanted: str) -> types.Position:
        before = self.texts[name][: self.texts[name].index(wanted)]
        return types.Position(line=before.count("\n"), character=len(before) - (before.rfind("\n") + 1))

    def edit(self, name: str, old: str, new: str):
        """Types one text in place of another, as a change of a range."""
        start = self.place(name, old)
        end = types.Position(line=start.line, character=start.character + len(old))
        change = types.TextDocumentContentChangePartial(range=types.Range(start=start, end=end), text=new)
        self.texts[name] = self.texts[name].replace(old, new, 1)
        self.send(name, change)

    def replace(self, name: str, text: str):
        self.texts[name] = text
        self.send(name, types.TextDocumentContentChangeWholeDocument(text=text))

    def send(self, name: str, change):
        self.versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(uri=self.uri(name), version=self.versions[name])
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(text_document=document, content_changes=[change]))

    def apply(self, edit: types.WorkspaceEdit):
        for uri, edits in (edit.changes or {}).items():
            name = str(pathlib.Path(uri.removeprefix("file://")).relative_to(self.path))
            lines = self.texts[name].split("\n")

            def offset(at: types.Position) -> int:
                return sum(len(line) + 1 for line in lines[: at.line]) + at.character

            text = self.texts[name]
            for one in sorted(edits, key=lambda one: offset(one.range.start), reverse=True):
                text = text[: offset(one.range.start)] + one.new_text + text[offset(one.range.end):]
            self.replace(name, text)

    async def codes(self, name: str, expected: list[str]) -> list[types.Diagnostic]:
        """Waits until these are the codes of the findings in a file."""
        for _ in range(600):
            found = self.client.diagnostics.get(self.uri(name), [])
            if sorted(str(one.code) for one in found) == expected:
                return list(found)
            await asyncio.sleep(0.05)
        raise AssertionError(f"{name}: {[one.code for one in self.client.diagnostics.get(self.uri(name), [])]} is not {expected}")


@pytest_lsp.fixture(params=EDITORS, config=ClientServerConfig(server_command=[AMLLINT, "lsp"]))
async def client(lsp_client: LanguageClient, request, tmp_path_factory):
    path = tmp_path_factory.mktemp("work").resolve()
    folder = Folder(lsp_client, path)
    for name, text in [("main.bicep", MAIN), ("modules/storage.bicep", MODULE), ("vault.bicep", VAULT)]:
        folder.write(name, text)
    lsp_client.set_configuration({"amllint": SETTINGS})
    lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda _: None)
    parameters = types.InitializeParams(
        process_id=os.getpid(),
        capabilities=client_capabilities(request.param),
        root_uri=path.as_uri(),
        workspace_folders=[types.WorkspaceFolder(uri=path.as_uri(), name="work")],
        initialization_options=SETTINGS,
    )
    await lsp_client.initialize_session(parameters)
    lsp_client.folder = folder
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio
async def test_open_edit_and_save(client: LanguageClient):
    folder = client.folder
    folder.open("main.bicep")
    found = await folder.codes("main.bicep", ["ST001"])
    assert found[0].range.start == folder.place("main.bicep", "'Standard_LRS'")
    assert found[0].related_information
    folder.edit("main.bicep", "LRS", "ZRS")
    await folder.codes("main.bicep", [])
    folder.edit("main.bicep", "ZRS", "LRS")
    await folder.codes("main.bicep", ["ST001"])
    # Saved is what was typed; a module is saved that was not open.
    folder.edit("main.bicep", "Standard_LRS", "Standard_GZRS")
    folder.write("main.bicep", folder.texts["main.bicep"])
    document = types.TextDocumentIdentifier(uri=folder.uri("main.bicep"))
    client.text_document_did_save(types.DidSaveTextDocumentParams(text_document=document))
    await folder.codes("main.bicep", [])
    folder.write("modules/storage.bicep", MODULE.replace("name: skuName", "name: 'Standard_LRS'"))
    document = types.TextDocumentIdentifier(uri=folder.uri("modules/storage.bicep"))
    client.text_document_did_save(types.DidSaveTextDocumentParams(text_document=document))
    await folder.codes("modules/storage.bicep", ["ST001"])


@pytest.mark.asyncio
async def test_hover_and_definition(client: LanguageClient):
    folder = client.folder
    folder.write("dev.bicepparam", DEV)
    folder.open("modules/storage.bicep")
    folder.open("dev.bicepparam")
    folder.open("prod.bicepparam", PROD)  # which is not saved
    await folder.codes("dev.bicepparam", ["ST001"])
    document = types.TextDocumentIdentifier(uri=folder.uri("modules/storage.bicep"))
    position = folder.place("modules/storage.bicep", "skuName }")
    hover = await client.text_document_hover_async(types.HoverParams(text_document=document, position=position))
    assert "- dev: `'Standard_LRS'`" in hover.contents.value
    assert "- prod: `'Standard_ZRS'`" in hover.contents.value
    found = await client.text_document_definition_async(types.DefinitionParams(text_document=document, position=position))
    targets = [getattr(one, "uri", None) or one.target_uri for one in found]
    assert sorted(targets) == [folder.uri("dev.bicepparam"), folder.uri("prod.bicepparam")]
    document = types.TextDocumentIdentifier(uri=folder.uri("dev.bicepparam"))
    links = await client.text_document_document_link_async(types.DocumentLinkParams(text_document=document))
    assert [link.target for link in links] == [folder.uri("main.bicep")]


@pytest.mark.asyncio
async def test_a_code_action_is_applied(client: LanguageClient):
    folder = client.folder
    configure(client, {"select": ["key-vault"]})
    folder.open("vault.bicep")
    for _ in range(600):
        found = client.diagnostics.get(folder.uri("vault.bicep"), [])
        if found:
            break
        await asyncio.sleep(0.05)
    document = types.TextDocumentIdentifier(uri=folder.uri("vault.bicep"))
    whole = types.Range(start=types.Position(line=0, character=0), end=types.Position(line=99, character=0))
    context = types.CodeActionContext(diagnostics=list(found))
    parameters = types.CodeActionParams(text_document=document, range=whole, context=context)
    actions = await client.text_document_code_action_async(parameters)
    fixes = [one for one in actions if one.edit and one.is_preferred is not None]
    assert fixes, [one.title for one in actions]
    folder.apply(fixes[0].edit)
    mended = fixes[0].diagnostics[0].code
    left = sorted(str(one.code) for one in found if one.code != mended)
    await folder.codes("vault.bicep", left)
    folder.replace("vault.bicep", VAULT)
    silence = next(one for one in actions if one.title.startswith("Silence"))
    folder.apply(silence.edit)
    assert "// amllint: ignore[" in folder.texts["vault.bicep"]


@pytest.mark.asyncio
async def test_a_module_is_renamed(client: LanguageClient):
    folder = client.folder
    folder.open("main.bicep")
    await folder.codes("main.bicep", ["ST001"])
    rename = types.FileRename(old_uri=folder.uri("modules/storage.bicep"), new_uri=folder.uri("modules/account.bicep"))
    parameters = types.RenameFilesParams(files=[rename])
    edit = await client.workspace_will_rename_files_async(parameters)
    (folder.path / "modules/storage.bicep").rename(folder.path / "modules/account.bicep")
    folder.apply(edit)
    client.workspace_did_rename_files(parameters)
    assert "'modules/account.bicep'" in folder.texts["main.bicep"]
    await folder.codes("main.bicep", ["ST001"])
    folder.edit("main.bicep", "account.bicep", "gone.bicep")
    await folder.codes("main.bicep", ["AM303"])


def configure(client: LanguageClient, settings: dict):
    client.set_configuration({"amllint": settings})
    client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings={"amllint": settings}))


@pytest.mark.asyncio
async def test_the_configuration_changes(client: LanguageClient):
    folder = client.folder
    folder.open("main.bicep")
    await folder.codes("main.bicep", ["ST001"])
    configure(client, {"select": ["ST001"], "ignore": ["ST001"]})
    await folder.codes("main.bicep", [])
    configure(client, {"select": ["ST001"], "codeLens": True, "inlayHints": True})
    await folder.codes("main.bicep", ["ST001"])
    document = types.TextDocumentIdentifier(uri=folder.uri("main.bicep"))
    whole = types.Range(start=types.Position(line=0, character=0), end=types.Position(line=99, character=0))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(text_document=document, range=whole))
    assert list(hints or []) == []
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(text_document=document))
    assert list(lenses or []) == []
    folder.open("modules/storage.bicep")
    document = types.TextDocumentIdentifier(uri=folder.uri("modules/storage.bicep"))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(text_document=document, range=whole))
    assert [hint.label for hint in hints] == ["= 'Standard_LRS'"]


@pytest.mark.asyncio
async def test_the_posture_page(client: LanguageClient):
    parameters = types.ExecuteCommandParams(command="amllint.posture", arguments=[])
    page = await client.workspace_execute_command_async(parameters)
    workspaces = page["workspaces"] if isinstance(page, dict) else page.workspaces
    assert workspaces == 0
