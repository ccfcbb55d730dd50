// The extension as VS Code carries it out, with stand-ins for VS Code and the client.
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { activate, deactivate } from "../src/extension";
import { clients, will } from "./client";
import * as code from "./vscode";

const folder = mkdtempSync(join(tmpdir(), "amllint-extension-"));
const program = join(folder, "amllint");
const path = process.env["PATH"];

before(() => {
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);
});
after(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  await deactivate();
  code.done.length = 0;
  clients.length = 0;
  code.diagnostics.length = 0;
  for (const name of Object.keys(code.settings)) delete code.settings[name];
  code.workspace.isTrusted = true;
  process.env["PATH"] = folder;
  will.start = "yes";
});
after(() => {
  if (path !== undefined) process.env["PATH"] = path;
});

const start = () => activate({ subscriptions: [] } as never);
const run = (name: string, ...all: unknown[]) => code.commands.registered.get(name)?.(...all);
const did = (name: string) => code.done.filter((one) => one.name === name);

test("it starts the server on PATH and shows that it runs", async () => {
  code.diagnostics.push(["a", [{ source: "amllint", severity: 1 }]]);
  await start();
  assert.equal(clients.length, 1);
  assert.deepEqual(clients[0]?.server, { command: program, args: ["lsp"] });
  assert.equal(clients[0]?.options.initializationOptions.asksForReason, true);
  assert.equal(code.item.text, "$(shield) amllint 1");
  assert.match(code.item.tooltip, /amllint 9\.9\.9/);
  code.diagnostics.length = 0;
  code.listeners["diagnostics"]?.forEach((listener) => listener({}));
  assert.equal(code.item.text, "$(shield) amllint");
});

test("what is missing is shown, and nothing is started", async () => {
  process.env["PATH"] = "/nowhere";
  await start();
  assert.equal(clients.length, 0);
  assert.match(code.item.tooltip, /not on PATH/);
  assert.ok(did("log").some((one) => /not on PATH/.test(one.arguments[0])));
});

test("a workspace that nobody trusts names no program", async () => {
  code.settings["path"] = "/evil/amllint";
  code.workspace.isTrusted = false;
  await start();
  assert.equal(clients[0]?.server.command, program);
});

test("who turns it off has no server", async () => {
  code.settings["enable"] = false;
  await start();
  assert.equal(clients.length, 0);
  assert.equal(code.item.command, "amllint.restart");
});

test("a server that does not start is told of", async () => {
  will.start = "no";
  await start();
  assert.match(code.item.tooltip, /did not start: it crashed/);
});

test("restarting stops the server that runs", async () => {
  await start();
  await run("amllint.restart");
  assert.equal(clients.length, 2);
  assert.deepEqual(clients.map((client) => client.running), [false, true]);
});

test("the posture is shown in a view that runs nothing", async () => {
  await start();
  will.answer = { html: "<html><head></head><body>mlw</body></html>", workspaces: 1, templates: 1 };
  await run("amllint.showPosture", { uri: "file:///a/main.bicep" });
  assert.deepEqual(clients[0]?.requests, [
    { method: "workspace/executeCommand", params: { command: "amllint.posture", arguments: [{ uri: "file:///a/main.bicep" }] } },
  ]);
  assert.match(code.panel.webview.html, /Content-Security-Policy.*mlw/);
  const options = did("panel")[0]?.arguments[3];
  assert.deepEqual(options, { enableScripts: false, localResourceRoots: [] });
  // What is saved is shown anew.
  will.answer = { html: "<html><head></head><body>other</body></html>", workspaces: 1, templates: 1 };
  code.listeners["save"]?.at(-1)?.({});
  await new Promise((resolve) => setImmediate(resolve));
  assert.match(code.panel.webview.html, /other/);
});

test("the lens of the server opens the view", async () => {
  await start();
  const lenses = [{ command: { command: "amllint.posture", title: "survives" } }];
  const found = await clients[0]?.options.middleware.provideCodeLenses({}, {}, async () => lenses);
  assert.equal(found[0].command.command, "amllint.showPosture");
});

const at = { line: 3, character: 0 };
const suppression = {
  uri: "file:///a/main.bicep",
  version: 1,
  code: "ST001",
  edit: { range: { start: at, end: at }, newText: '  // amllint: ignore[ST001] reason=""\n' },
};

test("silencing a finding asks for the reason and writes it", async () => {
  await start();
  code.answers.input = "a sandbox";
  await run("amllint.suppressWithReason", suppression);
  const edit = did("edit")[0]?.arguments[0][0];
  assert.equal(edit[2], '  // amllint: ignore[ST001] reason="a sandbox"\n');
  assert.deepEqual([edit[1].a, edit[1].b], [3, 0]);
});

test("without a reason, or when the document has changed, nothing is written", async () => {
  await start();
  code.answers.input = undefined;
  await run("amllint.suppressWithReason", suppression);
  code.answers.input = "a sandbox";
  await run("amllint.suppressWithReason", { ...suppression, version: 0 });
  await run("amllint.suppressWithReason", "nonsense");
  assert.equal(did("edit").length, 0);
  assert.equal(did("warning").length, 1);
});
