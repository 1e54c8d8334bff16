// What code counted, ready to be drawn. Pure.
import type { Coverage, Counts } from "./types";

/** Shares of the words in whole percent that add up to 100; `null` where nobody said anything. */
export function talkShares({ trainee_words, partner_words }: Counts): { trainee: number; partner: number } | null {
  const all = trainee_words + partner_words;
  if (all === 0) return null;
  const trainee = Math.round((trainee_words / all) * 100);
  return { trainee, partner: 100 - trainee };
}

/** Turns of the trainee that could not be read. */
export function unheard({ turns, heard }: Coverage): number {
  return Math.max(0, turns - heard);
}
