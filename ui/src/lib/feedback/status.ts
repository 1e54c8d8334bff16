// How far the feedback is, as one sentence, and what can be done about it. Pure.
import type { ErrorView } from "../api";
import type { SettingsSection } from "../route.svelte";
import type { MessageKey } from "../text/messages";
import type { Places } from "../text/sentence";
import type { FeedbackStatus } from "./types";

export type Kind = FeedbackStatus["kind"];

export interface Line {
  key: MessageKey;
  places?: Places;
}

/** The sentence for what goes on; `null` where the error says it, or the result does. */
export function lineOf(status: FeedbackStatus): Line | null {
  switch (status.kind) {
    case "nothing_said":
      return { key: "feedback.status.nothing_said" };
    case "transcribing":
    case "judging":
      // Nothing is known before the first answer.
      if (status.of === 0) return { key: `feedback.status.${status.kind}_begins` };
      return { key: `feedback.status.${status.kind}`, places: { done: shown(status), of: status.of } };
    default:
      return null;
  }
}

/** Never more than there are: as far as is known there may be fewer than have come. */
const shown = ({ done, of }: { done: number; of: number }) => Math.min(done, of);

/** How much of it is done, 0 to 1; `null` while nothing runs. */
export function shareOf(status: FeedbackStatus): number | null {
  if (status.kind !== "transcribing" && status.kind !== "judging") return null;
  return status.of === 0 ? 0 : shown(status) / status.of;
}

/** Why it does not go on. */
export function whyOf(status: FeedbackStatus): ErrorView | null {
  return status.kind === "waiting" || status.kind === "failed" ? status.why : null;
}

/** How asking is offered here. */
export function askOf(status: FeedbackStatus): MessageKey | null {
  if (status.kind === "failed") return "common.try_again";
  // An agreement is asked for once somebody wants it.
  const may = status.kind === "waiting" && (status.can_ask || toAgreeTo(status) !== null);
  return may ? "feedback.ask_now" : null;
}

/** The host that somebody has to agree to first, because nothing that goes there is encrypted. */
export function toAgreeTo(status: FeedbackStatus): string | null {
  const why = whyOf(status);
  return why?.code === "model_plain_http" ? (why.params["host"] ?? null) : null;
}

const PARTNER =
  /^(model_key_missing|model_plain_http|feedback_no_(judge|transcriber)|feedback_(judge|transcriber)_(key|permission|no_model|billing|filtered|too_long|malformed|refused))$/;

/** Where in the settings somebody can do something about it. */
export function settingsFor(why: ErrorView): SettingsSection | null {
  if (why.code === "feedback_offline") return "sync";
  return PARTNER.test(why.code) ? "partner" : null;
}

/** What is said aloud when it has become so; never for a number alone. */
export function announcedKey(kind: Kind): MessageKey {
  return `feedback.announced.${kind}`;
}

/** Whether it is worth saying aloud: what was so when somebody came is there to be read. */
export function isNews(before: Kind | null, now: Kind): boolean {
  return before !== null && before !== now;
}
