import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** A figure read when it is asked for. Names and labels are fixed words of this product: never content, never an id from outside. */
export interface GaugeSource {
  readonly name: string
  readonly help: string
  readonly read: () => number
}

export interface Metrics {
  readonly registry: Registry
  /** Registers gauges whose value is read at each scrape. */
  gauges(sources: readonly GaugeSource[]): void
  counter(name: string, help: string, labels?: readonly string[]): Counter
  histogram(name: string, help: string, buckets: readonly number[], labels?: readonly string[]): Histogram
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    gauges(sources) {
      for (const { name, help, read } of sources) {
        new Gauge({
          name,
          help,
          registers: [registry],
          collect() {
            this.set(read())
          },
        })
      }
    },
    counter: (name, help, labels = []) =>
      new Counter({ name, help, labelNames: labels, registers: [registry] }),
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ name, help, buckets: [...buckets], labelNames: labels, registers: [registry] }),
  }
}
