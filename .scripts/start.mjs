// `npm start`: the set-up, then the app with the window's page reloading as it is edited.

import { runInForeground, tauri } from "./programs.mjs";
import { setUpOrExit } from "./setup.mjs";

const [yes, rest] = [process.argv.includes("--yes"), process.argv.slice(2).filter((word) => word !== "--yes")];
await setUpOrExit({ assumeYes: yes });
const [program, words] = tauri("dev", ...rest);
process.exit(runInForeground(program, words) ? 0 : 1);
