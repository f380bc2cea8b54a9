// Property tests draw the same cases in every run of the gate, so that a run tells of a change and not of chance;
// CONTRIBUTING.md says how to look with other seeds.
import fc from 'fast-check'

const { GUANLAN_PROPERTY_SEED: other } = process.env
if (other !== undefined && !/^-?\d{1,10}$/.test(other))
  throw new RangeError(`GUANLAN_PROPERTY_SEED must be a whole number, not ${other}`)

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(other ?? 20261121) })
