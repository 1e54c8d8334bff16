import { describe, expect, it } from "vitest";
import { turn } from "../../lib/delivery/made";
import { keptKey } from "./kept";

const HERE = { clip: "a", peaks: [3, 9] };
const TYPED = { clip: null, peaks: [] };
const NOT_OUTLINED = { clip: "b", peaks: [] };
const ELSEWHERE = turn({ unavailable: "elsewhere" });

describe("where a practice is kept", () => {
  it("is this computer, at once where every recording has its outline", () => {
    expect(keptKey([HERE, TYPED], undefined, true)).toBe("privacy.saved");
    expect(keptKey([], undefined, false)).toBe("privacy.saved");
  });

  it("is not said before it is known", () => {
    expect(keptKey([HERE, NOT_OUTLINED], undefined, true)).toBeNull();
    expect(keptKey([HERE, NOT_OUTLINED], [turn()], true)).toBe("privacy.saved");
  });

  it("is the server too, while a recording of another computer has not come", () => {
    const lines = [NOT_OUTLINED, TYPED];
    const measured = [ELSEWHERE, turn({ unavailable: "no_clip" })];
    expect(keptKey(lines, measured, true)).toBe("review.kept_comes");
    expect(keptKey(lines, measured, false)).toBe("review.kept_words");
  });

  it("is this computer where a turn has no sound for another reason", () => {
    expect(keptKey([TYPED], [turn({ unavailable: "no_clip" })], true)).toBe("privacy.saved");
  });
});
