import { mount } from "svelte";
import App from "./App.svelte";
import { listenToCore } from "./lib/api";
import { app } from "./lib/app.svelte";
import { installKeyboard } from "./lib/keys/keyboard.svelte";
import { practice } from "./lib/practice.svelte";
import { router } from "./lib/route.svelte";
import { ear } from "./lib/sound/heard.svelte";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/screen.css";

const target = document.getElementById("app");
if (target) mount(App, { target });

installKeyboard();
app.follow();
practice.follow();

// Listening comes first, or a change between the answer and the listening would be missed. When it cannot be set up
// the app is still asked, so that there is something to show.
void listenToCore((level) => ear.hear(level))
  .catch(() => undefined)
  .then(() => Promise.all([app.load(), practice.ask()]))
  .then(() => {
    // A take that waits for a decision comes first.
    if ((app.view?.interrupted_takes ?? 0) > 0) router.replace({ name: "recovery" });
  });
