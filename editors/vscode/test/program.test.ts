import assert from "node:assert/strict";
import { test } from "node:test";
import { find } from "../src/program";

const around = { setting: "", folder: "/work", path: "/usr/bin:/opt/bin", platform: "linux" as const, home: "/home/me" };

test("the program is the one on PATH", () => {
  const found = find({ ...around, isProgram: (path) => path === "/opt/bin/amllint" });
  assert.deepEqual(found, { path: "/opt/bin/amllint" });
});

test("relative parts of PATH are passed over: they mean whatever folder one is in", () => {
  const asked: string[] = [];
  const isProgram = (path: string) => (asked.push(path), true);
  assert.deepEqual(find({ ...around, path: ".::bin:/usr/bin", isProgram }), { path: "/usr/bin/amllint" });
  assert.deepEqual(asked, ["/usr/bin/amllint"]);
});

test("on Windows it has an ending", () => {
  const found = find({ ...around, path: "/bin", platform: "win32", isProgram: () => true });
  assert.deepEqual(found, { path: "/bin/amllint.exe" });
});

test("a setting counts before PATH, from the home or the workspace folder on", () => {
  for (const [setting, path] of [
    ["/x/amllint", "/x/amllint"],
    ["~/bin/amllint", "/home/me/bin/amllint"],
    ["${workspaceFolder}/target/amllint", "/work/target/amllint"],
    ["target/amllint", "/work/target/amllint"],
  ] as const) {
    assert.deepEqual(find({ ...around, setting, isProgram: (one) => one === path }), { path }, setting);
  }
});

test("what is missing is said, and nothing is tried in its place", () => {
  const found = find({ ...around, setting: "/gone", isProgram: (path) => path !== "/gone" });
  assert.match("problem" in found ? found.problem : "", /amllint\.path names \/gone/);
  const none = find({ ...around, path: undefined, isProgram: () => true });
  assert.match("problem" in none ? none.problem : "", /not on PATH/);
});
