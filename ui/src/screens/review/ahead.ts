// Review of the practice that has just ended, asked for while its end card is looked at, so that its first picture is a
// whole one.
import { core, onChanged, type DeliveryView, type ReviewView } from "../../lib/api";
import { feedback } from "../../lib/feedback/commands";
import type { FeedbackView } from "../../lib/feedback/types";

interface Answers {
  session: string;
  review?: Promise<ReviewView>;
  delivery?: Promise<DeliveryView>;
  feedback?: Promise<FeedbackView>;
}

let ahead: Answers | null = null;

/** Reads the code of the screen. What goes wrong is shown when it is opened. */
export function readAhead(): void {
  import("./Review.svelte").catch(() => undefined);
}

/** Asks once the next picture is drawn, and again when something changed. Returns the way out. */
export function lookAhead(session: string): () => void {
  let later: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    readAhead();
    ahead = { session, review: core.review(session), delivery: core.delivery(session), feedback: feedback(session) };
    // The screen that takes them shows why.
    void Promise.allSettled([ahead.review, ahead.delivery, ahead.feedback]);
  };
  const frame = requestAnimationFrame(() => (later = setTimeout(look)));
  const deaf = onChanged(["sessions"], () => ahead && look());
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(later);
    deaf();
    // Answers that nobody takes now grow old.
    const left = ahead;
    setTimeout(() => {
      if (ahead === left) ahead = null;
    });
  };
}

function taken<Name extends "review" | "delivery" | "feedback">(name: Name, session: string): Answers[Name] {
  if (ahead?.session !== session) return undefined;
  const answer = ahead[name];
  delete ahead[name];
  return answer;
}

/** A session. Throws `Refused`. */
export function reviewView(session: string): Promise<ReviewView> {
  return taken("review", session) ?? core.review(session);
}

/** How the trainee sounded in it. Throws `Refused`. */
export function deliveryView(session: string): Promise<DeliveryView> {
  return taken("delivery", session) ?? core.delivery(session);
}

/** How far the feedback on it is, and what it says. Throws `Refused`. */
export function feedbackView(session: string): Promise<FeedbackView> {
  return taken("feedback", session) ?? feedback(session);
}
