// The item in the status bar: whether the server runs, and how many findings there are.
export type State =
  | { kind: "starting" }
  | { kind: "running"; errors: number; warnings: number }
  | { kind: "stopped" }
  | { kind: "failed"; problem: string };

export interface Shown {
  text: string;
  tooltip: string;
  /** The command that a click carries out. */
  command: string;
  isWrong: boolean;
}

/** What the item shows. */
export function shown(state: State, version: string | undefined): Shown {
  const named = version === undefined ? "amllint" : `amllint ${version}`;
  switch (state.kind) {
    case "starting":
      return { text: "$(loading~spin) amllint", tooltip: "The server starts", command: "amllint.showLog", isWrong: false };
    case "running": {
      const { errors, warnings } = state;
      const text = errors + warnings === 0 ? "$(shield) amllint" : `$(shield) amllint ${errors + warnings}`;
      const tooltip = `${named}: ${count(errors, "error")}, ${count(warnings, "warning")}. Click for the posture of the workspaces.`;
      return { text, tooltip, command: "amllint.showPosture", isWrong: false };
    }
    case "stopped":
      return { text: "$(circle-slash) amllint", tooltip: "The server does not run. Click to start it.", command: "amllint.restart", isWrong: false };
    case "failed":
      return { text: "$(warning) amllint", tooltip: state.problem, command: "amllint.showLog", isWrong: true };
  }
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

export interface Finding {
  source?: string | undefined;
  /** 0 is an error, 1 a warning, as VS Code counts. */
  severity: number;
}

/** How many errors and warnings of ours there are. */
export function tally(files: Iterable<readonly [unknown, readonly Finding[]]>): { errors: number; warnings: number } {
  let errors = 0;
  let warnings = 0;
  for (const [, findings] of files) {
    for (const finding of findings) {
      if (finding.source !== "amllint") continue;
      if (finding.severity === 0) errors += 1;
      if (finding.severity === 1) warnings += 1;
    }
  }
  return { errors, warnings };
}
