// What is promised of where a practice goes, so that all places say the same at one moment. Pure; the sentences stand in
// the catalogue. Nothing is promised before it is known who is signed in.
import type { SyncView } from "../api";
import type { MessageKey } from "../text/messages";
import { copies } from "./standing";

/** A promise as something that can be said. */
export interface Promised {
  key: MessageKey;
  /** Who gets it, for the place `{{host}}`. */
  host: string;
  /** Who gets it afterwards, for the place `{{later}}`. */
  later?: string;
  /** Whether something leaves this computer for it, or will by itself. */
  leaves: boolean;
}

const stays = (key: MessageKey, host = ""): Promised => ({ key, host, leaves: false });

/**
 * The promise beside every area. `left`: somebody signed out since the program began. `heardBy`: the hosts that hear a
 * practice with the model that is chosen, as one name; empty for none. `later`: those that get what was said
 * afterwards, for feedback, whoever answered.
 */
export function promiseOfAll(view: SyncView | null, left: boolean, heardBy = "", later = ""): Promised | null {
  if (view === null) return null;
  const where = copies(view);
  if (view.offline && heardBy + later !== "" && where.kind === "none") return stays("privacy.promise_offline");
  if (later !== "" && !view.offline && where.kind !== "all") {
    if (heardBy === "") return { key: "privacy.feedback_hears", host: later, leaves: true };
    return { key: "privacy.models_and_feedback", host: heardBy, later, leaves: true };
  }
  if (heardBy !== "" && !view.offline && where.kind !== "all") {
    return { key: "privacy.models_hear", host: heardBy, leaves: true };
  }
  // Where a server is known, it still has what went there before.
  if (where.kind === "none") return stays(left || view.untold ? "privacy.stays_from_now" : "privacy.all_stays");
  if (view.offline) return stays("privacy.promise_offline", where.host);
  if (where.kind === "words") return stays("privacy.promise_words", where.host);
  return { key: "privacy.promise_copy", host: where.host, leaves: true };
}

/** The promise where somebody speaks. `heard`: others would hear the voice, so that it is not said to stay. */
export function promiseOfVoice(view: SyncView | null, heard: boolean): Promised | null {
  if (view === null) return null;
  const where = copies(view);
  if (heard && view.offline && where.kind === "none") return stays("privacy.promise_offline");
  if (where.kind !== "all" && heard && !view.offline) return null;
  if (where.kind === "none") return stays("privacy.stays");
  if (where.kind === "words") return stays(view.offline ? "privacy.words_wait" : "privacy.words_go", where.host);
  if (view.offline) return stays("privacy.copy_waits", where.host);
  return { key: "privacy.copy_goes", host: where.host, leaves: true };
}
