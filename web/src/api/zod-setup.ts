import { z } from 'zod'

// zod compiles parsers with `new Function` where it may; the content security policy forbids that, and even the
// attempt is reported. Import this before anything from the contract.
z.config({ jitless: true })
