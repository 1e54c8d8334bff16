import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { speak, t } from "../text/translate.svelte";
import { uncheckedKinds } from "./kinds";
import { changeText, uncheckedText } from "./say.svelte";

describe("a change in words", () => {
  beforeAll(() => void vi.stubGlobal("document", { documentElement: { lang: "" } }));
  afterAll(() => void vi.unstubAllGlobals());

  it("says how much a figure rose or fell, in its unit, and not whether that is good", async () => {
    await speak("en");
    expect(changeText("speech_rate", 0.52)).toBe("Rose by about 0.5 syllables/s over your turns.");
    expect(changeText("response_delay_ms", -1200)).toBe("Fell by about 1.2 s over your turns.");
    await speak("zh-CN");
    expect(changeText("speech_rate", 0.52)).toBe("一轮轮下来约增加 0.5 音节/秒。");
    expect(changeText("pitch_median_hz", -12)).toBe("一轮轮下来约减少 12 Hz。");
    expect(changeText("pauses_per_minute", -2.4)).toBe("一轮轮下来约减少每分钟 2.4 次。");
  });

  it("of a loudness is in LU, not in LUFS", async () => {
    await speak("en");
    expect(changeText("loudness_lufs", -3)).toBe("Fell by about 3 LU over your turns.");
  });

  it("that the digits of the figure cannot show is none", async () => {
    await speak("en");
    expect(changeText("loudness_lufs", -0.4)).toBe("Stayed about the same over your turns.");
    expect(changeText("speech_rate", 0.04)).toBe("Stayed about the same over your turns.");
    await speak("zh-CN");
    expect(changeText("speech_rate", 0)).toBe("一轮轮下来大致不变。");
  });
});

describe("the figures that are unchecked", () => {
  beforeAll(() => void vi.stubGlobal("document", { documentElement: { lang: "" } }));
  afterAll(() => void vi.unstubAllGlobals());

  it("are named one by one, and nothing is said where there are none", async () => {
    for (const language of ["en", "zh-CN"] as const) {
      await speak(language);
      const said = uncheckedText("zh-CN");
      for (const kind of uncheckedKinds("zh-CN")) expect(said).toContain(t(`delivery.figure.${kind}`));
      expect(uncheckedText("en")).toBeNull();
    }
  });
});
