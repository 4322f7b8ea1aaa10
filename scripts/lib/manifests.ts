import { parseAllDocuments } from 'yaml'

/** A Kubernetes object as kustomize renders it. */
export interface Manifest {
  kind: string
  metadata: { name: string; namespace?: string }
  [field: string]: unknown
}

/** The objects in what kustomize printed. */
export function parseManifests<T extends Manifest = Manifest>(rendered: string): T[] {
  return parseAllDocuments(rendered).map((document) => document.toJS() as T)
}
