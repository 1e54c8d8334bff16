// What the catalogue is narrowed to. It outlives the screen: coming back from a brief shows the same list.
import type { CatalogueQuery, Language } from "../../lib/api";
import { language } from "../../lib/text/translate.svelte";

class CatalogueFilters {
  search = $state("");
  category = $state("");
  skill = $state("");
  minutes = $state("");
  /** Null until the user chose: then the language of the window. */
  #language = $state<Language | "" | null>(null);

  get language(): Language | "" {
    return this.#language ?? language();
  }

  set language(chosen: Language | "") {
    this.#language = chosen;
  }

  get query(): CatalogueQuery {
    return {
      search: this.search.trim() || null,
      category: this.category || null,
      skill: this.skill || null,
      language: this.language || null,
      minutes: this.minutes === "" ? null : Number(this.minutes),
    };
  }

  get narrowed(): boolean {
    return this.search.trim() !== "" || this.category !== "" || this.skill !== "" || this.minutes !== "";
  }

  clear(): void {
    [this.search, this.category, this.skill, this.minutes] = ["", "", "", ""];
    this.#language = "";
  }
}

export const filters = new CatalogueFilters();
