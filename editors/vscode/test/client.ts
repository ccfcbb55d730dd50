// A stand-in for the language client: it starts at once, or not at all, and answers what it was told to.
export enum State {
  Stopped = 1,
  Running = 2,
  Starting = 3,
}

export const clients: LanguageClient[] = [];
export const will: { start: "yes" | "no"; answer: unknown } = { start: "yes", answer: undefined };

export class LanguageClient {
  running = false;
  requests: { method: string; params: any }[] = [];
  initializeResult = { serverInfo: { name: "amllint", version: "9.9.9" } };
  private listener: (event: { newState: State }) => void = () => {};

  constructor(
    public id: string,
    public name: string,
    public server: { command: string; args: string[] },
    public options: any,
  ) {
    clients.push(this);
  }
  onDidChangeState(listener: (event: { newState: State }) => void) {
    this.listener = listener;
  }
  async start() {
    if (will.start === "no") throw new Error("it crashed");
    this.running = true;
    this.listener({ newState: State.Running });
  }
  async stop() {
    this.running = false;
    this.listener({ newState: State.Stopped });
  }
  isRunning() {
    return this.running;
  }
  async sendRequest(method: string, params: unknown) {
    this.requests.push({ method, params });
    return will.answer;
  }
}
