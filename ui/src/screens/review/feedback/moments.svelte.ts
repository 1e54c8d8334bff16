// The moment that a quote of the feedback points at: heard, brought into sight, and marked in the words of its turn.
import type { ReviewTurn } from "../../../lib/api";
import type { QuoteView } from "../../../lib/feedback/types";
import { playable, type Playback } from "../playback.svelte";

export class Moments {
  /** Marked until another one is chosen. */
  chosen = $state.raw<QuoteView | null>(null);
  /** Wanted in sight, with the focus; another object each time somebody wants it. */
  sought = $state.raw<QuoteView | null>(null);

  constructor(
    private readonly playback: Pick<Playback, "hear">,
    private readonly turns: () => readonly ReviewTurn[],
  ) {}

  /** Whether there is a sound in which the quote has a place. */
  audible(quote: QuoteView): boolean {
    return quote.at_ms !== null && this.heard(quote.turn);
  }

  /** Whether a turn can be listened to. */
  heard(sequence: number): boolean {
    const turn = this.turns()[this.#index(sequence)];
    return turn !== undefined && playable(turn);
  }

  /** Plays from just before the quote and marks it; what is looked at stays where it is. */
  hear(quote: QuoteView): void {
    this.chosen = quote;
    this.sought = null;
    this.playback.hear(this.#index(quote.turn), quote.at_ms ?? 0);
  }

  /** Goes to the words in the turn. */
  show(quote: QuoteView): void {
    this.chosen = quote;
    this.sought = { ...quote };
  }

  /** Plays a turn from its beginning. */
  hearTurn(sequence: number): void {
    this.playback.hear(this.#index(sequence), 0);
  }

  #index(sequence: number): number {
    return this.turns().findIndex(({ line }) => line.sequence === sequence);
  }
}
