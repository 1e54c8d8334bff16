// How far the user's own server is, as something that can be said: which sentence, which figures beside it. Pure: the
// moment comes in by argument.
import type { SyncPause, SyncView } from "../api";
import type { MessageKey } from "../text/messages";

/** What goes on, as one word. */
export type Standing =
  "off" | "elsewhere" | "locked" | "trouble" | "starting" | "idle" | "stuck" | "sending" | "waiting" | SyncPause;

/** How much it matters: nothing to do, on its way, waiting by itself, needs somebody. */
export type Tone = "calm" | "moving" | "waiting" | "alarm";

/** From so many days before on, LeanCloud's end is told on Home too. */
const CLOSING_IS_NEAR = 60;
/** Bytes from which on it can be watched how recordings go: half a minute on a slow line. */
const LONG_UPLOAD = 500_000;
const NEEDS_SOMEBODY: readonly Standing[] = ["locked", "trouble", "stuck", "archived", "disabled", "sign_in", "closed"];
const GOES_ON_BY_ITSELF: readonly Standing[] = ["starting", "waiting", "offline", "unreachable", "busy", "quota"];

export function standing(view: SyncView): Standing {
  const { kind } = view.phase;
  if (kind === "off" || kind === "elsewhere" || kind === "locked" || kind === "trouble") return kind;
  // The switch says more than what the sender has found out about it yet.
  if (view.offline) return "offline";
  if (view.phase.kind === "paused") return view.phase.pause;
  if (kind === "idle" && view.stuck + view.conflicts > 0) return "stuck";
  return kind === "waiting" && view.waiting === 0 && view.stuck === 0 ? "starting" : view.phase.kind;
}

export function tone(name: Standing): Tone {
  if (NEEDS_SOMEBODY.includes(name)) return "alarm";
  if (GOES_ON_BY_ITSELF.includes(name)) return "waiting";
  return name === "sending" ? "moving" : "calm";
}

/** The sentence for it, with `{{host}}` as its only place. Nothing while nobody is signed in. */
export function sentenceFor(view: SyncView): MessageKey | null {
  const name = standing(view);
  if (name === "off") return null;
  if (name !== "idle") return `sync.line.${name}`;
  return view.account?.audio === "stays_here" ? "sync.line.idle_words" : "sync.line.idle";
}

/** When it goes on by itself. */
export type NextTry = { kind: "soon" } | { kind: "minutes"; minutes: number } | { kind: "at"; moment: string };

export function nextTry(view: SyncView, now: number): NextTry | null {
  const name = standing(view);
  if (view.until === null || name === "offline" || name === "quota" || tone(name) !== "waiting") return null;
  const minutes = Math.round((new Date(view.until).getTime() - now) / 60_000);
  if (minutes < 1) return { kind: "soon" };
  return minutes <= 90 ? { kind: "minutes", minutes } : { kind: "at", moment: view.until };
}

/** How many changes are told of beside the sentence, and as what. */
export function changes(view: SyncView): { key: MessageKey; count: number } | null {
  const name = standing(view);
  if (name === "off" || view.waiting === 0) return null;
  const key = name === "sending" ? "sync.changes" : name === "stuck" ? "sync.changes_behind" : "sync.changes_wait";
  return { key, count: view.waiting };
}

/** Recordings on their way. */
export interface LongUpload {
  sent: number;
  bytes: number;
}

/** How far recordings on their way are, where they are large enough to be watched. */
export function longUpload(view: SyncView): LongUpload | null {
  const { sent, bytes } = view.uploading ?? {};
  if (standing(view) !== "sending" || !bytes || bytes < LONG_UPLOAD) return null;
  return { sent: sent ?? 0, bytes };
}

/** Somebody has to sign in before anything goes on. */
export function wantsSigningIn(view: SyncView): boolean {
  return ["locked", "sign_in"].includes(standing(view));
}

/** What is said of LeanCloud's end: on Home only when it is near. */
export type Closing = { kind: "closing"; days: number } | { kind: "closed" };

export function closing(view: SyncView, where: "home" | "settings"): Closing | null {
  const days = view.closes_in_days;
  if (days === null) return null;
  if (days <= 0) return { kind: "closed" };
  return where === "settings" || days <= CLOSING_IS_NEAR ? { kind: "closing", days } : null;
}

/** Where a recording goes besides this computer. */
export type Copies = { kind: "none" } | { kind: "all"; host: string } | { kind: "words"; host: string };

export function copies(view: SyncView | null): Copies {
  if (!view?.account) return { kind: "none" };
  const { audio, host } = view.account;
  return audio === "sent" ? { kind: "all", host } : { kind: "words", host };
}
