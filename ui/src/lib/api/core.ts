// The core as the screens see it: each command answers with its data or throws `Refused`. Nothing outside this
// folder imports Tauri.
import { commands, type ErrorView } from "../bindings";

/** The core said no, with a code that the message catalogue explains. */
export class Refused extends Error {
  constructor(readonly view: ErrorView) {
    super(view.code);
  }
}

type Answer<R> =
  R extends Promise<infer A>
    ? A extends { status: "ok"; data: infer D }
      ? D
      : A extends { status: "error" }
        ? never
        : A
    : never;

type Core = {
  [K in keyof typeof commands]: (
    ...args: Parameters<(typeof commands)[K]>
  ) => Promise<Answer<ReturnType<(typeof commands)[K]>>>;
};

type Asking = (...args: unknown[]) => Promise<unknown>;

export function isErrorView(value: unknown): value is ErrorView {
  return typeof value === "object" && value !== null && "code" in value && "params" in value;
}

/** Whatever was thrown, as something that can be shown. */
export function errorView(cause: unknown): ErrorView {
  if (cause instanceof Refused) return cause.view;
  if (isErrorView(cause)) return cause;
  return { code: "internal", params: { detail: cause instanceof Error ? cause.message : String(cause) } };
}

async function answered(asking: Promise<unknown>): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await asking;
  } catch (cause) {
    throw new Refused(errorView(cause));
  }
  if (typeof answer === "object" && answer !== null && "status" in answer) {
    if (answer.status === "error" && "error" in answer) throw new Refused(errorView(answer.error));
    if (answer.status === "ok" && "data" in answer) return answer.data;
  }
  return answer;
}

export const core = Object.fromEntries(
  Object.entries(commands).map(([name, command]) => [
    name,
    (...args: unknown[]) => answered((command as Asking)(...args)),
  ]),
) as unknown as Core;
