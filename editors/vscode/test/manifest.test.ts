// What package.json says is what the program takes: settings, commands, and no word of telemetry.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const source = ["extension", "page", "program", "status", "suppress"].map((name) => readFileSync(`src/${name}.ts`, "utf8")).join("\n");

test("every setting is documented and begins with the name of the extension", () => {
  const settings = Object.entries<Record<string, unknown>>(manifest.contributes.configuration.properties);
  assert.ok(settings.length > 10);
  for (const [name, setting] of settings) {
    assert.match(name, /^amllint\./);
    assert.ok(setting["description"] ?? setting["markdownDescription"], name);
    assert.ok("default" in setting, name);
  }
  const quiet = ["codeLens", "inlayHints"].map((name) => manifest.contributes.configuration.properties[`amllint.${name}`].default);
  assert.deepEqual(quiet, [false, false]);
});

test("every command is registered", () => {
  for (const { command } of manifest.contributes.commands) assert.ok(source.includes(`registerCommand("${command}"`), command);
});

test("nothing is sent anywhere and nothing is downloaded", () => {
  assert.doesNotMatch(source, /telemetry|fetch\(|https?:\/\/|node:http|node:net|XMLHttpRequest/i);
});

test("the lock file names no registry but npm's own", () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  for (const [name, { resolved }] of Object.entries<{ resolved?: string }>(lock.packages)) {
    assert.ok(resolved === undefined || resolved.startsWith("https://registry.npmjs.org/"), name);
  }
});
