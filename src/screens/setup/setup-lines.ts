import { heading, plain, type StyledLine } from '../lines.ts';
import type { Setup } from '../ui.ts';

/** The questions, their answers as they are typed, and what is wrong with them. */
export function setupLines({ fields, values, at }: Setup): readonly StyledLine[] {
  const asked = fields.slice(0, at + 1).flatMap((field, index): StyledLine[] => {
    const value = values[field.name] ?? '';
    const here = index === at;
    const fault = here ? field.fault(value) : null;
    return [
      heading(field.label),
      ...(here ? [plain(`  ${field.why}`)] : []),
      plain(`  › ${value}${here ? '▏' : ''}`, 4),
      ...(value === '' && field.empty !== undefined ? [plain(`  – ${field.empty}`, 4)] : []),
      ...(fault === null ? [] : [{ text: `  ✖ ${fault}`, tone: 'bad', hang: 4 } satisfies StyledLine]),
      plain(''),
    ];
  });
  const keep = [
    heading('Keep these answers in erp-deploy.config.yaml?'),
    plain('  Kept, they are not asked again; the file is yours to change.'),
  ];
  return [
    heading(`Question ${Math.min(at + 1, fields.length + 1)} of ${fields.length + 1}`),
    plain(''),
    ...asked,
    ...(at < fields.length ? [] : keep),
  ];
}
