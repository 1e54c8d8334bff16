// What a screen reader is told, politely and once.
import { untrack } from "svelte";
import { Announcements } from "./announcements";

const announcements = new Announcements();

class Announcer {
  /** Two regions take turns, so that the same sentence is read again when it is meant again. */
  regions = $state.raw<readonly [string, string]>(["", ""]);

  say(text: string): void {
    if (announcements.repeats(text, performance.now())) return;
    const [first] = this.regions;
    this.regions = first === "" ? [text, ""] : ["", text];
  }
}

export const announcer = new Announcer();

/** Announces `text`; the same sentence twice within a moment is announced once. Safe to call in an effect. */
export function announce(text: string): void {
  untrack(() => announcer.say(text));
}
