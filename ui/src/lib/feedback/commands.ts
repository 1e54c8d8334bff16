// The commands of the feedback. Stands in for `core` until they are among the generated ones.
import { invoke } from "@tauri-apps/api/core";
import { errorView, Refused } from "../api";
import type { FeedbackView, OwnRating } from "./types";

async function called<R>(command: string, given: Record<string, unknown>): Promise<R> {
  try {
    return await invoke<R>(command, given);
  } catch (cause) {
    throw new Refused(errorView(cause));
  }
}

/** How far the feedback on a session is, and what it says. Without an answer from a core that has none. */
export async function feedback(session: string): Promise<FeedbackView> {
  try {
    return await called("feedback", { session });
  } catch (cause) {
    if (errorView(cause).params["detail"]?.includes("feedback not found")) return new Promise(() => undefined);
    throw cause;
  }
}

/** Has it made: for the first time, or once more. Throws `Refused`. */
export function askForFeedback(session: string): Promise<null> {
  return called("ask_for_feedback", { session });
}

/** Lets it be shown; no rating of one's own means that the trainee did not want to. Throws `Refused`. */
export function revealFeedback(session: string, own: OwnRating[]): Promise<null> {
  return called("reveal_feedback", { session, own });
}

/** Puts the words of a turn of the trainee right. Throws `Refused`. */
export function correctTurn(session: string, sequence: number, words: string): Promise<null> {
  return called("correct_turn", { session, sequence, words });
}
