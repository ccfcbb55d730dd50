// A stand-in for the module that VS Code gives extensions: as much of it as ours uses, and a record of what was done.
type Listener = (event: any) => unknown;

export const done: { name: string; arguments: any[] }[] = [];
export const settings: Record<string, unknown> = {};
export const answers: { input?: string | undefined } = {};
export const documents = new Map<string, { version: number; uri: { toString(): string } }>();
export const listeners: Record<string, Listener[]> = {};
export const diagnostics: [unknown, { source?: string; severity: number }[]][] = [];

const record = (name: string, ...all: any[]) => void done.push({ name, arguments: all });
const listen = (name: string) => (listener: Listener) => {
  (listeners[name] ??= []).push(listener);
  return { dispose() {} };
};

export class Range {
  constructor(public a: number, public b: number, public c: number, public d: number) {}
}
export class ThemeColor {
  constructor(public id: string) {}
}
export class WorkspaceEdit {
  edits: any[] = [];
  replace(...edit: any[]) {
    this.edits.push(edit);
  }
}
export const Uri = { parse: (text: string) => ({ toString: () => text, fsPath: text.replace("file://", "") }) };
export const ViewColumn = { Beside: -2 };
export const StatusBarAlignment = { Left: 1 };

export const item = { text: "", tooltip: "", command: "", name: "", backgroundColor: undefined as unknown, show() {}, dispose() {} };
export const panel = {
  visible: true,
  webview: { html: "" },
  reveal() {},
  onDidDispose: (listener: Listener) => void (listeners["dispose"] ??= []).push(listener),
};

export const window = {
  activeTextEditor: undefined as unknown,
  createOutputChannel: () => ({ appendLine: (line: string) => record("log", line), show: () => record("log.show"), dispose() {} }),
  createStatusBarItem: () => item,
  createWebviewPanel: (...all: any[]) => {
    record("panel", ...all);
    return panel;
  },
  showInputBox: async (options: { validateInput: (text: string) => string | undefined }) => {
    record("input", options);
    return answers.input;
  },
  showWarningMessage: async (text: string) => record("warning", text),
};
export const commands = {
  registered: new Map<string, (...all: any[]) => unknown>(),
  registerCommand(name: string, run: (...all: any[]) => unknown) {
    commands.registered.set(name, run);
    return { dispose() {} };
  },
  executeCommand: async (...all: any[]) => record("command", ...all),
};
export const languages = {
  onDidChangeDiagnostics: listen("diagnostics"),
  getDiagnostics: () => diagnostics,
};
export const workspace = {
  isTrusted: true,
  workspaceFolders: undefined as { uri: { fsPath: string } }[] | undefined,
  getConfiguration: () => ({ get: (name: string, fallback: unknown) => settings[name] ?? fallback, ...settings }),
  onDidSaveTextDocument: listen("save"),
  onDidChangeConfiguration: listen("configuration"),
  onDidGrantWorkspaceTrust: listen("trust"),
  openTextDocument: async (uri: { toString(): string }) => documents.get(uri.toString()) ?? { version: 1, uri },
  applyEdit: async (edit: WorkspaceEdit) => {
    record("edit", edit.edits);
    return true;
  },
};
