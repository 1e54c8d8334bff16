// What every section of the settings is given.
import type { Settings } from "../../lib/api";

export interface SectionProps {
  settings: Settings;
  change: (some: Partial<Settings>) => Promise<void>;
}
