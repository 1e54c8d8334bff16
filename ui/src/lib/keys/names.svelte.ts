// Names of keys for people.
import { app } from "../app.svelte";
import { t } from "../text/translate.svelte";
import { chordFor, type ActionName } from "./bindings";

function part(key: string, mac: boolean): string {
  switch (key) {
    case "Mod":
      return mac ? "⌘" : "Ctrl";
    case "Alt":
      return mac ? "⌥" : "Alt";
    case "Shift":
      return mac ? "⇧" : "Shift";
    case "Space":
      return t("keys.space");
    case "Enter":
      return t("keys.enter");
    case "Escape":
      return t("keys.escape");
    default:
      return key;
  }
}

/** The parts of a chord, to be drawn as key caps. */
export function chordParts(chord: string): string[] {
  const keys = chord === "+" ? ["+"] : chord.split("+").map((key) => (key === "" ? "+" : key));
  return keys.map((key) => part(key, app.platform === "mac"));
}

/** A chord as one word. */
export function chordName(chord: string): string {
  return chordParts(chord).join(app.platform === "mac" ? "" : "+");
}

/** The key of an action as one word. */
export function keyOf(action: ActionName): string {
  return chordName(chordFor(action, app.shortcuts));
}
