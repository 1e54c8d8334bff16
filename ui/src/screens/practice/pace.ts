// Hearing the partner's latest line again: whether it is slower right now, and where its sound lies. Pure.
import type { PracticePhase, PracticeView } from "../../lib/api";

/** "Slower" holds for one hearing: from the moment it is asked for until the partner falls silent. */
export class Pace {
  #slow = false;
  #heard = false;

  asked(slower: boolean): boolean {
    [this.#slow, this.#heard] = [slower, false];
    return slower;
  }

  /** What the core says now. A view from before the line began changes nothing. */
  told(phase: PracticePhase): boolean {
    if (phase === "partner_speaking") this.#heard = true;
    else if (this.#heard || phase !== "your_turn") this.#slow = false;
    return this.#slow;
  }
}

/** The sound of the line that a take two answers, until the partner has said something new; null when there is none. */
export function olderClip(view: Pick<PracticeView, "phase" | "partner_voice" | "lines" | "earlier">): string | null {
  const isPartner = (line: PracticeView["lines"][number]) => line.speaker === "ai";
  if (view.phase !== "your_turn" || !view.partner_voice || view.lines.some(isPartner)) return null;
  return view.earlier.findLast(isPartner)?.clip ?? null;
}
