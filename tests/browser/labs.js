// Labs on a page of their own: each is made of what `Lab.page()` gives.

import { renderWith } from "../../optlearn/live/js/lab.js";
import { map } from "../../optlearn/live/js/map/map.js";
import { modelOf } from "../../optlearn/live/js/page.js";
import { race } from "../../optlearn/live/js/race/race.js";

const render = renderWith(map, race);

/** Put a lab into an element; `connect` is given its model before it is made. Returns the model, and what takes it away. */
export function mount({ traits, parts }, el, connect) {
  const model = modelOf(traits, parts);
  connect?.(model);
  return [model, render({ model, el })];
}
