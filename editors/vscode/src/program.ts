// Which program is the server: the one that the setting names, else the one on PATH. Nothing is downloaded.
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";

export interface Surroundings {
  /** The setting `amllint.path`. */
  setting: string;
  /** The first workspace folder, if there is one. */
  folder: string | undefined;
  /** The variable `PATH`. */
  path: string | undefined;
  platform: NodeJS.Platform;
  home?: string;
  isProgram?: (path: string) => boolean;
}

export type Program = { path: string } | { problem: string };

/** Finds the program, or says why there is none. */
export function find(around: Surroundings): Program {
  const isProgram = around.isProgram ?? isExecutable;
  const setting = around.setting.trim();
  if (setting !== "") {
    const path = expand(setting, around);
    return isProgram(path) ? { path } : { problem: `the setting amllint.path names ${path}, which is no program` };
  }
  const names = around.platform === "win32" ? ["amllint.exe"] : ["amllint"];
  for (const folder of (around.path ?? "").split(delimiter)) {
    // An empty or relative part of PATH means the working directory, which may be anybody's.
    if (!isAbsolute(folder)) continue;
    for (const name of names) {
      const path = join(folder, name);
      if (isProgram(path)) return { path };
    }
  }
  return { problem: "amllint is not on PATH: install it, or name it in the setting amllint.path" };
}

function expand(setting: string, around: Surroundings): string {
  const home = around.home ?? homedir();
  let path = setting;
  if (path === "~" || path.startsWith("~/") || path.startsWith("~\\")) path = join(home, path.slice(1));
  if (around.folder !== undefined) path = path.replace("${workspaceFolder}", around.folder);
  return isAbsolute(path) ? path : resolve(around.folder ?? home, path);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
