import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { list } from "./say.svelte";
import { learn, speak } from "./translate.svelte";

beforeAll(async () => {
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  await learn("zh-CN");
});
afterEach(() => speak("en"));

describe("names one after the other", () => {
  it("are joined as the language joins them", () => {
    expect(list(["a.example.org", "b.example.org"])).toBe("a.example.org and b.example.org");
  });

  it("stand apart from Chinese letters where they are Latin", async () => {
    await speak("zh-CN");
    expect(list(["a.example.org", "b.example.org"])).toBe("a.example.org 和 b.example.org");
    expect(list(["停顿", "语速"])).toBe("停顿和语速");
  });
});
