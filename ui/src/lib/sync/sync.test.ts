import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SyncPause, SyncView } from "../api";
import { speak } from "../text/translate.svelte";
import { ACCOUNT, view } from "./made";
import { closingText, figuresText, standingText, uploadingText } from "./say.svelte";
import { closing, copies, longUpload, sentenceFor, standing, tone, wantsSigningIn } from "./standing";

const NOW = new Date(2026, 10, 28, 12, 0).getTime();

const paused = (pause: SyncPause, some: Partial<SyncView> = {}) => view({ kind: "paused", pause }, some);
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const line = (one: SyncView) => [standingText(one), ...figuresText(one, NOW)].join(" · ");

beforeAll(() => void vi.stubGlobal("document", { documentElement: { lang: "" } }));
afterAll(() => void vi.unstubAllGlobals());

describe("the line of the user's own server", () => {
  it("says what goes on, with its figures beside it", async () => {
    await speak("en");
    expect(line(view({ kind: "off" }))).toBe("");
    expect(line(view({ kind: "idle" }, { last_success: at(-88) }))).toBe(
      "Everything is on talks.example.org · last at 10:32 AM",
    );
    expect(line(view({ kind: "sending" }, { waiting: 3, waiting_bytes: 3_200_000 }))).toBe(
      "Sending to talks.example.org · 3 changes · 3.2 MB left",
    );
    expect(line(view({ kind: "waiting" }, { waiting: 1, until: at(2) }))).toBe(
      "Not everything is on talks.example.org yet · 1 change waits here · next try in about 2 min",
    );
    expect(line(view({ kind: "waiting" }, { waiting: 2, until: at(0.2) }))).toContain("next try in a moment");
    expect(line(paused("unreachable", { waiting: 4, until: at(200) }))).toBe(
      "talks.example.org cannot be reached · 4 changes wait here · next try at 3:20 PM",
    );
    await speak("zh-CN");
    expect(line(view({ kind: "sending" }, { waiting: 3, waiting_bytes: 3_200_000 }))).toBe(
      "正在发往 talks.example.org · 3 处改动 · 还剩 3.2 MB",
    );
    expect(line(view({ kind: "waiting" }, { waiting: 1, until: at(2) }))).toBe(
      "还有内容没发到 talks.example.org · 1 处改动在本机等着 · 约 2 分钟后再试",
    );
  });

  it("says why nothing goes out, in words of its own for every cause", async () => {
    await speak("en");
    const causes: SyncPause[] = [
      "offline",
      "unreachable",
      "busy",
      "quota",
      "archived",
      "disabled",
      "sign_in",
      "closed",
    ];
    const phases = [view({ kind: "elsewhere" }), view({ kind: "locked" }), view({ kind: "trouble" })];
    const told = [...causes.map((cause) => standingText(paused(cause))), ...phases.map(standingText)];
    expect(new Set(told).size).toBe(causes.length + phases.length);
    for (const sentence of told) expect(sentence).not.toMatch(/^sync\.|\{\{/);
  });

  it("does not claim that everything is there while something needs the user or stays here", async () => {
    await speak("en");
    expect(line(view({ kind: "idle" }, { stuck: 1, waiting: 2 }))).toBe(
      "Something needs you before everything is on talks.example.org · 2 changes wait behind it",
    );
    expect(tone(standing(view({ kind: "idle" }, { stuck: 1 })))).toBe("alarm");
    expect(line(view({ kind: "idle" }, { conflicts: 1, last_success: at(-88) }))).toBe(
      "Something needs you before everything is on talks.example.org",
    );
    const words = view({ kind: "idle" }, { account: { ...ACCOUNT, audio: "stays_here" } });
    expect(standingText(words)).toBe("Everything but the recordings is on talks.example.org");
  });

  it("takes the user's own switch as it stands, before the sender has noticed", () => {
    expect(standing(view({ kind: "sending" }, { offline: true }))).toBe("offline");
    expect(standing(view({ kind: "locked" }, { offline: true }))).toBe("locked");
    expect(standing(view({ kind: "off" }, { offline: true }))).toBe("off");
  });

  it("keeps the sentence when only figures change, so that it is announced once", () => {
    const one = view({ kind: "sending" }, { waiting: 30, waiting_bytes: 9_000_000 });
    expect(standingText({ ...one, waiting: 29, waiting_bytes: 8_000_000 })).toBe(standingText(one));
    expect(sentenceFor(view({ kind: "waiting" }, { waiting: 1 }))).toBe("sync.line.waiting");
    expect(sentenceFor(view({ kind: "waiting" }))).toBe("sync.line.starting");
  });

  it("is an alarm only where somebody has to do something", () => {
    expect(tone(standing(paused("unreachable")))).toBe("waiting");
    expect(tone(standing(paused("archived")))).toBe("alarm");
    expect(wantsSigningIn(paused("sign_in"))).toBe(true);
    expect(wantsSigningIn(view({ kind: "locked" }))).toBe(true);
    expect(wantsSigningIn(paused("busy"))).toBe(false);
  });
});

describe("recordings on their way", () => {
  const going = (sent: number, bytes: number, kind: "sending" | "idle" = "sending") =>
    longUpload(view({ kind }, { uploading: { sent, bytes } }));

  it("are told in bytes while they are large enough to be watched", async () => {
    expect(going(20_000, 40_000)).toBeNull();
    expect(longUpload(view({ kind: "sending" }))).toBeNull();
    expect(going(0, 2_400_000, "idle")).toBeNull();
    const long = going(1_200_000, 2_400_000)!;
    await speak("en");
    expect(uploadingText(long)).toBe("Recordings on their way: 1.2 MB of 2.4 MB");
    await speak("zh-CN");
    expect(uploadingText(long)).toBe("正在上传录音：已传 1.2 MB，共 2.4 MB");
  });
});

describe("LeanCloud’s end", () => {
  const left = (days: number | null) => view({ kind: "idle" }, { closes_in_days: days });

  it("is told on Home from sixty days before, and under Settings always", async () => {
    await speak("en");
    expect(closing(left(61), "home")).toBeNull();
    expect(closing(left(60), "home")).toEqual({ kind: "closing", days: 60 });
    expect(closing(left(61), "settings")).toEqual({ kind: "closing", days: 61 });
    expect(closing(left(null), "settings")).toBeNull();
    expect(closingText(left(1), "home")).toBe("LeanCloud closes on 12 January 2027 (in 1 day).");
    expect(closingText(left(0), "home")).toBe("LeanCloud closed on 12 January 2027.");
  });
});

describe("where a recording goes", () => {
  it("is this computer alone, or a host by name", () => {
    expect(copies(null)).toEqual({ kind: "none" });
    expect(copies(view({ kind: "off" }))).toEqual({ kind: "none" });
    expect(copies(view({ kind: "locked" }))).toEqual({ kind: "all", host: "talks.example.org" });
    const words = view({ kind: "idle" }, { account: { ...ACCOUNT, audio: "stays_here" } });
    expect(copies(words)).toEqual({ kind: "words", host: "talks.example.org" });
  });
});
