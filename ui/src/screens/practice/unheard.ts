// What a screen reader has to read because nobody hears it. Pure.
import type { PracticeView } from "../../lib/api";

/** The partner's latest line when it has no sound, or its sound could not be played; else nothing. */
export function unheardLine({ lines, notice }: Pick<PracticeView, "lines" | "notice">): string {
  // Words that are still coming are heard, or read out once all of them are there.
  const line = lines.findLast((one) => one.speaker === "ai" && !one.coming);
  // With a voice the line is heard; a screen reader on top of it would be two people talking.
  if (!line || (line.clip !== null && notice?.notice.kind !== "voice_failed")) return "";
  return line.text ?? "";
}
