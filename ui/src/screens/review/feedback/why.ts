// Why the feedback does not go on, in the words of the window.
import type { ErrorView } from "../../../lib/api";
import { errorText, t, type ErrorText } from "../../../lib/text/translate.svelte";
import { nextAfter } from "../write-down";

/** What an open practice says to do next about words that are missing is of no use afterwards. */
export function whyText(why: ErrorView): ErrorText {
  const text = errorText({ ...why, params: { detail: "", ...why.params } });
  const next = why.code.startsWith("transcriber_") ? nextAfter(why) : null;
  return { ...text, what: text.what.trim(), next: next === null ? text.next : t(`review.write_down_next_${next}`) };
}
