import { expect, it } from "vitest";
import { Announcements } from "./announcements";
import { Revisions } from "./api/revisions";

it("a lost event is noticed by the gap it leaves", () => {
  const revisions = new Revisions();
  expect([7, 8, 10, 11].map((revision) => revisions.missed(revision))).toEqual([false, false, true, false]);
});

it("the same sentence within a moment is announced once, and again later", () => {
  const announcements = new Announcements();
  expect(announcements.repeats("Your turn", 0)).toBe(false);
  expect(announcements.repeats("Your turn", 400)).toBe(true);
  expect(announcements.repeats("Recording", 500)).toBe(false);
  expect(announcements.repeats("Your turn", 600)).toBe(false);
  expect(announcements.repeats("Your turn", 9000)).toBe(false);
  expect(announcements.repeats("", 20_000)).toBe(true);
});

it("sentences of the same moment are read together, later ones alone", () => {
  const announcements = new Announcements();
  expect(announcements.reading("Your turn", 0)).toEqual({ text: "Your turn", goesOn: false });
  expect(announcements.reading("Well?", 1)).toEqual({ text: "Your turn Well?", goesOn: true });
  expect(announcements.reading("Recording", 400)).toEqual({ text: "Recording", goesOn: false });
});
