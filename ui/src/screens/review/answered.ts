// Which models answered in a session, as far as what came from them tells. Pure.
import type { ExchangeView } from "../../lib/api";

/** Fewer bytes than this are a refusal and no answer, where the host counts no tokens. */
const ANSWER_BYTES = 1000;

const answered = ({ tokens, received }: ExchangeView) =>
  tokens === null ? (received ?? 0) >= ANSWER_BYTES : tokens.text_out + tokens.audio_out > 0;

/** The models that played the partner, each once; where none of them answered, those that were asked. */
export function answeredBy(exchanges: readonly ExchangeView[]): string[] {
  const partners = exchanges.filter(({ role }) => role === "partner");
  const those = partners.some(answered) ? partners.filter(answered) : partners;
  return [...new Set(those.map(({ model }) => model))];
}
