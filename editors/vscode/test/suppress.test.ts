import assert from "node:assert/strict";
import { test } from "node:test";
import { asks, isSuppression, problem, withReason } from "../src/suppress";

test("a reason is one line that says something", () => {
  assert.equal(problem("a sandbox"), undefined);
  for (const reason of ["", "  ", "a\nb"]) assert.notEqual(problem(reason), undefined, JSON.stringify(reason));
});

test("the reason is written into the line, whatever it holds", () => {
  const line = '  // amllint: ignore[ST001] reason=""\n';
  assert.equal(withReason(line, " a $& sandbox "), '  // amllint: ignore[ST001] reason="a $& sandbox"\n');
  assert.equal(withReason(line, 'of "ours"'), `  // amllint: ignore[ST001] reason="of 'ours'"\n`);
  assert.equal(asks(line), true);
  assert.equal(asks(", ST001"), false);
});

test("what is no suppression is passed over", () => {
  const at = { line: 1, character: 0 };
  assert.equal(isSuppression({ uri: "file:///a", version: 1, code: "ST001", edit: { range: { start: at, end: at }, newText: "" } }), true);
  for (const other of [undefined, null, 1, {}, { uri: "a", code: "b" }, { uri: "a", code: "b", edit: { newText: "" } }]) {
    assert.equal(isSuppression(other), false);
  }
});
