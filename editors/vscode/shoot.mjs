// Takes pictures of the posture page as the web view shows it: asks the server for the page of a folder, holds it to the view's policy, and has
// headless Chromium draw it, in a light and in a dark theme.
//
//   node shoot.mjs AMLLINT FOLDER OUT      writes OUT/posture-light.png and OUT/posture-dark.png; CHROMIUM names the browser
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const [amllint, folder, out] = process.argv.slice(2).map((path) => resolve(path));
mkdirSync(out, { recursive: true });
await build({ entryPoints: ["src/page.ts"], outfile: "out/page.mjs", format: "esm", platform: "node" });
const { isPosture, page } = await import(pathToFileURL(resolve("out/page.mjs")).href);

const answer = await ask(amllint, folder);
if (!isPosture(answer)) throw new Error(`the server gave no page: ${JSON.stringify(answer)}`);
console.log(`${answer.workspaces} workspaces in ${answer.templates} templates`);
const html = join(out, "posture.html");
writeFileSync(html, page(answer));
for (const theme of ["light", "dark"]) {
  const picture = join(out, `posture-${theme}.png`);
  const browser = process.env["CHROMIUM"] ?? "chromium";
  const dark = theme === "dark" ? ["--blink-settings=preferredColorScheme=0"] : ["--blink-settings=preferredColorScheme=1"];
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1100,1400", ...dark];
  const done = spawnSync(browser, [...flags, `--screenshot=${picture}`, pathToFileURL(html).href], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  const refused = done.stderr.split("\n").filter((line) => line.includes("Content Security Policy"));
  console.log(`${picture}: ${refused.length} refused by the policy${refused.map((line) => `\n  ${line}`).join("")}`);
}

function ask(program, folder) {
  return new Promise((done, failed) => {
    const server = spawn(program, ["lsp"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
    const send = (message) => {
      const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
      server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
      server.stdin.write(body);
    };
    let bytes = Buffer.alloc(0);
    server.stdout.on("data", (more) => {
      bytes = Buffer.concat([bytes, more]);
      for (;;) {
        const end = bytes.indexOf("\r\n\r\n");
        if (end < 0) return;
        const length = Number(/Content-Length: (\d+)/.exec(bytes.subarray(0, end).toString())[1]);
        if (bytes.length < end + 4 + length) return;
        const message = JSON.parse(bytes.subarray(end + 4, end + 4 + length).toString());
        bytes = bytes.subarray(end + 4 + length);
        if (message.id === 1 && message.result) {
          send({ method: "initialized", params: {} });
          send({ id: 2, method: "workspace/executeCommand", params: { command: "amllint.posture", arguments: [] } });
        } else if (message.id === 2 && !message.method) {
          server.stdin.end();
          if (message.error) failed(new Error(message.error.message));
          else done(message.result);
        }
      }
    });
    server.on("error", failed);
    send({ id: 1, method: "initialize", params: { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities: {} } });
  });
}
