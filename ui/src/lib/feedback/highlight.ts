// Where quotes stand in the words of a turn, and whether these words are still those that were judged. Pure.
import type { LineView } from "../api";
import type { Part } from "../text/marked";
import type { QuoteView, ResultView } from "./types";

type Words = Pick<LineView, "sequence" | "speaker" | "text">;

/** Whether the words of the turn still have the quote in its place. */
export function stands(text: string, quote: Pick<QuoteView, "text" | "start" | "end">): boolean {
  return quote.start < quote.end && text.slice(quote.start, quote.end) === quote.text;
}

/** The words in parts, the quote among them marked; unmarked where they have changed since. */
export function withQuote(text: string, quote: QuoteView | null): Part[] {
  if (quote === null || !stands(text, quote)) return [{ text, hit: false }];
  const parts = [
    { text: text.slice(0, quote.start), hit: false },
    { text: quote.text, hit: true },
    { text: text.slice(quote.end), hit: false },
  ];
  return parts.filter((part) => part.text !== "");
}

/** Every quote of a result. */
export function quotesOf(result: ResultView): QuoteView[] {
  const remarks = [
    ...result.advice.map(({ remark }) => remark),
    ...result.skills.flatMap(({ worked, change }) => [worked, change]),
  ].filter((remark) => remark !== null);
  return [
    ...remarks.map(({ quote }) => quote),
    ...result.skills.flatMap(({ quotes, rules }) => [...quotes, ...rules.flatMap((rule) => rule.quotes)]),
  ];
}

/** Whether a result was made from other words than there are now: quotes have moved, or more turns have words. */
export function wordsChanged(result: ResultView, lines: readonly Words[]): boolean {
  // Rules count what is there at this moment.
  if (result.completed_at === null) return false;
  const texts = new Map(lines.map(({ sequence, text }) => [sequence, text ?? ""]));
  const known = lines.filter(({ speaker, text }) => speaker === "trainee" && (text ?? "").trim() !== "");
  return (
    known.length > result.coverage.heard ||
    quotesOf(result).some((quote) => !stands(texts.get(quote.turn) ?? "", quote))
  );
}
