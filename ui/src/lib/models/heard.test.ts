import { describe, expect, it } from "vitest";
import type { PartnerChoice } from "../api";
import { answering, hostsBeyond } from "./heard";
import { CHOSEN, view } from "./made";

const here = { ...CHOSEN, host: "127.0.0.1:11434", on_this_computer: true };
const scripted: PartnerChoice = {
  kind: "scripted",
  model: null,
  voice_goes_to: [],
  written_down: false,
  checked: false,
  needs_typing: false,
  cost: null,
};
const model: PartnerChoice = { ...scripted, kind: "model", model: "m", voice_goes_to: ["qwen.example.org"] };

describe("who hears a practice with a model", () => {
  it("is nobody while no model answers", () => {
    expect(hostsBeyond(null)).toEqual([]);
    expect(hostsBeyond(view({ transcriber: CHOSEN }))).toEqual([]);
  });

  it("is each host once, and never this computer", () => {
    const judge = { ...CHOSEN, host: "judge.example.org" };
    expect(hostsBeyond(view({ partner: CHOSEN, transcriber: CHOSEN, evaluator: judge }))).toEqual([
      "qwen.example.org",
      "judge.example.org",
    ]);
    expect(hostsBeyond(view({ partner: here, transcriber: here }))).toEqual([]);
  });

  it("is the one who reads aloud only where the partner has no voice", () => {
    const reader = { ...CHOSEN, host: "voice.example.org" };
    expect(hostsBeyond(view({ partner: here, speaker: reader }))).toEqual([]);
    expect(hostsBeyond(view({ partner: { ...here, speaks: false }, speaker: reader }))).toEqual(["voice.example.org"]);
  });
});

describe("who answers in a run", () => {
  it("is the one who was wanted, and what is promised is theirs", () => {
    const partners = [scripted, model];
    expect(answering({ partners }, "model")?.voice_goes_to).toEqual(["qwen.example.org"]);
    expect(answering({ partners }, "scripted")?.voice_goes_to).toEqual([]);
  });

  it("is the one there is, where the wanted one is gone", () => {
    expect(answering({ partners: [model] }, "scripted")).toBe(model);
    expect(answering({ partners: [scripted] }, "model")).toBe(scripted);
    expect(answering({ partners: [] }, "model")).toBeNull();
  });
});
