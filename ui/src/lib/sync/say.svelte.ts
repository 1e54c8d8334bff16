// The standing of the user's own server in the language of the window.
import type { SyncView } from "../api";
import { bytes, when } from "../text/say.svelte";
import { dayOf, timeOfDay } from "../text/time";
import { language, t } from "../text/translate.svelte";
import { changes, closing, nextTry, sentenceFor, standing, type LongUpload } from "./standing";

/** The sentence alone, without figures: what a screen reader is told when it changes. */
export function standingText(view: SyncView): string {
  const key = sentenceFor(view);
  return key === null ? "" : t(key, { host: view.account?.host ?? "" });
}

/** The figures beside it, in the order in which they are read. */
export function figuresText(view: SyncView, now: number): string[] {
  const parts: string[] = [];
  const some = changes(view);
  if (some) parts.push(t(some.key, { count: some.count }));
  const name = standing(view);
  if (name === "sending" && view.waiting_bytes) parts.push(t("sync.size_left", { size: bytes(view.waiting_bytes) }));
  const next = nextTry(view, now);
  if (next?.kind === "soon") parts.push(t("sync.next_soon"));
  else if (next?.kind === "minutes") parts.push(t("sync.next_in", { count: next.minutes }));
  else if (next?.kind === "at") parts.push(t("sync.next_at", { time: timeOfDay(new Date(next.moment), language()) }));
  if (name === "idle" && view.last_success !== null) parts.push(lastText(view.last_success, now));
  return parts;
}

/** How far recordings on their way are. */
export function uploadingText({ sent, bytes: all }: LongUpload): string {
  return t("sync.uploading", { sent: bytes(sent), size: bytes(all) });
}

function lastText(moment: string, now: number): string {
  const last = new Date(moment);
  return dayOf(last, new Date(now)) === "today"
    ? t("sync.last_at", { time: timeOfDay(last, language()) })
    : t("sync.last_on", { date: when(moment) });
}

/** What is said of LeanCloud's end, if anything. */
export function closingText(view: SyncView, where: "home" | "settings"): string | null {
  const end = closing(view, where);
  if (end === null) return null;
  return end.kind === "closed" ? t("sync.closed") : t("sync.closing", { count: end.days });
}
