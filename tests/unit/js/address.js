import { labIn, stateIn } from "../../../optlearn/live/js/address.js";
import { resolved } from "../../../optlearn/live/js/page.js";

// What is wrong with the states in some addresses, in words; "" where nothing is. links: [page, address]; labs: {page: scenes}
export function main({ links, labs, parts }) {
  return links.map(([page, address]) => {
    const scenes = labs[page];
    if (!scenes) return `there is no page ${page}`;
    const scene = scenes[labIn(address)];
    return scene ? (stateIn(address, resolved(scene, parts)).fault ?? "") : `${page} has no lab ${labIn(address) + 1}`;
  });
}
