import { expect, test } from 'vitest';
import { RoundTrips, trafficBetween, trafficText } from '../../src/domain/round-trips.ts';

const counts = ({ total: { requests, chain } }: RoundTrips) => ({ requests, chain });

test('counts requests sent before any answer arrives as one wait', () => {
  const trips = new RoundTrips();
  const [first, second] = [trips.send(10), trips.send(20)];
  first();
  second();
  expect(trips.total).toEqual({ requests: 1, chain: 1, sent: 30, received: 0 });
});

test('counts a request sent after an answer as a further wait', () => {
  const trips = new RoundTrips();
  trips.send(1)();
  trips.send(1)();
  expect(counts(trips)).toEqual({ requests: 2, chain: 2 });
});

test('does not lengthen the chain by a request sent while a longer one is running', () => {
  const trips = new RoundTrips();
  const [long, short] = [trips.send(1, 3), trips.send(1)];
  short();
  trips.send(1)();
  long();
  expect(counts(trips)).toEqual({ requests: 4, chain: 3 });
});

test('counts every wait of a request that has several', () => {
  const trips = new RoundTrips();
  trips.send(1, 2)();
  expect(counts(trips)).toEqual({ requests: 2, chain: 2 });
});

test('does not count a request as a wait before its answer arrives', () => {
  const trips = new RoundTrips();
  trips.send(1);
  expect(trips.total.chain).toBe(0);
});

test('reports the traffic since an earlier sum', () => {
  const trips = new RoundTrips();
  trips.send(5)();
  const before = trips.total;
  trips.send(7)();
  trips.receive(9);
  const between = trafficBetween(before, trips.total);
  expect(between).toEqual({ requests: 1, chain: 1, sent: 7, received: 9 });
  expect(trafficText(between)).toBe(
    '1 round trip to the production host, 1 one after another; 7 bytes sent, 9 received',
  );
});
