/** What `npm audit --json` answered, as one line and whether the gate passes. */
export declare function judgeAdvisories(stdout: string): { passed: boolean; line: string }
/** Asks the registry; whether the step passes, and what its line says. */
export declare function checkAdvisories(): Promise<{ passed: boolean; line: string }>
