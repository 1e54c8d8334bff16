// `npm start`: the set-up, then the app with the window's page reloading as it is edited.

import { createServer } from "node:net";

import { runUntil, tauri } from "./programs.mjs";
import { setUpOrExit } from "./setup.mjs";

/** Where the page is served from while it is edited; ui/vite.config.ts and tauri.conf.json say the same. */
const port = 1420;

function portIsFree() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

const [yes, rest] = [process.argv.includes("--yes"), process.argv.slice(2).filter((word) => word !== "--yes")];
await setUpOrExit({ assumeYes: yes });
if (!(await portIsFree())) {
  console.error(`Port ${port} is taken, most likely by another \`npm start\`: end that one first.`);
  process.exit(1);
}
const [program, words] = tauri("dev", ...rest);
const { ok } = await runUntil(null, program, words);
process.exit(ok ? 0 : 1);
