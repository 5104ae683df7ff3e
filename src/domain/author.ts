/** Who changes a database, and with what, as the database itself records it. */
export interface Author {
  /** `user@machine`. */
  readonly operator: string;
  /** The commit of the workspace's repository; null if it is not in one. */
  readonly commit: string | null;
  /** Version of erp-deploy. */
  readonly program: string;
  /** The command of erp-deploy, such as `run`. */
  readonly command: string;
  /** Name of the rollout as `history` lists it; null if the command belongs to none. */
  readonly rollout: string | null;
}
