// A lab that is a race, as anywidget wants it.

import { renderWith } from "../lab.js";
import { race } from "./race.js";

export const render = renderWith(race);
