import assert from "node:assert/strict";
import { test } from "node:test";
import { isPosture, page } from "../src/page";

test("a page is held to load nothing and run nothing", () => {
  const html = '<!DOCTYPE html><html><head lang="en"><title>x</title></head><body>y</body></html>';
  const text = page({ html, workspaces: 1, templates: 1 });
  assert.match(text, /<head lang="en"><meta http-equiv="Content-Security-Policy" content="default-src 'none';/);
  assert.ok(text.endsWith("<title>x</title></head><body>y</body></html>"));
  assert.doesNotMatch(text, /script-src/);
  assert.match(page({ html: "y", workspaces: 1, templates: 1 }), /^<meta http-equiv="Content-Security-Policy"/);
});

test("where there is no workspace that is said", () => {
  assert.match(page({ html: "", workspaces: 0, templates: 0 }), /No deployment template/);
  assert.match(page({ html: "", workspaces: 0, templates: 1 }), /no workspace in the template\./);
  assert.match(page({ html: "", workspaces: 0, templates: 3 }), /no workspace in 3 templates\./);
});

test("what is no page is not shown", () => {
  for (const answer of [null, undefined, 1, "", {}, { html: 1, workspaces: 1 }, { html: "" }]) assert.equal(isPosture(answer), false);
  assert.equal(isPosture({ html: "", workspaces: 0, templates: 0 }), true);
});
