// Time and size as people read them. Pure: the language and the present moment come in by argument.

/** Minutes and seconds, `3:07`; hours only when there are some. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Whole seconds still left: 23.4 s are shown as 24, so that 0 means over. */
export function secondsLeft(milliseconds: number): number {
  return Math.max(0, Math.ceil(milliseconds / 1000));
}

export type Day = "today" | "yesterday" | "earlier";

/** How a moment is named relative to now, by the calendar of this computer. */
export function dayOf(moment: Date, now: Date): Day {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(moment)) / 86_400_000);
  return days === 0 ? "today" : days === 1 ? "yesterday" : "earlier";
}

/** How exactly a moment is named. */
export type Exactness = "day" | "minute" | "second";

const TIME: Readonly<Record<Exactness, Intl.DateTimeFormatOptions>> = {
  day: {},
  minute: { hour: "numeric", minute: "2-digit" },
  second: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** Hours and minutes in the reader's language, and seconds when they are asked for. */
export function timeOfDay(moment: Date, language: string, exactness: "minute" | "second" = "minute"): string {
  return new Intl.DateTimeFormat(language, TIME[exactness]).format(moment);
}

/** A date; the year only when it is another one, the time of day only when it is asked for. */
export function dateOf(moment: Date, now: Date, language: string, exactness: Exactness = "day"): string {
  const year = moment.getFullYear() === now.getFullYear() ? undefined : "numeric";
  const date: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "long", year };
  return new Intl.DateTimeFormat(language, { ...date, ...TIME[exactness] }).format(moment);
}

/** Day and month, as short as the language has them, and the time of day when it is asked for. */
export function shortDate(moment: Date, language: string, exactness: Exactness = "day"): string {
  const month = language === "en" ? "short" : "numeric";
  return new Intl.DateTimeFormat(language, { day: "numeric", month, ...TIME[exactness] }).format(moment);
}

/** For each moment how exactly it has to be named, so that no two of them read alike. */
export function tellingApart(moments: readonly Date[]): Exactness[] {
  const calendar = (moment: Date) => moment.toDateString();
  const minute = (moment: Date) => Math.floor(moment.getTime() / 60_000);
  const [days, minutes] = [moments.map(calendar), moments.map(minute)];
  const shared = <Key>(keys: readonly Key[], key: Key) => keys.indexOf(key) !== keys.lastIndexOf(key);
  return moments.map((moment) => {
    if (shared(minutes, minute(moment))) return "second";
    return shared(days, calendar(moment)) ? "minute" : "day";
  });
}

/** A month and its year, of `2026-11`. */
export function monthOf(month: string, language: string): string {
  const names: Intl.DateTimeFormatOptions = { year: "numeric", month: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language, names).format(new Date(`${month}-01T00:00:00Z`));
}

export interface Size {
  unit: "one" | "kilo" | "mega" | "giga";
  value: string;
}

/** A size in decimal units with at most one decimal. */
export function sizeOf(bytes: number, language: string): Size {
  if (bytes > 0 && bytes < 500) return { unit: "one", value: new Intl.NumberFormat(language).format(bytes) };
  const [unit, divisor] =
    bytes >= 1e9 ? (["giga", 1e9] as const) : bytes >= 1e6 ? (["mega", 1e6] as const) : (["kilo", 1e3] as const);
  const digits = unit === "kilo" ? 0 : 1;
  const value = new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(bytes / divisor);
  return { unit, value };
}
