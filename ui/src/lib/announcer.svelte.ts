// What a screen reader is told, politely and once.
import { untrack } from "svelte";
import { Announcements } from "./announcements";

const announcements = new Announcements();

class Announcer {
  /** Two regions take turns, so that the same sentence is read again when it is meant again. */
  regions = $state.raw<readonly [string, string]>(["", ""]);

  say(sentence: string): void {
    const now = performance.now();
    if (announcements.repeats(sentence, now)) return;
    const { text, goesOn } = announcements.reading(sentence, now);
    const inFirst = (this.regions[0] !== "") === goesOn;
    this.regions = inFirst ? [text, ""] : ["", text];
  }
}

export const announcer = new Announcer();

/** Announces `text`; the same sentence twice within a moment is announced once. Safe to call in an effect. */
export function announce(text: string): void {
  untrack(() => announcer.say(text));
}
