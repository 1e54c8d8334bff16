// What can be said of where a practice is kept. Recordings that another computer made may be nowhere but on the server.
// Pure.
import type { LineView, TurnDelivery } from "../../lib/api";
import type { MessageKey } from "../../lib/text/messages";

/**
 * The sentence for it; `null` while that is not known. `measured` is there once every turn of the trainee was looked at;
 * `fetches` says whether a recording comes when it is played.
 */
export function keptKey(
  lines: readonly Pick<LineView, "clip" | "peaks">[],
  measured: readonly Pick<TurnDelivery, "unavailable">[] | undefined,
  fetches: boolean,
): MessageKey | null {
  if (measured?.some(({ unavailable }) => unavailable === "elsewhere")) {
    return fetches ? "review.kept_comes" : "review.kept_words";
  }
  // What was recorded here has its outline from the beginning, so that of it this is known before the figures are.
  const outlined = lines.every(({ clip, peaks }) => clip === null || peaks.length > 0);
  return measured || outlined ? "privacy.saved" : null;
}
