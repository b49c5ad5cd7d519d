// A lab with a map, as anywidget wants it.

import { renderWith } from "../lab.js";
import { map } from "./map.js";

export const render = renderWith(map);
