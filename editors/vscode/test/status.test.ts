import assert from "node:assert/strict";
import { test } from "node:test";
import { shown, tally } from "../src/status";

test("only findings of ours are counted", () => {
  const files = [
    ["a", [{ source: "amllint", severity: 0 }, { source: "bicep", severity: 0 }]],
    ["b", [{ source: "amllint", severity: 1 }, { source: "amllint", severity: 2 }, { severity: 1 }]],
  ] as const;
  assert.deepEqual(tally(files), { errors: 1, warnings: 1 });
});

test("the item says how it is, and a click does what is next", () => {
  const running = shown({ kind: "running", errors: 1, warnings: 2 }, "0.1.0");
  assert.equal(running.text, "$(shield) amllint 3");
  assert.match(running.tooltip, /amllint 0\.1\.0: 1 error, 2 warnings/);
  assert.equal(running.command, "amllint.showPosture");
  assert.equal(shown({ kind: "running", errors: 0, warnings: 0 }, undefined).text, "$(shield) amllint");
  assert.equal(shown({ kind: "stopped" }, undefined).command, "amllint.restart");
  const failed = shown({ kind: "failed", problem: "gone" }, undefined);
  assert.deepEqual([failed.tooltip, failed.command, failed.isWrong], ["gone", "amllint.showLog", true]);
  assert.equal(shown({ kind: "starting" }, undefined).isWrong, false);
});
