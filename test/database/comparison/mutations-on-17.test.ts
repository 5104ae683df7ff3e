import { describeOlder } from './mutations/on-older.ts';

describeOlder('17');
