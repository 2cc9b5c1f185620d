import { canonicalizeLabel } from './canonicalizeLabel.js';
import { fillTemplate } from './templates.js';

/**
 * A prompt for every label (scenic's `AddRandomPrompts`, specs/detection.md 3): `choose` is asked once for each distinct label, so that one label gets
 * one prompt in all of `groups`; the filled template is brought into standard form. A label that begins with `#`, and an empty one, take no prompt.
 *
 * @param removeMarker take the `#` away (scenic's `RemovePromptabilityMarker`, which follows it)
 */
export function promptLabels(groups: readonly (readonly string[])[], choose: (label: string) => string, removeMarker: boolean): string[][] {
  const prompts = new Map<string, string>();
  const prompt = (label: string): string => {
    if (label === '' || label.startsWith('#')) return removeMarker ? label.replace(/^#+/, '') : label;
    return canonicalizeLabel(fillTemplate(choose(label), label));
  };
  return groups.map((labels) =>
    labels.map((label) => {
      let text = prompts.get(label);
      if (text === undefined) prompts.set(label, (text = prompt(label)));
      return text;
    }),
  );
}
