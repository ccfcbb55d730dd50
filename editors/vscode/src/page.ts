// The posture page as a web view takes it: the page of the server, which loads nothing and runs nothing.
export interface Posture {
  html: string;
  workspaces: number;
  templates: number;
}

/** Whether the answer of the server is a page. */
export function isPosture(answer: unknown): answer is Posture {
  const page = answer as Posture | null;
  return typeof page === "object" && page !== null && typeof page.html === "string" && typeof page.workspaces === "number";
}

// Scripts, frames, forms and everything from elsewhere are refused; styles of the page itself are let in.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'";

/** The page with a policy that holds it to that. */
export function page(posture: Posture): string {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  if (posture.workspaces === 0) return empty(posture.templates, policy);
  const head = /<head[^>]*>/i.exec(posture.html);
  if (head === null) return policy + posture.html;
  const end = head.index + head[0].length;
  return posture.html.slice(0, end) + policy + posture.html.slice(end);
}

function empty(templates: number, policy: string): string {
  const found = templates === 0 ? "No deployment template was found." : `There is no workspace in ${templates === 1 ? "the template" : `${templates} templates`}.`;
  return `<!DOCTYPE html><html lang="en"><head>${policy}<title>amllint</title></head><body><p>${found}</p></body></html>`;
}
