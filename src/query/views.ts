/** Views that every connection has beside the tables. They are declared before the connection is locked. */
export interface ViewSpec {
  readonly name: string;
  readonly description: string;
  /** The SELECT behind it. */
  readonly sql: string;
}

export const views: readonly ViewSpec[] = [];
