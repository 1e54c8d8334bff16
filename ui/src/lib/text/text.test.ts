import { describe, expect, it } from "vitest";
import { marked } from "./marked";
import { blocksOf, spansOf } from "./markdown";
import { calledName } from "./names";
import { clock, dateOf, dayOf, secondsLeft, shortDate, sizeOf, tellingApart } from "./time";

describe("time", () => {
  it("is shown in minutes and seconds, and hours only when there are some", () => {
    expect(clock(0)).toBe("0:00");
    expect(clock(187_999)).toBe("3:07");
    expect(clock(3_661_000)).toBe("1:01:01");
    expect(clock(-5)).toBe("0:00");
  });

  it("rounds what is left up, so that 0 means over", () => {
    expect(secondsLeft(23_400)).toBe(24);
    expect(secondsLeft(0)).toBe(0);
    expect(secondsLeft(-20)).toBe(0);
  });

  it("calls a day by the calendar and not by 24 hours", () => {
    const now = new Date(2026, 2, 3, 0, 30);
    expect(dayOf(new Date(2026, 2, 3, 0, 5), now)).toBe("today");
    expect(dayOf(new Date(2026, 2, 2, 23, 50), now)).toBe("yesterday");
    expect(dayOf(new Date(2026, 2, 1, 23, 50), now)).toBe("earlier");
  });

  it("names the year only when it is another one", () => {
    const now = new Date(2026, 2, 3);
    expect(dateOf(new Date(2026, 0, 9), now, "en")).not.toContain("2026");
    expect(dateOf(new Date(2025, 0, 9), now, "en")).toContain("2025");
    expect(dateOf(new Date(2026, 0, 9), now, "zh-CN")).toContain("1月9日");
  });

  it("of day is named where moments would read alike without it, and no more exactly than they need", () => {
    const moments = [
      new Date(2026, 2, 2, 23, 59, 30),
      new Date(2026, 2, 3, 0, 5, 10),
      new Date(2026, 2, 3, 9, 40, 2),
      new Date(2026, 2, 3, 9, 40, 8),
    ];
    expect(tellingApart(moments)).toEqual(["day", "minute", "second", "second"]);
    for (const language of ["en", "zh-CN"]) {
      const now = new Date(2026, 5, 1);
      const told = tellingApart(moments).map((exactness, index) => {
        const moment = moments[index] as Date;
        return [shortDate(moment, language, exactness), dateOf(moment, now, language, exactness)];
      });
      expect(new Set(told.map(([short]) => short)).size).toBe(moments.length);
      expect(new Set(told.map(([, long]) => long)).size).toBe(moments.length);
      expect(told[0]?.join()).not.toContain(":");
      expect(told[1]?.[0]).toContain(":05");
      expect(told[3]?.[1]).toContain(":40:08");
    }
  });
});

describe("a size", () => {
  it("has at most one decimal", () => {
    expect(sizeOf(1_310_000, "en")).toEqual({ unit: "mega", value: "1.3" });
    expect(sizeOf(245_760, "en")).toEqual({ unit: "kilo", value: "246" });
    expect(sizeOf(312, "en")).toEqual({ unit: "one", value: "312" });
    expect(sizeOf(0, "en")).toEqual({ unit: "kilo", value: "0" });
    expect(sizeOf(2e9, "en")).toEqual({ unit: "giga", value: "2" });
  });
});

describe("a name", () => {
  it("is the first one where that can stand alone", () => {
    expect(calledName("Dana Whitlock")).toBe("Dana");
    expect(calledName("Dr. Osei")).toBe("Dr. Osei");
    expect(calledName("Mum")).toBe("Mum");
    expect(calledName("周岚")).toBe("周岚");
  });
});

describe("the words of a search", () => {
  const hits = (text: string, search: string) =>
    marked(text, search)
      .filter((part) => part.hit)
      .map((part) => part.text);

  it("are marked by their beginning, in any case", () => {
    expect(hits("A Raise, not praise", "rai")).toEqual(["Rai"]);
    expect(hits("Ask for a raise", "raise ASK")).toEqual(["Ask", "raise"]);
    expect(hits("五万的年薪，加薪", "加薪 年")).toEqual(["年", "加薪"]);
  });

  it("are marked right behind Chinese, as they are found there", () => {
    expect(hits("跟Dana谈，不是跟xDana谈", "dana")).toEqual(["Dana"]);
  });

  it("leave the text whole, and mark nothing when there are none", () => {
    expect(
      marked("a (b) c", "(b")
        .map((part) => part.text)
        .join(""),
    ).toBe("a (b) c");
    expect(marked("a raise", " … ")).toEqual([{ text: "a raise", hit: false }]);
  });
});

describe("the Markdown of scenarios", () => {
  it("knows paragraphs, lists and headings", () => {
    const blocks = blocksOf("# Title\n\nOne\ntwo.\n\n- a\n- **b**\n\n1. x\n2. y");
    expect(blocks.map((block) => block.kind)).toEqual(["heading", "paragraph", "list", "list"]);
    expect(blocks[1]).toMatchObject({ spans: [{ text: "One two." }] });
    expect(blocks[3]).toMatchObject({ ordered: true });
  });

  it("joins Chinese lines without a space", () => {
    expect(blocksOf("你好，\n世界。")[0]).toMatchObject({ spans: [{ text: "你好，世界。" }] });
  });

  it("marks strong and emphasis and leaves everything else as it is", () => {
    expect(spansOf("a **b** *c* 5 * 3 <b>d</b>")).toEqual([
      { text: "a ", style: "plain" },
      { text: "b", style: "strong" },
      { text: " ", style: "plain" },
      { text: "c", style: "emphasis" },
      { text: " 5 * 3 <b>d</b>", style: "plain" },
    ]);
  });
});
