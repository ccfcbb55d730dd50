// The extension: starts the server, shows how it is, the posture page, and asks for reasons.
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions, State as ClientState } from "vscode-languageclient/node";
import { isPosture, page } from "./page";
import { find } from "./program";
import { type State, shown, tally } from "./status";
import { asks, isSuppression, problem, withReason } from "./suppress";

/** What the server looks at. */
const SELECTOR = [
  { scheme: "file", pattern: "**/*.{bicep,bicepparam,json,jsonc}" },
  { scheme: "file", pattern: "**/*.{yaml,yml}" },
  { scheme: "file", pattern: "**/amllint.toml" },
];

let client: LanguageClient | undefined;
let panel: vscode.WebviewPanel | undefined;
let state: State = { kind: "stopped" };
let version: string | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("amllint", { log: true });
  const item = vscode.window.createStatusBarItem("amllint", vscode.StatusBarAlignment.Left, 0);
  item.name = "amllint";
  const show = (now: State) => {
    state = now;
    const { text, tooltip, command, isWrong } = shown(now, version);
    item.text = text;
    item.tooltip = tooltip;
    item.command = command;
    item.backgroundColor = isWrong ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    item.show();
    void vscode.commands.executeCommand("setContext", "amllint.running", now.kind === "running");
  };
  const running = () => show({ kind: "running", ...tally(vscode.languages.getDiagnostics()) });

  context.subscriptions.push(
    log,
    item,
    vscode.commands.registerCommand("amllint.restart", () => restart(log, show, running)),
    vscode.commands.registerCommand("amllint.showLog", () => log.show()),
    vscode.commands.registerCommand("amllint.showPosture", (of?: { uri?: string }) => showPosture(of?.uri)),
    vscode.commands.registerCommand("amllint.suppressWithReason", suppress),
    vscode.languages.onDidChangeDiagnostics(() => {
      if (state.kind === "running") running();
    }),
    vscode.workspace.onDidSaveTextDocument(() => {
      if (panel?.visible) void fill(panel, undefined);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const isOurs = ["amllint.path", "amllint.enable"].some((name) => event.affectsConfiguration(name));
      if (isOurs) void restart(log, show, running);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => restart(log, show, running)),
  );
  await restart(log, show, running);
}

export async function deactivate(): Promise<void> {
  await stop();
}

async function stop(): Promise<void> {
  const old = client;
  client = undefined;
  if (old?.isRunning()) await old.stop();
}

async function restart(log: vscode.LogOutputChannel, show: (state: State) => void, running: () => void): Promise<void> {
  await stop();
  const settings = vscode.workspace.getConfiguration("amllint");
  if (!settings.get<boolean>("enable", true)) return show({ kind: "stopped" });
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const program = find({
    // What a workspace that nobody trusts names is not started.
    setting: vscode.workspace.isTrusted ? settings.get<string>("path", "") : "",
    folder,
    path: process.env["PATH"],
    platform: process.platform,
  });
  if ("problem" in program) {
    log.appendLine(program.problem);
    return show({ kind: "failed", problem: program.problem });
  }
  show({ kind: "starting" });
  log.appendLine(`starts ${program.path} lsp`);
  const server: ServerOptions = { command: program.path, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: SELECTOR,
    outputChannel: log,
    initializationOptions: { ...JSON.parse(JSON.stringify(settings)), asksForReason: true },
    synchronize: { configurationSection: "amllint" },
    middleware: {
      // The lens carries out our command, which shows the page, not the server's, which makes it.
      provideCodeLenses: async (document, token, next) => {
        const lenses = (await next(document, token)) ?? [];
        for (const lens of lenses) if (lens.command?.command === "amllint.posture") lens.command.command = "amllint.showPosture";
        return lenses;
      },
    },
  };
  const started = new LanguageClient("amllint", "amllint", server, options);
  client = started;
  started.onDidChangeState(({ newState }) => {
    if (client !== started) return;
    if (newState === ClientState.Running) {
      version = started.initializeResult?.serverInfo?.version;
      running();
    }
    if (newState === ClientState.Stopped) show({ kind: "stopped" });
  });
  try {
    await started.start();
  } catch (error) {
    show({ kind: "failed", problem: `the server did not start: ${error instanceof Error ? error.message : String(error)}` });
  }
}

async function showPosture(uri: string | undefined): Promise<void> {
  if (panel === undefined) {
    panel = vscode.window.createWebviewPanel("amllint.posture", "Posture", vscode.ViewColumn.Beside, {
      enableScripts: false,
      localResourceRoots: [],
    });
    panel.onDidDispose(() => {
      panel = undefined;
    });
  } else {
    panel.reveal();
  }
  await fill(panel, uri ?? vscode.window.activeTextEditor?.document.uri.toString());
}

let shownUri: string | undefined;

async function fill(panel: vscode.WebviewPanel, uri: string | undefined): Promise<void> {
  shownUri = uri ?? shownUri;
  if (!client?.isRunning()) {
    void vscode.window.showWarningMessage("amllint does not run: the posture cannot be shown");
    return;
  }
  const isFile = shownUri?.startsWith("file:") ?? false;
  const answer: unknown = await client.sendRequest("workspace/executeCommand", {
    command: "amllint.posture",
    arguments: isFile ? [{ uri: shownUri }] : [],
  });
  if (isPosture(answer)) panel.webview.html = page(answer);
}

async function suppress(argument: unknown): Promise<void> {
  if (!isSuppression(argument)) return;
  let text = argument.edit.newText;
  if (asks(text)) {
    const reason = await vscode.window.showInputBox({
      title: `Silence ${argument.code}`,
      prompt: "Why is this finding accepted?",
      placeHolder: "A sandbox: nothing in it is kept",
      validateInput: problem,
      ignoreFocusOut: true,
    });
    if (reason === undefined || problem(reason) !== undefined) return;
    text = withReason(text, reason);
  }
  const uri = vscode.Uri.parse(argument.uri);
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.version !== argument.version) {
    void vscode.window.showWarningMessage("The document has changed since: choose the action again");
    return;
  }
  const { start, end } = argument.edit.range;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(start.line, start.character, end.line, end.character), text);
  await vscode.workspace.applyEdit(edit);
}
