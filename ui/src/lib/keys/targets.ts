// Where the focus is decides which keys count.

const TEXTLESS = new Set(["checkbox", "radio", "range", "button", "submit", "reset", "color", "file"]);

/** Letters go into this element. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !TEXTLESS.has(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Space and Enter belong to this element. The talk button is the exception: there Space means to talk. */
export function takesPress(target: EventTarget | null, chord: string): boolean {
  if (!(target instanceof Element)) return false;
  if (chord !== "Enter" && target.closest("[data-talk]")) return false;
  return target.closest("button, a[href], summary, input, select, textarea, [role=slider], [contenteditable]") !== null;
}

/** A dialog lies over everything. */
export function dialogOpen(): boolean {
  return document.querySelector("dialog[open]") !== null;
}
