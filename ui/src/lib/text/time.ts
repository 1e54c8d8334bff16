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

/** Hours and minutes in the reader's language. */
export function timeOfDay(moment: Date, language: string, second?: "2-digit"): string {
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", second }).format(moment);
}

/** A date; the year only when it is another one. */
export function dateOf(moment: Date, now: Date, language: string): string {
  const year = moment.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "long", year }).format(moment);
}

/** Day and month, as short as the language has them. */
export function shortDate(moment: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { day: "numeric", month: language === "en" ? "short" : "numeric" }).format(
    moment,
  );
}

export interface Size {
  unit: "kilo" | "mega" | "giga";
  value: string;
}

/** A size in decimal units with at most one decimal. */
export function sizeOf(bytes: number, language: string): Size {
  const [unit, divisor] =
    bytes >= 1e9 ? (["giga", 1e9] as const) : bytes >= 1e6 ? (["mega", 1e6] as const) : (["kilo", 1e3] as const);
  const digits = unit === "kilo" ? 0 : 1;
  const value = new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(bytes / divisor);
  return { unit, value };
}
