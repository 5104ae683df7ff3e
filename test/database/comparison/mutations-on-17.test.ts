import { describeOlder } from './mutations/on-older.ts';

// test/e2e-docker/mutations.test.ts makes all of them on a real server of version 17.
describeOlder('17', 5);
