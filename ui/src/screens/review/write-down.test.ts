import { render } from "svelte/server";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { ErrorView, ReviewView, WordsView } from "../../lib/api";
import { learn, speak } from "../../lib/text/translate.svelte";
import WriteDown from "./WriteDown.svelte";
import { ended, leftFor, nextAfter, standing, toAgreeTo } from "./write-down";

const WORDS: WordsView = {
  waiting: 3,
  hosts: [{ host: "ears.example.org", on_this_computer: false }],
  hindrance: null,
  now: null,
  stopped: null,
  left: [],
};
const error = (code: string, params: Record<string, string> = {}): ErrorView => ({ code, params });
const left = (sequence: number, code: string) => ({ sequence, text: null, trouble: error(code) });

const REVIEW: ReviewView = {
  session: "s",
  title: "",
  partner_name: "",
  language: "en",
  partner: "scripted",
  exchanges: [],
  cost: null,
  created_at: "",
  status: "ended",
  end: null,
  turns: [],
  again: null,
  factor: "normal",
  parent: null,
  sync: null,
  words: WORDS,
};
const shown = (words: Partial<WordsView> | null) => {
  const view = { ...REVIEW, words: words && { ...WORDS, ...words } };
  return render(WriteDown, { props: { view, again: () => Promise.resolve() } }).body;
};
const button = (body: string, testid: string) =>
  new RegExp(`<button[^>]*data-testid="${testid}"[^>]*>(.*?)</button>`, "s").exec(body)?.[1]?.replace(/<[^>]*>/g, "");

beforeAll(async () => {
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  await learn("en");
});
afterEach(() => speak("en"));

describe("the offer to write down what was said", () => {
  it("names on its button how much goes where", () => {
    const offer = button(shown({}), "write-down-begin");
    expect(offer).toContain("Write down what you said");
    expect(offer).toContain("Your recordings of 3 turns go to ears.example.org.");
  });

  it("names this computer where it is this one, and who hears it if that fails", () => {
    const hosts = [{ host: "127.0.0.1:8080", on_this_computer: true }, ...WORDS.hosts];
    const offer = button(shown({ hosts, waiting: 1 }), "write-down-begin");
    expect(offer).toMatch(/recording of 1 turn goes to this computer \(127\.0\.0\.1:8080\)\.\s+If that fails, to ears/);
  });

  it("is none where nobody is set up: one sentence says where that is done", () => {
    const body = shown({ hosts: [], hindrance: error("no_transcriber") });
    expect(body).not.toContain("write-down-begin");
    expect(button(body, "write-down-choose")).toContain("Partner & judge".replace("&", "&amp;"));
  });

  it("is none while nothing may leave this computer", () => {
    const body = shown({ hindrance: error("transcriber_offline") });
    expect(body).not.toContain("write-down-begin");
    expect(body).toContain("working offline, and what you said would be written down by ears.example.org");
  });

  it("is nothing at all where no words are missing", () => {
    expect(shown(null)).not.toContain("section");
  });

  it("is made in Chinese too", async () => {
    await speak("zh-CN");
    expect(button(shown({}), "write-down-begin")).toContain("3 轮录音会发给 ears.example.org。");
  });
});

describe("while it is written down", () => {
  const going = () => shown({ now: { sequence: 4, done: 1, of: 3 }, waiting: 2 });

  it("tells which turn it is at, and can be stopped", () => {
    expect(going()).toContain("Writing down turn 5, 2 of 3");
    expect(going()).toContain('data-testid="write-down-stop"');
    expect(going()).not.toContain("write-down-begin");
  });

  it("has one control that the focus goes on to, and so has what stands there before", () => {
    for (const body of [going(), shown({})]) expect(body.match(/data-goes-on/g)).toHaveLength(1);
  });
});

describe("what came of it", () => {
  it("is said with what is safe and what to do next, beside the offer", () => {
    const body = shown({ stopped: error("transcriber_down") });
    expect(body).toContain("the host has trouble of its own");
    expect(body).toContain("Your recording is saved.");
    expect(body, "there is no field to write into here").not.toContain("Write your words yourself");
    expect(body).toContain("Try again; the recordings wait for their words.");
    expect(body).toContain("write-down-begin");
  });

  it("leads to the settings where those are what helps", () => {
    expect(button(shown({ stopped: error("transcriber_key") }), "write-down-to-settings")).toContain("Settings");
    expect(shown({ stopped: error("transcriber_down") })).not.toContain("write-down-to-settings");
    expect(nextAfter(error("transcriber_offline"))).toBe("offline");
    expect(nextAfter(error("store_disk_full"))).toBeNull();
  });

  it("names the turns that were left, together where the reason is the same", () => {
    const turns = [left(1, "transcribe_nothing_heard"), left(3, "audio_missing"), left(5, "transcribe_nothing_heard")];
    expect(leftFor(turns).map(({ turns, error }) => [error.code, turns])).toEqual([
      ["transcribe_nothing_heard", [2, 6]],
      ["audio_missing", [4]],
    ]);
    expect(shown({ left: turns })).toContain("Turns 2 and 6 have no words yet.");
  });

  it("is everything, or what had come when somebody stopped it; a failure tells of itself", () => {
    const turn = { line: { speaker: "trainee", text: null }, audio_missing: false } as ReviewView["turns"][number];
    expect(ended({ words: null, turns: [turn] })).toBe("all");
    expect(ended({ words: null, turns: [turn, { ...turn, audio_missing: true }] })).toBe("rest");

    const so = (words: WordsView) => ended({ words, turns: [] });
    expect(so(WORDS)).toBe("stopped");
    expect(so({ ...WORDS, stopped: error("transcriber_key") })).toBeNull();
    expect(so({ ...WORDS, left: [left(1, "audio_missing")] })).toBeNull();
  });
});

describe("a host without encryption", () => {
  it("is agreed to first, and no other reason is taken for that", () => {
    const hindrance = error("model_plain_http", { host: "nas.local" });
    expect(toAgreeTo({ ...WORDS, hindrance })).toBe("nas.local");
    expect(standing({ ...WORDS, hindrance })).toBe("offer");
    expect(toAgreeTo(WORDS)).toBeNull();
  });
});
