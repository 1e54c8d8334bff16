// Keys as text, `Mod+Shift+K`, where Mod is Command on a Mac and Ctrl elsewhere. Pure.

/** The part of a keyboard event that matters. */
export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const MODIFIERS = new Set(["Control", "Meta", "Alt", "Shift", "AltGraph", "CapsLock", "Fn"]);
const NAMED: Record<string, string> = { " ": "Space", Spacebar: "Space", Esc: "Escape" };

/** The chord of an event; null while only modifiers are down or a character is being composed. */
export function chordOf(event: Pressed, mac: boolean): string | null {
  if (MODIFIERS.has(event.key) || event.key === "Dead" || event.key === "Process" || event.key === "Unidentified")
    return null;
  const mod = mac ? event.metaKey : event.ctrlKey;
  const foreign = mac ? event.ctrlKey : event.metaKey;
  if (foreign) return null;
  const key = NAMED[event.key] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  // Shift is already in a character such as "?"; it is named for letters and keys without a character.
  const shift = event.shiftKey && (key.length > 1 || /[A-Z]/.test(key));
  return [mod ? "Mod" : "", event.altKey ? "Alt" : "", shift ? "Shift" : "", key]
    .filter((part) => part !== "")
    .join("+");
}

/** Whether a chord edits the text of a field: taking back, doing again, deleting a word. */
export function editsText(chord: string): boolean {
  return /^Mod\+(Z|Shift\+Z|Y|Backspace|Delete)$/.test(chord);
}

/**
 * The key itself, whatever is held beside it: between press and release Shift may turn "v" into "V". Keyboards drawn
 * on the screen may have no name for the key; then its character has to do.
 */
export function physicalKey(event: { code: string; key: string }): string {
  return event.code === "" || event.code === "Unidentified" ? event.key : event.code;
}

/** Whether a chord can be typed into a field as text. */
export function typesText(chord: string): boolean {
  return !chord.includes("Mod+") && !/(^|\+)F\d{1,2}$/.test(chord);
}
