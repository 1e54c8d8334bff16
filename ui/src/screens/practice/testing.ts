// What several tests of the practice begin with.
import type { LineView } from "../../lib/api";

/** A line of the dialogue whose words are there. */
export const line = (
  sequence: number,
  speaker: LineView["speaker"],
  clip: string | null,
  text = "words",
): LineView => ({
  sequence,
  speaker,
  text,
  transcript_status: "completed",
  coming: false,
  clip,
  duration_ms: null,
  peaks: [],
  note: null,
});
