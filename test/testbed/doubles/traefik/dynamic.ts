/** What labels can say, as far as the double knows it: Traefik's dynamic configuration, HTTP only. */
export interface HttpConfiguration {
  readonly routers: Readonly<Record<string, Router>>;
  readonly services: Readonly<Record<string, Service>>;
  readonly middlewares: Readonly<Record<string, Middleware>>;
}

export interface Router {
  readonly rule: string;
  /** Empty means all. */
  readonly entryPoints: readonly string[];
  readonly middlewares: readonly string[];
  readonly service: string;
  /** 0 means by the rule's length. */
  readonly priority: number;
  readonly tls: boolean;
}

export interface Service {
  /** As `http://172.18.0.3:3000`. */
  readonly servers: readonly string[];
  readonly port: string;
  readonly scheme: string;
  readonly passHostHeader: boolean;
  /** The labels of its load-balancer that the double passes over, which still have to agree to be merged. */
  readonly others: Readonly<Record<string, string>>;
}

export interface Middleware {
  /** In lower case, as `stripprefix`. */
  readonly kind: string;
  readonly options: Readonly<Record<string, string>>;
}
