// Silencing a finding: the reason is asked for and written into the line.
export interface Suppression {
  uri: string;
  version: number;
  code: string;
  edit: { range: { start: { line: number; character: number }; end: { line: number; character: number } }; newText: string };
}

/** Whether the argument of the command is what the server sends. */
export function isSuppression(argument: unknown): argument is Suppression {
  const one = argument as Suppression | null;
  return (
    typeof one === "object" && one !== null && typeof one.uri === "string" && typeof one.code === "string" &&
    typeof one.edit === "object" && one.edit !== null && typeof one.edit.newText === "string" &&
    typeof one.edit.range?.start?.line === "number"
  );
}

/** What is wrong with a reason, if anything is. */
export function problem(reason: string): string | undefined {
  if (reason.trim() === "") return "A finding is silenced for a reason: whoever reads the template will want to know it";
  if (/[\r\n]/.test(reason)) return "The reason is one line";
  return undefined;
}

/** The line with the reason in it. */
export function withReason(text: string, reason: string): string {
  const written = reason.trim().replaceAll("\\", "/").replaceAll('"', "'");
  return text.replace('reason=""', () => `reason="${written}"`);
}

/** Whether the line asks for a reason: one that is there already has its own. */
export function asks(text: string): boolean {
  return text.includes('reason=""');
}
