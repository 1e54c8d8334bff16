import { render } from "svelte/server";
import { beforeAll, describe, expect, it } from "vitest";
import type { BriefView, PartnerChoice, PartnerKind, RunOptions } from "../../lib/api";
import { remote } from "../../lib/remote.svelte";
import { view as standing } from "../../lib/sync/made";
import { learn } from "../../lib/text/translate.svelte";
import RunSettings from "./RunSettings.svelte";
import StartBar from "./StartBar.svelte";

const scripted: PartnerChoice = {
  kind: "scripted",
  model: null,
  heard: true,
  voice_goes_to: [],
  read_aloud_by: [],
  feedback_by: [],
  only_if_others_fail: [],
  unencrypted: [],
  written_down: false,
  checked: false,
  needs_typing: false,
  substitute_needs_words: false,
  cost: null,
};
const model: PartnerChoice = {
  kind: "model",
  model: "qwen-omni",
  heard: true,
  voice_goes_to: ["qwen.example.org"],
  read_aloud_by: [],
  feedback_by: [],
  only_if_others_fail: [],
  unencrypted: [],
  written_down: true,
  checked: true,
  needs_typing: false,
  substitute_needs_words: false,
  cost: null,
};
const person = { name: "Dana", role: "manager", background: "" };

function brief(partners: PartnerChoice[]): BriefView {
  return {
    card: {
      slug: "a",
      family: "a",
      language: "en",
      category: "work",
      title: "A talk",
      summary: "",
      minutes: 5,
      skills: [],
      heavy: false,
      authored: false,
      draft: false,
      runs: 0,
      last_run: null,
    },
    other_language: null,
    description: "",
    heavy: null,
    objective: "",
    criteria: [],
    partner: person,
    trainee: person,
    skills: [],
    idle_limit_s: 60,
    duration_limit_s: 300,
    options: options("scripted"),
    partners,
    missing: [],
    needs_model: partners.length === 0,
  };
}

function options(partner: PartnerKind): RunOptions {
  return {
    opener: "partner",
    factor: "normal",
    talk_mode: "push_to_talk",
    review_before_sending: false,
    partner_voice: true,
    partner,
    take_two: null,
  };
}

const bar = (partners: PartnerChoice[], partner: PartnerKind) =>
  render(StartBar, { props: { view: brief(partners), options: options(partner) } }).body;
const settings = (partners: PartnerChoice[], partner: PartnerKind) =>
  render(RunSettings, { props: { view: brief(partners), options: options(partner), change: () => undefined } }).body;

describe("the brief", () => {
  beforeAll(async () => {
    await learn("en");
    remote.take(standing({ kind: "off" }));
  });

  it("promises where the voice goes by who is chosen to answer", () => {
    expect(bar([scripted, model], "model")).toContain("Your voice goes to qwen.example.org");
    expect(bar([scripted, model], "model")).not.toContain("Stays on this computer");
    expect(bar([scripted, model], "scripted")).toContain("Stays on this computer");
    expect(bar([scripted, model], "scripted")).not.toContain("qwen.example.org");
    expect(bar([scripted, { ...model, voice_goes_to: [] }], "model")).toContain("Stays on this computer");
  });

  it("says who plays the other person", () => {
    expect(bar([scripted, model], "model")).toContain("Dana is played by qwen-omni");
    expect(bar([scripted, model], "scripted")).toContain("Dana follows a script");
  });

  it("offers a choice only where there is one, and the way to a model where there is none", () => {
    expect(settings([scripted, model], "model")).toContain('data-testid="brief-partner-model"');
    expect(settings([model], "model")).not.toContain("brief-partner-");
    expect(settings([scripted], "scripted")).toContain("choose a model");
  });

  it("says what the one who is chosen cannot do", () => {
    const deaf = { ...model, needs_typing: true, written_down: false, checked: false };
    expect(settings([scripted, deaf], "model")).toContain("It does not hear you");
    expect(settings([scripted, deaf], "model")).toContain("Nobody looks whether you reach the goal");
    expect(settings([scripted, deaf], "scripted")).not.toContain("It does not hear you");
  });

  it("says what a practice is likely to cost, and on what that rests, where prices are known", () => {
    const priced: PartnerChoice = {
      ...model,
      cost: { micro_dollars: 48_000, as_of: "2026-11", market: "international" },
    };
    const body = settings([scripted, priced], "model");
    expect(body).toContain("Estimated cost of 5 minutes: about $0.05");
    expect(body).toContain("list prices of November 2026");
    expect(settings([scripted, priced], "scripted"), "the script costs nothing").not.toContain("brief-cost");
    expect(settings([scripted, model], "model"), "nobody guesses").not.toContain("brief-cost");
  });

  it("offers to hear only who has a voice", () => {
    const mute = { ...scripted, heard: false };
    const voice = /role="switch"[^>]*disabled|disabled[^>]*role="switch"/;
    expect(settings([mute, model], "scripted")).toContain("brief-unheard");
    expect(settings([mute, model], "scripted")).toMatch(voice);
    expect(settings([mute, model], "model")).not.toContain("brief-unheard");
    expect(settings([mute, model], "model")).not.toMatch(voice);
  });

  it("can be started with a model alone, and not with nobody", () => {
    expect(bar([model], "model")).not.toMatch(/data-testid="brief-start"[^>]* disabled/);
    expect(bar([], "scripted")).toMatch(/brief-start[^>]*disabled|disabled[^>]*brief-start/);
  });
});
