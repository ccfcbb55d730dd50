// Bundles the extension into one file, and the tests into one file each. In the tests `vscode` and the client are stand-ins.
import { copyFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";

const tests = process.argv.includes("--tests");
const production = process.argv.includes("--production");
const common = { bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning" };

await build({
  ...common,
  entryPoints: ["src/extension.ts"],
  outfile: "out/extension.js",
  external: ["vscode"],
  minify: production,
  sourcemap: !production,
});

if (production) copyFileSync("../../LICENSE-MIT", "LICENSE.txt");

if (tests) {
  await build({
    ...common,
    entryPoints: readdirSync("test").filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`),
    outdir: "out/test",
    alias: { vscode: resolve("test/vscode.ts"), "vscode-languageclient/node": resolve("test/client.ts") },
  });
}
