import { describeOlder } from './mutations/on-older.ts';

// All of them are made on a real server of 17: test/e2e-docker/mutations.test.ts.
describeOlder('17', 5);
