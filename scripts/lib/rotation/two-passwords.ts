type Data = Record<string, string>

/** How a server that knows two passwords at once changes one for another, so that nobody is refused meanwhile. */
export interface TwoPasswords {
  /** Whether the server still takes a password besides the Secret's: an earlier rotation was killed. */
  knowsAnother(current: Data): Promise<boolean>
  /**
   * Has the server take another password as well.
   * @returns the values of the Secret with it
   */
  add(current: Data, password: string): Promise<Data>
  /**
   * Has the server take what the Secret says and nothing else, and ends connections by anything else.
   * @param sinceMs when whoever uses it began to start again, in milliseconds since 1970
   */
  dropOthers(current: Data, sinceMs: number): Promise<void>
}
