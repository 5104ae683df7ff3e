import { expect, it } from 'vitest';
import { type Alarm, changedAlarms, exitOf } from '../../src/domain/alarm.ts';

const disk: Alarm = { key: 'disk /', text: 'the disk is low: 900 MB free', exit: 3 };
const drift: Alarm = { key: 'step 3.4', text: '3.4 validation has drifted', exit: 5 };

it('distinguishes alarms that began from those that ended, even if their texts have changed', () => {
  const before = [
    { ...disk, text: 'the disk is low: 950 MB free' },
    { key: 'token', text: 'ends soon' },
  ];
  expect(changedAlarms(before, [disk, drift])).toEqual({
    began: [drift],
    ended: [{ key: 'token', text: 'ends soon' }],
  });
});

it('the exit code is that of drift, otherwise that of the first alarm', () => {
  expect([[disk, drift], [disk], []].map((alarms) => exitOf(alarms, 5, 0))).toEqual([5, 3, 0]);
});
