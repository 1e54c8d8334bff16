// The history as a list that grows by pages, and what it is narrowed to. The filters outlive the screen, so that the
// way back from a review leads to the same list.
import {
  core,
  errorView,
  type EndReason,
  type ErrorView,
  type HistoryQuery,
  type HistoryRow,
  type Language,
} from "../../lib/api";

export const PAGE = 20;

class HistoryFilters {
  search = $state("");
  reason = $state<EndReason | "">("");
  language = $state<Language | "">("");
  category = $state("");
  family = $state("");
  from = $state("");
  until = $state("");
  /** Also practices in which the trainee said nothing. They are kept like all others but would only be in the way here. */
  unspoken = $state(false);

  get narrowed(): boolean {
    return [this.search.trim(), this.reason, this.language, this.category, this.family, this.from, this.until].some(
      (part) => part !== "",
    );
  }

  query(after: string | null, limit: number): HistoryQuery {
    return {
      search: this.search.trim() || null,
      family: this.family || null,
      category: this.category || null,
      end_reason: this.reason || null,
      language: this.language || null,
      only_with_turns: !this.unspoken,
      from: midnight(this.from, 0),
      until: midnight(this.until, 1),
      after,
      limit,
    };
  }

  clear(): void {
    [this.search, this.reason, this.language, this.category, this.family] = ["", "", "", "", ""];
    [this.from, this.until] = ["", ""];
  }
}

// A day of the local calendar as a moment; `days` later for the end of a day, which is not included.
function midnight(day: string, days: number): string | null {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return null;
  return new Date(year, month - 1, date + days).toISOString();
}

export const filters = new HistoryFilters();

export class HistoryList {
  rows = $state.raw<readonly HistoryRow[]>([]);
  total = $state(0);
  /** How many are left out because nothing was said in them. */
  leftOut = $state(0);
  next = $state<string | null>(null);
  ready = $state(false);
  loading = $state(false);
  error = $state.raw<ErrorView | null>(null);
  #asking = 0;

  /** Asks again for as many rows as are shown, so that a change does not throw the reader back to the top. */
  again = (): Promise<void> => {
    const shown = Math.min(100, Math.max(PAGE, this.rows.length));
    return this.#ask(filters.query(null, shown), false);
  };

  more = (): Promise<void> => this.#ask(filters.query(this.next, PAGE), true);

  async #ask(query: HistoryQuery, append: boolean): Promise<void> {
    const number = ++this.#asking;
    this.loading = true;
    try {
      const page = await core.history(query);
      if (number !== this.#asking) return;
      this.rows = append ? [...this.rows, ...page.rows] : page.rows;
      [this.total, this.leftOut, this.next] = [page.total, page.left_out, page.next];
      [this.error, this.ready] = [null, true];
    } catch (cause) {
      if (number === this.#asking) this.error = errorView(cause);
    } finally {
      if (number === this.#asking) this.loading = false;
    }
  }
}
