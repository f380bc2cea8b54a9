/** What `npm audit --json` answered, as one line and whether the gate passes. */
export declare function judgeAdvisories(stdout: string): { passed: boolean; line: string }
/** Asks the registry and writes the line. */
export declare function checkAdvisories(): Promise<boolean>
